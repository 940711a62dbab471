"""The table of a plan that a ministry fills in: a row for a measure, and more for its other milestones and indicators.

The first row of a code says what the measure is; the rows below it with the same code hold a milestone, an indicator or
both. A measure is taken whole or not at all: where a row of it cannot be read, every row is refused with its reason.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from domain.action_measures.indicator_vocabulary import Aggregation, Unit, ValueSource
from domain.action_measures.vocabulary import BudgetSource
from domain.kernel.deadline import ZONE
from services.importing.cells import Cells
from services.importing.lines import Line, Record, Unreadable, read_lines
from services.importing.mapping import Fields, Reader, Value
from services.importing.stories import given

_LANGUAGES = ("sq", "sr", "en")
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")
_DATED = ("start", "end", "milestone_due", "baseline_day")
_EXAMPLE = {
    "strategy": "XK-GSCCS-2026-2030",
    "objective": "SO1",
    "specific_objective": "1.1",
    "specific_objective_sq": "Konsultime më të hershme",
    "specific_objective_sr": "Ranije konsultacije",
    "specific_objective_en": "Earlier consultations",
    "code": "1.1.1",
    "title_sq": "Trajnimi i zyrtarëve për konsultime",
    "title_sr": "Obuka službenika za konsultacije",
    "title_en": "Training of consultation officers",
    "lead": "mlga",
    "partners": "opm; CiviKos",
    "start": "2026-01-01",
    "end": "31.12.2026",
    "budget": "12,500.50",
    "budget_source": "state_budget",
    "milestone": "1.1.1-a",
    "milestone_sq": "Programi i trajnimit i miratuar",
    "milestone_sr": "Usvojen program obuke",
    "milestone_en": "Programme of training adopted",
    "milestone_measurement": "decision",
    "milestone_due": "2026-06-30",
    "indicator_sq": "Zyrtarë të trajnuar",
    "indicator_sr": "Obučeni službenici",
    "indicator_en": "Officers trained",
    "unit": "number",
    "baseline": "0",
    "baseline_day": "2025-12-31",
    "target_period": "2026",
    "target": "40",
}
COLUMNS = tuple(_EXAMPLE)
"""The heading, in its order."""
_FIRST = ("strategy", "objective", "code", "lead", "start", "end")
_MEASURE = ("title_sq", "title_sr", "title_en", "lead", "partners", "start", "end", "budget", "budget_source")
"""What stands in the first row of a measure alone."""


def template() -> str:
    """The empty table, with one measure as an example."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerow(_EXAMPLE)
    return written.getvalue()


def template_lines(path: Path) -> Iterator[Line]:
    """The records of a table that was filled in.

    Raises: Unreadable where it has another heading.
    """
    lines = list(read_lines(path, "csv"))
    heading = next((tuple(line.record) for line in lines if line.record is not None), None)
    if heading is not None and set(COLUMNS) - set(heading):
        missing = ", ".join(name for name in COLUMNS if name not in heading)
        raise Unreadable(f"{path} lacks {missing}; `pakt import plan --template` writes the whole heading")
    yield from (line for line in lines if line.record is None)
    rows = [line for line in lines if line.record is not None]
    yield from _specific_objectives(rows)
    for group in _by_measure(rows):
        yield from _measure(group)


def _specific_objectives(rows: Sequence[Line]) -> Iterator[Line]:
    """Each once, by the first row that names it."""
    seen: set[tuple[str, str]] = set()
    for line in rows:
        row = _Row(line)
        key = (row.words("strategy"), row.words("specific_objective"))
        if not all(key) or key in seen:
            continue
        seen.add(key)
        record: Record = {
            "entry": "specific_objective",
            "id": f"{key[0]}/objective/{key[1]}",
            "strategy": key[0],
            "objective": row.words("objective"),
            "code": key[1],
            "title": row.worded("specific_objective"),
        }
        yield replace(line, record=record)


def _by_measure(rows: Sequence[Line]) -> Iterator[list[Line]]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in rows:
        row = _Row(line)
        groups.setdefault((row.words("strategy"), row.words("code")), []).append(line)
    yield from groups.values()


def _measure(group: list[Line]) -> Iterator[Line]:
    """The measure as one record of its first row; or all of its rows, refused."""
    rows = [_Row(line) for line in group]
    record = _record(rows)
    faults = [row.faults(first=not n) for n, row in enumerate(rows)]
    if not any(faults):
        yield replace(group[0], record=record, remarks=tuple(one for row in rows for one in row.remarks))
        return
    bad = next(line.number for line, found in zip(group, faults, strict=True) if found)
    for line, found in zip(group, faults, strict=True):
        yield replace(line, record=None, reason="; ".join(found) or f"line {bad} of the same measure is refused")


def _record(rows: Sequence["_Row"]) -> Record:
    first = rows[0]
    strategy, code = first.words("strategy"), first.words("code")
    plan: dict[str, Any] = {
        "code": code,
        "objective": first.words("specific_objective") or first.words("objective"),
        "title": first.worded("title"),
        "partners": [_partner(name) for name in first.words("partners").split(";") if name.strip()],
        "budget": first.budget(),
        "milestones": [milestone for row in rows for milestone in row.milestones()],
    } | given(first_day=first.day("start"), last_day=first.day("end"))
    return {
        "entry": "measure",
        "id": f"{strategy}/{code}",
        "strategy": strategy,
        "lead": first.words("lead"),
        "plan": plan,
        "indicators": [indicator for row in rows for indicator in row.indicators()],
    }


def _partner(name: str) -> dict[str, str]:
    """A name in small letters alone is an institution's slug."""
    said = name.strip()
    return {"institution": said} if said.isascii() and said == said.lower() and " " not in said else {"other": said}


class _Row:
    """One row as its columns are to be read; what cannot be read is a fault with a pointer to its column."""

    def __init__(self, line: Line) -> None:
        fields: Fields = {name: Value(field=name, layouts=_DAYS if name in _DATED else ()) for name in COLUMNS}
        reader = Reader(fields, frozenset({"-", "–"}), ZoneInfo(ZONE), tabular=True)
        self._cells = Cells(reader, line, today=date.max)
        self._known: dict[str, str | None] = {}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What had to be supposed to read it."""
        return tuple(self._cells.remarks)

    def words(self, name: str) -> str:
        """The text of a column, as one line."""
        return self._cells.words(name)

    def worded(self, name: str) -> dict[str, dict[str, str]]:
        """A text in the languages whose columns hold one."""
        said = {language: self.words(f"{name}_{language}") for language in _LANGUAGES}
        return {language: {"text": words} for language, words in said.items() if words}

    def day(self, name: str) -> str | None:
        """A day as ISO 8601 writes it; words are a fault."""
        if name not in self._known:
            found = self._cells.day(name, past=False)
            self._known[name] = None if found is None else found.isoformat()
        return self._known[name]

    def budget(self) -> list[dict[str, Any]]:
        """The money of the row, in cents, where it names any."""
        amount, source = self._cells.amount("budget"), self._cells.one_of("budget_source", BudgetSource)
        if amount is None:
            return []
        cents = amount * 100
        if cents != cents.to_integral_value():
            self._cells.note("budget", "it has parts of a cent")
        if source is None and not self.words("budget_source"):
            self._cells.note("budget_source", "nothing says whose money it is")
        return [{"code": "budget", "source": str(source), "planned": {"amount": int(cents), "currency": "EUR"}}]

    def milestones(self) -> list[dict[str, Any]]:
        """The milestone of the row, where it names one; without a day it is a fault."""
        code = self.words("milestone")
        if not code:
            return []
        if self.day("milestone_due") is None and not self.words("milestone_due"):
            self._cells.note("milestone_due", "nothing says by which day")
        return [
            {"code": code, "title": self.worded("milestone")}
            | given(measurement=self.words("milestone_measurement"), target=self.day("milestone_due"))
        ]

    def indicators(self) -> list[dict[str, Any]]:
        """The indicator of the row, where it names one: counted by hand, of several periods the last counts."""
        called, unit = self.worded("indicator"), self._cells.one_of("unit", Unit)
        if not called:
            return []
        if unit is None and not self.words("unit"):
            self._cells.note("unit", "nothing says what it counts")
        if not self.words("target_period"):
            self._cells.note("target_period", "nothing says for which period")
        facts: dict[str, Any] = {
            "title": called,
            "unit": str(unit),
            "capped": unit is Unit.PERCENTAGE,
            "aggregation": Aggregation.LAST.value,
            "source": ValueSource.MANUAL.value,
            "periods": [{"period": self.words("target_period")} | given(target=self.words("target") or None)],
        }
        measured = self.words("baseline")
        if not measured:
            return [facts]
        if self.day("baseline_day") is None and not self.words("baseline_day"):
            self._cells.note("baseline_day", "nothing says on which day it was measured")
        return [facts | {"baseline": {"figure": {"value": measured}, "day": self.day("baseline_day")}}]

    def faults(self, *, first: bool) -> list[str]:
        """What is wrong with the row, each with its place; it repeats nothing that stands there."""
        wanted = _FIRST if first else () if self.worded("indicator") else ("milestone",)
        missing = [f"/{name}: nothing is given" for name in wanted if not self.words(name)]
        again = [f"/{name}: the first row says it" for name in _MEASURE if not first and self.words(name)]
        return [*missing, *again, *(f"/{one.heading}: {one.why}" for one in self._cells.unread)]
