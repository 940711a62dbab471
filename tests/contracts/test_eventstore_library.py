"""The eventsourcing library's own recorder cases, run over this store through a synchronous shim."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from eventsourcing.tests import persistence as library

from infra.eventstore.interface import Append, Committed, EventStore, NewEvent
from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from tests.support.postgres import Cluster, TestDatabase, apart

TENANT = 1
T = TypeVar("T")


class OpenTypes(PostgresEventStore):
    """Registers the library's topics as they come; production has a closed set."""

    def __init__(self, database: TestDatabase) -> None:
        super().__init__(database)
        self._test_database = database

    async def append(self, append: Append) -> Any:
        new = {e.type_name for e in append.events} - set(self._types.ids)
        if new:
            await self._test_database.register(*new)
        return await super().append(append)


class LoopThread:
    """An event loop in a thread, for synchronous callers in any number of threads."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: "Coroutine[object, object, T]") -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Recorder(ApplicationRecorder):
    """The library's recorder interface over one tenant's log. The library's versions begin at 0, ours at 1."""

    def __init__(self, store: EventStore, thread: LoopThread) -> None:
        super().__init__()
        self._store = store
        self._thread = thread

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        if not stored_events:
            return []
        events = tuple(
            NewEvent(_uuid(e.originator_id), e.originator_version + 1, e.topic, e.state) for e in stored_events
        )
        sent = Append(TENANT, uuid4(), datetime.now(UTC), b"{}", events)
        outcome = self._thread.run(self._store.append(sent))
        if not isinstance(outcome, Committed):
            raise IntegrityError(outcome)
        return list(range(outcome.first, outcome.last + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        after = 0 if gt is None else gt + 1
        events = self._thread.run(self._store.read_stream(TENANT, _uuid(originator_id), after))
        found = [
            StoredEvent(originator_id, e.version - 1, e.type_name, e.data)
            for e in events
            if lte is None or e.version - 1 <= lte
        ]
        return (found[::-1] if desc else found)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        wanted = limit if not topics else 10_000
        events = self._thread.run(self._store.read_log(TENANT, after, wanted))
        found = [
            Notification(e.stream_id, e.version - 1, e.type_name, e.data, id=e.position)
            for e in events
            if (stop is None or e.position <= stop) and (not topics or e.type_name in topics)
        ]
        return found[:limit]

    def max_notification_id(self) -> int | None:
        return self._thread.run(self._store.head(TENANT)) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "Follower":
        return Follower(self, gt, topics)

    def next_after(self, position: int) -> Notification | None:
        head = self._thread.run(self._store.wait(TENANT, position + 1, 0.05))
        return self.select_notifications(position + 1, 1)[0] if head > position else None


class Follower(Subscription[Recorder]):
    """The library's subscription by waiting for the next position."""

    def __init__(self, recorder: Recorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._position = gt or 0

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            notification = self._recorder.next_after(self._position)
            if notification is not None:
                self._position = notification.id
                if not self._topics or notification.topic in self._topics:
                    return notification
        raise StopIteration


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


class AggregateOnly(Recorder):
    """An aggregate recorder answers no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **rest: Any) -> None:
        super().insert_events(stored_events, **rest)


class GivenStore:
    """A fresh store for each of the library's test methods."""

    INITIAL_VERSION = 0
    recorder_class: type[Recorder] = Recorder
    kind = "memory"

    @pytest.fixture(autouse=True)
    def given_store(self, request: pytest.FixtureRequest) -> Iterator[None]:
        self.thread = thread = LoopThread()
        if self.kind == "memory":
            self.store: EventStore = MemoryEventStore((TENANT,))
            yield
        else:
            cluster: Cluster = request.getfixturevalue("embedded_cluster")
            database = apart(_fresh(cluster))
            self.store = postgres = OpenTypes(database)
            thread.run(postgres.start())
            yield
            thread.run(postgres.stop())
            apart(cluster.drop(database))
        thread.close()

    def create_recorder(self) -> Recorder:
        return self.recorder_class(self.store, self.thread)


async def _fresh(cluster: Cluster) -> TestDatabase:
    database = await cluster.clone()
    await database.provision(TENANT)
    return database


class TestMemoryAsAggregateRecorder(GivenStore, library.AggregateRecorderTestCase):
    recorder_class = AggregateOnly


class TestPostgresAsAggregateRecorder(GivenStore, library.AggregateRecorderTestCase):
    recorder_class = AggregateOnly
    kind = "postgres"


class TestMemoryAsApplicationRecorder(GivenStore, library.ApplicationRecorderTestCase[Recorder]):
    pass


class TestPostgresAsApplicationRecorder(GivenStore, library.ApplicationRecorderTestCase[Recorder]):
    kind = "postgres"


class TestMemoryDoesNotInterleave(GivenStore, library.NonInterleavingNotificationIDsBaseCase):
    pass


class TestPostgresDoesNotInterleave(GivenStore, library.NonInterleavingNotificationIDsBaseCase):
    kind = "postgres"


del (
    library.AggregateRecorderTestCase,
    library.ApplicationRecorderTestCase,
    library.NonInterleavingNotificationIDsBaseCase,
)  # not to be collected
