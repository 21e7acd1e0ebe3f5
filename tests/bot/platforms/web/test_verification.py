"""`/verify`: a plain verdict on a file of which nothing is kept."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pytest
from aiohttp import FormData

from bot import phrases
from bot.platforms.web.verdict import in_words
from bot.platforms.web.verification import FILE_BYTES
from signing.document import Sha256
from signing.errors import WorkerFailed
from signing.request import written
from signing.verification.verdict import Label, Overall, SignatureVerdict, Verdict
from tests.assets import raw_pdf, signed_pdfs
from tests.bot.platforms.web.conftest import SameProcess, Site, sign

SIGNED = signed_pdfs.signed()
A_DIGEST = Sha256("ab" * 32)


async def dropped(site: Site, body: bytes, *, name: str = "a.pdf", **headers: str) -> tuple[int, str]:
    form = FormData()
    form.add_field("file", io.BytesIO(body), filename=name, content_type="application/pdf")
    async with site.browser.post(f"{site.url}/verify", data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_signed_file_by_a_stranger_says_so(site: Site) -> None:
    status, text = await dropped(site, SIGNED)
    assert status == 200
    assert "Not changed, but we cannot say who signed" in text
    assert signed_pdfs.SIGNER in text
    assert "nobody we trust" in text


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (signed_pdfs.altered_inside(), "The signature is broken"),
        (signed_pdfs.altered_by_update(), "Changed after signing"),
        (raw_pdf.written(raw_pdf.document()), "Not signed"),
        (b"<html>no PDF</html>", "The file cannot be judged"),
    ],
)
async def test_what_is_wrong_is_said_plainly(site: Site, body: bytes, title: str) -> None:
    status, text = await dropped(site, body)
    assert (status, title in text) == (200, True)


async def test_nothing_of_the_file_is_kept(site: Site) -> None:
    await dropped(site, SIGNED)
    await dropped(site, b"x" * (FILE_BYTES + 1))
    assert [path for path in (site.folder / "documents").rglob("*") if path.is_file()] == []


async def test_a_file_of_ours_is_recognised_by_its_bytes(site: Site) -> None:
    request, signature = await sign(site)
    theirs = replace(signature, signer=site.house.id("Olga"), signed_sha256=Sha256(hashlib.sha256(SIGNED).hexdigest()))
    async with site.house.store.begin() as tx:
        await tx.signatures.add(theirs)
    assert written(request.id) in (await dropped(site, SIGNED))[1]
    assert written(request.id) not in (await dropped(site, SIGNED + b"\n"))[1]


async def test_a_file_that_exhausts_its_worker_cannot_be_judged(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*_args: object, **_kwargs: object) -> None:
        raise WorkerFailed(reason="time")

    monkeypatch.setattr(SameProcess, "run", run)
    status, text = await dropped(site, b"a bomb")
    assert (status, "cannot be judged" in text) == (200, True)
    assert hashlib.sha256(b"a bomb").hexdigest() in text


async def test_a_file_that_is_too_large_is_refused_in_words(site: Site) -> None:
    status, text = await dropped(site, b"x" * (FILE_BYTES + 1))
    assert (status, "too large" in text) == (413, True)


async def test_an_empty_file_is_called_empty(site: Site) -> None:
    status, text = await dropped(site, b"")
    assert (status, "This file is empty" in text) == (409, True)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_form_without_a_file_is_refused(site: Site, kind: str) -> None:
    async with site.browser.post(f"{site.url}/verify", data=b"file", headers={"Content-Type": kind}) as answer:
        assert answer.status == 400


async def test_an_address_that_asks_too_often_must_wait_and_others_need_not(site: Site) -> None:
    first = [await dropped(site, b"no pdf", **{"X-Forwarded-For": "192.0.2.9, 192.0.2.1"}) for _ in range(8)]
    assert first[0][0] == 200
    assert first[-1][0] == 429
    assert (await dropped(site, b"no pdf", **{"X-Forwarded-For": "192.0.2.1, 192.0.2.9"}))[0] == 200


async def test_a_name_of_a_file_is_never_markup(site: Site) -> None:
    _status, text = await dropped(site, b"no pdf", name="<script>x</script>.pdf")
    assert "<script>x" not in text


@pytest.mark.parametrize("language", phrases.LANGUAGES)
@pytest.mark.parametrize("overall", list(Overall))
@pytest.mark.parametrize("label", list(Label))
def test_every_verdict_has_words(language: str, overall: Overall, label: Label) -> None:
    one = SignatureVerdict(
        name="First", overall=overall, label=label, is_test=True, claims_qualified=True, proved_by="A clock",
        proved_at="2026-11-23T09:00:00+00:00" if label is Label.SEAL else None, stated_at="2026-11-23T09:00:00",
    )  # fmt: skip
    said = in_words(
        Verdict(overall=overall, sha256=A_DIGEST, size_bytes=1, signatures=(one,)), language=language, timezone="UTC"
    )
    assert said.title
    assert "2026" in said.signatures[0].when


def test_the_signers_own_word_is_never_shown_as_proof_of_the_time() -> None:
    stated = SignatureVerdict(name="First", overall=Overall.VALID, stated_at="2026-11-23T09:00:00+00:00")
    proved = replace(stated, proved_at="2026-11-23T09:00:05+00:00", proved_by="A clock")
    verdict = Verdict(overall=Overall.VALID, sha256=A_DIGEST, size_bytes=1, signatures=(stated, proved))
    said = in_words(verdict, language="en", timezone="Europe/Podgorica").signatures
    assert said[0].when == "23.11.2026 10:00 CET, by the signer's own word"
    assert said[1].when == "23.11.2026 10:00 CET, proved by A clock"
