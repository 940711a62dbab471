"""Making a tenant known to the database."""

from infra.database.interface import Connection


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
