"""The container: the same as a full encoder would make, at a fraction of its price."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import cms

from signing.activation.cms import CmsTemplate
from tests.signing.keys.certificates import TestCa

AUTHORITIES = [TestCa().certificate_der for _ in range(3)]


TEMPLATE = CmsTemplate(AUTHORITIES)


@pytest.mark.parametrize("size", [1, 64, 71, 127, 128, 255, 256, 384, 512, 70_000])
def test_what_is_assembled_is_der_through_and_through(size: int) -> None:
    digest, value = bytes(range(32)), bytes(size)
    made = TEMPLATE.finish(digest, value)
    parsed = cms.ContentInfo.load(made, strict=True)
    signer = parsed["content"]["signer_infos"][0]
    facts = {one["type"].native: one["values"].native[0] for one in signer["signed_attrs"]}
    assert parsed.native  # every part can be read
    assert parsed.dump(force=True) == made
    assert (facts["content_type"], facts["message_digest"]) == ("data", digest)
    assert signer["signature"].native == value


def test_the_certificate_that_signed_is_bound_into_the_signature() -> None:
    """ESS signing-certificate-v2 (RFC 5035) makes it CAdES; PAdES forbids signing-time here."""
    attributes = CmsTemplate(AUTHORITIES).to_be_signed(b"d" * 32)
    parsed = {one["type"].native: one for one in cms.CMSAttributes.load(attributes)}
    assert set(parsed) == {"content_type", "message_digest", "signing_certificate_v2"}
    bound = parsed["signing_certificate_v2"]["values"][0]["certs"][0]["cert_hash"].native
    assert bound == hashlib.sha256(AUTHORITIES[0]).digest()


@pytest.mark.parametrize("chain", [AUTHORITIES, [*AUTHORITIES, AUTHORITIES[0]], [AUTHORITIES[0]] * 3])
def test_no_certificate_stands_twice(chain: list[bytes]) -> None:
    """A SET has no repeats; strict verifiers refuse them (reference: token trap 10)."""
    made = cms.ContentInfo.load(CmsTemplate(chain).finish(b"d" * 32, b"v"))
    found = [one.dump() for one in made["content"]["certificates"]]
    assert sorted(found) == found == sorted(set(chain))
