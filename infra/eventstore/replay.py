"""Reading a whole log fast: pages fetched ahead over connections of their own, what is costly converted when asked for.

For readers of everything: exports, checksums, seals, replays. Commands and projections read through the store's port.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from infra.database.connecting import connect
from infra.database.failures import close
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from infra.eventstore.types import TypeCatalogue

PAGE = 4_000  # positions a page spans
AHEAD = 2  # connections, each fetching a page while the one before is worked on

_SPAN = "FROM es.event WHERE tenant_id = $1 AND position > $2 AND position <= $3 ORDER BY position"
_PAYLOADS = f"SELECT position, type_id, data {_SPAN}"
_READ_LOG = "FROM es.read_log($1, $2, $3)"
_COLUMNS = (
    "position, epoch, stream_id, version, type_id, timestamptz_send(occurred_at), timestamptz_send(recorded_at),"
    " command_id, subject_id, meta, data, pii"
)
_ENVELOPES = f"SELECT {_COLUMNS} {_SPAN}"
_PAGE = f"SELECT {_COLUMNS} {_READ_LOG}"
_SERVERS_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A stored event as it came from the server: what `StoredEvent` holds, but times are made when they are asked for.

    `raw` holds position, epoch, stream, version, type id, the two times, command, subject, metadata, data and pii; its
    times are 8 bytes, microseconds since 2000-01-01 UTC, big-endian, signed. Making times that nobody looks at would
    take most of the reading.
    """

    tenant_id: int
    position: int
    type_name: str
    data: bytes
    raw: asyncpg.Record

    @property
    def epoch(self) -> int:
        """How often the log had been rewound when the event was stored, from 1."""
        epoch: int = self.raw[1]
        return epoch

    @property
    def stream_id(self) -> UUID:
        """The aggregate's id."""
        stream_id: UUID = self.raw[2]
        return stream_id

    @property
    def version(self) -> int:
        """Place in the stream."""
        version: int = self.raw[3]
        return version

    @property
    def occurred_at(self) -> datetime:
        """When it happened, as the command said."""
        return _time(self.raw[5])

    @property
    def recorded_at(self) -> datetime:
        """When it was stored."""
        return _time(self.raw[6])

    @property
    def command_id(self) -> UUID | None:
        """The command that caused it."""
        command_id: UUID | None = self.raw[7]
        return command_id

    @property
    def subject_id(self) -> UUID | None:
        """The person its sealed part is about."""
        subject_id: UUID | None = self.raw[8]
        return subject_id

    @property
    def metadata(self) -> bytes:
        """Actor, mandate, cause and rules, as JSON."""
        metadata: bytes = self.raw[9]
        return metadata

    @property
    def pii(self) -> bytes | None:
        """The sealed personal data."""
        pii: bytes | None = self.raw[11]
        return pii


async def page(
    connection: Connection, types: TypeCatalogue, tenant_id: int, after: int, limit: int
) -> Sequence[Envelope]:
    """At most `limit` events after position `after`, ascending, in one round trip; fewer only at the log's end.

    Raises: HistoryCorrupt for the number of a type that was never registered.
    """
    rows = await connection.fetch(_PAGE, tenant_id, after, limit)
    try:
        return _envelopes(tenant_id, rows, types.names)
    except KeyError:  # a type registered since
        await types.refresh(connection)
    try:
        return _envelopes(tenant_id, rows, types.names)
    except KeyError as error:
        raise HistoryCorrupt(N_("The log holds an event of the unknown type {name}."), name=str(error)) from error


async def envelopes(database: Database, tenant_id: int, after: int = 0) -> AsyncIterator[list[Envelope]]:
    """Pages of the log's events after position `after`, contiguous, to the end of the log as it was at the start.

    Raises:
        HistoryCorrupt: a position is missing.
    """
    async with (
        _connected(database, tenant_id, _ENVELOPES) as (types, fetchers, head),
        aclosing(_pages(fetchers, tenant_id, after, head)) as pages,
    ):
        async for rows in pages:
            yield _envelopes(tenant_id, rows, types.names)


async def payloads(
    database: Database, tenant_id: int, after: int = 0
) -> AsyncIterator[tuple[Mapping[int, str], Sequence[asyncpg.Record]]]:
    """As `envelopes`, but each page is its rows (position, type id, payload) beside the names of the type ids."""
    async with (
        _connected(database, tenant_id, _PAYLOADS) as (types, fetchers, head),
        aclosing(_pages(fetchers, tenant_id, after, head)) as pages,
    ):
        async for page in pages:
            yield types.names, page


class _Fetcher:
    """One connection with the page's statement prepared."""

    def __init__(self, statement: "asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]") -> None:
        self._statement = statement

    async def fetch(self, tenant_id: int, after: int, up_to: int) -> Sequence[asyncpg.Record]:
        return await self._statement.fetch(tenant_id, after, up_to)


@asynccontextmanager
async def _connected(
    database: Database, tenant_id: int, text: str
) -> AsyncIterator[tuple[TypeCatalogue, list[_Fetcher], int]]:
    types = TypeCatalogue()
    fetchers: list[_Fetcher] = []
    head = 0
    async with AsyncExitStack() as stack:
        for _ in range(AHEAD):
            arguments = database.dsn(Role.GATEWAY, database.placement(tenant_id))
            connection = await connect(arguments)
            stack.push_async_callback(close, connection)
            if not fetchers:
                head = await connection.fetchval("SELECT es.head($1)", tenant_id)
                await types.refresh(connection)
            await stack.enter_async_context(scope(connection, tenant=tenant_id))
            fetchers.append(_Fetcher(await connection.prepare(text)))
        yield types, fetchers, head


async def _pages(
    fetchers: Sequence[_Fetcher], tenant_id: int, after: int, head: int
) -> AsyncGenerator[Sequence[asyncpg.Record], None]:
    """Positions have no gaps, so the bounds of every page are known before the one in front of it has come."""
    starts = list(range(after, head, PAGE))
    ahead: list[asyncio.Task[Sequence[asyncpg.Record]]] = []

    def send(n: int) -> None:
        if n < len(starts):
            fetch = fetchers[n % len(fetchers)].fetch(tenant_id, starts[n], min(starts[n] + PAGE, head))
            ahead.append(asyncio.create_task(fetch))

    for n in range(len(fetchers)):
        send(n)
    try:
        for n, start in enumerate(starts):
            rows = await ahead.pop(0)
            if len(rows) != min(PAGE, head - start):
                raise HistoryCorrupt(
                    N_("Tenant {tenant}: a position after {start} is missing."), tenant=tenant_id, start=start
                )
            send(n + len(fetchers))
            await asyncio.sleep(0)  # let the next request leave before this page is worked on
            yield rows
    finally:
        for task in ahead:
            task.cancel()
        await asyncio.gather(*ahead, return_exceptions=True)


def _envelopes(tenant_id: int, rows: Sequence[asyncpg.Record], names: Mapping[int, str]) -> list[Envelope]:
    return [Envelope(tenant_id, row[0], names[row[4]], row[10], row) for row in rows]


def _time(raw: bytes) -> datetime:
    return _SERVERS_EPOCH + timedelta(microseconds=int.from_bytes(raw, signed=True))
