"""What a plan's records come to: a strategy in the national log, its objectives and outputs, measures with their leads.

A record says what it is by `entry`, and holds what the command for that takes:

- `strategy`: AdoptStrategy, told at noon of the day on which it was adopted;
- `specific_objective`: AddSpecificObjective below `strategy`;
- `measure`: `lead` and `plan` as AssignMeasure takes them, below `strategy`. With `assigned_on` it is history: what its
  source lacks becomes a finding, and `moves` (RescheduleMeasure, each with the time `on` which it happened) follow.
  `indicators` are what DefineIndicator takes but the measure;
- `output`: RecordOutput below `strategy`; it is put on record as it is imported, and says itself of when it tells.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.action_measures.commands.indicator import DefineIndicator
from domain.action_measures.commands.measure import PlanMeasure, RescheduleMeasure
from domain.action_measures.commands.strategy import (
    AddSpecificObjective,
    AdoptStrategy,
    AssignMeasure,
    RecordOutput,
)
from domain.action_measures.events.strategy import measure_id, strategy_id
from domain.action_measures.said_date import last_possible
from domain.kernel.deadline import start_of
from domain.kernel.ids import NATIONAL_SLUG
from services.importing.lines import Line, Record
from services.importing.mapping import BadRecord
from services.importing.stories import Place, Step, Story, about, made

_NOON = timedelta(hours=12)
_NATIONAL = Place(NATIONAL_SLUG, None)


def plan_story(line: Line) -> Story:
    """The story of one record.

    Raises: BadRecord.
    """
    record = dict(line.record or {})
    entry, source_id = record.pop("entry"), record.pop("id")
    with about(source_id):
        steps = tuple(_STEPS[entry](record))
    return Story(source_id, steps, line.remarks)


def _strategy(record: Record) -> Iterator[Step]:
    adopted = _day(record.get("adopted_on"), "adopted_on")
    yield Step("adopt", made("adopt", AdoptStrategy, record), adopted, _NATIONAL)


def _specific_objective(record: Record) -> Iterator[Step]:
    at = _in_log_of(record.pop("strategy"))
    yield Step("divide", made("divide", AddSpecificObjective, record), None, at)


def _output(record: Record) -> Iterator[Step]:
    at = _in_log_of(record.pop("strategy"))
    yield Step("record", made("record", RecordOutput, record), None, at)


def _measure(record: Record) -> Iterator[Step]:
    """Of the past, the lead's log comes first: else what follows from the assignment would be told at another time."""
    strategy, moves, indicators = record.pop("strategy"), record.pop("moves", ()), record.pop("indicators", ())
    assigned_on = record.pop("assigned_on", None)
    at = None if assigned_on is None else _day(assigned_on, "assigned_on")
    assignment = made("assign", AssignMeasure, record)
    lead, plan = assignment.lead, assignment.plan
    assign = Step("assign", assignment, at, _in_log_of(strategy))
    taken_over = Step("plan", PlanMeasure(strategy=strategy, lead=lead, plan=plan), at, Place(lead, None))
    yield from (assign, taken_over) if at is None else (taken_over, assign)
    there = Place(lead, measure_id(strategy_id(strategy), plan.code))
    for n, indicator in enumerate(indicators, start=1):
        name = f"indicator {n}"
        defined = made(name, DefineIndicator, dict(indicator) | {"measure_id": str(there.stream_id)})
        yield Step(name, defined, at, Place(lead, None))
    for n, move in enumerate(moves, start=1):
        facts, name = dict(move), f"move {n}"
        happened = _day(facts.pop("on"), "on")
        yield Step(name, made(name, RescheduleMeasure, facts), happened, there)


_STEPS = {
    "strategy": _strategy,
    "specific_objective": _specific_objective,
    "measure": _measure,
    "output": _output,
}
PHASES = (("strategy",), ("specific_objective",), ("measure",), ("output",))
"""Records of an entry are told when those before are: a measure needs its objective."""


def _in_log_of(reference: str) -> Place:
    return Place(NATIONAL_SLUG, strategy_id(reference))


def _day(said: object, name: str) -> datetime:
    """Noon of the last day that a year, a month or a day can mean."""
    try:
        return start_of(last_possible(str(said))) + _NOON
    except ValueError as error:
        raise BadRecord(f"{name} is no day") from error
