"""The whole system in one process: database and every part; for trying out, tests and one machine.

In production the same parts run as processes of their own (`pakt gateway` and so on) on an external database.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from infra.database.interface import DatabaseError
from services.databases import choose_database, database_folder, is_running, leave
from services.part_names import Part
from services.process import require_whole, run, settle_keys
from services.settings import Settings
from services.stopping import Stop
from services.trial import THIS_MACHINE, reaching_itself

if TYPE_CHECKING:
    from services.bootstrap import System


async def up(
    settings: Settings,
    parts: frozenset[Part] = frozenset(Part),
    *,
    demo: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Run until SIGTERM or SIGINT; `tell` gets `ready http://host:port` once requests are served.

    Raises:
        DatabaseError: the database cannot be started or used, or the port is taken.
        PaktError: seeding was refused, or a log cannot be read.
    """
    if not settings.database_url and is_running(database_folder(settings.data)):
        raise DatabaseError(f"another `pakt up` runs on {settings.data}: stop it, or choose another folder with --data")
    greet = tell
    if demo:
        settings = reaching_itself(settings)
        greet = partial(_introduce, settings, tell) if Part.GATEWAY in parts else tell
    await run("up", settings, parts, partial(_assembled, demo, tell), greet)


def _introduce(settings: Settings, tell: Callable[[str], None], ready: str) -> None:
    """Say to who tries Pakt out where things are, before it is said that it is ready."""
    address = ready.removeprefix("ready ")
    tell(f"pages {address}/  API {address}/docs  tokens of the demo people {settings.data / 'credentials.json'}")
    if settings.egress_allow == THIS_MACHINE:
        tell("webhooks may reach this machine, since nobody else reaches Pakt; PAKT_EGRESS_ALLOW says otherwise")
    tell(ready)


@asynccontextmanager
async def _assembled(
    demo: bool, tell: Callable[[str], None], settings: Settings, stop: Stop
) -> AsyncIterator["System"]:
    """The system; what takes long to import is imported while the database starts."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = choose_database(settings)
    stop.leaving.append(partial(leave, database))
    starting = asyncio.ensure_future(database.start())
    await asyncio.sleep(0)  # its thread is off
    try:
        for module in ("services.bootstrap", "services.gateway.app", "services.serving", "services.worker.run"):
            importlib.import_module(module)
        from services.bootstrap import assemble  # noqa: PLC0415

        await starting
        async with assemble(settings, database=database, upgrading=tell) as system:
            await require_whole(system)
            if demo:
                await _seed(system)
            await settle_keys(system)
            yield system
    finally:
        await asyncio.wait((starting,))
        if not starting.cancelled() and starting.exception() is None:  # else there is nothing of ours to stop
            await database.stop()


async def _seed(system: "System") -> None:
    from services.importing.plans import import_shipped  # noqa: PLC0415
    from services.seeding.credentials import write_credentials  # noqa: PLC0415
    from services.seeding.seed import seed  # noqa: PLC0415

    await seed(system)
    await import_shipped(system)
    write_credentials(system.settings.data / "credentials.json", system.tokens)
