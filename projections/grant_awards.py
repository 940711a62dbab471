"""Awards of grants wherever they come from: one list over the registers that hold them, for exports and for sums."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.grants.recorded_facts import Party, Period, Place, Programme
from domain.kernel.money import Money
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_page
from projections.recorded_twice import RECORDED


class Award(msgspec.Struct, frozen=True):
    """One award that counts. `grant_id` is the source's identifier; '' for an award of Pakt's own.

    `funders` is empty where the institution itself awarded it. `amount` is in minor units of `currency`.
    """

    tenant_id: int
    tenant: str
    award_id: UUID
    version: int
    grant_id: str
    title: str
    description: str
    amount: int
    currency: str
    awarded_on: date
    recipients: tuple[Party, ...]
    funders: tuple[Party, ...]
    organisation_id: UUID | None
    changed_at: datetime
    amount_applied_for: Money | None = None
    amount_disbursed: Money | None = None
    planned: tuple[Period, ...] = ()
    programmes: tuple[Programme, ...] = ()
    places: tuple[Place, ...] = ()
    from_open_call: bool | None = None
    other: str = ""


_RECORDED = """SELECT r.tenant_id, t.slug AS tenant, r.recorded_grant_id AS award_id, r.version, r.grant_id, r.title,
    r.description, r.amount, r.currency, r.awarded_on, r.recipients, r.funders, r.organisation_id, r.changed_at,
    r.amount_applied_for, r.amount_disbursed, r.planned, r.programmes, r.places, r.from_open_call, r.other,
    {counted} AS counted_id
    FROM {recorded} r JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)
    WHERE r.state = 'recorded'"""
_AGREED = """SELECT a.tenant_id, t.slug AS tenant, a.agreement_id AS award_id, a.version, '' AS grant_id, a.title,
    a.activity AS description, (a.award ->> 'amount')::bigint AS amount, a.award ->> 'currency' AS currency,
    a.signed_on AS awarded_on, jsonb_build_array(jsonb_build_object(
        'name', coalesce(a.organisation_name #>> '{sq,text}', a.organisation_name #>> '{sr,text}',
            (SELECT w -> 'text' #>> '{}' FROM jsonb_each(a.organisation_name) AS n (code, w) ORDER BY code LIMIT 1)),
        'identifier', coalesce((a.identifiers #>> '{0,scheme}') || '-' || (a.identifiers #>> '{0,value}'),
            a.organisation_id::text))) AS recipients,
    '[]'::jsonb AS funders, a.organisation_id, a.changed_at, NULL::jsonb AS amount_applied_for,
    a.paid AS amount_disbursed,
    jsonb_build_array(jsonb_build_object('starts_on', a.starts_on, 'ends_on', a.ends_on)) AS planned,
    jsonb_build_array(jsonb_build_object('title', a.purpose)) AS programmes,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('name', m)), '[]'::jsonb)
        FROM jsonb_array_elements_text(a.municipalities) AS m) AS places,
    true AS from_open_call, '' AS other, NULL::uuid AS counted_id
    FROM grant_agreement_register a JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)
    WHERE a.public AND a.signed_on IS NOT NULL"""
_OWN = _RECORDED.format(counted="NULL::uuid", recorded="recorded_grant_register")
_NATIONAL = _RECORDED.format(counted="r.counted_id", recorded=RECORDED.removesuffix(" recorded"))
AWARDS = f"({_OWN} UNION ALL {_AGREED}) awards"
"""What queries over awards select from: grants on record that count, and signed agreements."""
NATIONAL_AWARDS = f"({_NATIONAL} UNION ALL {_AGREED}) awards"
"""The same, where sums over institutions are made: `counted_id` is there for a record that repeats another one's."""


async def awards(
    connection: ReadConnection, *, tenant: str | None = None, after: After | None = None, limit: int = 50
) -> Page[Award]:
    """Awards of the tenants in scope, the earliest first; key `(awarded_on, award_id)`."""
    return await fetch_page(
        connection,
        Award,
        AWARDS,
        Conditions().add_equal(tenant=tenant),
        ("awarded_on", "award_id"),
        after,
        limit,
    )


async def last_change(connection: ReadConnection) -> datetime | None:
    """When the newest change to an award was recorded, of the tenants in scope; None where there is none."""
    where = Conditions()
    record = await connection.fetchrow(
        f"SELECT max(changed_at) FROM {AWARDS} WHERE {where}",  # noqa: S608 - our own text
        *where.parameters,
    )
    found: datetime | None = record[0] if record else None
    return found
