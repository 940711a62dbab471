"""Packages of releases and of records, by OCDS 1.1.5: what a page of them says, and all of them as a stream."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime

import msgspec

from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.tenants.register import Institution
from projections.reading import ReadConnection
from projections.release_queries import Offset, Process, Stretch, newest, processes, releases
from services.open_data.json_schema import Members
from services.open_data.ocds_merge import compiled, versioned
from services.open_data.ocds_release import Source, encode, release_of
from services.open_data.ocds_schema import VERSION
from services.open_data.publisher import publisher_of
from services.settings import Settings

Institutions = Mapping[str, Institution]
"""By slug."""


class Heading(msgspec.Struct, frozen=True):
    """What a package says of itself: who publishes, under which licence, and its own address ('' where none is known).

    `path` is the address within the gateway; it names the package where people are told no address of that.
    """

    publisher: str
    publisher_id: str
    license: str
    public_url: str
    path: str

    def address(self, path: str) -> str:
        """A path as people reach it; as it is, where that is not known."""
        return f"{self.public_url.rstrip('/')}{path}"

    @property
    def uri(self) -> str:
        """The package's identifier."""
        return self.address(self.path) if self.public_url else f"urn:uuid:{derived_id('ocds package', self.path)}"


def heading_of(settings: Settings, institutions: Institutions, slug: str | None, language: str, path: str) -> Heading:
    """What a package of an institution, or of all where `slug` is None, says of itself; `path` is where it lies."""
    names = {known: one.names for known, one in institutions.items()}
    publisher = publisher_of(settings.ocid_prefix, names, language)
    return Heading(
        publisher=publisher.name(slug),
        publisher_id=publisher.organisation(slug or NATIONAL_SLUG),
        license=settings.open_data_licence,
        public_url=settings.public_url,
        path=path,
    )


def package(heading: Heading, published: datetime, **members: object) -> Members:
    """A package; `published` is when its newest release was."""
    return {
        "uri": heading.uri,
        "version": VERSION,
        "publishedDate": published.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "publisher": {"name": heading.publisher, "uid": heading.publisher_id},
        "license": heading.license,
    } | {name: member for name, member in members.items() if member is not None}


class Made(msgspec.Struct, frozen=True):
    """A release or a record, and when its newest event was recorded."""

    members: Members
    recorded_at: datetime


async def record_of(process: Process, source: Source) -> Made:
    """A process with its releases, what they come to, and how each field came to it.

    That history is told in one language: the standard's schema of it has no place for the versions of a translation.
    """
    await asyncio.sleep(0)  # whoever shares the loop goes on
    told = [release_of(row, source) for row in process.releases]
    record = {
        "ocid": source.ocid(process.process_id),
        "releases": told,
        "compiledRelease": compiled(told),
        "versionedRelease": versioned([release_of(row, source, translated=False) for row in process.releases]),
    }
    return Made(record, max(row.recorded_at for row in process.releases))


async def _records(connection: ReadConnection, stretch: Stretch, source: Source) -> list[Made]:
    found = await processes(connection, [one.process_id for one in stretch.items])
    return [await record_of(one, source) for one in found]


async def _releases(_connection: ReadConnection, stretch: Stretch, source: Source) -> list[Made]:
    return [Made(release_of(row, source), row.recorded_at) for row in stretch.items]


class Form(msgspec.Struct, frozen=True):
    """What a package is of: the member that lists it, and what a stretch of the register comes to.

    `first`: the stretch holds the first release of each process. `at_once` is how many a stream makes at once.
    """

    member: str
    of: Callable[[ReadConnection, Stretch, Source], Awaitable[list[Made]]]
    first: bool
    at_once: int


FORMS = {
    "releases": Form("releases", _releases, first=False, at_once=100),
    "records": Form("records", _records, first=True, at_once=20),
}
"""Packages of releases and of records."""


async def whole(
    connection: ReadConnection, form: Form, heading: Heading, source: Source, now: datetime
) -> AsyncIterator[bytes]:
    """One package of everything in scope, in the order in which it was recorded. An empty one breaks the schema."""
    yield encode(package(heading, await newest(connection) or now))[:-1] + f',"{form.member}":['.encode()
    after: Offset = {}
    separator = b"\n"
    while True:
        stretch = await releases(connection, after, form.at_once, first=form.first, back=False)
        for made in await form.of(connection, stretch, source):
            yield separator + encode(made.members)
            separator = b",\n"
        after = stretch.next
        if not stretch.more:
            break
    yield b"\n]}\n"
