"""The whole system in one process: database and every part; for trying out, tests and one machine.

In production the same parts run as processes of their own (`pakt up --part gateway` and so on) on an external database.
"""

import asyncio
import errno
import importlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from infra.database.interface import DatabaseError
from infra.telemetry.setup import start_telemetry
from services.databases import choose_database, database_folder, is_running
from services.settings import Settings, endpoint_key_file

if TYPE_CHECKING:
    from services.bootstrap import System


class Part(StrEnum):
    """What may run as a process of its own."""

    GATEWAY = "gateway"
    PROJECTOR = "projector"
    WORKER = "worker"
    SEALER = "sealer"
    EGRESS = "egress"


class PortTaken(DatabaseError):
    """Something else listens where the gateway should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} of {host} is in use: choose another with --port")


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
    if parts == frozenset(Part) and not settings.database_url and is_running(database_folder(settings.data)):
        raise DatabaseError(f"another `pakt up` runs on {settings.data}: stop it, or choose another folder with --data")
    stop = _stop_on_signals()
    end_telemetry = start_telemetry("-".join(sorted(parts)) if parts != frozenset(Part) else "up")
    settings = _with_free_port(settings) if Part.GATEWAY in parts else settings
    async with AsyncExitStack() as stack:
        stack.callback(end_telemetry)
        system = await stack.enter_async_context(_assembled(settings))
        await _require_keys(system)
        await require_no_rewind(system)
        await _record_erasures(system)
        if demo:
            await _seed(system)
        await _settle_keys(system)
        running = [await stack.enter_async_context(_START[part](system)) for part in _ORDER if part in parts]
        tell(f"ready http://{settings.host}:{settings.port}" if Part.GATEWAY in parts else "ready")
        stopping = asyncio.ensure_future(stop.wait())
        done, _ = await asyncio.wait((stopping, *running), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for ended in done - {stopping}:
            ended.result()  # a part that ends by itself ends the process, with its error


def _stop_on_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _with_free_port(settings: Settings) -> Settings:
    """Find out early whether the port is free; port 0 becomes a free one."""
    import msgspec  # noqa: PLC0415

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(settings.host, settings.port) from error
            raise DatabaseError(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from error
        return msgspec.structs.replace(settings, port=probe.getsockname()[1])


@asynccontextmanager
async def _assembled(settings: Settings) -> AsyncIterator["System"]:
    """The system; what takes long to import is imported while the database starts."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = choose_database(settings)
    starting = asyncio.ensure_future(database.start())
    await asyncio.sleep(0)  # its thread is off
    try:
        for module in ("services.bootstrap", "services.gateway.app", "services.serving", "services.worker.run"):
            importlib.import_module(module)
        from services.bootstrap import assemble  # noqa: PLC0415

        await starting
        async with assemble(settings, database=database) as system:
            yield system
    finally:
        await asyncio.wait((starting,))
        if not starting.cancelled() and starting.exception() is None:  # else there is nothing of ours to stop
            await database.stop()


async def _require_keys(system: "System") -> None:
    """Refuse to go on without keys that something stored rests on: new ones would bury the lost ones.

    Those are the keys that personal data was sealed with, and the one that secrets of webhook endpoints follow from.

    Raises: DatabaseError, naming what is missing.
    """
    from infra.keys.presence import tenants_without_keys  # noqa: PLC0415
    from services.egress.secrets import without_secret  # noqa: PLC0415

    folder = system.settings.data / "keys"
    missing = await tenants_without_keys(system.database, folder)
    if missing:
        raise DatabaseError(
            f"{folder} lacks the keys of {len(missing)} institution(s) whose personal data the database holds: "
            "restore them from the backup, or point --data at the folder that has them"
        )
    if endpoints := await without_secret(system):
        raise DatabaseError(
            f"{endpoint_key_file(system.settings)} is missing, and the secrets of {endpoints} webhook endpoint(s) "
            "follow from it: restore it from the backup, or point --data at the folder that has it; if it is lost for "
            "good, put 32 random bytes there, and have every client fetch its secret anew"
        )


async def require_no_rewind(system: "System") -> None:
    """Refuse to give positions a second time: what was published of a log must still be in it.

    Raises: DatabaseError, naming the logs and what to do.
    """
    from services.epochs import Epochs  # noqa: PLC0415

    rewound = await Epochs(system).rewound()
    if rewound:
        logs = ", ".join(
            f"{one.origin} is sealed up to {one.stands} and was published up to {one.seen}" for one in rewound[:5]
        )
        raise DatabaseError(
            f"{len(rewound)} log(s) hold less than what was published of them ({logs}): if this is a restored backup,"
            ' run `pakt epoch begin --reason "..."` and start again; if it is not, somebody has cut or replaced them'
        )


async def _settle_keys(system: "System") -> None:
    """Have the key that signs in the national log, once there is one: a restored log may have lost its rotation."""
    from domain.kernel.ids import NATIONAL_SLUG  # noqa: PLC0415
    from services.keyring import KeyRing  # noqa: PLC0415

    if NATIONAL_SLUG in (await system.handler.authority.national()).institutions:
        await KeyRing(system.handler, system.signing).catch_up()


async def _record_erasures(system: "System") -> None:
    """Let the logs of a restored database know again of the erasures that they have lost; the keys are gone already."""
    from services.erasure.restore import record_lost  # noqa: PLC0415

    await record_lost(system.eraser)


async def _seed(system: "System") -> None:
    from services.importing.plans import import_shipped  # noqa: PLC0415
    from services.seeding.credentials import write_credentials  # noqa: PLC0415
    from services.seeding.seed import seed  # noqa: PLC0415

    await seed(system)
    await import_shipped(system)
    write_credentials(system.settings.data / "credentials.json", system.tokens)


@asynccontextmanager
async def _gateway(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.gateway.app import create_app  # noqa: PLC0415
    from services.serving import HttpServer  # noqa: PLC0415

    gateway, accepting = HttpServer(create_app(system), system.settings.host, system.settings.port), asyncio.Event()

    async def ready() -> None:
        accepting.set()

    serving = asyncio.ensure_future(gateway.serve(ready))
    waiting = asyncio.ensure_future(accepting.wait())
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield serving
    finally:
        if not serving.done():
            await gateway.stop()
            await asyncio.wait((serving,))


@asynccontextmanager
async def _projector(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from projections.catalogue import READ_MODELS  # noqa: PLC0415
    from projections.keeping import Keeper  # noqa: PLC0415
    from services.projector.follow import Projector  # noqa: PLC0415

    keeper = Keeper(system.engine.connections, system.engine.history, READ_MODELS)
    running = asyncio.ensure_future(Projector(system.engine, system.store, keeper=keeper).run())
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.wait((running,))


@asynccontextmanager
async def _worker(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.bootstrap import open_broker  # noqa: PLC0415
    from services.worker.run import running_worker  # noqa: PLC0415

    async with running_worker(system, open_broker(system.settings)) as worker:
        yield worker.looking


@asynccontextmanager
async def _sealer(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.sealer.run import running_sealer  # noqa: PLC0415

    async with running_sealer(system) as running:
        yield running


@asynccontextmanager
async def _egress(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.egress.run import running_egress  # noqa: PLC0415

    async with running_egress(system) as running:
        yield running


_ORDER = (Part.PROJECTOR, Part.WORKER, Part.SEALER, Part.EGRESS, Part.GATEWAY)
"""The gateway begins last and ends first."""
_START = {
    Part.GATEWAY: _gateway,
    Part.PROJECTOR: _projector,
    Part.WORKER: _worker,
    Part.SEALER: _sealer,
    Part.EGRESS: _egress,
}
