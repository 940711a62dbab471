"""Waiting at the start for what a process needs: a database that lets it in, with the schema that this build knows."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial

from infra.database.interface import Database, DatabaseError, NodeUnknown, SchemaDiffers
from infra.database.migrate import SchemaNewer, compare_schema
from services.databases import choose_running_database
from services.settings import Settings
from services.stopping import Stop

EVERY = 0.5
"""Seconds between two looks."""
SAY_EVERY = 5.0
"""Seconds after which it is said again what is waited for."""


class SchemaOlder(SchemaDiffers):
    """Nobody has migrated the database to what this build knows."""

    def __init__(self, missing: int, types: int) -> None:
        lacks = [f"{missing} migrations"] if missing else []
        lacks += [f"{types} types of events"] if types else []
        super().__init__(f"the database lacks {' and '.join(lacks)} of this version: run `pakt migrate`")


async def require_schema(database: Database, type_names: Sequence[str]) -> None:
    """Nothing, where a started database has the schema of this build and knows its types of events.

    Raises: SchemaNewer, SchemaOlder.
    """
    found = await compare_schema(database, type_names)
    found.refuse_newer()
    if found.missing or found.types:
        raise SchemaOlder(len(found.missing), len(found.types))


async def wait_for_database(settings: Settings, type_names: Sequence[str], stop: Stop) -> Database:
    """The started database, once it is reachable and its schema is this build's; looks for `settings.wait` seconds.

    Says on stderr what it waits for.

    Raises:
        SchemaNewer: at once: waiting makes no schema older.
        NodeUnknown: at once: the settings lack a node.
        SchemaOlder: still, when the time is over.
        DatabaseError: it cannot be reached, still.
        Stopped: the process is asked to stop meanwhile.
    """
    return await _waited(settings, stop, partial(_reach, settings, type_names))


async def wait_for_server(settings: Settings, stop: Stop) -> Database:
    """The started database, whatever its schema, once somebody runs it; as `wait_for_database` otherwise.

    Raises: DatabaseError, Stopped.
    """
    return await _waited(settings, stop, partial(_reach, settings))


async def _waited(settings: Settings, stop: Stop, look: Callable[[], Awaitable[Database]]) -> Database:
    loop = asyncio.get_running_loop()
    began, told, said = loop.time(), float("-inf"), ""
    while True:
        try:
            return await look()
        except _Waiting as waiting:
            now, reason = loop.time(), str(waiting.error)
            if now - began >= settings.wait:
                raise waiting.error from None
            if reason != said or now - told >= SAY_EVERY:
                told, said = now, reason
                print(f"pakt: waiting, {now - began:.0f} s of {settings.wait} s: {reason}", file=sys.stderr, flush=True)  # noqa: T201
        await stop.or_after(EVERY)


class _Waiting(Exception):
    """Not yet; `error` is what it comes to when nothing changes."""

    def __init__(self, error: DatabaseError) -> None:
        super().__init__(str(error))
        self.error = error


async def _reach(settings: Settings, type_names: Sequence[str] | None = None) -> Database:
    """The database, started; with the schema of these types, where they are given."""
    async with AsyncExitStack() as undo:
        try:
            database = choose_running_database(settings)
            undo.push_async_callback(database.stop)
            await database.start()
            if type_names is not None:
                await require_schema(database, type_names)
        except (NodeUnknown, SchemaNewer):
            raise  # no waiting names the one, or makes the other older
        except DatabaseError as error:
            raise _Waiting(error) from error
        undo.pop_all()
    return database
