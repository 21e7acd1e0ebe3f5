"""Every sentence exists in both languages: keys, notices, codes of the gate, errors, states, buttons."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from bot import phrases
from bot.phrases import LANGUAGES, error, knows, moment, say, size
from bot.platforms.telegram.commands import MENU
from bot.platforms.telegram.presses import VERBS
from bot.platforms.telegram.signer_card import REASONS
from signing.errors import ERRORS, NotAllowed, NotFound, Refused, SigningError, WrongCode
from signing.intake.office.inspection import WARNINGS
from signing.intake.refusals import REFUSALS
from signing.notices import Notice
from signing.request import State
from signing.verification.verdict import Label, Overall
from signing.workflow import STOPS

ROOT = Path(__file__).parents[2]
FOLDER = Path(phrases.__file__).parent


def messages(language: str) -> dict[str, ftl.Message]:
    found: dict[str, ftl.Message] = {}
    for path in sorted((FOLDER / language).glob("*.ftl")):
        resource = FluentParser().parse(path.read_text(encoding="utf-8"))
        for entry in resource.body:
            assert not isinstance(entry, ftl.Junk), f"{path.name}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{path.name}: {entry.id.name} twice"
                found[entry.id.name] = entry
    return found


def variables(message: ftl.Message) -> set[str]:
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, ftl.VariableReference):
            found.add(node.id.name)
        if isinstance(node, ftl.BaseNode):
            for value in vars(node).values():
                walk(value)
        if isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.value)
    return found


def sources(*folders: str) -> Iterator[ast.AST]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def refusals() -> set[str]:
    """Return every code that some `Refused("code")` of ours names."""
    calls = [node for node in sources("signing", "bot") if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Refused" and call.args]
    codes = (call.args[0] for call in named)
    return {str(code.value) for code in codes if isinstance(code, ast.Constant)}


def gate_warnings() -> set[str]:
    text = (ROOT / "signing/intake/active_content.py").read_text()
    return {*re.findall(r'yield "([a-z-]+)"', text), *WARNINGS, "mended", "other-typefaces"}


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    english, russian = messages("en"), messages("ru")
    assert english.keys() == russian.keys()
    for key, message in english.items():
        missing = variables(russian[key]) ^ variables(message)
        assert missing <= {"pages", "number", "days", "attempts_left"}, (key, missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_the_core_has_its_words(language: str) -> None:
    wanted = {
        *(f"notice-{notice.value}" for notice in Notice),
        *(f"error-{name}" for name in ERRORS if name != "Refused"),
        *(f"refused-{code}" for code in refusals() | set(REFUSALS.values())),
        *(f"warning-{code}" for code in gate_warnings()),
        *(f"reason-{code.replace('_', '-')}" for code in (*REASONS, *STOPS.values(), "wrong_codes", "unknown_outcome")),
        *(f"{prefix}-{state.value}" for state in State for prefix in ("state", "origin")),
        *(f"verdict{part}-{overall.value}" for overall in Overall for part in ("", "-signature")),
        *(f"label-{label.value}" for label in Label),
        *(f"command-{name}" for name in MENU),
        "level-B-B", "level-B-T",
    }  # fmt: skip
    assert len(refusals()) > 15
    assert len(gate_warnings()) > 4
    assert {key for key in wanted if not knows(language, key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_the_chat_says_exists(language: str) -> None:
    said = {
        str(key.value)
        for node in sources("bot/platforms/telegram")
        if isinstance(node, ast.Call)
        for place, key in enumerate(node.args[:2])
        if isinstance(key, ast.Constant) and _is_say(node, place)
    }
    buttons = {f"button-{verb}" for verb in VERBS} - {
        "button-submit", "button-assign", "button-reject-for", "button-delegate", "button-postpone", "button-use-key",
        "button-draft", "button-confirm", "button-tick", "button-turn", "button-take-out",
            "button-leaf", "button-evidence",
    }  # fmt: skip
    assert len(said) > 80
    assert {key for key in said | buttons if not knows(language, key)} == set()


def _is_say(call: ast.Call, place: int) -> bool:
    if len(call.args) <= place:
        return False
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == "say" and place == 0
    return isinstance(call.func, ast.Name) and call.func.id == "say" and place == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_error_shows_a_hole_or_a_code(language: str) -> None:
    failures: list[SigningError] = [kind() for name, kind in ERRORS.items() if name not in ("Refused", "WrongCode")]
    failures += [Refused("no-such-code"), Refused("too-large", limit_mb=20), WrongCode(attempts_left=2)]
    failures += [NotAllowed(reason="self_sign"), NotFound(what="person", reason="several"), NotAllowed(reason="odd")]
    for failure in failures:
        words = error(language, failure)
        assert words
        assert "{" not in words, words


def test_moments_and_sizes_are_said_as_people_say_them() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    zone = "Europe/Podgorica"
    assert moment("en", now + timedelta(hours=8), now=now, zone=zone) == "today 18:00"
    assert moment("en", now + timedelta(days=2), now=now, zone=zone) == "Wednesday 10:00 (in 2 days)"
    assert moment("ru", now + timedelta(days=5), now=now, zone=zone) == "суббота 10:00 (через 5 дней)"
    assert moment("ru", now + timedelta(days=1), now=now, zone=zone) == "вторник 10:00 (завтра)"
    assert moment("en", now - timedelta(days=1), now=now, zone=zone) == "Sunday 10:00 (yesterday)"
    assert size("en", 340 * 1024) == "340 KB"
    assert size("ru", 3 * 1024 * 1024) == "3.0 МБ"
    assert say("ru", "list-head", number=12) == "Вас ждут 12 заявок"
