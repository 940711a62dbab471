"""Reading a whole log fast: pages fetched ahead over connections of their own, what is costly converted when asked for.

For readers of everything: exports, checksums, seals, replays. Commands and projections read through the store's port.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from infra.eventstore.types import TypeCatalogue

PAGE = 4_000  # positions a page spans
AHEAD = 2  # connections, each fetching a page while the one before is worked on

_SPAN = "FROM es.event WHERE tenant_id = $1 AND position > $2 AND position <= $3 ORDER BY position"
_PAYLOADS = f"SELECT position, type_id, data {_SPAN}"
_ENVELOPES = (
    "SELECT position, epoch, uuid_send(stream_id), version, type_id, timestamptz_send(occurred_at),"
    f" timestamptz_send(recorded_at), uuid_send(command_id), uuid_send(subject_id), meta, data, pii {_SPAN}"
)
_SERVERS_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Envelope:
    """A stored event as it came from the server. `raw` holds its fields in the order of the properties.

    Raw ids are 16 bytes, raw times 8 bytes: microseconds since 2000-01-01 UTC, big-endian, signed.
    """

    __slots__ = ("_names", "raw")

    def __init__(self, raw: asyncpg.Record, names: dict[int, str]) -> None:
        self.raw = raw
        self._names = names

    @property
    def position(self) -> int:
        """Place in the tenant's log."""
        position: int = self.raw[0]
        return position

    @property
    def epoch(self) -> int:
        """How often the log had been rewound when the event was stored, from 1."""
        epoch: int = self.raw[1]
        return epoch

    @property
    def stream_id(self) -> UUID:
        """The aggregate's id."""
        return UUID(bytes=self.raw[2])

    @property
    def version(self) -> int:
        """Place in the stream."""
        version: int = self.raw[3]
        return version

    @property
    def type_name(self) -> str:
        """The stored name of the event's type."""
        return self._names[self.raw[4]]

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
        return UUID(bytes=self.raw[7]) if self.raw[7] else None

    @property
    def subject_id(self) -> UUID | None:
        """The person its sealed part is about."""
        return UUID(bytes=self.raw[8]) if self.raw[8] else None

    @property
    def metadata(self) -> bytes:
        """Actor, mandate, cause and rules, as JSON."""
        metadata: bytes = self.raw[9]
        return metadata

    @property
    def data(self) -> bytes:
        """The payload, as JSON."""
        data: bytes = self.raw[10]
        return data

    @property
    def pii(self) -> bytes | None:
        """The sealed personal data."""
        pii: bytes | None = self.raw[11]
        return pii


async def envelopes(database: Database, tenant_id: int, after: int = 0) -> AsyncIterator[list[Envelope]]:
    """Pages of the log's events after position `after`, contiguous, to the end of the log as it was at the start.

    Raises:
        HistoryCorrupt: a position is missing.
    """
    async with (
        _connected(database, tenant_id, _ENVELOPES) as (types, fetchers, head),
        aclosing(_pages(fetchers, tenant_id, after, head)) as pages,
    ):
        async for page in pages:
            yield [Envelope(row, types.names) for row in page]


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
            connection: Connection = await asyncpg.connect(**arguments)
            stack.push_async_callback(connection.close)
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


def _time(raw: bytes) -> datetime:
    return _SERVERS_EPOCH + timedelta(microseconds=int.from_bytes(raw, signed=True))
