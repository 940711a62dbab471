"""Applies the numbered SQL files: in order, each once, each in a transaction, one migrator at a time per database."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

from infra.database.administration import administering
from infra.database.failures import LOST
from infra.database.interface import Connection, Database, DatabaseError, Role
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
        DatabaseError: an applied file has been changed or is missing, a file does not apply, a file's name is bad, or
            the server went away; what was applied before stays.
    """
    migrations = read_folder(folder)
    async with administering(database.dsn(Role.ADMIN)) as connection:  # whose end releases the lock
        await create_roles(connection, role_password)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        return await _migrate_locked(connection, migrations, type_names)


async def missing_migrations(database: Database, *, folder: Path = FOLDER) -> list[int]:
    """Numbers of the migrations that the database does not have; all of them when it was never migrated."""
    async with administering(database.dsn(Role.ADMIN)) as connection:
        known = await connection.fetchval("SELECT to_regclass('pakt.migration') IS NOT NULL")
        applied = {r["number"] for r in await connection.fetch("SELECT number FROM pakt.migration")} if known else set()
    return [migration.number for migration in read_folder(folder) if migration.number not in applied]


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
    for number, digest in book.items():
        known = by_number.get(number)
        if known is None:
            raise DatabaseError(f"migration {number:04} was applied to this database but its file is missing here")
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
