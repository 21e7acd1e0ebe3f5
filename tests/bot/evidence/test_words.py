"""Every finding of the judge, every event of a request and every state of a delivery has words in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evidence.verdict import lines, told
from bot.phrases import LANGUAGES, knows
from signing.audit import Tag
from signing.evidence.report import Finding, Report

FOLDER = Path(__file__).parents[3] / "signing/evidence"
KINDS = {"fault": "fault", "expect": "fault", "note": "note"}


def codes() -> Iterator[tuple[str, str]]:
    """Yield (kind, code) of every call that reports something."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KINDS:
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield KINDS[node.func.attr], argument.value
                        break


def test_every_finding_has_words() -> None:
    found = set(codes())
    assert len(found) > 40
    for language in LANGUAGES:
        missing = [code for kind, code in found if not knows(language, f"evidence-{kind}-{code.replace('_', '-')}")]
        assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_request_has_a_sentence(language: str) -> None:
    subjects = ("request:", "signature:", "delivery:", "share:", "evidence:", "mandate:")
    tags = [tag.value for tag in Tag if tag.value.startswith(subjects)]
    keys = [f"evidence-event-{tag.replace(':', '-').replace('_', '-')}" for tag in tags]
    assert [key for key in keys if not knows(language, key)] == []


def test_a_verdict_begins_with_the_answer() -> None:
    fault = Finding(code="journal_row", part="journal/rows.jsonl", facts={"row": "7"})
    broken = Report(is_sound=False, faults=(fault,), notes=(), facts={})
    said = list(lines("en", broken))
    assert said[0].startswith("NOT sound")
    assert "journal/rows.jsonl: Row 7 of the journal was changed" in said[1]
    assert told("ru", "fault", fault).startswith("journal/rows.jsonl: Строка 7")
