"""What a report says in a language: the one source of its page and of its paper, a function of what was frozen."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from domain.action_measures.computed import COMPUTED
from domain.action_measures.monitoring import FrozenFigure, FrozenMeasure, FrozenReport, Light, ReportSection
from domain.council.vocabulary import Side, SideVotes
from domain.kernel.deadline import last_day
from domain.kernel.message import N_, Message
from domain.kernel.text import Title
from projections.monitoring_report_register import MonitoringReportFacts
from services.language import translate, translate_code
from services.monitoring.numbers import number, shown
from services.receipts.document import moment, named

TITLE = N_("Monitoring report")
_HALVES = {"H1": N_("First half of {year}"), "H2": N_("Second half of {year}")}


class Shown(msgspec.Struct, frozen=True):
    """What is shown: a frozen report, the title of its strategy, and what institutions were called then, by slug."""

    report: MonitoringReportFacts
    strategy: Title
    institutions: Mapping[str, Mapping[str, str]]
    address: str

    @property
    def frozen(self) -> FrozenReport:
        """Its figures. Raises: TypeError where none are frozen."""
        if self.report.frozen is None:
            raise TypeError(self.report.report_id)
        return self.report.frozen


class Source(msgspec.Struct, frozen=True):
    """Where a figure comes from in one institution: what it adds, and where its events lie."""

    institution: str
    adds: str
    events: str


class Row(msgspec.Struct, frozen=True):
    """A figure: `of` are the numbers that it is the quotient of, `query` what found it, `share` its points if any."""

    label: str
    value: str
    of: str
    query: str
    query_hash: str
    share: str | None
    sources: tuple[Source, ...]


class Section(msgspec.Struct, frozen=True):
    """Figures about one thing."""

    title: str
    rows: tuple[Row, ...]


class MeasureLine(msgspec.Struct, frozen=True):
    """A measure: `light` is the code, `stands` says it in words."""

    code: str
    title: str
    institution: str
    light: str
    stands: str
    days: str


class Said(msgspec.Struct, frozen=True):
    """The whole report in one language; `lights` counts measures by light, in the order red to grey."""

    language: str
    title: str
    strategy: str
    period: str
    state: str
    foreword: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    lights: tuple[tuple[str, str, int], ...]
    measures: tuple[MeasureLine, ...]
    contested: tuple[tuple[str, str, str, str], ...]
    votes: tuple[tuple[str, ...], ...]
    dissents: tuple[tuple[str, str], ...]


class Speaker:
    """Says texts, codes and days in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, template: str, **values: Any) -> str:
        """A text of the system."""
        return translate(Message(template, values), self.language)

    def code(self, code: str) -> str:
        """The word for a code."""
        return translate_code(code, self.language)

    def side(self, side: Side) -> str:
        """A side of the Council."""
        return self.say(N_("Civil society") if side is Side.CSO else N_("Institutions"))

    def day(self, day: date) -> str:
        """A day that reads the same in every language."""
        return day.isoformat()


def said(of: Shown, language: str) -> Said:
    """The report in sq, sr, sr-Cyrl or en."""
    speaker, frozen = Speaker(language), of.frozen
    year, half = of.report.period.split("-")
    names = {slug: named(one, language) for slug, one in of.institutions.items()}
    return Said(
        language=language,
        title=speaker.say(TITLE),
        strategy=of.strategy.in_language(language),
        period=speaker.say(_HALVES[half], year=year),
        state=speaker.code(of.report.state),
        foreword=of.report.foreword.in_language(language),
        facts=_facts(of, speaker),
        sections=tuple(_section(one, frozen.figures, names, speaker) for one in ReportSection),
        lights=tuple(
            (one.value, speaker.code(one), sum(each.light is one for each in frozen.measures)) for one in Light
        ),
        measures=tuple(_measure(one, names, speaker) for one in frozen.measures),
        contested=tuple(
            (
                f"{one.title.in_language(language)} ({one.period}), {names.get(one.tenant, one.tenant)}",
                one.reported.value or "–",
                one.own.value or "–" if one.own else "–",
                one.reason.in_language(language),
            )
            for one in frozen.contested
        ),
        votes=tuple(_votes(one, speaker) for one in of.report.votes),
        dissents=tuple(
            (f"{speaker.side(one.side)}, {moment(one.at)}", one.text.in_language(language))
            for one in of.report.dissents
            if one.number == of.report.freezes
        ),
    )


def _facts(of: Shown, speaker: Speaker) -> tuple[tuple[str, str], ...]:
    report, frozen = of.report, of.frozen
    told = [
        (speaker.say(N_("State")), speaker.code(report.state)),
        (speaker.say(N_("Figures as of the end of")), speaker.day(last_day(report.ends_at))),
        (speaker.say(N_("Logs that were read")), number(len(frozen.positions), speaker.language)),
        (speaker.say(N_("Digest of the figures ({algorithm})"), algorithm="SHA-256"), report.digest),
        (speaker.say(N_("Address")), of.address),
    ]
    if report.frozen_at is not None:
        told.insert(2, (speaker.say(N_("Frozen at")), moment(report.frozen_at)))
    if report.due_at is not None:
        told.insert(1, (speaker.say(N_("To be published by")), speaker.day(last_day(report.due_at))))
    if report.published_at is not None:
        late = f" ({speaker.say(N_('after the deadline'))})" if report.late else ""
        told.insert(2, (speaker.say(N_("Published at")), f"{moment(report.published_at)}{late}"))
    if report.resolution:
        told.append((speaker.say(N_("Resolution of the Council")), report.resolution))
    return tuple(told)


def _section(
    section: ReportSection, figures: Iterable[FrozenFigure], names: Mapping[str, str], speaker: Speaker
) -> Section:
    rows = tuple(_row(one, names, speaker) for one in figures if one.section is section)
    return Section(title=speaker.code(section).capitalize(), rows=rows)


def _row(one: FrozenFigure, names: Mapping[str, str], speaker: Speaker) -> Row:
    described, figure = COMPUTED[one.query], one.figure
    adds = {each.tenant: _counts(each.numerator, each.denominator, speaker) for each in one.by_institution}
    events = {
        each.tenant: speaker.say(
            N_("{events} events, positions {first} to {last}"),
            events=number(each.events, speaker.language),
            first=each.first,
            last=each.last,
        )
        for each in one.ranges
    }
    return Row(
        label=speaker.say(described.title),
        value=shown(figure, one.unit, speaker.language),
        of=_counts(figure.numerator or 0, figure.denominator, speaker) if described.weighted else "",
        query=f"{one.query.name} {one.query.version}",
        query_hash=one.query_hash,
        share=figure.value if described.weighted else None,
        sources=tuple(
            Source(names.get(slug, slug), adds.get(slug, "–"), events.get(slug, "–"))
            for slug in sorted(adds.keys() | events.keys())
        ),
    )


def _counts(numerator: int, denominator: int | None, speaker: Speaker) -> str:
    told = number(numerator, speaker.language)
    if denominator is None:
        return told
    return speaker.say(N_("{part} of {whole}"), part=told, whole=number(denominator, speaker.language))


def _measure(one: FrozenMeasure, names: Mapping[str, str], speaker: Speaker) -> MeasureLine:
    days = speaker.day(one.last_day)
    if one.moved:
        days = speaker.say(N_("{now} (first promised: {first})"), now=days, first=speaker.day(one.baseline))
    return MeasureLine(
        code=one.code,
        title=one.title.in_language(speaker.language),
        institution=names.get(one.tenant, one.tenant),
        light=one.light.value,
        stands=f"{speaker.code(one.light)}: {speaker.code(one.reason)}",
        days=days,
    )


def _votes(one: SideVotes, speaker: Speaker) -> tuple[str, ...]:
    counts = (one.in_favour, one.against, one.abstained, one.interested, one.seated)
    return (speaker.side(one.side), *(number(count, speaker.language) for count in counts))
