"""One grant on record at two institutions: it counts once for the nation, and each record that is left out is named.

Two records of different institutions are of one grant where they name the same funder, and either the funder's own
identifier of the grant, or recipient, day of the award and amount (the recipient by its place in the national register
or by the identifier on record). Of several such grants of one institution the first is matched with the first of the
other, and so on: an institution may well give the same amount twice on one day. What was recorded first counts.
"""

from datetime import date
from uuid import UUID

import msgspec

from projections.reading import Conditions, ReadConnection, maker, selected


class RecordedTwice(msgspec.Struct, frozen=True):
    """A record that is left out of national figures, and that which counts instead.

    `same` says by what they are one: `grant_id`, or `award` (recipient, day and amount). `amount` is in minor units.
    """

    tenant: str
    recorded_grant_id: UUID
    grant_id: str
    amount: int
    currency: str
    awarded_on: date
    same: str
    counted_tenant: str
    counted_id: UUID


_FUNDER = "upper(funders #>> '{0,identifier}')"
_ALIKE = f"{_FUNDER}, awarded_on, amount, currency"
_ONE = "jsonb_array_length(recipients) = 1"
_KEYS = {
    "by_id": f"{_FUNDER}, upper(grant_id)",
    "by_entry": f"{_ALIKE}, CASE WHEN {_ONE} THEN coalesce(organisation_id, recorded_grant_id) END",
    "by_recipient": f"{_ALIKE}, CASE WHEN {_ONE} THEN upper(recipients #>> '{{0,identifier}}') END",
}
_NUMBERED = ", ".join(
    f"row_number() OVER (PARTITION BY tenant_id, {key} ORDER BY recorded_at, recorded_grant_id) AS n_{name}"
    for name, key in _KEYS.items()
)
_FIRST = ", ".join(
    f"first_value(recorded_grant_id) OVER (PARTITION BY {key}, n_{name} ORDER BY recorded_at, tenant_id,"
    f" recorded_grant_id) AS {name}"
    for name, key in _KEYS.items()
)
_COUNTED = f"""CASE WHEN by_id <> recorded_grant_id THEN by_id
    WHEN {_ONE} AND by_entry <> recorded_grant_id THEN by_entry
    WHEN {_ONE} AND by_recipient <> recorded_grant_id THEN by_recipient END"""
RECORDED = f"""(SELECT *, {_COUNTED} AS counted_id, by_id <> recorded_grant_id AS same_id FROM (
    SELECT *, {_FIRST} FROM (
        SELECT *, {_NUMBERED} FROM recorded_grant_register
        WHERE state = 'recorded') numbered) first) recorded"""  # noqa: S608
"""Grants on record that count at their institution; `counted_id` is the record that counts for the nation instead."""
_TWICE = f"""(SELECT r.tenant_id, t.slug AS tenant, r.recorded_grant_id, r.grant_id, r.amount, r.currency, r.awarded_on,
    CASE WHEN same_id THEN 'grant_id' ELSE 'award' END AS same, u.slug AS counted_tenant, r.counted_id
    FROM {RECORDED.removesuffix(" recorded")} r
    JOIN recorded_grant_register c ON c.recorded_grant_id = r.counted_id
    JOIN (SELECT tenant_id, slug FROM es.tenant) t ON t.tenant_id = r.tenant_id
    JOIN (SELECT tenant_id, slug FROM es.tenant) u ON u.tenant_id = c.tenant_id) twice"""  # noqa: S608 - our own text


async def recorded_twice(connection: ReadConnection, year: int | None) -> list[RecordedTwice]:
    """What is left out over the tenants in scope, by institution and day; `year` is that of the award."""
    where = Conditions()
    if year is not None:
        where.add("extract(year FROM awarded_on)::int = ?", year)
    sql = f"SELECT {selected(RecordedTwice)} FROM {_TWICE} WHERE {where}"  # noqa: S608 - our own text
    records = await connection.fetch(f"{sql} ORDER BY tenant, awarded_on, recorded_grant_id", *where.parameters)
    return [maker(RecordedTwice)(record) for record in records]
