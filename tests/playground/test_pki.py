"""The loopback PKI: the same CA after a restart, TEST on everything, OCSP and CRL that know what was revoked."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from playground.pki import LoopbackPki


def _request(name: str = "Anna Petrova") -> bytes:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.DER)


@pytest.fixture
async def pki(tmp_path: Path) -> AsyncIterator[LoopbackPki]:
    """A PKI served on a free port."""
    pki = LoopbackPki(tmp_path / "pki")
    runner = web.AppRunner(pki.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pki.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield pki
    await runner.cleanup()


def test_a_restart_keeps_the_same_ca(tmp_path: Path) -> None:
    first, second = LoopbackPki(tmp_path), LoopbackPki(tmp_path)
    assert first.roots_der == second.roots_der
    assert first.issue(_request())[1] == second.issue(_request())[1]


def test_the_chain_holds_for_openssl(tmp_path: Path) -> None:
    pki = LoopbackPki(tmp_path / "pki")
    files = []
    for number, der in enumerate(pki.issue(_request())):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM))
        files.append(path)
    told = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", pki.roots_pem, "-untrusted", files[1], files[0]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_everything_says_test(tmp_path: Path) -> None:
    pki = LoopbackPki(tmp_path)
    for der in (*pki.issue(_request()), *pki.roots_der):
        certificate = x509.load_der_x509_certificate(der)
        assert "TEST" in certificate.subject.rfc4514_string()
        assert "TEST" in certificate.issuer.rfc4514_string()


def test_the_name_is_the_requests_own_unless_told(tmp_path: Path) -> None:
    pki = LoopbackPki(tmp_path)
    names = [
        x509.load_der_x509_certificate(pki.issue(_request(), subject)[0]).subject.rfc4514_string()
        for subject in (None, "Генеральный директор")
    ]
    assert [name.split(",")[0] for name in names] == ["CN=Anna Petrova", "CN=Генеральный директор"]


def test_a_request_by_another_key_is_refused(tmp_path: Path) -> None:
    request = bytearray(_request())
    request[-1] ^= 1
    with pytest.raises(ValueError, match="own key"):
        LoopbackPki(tmp_path).issue(bytes(request))


def test_keys_of_the_ca_are_for_the_owner_only(tmp_path: Path) -> None:
    LoopbackPki(tmp_path)
    keys = list(tmp_path.glob("*.key"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


async def test_ocsp_knows_what_was_revoked(pki: LoopbackPki) -> None:
    chain = pki.issue(_request())
    assert await _ocsp(pki, chain) is ocsp.OCSPCertStatus.GOOD
    pki.revoke(chain[0])
    assert await _ocsp(pki, chain) is ocsp.OCSPCertStatus.REVOKED


async def test_the_crl_lists_what_was_revoked(pki: LoopbackPki) -> None:
    certificate, issuer = (x509.load_der_x509_certificate(der) for der in pki.issue(_request()))
    pki.revoke(certificate.public_bytes(serialization.Encoding.DER))
    async with aiohttp.ClientSession() as session, session.get(pki.ca.crl_url) as answer:
        crl = x509.load_der_x509_crl(await answer.read())

    assert crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert crl.is_signature_valid(key)


async def test_certificates_point_to_the_services(pki: LoopbackPki) -> None:
    certificate = x509.load_der_x509_certificate(pki.issue(_request())[0])
    text = str(certificate.extensions)
    assert pki.ca.ocsp_url in text
    assert pki.ca.crl_url in text


async def _ocsp(pki: LoopbackPki, chain: tuple[bytes, ...]) -> ocsp.OCSPCertStatus:
    certificate, issuer = (x509.load_der_x509_certificate(der) for der in chain)
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()
    body = request.public_bytes(serialization.Encoding.DER)
    async with aiohttp.ClientSession() as session, session.post(pki.ca.ocsp_url, data=body) as answer:
        response = ocsp.load_der_ocsp_response(await answer.read())
    assert response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    return response.certificate_status
