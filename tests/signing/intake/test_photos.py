"""Photos: what the gate takes, how they become one PDF, what the pages look like."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from signing.errors import Refused
from signing.intake.convert import photos_to_pdf
from signing.intake.gate import GateLimits, inspect
from signing.intake.preview import render

RED, GREEN = (250, 0, 0), (0, 250, 0)


def _photo(path: Path, *, size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any) -> Path:
    """Write a picture that is red at the top and green below."""
    image = Image.new("RGB", size, GREEN)
    ImageDraw.Draw(image).rectangle((0, 0, size[0], size[1] // 2), fill=RED)
    image.convert(mode).save(path, **options)
    return path


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telephone of Anna"
    return exif


def _seen(pdf: Path, *, page: int = 0) -> Image.Image:
    (picture,) = render(pdf, pages=[page], width_px=300, quality=90)
    return Image.open(io.BytesIO(picture))


def _colours(image: Image.Image) -> tuple[str, str]:
    """Return what is seen a third above and a third below the middle."""
    names = []
    for place in (0.4, 0.6):
        pixel = image.convert("RGB").getpixel((image.width // 2, int(image.height * place)))
        assert isinstance(pixel, tuple)
        red, green, _ = pixel
        names.append("red" if red > green + 100 else "green" if green > red + 100 else "other")
    return names[0], names[1]


@pytest.mark.parametrize(
    ("ending", "mode"),
    [
        ("jpg", "RGB"),
        ("jpg", "CMYK"),
        ("png", "RGB"),
        ("png", "RGBA"),
        ("png", "P"),
        ("webp", "RGB"),
        ("tiff", "RGB"),
        ("heic", "RGB"),
    ],
)
def test_every_kind_of_photo_becomes_a_page_that_passes_the_gate(tmp_path: Path, ending: str, mode: str) -> None:
    pillow_heif.register_heif_opener()
    photo = _photo(tmp_path / f"photo.{ending}", mode=mode)
    assert inspect(photo, name=photo.name).pages == 1
    target = tmp_path / "photos.pdf"
    assert photos_to_pdf([photo], target) == 1
    assert inspect(target, name="photos.pdf").warnings == ()
    assert _colours(_seen(target)) == ("red", "green")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_turned_photo_stands_upright(tmp_path: Path, ending: str, orientation: int) -> None:
    upright = Image.open(_photo(tmp_path / "upright.png"))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    photo, target = tmp_path / f"turned.{ending}", tmp_path / "photos.pdf"
    stored.save(photo, exif=_exif(orientation))
    photos_to_pdf([photo], target)
    assert _colours(_seen(target)) == ("red", "green")


def test_several_photos_become_one_document_on_a4(tmp_path: Path) -> None:
    photos = [_photo(tmp_path / "1.jpg", size=(300, 500)), _photo(tmp_path / "2.png", size=(500, 300))]
    target = tmp_path / "photos.pdf"
    assert photos_to_pdf(photos, target) == 2
    with pikepdf.open(target) as pdf:
        sides = [sorted(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages]
    assert sides == [[595, 842], [595, 842]]


def test_the_image_data_of_a_jpeg_is_kept_and_its_private_data_is_not(tmp_path: Path) -> None:
    photo, target = _photo(tmp_path / "1.jpg", exif=_exif(6), comment=b"at home"), tmp_path / "photos.pdf"
    body = photo.read_bytes()
    photos_to_pdf([photo], target)
    made = target.read_bytes()
    assert body[body.index(b"\xff\xda") :] in made
    assert b"Telephone" not in made
    assert b"at home" not in made


def test_the_same_photos_make_the_same_bytes(tmp_path: Path) -> None:
    photos = [_photo(tmp_path / "1.jpg"), _photo(tmp_path / "2.webp")]
    photos_to_pdf(photos, tmp_path / "a.pdf")
    photos_to_pdf(photos, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_every_frame_of_a_scan_is_a_page(tmp_path: Path) -> None:
    first = Image.open(_photo(tmp_path / "1.png"))
    scan, target = tmp_path / "scan.tiff", tmp_path / "photos.pdf"
    first.save(scan, save_all=True, append_images=[first, first])
    assert inspect(scan, name="scan.tiff").pages == 3
    assert photos_to_pdf([scan], target) == 3


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    with pytest.raises(Refused) as refusal:
        inspect(path, name="bomb.png")
    assert refusal.value.code == "too-many-pixels"
    with pytest.raises(Refused):
        inspect(_photo(tmp_path / "1.jpg"), name="1.jpg", limits=GateLimits(pixels=1000))


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff", "heic"])
def test_a_photo_that_was_cut_off_is_refused(tmp_path: Path, ending: str) -> None:
    pillow_heif.register_heif_opener()
    image = Image.effect_noise((300, 300), 80).convert("RGB")
    path = tmp_path / f"photo.{ending}"
    image.save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Refused) as refusal:
        inspect(path, name=path.name)
    assert refusal.value.code == "damaged-image"


def test_a_page_picture_is_small_enough_for_roaming(tmp_path: Path) -> None:
    target = tmp_path / "photos.pdf"
    photos_to_pdf([_photo(tmp_path / "1.jpg", size=(3000, 4000))], target)
    (picture,) = render(target, pages=[0])
    assert Image.open(io.BytesIO(picture)).width == 1000
    assert len(picture) < 120_000


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "photos.pdf"
    photos_to_pdf([_photo(tmp_path / "1.jpg")], target)
    with pytest.raises(Refused) as refusal:
        render(target, pages=[0, 1])
    assert refusal.value.facts == {"code": "no-such-page", "page": 2, "pages": 1}
