"""Every good and bad PDF sample ends accepted or refused with its code, in a worker and under its limits."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.workers import WorkerLimits, WorkerPool
from signing.errors import Refused, SigningError
from signing.intake import gate, preview
from tests.assets import make_pdfs
from tests.assets.make_pdfs import ACCEPTED, SAMPLES

TIGHT = WorkerLimits(memory_bytes=1 << 30, cpu_s=10, wall_s=20)
"""Tighter than the product's: one GiB, ten seconds."""


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(limits=TIGHT, accept_weak_isolation=True)
    await pool.start()
    yield pool
    await pool.close()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file; made outside of a running loop, since pyHanko brings its own."""
    folder = tmp_path_factory.mktemp("corpus")
    make_pdfs.main(folder)
    return {name: folder / f"{name}.pdf" for name in SAMPLES}


async def _answer(pool: WorkerPool, path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        verdict = await pool.run(gate.inspect, path, name=path.name)
    except Refused as refusal:
        return refusal.code, ()
    except SigningError as error:
        return str(error), ()
    return ACCEPTED, verdict.warnings


async def test_every_sample_ends_as_it_should(pool: WorkerPool, corpus: dict[str, Path]) -> None:
    answers = await asyncio.gather(*(_answer(pool, path) for path in corpus.values()))
    expected = {name: (sample.code, tuple(sorted(sample.warnings))) for name, sample in SAMPLES.items()}
    assert dict(zip(corpus, answers, strict=True)) == expected


async def test_what_the_gate_accepts_can_be_shown(pool: WorkerPool, corpus: dict[str, Path]) -> None:
    for name in (name for name, sample in SAMPLES.items() if sample.code == ACCEPTED):
        (picture,) = await pool.run(preview.render, corpus[name], pages=(0,))
        assert picture.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("name", ["object-streams", "signed-twice", "linearized", "form"])
async def test_damage_anywhere_ends_in_a_verdict_or_a_refusal(
    pool: WorkerPool, corpus: dict[str, Path], tmp_path: Path, name: str
) -> None:
    chance, body = random.Random(name), corpus[name].read_bytes()
    paths = [tmp_path / f"{number}.pdf" for number in range(40)]
    for path in paths:
        path.write_bytes(_damaged(body, chance))
    answers = {code for code, _ in await asyncio.gather(*(_answer(pool, path) for path in paths))}
    assert all(code.replace("-", "").isalpha() for code in answers), answers
    assert "damaged" in answers


def _damaged(body: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(damaged))
        span = chance.choice((1, 1, 1, 8, 64))
        damaged[at : at + span] = chance.choice((b"", chance.randbytes(span), body[:span], b" " * span))
    return bytes(damaged)


def test_there_are_samples_of_every_kind() -> None:
    assert len(SAMPLES) >= 100
    assert len({sample.code for sample in SAMPLES.values()}) >= 20
