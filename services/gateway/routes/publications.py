"""Publications: documents in several languages, each version with its files and their hashes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.kernel.vocabulary import LanguageFile
from domain.publications.commands import publication as c
from projections import publication_queries as q
from projections.catalogue import PUBLICATIONS
from projections.publication_register import PublicationRow
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_PUBLICATION = "/publications/{id}"
PublicationView = view_of(PublicationRow, "Publication", without=("public",))
PublicPublicationView = view_of(q.PublicPublication, "PublicPublication")


@listed("/publications", "publications", PublicationView, of=(PUBLICATIONS,), by=q.Filter)
async def publications(asked: AtDeskAsked[q.Filter]) -> Page[PublicationRow]:
    """Documents that the institution published, the newest first."""
    return await q.publications(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/publications/{id:uuid}", "publication", PublicationView, of=(PUBLICATIONS,))
async def publication(asked: AtDeskAsked[NoFilter]) -> PublicationRow | None:
    """One document with all of its versions."""
    return await q.publication(asked.connection, asked.id)


@open_listed("/publications", PublicPublicationView, of=(PUBLICATIONS,), by=q.Filter, operation_id="PublicPublications")
async def public_publications(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicPublication]:
    """Documents of all institutions or of one, the newest first; what was withdrawn says why."""
    return await q.public_publications(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/publications/{id:uuid}", PublicPublicationView, of=(PUBLICATIONS,), operation_id="PublicPublication")
async def public_publication(asked: AtWindowAsked[NoFilter]) -> q.PublicPublication | None:
    """One document with every version that ever was, and the hashes of its files."""
    return await q.public_publication(asked.connection, asked.id)


async def _one(connection: ReadConnection, _now: datetime, id_: UUID) -> q.PublicPublication | None:
    return await q.public_publication(connection, id_)


@open_files("/publications/{id:uuid}", PUBLICATIONS, _one, operation_id="PublicPublicationFile")
def public_file(found: q.PublicPublication) -> Iterable[LanguageFile]:
    """A file of a published document, of whichever version."""
    return (file for version in found.versions for file in version.files)


ROUTES = Routes(
    commands=(
        CommandRoute("/publications", c.PublishDocument, reads=_PUBLICATION),
        CommandRoute(f"{_PUBLICATION}/revise", c.ReviseDocument),
        CommandRoute(f"{_PUBLICATION}/withdraw", c.WithdrawDocument),
    ),
    queries=(publications, publication),
    open=(public_publications, public_publication, public_file),
)
