"""Questions to the contribution register. A draft is shown to its author and to nobody else."""

from uuid import UUID

import msgspec

from projections.contribution_register import ContributionRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `answered`: has a position."""

    consultation_id: UUID | None = None
    state: str | None = None
    outcome: str | None = None
    group_id: UUID | None = None
    organisation_id: UUID | None = None
    answered: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause; drafts never match."""
        where = Conditions().add("submitted_at IS NOT NULL")
        where.add_equal(
            consultation_id=self.consultation_id,
            state=self.state,
            outcome=self.outcome,
            group_id=self.group_id,
            organisation_id=self.organisation_id,
        )
        if self.answered is not None:
            where.add("outcome <> ''" if self.answered else "outcome = '' AND state NOT IN ('withheld', 'withdrawn')")
        return where


NO_FILTER = Filter()


DEALING_CONTRIBUTIONS = (
    "SELECT c.tenant_id, 'contribution' AS kind, c.contribution_id AS dealing_id, t.slug AS tenant, c.organisation_id,"
    " c.consultation_id AS about_id, k.title, c.state, c.submitted_at AS at, NULL::jsonb AS amount"
    " FROM contribution_register c JOIN consultation_register k USING (tenant_id, consultation_id)"
    " JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)"
    " WHERE c.public AND k.public AND NOT c.anonymous AND c.organisation_id IS NOT NULL"
)
"""What organisations contributed under their own name, for `projections/dealings.py`; titles are the consultations'."""


async def contributions(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[ContributionRow]:
    """What was submitted, the earliest first; the key is `(submitted_at, contribution_id)`."""
    return await fetch_page(
        connection,
        ContributionRow,
        "contribution_register",
        chosen.conditions(),
        ("submitted_at", "contribution_id"),
        after,
        limit,
    )


async def own_contributions(
    connection: ReadConnection, contributor_id: UUID, *, after: After | None = None, limit: int = 50
) -> Page[ContributionRow]:
    """One person's contributions with drafts, the newest first; the key is `(drafted_at, contribution_id)`."""
    return await fetch_page(
        connection,
        ContributionRow,
        "contribution_register",
        Conditions().add_equal(contributor_id=contributor_id),
        ("drafted_at", "contribution_id"),
        after,
        limit,
        descending=True,
    )


async def contribution(
    connection: ReadConnection, contribution_id: UUID, *, seen_by: UUID | None = None
) -> ContributionRow | None:
    """One contribution; a draft only when `seen_by` is its author."""
    where = Conditions().add_equal(contribution_id=contribution_id)
    where.add("submitted_at IS NOT NULL OR contributor_id = ?", seen_by)
    return await fetch_one(connection, ContributionRow, "contribution_register", where)
