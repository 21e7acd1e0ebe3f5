"""Plain pyHanko, as its manual shows it: one process, the same token, a visible stamp with a QR code."""

from __future__ import annotations

import time
from pathlib import Path

from pyhanko import stamp
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign import fields, pkcs11, signers

FONT = "/usr/share/fonts/truetype/paratype/PTS55F.ttf"


def sign_plainly(module: str, pin: str, source: Path, target: Path, count: int) -> tuple[float, float]:
    """Sign `source` `count` times with the key `bench`; return wall and CPU seconds, without imports and login."""
    text = "%(signer)s\nDirector\n23 November 2026, 18:40 CET\nRequest 7F3K-22QX\nAdvanced signature with own key"
    with pkcs11.open_pkcs11_session(module, token_criteria=TokenCriteria(label="bench"), user_pin=pin) as session:
        signer = pkcs11.PKCS11Signer(session, cert_label="bench", key_label="bench", use_raw_mechanism=True)
        settings = signers.PdfSignatureMetadata(field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            style = stamp.QRStampStyle(
                stamp_text=text, text_box_style=TextBoxStyle(font=GlyphAccumulatorFactory(FONT), font_size=8)
            )
            spec = fields.SigFieldSpec("Signature", on_page=-1, box=(340, 24, 571, 100))
            with source.open("rb") as shown, target.open("wb") as file:
                writer = IncrementalPdfFileWriter(shown)
                pdf_signer = signers.PdfSigner(settings, signer, stamp_style=style, new_field_spec=spec)
                url = {"url": "https://sign.example.com/v/7F3K-22QX"}
                pdf_signer.sign_pdf(writer, output=file, appearance_text_params=url)
        return time.perf_counter() - wall, time.process_time() - cpu
