"""Questions to the audit trail."""

from projections.audit_filter import conditions
from projections.audit_trail import AuditRow
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page


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
    )


async def audit_entry(connection: ReadConnection, position: int) -> AuditRow | None:
    """What happened at one position of the log."""
    return await fetch_one(connection, AuditRow, "audit_trail", Conditions().add_equal(position=position))
