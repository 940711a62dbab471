"""Figures on the volunteering in institutions, for overviews and the indicators of the action plan."""

from datetime import datetime
from typing import TypeVar

import msgspec

from projections.counting import summed
from projections.reading import Conditions, ReadConnection, maker, selected

S = TypeVar("S", bound=msgspec.Struct)


class VolunteeringFigures(msgspec.Struct, frozen=True):
    """Signed agreements, and the hours of a year or of all.

    `volunteers` are persons with a signed agreement, once in each institution; `retained` of them had signed one in an
    earlier year there, too. `minutes_confirmed` count for the year of the entry's first day, agreements for that of the
    signature. `minutes_to_confirm` may still count, `minutes_refused` do not: another institution has the time, or a
    cap stands in the way.
    """

    agreements: int = 0
    by_state: dict[str, int] = {}
    minors: int = 0
    volunteers: int = 0
    retained: int = 0
    entries_confirmed: int = 0
    minutes_confirmed: int = 0
    minutes_to_confirm: int = 0
    minutes_refused: int = 0


class _Signed(msgspec.Struct, frozen=True):
    tenant_id: int
    state: str
    agreements: int
    minors: int


class _People(msgspec.Struct, frozen=True):
    tenant_id: int
    volunteers: int
    retained: int


class _Hours(msgspec.Struct, frozen=True):
    tenant_id: int
    entries_confirmed: int
    minutes_confirmed: int
    minutes_to_confirm: int
    minutes_refused: int


_YEAR = "extract(year FROM signed_at AT TIME ZONE 'Europe/Belgrade')::int"
_SIGNED = """(SELECT tenant_id, state, count(*) AS agreements, count(*) FILTER (WHERE protection = 'minor') AS minors
    FROM volunteer_agreement_register WHERE signed_at IS NOT NULL AND $where GROUP BY tenant_id, state) lines"""
_PEOPLE = """(SELECT tenant_id, count(*) AS volunteers, count(*) FILTER (WHERE first_year < last_year) AS retained
    FROM (SELECT tenant_id, person_id, min($year) AS first_year, max($year) AS last_year,
        bool_or($asked) AS counted
        FROM volunteer_agreement_register WHERE signed_at IS NOT NULL AND $where GROUP BY tenant_id, person_id) people
    WHERE counted GROUP BY tenant_id) lines"""
_HOURS = """(SELECT tenant_id, count(*) FILTER (WHERE state = 'confirmed') AS entries_confirmed,
    coalesce(sum(minutes) FILTER (WHERE state = 'confirmed'), 0)::bigint AS minutes_confirmed,
    coalesce(sum(minutes) FILTER (WHERE state IN ('logged', 'claimed')), 0)::bigint AS minutes_to_confirm,
    coalesce(sum(minutes) FILTER (WHERE state = 'refused'), 0)::bigint AS minutes_refused
    FROM volunteer_hours_register WHERE $where GROUP BY tenant_id) lines"""


async def volunteering_figures(
    connection: ReadConnection, _now: datetime, year: int | None
) -> dict[int, VolunteeringFigures]:
    """Figures per tenant in scope with at least one signed agreement or entry."""
    found: dict[int, list[VolunteeringFigures]] = {}
    for signed in await _lines(connection, _Signed, _SIGNED, f"{_YEAR} = ?", year):
        one = VolunteeringFigures(
            agreements=signed.agreements, by_state={signed.state: signed.agreements}, minors=signed.minors
        )
        found.setdefault(signed.tenant_id, []).append(one)
    people = _PEOPLE.replace("$year", _YEAR).replace("$asked", "true" if year is None else f"{_YEAR} = {year:d}")
    for known in await _lines(connection, _People, people, f"{_YEAR} <= ?", year):
        counted = VolunteeringFigures(volunteers=known.volunteers, retained=known.retained)
        found.setdefault(known.tenant_id, []).append(counted)
    for hours in await _lines(connection, _Hours, _HOURS, "extract(year FROM day)::int = ?", year):
        given = VolunteeringFigures(
            entries_confirmed=hours.entries_confirmed,
            minutes_confirmed=hours.minutes_confirmed,
            minutes_to_confirm=hours.minutes_to_confirm,
            minutes_refused=hours.minutes_refused,
        )
        found.setdefault(hours.tenant_id, []).append(given)
    return {tenant_id: summed(VolunteeringFigures, parts) for tenant_id, parts in sorted(found.items())}


async def _lines(connection: ReadConnection, of: type[S], source: str, in_year: str, year: int | None) -> list[S]:
    where = Conditions()
    if year is not None:
        where.add(in_year, year)
    sql = f"SELECT {selected(of)} FROM {source.replace('$where', str(where))} ORDER BY tenant_id"  # noqa: S608
    make = maker(of)
    return [make(record) for record in await connection.fetch(sql, *where.parameters)]
