"""Questions to the directories of platforms."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup
from projections.member_register import MemberRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    client_id: UUID | None = None
    organisation_id: UUID | None = None
    number: str | None = None
    state: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            client_id=self.client_id, organisation_id=self.organisation_id, number=self.number, state=self.state
        )


NO_FILTER = Filter()
_ALL = Lookup(MemberRow, "member_register", "listed_at", "member_id", descending=True)


async def members(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[MemberRow]:
    """Members, those listed last first; the key is `(listed_at, member_id)`."""
    return await _ALL.page(connection, chosen.conditions(), after, limit)


async def member(connection: ReadConnection, member_id: UUID) -> MemberRow | None:
    """One member."""
    return await _ALL.one(connection, member_id)
