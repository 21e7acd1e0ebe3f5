"""Every format with every kind of key: added in the registers, multiplied only here."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from signing.formats import FORMATS
from signing.formats.drawing import draw
from signing.formats.stamp import Stamp
from signing.keys import KEY_STORES
from signing.keys.store import ALGORITHMS
from tests.assets.raw_pdf import document, written
from tests.conftest import HandClock, SoftToken
from tests.signing.activation.bench import IVAN, Bench


def _by_pdfsig(signed: Path, shown: Path, _root: Path) -> str:
    assert signed.read_bytes().startswith(shown.read_bytes())
    return "Signature is Valid" if "Signature is Valid" in _said("pdfsig", str(signed)) else "refused"


def _by_openssl(signed: Path, shown: Path, root: Path) -> str:
    """With `-cades` OpenSSL wants the certificate named by its hash among what is signed, too."""
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(signed)]
    command += ["-CAfile", str(root), "-purpose", "any"]
    assert _said(*command, "-content", str(shown), "-out", "/dev/null") == ""
    with pytest.raises(subprocess.CalledProcessError):
        _said(*command, "-content", str(signed), "-out", "/dev/null")  # another document
    return "Signature is Valid"


JUDGES = {"pades": _by_pdfsig, "cades": _by_openssl}
"""The foreign program that judges a format; a format without one does not pass."""


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("store", sorted(KEY_STORES))
@pytest.mark.parametrize("name", sorted(FORMATS))
async def test_every_format_is_signed_by_every_kind_of_key(
    name: str, store: str, algorithm: str, *, tmp_path: Path, token: SoftToken, clock: HandClock
) -> None:
    assert store == "pkcs11", "a new kind of key store needs a real one here"
    bench = Bench(folder=tmp_path, token=token, clock=clock)
    bench.start()
    try:
        await bench.enrol()
        key = await bench.certify(f"key-{algorithm}", algorithm=algorithm)
        source, target, shown = tmp_path / "shown.pdf", tmp_path / "signed.pdf", written(document())
        source.write_bytes(shown)
        prepared = await asyncio.to_thread(
            FORMATS[name].prepare, source, target, field="Test", signer="Ivan", reason="a test", location="",
            stamp=draw(Stamp(name="Ivan", title="", time_text="now", number_text="1")), signed_at=clock.now(),
        )  # fmt: skip
        record = await bench.confirmed(key, signer=IVAN, shown=[shown], form=name)
        made = await bench.module.sign(record.nonce, 0, target, prepared.hole)
        finished = await asyncio.to_thread(
            FORMATS[name].finish, target, source=source, prepared=prepared, cms=made.cms, timestamp=None,
            certificate_der=key.chain_der[0], roots_der=[bench.authority.certificate_der], level="B-B",
        )  # fmt: skip
    finally:
        await bench.module.close()
    assert finished.size_bytes == len(target.read_bytes())
    root = tmp_path / "root.pem"
    root.write_text(ssl.DER_cert_to_PEM_cert(bench.authority.certificate_der))
    assert await asyncio.to_thread(JUDGES[name], target, source, root) == "Signature is Valid"
