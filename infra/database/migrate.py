"""Applies the numbered SQL files: in order, each once, each in a transaction, one migrator at a time per database.

Processes of the version before go on meanwhile, so nothing here may keep them waiting: a statement that does not get
its lock soon is given up, with its file, and tried again. A file that begins with `-- outside a transaction` is one of
statements that PostgreSQL takes only there, such as CREATE INDEX CONCURRENTLY; it may stop half way, and is repeated.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec

from infra.database.administration import LOOKER, administering, looking
from infra.database.failures import LOST
from infra.database.interface import Connection, Database, DatabaseError, Role, SchemaDiffers
from infra.database.registry import name_nodes, repeat_types, require_nodes
from infra.database.roles import OWNER, apply_settings, create_roles
from infra.database.server_version import require_version

FOLDER = Path(__file__).parent / "migrations"
LOCK_KEY = 0x50414B54  # "PAKT"; taken only here: nothing depends on it for correctness of stored data

OUTSIDE = "-- outside a transaction"
TURN = 0.2
"""Seconds between two looks whether it is our turn. Waiting inside a statement would hold a snapshot, and an index that
somebody makes concurrently would wait for its end."""

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_HOLDERS = """SELECT pid, usename, state, extract(epoch FROM now() - xact_start)::int AS seconds
    FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    ORDER BY xact_start LIMIT 3"""
_BOOK = """CREATE SCHEMA IF NOT EXISTS pakt;
CREATE TABLE IF NOT EXISTS pakt.migration (
    number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
GRANT USAGE ON SCHEMA pakt TO PUBLIC; GRANT SELECT ON pakt.migration TO PUBLIC"""


class Migration(msgspec.Struct, frozen=True):
    """One SQL file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hex digest of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def outside(self) -> bool:
        """Whether its statements stand each for itself."""
        return self.sql.startswith(OUTSIDE)

    @property
    def statements(self) -> tuple[str, ...]:
        """Those of a file outside a transaction, where nothing else ends with a semicolon and a line."""
        return tuple(one.strip() for one in re.split(r";[ \t]*(?:\n|$)", self.sql) if _says_something(one))


def _says_something(statement: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines())


class Patience(msgspec.Struct, frozen=True):
    """How a migrator waits for locks: each for `milliseconds`, `tries` times, `pause` seconds apart.

    Whoever comes after a statement that waits for a lock waits, too: `milliseconds` is for how long at most.
    """

    milliseconds: int = 2_000
    tries: int = 60
    pause: float = 1.0


PATIENT = Patience()
Tell = Callable[[str], None]


class Migrated(msgspec.Struct, frozen=True):
    """What one run did: numbers it applied, and how many had been applied before."""

    applied: tuple[int, ...]
    skipped: int


async def migrate(
    database: Database,
    type_names: Sequence[str] = (),
    *,
    role_password: str | None = None,
    folder: Path = FOLDER,
    patience: Patience = PATIENT,
    tell: Tell = lambda _: None,
) -> Migrated:
    """Bring the schema up to date and register the stored names of event types; `tell` gets each step as it begins.

    Any number may run at once: one applies, the others wait and find nothing to do. One that is killed leaves each file
    applied or not begun, and the next one goes on there.

    Of several nodes each is migrated, home first; event types have the same numbers everywhere.

    Raises:
        SchemaNewer: an applied file is missing here.
        NotAdministrator: the user of the address may not make roles, or not act as the tables' owner.
        DatabaseError: an applied file has been changed, a file does not apply or does not get its locks, a file's name
            is bad, or a server went away; what was applied before stays.
    """
    migrations = read_folder(folder)
    types, applied, skipped = None, set[int](), []
    for node in database.nodes:
        async with administering(database.dsn(Role.ADMIN, node)) as connection:  # whose end releases the lock
            require_version(connection)
            await create_roles(connection, role_password)
            await _wait_for_turn(connection, tell)
            names = type_names if types is None else ()
            done = await _migrate_locked(connection, migrations, names, patience, tell)
            if len(database.nodes) > 1:
                types = await repeat_types(connection, types)
            await name_nodes(connection, database.nodes)
        applied |= set(done.applied)
        skipped.append(done.skipped)
    return Migrated(tuple(sorted(applied)), min(skipped))


async def _wait_for_turn(connection: Connection, tell: Tell) -> None:
    told = False
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
        if not told:
            tell("another migrator is at work: waiting for its end")
            told = True
        await asyncio.sleep(TURN)


class SchemaNewer(SchemaDiffers):
    """A later version of Pakt has migrated the database."""

    def __init__(self, unknown: Sequence[int]) -> None:
        numbers = ", ".join(f"{number:04}" for number in unknown[:5])
        super().__init__(
            f"the database's schema is newer than this version of Pakt: migration {numbers} was applied to it and its "
            "file is missing here. Start the version that brought it, or restore the backup from before"
        )


class Compared(msgspec.Struct, frozen=True):
    """How a database's schema stands to this build.

    `empty`: nobody has migrated it yet.
    `missing`: numbers of migrations that it lacks; `unknown`: of those it has that are not known here; `types`: stored
    names of events that nobody has registered in it.
    """

    missing: tuple[int, ...]
    unknown: tuple[int, ...]
    types: tuple[str, ...]
    empty: bool

    def refuse_newer(self) -> None:
        """Nothing, unless it knows more than this build. Raises: SchemaNewer."""
        if self.unknown:
            raise SchemaNewer(self.unknown)


async def compare_schema(
    database: Database, type_names: Sequence[str] = (), *, folder: Path = FOLDER, role: Role = LOOKER
) -> Compared:
    """Compare what was applied to a database with what this build would apply.

    Of several nodes: what one of them lacks is missing. Any process may look; in a server that nobody has migrated yet
    only the administrator is there to do so.

    Raises: DatabaseError, as `looking` and `administering` do, and where the database knows of nodes that nobody named.
    """
    compared = [await _compare(database, node, type_names, folder, role) for node in database.nodes]
    return Compared(
        missing=tuple(sorted({number for one in compared for number in one.missing})),
        unknown=tuple(sorted({number for one in compared for number in one.unknown})),
        types=tuple(sorted({name for one in compared for name in one.types})),
        empty=compared[0].empty,
    )


async def _compare(database: Database, node: str, type_names: Sequence[str], folder: Path, role: Role) -> Compared:
    opened = looking(database, node) if role is LOOKER else administering(database.dsn(role, node))
    async with opened as connection:
        await require_nodes(connection, database.nodes)
        known = await connection.fetchval("SELECT to_regclass('pakt.migration') IS NOT NULL")
        applied = {r["number"] for r in await connection.fetch("SELECT number FROM pakt.migration")} if known else set()
        named = await connection.fetchval("SELECT to_regclass('es.event_type') IS NOT NULL")
        types = {r["name"] for r in await connection.fetch("SELECT name FROM es.event_type")} if named else set()
    ours = [migration.number for migration in read_folder(folder)]
    return Compared(
        missing=tuple(number for number in ours if number not in applied),
        unknown=tuple(sorted(applied - set(ours))),
        types=tuple(name for name in type_names if name not in types),
        empty=not applied,
    )


async def _migrate_locked(
    connection: Connection, migrations: Sequence[Migration], type_names: Sequence[str], patience: Patience, tell: Tell
) -> Migrated:
    await connection.execute(_BOOK)
    await apply_settings(connection)
    book = {r["number"]: r["sha256"] for r in await connection.fetch("SELECT number, sha256 FROM pakt.migration")}
    _verify(migrations, book)
    waiting = [m for m in migrations if m.number not in book]
    for number, migration in enumerate(waiting, start=1):
        tell(f"{migration.name} ({number} of {len(waiting)})")
        await _apply(connection, migration, patience, tell)
        tell(f"{migration.name} applied")
    await register_types(connection, type_names)
    return Migrated(tuple(m.number for m in waiting), skipped=len(book))


async def register_types(connection: Connection, names: Sequence[str]) -> None:
    """Give a number to every stored event name that has none yet. Needs an administrator's connection."""
    if names:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {OWNER}")
            await connection.execute("SELECT es.register_types($1)", list(names))


def read_folder(folder: Path) -> list[Migration]:
    """The folder's SQL files, ascending by number.

    Raises:
        DatabaseError: a name is not NNNN_words.sql, or a number stands twice.
    """
    migrations: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise DatabaseError(f"{path} is not named NNNN_what_it_does.sql")
        number = int(match.group(1))
        if number in migrations:
            raise DatabaseError(f"{path.name} and {migrations[number].name} have the same number")
        migrations[number] = Migration(number, path.name, path.read_text(encoding="utf-8"))
    return list(migrations.values())


def _verify(migrations: Sequence[Migration], book: dict[int, str]) -> None:
    by_number = {m.number: m for m in migrations}
    if unknown := sorted(set(book) - set(by_number)):
        raise SchemaNewer(unknown)
    for number, digest in book.items():
        known = by_number[number]
        if known.sha256 != digest:
            raise DatabaseError(
                f"{known.name} has changed since it was applied: restore the file and put the change into a new one"
            )


async def _apply(connection: Connection, migration: Migration, patience: Patience, tell: Tell) -> None:
    once = _apply_outside if migration.outside else _apply_inside
    for left in reversed(range(patience.tries)):
        try:
            await once(connection, migration, patience)
        except _LOCKED as error:
            holders = ", ".join(
                f"{one['pid']} ({one['usename']}, {one['state']}, for {one['seconds']} s)"
                for one in await connection.fetch(_HOLDERS)
            )
            others = f"the oldest transactions are those of {holders}" if holders else "nobody holds it any more"
            if not left:
                raise DatabaseError(
                    f"{migration.name} does not get a lock that it needs: {others}. End them (SELECT"
                    " pg_terminate_backend(PID)) or wait for their end, and run `pakt migrate` again"
                ) from error
            tell(f"{migration.name} waits for a lock, {left} tries are left: {others}")
            await asyncio.sleep(patience.pause)
        except LOST:
            raise
        except asyncpg.PostgresError as error:
            where = f" ({error.context})" if getattr(error, "context", None) else ""
            raise DatabaseError(f"{migration.name} does not apply: {error}{where}") from error
        else:
            return


_LOCKED = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


async def _apply_inside(connection: Connection, migration: Migration, patience: Patience) -> None:
    async with connection.transaction():
        await connection.execute(f"SET LOCAL ROLE {OWNER}; SET LOCAL lock_timeout = {patience.milliseconds}")
        await connection.execute(f"{migration.sql}\n;SELECT 1")  # the driver cannot digest a file of comments only
        await connection.execute("RESET ROLE")
        await _book(connection, migration)


async def _apply_outside(connection: Connection, migration: Migration, patience: Patience) -> None:
    async with _as_owner(connection, patience):
        for statement in migration.statements:
            await connection.execute(statement)
    await _book(connection, migration)


@asynccontextmanager
async def _as_owner(connection: Connection, patience: Patience) -> AsyncIterator[None]:
    await connection.execute(f"SET ROLE {OWNER}; SET lock_timeout = {patience.milliseconds}")
    try:
        yield
    except LOST:
        raise
    except BaseException:
        await connection.execute("RESET ROLE; RESET lock_timeout")
        raise
    await connection.execute("RESET ROLE; RESET lock_timeout")


async def _book(connection: Connection, migration: Migration) -> None:
    await connection.execute(
        "INSERT INTO pakt.migration (number, name, sha256) VALUES ($1, $2, $3)",
        migration.number,
        migration.name,
        migration.sha256,
    )
