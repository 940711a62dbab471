"""Questions to the ledger: all of it for the nation, and for an institution what is its own and what touches it.

Of the other side of an overlap an institution sees that there is one, whose it is and where to ask; the file itself
only when the other side consented or the disclosure was ordered.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.funding_claims.vocabulary import Similarity
from domain.kernel.vocabulary import Contact
from projections.funding_claim_register import ClaimRow
from projections.funding_overlap_register import OverlapRow, OverlapRuling
from projections.funding_settling import overlaps
from projections.reading import After, Conditions, Page, ReadConnection, fetch_one, fetch_page


class ClaimFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What claims to look for; None asks nothing."""

    state: str | None = None
    organisation_id: UUID | None = None
    overdue: bool | None = None


class OverlapFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What overlaps to look for; None asks nothing."""

    state: str | None = None
    organisation_id: UUID | None = None


class SideView(msgspec.Struct, frozen=True):
    """One of the two claims: whose it is and where to ask; `consented`: its institution opens it to the other.

    `confirmed`: the institution confirmed that both pay; the amounts are in its own log.
    """

    claim_id: UUID
    institution: str
    contact: Contact | None
    consented: bool
    confirmed: bool


class Overlap(msgspec.Struct, frozen=True):
    """An overlap as one of its sides sees it: `this` is the reader's own claim, the nation sees them as found.

    `state` is standing, declared, dismissed, or moot where a claim was released. One that stands stops contract and
    payment; what it lacks to be co-financing is in `wants`: declaration, consistency or confirmation. `disclosed`: the
    reader may see the other claim whole; it is then in `file` where one overlap was asked for.
    """

    overlap_id: UUID
    organisation_id: UUID
    state: str
    wants: str
    this: SideView
    other: SideView
    similarity: Similarity
    threshold: int
    disclosed: bool
    ruling: tuple[OverlapRuling, ...]
    found_at: datetime
    changed_at: datetime
    file: ClaimRow | None = None


class _Found(OverlapRow, frozen=True):
    """A row with what became of it."""

    state: str = ""
    wants: str = ""


async def funding_claims(
    connection: ReadConnection,
    seen_by: int | None,
    chosen: ClaimFilter,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[ClaimRow]:
    """Claims, the newest first: of the institution `seen_by`, for None of all; the key is `(reserved_at, claim_id)`."""
    where = Conditions().add_equal(institution_id=seen_by, state=chosen.state, organisation_id=chosen.organisation_id)
    if chosen.overdue is not None:
        where.add(f"(overdue <> '[]') = {where.parameter(chosen.overdue)}")
    return await fetch_page(
        connection,
        ClaimRow,
        "funding_claim_register",
        where,
        ("reserved_at", "claim_id"),
        after,
        limit,
        descending=True,
    )


async def funding_claim(connection: ReadConnection, seen_by: int | None, claim_id: UUID) -> ClaimRow | None:
    """One claim of the institution `seen_by`, for None of any."""
    where = Conditions().add_equal(institution_id=seen_by, claim_id=claim_id)
    return await fetch_one(connection, ClaimRow, "funding_claim_register", where)


async def funding_overlaps(
    connection: ReadConnection,
    seen_by: int | None,
    share: int | None,
    chosen: OverlapFilter,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[Overlap]:
    """Overlaps that touch a claim of the institution `seen_by`, for None all; the key is `(found_at, overlap_id)`.

    `share` is what the rule `funding.costs.share` says, None where there is none.
    """
    where = _touching(seen_by).add_equal(state=chosen.state, organisation_id=chosen.organisation_id)
    page = await fetch_page(
        connection,
        _Found,
        overlaps(where.parameter(share)),
        where,
        ("found_at", "overlap_id"),
        after,
        limit,
        descending=True,
    )
    return Page([_as_seen(one, seen_by) for one in page.items], page.next)


async def funding_overlap(
    connection: ReadConnection, seen_by: int | None, share: int | None, overlap_id: UUID
) -> Overlap | None:
    """One overlap, with the other side's file where it may be seen; `share` as for many."""
    where = _touching(seen_by).add_equal(overlap_id=overlap_id)
    found = await fetch_one(connection, _Found, overlaps(where.parameter(share)), where)
    if found is None:
        return None
    seen = _as_seen(found, seen_by)
    if not seen.disclosed:
        return seen
    return msgspec.structs.replace(seen, file=await funding_claim(connection, None, seen.other.claim_id))


def _touching(seen_by: int | None) -> Conditions:
    where = Conditions()
    return where if seen_by is None else where.add("institution_id = ? OR other_institution_id = ?", seen_by, seen_by)


def _as_seen(found: _Found, seen_by: int | None) -> Overlap:
    this = SideView(found.claim_id, found.institution, found.contact, found.consented, bool(found.confirmed))
    other = SideView(
        found.other_claim_id,
        found.other_institution,
        found.other_contact,
        found.other_consented,
        bool(found.other_confirmed),
    )
    if seen_by is not None and seen_by != found.institution_id:
        this, other = other, this
    return Overlap(
        overlap_id=found.overlap_id,
        organisation_id=found.organisation_id,
        state=found.state,
        wants=found.wants,
        this=this,
        other=other,
        similarity=found.similarity,
        threshold=found.threshold,
        disclosed=found.ordered or other.consented or seen_by is None or this.institution == other.institution,
        ruling=found.ruling,
        found_at=found.found_at,
        changed_at=found.changed_at,
    )
