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
_OFFICE_PARTS = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"_rels/.rels", b"mimetypeapplication/vnd.oasis")


def sniff(head: bytes) -> tuple[Kind, str]:
    """Return the kind and the media type that the first `HEAD_BYTES` of a file say.

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
    if head.startswith(b"PK\x03\x04") and any(part in head for part in _OFFICE_PARTS):
        return Kind.OFFICE, "application/vnd.openxmlformats-officedocument"
    return None


def _archive(head: bytes) -> tuple[Kind, str] | None:
    if head.startswith(b"PK\x03\x04"):
        return Kind.ARCHIVE, "application/zip"
    return next(((Kind.ARCHIVE, media_type) for magic, media_type in _ARCHIVES if head.startswith(magic)), None)


def _text(head: bytes) -> tuple[Kind, str]:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return Kind.TEXT, "application/xml"
    for encoding in ("utf-8", "utf-16") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
        try:
            text = head[:-4].decode(encoding) if len(head) >= HEAD_BYTES else head.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(char.isprintable() or char in "\t\r\n\f\ufeff" for char in text):
            return Kind.TEXT, "text/plain"
    return Kind.UNKNOWN, "application/octet-stream"
