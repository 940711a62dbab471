"""Applies the numbered SQL files: in order, each once, each in a transaction, one migrator at a time per database."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

from infra.database.administration import administering
from infra.database.failures import LOST
from infra.database.interface import Connection, Database, DatabaseError, Role, SchemaDiffers
from infra.database.roles import OWNER, apply_settings, create_roles

FOLDER = Path(__file__).parent / "migrations"
LOCK_KEY = 0x50414B54  # "PAKT"; taken only here: nothing depends on it for correctness of stored data

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
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
) -> Migrated:
    """Bring the schema up to date and register the stored names of event types.

    Any number may run at once: one applies, the others wait and find nothing to do.

    Raises:
        SchemaNewer: an applied file is missing here.
        DatabaseError: an applied file has been changed, a file does not apply, a file's name is bad, or the server
            went away; what was applied before stays.
    """
    migrations = read_folder(folder)
    async with administering(database.dsn(Role.ADMIN)) as connection:  # whose end releases the lock
        await create_roles(connection, role_password)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        return await _migrate_locked(connection, migrations, type_names)


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

    `missing`: numbers of migrations that it lacks; `unknown`: of those it has that are not known here; `types`: stored
    names of events that nobody has registered in it.
    """

    missing: tuple[int, ...]
    unknown: tuple[int, ...]
    types: tuple[str, ...]

    def refuse_newer(self) -> None:
        """Nothing, unless it knows more than this build. Raises: SchemaNewer."""
        if self.unknown:
            raise SchemaNewer(self.unknown)


async def compare_schema(database: Database, type_names: Sequence[str] = (), *, folder: Path = FOLDER) -> Compared:
    """Compare what was applied to a database with what this build would apply.

    Raises: DatabaseError, as `administering` does.
    """
    async with administering(database.dsn(Role.ADMIN)) as connection:
        known = await connection.fetchval("SELECT to_regclass('pakt.migration') IS NOT NULL")
        applied = {r["number"] for r in await connection.fetch("SELECT number FROM pakt.migration")} if known else set()
        named = await connection.fetchval("SELECT to_regclass('es.event_type') IS NOT NULL")
        types = {r["name"] for r in await connection.fetch("SELECT name FROM es.event_type")} if named else set()
    ours = [migration.number for migration in read_folder(folder)]
    return Compared(
        missing=tuple(number for number in ours if number not in applied),
        unknown=tuple(sorted(applied - set(ours))),
        types=tuple(name for name in type_names if name not in types),
    )


async def _migrate_locked(
    connection: Connection, migrations: Sequence[Migration], type_names: Sequence[str]
) -> Migrated:
    await connection.execute(_BOOK)
    await apply_settings(connection)
    book = {r["number"]: r["sha256"] for r in await connection.fetch("SELECT number, sha256 FROM pakt.migration")}
    _verify(migrations, book)
    waiting = [m for m in migrations if m.number not in book]
    for migration in waiting:
        await _apply(connection, migration)
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


async def _apply(connection: Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {OWNER}")
            await connection.execute(f"{migration.sql}\n;SELECT 1")  # the driver cannot digest a file of comments only
            await connection.execute("RESET ROLE")
            await connection.execute(
                "INSERT INTO pakt.migration (number, name, sha256) VALUES ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.sha256,
            )
    except LOST:
        raise
    except asyncpg.PostgresError as error:
        where = f" ({error.context})" if getattr(error, "context", None) else ""
        raise DatabaseError(f"{migration.name} does not apply: {error}{where}") from error
