"""What a monitor reads about the parts; the dashboard and the alerts ask for nothing that is not there."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.surroundings import Surroundings
from playground.pki import LoopbackPki
from signing.errors import WorkerFailed
from storage.inbox import Arrival, Inbox
from tests.bot.cli.conftest import Terminal
from tests.bot.cli.living import alive, founded, machine_clock

ROOT = Path(__file__).parents[2]
FOREIGN = ("process_", "up")
"""Metrics that the process or Prometheus itself brings."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[tuple[str, ...], float]]:
    """What the metrics of a living office say: value by label values, by name."""
    return asyncio.run(_told(tmp_path_factory.mktemp("watched")))


async def _told(folder: Path) -> dict[str, dict[tuple[str, ...], float]]:
    terminal, clock = Terminal(data_dir=folder / "var"), machine_clock()
    assert (await asyncio.to_thread(terminal, "init")).code == 0
    pki = LoopbackPki(folder / "pki", company="Watched Ltd")
    async with alive(terminal, clock, folder / "clock", pki=pki) as parts:
        office = await founded(parts, clock, folder / "clock", pki)
        await office.signed(await office.asked("Secret merger"))
        await office.asked("Waits")
        inbox = Inbox(parts.database, clock, parts.sealer)
        await inbox.arrived(Arrival(source="telegram", external_id="1", order_key="1", body=b"{}"))
        with pytest.raises(WorkerFailed):
            await parts.workers.run(_crash)
        office.move(minutes=5)
        metrics = Metrics(store=parts.store, clock=clock, around=Surroundings(parts, inbox))
        await metrics.refresh()
    text = metrics.text().decode()
    assert "merger" not in text
    assert "Ivan" not in text.lower().title()
    return {
        sample.name: {tuple(one.labels.values()): one.value for one in family.samples if one.name == sample.name}
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _crash() -> None:
    raise SystemExit(3)


def test_the_parts_are_told(told: dict[str, dict[tuple[str, ...], float]]) -> None:
    assert told["countersign_activation_up"] == {(): 1.0}
    assert told["countersign_token"] == {("ready", "pkcs11"): 1.0}
    assert told["countersign_certificates"][("valid",)] == 1.0
    assert 300 < told["countersign_certificate_soonest_end_days"][()] < 366
    assert told["countersign_disk_free_bytes"][()] > 0
    assert told["countersign_inbox_waiting"] == {(): 1.0}
    assert told["countersign_inbox_oldest_seconds"][()] == 300
    assert told["countersign_requests_oldest_waiting_seconds"][()] == 300
    assert told["countersign_worker_nursery_starts_total"] == {(): 1.0}
    assert sum(told["countersign_worker_failures_total"].values()) == 1.0
    assert told["countersign_journal_events"][("signature:made",)] == 1.0


def asked(expression: str) -> set[str]:
    """Return the metrics that a PromQL expression names."""
    words = re.findall(r"[a-z_:]+(?=\{|\[|\s|\)|$)", re.sub(r'"[^"]*"', '""', expression))
    return {word for word in words if word.startswith(("countersign_", *FOREIGN))}


def test_the_dashboard_asks_for_what_is_there(told: dict[str, dict[tuple[str, ...], float]]) -> None:
    board = json.loads((ROOT / "deploy" / "grafana" / "countersign.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    wanted = {name for expression in expressions for name in asked(expression)}
    assert len(wanted) > 15
    assert wanted - told.keys() - {"up"} == set()


def test_the_alerts_ask_for_what_is_there(told: dict[str, dict[tuple[str, ...], float]]) -> None:
    text = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
    expressions = re.findall(r"^\s+expr: (.+)$", text, re.MULTILINE)
    wanted = {name for expression in expressions for name in asked(expression)}
    assert len(expressions) > 10
    assert wanted - told.keys() - {"up"} == set()
