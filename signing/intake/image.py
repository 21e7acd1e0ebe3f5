"""Photos at the gate: JPEG, PNG, HEIC, WEBP, TIFF within limits of size, each decoded once."""

from __future__ import annotations

import warnings
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from signing.errors import Refused
from signing.intake.findings import Findings
from signing.intake.limits import GateLimits

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")
"""The only decoders of Pillow that ever see a file. JPEG may turn into MPO: what some telephones write."""


def inspect_image(source: Path, limits: GateLimits) -> Findings:
    """Judge a photo; `pages` is the number of PDF pages it will become. Raises `Refused`."""
    try:
        with open_image(source, limits) as image:
            frames = frame_count(image)
            if frames > limits.frames:
                raise Refused("too-many-pages", limit=limits.frames)
            for frame in range(frames):
                image.seek(frame)
                check_pixels(image, limits)
                image.load()
            return Findings(pages=frames)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("damaged-image", reason=type(error).__name__) from error


def open_image(source: Path, limits: GateLimits) -> Image.Image:
    """Return the opened picture, not yet decoded; refuse `too-many-pixels` by what its header says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
        try:
            image = Image.open(source, formats=FORMATS)
        except Image.DecompressionBombError:
            raise Refused("too-many-pixels", limit_mpx=limits.pixels // 1_000_000) from None
    try:
        check_pixels(image, limits)
    except Refused:
        image.close()
        raise
    return image


def check_pixels(image: Image.Image, limits: GateLimits) -> None:
    """Refuse `too-many-pixels` before anything is decoded."""
    width, height = image.size
    if width * height > limits.pixels:
        raise Refused("too-many-pixels", mpx=round(width * height / 1e6), limit_mpx=limits.pixels // 1_000_000)


def frame_count(image: Image.Image) -> int:
    """Return how many pages a picture is: the frames of a TIFF; elsewhere more frames are animation or depth."""
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
