"""An indicator of each kind and what becomes of its values, as the tests tell them."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.action_measures.commands import indicator as c
from domain.action_measures.events import indicator as e
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import (
    Aggregation,
    Baseline,
    Disaggregation,
    Figure,
    Part,
    PeriodTarget,
    QueryName,
    Reach,
    Unit,
    ValueSource,
)
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from tests.domain.action_measures import examples as x
from tests.domain.council.examples import ADOPTED
from tests.support.given import ACTOR

INDICATOR = derived_id("test", "indicator")
ORGANISATION = derived_id("test", "organisation")
COLLEAGUE = derived_id("test", "colleague")
RESOLUTION, OTHER_RESOLUTION = derived_id("test", "resolution"), derived_id("test", "other resolution")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Mandate", ORGANISATION, derived_id("test", "mandate"))
REASON = x.REASON
TITLE = title(sq="Kontribute me përgjigje", sr="Prilozi sa odgovorom")
PERIODS = (PeriodTarget(period="2025-H2", target="60"), PeriodTarget(period="2026-H1", target="80"))
HALF = Span.of("2025-H2")
QUERY = QueryName(name="contributions_answered", version=1)

DEFINE = c.DefineIndicator(
    title=TITLE,
    measure_id=x.MEASURE,
    part_of=derived_id("test", "national indicator"),
    unit=Unit.PERCENTAGE,
    capped=True,
    aggregation=Aggregation.WEIGHTED,
    disaggregation=(Disaggregation.GENDER,),
    source=ValueSource.MANUAL,
    described="Counted by hand",
    baseline=Baseline(figure=Figure(numerator=1, denominator=4), day=date(2025, 6, 30)),
    periods=PERIODS,
    required=True,
)
COMPUTE = replace(DEFINE, source=ValueSource.COMPUTED, query=QUERY, disaggregation=(), baseline=None, required=False)
COUNT = replace(
    DEFINE,
    unit=Unit.NUMBER,
    aggregation=Aggregation.SUM,
    capped=False,
    disaggregation=(),
    baseline=None,
    required=False,
)


def defined(command: c.DefineIndicator) -> e.IndicatorDefined:
    """What the command leads to where nothing has to be made exact."""
    return e.IndicatorDefined(**{name: getattr(command, name) for name in command.__struct_fields__})


BASELINE = Baseline(figure=Figure(value="25", numerator=1, denominator=4), day=date(2025, 6, 30))
DEFINED = defined(replace(DEFINE, baseline=BASELINE))
COMPUTED, COUNTED = defined(COMPUTE), defined(COUNT)

FIGURE = Figure(value="75", numerator=3, denominator=4)
PARTS = (
    Part(by=Disaggregation.GENDER, code="female", figure=Figure(value="100", numerator=2, denominator=2)),
    Part(by=Disaggregation.GENDER, code="male", figure=Figure(value="50", numerator=1, denominator=2)),
)
REPORT = c.ReportValue(period="2025-H2", figure=Figure(numerator=3, denominator=4), parts=PARTS)
ATTACH = c.AttachValueEvidence(period="2025-H2", files=(x.FILE,))
VERIFY = c.VerifyValue(period="2025-H2")
CONTEST = c.ContestValue(
    period="2025-H2", organisation_id=ORGANISATION, reason=text(sq="Jo"), own=Figure(numerator=1, denominator=4)
)
ACCEPT = c.AcceptValue(period="2025-H2", resolution_id=RESOLUTION)
REOPEN = c.ReopenPeriod(period="2025-H2", resolution_id=OTHER_RESOLUTION, reason=REASON)
WITHDRAW = c.WithdrawIndicator(reason=REASON)
RECORD = c.RecordComputedValue(
    period="2025-H2",
    query=QUERY,
    query_hash="c" * 64,
    as_of=HALF.as_of,
    positions={"mflt": 120, "opm": 80},
    numerator=3,
    denominator=4,
)

REPORTED = e.ValueReported(period="2025-H2", revision=1, figure=FIGURE, parts=PARTS, reported_by=ACTOR)
ATTACHED = e.ValueEvidenceAttached(period="2025-H2", revision=1, files=(x.FILE,), attached_by=ACTOR)
VERIFIED = e.ValueVerified(period="2025-H2", revision=1, verified_by=COLLEAGUE)
CONTESTED = e.ValueContested(
    period="2025-H2",
    revision=1,
    figure=FIGURE,
    organisation_id=ORGANISATION,
    reason=text(sq="Jo"),
    own=Figure(value="25", numerator=1, denominator=4),
)
ACCEPTED = e.ValueAccepted(
    measure_id=x.MEASURE, period="2025-H2", revision=1, figure=FIGURE, resolution_id=RESOLUTION, met=True
)
REOPENED = e.PeriodReopened(measure_id=x.MEASURE, period="2025-H2", resolution_id=OTHER_RESOLUTION, reason=REASON)
WITHDRAWN = e.IndicatorWithdrawn(measure_id=x.MEASURE, reason=REASON)
RECORDED = e.ValueComputed(
    period="2025-H2",
    revision=1,
    query=QUERY,
    query_hash="c" * 64,
    as_of=HALF.as_of,
    positions={"mflt": 120, "opm": 80},
    figure=FIGURE,
)
ASKED = e.RecomputationAsked(period="2025-H2", revision=1)

SHOWN = (DEFINED, REPORTED, ATTACHED)
CHECKED = (*SHOWN, VERIFIED)
LOCKED = (*CHECKED, ACCEPTED)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        replace(
            DEFINED,
            strategy_id=x.STRATEGY,
            objective="1.1",
            source=ValueSource.COMPUTED,
            query=QUERY,
            reach=Reach.ALL,
        ),
        REPORTED,
        ASKED,
        RECORDED,
        ATTACHED,
        VERIFIED,
        CONTESTED,
        replace(ACCEPTED, contested=True),
        REOPENED,
        replace(WITHDRAWN, resolution_id=RESOLUTION),
    )
}
"""Every event of indicators with every field filled, the one that defines them also with what excludes each other."""


def resolved(kind: ResolutionKind, part: str | None = "2025-H2", **subject: Any) -> tuple[Resolutions]:
    """The register with a resolution about the indicator."""
    fold = Resolutions()
    about = ResolutionSubject(kind=kind, **({"tenant": "mflt", "stream_id": INDICATOR, "part": part} | subject))
    fold.apply(derived_id("test", "meeting"), replace(ADOPTED, subject=about))
    return (fold,)
