"""`pakt backup` and `pakt restore`: copies of the whole installation, and the way back."""

from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.options import Data, Json, settings_for, settings_of_existing
from services.cli.output import print_json, print_table, say, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infra.database.interface import Database
    from infra.objectstore.interface import Archive
    from services.backup.repository import Repository
    from services.settings import Settings
    from services.stopping import Stop

app = App(name="backup", help="Copies of the installation at PAKT_BACKUP_URL: taken, looked at, proved.")
From = Annotated[
    str | None, Parameter(name="--from", help="Backup store: file:///folder or s3://bucket [PAKT_BACKUP_URL].")
]
System = Annotated[str | None, Parameter(help="Number of the server, where the store holds several.")]


@app.command
def run(*, data: Data = None) -> int:
    """Copy what the server writes as it is written, and a base backup a day, until SIGTERM or Ctrl-C.

    Beside the database also uploaded files, signed heads and the register of erasures, unless PAKT_OBJECT_URL keeps
    them elsewhere. Keys are never copied: keep DATA/keys apart. One copy of this process is enough. It waits PAKT_WAIT
    seconds for `pakt up`, or whoever runs the database, and ends with 3 when there is none.

    For example:

    * `PAKT_BACKUP_URL=file:///mnt/backup pakt backup run`
    * `PAKT_BACKUP_URL=s3://backups/pakt PAKT_BACKUP_DAYS=30 pakt backup run --data /var/lib/pakt`
    """

    async def work() -> int:
        from infra.clock import SystemClock  # noqa: PLC0415
        from services.backup.follow import Follower  # noqa: PLC0415
        from services.stopping import Stop, Stopped  # noqa: PLC0415

        settings, stop = settings_of_existing(data), Stop()
        _archive(settings, None)
        stop.listen()
        with suppress(Stopped):
            async with _run_by_others(settings, stop) as database:
                repository = await _repository(settings, database)
                say(f"copying server {repository.system} to {settings.backup_url}")
                await Follower(settings, database, repository, SystemClock()).run(stop.asked)
        return DONE

    return complete(work())


@app.command
def take(*, data: Data = None, json: Json = False) -> int:
    """Take one base backup now: copied, verified file by file, stored, read back.

    It can be restored alone. `pakt backup run` keeps the log between two of them as well.

    For example:

    * `PAKT_BACKUP_URL=file:///mnt/backup pakt backup take`
    """

    async def work() -> int:
        from services.backup.beside import copy_beside  # noqa: PLC0415
        from services.backup.take import take as taken  # noqa: PLC0415

        settings = settings_of_existing(data)
        async with _running(settings) as database:
            repository = await _repository(settings, database)
            await copy_beside(settings, repository)
            label = await taken(settings, database, repository, told)
        if json:
            print_json(label)
        else:
            size = sum(file.size for file in label.files.values())
            say(f"base backup {label.name}: {size:,} bytes, complete at {label.ended_at.isoformat()}")
        return DONE

    return complete(work())


@app.command(name="list")
def show(*, source: From = None, system: System = None, data: Data = None, json: Json = False) -> int:
    """List the base backups, and from when to when any moment can be restored.

    For example:

    * `pakt backup list --from file:///mnt/backup`
    """

    async def work() -> int:
        from services.backup.restore import chosen  # noqa: PLC0415

        labels = await (await chosen(_archive(settings_for(data), source), system)).labels()
        if json:
            print_json(labels)
        else:
            rows = [
                (one.name, one.ended_at.isoformat(), sum(f.size for f in one.files.values()), one.major, one.release)
                for one in labels
            ]
            print_table("Base backups", ("name", "complete at", "bytes", "PostgreSQL", "Pakt"), rows)
        return DONE

    return complete(work())


@app.command
def verify(*, source: From = None, system: System = None, data: Data = None, json: Json = False) -> int:
    """Fetch every base backup and the log behind it, and check each file; exit code 1 names what is damaged or lacks.

    For example:

    * `pakt backup verify --from s3://backups/pakt`
    """

    async def work() -> int:
        from services.backup.restore import chosen  # noqa: PLC0415
        from services.backup.verify import verify as verified  # noqa: PLC0415

        found = await verified(await chosen(_archive(settings_for(data), source), system), told)
        if json:
            print_json(found)
        else:
            rows = [(one.base, one.segments, one.problem or "holds") for one in found]
            print_table("Backups", ("base backup", "segments of the log", "state"), rows)
        return DIFFERENT if any(one.problem for one in found) or not found else DONE

    return complete(work())


def restore(
    *,
    to: Annotated[str, Parameter(help="`latest`, a time with its zone, or a position as `mj:42`.")],
    source: From = None,
    keys: Annotated[Path | None, Parameter(help="Folder of the installation's keys [DATA/keys].")] = None,
    system: System = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Make a new installation in an empty folder as it was at a moment, and check it before it serves anybody.

    Whoever was erased since is erased again; each log begins a new epoch, so that no position is given a second time;
    each log is verified against everything that was published of it. Then `pakt up --no-demo --data DATA` serves it, or
    any PostgreSQL of the same major version runs on DATA/postgresql/cluster. Exit code 1: a log does not verify.

    For example:

    * `pakt restore --to latest --from file:///mnt/backup --keys /mnt/keys --data /var/lib/pakt`
    * `pakt restore --to 2026-11-26T14:00:00+01:00 --from s3://backups/pakt --data /srv/drill`
    * `pakt restore --to mj:4711 --from s3://backups/pakt --data /srv/drill`
    """

    async def work() -> int:
        from services.backup.restore import Restoration  # noqa: PLC0415
        from services.backup.target import target_of  # noqa: PLC0415

        try:
            target = target_of(to)
        except ValueError as error:
            raise Misused(str(error)) from error
        settings = settings_for(data)
        done = await Restoration(settings, _archive(settings, source), told).run(target, keys=keys, system=system)
        if json:
            print_json(done)
        else:
            rows = [(one.tenant, one.position, one.epoch, one.faults or "none") for one in done.logs]
            print_table(f"Restored from {done.base}", ("log", "stands at", "epoch", "faults"), rows)
            say(f"{done.files} files brought back")
            say(f"serve it: pakt up --no-demo --data {settings.data}")
        return DIFFERENT if any(one.faults for one in done.logs) else DONE

    return complete(work())


def _archive(settings: "Settings", source: str | None) -> "Archive":
    from services.databases import choose_archive  # noqa: PLC0415

    url = source or settings.backup_url
    if not url:
        raise Misused("no backup store is named: set PAKT_BACKUP_URL, for example to file:///mnt/backup")
    return choose_archive(url)


async def _repository(settings: "Settings", database: "Database") -> "Repository":
    from infra.database.interface import Role  # noqa: PLC0415
    from infra.database.physical import identity  # noqa: PLC0415
    from services.backup.repository import Repository  # noqa: PLC0415

    return Repository(_archive(settings, None), (await identity(database.dsn(Role.ADMIN))).system)


@asynccontextmanager
async def _run_by_others(settings: "Settings", stop: "Stop") -> "AsyncIterator[Database]":
    """The database of whoever serves it: a server of our own would be in the way of `pakt up`."""
    from services.waiting import wait_for_server  # noqa: PLC0415

    database = await wait_for_server(settings, stop)
    try:
        yield database
    finally:
        await database.stop()


@asynccontextmanager
async def _running(settings: "Settings") -> "AsyncIterator[Database]":
    from services.databases import choose_database  # noqa: PLC0415

    database = choose_database(settings)
    await database.start()
    try:
        yield database
    finally:
        await database.stop()
