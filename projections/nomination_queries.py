"""Questions about nominations: an institution's calls, those of all for everybody, and who was named."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.nomination_call_register import NominationCallFacts, NominationCallRow
from projections.nomination_register import NominationRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection

_CALLS = "nomination_call_register"


class CallFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `concerns` is the stream of what people are wanted for."""

    purpose: str | None = None
    state: str | None = None
    concerns: UUID | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(purpose=self.purpose, state=self.state, concerns=self.concerns)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    call_id: UUID | None = None
    client_id: UUID | None = None
    organisation_id: UUID | None = None
    state: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            call_id=self.call_id, client_id=self.client_id, organisation_id=self.organisation_id, state=self.state
        )


NO_CALL_FILTER, NO_FILTER = CallFilter(), Filter()


class PublicNominationCall(NominationCallFacts, frozen=True):
    """A call of the institution `tenant`."""

    tenant: str = ""


_CALL_KEY = ("asked_at", "call_id")
_OWN_CALLS = Lookup(NominationCallRow, _CALLS, *_CALL_KEY, descending=True)
_CALLS_OF_ALL = Lookup(PublicNominationCall, published(NominationCallFacts, _CALLS), *_CALL_KEY, descending=True)
_NAMED = Lookup(NominationRow, "nomination_register", "nominated_at", "nomination_id", descending=True)


async def nomination_calls(
    connection: ReadConnection, chosen: CallFilter = NO_CALL_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[NominationCallRow]:
    """The tenant's calls, the newest first; the key is `(asked_at, call_id)`."""
    return await _OWN_CALLS.page(connection, chosen.conditions(), after, limit)


async def nomination_call(connection: ReadConnection, call_id: UUID) -> NominationCallRow | None:
    """One call of the tenant."""
    return await _OWN_CALLS.one(connection, call_id)


async def public_nomination_calls(
    connection: ReadConnection,
    chosen: CallFilter = NO_CALL_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicNominationCall]:
    """Calls of the tenants in scope, the newest first; the key is `(asked_at, call_id)`."""
    return await _CALLS_OF_ALL.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_nomination_call(connection: ReadConnection, call_id: UUID) -> PublicNominationCall | None:
    """One call of the tenants in scope."""
    return await _CALLS_OF_ALL.one(connection, call_id)


async def nominations(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[NominationRow]:
    """The tenant's nominations, the newest first; the key is `(nominated_at, nomination_id)`."""
    return await _NAMED.page(connection, chosen.conditions(), after, limit)


async def nomination(connection: ReadConnection, nomination_id: UUID) -> NominationRow | None:
    """One nomination."""
    return await _NAMED.one(connection, nomination_id)
