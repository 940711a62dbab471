"""Questions to the audit trail."""

from projections.audit_filter import conditions
from projections.audit_trail import AuditRow
from projections.paging import After, Page
from projections.reading import IN_SCOPE, ReadConnection, fetch_page, maker, selected


async def audit_trail(
    connection: ReadConnection,
    words: str = "",
    *,
    after: After | None = None,
    limit: int = 50,
    newest_first: bool = True,
) -> Page[AuditRow]:
    """Entries that the filter finds; the key is `(position,)`.

    Raises: InvalidValue for a filter that cannot be read.
    """
    return await fetch_page(
        connection,
        AuditRow,
        "audit_trail",
        conditions(words),
        ("position",),
        after,
        limit,
        descending=newest_first,
        key=lambda item: (item.position,),
    )


async def audit_entry(connection: ReadConnection, position: int) -> AuditRow | None:
    """What happened at one position of the log."""
    record = await connection.fetchrow(
        f"SELECT {selected(AuditRow)} FROM audit_trail WHERE {IN_SCOPE} AND position = $1",  # noqa: S608 - our own text
        position,
    )
    return maker(AuditRow)(record) if record else None
