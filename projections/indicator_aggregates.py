"""Indicators of several institutions as one: sums, the highest, the last, quotients of sums; never a mean of means."""

from datetime import date
from uuid import UUID

import msgspec

from domain.action_measures.figures import Dated, together
from domain.action_measures.indicator_vocabulary import Aggregation, Figure, Unit
from domain.kernel.text import Title
from projections.indicator_queries import PublicIndicator, parts_of, public_indicator
from projections.indicator_register import ValueLine
from projections.reading import ReadConnection

Told = tuple[PublicIndicator, ValueLine]
"""An institution's indicator, and one of its periods."""


class OfInstitution(msgspec.Struct, frozen=True, kw_only=True):
    """What an institution's own indicator adds to a period."""

    tenant: str
    indicator_id: UUID
    state: str
    contested: bool
    figure: Figure


class PeriodTogether(msgspec.Struct, frozen=True, kw_only=True):
    """A period over several institutions; without a figure where nobody has a value."""

    period: str
    first_day: date
    last_day: date
    figure: Figure | None
    institutions: tuple[OfInstitution, ...]


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Indicators of several institutions as the one of which they are parts: by period, and over all periods.

    Numerators are divided by denominators once, at the end; no mean of shares is ever made.
    """

    version: int
    tenant: str
    indicator_id: UUID
    title: Title
    unit: str
    aggregation: str
    accepted_only: bool
    figure: Figure | None
    periods: tuple[PeriodTogether, ...]


async def aggregated(connection: ReadConnection, indicator_id: UUID, *, accepted_only: bool) -> Together | None:
    """All indicators that are part of this one, as one; of whichever institutions are in scope."""
    whole = await public_indicator(connection, indicator_id)
    if whole is None:
        return None
    rule, unit = Aggregation(whole.aggregation), Unit(whole.unit)
    found: dict[tuple[date, str], list[Told]] = {}
    for part in await parts_of(connection, indicator_id, whole.unit):
        for line in part.periods:
            if line.state == "accepted" or (not accepted_only and line.figure is not None):
                found.setdefault((line.first_day, line.period), []).append((part, line))
    every = [one for lines in found.values() for one in lines]
    return Together(
        version=whole.version,
        tenant=whole.tenant,
        indicator_id=indicator_id,
        title=whole.title,
        unit=whole.unit,
        aggregation=whole.aggregation,
        accepted_only=accepted_only,
        figure=together(map(_dated, every), rule, unit),
        periods=tuple(_period(lines, rule, unit) for _, lines in sorted(found.items(), key=lambda item: item[0])),
    )


def _period(lines: list[Told], rule: Aggregation, unit: Unit) -> PeriodTogether:
    first = lines[0][1]
    return PeriodTogether(
        period=first.period,
        first_day=first.first_day,
        last_day=first.last_day,
        figure=together(map(_dated, lines), rule, unit),
        institutions=tuple(
            OfInstitution(
                tenant=part.tenant,
                indicator_id=part.indicator_id,
                state=line.state,
                contested=any(one.revision == line.revision for one in line.contests),
                figure=line.figure or Figure(),
            )
            for part, line in lines
        ),
    )


def _dated(one: Told) -> Dated:
    part, line = one
    said_at = line.said_at.isoformat() if line.said_at else ""
    return Dated(line.figure or Figure(), f"{line.last_day.isoformat()} {said_at} {part.tenant}")
