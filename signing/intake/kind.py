"""What a file is by its magic bytes, whatever its name pretends."""

from __future__ import annotations

from signing.document import Kind

HEAD_BYTES = 1_024
"""How much of the beginning `sniff` wants to see; readers look for `%PDF-` that far."""

_IMAGES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_ARCHIVES = (
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
)
_WEB_PAGE = (b"<!doctype html", b"<html")
_LINE_ENDS = b"\t\r\n\f"


def sniff(head: bytes) -> tuple[Kind, str]:
    """Return the kind and the media type that the first `HEAD_BYTES` of a file say; which office file a zip is, if
    any, they do not tell (`office.inspection`).

    A PDF is recognised behind leading junk too, so that the gate can say what is wrong with it. Nothing is
    parsed here: a picture's magic does not make it a good picture.
    """
    if not head:
        return Kind.EMPTY, "application/x-empty"
    if b"%PDF-" in head:
        return Kind.PDF, "application/pdf"
    return _image(head) or _office(head) or _archive(head) or _text(head)


def _image(head: bytes) -> tuple[Kind, str] | None:
    for magic, media_type in _IMAGES:
        if head.startswith(magic):
            return Kind.IMAGE, media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.IMAGE, "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return Kind.IMAGE, "image/heic"
    return None


def _office(head: bytes) -> tuple[Kind, str] | None:
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.OFFICE, "application/x-ole-storage"
    if head.startswith(b"{\\rtf"):
        return Kind.OFFICE, "application/rtf"
    if _without_preface(head).lower().startswith(_WEB_PAGE):
        return Kind.TEXT, "text/html"
    return None


def _archive(head: bytes) -> tuple[Kind, str] | None:
    if head.startswith(b"PK\x03\x04"):
        return Kind.ARCHIVE, "application/zip"
    return next(((Kind.ARCHIVE, media_type) for magic, media_type in _ARCHIVES if head.startswith(magic)), None)


def _text(head: bytes) -> tuple[Kind, str]:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return Kind.TEXT, "application/xml"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        is_text = _is_written(head[: len(head) // 2 * 2].decode("utf-16", "replace"))
    else:
        # Of an encoding from before Unicode nothing is known but that a text has no control characters.
        is_text = all(byte >= 0x20 or byte in _LINE_ENDS for byte in head) and 0x7F not in head
    return (Kind.TEXT, "text/plain") if is_text else (Kind.UNKNOWN, "application/octet-stream")


def _is_written(text: str) -> bool:
    return all(char.isprintable() or char in "\t\r\n\f\ufeff\ufffd" for char in text)


def _without_preface(head: bytes) -> bytes:
    """Return what follows a byte order mark, an XML declaration and comments."""
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith((b"<?", b"<!--")):
        _, _, rest = rest.partition(b"-->" if rest.startswith(b"<!--") else b"?>")
        rest = rest.lstrip()
    return rest
