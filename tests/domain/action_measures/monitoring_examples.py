"""A monitoring report from the half-year that it is about to its publication, as the tests tell it."""

from datetime import UTC, date, datetime

from domain.action_measures.events import monitoring_report as e
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Figure, QueryName, Unit
from domain.action_measures.monitoring import (
    ContestedFigure,
    EventRange,
    FrozenFigure,
    FrozenMeasure,
    FrozenReport,
    InstitutionCounts,
    Light,
    LightReason,
    LogPosition,
    ReportSection,
    report_id,
)
from domain.action_measures.monitoring_report import DUE
from domain.action_measures.vocabulary import MeasureStage
from domain.council.vocabulary import Side, SideVotes
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from tests.domain.action_measures import examples as x
from tests.support.given import NATIONAL, context

PERIOD = "2026-H1"
SPAN = Span.of(PERIOD)
REPORT = report_id(x.STRATEGY, PERIOD)
AFTER = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
"""A Monday after the half-year."""
COUNCIL = derived_id("test", "council")
WORDS = text(sq="Gjysmëvjeti i parë.", sr="Prvo polugodište.", en="The first half-year.")
SHARE = FrozenFigure(
    section=ReportSection.CONSULTATIONS,
    query=QueryName(name="consultation_reports_in_time"),
    query_hash="c" * 64,
    unit=Unit.PERCENTAGE,
    figure=Figure(value="75", numerator=3, denominator=4),
    by_institution=(
        InstitutionCounts(tenant="mflt", numerator=1, denominator=1),
        InstitutionCounts(tenant="prizren", numerator=2, denominator=3),
    ),
    ranges=(
        EventRange(tenant="mflt", first=3, last=17, events=6),
        EventRange(tenant="prizren", first=2, last=40, events=9),
    ),
)
SUM = FrozenFigure(
    section=ReportSection.GRANTS,
    query=QueryName(name="grants_paid_euro"),
    query_hash="d" * 64,
    unit=Unit.EURO,
    figure=Figure(value="12500.5", numerator=1_250_050),
    by_institution=(InstitutionCounts(tenant="mflt", numerator=1_250_050),),
)
NONE = FrozenFigure(
    section=ReportSection.DEADLINES,
    query=QueryName(name="deadlines_met"),
    query_hash="e" * 64,
    unit=Unit.PERCENTAGE,
    figure=Figure(numerator=0, denominator=0),
)
MEASURES = (
    FrozenMeasure(
        measure_id=x.MEASURE,
        tenant="mflt",
        code="1.1.1",
        objective="1.1",
        title=title(sq="Udhëzues për konsultimet", sr="Vodič za konsultacije", en="Guide to consultations"),
        state=MeasureStage.ACTIVE,
        light=Light.GREEN,
        reason=LightReason.ON_TRACK,
        baseline=date(2026, 12, 15),
        last_day=date(2027, 6, 30),
        moved=1,
    ),
    FrozenMeasure(
        measure_id=derived_id("test", "other measure"),
        tenant="prizren",
        code="2.1.1",
        objective="2.1",
        title=title(sq="Trajnimi", sr="Obuka", en="Training"),
        state=MeasureStage.DELAYED,
        light=Light.RED,
        reason=LightReason.LAST_DAY_OVER,
        baseline=date(2026, 5, 31),
        last_day=date(2026, 5, 31),
    ),
)
CONTESTED = ContestedFigure(
    tenant="mflt",
    indicator_id=derived_id("test", "indicator"),
    title=title(sq="Trajnime", sr="Obuke", en="Trainings"),
    period=PERIOD,
    reported=Figure(value="12"),
    organisation_id=derived_id("test", "organisation"),
    own=Figure(value="7"),
    reason=text(en="Five of them were not held."),
)
FROZEN = FrozenReport(
    as_of=SPAN.as_of,
    positions=(
        LogPosition(tenant="mflt", position=17),
        LogPosition(tenant="opm", position=90),
        LogPosition(tenant="prizren", position=44),
    ),
    figures=(SHARE, SUM, NONE),
    measures=MEASURES,
    contested=(CONTESTED,),
)
DUE_BY = deadline(
    context(tenant=NATIONAL).rules[DUE],
    SPAN.as_of,
    "MonitoringReportFellDue",
    context(tenant=NATIONAL).calendar,
)
EXPECTED = e.MonitoringReportExpected(strategy_id=x.STRATEGY, period=PERIOD, ends=SPAN.ends, until=x.ADOPT.last_day)
FELL_DUE = e.MonitoringReportFellDue(strategy_id=x.STRATEGY, period=PERIOD, until=x.ADOPT.last_day, due=DUE_BY)
MISSED = e.MonitoringReportMissed()
DRAFTED = e.MonitoringReportDrafted(foreword=WORDS)
WAS_FROZEN = e.MonitoringReportFrozen(number=1, digest=FROZEN.digest, frozen=FROZEN)
REOPENED = e.MonitoringReportReopened(reason=text(sq="Gabim", sr="Greška"))
DISSENTED = e.DissentAdded(side=Side.CSO, text=text(sq="Nuk pajtohemi.", en="We do not agree."))
VOTES = (
    SideVotes(side=Side.CSO, in_favour=0, against=15, abstained=0, interested=0, seated=15),
    SideVotes(side=Side.INSTITUTIONS, in_favour=14, against=0, abstained=0, interested=0, seated=14),
)
APPROVED = e.MonitoringReportApproved(resolution_id=derived_id("test", "resolution"), resolution="3/2026", votes=VOTES)
PUBLISHED = e.MonitoringReportPublished(late=False)
UP_TO_DRAFT: tuple[Event, ...] = (EXPECTED, FELL_DUE, DRAFTED)
UP_TO_FREEZE: tuple[Event, ...] = (*UP_TO_DRAFT, WAS_FROZEN)
WHOLE: tuple[Event, ...] = (*UP_TO_FREEZE, DISSENTED, APPROVED, PUBLISHED)
EXAMPLES: dict[type[Event], Event] = {type(example): example for example in (*WHOLE, MISSED, REOPENED)}
