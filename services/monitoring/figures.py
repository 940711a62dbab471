"""Finding the figures of a monitoring report: at the end of its half-year, with every log read up to one position.

The same strategy, half-year and positions give the same figures at any later time (`services/indicators`).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import QueryName
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
)
from domain.action_measures.vocabulary import MeasureStage
from domain.kernel.ids import NATIONAL_SLUG
from projections.catalogue import INDICATORS, MEASURES, TRAIL
from projections.indicator_queries import ContestedFigure as Disputed
from projections.indicator_queries import ContestFilter, contested_figures
from projections.measure_queries import Filter, PublicMeasure, public_measures
from projections.paging import LARGEST, every
from projections.read_model import ReadModel
from projections.reading import IN_SCOPE, ReadConnection
from services.indicators.evaluation import Evaluated, Evaluator, Positions
from services.indicators.library import LIBRARY
from services.indicators.query import Query

_SECTIONS: Mapping[ReportSection, tuple[str, ...]] = {
    ReportSection.CONSULTATIONS: (
        "consultations_opened",
        "consultation_reports_in_time",
        "consultations_in_all_languages",
        "consultations_planned",
        "contributions_received",
        "contributions_answered",
        "contributions_withheld",
    ),
    ReportSection.GRANTS: (
        "calls_with_external_experts",
        "grants_awarded",
        "grants_awarded_euro",
        "grants_paid_euro",
        "grant_reports_overdue",
        "grant_complaints_in_time",
    ),
    ReportSection.CONTRACTS: (
        "contracts_signed",
        "contracts_paid_euro",
        "deliveries_in_time",
        "deliveries_overdue",
        "licences_valid",
    ),
    ReportSection.VOLUNTEERING: ("volunteers", "volunteer_minutes", "volunteer_certificates"),
    ReportSection.ORGANISATIONS: ("organisations_verified",),
    ReportSection.DEADLINES: ("deadlines_met",),
}
REPORTED: Mapping[QueryName, ReportSection] = {
    QueryName(name=name): section for section, names in _SECTIONS.items() for name in names
}
"""What a report says in figures, in its order."""
_RANGES = """SELECT tenant_id, min(position), max(position), count(*) FROM audit_trail
    WHERE $scope AND action = ANY ($1) GROUP BY tenant_id""".replace("$scope", IN_SCOPE)


async def found(
    evaluator: Evaluator, strategy_id: UUID, period: str, positions: Positions | None = None
) -> FrozenReport:
    """The figures of the half-year, with all logs read as far as they reach now, or up to these positions.

    Raises as `Evaluator.again`.
    """
    span = Span.of(period)
    general = [LIBRARY[name] for name in REPORTED if not LIBRARY[name].described.national]
    national = [LIBRARY[name] for name in REPORTED if LIBRARY[name].described.national]
    read = await evaluator.reach(general[0]) if positions is None else positions
    values = await evaluator.several(general, span, read)
    values += await evaluator.several(national, span, {NATIONAL_SLUG: read[NATIONAL_SLUG]})
    by_name = {QueryName(name=one.query, version=one.version): one for one in values}
    async with evaluator.reading((TRAIL, MEASURES), span.as_of, read) as (connection, slugs):
        asked = dict.fromkeys(LIBRARY[name].of for name in REPORTED)  # several figures rest on the same models
        ranges = {of: await _ranges(connection, of, slugs) for of in asked}
        measures = await _measures(connection, span, strategy_id)
    async with evaluator.reading((INDICATORS,), None, read) as (connection, _):
        contested = await _contested(connection, period, {one.measure_id for one in measures})
    return FrozenReport(
        as_of=span.as_of,
        positions=tuple(LogPosition(tenant=slug, position=position) for slug, position in sorted(read.items())),
        figures=tuple(_figure(LIBRARY[name], by_name[name], ranges[LIBRARY[name].of]) for name in REPORTED),
        measures=measures,
        contested=contested,
    )


async def _ranges(
    connection: ReadConnection, of: Sequence[ReadModel[Any]], slugs: Mapping[int, str]
) -> tuple[EventRange, ...]:
    """Where the events lie of which these models are folds, in the logs of those that have any."""
    actions = sorted({event.TOPIC.rpartition(".")[0] for model in of for event in model.handles or ()})
    rows = await connection.fetch(_RANGES, actions)
    told = [EventRange(tenant=slugs[row[0]], first=row[1], last=row[2], events=row[3]) for row in rows]
    return tuple(sorted(told, key=lambda one: one.tenant))


async def _measures(connection: ReadConnection, span: Span, strategy_id: UUID) -> tuple[FrozenMeasure, ...]:
    chosen = Filter(strategy_id=strategy_id)
    rows = await every(lambda after: public_measures(connection, span.as_of, chosen, after=after, limit=LARGEST))
    return tuple(map(_measure, rows))


async def _contested(
    connection: ReadConnection, period: str, measures: Collection[UUID]
) -> tuple[ContestedFigure, ...]:
    """What organisations say against figures of that half-year, which are reported when it is over.

    Of the strategy's measures, and of indicators that are no measure's.
    """
    chosen = ContestFilter(period=period, standing=True)
    rows = await every(lambda after: contested_figures(connection, chosen, after=after, limit=LARGEST))
    return tuple(_disputed(row) for row in rows if row.measure_id is None or row.measure_id in measures)


def _disputed(row: Disputed) -> ContestedFigure:
    return ContestedFigure(
        tenant=row.tenant,
        indicator_id=row.indicator_id,
        title=row.title,
        period=row.period,
        reported=row.figure,
        organisation_id=row.organisation_id,
        own=row.own,
        reason=row.reason,
    )


def _measure(row: PublicMeasure) -> FrozenMeasure:
    return FrozenMeasure(
        measure_id=row.measure_id,
        tenant=row.tenant,
        code=row.code,
        objective=row.objective,
        title=row.title,
        state=MeasureStage(row.state),
        light=Light(row.light),
        reason=LightReason(row.light_reason),
        baseline=row.baseline_last_day,
        last_day=row.last_day,
        moved=len(row.revisions),
    )


def _figure(query: Query, one: Evaluated, ranges: tuple[EventRange, ...]) -> FrozenFigure:
    return FrozenFigure(
        section=REPORTED[query.name],
        query=query.name,
        query_hash=one.query_hash,
        unit=query.described.unit,
        figure=one.figure,
        by_institution=tuple(
            InstitutionCounts(tenant=slug, numerator=counts.numerator, denominator=counts.denominator)
            for slug, counts in one.by_tenant.items()
        ),
        ranges=tuple(found for found in ranges if found.tenant in one.positions),
    )
