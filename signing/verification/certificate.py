"""Says in plain values what a signer's certificate tells of its holder."""

from __future__ import annotations

import hashlib
from typing import Any

# registers the extension of qualified certificates (ETSI EN 319 412-5) with asn1crypto
import pyhanko.sign.ades.qualified_asn1 as qualified
from asn1crypto import x509

from signing.document import Sha256
from signing.verification.verdict import Label

_EXAMPLE_POLICIES = "1.3.6.1.4.1.32473."
"""Enterprise number that RFC 5612 keeps for examples: nobody certifies people under it."""


def describe(certificate: x509.Certificate, *, trusted: bool) -> dict[str, Any]:
    """Return the fields of a `SignatureVerdict` that come from the certificate."""
    claims, is_seal = _claims(certificate)
    label = Label.SEAL if is_seal else Label.ADVANCED
    return {
        "signer": common_name(certificate),
        "subject": certificate.subject.human_friendly,
        "issuer": certificate.issuer.human_friendly,
        "label": label if trusted else Label.SIMPLE,
        "claims_qualified": claims,
        "is_test": _is_test(certificate),
        "certificate_sha256": Sha256(hashlib.sha256(certificate.dump()).hexdigest()),
        "not_after": certificate.not_valid_after.isoformat(),
    }


def common_name(certificate: x509.Certificate) -> str:
    """Return the common name, or the whole subject when there is none."""
    found = certificate.subject.native.get("common_name", certificate.subject.human_friendly)
    return str(found[-1] if isinstance(found, list) else found)


def _claims(certificate: x509.Certificate) -> tuple[bool, bool]:
    """Return whether the certificate calls itself qualified, and whether it is for seals."""
    statements = qualified.get_qc_statements(certificate)
    names = {statement["statement_id"].native: statement["statement_info"] for statement in statements}
    kinds = names["qc_type"].native if "qc_type" in names else []
    return "qc_compliance" in names, "qct_eseal" in kinds


def _is_test(certificate: x509.Certificate) -> bool:
    policies = certificate.certificate_policies_value or ()
    named = any(policy["policy_identifier"].dotted.startswith(_EXAMPLE_POLICIES) for policy in policies)
    return named or "TEST" in certificate.subject.human_friendly.split()
