"""Questions to the register of publications: an institution's own, and those of all for everybody."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.publication_register import PublicationFacts, PublicationRow
from projections.reading import Conditions, ReadConnection
from projections.searching import Words, folded

_TABLE = "publication_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `concerns` is the stream a document is about, `text` in any language."""

    kind: str | None = None
    state: str | None = None
    concerns: UUID | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(kind=self.kind, state=self.state)
        if self.concerns is not None:
            where.add("concerns ->> 'stream_id' = ?", str(self.concerns))
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


NO_FILTER = Filter()


class PublicPublication(PublicationFacts, frozen=True):
    """A publication of the institution `tenant`."""

    tenant: str = ""


class _Held(PublicationFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_KEY = ("published_at", "publication_id")
_OWN = Lookup(PublicationRow, _TABLE, *_KEY, descending=True)
_OF_ALL = Lookup(PublicPublication, published(_Held, _TABLE), *_KEY, descending=True)


async def publications(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[PublicationRow]:
    """The tenant's publications, the newest first; the key is `(published_at, publication_id)`."""
    return await _OWN.page(connection, chosen.conditions(), after, limit)


async def publication(connection: ReadConnection, publication_id: UUID) -> PublicationRow | None:
    """One publication of the tenant."""
    return await _OWN.one(connection, publication_id)


async def public_publications(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicPublication]:
    """Publications of the tenants in scope, the newest first; the key is `(published_at, publication_id)`."""
    return await _OF_ALL.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_publication(connection: ReadConnection, publication_id: UUID) -> PublicPublication | None:
    """One publication of the tenants in scope."""
    return await _OF_ALL.one(connection, publication_id)
