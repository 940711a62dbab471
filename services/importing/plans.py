"""The import of a plan: from a table that a ministry filled in, from a file of Pakt's own form, or from one known form.

A plan of Pakt's own form is an object of JSON: `source` stands in every event of history, `strategy` is what
AdoptStrategy takes, `specific_objectives`, `measures` and `outputs` are lists of records as `plan_stories` takes them.
"""

import io
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import msgspec

from domain.kernel.ids import NATIONAL_SLUG
from services.bootstrap import System
from services.importing.lines import Line, Unreadable, require_file
from services.importing.plan_federal import SOURCE, federal_lines, is_federal
from services.importing.plan_stories import PHASES, plan_story
from services.importing.plan_template import template_lines
from services.importing.run import Importer, Summary, open_report

KOSOVO = "xk-gsccs-2013-2017"
"""The name of the plan that ships: the Government's strategy for cooperation with civil society, 2013-2017."""
_LISTS = {"specific_objectives": "specific_objective", "measures": "measure", "outputs": "output"}


class Plan(msgspec.Struct, frozen=True):
    """The records of a plan, and the name of its source."""

    source: str
    lines: tuple[Line, ...]


async def import_plan(
    system: System,
    tenant: str,
    plan: Plan,
    report: Path,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Summary:
    """Import a plan; `progress` gets the records done and all there are.

    Raises:
        Unreadable: the report cannot be written; nothing was imported.
        Unavailable: the log could not be reached for long; run it again.
    """
    with open_report(report) as told:
        importer = Importer(system.handler, tenant, plan.source)
        return await _told(importer, plan, told, lambda done: progress(done, len(plan.lines)))


async def import_shipped(system: System) -> Summary:
    """Import the plan that ships, without a report: nothing of it is refused."""
    plan = shipped_plan(KOSOVO)
    return await _told(Importer(system.handler, NATIONAL_SLUG, plan.source), plan, io.BytesIO(), lambda _: None)


def read_plan(file: Path, tenant: str) -> Plan:
    """The plan in a file; or the one that ships, where there is no such file and the name is its.

    Raises: Unreadable.
    """
    if not file.exists() and str(file) == KOSOVO:
        return shipped_plan(KOSOVO)
    require_file(file)
    if file.suffix.lower() == ".csv":
        return Plan(f"plan:{tenant}", tuple(template_lines(file)))
    try:
        found = msgspec.json.decode(file.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise Unreadable(f"{file} is no plan: neither a table (.csv) nor JSON") from error
    if isinstance(found, dict) and is_federal(found):
        return Plan(SOURCE, tuple(federal_lines(found, tenant)))
    return _own(found, str(file))


def shipped_plan(name: str) -> Plan:
    """A plan that ships with Pakt."""
    data = files("domain.action_measures").joinpath("data", f"{name}.json").read_bytes()
    return _own(msgspec.json.decode(data), name)


async def _told(importer: Importer, plan: Plan, report: IO[bytes], progress: Callable[[int], None]) -> Summary:
    """In the order of the phases: what needs another record comes after it. Lines that cannot be read come first."""
    summary = await importer.run([line for line in plan.lines if line.record is None], plan_story, report, progress)
    for phase in PHASES:
        lines = [line for line in plan.lines if line.record is not None and line.record["entry"] in phase]
        summary = await importer.run(lines, plan_story, report, progress)
    return summary


def _own(found: Any, name: str) -> Plan:
    try:
        source, strategy = str(found["source"]), dict(found["strategy"])
        reference = str(strategy["reference"])
        lists = {entry: [dict(one) for one in found.get(member, ())] for member, entry in _LISTS.items()}
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise Unreadable(f"{name} is no plan: it lacks {error}") from error
    return Plan(source, tuple(_numbered(reference, strategy, lists)))


def _numbered(reference: str, strategy: dict[str, Any], lists: dict[str, list[dict[str, Any]]]) -> Iterator[Line]:
    yield Line(1, {"entry": "strategy", "id": reference} | strategy)
    for entry, records in lists.items():
        for n, record in enumerate(records, start=1):
            yield Line(n, {"entry": entry, "id": f"{reference}/{entry}/{n}", "strategy": reference} | record)
