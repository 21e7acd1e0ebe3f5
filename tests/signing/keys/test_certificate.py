"""Requests for certificates, and the check of what comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from signing.errors import KeyUnavailable
from signing.keys.certificate import check_dates, checked_chain, request_certificate
from signing.keys.store import ALGORITHMS
from tests.signing.keys.certificates import SINCE, TestCa
from tests.signing.keys.conftest import Connect

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_request_is_signed_in_the_token_and_carries_the_names(connect: Connect, algorithm: str) -> None:
    key = connect().generate("own", algorithm)
    subject = {"common_name": "Иван Петров", "organization_name": "Компания", "country_name": "ME"}
    request = x509.load_der_x509_csr(request_certificate(key, subject))
    assert request.is_signature_valid
    assert {name.value for name in request.subject} == set(subject.values())


def test_an_unknown_name_in_a_subject_is_refused(connect: Connect) -> None:
    key = connect().generate("own", "P-256")
    with pytest.raises(KeyUnavailable) as caught:
        request_certificate(key, {"shoe_size": "43"})
    assert caught.value.facts["reason"] == "subject"


def test_repeats_in_a_chain_are_dropped(connect: Connect) -> None:
    key, authority = connect().generate("own", "P-256"), TestCa()
    chain = authority.issue(request_certificate(key, {"common_name": "Ivan"}))
    assert checked_chain([*chain, chain[0], chain[1]], public_key_der=key.public_key_der, now=NOW) == tuple(chain)


def test_a_certificate_of_another_key_is_refused(connect: Connect) -> None:
    held, authority = connect(), TestCa()
    own, other = (held.generate(label, "P-256") for label in ("own", "other"))
    chain = authority.issue(request_certificate(other, {"common_name": "Ivan"}))
    assert reason(chain, own.public_key_der) == "certificate_of_other_key"


def test_a_chain_that_does_not_hold_together_is_refused(connect: Connect) -> None:
    key = connect().generate("own", "P-256")
    certificate, _ = TestCa().issue(request_certificate(key, {"common_name": "Ivan"}))
    for chain in ([certificate, TestCa().certificate_der], [], [b"no certificate"]):
        assert reason(chain, key.public_key_der) == "chain"


def test_a_certificate_counts_only_between_its_dates(connect: Connect) -> None:
    key = connect().generate("own", "P-256")
    certificate, _ = TestCa().issue(request_certificate(key, {"common_name": "Ivan"}), days=10)
    check_dates(certificate, now=SINCE)
    for moment in (SINCE - timedelta(seconds=1), SINCE + timedelta(days=10, seconds=1)):
        with pytest.raises(KeyUnavailable):
            check_dates(certificate, now=moment)
    assert reason([certificate], key.public_key_der) == "certificate_dates"


def reason(chain: list[bytes], public_key_der: bytes) -> object:
    """Return why a chain is refused."""
    with pytest.raises(KeyUnavailable) as caught:
        checked_chain(chain, public_key_der=public_key_der, now=NOW)
    return caught.value.facts["reason"]
