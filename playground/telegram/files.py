"""What Telegram keeps of uploaded bytes: file ids, paths for the download, photo sizes."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

from playground.telegram.refusal import Json, bad_request

DOWNLOAD_LIMIT_BYTES = 20 << 20  # telegram-bot-api: MAX_DOWNLOAD_FILE_SIZE
UPLOAD_LIMIT_BYTES = 50 << 20
PHOTO_LIMIT_BYTES = 10 << 20
PHOTO_SIDES = (90, 320, 800, 1280)


@dataclass(frozen=True)
class Upload:
    """One file part of a request."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class KeptFile:
    """Bytes with the names Telegram gave them."""

    file_id: str
    unique_id: str
    path: str
    content: bytes = field(repr=False)
    name: str
    mime_type: str
    width: int = 0
    height: int = 0

    def brief(self) -> Json:
        """Return the fields that every file object of the Bot API shares."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def document(self) -> Json:
        """Return the file as a `Document`."""
        return self.brief() | {"file_name": self.name, "mime_type": self.mime_type}

    def names(self) -> Json:
        """Return all but the bytes."""
        return {name: value for name, value in vars(self).items() if name != "content"}

    def photo_size(self) -> Json:
        """Return the file as a `PhotoSize`."""
        return self.brief() | {"width": self.width, "height": self.height}


class Files:
    """Every file of the world, by id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, KeptFile] = {}
        self._by_path: dict[str, KeptFile] = {}
        self._photos: dict[str, list[KeptFile]] = {}

    def keep_document(self, upload: Upload) -> KeptFile:
        """Keep a document unchanged. Raises `Refused` for an empty one."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        mime_type = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        suffix = "." + upload.name.rsplit(".", 1)[1] if "." in upload.name else ""
        return self._keep(upload.content, folder="documents", suffix=suffix, name=upload.name, mime_type=mime_type)

    def keep_photo(self, upload: Upload) -> list[KeptFile]:
        """Keep a photo as Telegram does: turned upright, without metadata, as JPEGs of growing size."""
        picture = _opened(upload.content)
        largest = max(picture.size)
        sides = [side for side in PHOTO_SIDES if side < largest] + [min(largest, PHOTO_SIDES[-1])]
        sizes = [self._keep_size(picture, side) for side in dict.fromkeys(sides)]
        self._photos |= {size.file_id: sizes for size in sizes}
        return sizes

    def photo(self, file_id: str) -> list[KeptFile]:
        """Return all sizes of the photo that `file_id` names."""
        if file_id not in self._photos:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._photos[file_id]

    def by_id(self, file_id: str) -> KeptFile:
        """Return the file with this id."""
        if file_id not in self._by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._by_id[file_id]

    def by_path(self, path: str) -> KeptFile | None:
        """Return the file behind `/file/bot<token>/<path>`."""
        return self._by_path.get(path)

    def for_download(self, file_id: str) -> Json:
        """Return the `File` that getFile answers."""
        kept = self._by_id.get(file_id)
        if kept is None:
            raise bad_request("invalid file_id")
        if len(kept.content) > DOWNLOAD_LIMIT_BYTES:
            raise bad_request("file is too big")
        return kept.brief() | {"file_path": kept.path}

    def all(self) -> Iterable[KeptFile]:
        """Return every file."""
        return self._by_id.values()

    def photos(self) -> list[list[str]]:
        """Return the file ids of each photo, from its smallest size to its largest."""
        found = {sizes[-1].file_id: [size.file_id for size in sizes] for sizes in self._photos.values()}
        return list(found.values())

    def recall(self, kept: KeptFile) -> None:
        """Take back a file of an earlier world."""
        self._by_id[kept.file_id] = self._by_path[kept.path] = kept

    def recall_photo(self, file_ids: list[str]) -> None:
        """Join recalled files as the sizes of one photo."""
        sizes = [self._by_id[file_id] for file_id in file_ids]
        self._photos |= dict.fromkeys(file_ids, sizes)

    def _keep_size(self, picture: Image.Image, side: int) -> KeptFile:
        copy = picture.copy()
        copy.thumbnail((side, side))
        target = io.BytesIO()
        copy.save(target, "JPEG", quality=87)
        name, mime_type = "photo.jpg", "image/jpeg"
        return self._keep(
            target.getvalue(), folder="photos", suffix=".jpg", name=name, mime_type=mime_type, size=copy.size
        )

    def _keep(
        self, content: bytes, *, folder: str, suffix: str, name: str, mime_type: str, size: tuple[int, int] = (0, 0)
    ) -> KeptFile:
        kept = KeptFile(
            file_id=("AgACAgIAAxk" if folder == "photos" else "BQACAgIAAxk") + secrets.token_urlsafe(36),
            unique_id=hashlib.sha256(content).hexdigest()[:15],
            path=f"{folder}/file_{len(self._by_id)}{suffix}",
            content=content,
            name=name,
            mime_type=mime_type,
            width=size[0],
            height=size[1],
        )
        self.recall(kept)
        return kept


def _opened(content: bytes) -> Image.Image:
    if len(content) > PHOTO_LIMIT_BYTES:
        raise bad_request("file is too big")
    try:
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    width, height = picture.size
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return picture
