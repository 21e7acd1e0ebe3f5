"""The office formats by their media types: how each is named on disk, and which family reads it."""

from __future__ import annotations

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
RTF = "application/rtf"
HTML = "text/html"
TEXT = "text/plain"

ENDINGS = {
    DOCX: ".docx", XLSX: ".xlsx", PPTX: ".pptx", ODT: ".odt", ODS: ".ods", ODP: ".odp", DOC: ".doc", XLS: ".xls",
    PPT: ".ppt", RTF: ".rtf", HTML: ".html", TEXT: ".fodt",
}  # fmt: skip
"""A plain text is handed to LibreOffice as a flat OpenDocument text that we write (`rewriting`)."""
_TEXT, _TABLE, _SLIDES = "writer_pdf_Export", "calc_pdf_Export", "impress_pdf_Export"
FILTERS = {
    DOCX: ("MS Word 2007 XML", _TEXT), XLSX: ("Calc MS Excel 2007 XML", _TABLE),
    PPTX: ("Impress MS PowerPoint 2007 XML", _SLIDES), ODT: ("writer8", _TEXT), ODS: ("calc8", _TABLE),
    ODP: ("impress8", _SLIDES), DOC: ("MS Word 97", _TEXT), XLS: ("MS Excel 97", _TABLE),
    PPT: ("MS PowerPoint 97", _SLIDES), RTF: ("Rich Text Format", _TEXT), HTML: ("HTML (StarWriter)", _TEXT),
    TEXT: ("OpenDocument Text Flat XML", _TEXT),
}  # fmt: skip
"""What reads each of them and what writes its pages: named, so that LibreOffice guesses nothing from the content."""
OPEN_XML = frozenset({DOCX, XLSX, PPTX})
OPEN_DOCUMENT = frozenset({ODT, ODS, ODP})
OLE = frozenset({DOC, XLS, PPT})
