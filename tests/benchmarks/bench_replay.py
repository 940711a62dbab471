"""Reading a whole log, beside COPY OUT of the same rows and the library's notifications and mapper."""

import asyncio
import os
import signal
import time
from statistics import median

import asyncpg
import msgspec
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, StoredEvent, UUIDAsHex

from infra.database.interface import Role
from infra.eventstore import replay
from tests.benchmarks.figures import Figure, compared, emit, rounds
from tests.benchmarks.store_setting import Payload, Setting, fill, library_recorder, prepared

EVENTS, LIBRARY_EVENTS = 200_000, 20_000
_decode = msgspec.json.Decoder(Payload).decode


class Note(Aggregate):
    """The library's side: the same payload in an event of its own kind."""

    @event("Happened")
    def happen(self, title: str, number: int, reference: str) -> None:
        """Keep the number."""
        self.number = number


async def run() -> None:
    """Print the figures of replay and of coming back after a kill."""
    async with prepared(1) as setting:
        await fill(setting.store, 1, EVENTS)
        await setting.admin.execute("VACUUM ANALYZE es.event")
        await replays(setting)
        await killed(setting)


async def replays(setting: Setting) -> None:
    """Payloads decoded to Structs, whole envelopes, envelopes through the port, and the library."""
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DatetimeAsISO()):
        transcoder.register(transcoding)
    mapper: Mapper = Mapper(transcoder)
    recorder = await asyncio.to_thread(library_filled, setting, mapper)

    async def copied() -> float:
        async def drop(_: bytes) -> None:
            return

        began = time.perf_counter()
        await setting.admin.copy_from_query(
            "SELECT * FROM es.event WHERE tenant_id = 1 ORDER BY position", output=drop, format="binary"
        )
        return EVENTS / (time.perf_counter() - began)

    async def payloads() -> float:
        began, seen = time.perf_counter(), 0
        async for _, page in replay.payloads(setting.database, 1):
            seen += len([_decode(row[2]) for row in page])
        return seen / (time.perf_counter() - began)

    async def envelopes() -> float:
        began, seen = time.perf_counter(), 0
        async for page in replay.envelopes(setting.database, 1):
            seen += len([(e, _decode(e.data)) for e in page])
        return seen / (time.perf_counter() - began)

    async def port() -> float:
        began, seen = time.perf_counter(), 0
        while page := await setting.store.read_log(1, seen, 4_000):
            seen += len(page)
        return seen / (time.perf_counter() - began)

    async def library() -> float:
        def read() -> int:
            seen = start = 0
            while found := recorder.select_notifications(start=start + 1, limit=5_000):
                seen += len([mapper.to_domain_event(n) for n in found])
                start = found[-1].id
            return seen

        began = time.perf_counter()
        return await asyncio.to_thread(read) / (time.perf_counter() - began)

    measured = await rounds(
        {"copy": copied, "payloads": payloads, "envelopes": envelopes, "port": port, "library": library}
    )
    for name, side, baseline, against, goal, note in (
        ("replay.payloads.of_copy", "payloads", "copy", "COPY OUT of all columns", 0.9, "decoded to Structs"),
        ("replay.payloads.of_library", "payloads", "library", "select_notifications + mapper", 9.0, ""),
        ("replay.envelopes.of_copy", "envelopes", "copy", "COPY OUT of all columns", 0.5,
         "every column; payload decoded; times made when asked for"),
        ("replay.port.of_copy", "port", "copy", "COPY OUT of all columns", 0.0,
         "read_log: ids and times made at once, payload not decoded"),
    ):  # fmt: skip
        emit(
            Figure(
                name=name,
                value=median(measured[side]),
                unit="events/s",
                baseline=against,
                baseline_value=median(measured[baseline]),
                ratio=compared(measured[side], measured[baseline]),
                goal=goal,
                rounds=len(measured[side]),
                note=note,
            )
        )


def library_filled(setting: Setting, mapper: Mapper) -> object:
    """The library's recorder with events of the same payload."""
    recorder = library_recorder(setting.database)
    events: list[StoredEvent] = []
    for _ in range(LIBRARY_EVENTS // 20):
        note = Note()
        for number in range(19):
            note.happen("t" * 100, number, "r" * 30)
        events += [mapper.to_stored_event(e) for e in note.collect_events()]
    for start in range(0, len(events), 1_000):
        recorder.insert_events(events[start : start + 1_000])
    return recorder


async def killed(setting: Setting) -> None:
    """Seconds from kill -9 of PostgreSQL to the next answered query."""
    back: list[float] = []
    for _ in range(5):
        assert setting.database.pid is not None
        began = time.perf_counter()
        os.kill(setting.database.pid, signal.SIGKILL)
        while True:
            try:
                connection = await asyncpg.connect(**setting.database.dsn(Role.ADMIN))
                await connection.fetchval("SELECT es.head(1)")
                await connection.close()
                break
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.005)
        back.append(time.perf_counter() - began)
    setting.admin = await asyncpg.connect(**setting.database.dsn(Role.ADMIN))
    emit(
        Figure(
            name="database.back_after_kill",
            value=median(back),
            unit="s",
            baseline="one second",
            baseline_value=1.0,
            ratio=median(back),
            goal=1.0,
            at_most=True,
            rounds=len(back),
        )
    )
