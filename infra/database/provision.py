"""Making a tenant known to the database, and telling it that a restore has rewound the log."""

from infra.database.administration import administering
from infra.database.interface import Connection, Database, Role
from infra.database.roles import OWNER


async def provision_tenant(
    connection: Connection,
    tenant_id: int,
    slug: str,
    kind: str,
    *,
    sandbox: bool = False,
    state: str = "active",
    names: bytes | None = None,
) -> None:
    """Register the tenant and its lock row, or bring slug, kind, state and names (JSON) up to date.

    The connection is an administrator's or the projector's; with the latter it may stand in an open transaction.
    """
    await connection.execute(
        "SELECT es.provision_tenant($1, $2, $3, $4, $5, $6)", tenant_id, slug, kind, sandbox, state, names
    )


async def raise_epoch(database: Database, tenant_id: int, before: int, epoch: int) -> None:
    """Let the tenant's next event be of `epoch`; nothing when its epoch is not `before` any more.

    Done as the tables' owner: of the runtime roles nobody may.
    """
    arguments = database.dsn(Role.ADMIN, database.placement(tenant_id))
    async with administering(arguments) as connection, connection.transaction():
        await connection.execute(f"SET LOCAL ROLE {OWNER}")
        await connection.execute(
            "UPDATE es.tenant_lock SET epoch = $3 WHERE tenant_id = $1 AND epoch = $2", tenant_id, before, epoch
        )
