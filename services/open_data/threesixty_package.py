"""360Giving packages of awards as streams of bytes, JSON or CSV; the same rows make the same bytes."""

from collections.abc import AsyncIterator

import msgspec

from projections.grant_awards import Award, awards, last_change
from projections.paging import LARGEST, pages
from projections.reading import ReadConnection
from services.open_data.json_schema import Members
from services.open_data.publisher import Publisher
from services.open_data.threesixty_columns import Table
from services.open_data.threesixty_grant import grant_of
from services.open_data.threesixty_heading import Heading
from services.open_data.threesixty_schema import VERSION

_encode = msgspec.json.Encoder(decimal_format="number").encode


async def as_json(connection: ReadConnection, heading: Heading, publisher: Publisher) -> AsyncIterator[bytes]:
    """A package of every award in scope, the earliest first. One with no award breaks the schema, which wants one."""
    begun = _encode(await _about(connection, heading))
    yield begun[:-1] + b',"grants":['
    separator = b"\n"
    async for page in _pages(connection):
        yield b"".join(
            (separator if not n else b",\n") + _encode(grant_of(award, publisher)) for n, award in enumerate(page)
        )
        separator = b",\n"
    yield b"\n]}\n"


async def as_csv(connection: ReadConnection, _heading: Heading, publisher: Publisher) -> AsyncIterator[bytes]:
    """A table of every award in scope, the earliest first: read once for its columns and once for its rows."""
    table = Table()
    async for page in _pages(connection):
        for award in page:
            table.learn(grant_of(award, publisher))
    yield table.heading()
    async for page in _pages(connection):
        yield table.rows(grant_of(award, publisher) for award in page)


def _pages(connection: ReadConnection) -> AsyncIterator[list[Award]]:
    return pages(lambda after: awards(connection, after=after, limit=LARGEST))


async def _about(connection: ReadConnection, heading: Heading) -> Members:
    changed = await last_change(connection)
    told = {
        "version": VERSION,
        "title": heading.title,
        "description": heading.description,
        "issued": None if changed is None else changed.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "identifier": heading.identifier,
        "publisher": {"identifier": heading.publisher_id, "name": heading.publisher},
        "downloadURL": heading.download,
        "license": heading.license,
    }
    return {name: value for name, value in told.items() if value}
