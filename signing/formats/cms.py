"""Detached CAdES signed data: takes in a time-stamp, and proves itself against a digest and a certificate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import asn1crypto.tsp  # noqa: F401  # registers the signed attribute signing-certificate-v2 (RFC 5035)
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.errors import SignatureRefused

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip

_SHA256 = {"algorithm": "sha256", "parameters": None}
"""The one digest of documents and attributes, as asn1crypto tells it."""


@dataclass(frozen=True, kw_only=True)
class SignedData:
    """What a proved CMS carries."""

    value: bytes
    """The signature value, which a time-stamp covers."""
    others: tuple[x509.Certificate, ...]
    """Every certificate but the signer's."""
    time_stamp: bytes | None
    """DER of the embedded `TimeStampToken`."""


def with_time_stamp(body: bytes, token: bytes) -> bytes:
    """Return the CMS with the token as unsigned attribute id-aa-timeStampToken (RFC 3161, appendix A)."""
    content = cms.ContentInfo.load(body)
    (signer,) = content["content"]["signer_infos"]
    attribute = {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
    signer["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute(attribute)])
    return bytes(content.dump())


def prove(body: bytes, *, digest: bytes, certificate_der: bytes) -> SignedData:
    """Return what the CMS carries once its one signature is proved, else raise `SignatureRefused`.

    Proved: detached data with this SHA-256 `digest`, signed by this certificate's key, the certificate named by its
    hash in the signed attributes (RFC 5035). Not proved here: the certificate's chain and the time-stamp.
    """
    content = cms.ContentInfo.load(body, strict=True)
    _expect(content["content_type"].native == "signed_data", "not-signed-data")
    signed = content["content"]
    _expect(signed["encap_content_info"]["content_type"].native == "data", "not-detached")
    _expect(signed["encap_content_info"]["content"].native is None, "not-detached")
    _expect(len(signed["signer_infos"]) == 1, "not-one-signer")
    (signer,) = signed["signer_infos"]
    # no key protects these; a verifier may stumble over any other value (RFC 5652 5.1, 5.3)
    _expect((signed["version"].native, signer["version"].native) == ("v1", "v1"), "wrong-version")
    _expect(signed["digest_algorithms"].native == [_SHA256], "weak-hash")
    # RFC 5652 5.4: signed as SET OF, stored as [0] IMPLICIT (taken as it came: asn1crypto rebuilds what it has parsed)
    message = b"\x31" + signer["signed_attrs"].dump()[1:]
    _check_attributes(_attributes(signer["signed_attrs"]), digest=digest, certificate_der=certificate_der)
    certificate = x509.load_der_x509_certificate(certificate_der)
    ders = [choice.chosen.dump() for choice in signed["certificates"]]
    _expect(certificate_der in ders, "signer-certificate-missing")
    _expect(len(set(ders)) == len(ders), "duplicate-certificate")
    _check_sid(signer["sid"], certificate)
    _check_signature(signer, message, certificate)
    return SignedData(
        value=signer["signature"].native,
        others=tuple(x509.load_der_x509_certificate(der) for der in ders if der != certificate_der),
        time_stamp=_time_stamp(signer),
    )


def _attributes(attributes: cms.CMSAttributes) -> dict[str, cms.CMSAttribute]:
    found: dict[str, cms.CMSAttribute] = {}
    for attribute in attributes:
        name = attribute["type"].native
        _expect(name not in found and len(attribute["values"]) == 1, "repeated-attribute")
        found[name] = attribute["values"][0]
    return found


def _check_attributes(signed: dict[str, cms.CMSAttribute], *, digest: bytes, certificate_der: bytes) -> None:
    _expect({"content_type", "message_digest", "signing_certificate_v2"} <= set(signed), "missing-attribute")
    _expect(signed["content_type"].native == "data", "wrong-content-type")
    _expect(signed["message_digest"].native == digest, "wrong-digest")
    named = signed["signing_certificate_v2"]["certs"][0]
    algorithm = named["hash_algorithm"]["algorithm"].native
    _expect(algorithm in _HASHES, "weak-hash")
    _expect(named["cert_hash"].native == hashlib.new(algorithm, certificate_der).digest(), "wrong-certificate")


def _check_sid(sid: cms.SignerIdentifier, certificate: x509.Certificate) -> None:
    _expect(sid.name == "issuer_and_serial_number", "wrong-signer")
    same_serial = sid.chosen["serial_number"].native == certificate.serial_number
    _expect(same_serial and sid.chosen["issuer"].dump() == certificate.issuer.public_bytes(), "wrong-signer")


def _check_signature(signer: cms.SignerInfo, message: bytes, certificate: x509.Certificate) -> None:
    # the message digest in the attributes is compared as SHA-256
    _expect(signer["digest_algorithm"].native == _SHA256, "weak-hash")
    algorithm = signer["signature_algorithm"]
    _expect(algorithm["parameters"].native is None, "unknown-algorithm")
    hash_name = _SHA256["algorithm"] if algorithm["algorithm"].native == "rsassa_pkcs1v15" else algorithm.hash_algo
    _expect(hash_name in _HASHES, "weak-hash")
    chosen, value = _HASHES[str(hash_name)], signer["signature"].native
    key, kind = certificate.public_key(), algorithm.signature_algo
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(value, message, ec.ECDSA(chosen))
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(value, message, padding.PKCS1v15(), chosen)
        else:
            raise SignatureRefused(reason="unknown-algorithm")
    except InvalidSignature as error:
        raise SignatureRefused(reason="wrong-signature") from error


def _time_stamp(signer: cms.SignerInfo) -> bytes | None:
    unsigned = _attributes(signer["unsigned_attrs"]) if signer["unsigned_attrs"] else {}
    _expect(set(unsigned) <= {"signature_time_stamp_token"}, "unknown-attribute")
    token = unsigned.get("signature_time_stamp_token")
    return None if token is None else bytes(token.dump())


def _expect(holds: bool, reason: str) -> None:
    if not holds:
        raise SignatureRefused(reason=reason)
