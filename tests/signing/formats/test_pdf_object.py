"""Objects made beforehand are what a foreign reader understands, whatever numbers they get."""

from __future__ import annotations

import pikepdf

from signing.formats.pdf_object import Reference, pdf_object


def test_every_kind_of_value_is_read_back() -> None:
    made = pdf_object(
        {"/Name": "/A", "/Text": b"a(b\\c", "/Whole": 7, "/Part": -0.125, "/Box": [0, 1.5, [2]], "/In": {"/X": "/Y"}}
    )
    read = pikepdf.Object.parse(made.written([]))
    assert read.unparse() == pikepdf.Dictionary(
        Name=pikepdf.Name("/A"), Text=pikepdf.String("a(b\\c"), Whole=7, Part=pikepdf.Object.parse(b"-0.125"),
        Box=pikepdf.Array([0, pikepdf.Object.parse(b"1.5"), pikepdf.Array([2])]),
        In=pikepdf.Dictionary(X=pikepdf.Name.Y),
    ).unparse()  # fmt: skip


def test_references_get_the_numbers_of_the_document() -> None:
    made = pdf_object({"/First": Reference(1), "/Both": [Reference(0), Reference(1)]})
    assert made.written([7, 12]) == b"<</First 12 0 R /Both [7 0 R 12 0 R]>>"


def test_a_stream_keeps_its_bytes() -> None:
    body = b"%d %s\n\xff" * 3
    written = pdf_object({"/Length1": 5}, body).written([])
    head, _, rest = written.partition(b"\nstream\n")
    assert rest == body + b"\nendstream"
    assert head == b"<</Length1 5 /Filter /FlateDecode /Length %d>>" % len(body)
