"""Questions to the register of applications. A draft is shown to those who work on it and to nobody else."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.grant_application_register import GrantApplicationRow, GrantApplicationSummary
from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one

_TABLE = "grant_application_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `overlapping`: the national ledger found another project like it."""

    call_id: UUID | None = None
    organisation_id: UUID | None = None
    state: str | None = None
    overlapping: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions()
        where.add_equal(call_id=self.call_id, organisation_id=self.organisation_id, state=self.state)
        if self.overlapping is not None:
            where.add("overlapping <> '[]'" if self.overlapping else "overlapping = '[]'")
        return where


NO_FILTER = Filter()


_APPLICATIONS = Lookup(GrantApplicationSummary, _TABLE, "submitted_at", "application_id")
_OWN_APPLICATIONS = Lookup(GrantApplicationSummary, _TABLE, "drafted_at", "application_id", descending=True)


async def applications(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[GrantApplicationSummary]:
    """What was submitted, the earliest first; the key is `(submitted_at, application_id)`."""
    return await _APPLICATIONS.page(connection, chosen.conditions().add("submitted_at IS NOT NULL"), after, limit)


async def own_applications(
    connection: ReadConnection,
    person_id: UUID,
    organisations: Collection[UUID],
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[GrantApplicationSummary]:
    """What these organisations apply for, or the person works on, with drafts, the newest first.

    The key is `(drafted_at, application_id)`.
    """
    return await _OWN_APPLICATIONS.page(
        connection, _seen_by(chosen.conditions(), person_id, organisations), after, limit
    )


async def application(connection: ReadConnection, application_id: UUID) -> GrantApplicationRow | None:
    """One application that was submitted."""
    where = Conditions().add_equal(application_id=application_id).add("submitted_at IS NOT NULL")
    return await fetch_one(connection, GrantApplicationRow, _TABLE, where)


async def own_application(
    connection: ReadConnection, application_id: UUID, person_id: UUID, organisations: Collection[UUID]
) -> GrantApplicationRow | None:
    """One application of these organisations, or one that the person works on; a draft, too."""
    where = _seen_by(Conditions().add_equal(application_id=application_id), person_id, organisations)
    return await fetch_one(connection, GrantApplicationRow, _TABLE, where)


def _seen_by(where: Conditions, person_id: UUID, organisations: Collection[UUID]) -> Conditions:
    """The author and the editors see the draft; what was submitted is the organisation's."""
    return where.add(
        "organisation_id = ANY (?) OR (submitted_at IS NULL AND people @> jsonb_build_array(?::text))",
        list(organisations),
        str(person_id),
    )
