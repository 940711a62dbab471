"""The tenants there are, as the store knows them."""

import msgspec

from projections.reading import ReadConnection


class TenantEntry(msgspec.Struct, frozen=True):
    """A tenant; `names` by language code, `kind` national, ministry or municipality."""

    tenant_id: int
    slug: str
    kind: str
    sandbox: bool
    state: str
    names: dict[str, str]


_COLUMNS = "tenant_id, slug, kind, sandbox, state, names"


async def tenants(connection: ReadConnection, *, kind: str | None = None) -> list[TenantEntry]:
    """All tenants, ascending by id."""
    records = await connection.fetch(
        f"SELECT {_COLUMNS} FROM es.tenant WHERE $1::text IS NULL OR kind = $1 ORDER BY tenant_id",  # noqa: S608
        kind,
    )
    return [
        TenantEntry(tenant_id, slug, kind, sandbox, state, msgspec.json.decode(names or b"{}", type=dict[str, str]))
        for tenant_id, slug, kind, sandbox, state, names in records
    ]
