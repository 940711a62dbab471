"""The schema of an installation's database, brought to this version where that is a command's affair."""

from domain.catalogue import REGISTRY
from infra.database.administration import NotAdministrator, RoleRefused, administers
from infra.database.interface import Database, Role
from infra.database.migrate import Compared, Tell, compare_schema, migrate
from services.settings import Settings
from services.waiting import SchemaOlder, require_schema


def _silent(step: str) -> None:
    del step


async def upgrade(settings: Settings, database: Database, tell: Tell) -> None:
    """Bring the schema up to date; where the address is no administrator's, somebody must have done so.

    `tell` gets each step of one that was there before: how long those take depends on what people have written.

    Raises: SchemaNewer, SchemaOlder, RoleRefused.
    """
    try:
        empty = (await _compared(database)).empty
    except RoleRefused:  # the migration makes the roles, and gives them their password
        empty = False
    try:
        await _migrate(settings, database, _silent if empty else tell)
    except NotAdministrator:
        await require_schema(database, REGISTRY.names)


async def settle_schema(settings: Settings, database: Database) -> None:
    """Give an empty database its schema and register types that are new; upgrade nothing that people work on.

    Raises: SchemaNewer, SchemaOlder, RoleRefused; NotAdministrator where types are missing.
    """
    found = await _compared(database)
    found.refuse_newer()
    if found.missing and not found.empty:
        raise SchemaOlder(len(found.missing), len(found.types))
    if found.missing or found.types:
        await _migrate(settings, database)


async def _compared(database: Database) -> Compared:
    """How the schema stands; of a server that lets in no role of ours, whether that is because it is empty."""
    try:
        return await compare_schema(database, REGISTRY.names)
    except RoleRefused:
        if await administers(database.dsn(Role.ADMIN)):
            found = await compare_schema(database, REGISTRY.names, role=Role.ADMIN)
            if found.empty:
                return found
        raise


async def _migrate(settings: Settings, database: Database, tell: Tell = _silent) -> None:
    await migrate(database, REGISTRY.names, role_password=settings.database_role_password or None, tell=tell)
    await database.refresh()
