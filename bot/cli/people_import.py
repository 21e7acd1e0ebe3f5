"""`countersign people import`: a staff list becomes our people; the difference is shown before anything is done."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import staff_file, staff_plan
from bot.cli.acting import As
from bot.cli.console import Failed, Json, countersign, err, say, show, spoken
from bot.cli.installation import installation
from bot.cli.people import give
from bot.cli.staff_file import Fault
from bot.cli.staff_plan import Step


@spoken
async def import_people(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, as a spreadsheet saves it.")],
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
    in_name_of: As = "",
    as_json: Json = False,
) -> None:
    """Show what a staff list would change, and do it with --apply. People are told apart by e-mail or number."""
    found = staff_file.read(file.read_bytes())
    async with installation(with_module=bool(in_name_of)) as here:
        steps, contradictions = staff_plan.plan(found.lines, await staff_plan.known(here))
        faults = sorted([*found.faults, *contradictions], key=lambda fault: fault.line)
        if apply and not faults:
            for step in steps:
                give_in_name = partial(give, in_name_of=in_name_of)
                await staff_plan.make(here, step, source=file.name, give=give_in_name)
    show([_row(step) for step in steps if step.what != staff_plan.SAME], as_json=as_json, empty="Nothing to change.")
    _tell_faults(faults, file=file)
    if not as_json:
        counts = Counter(step.what for step in steps)
        told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
        say(f"\n{len(steps)} lines: {told or 'none'}")
        ours = countersign("people invite ALL --by-email")
        say(f"Done. Next: {ours}" if apply else "Nothing was changed yet. Do it: --apply")


def _tell_faults(faults: list[Fault], *, file: Path) -> None:
    if not faults:
        return
    for fault in faults:
        err.print(f"line {fault.line}: {fault.says}. Mend: {fault.mend}", style="red", markup=False)
    raise Failed(
        f"{len(faults)} faults in {file.name}; nothing was changed. Mend these lines and repeat: the others wait."
    )


def _row(step: Step) -> dict[str, Any]:
    line = step.line
    new = [f"{name}: {old} → {value}" for name, old, value in step.differences]
    if step.what == staff_plan.NEW:
        new = [value for value in (line.title, line.department, line.email, line.number) if value]
    return {
        "line": line.line,
        "name": line.name,
        "what": step.what,
        "difference": [*new, *(f"role: {role.value}" for role in sorted(step.roles))],
    }
