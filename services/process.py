"""A process: it begins with what it must not do without, puts its parts to work, and stops when it is told."""

import contextlib
import errno
import gc
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import msgspec

from infra.database.interface import DatabaseError
from infra.telemetry.setup import start_telemetry
from services.health import Probe
from services.part_names import Part
from services.parts import ORDER, START
from services.room import watched_room
from services.settings import Settings, endpoint_key_file
from services.stopping import Stop, Stopped
from services.supervisor import READY, STOPPING, tell_supervisor

if TYPE_CHECKING:
    from services.bootstrap import System

Assembled = Callable[[Settings, Stop], "AbstractAsyncContextManager[System]"]


class PortTaken(DatabaseError):
    """Something else listens where we should."""

    def __init__(self, host: str, port: int, option: str) -> None:
        super().__init__(f"port {port} of {host} is in use: choose another with {option}")


async def run_part(settings: Settings, part: Part, *, tell: Callable[[str], None] = print) -> None:
    """Run one part as a process of its own, until SIGTERM or SIGINT, on a database that others run and migrate.

    Raises:
        DatabaseError: the database cannot be used within the time of the settings, or a port is taken.
        PaktError: a log cannot be read.
    """
    await run(part.value, settings, (part,), _on_running_database, tell)


async def run(
    name: str, settings: Settings, parts: Collection[Part], assembled: Assembled, tell: Callable[[str], None]
) -> None:
    """Run parts over the system that `assembled` brings up; `tell` gets `ready http://host:port` once they work.

    Telemetry knows the process by its `name`. Raises: as `run_part`.
    """
    stop, probe = Stop(), Probe()
    stop.listen()
    end_telemetry = start_telemetry(name)
    settings = _with_free_ports(settings, gateway=Part.GATEWAY in parts)
    async with AsyncExitStack() as stack:
        started = stack.enter_context(_collecting_later())
        stack.callback(end_telemetry)
        await stack.enter_async_context(_answering(probe, settings))
        with contextlib.suppress(Stopped):
            system = await stack.enter_async_context(assembled(settings, stop))
            running = [await stack.enter_async_context(START[part](system)) for part in ORDER if part in parts]
            await stack.enter_async_context(_present(system, parts))
            await stack.enter_async_context(watched_room(settings.data))
            probe.lender = system.reading
            started()
            tell(f"ready http://{settings.host}:{settings.port}" if Part.GATEWAY in parts else "ready")
            tell_supervisor(READY)
            await stop.unless_ended(*running)
        probe.draining = True
        tell_supervisor(STOPPING)


def _present(system: "System", parts: Collection[Part]) -> AbstractAsyncContextManager[None]:
    from services.presence import present  # noqa: PLC0415 - with the driver, which took its time while we waited

    return present(system, parts)


@contextmanager
def _collecting_later() -> Iterator[Callable[[], None]]:
    """What a start makes stays: to look for garbage in it takes a fifth of the start. Once started, it is left out."""

    def started() -> None:
        gc.freeze()
        gc.enable()

    gc.disable()
    try:
        yield started
    finally:
        gc.enable()


@asynccontextmanager
async def _answering(probe: Probe, settings: Settings) -> AsyncIterator[None]:
    """The health port, where there is one."""
    if settings.health_port is None:
        yield
        return
    from services.health_port import serving_health  # noqa: PLC0415 - a slow import that few need

    async with serving_health(probe, settings.host, settings.health_port):
        yield


def _with_free_ports(settings: Settings, *, gateway: bool) -> Settings:
    """Find out early whether the ports are free; port 0 becomes a free one."""
    free = {}
    if gateway:
        free["port"] = _free(settings.host, settings.port, "--port")
    if settings.health_port is not None:
        free["health_port"] = _free(settings.host, settings.health_port, "--health-port")
    return msgspec.structs.replace(settings, **free)


def _free(host: str, port: int, option: str) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host, port, option) from error
            raise DatabaseError(f"cannot listen on {host}:{port}: {error.strerror}") from error
        free: int = probe.getsockname()[1]
        return free


@asynccontextmanager
async def _on_running_database(settings: Settings, stop: Stop) -> AsyncIterator["System"]:
    """The system over a database that others run, waited for."""
    from domain.catalogue import REGISTRY  # noqa: PLC0415 - what takes long is imported once the ports are known free
    from services.bootstrap import assemble  # noqa: PLC0415
    from services.waiting import wait_for_database  # noqa: PLC0415

    settings.data.mkdir(parents=True, exist_ok=True)
    database = await wait_for_database(settings, REGISTRY.names, stop)
    try:
        async with assemble(settings, database=database, migrated=True) as system:
            await require_whole(system)
            await settle_keys(system)
            yield system
    finally:
        await database.stop()


async def require_whole(system: "System") -> None:
    """Refuse to go on without keys that data was sealed with, or over logs that were cut.

    Afterwards the logs of a restored database know again of erasures that they have lost; the keys are gone already.

    Raises: DatabaseError, saying what is missing and what to do.
    """
    from services.erasure.restore import record_lost  # noqa: PLC0415

    await _require_keys(system)
    await require_no_rewind(system)
    await record_lost(system.eraser)


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


async def settle_keys(system: "System") -> None:
    """Have the key that signs in the national log, once there is one: a restored log may have lost its rotation."""
    from domain.kernel.ids import NATIONAL_SLUG  # noqa: PLC0415
    from services.keyring import KeyRing  # noqa: PLC0415

    if NATIONAL_SLUG in (await system.handler.authority.national()).institutions:
        await KeyRing(system.handler, system.signing).catch_up()
