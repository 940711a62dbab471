"""What a measure comes to, as results of IATI 2.03: its milestones, as qualitative indicators, and its indicators."""

from collections.abc import Iterator, Sequence
from datetime import date

from domain.action_measures.indicator_vocabulary import Baseline, Direction, Unit
from domain.kernel.message import N_, Message
from projections.indicator_register import IndicatorFacts, ValueLine
from projections.measure_register import MeasureFacts, MilestoneState
from services.open_data.iati_words import narrative, said, told
from services.open_data.xml_document import Branch

_OUTPUT, _OUTCOME = "1", "2"
_UNIT, _PERCENTAGE, _QUALITATIVE = "1", "2", "5"


def first_planned(day: date) -> Message:
    """That another day was planned before."""
    return Message(N_("First planned for {day}."), {"day": day.isoformat()})


def milestones(measure: MeasureFacts) -> Iterator[Branch]:
    """One result; an indicator of a milestone has a period only where the milestone has a day."""
    if measure.milestones:
        title = Branch("title", inside=said(Message(N_("Milestones"))))
        yield Branch("result", {"type": _OUTPUT}, [title, *(_milestone(measure, one) for one in measure.milestones)])


def _milestone(measure: MeasureFacts, one: MilestoneState) -> Branch:
    words = " ".join(part for part in (one.measurement, one.target_words) if part)
    inside = [Branch("title", inside=told(one.title))]
    if words:
        inside.append(Branch("description", inside=[narrative(words)]))
    day = one.target or one.baseline
    if day is not None:
        inside.append(_period(measure, one, day))
    return Branch("indicator", {"measure": _QUALITATIVE}, inside)


def _period(measure: MeasureFacts, one: MilestoneState, day: date) -> Branch:
    """Up to its day; of a milestone that has none any more, up to the one that was first planned."""
    start = min(measure.first_day, day)
    inside = [
        Branch("period-start", {"iso-date": start.isoformat()}),
        Branch("period-end", {"iso-date": day.isoformat()}),
    ]
    if one.target is None:
        moved = Message(N_("This day counts no longer; no other is known."))
        inside.append(Branch("target", inside=[_comment(moved)]))
    elif one.baseline is not None and one.baseline != day:
        inside.append(Branch("target", inside=[_comment(first_planned(one.baseline))]))
    if one.completed_on is not None:
        reached = Message(N_("Reached on {day}."), {"day": one.completed_on.isoformat()})
        inside.append(Branch("actual", inside=[_comment(reached)]))
    return Branch("period", inside=inside)


def _comment(message: Message) -> Branch:
    return Branch("comment", inside=said(message))


def outcomes(indicators: Sequence[IndicatorFacts]) -> Iterator[Branch]:
    """One result with the indicators by which a measure is measured; a figure that is disputed says so."""
    if indicators:
        title = Branch("title", inside=said(Message(N_("Indicators"))))
        yield Branch("result", {"type": _OUTCOME}, [title, *map(_indicator, indicators)])


def _indicator(one: IndicatorFacts) -> Branch:
    attributes = {
        "measure": _PERCENTAGE if one.unit == Unit.PERCENTAGE else _UNIT,
        "ascending": "1" if one.direction == Direction.ASCENDING else "0",
    }
    inside = [Branch("title", inside=told(one.title))]
    if one.described:
        inside.append(Branch("description", inside=[narrative(one.described)]))
    if one.baseline is not None:
        inside.extend(_baseline(one.baseline))
    return Branch("indicator", attributes, [*inside, *map(_value_of, one.periods)])


def _baseline(baseline: Baseline) -> Iterator[Branch]:
    value = baseline.figure.value
    if value is not None:
        day = baseline.day
        yield Branch("baseline", {"year": str(day.year), "iso-date": day.isoformat(), "value": value})


def _value_of(line: ValueLine) -> Branch:
    inside = [
        Branch("period-start", {"iso-date": line.first_day.isoformat()}),
        Branch("period-end", {"iso-date": line.last_day.isoformat()}),
    ]
    if line.target is not None:
        inside.append(Branch("target", {"value": line.target}))
    if line.figure is not None and line.figure.value is not None:
        disputed = any(one.revision == line.revision for one in line.contests)
        words = [_comment(Message(N_("Civil society disputes this figure.")))] if disputed else []
        inside.append(Branch("actual", {"value": line.figure.value}, words))
    return Branch("period", inside=inside)
