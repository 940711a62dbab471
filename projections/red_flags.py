"""What should make somebody look at a grant or a contract: nothing is proved, each flag names what it was seen in."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import msgspec

from projections.lookup import with_slug
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_page


class RedFlag(msgspec.Struct, frozen=True):
    """`subject_id` is the call, agreement, contract or organisation that the flag is on; `number` of `among` show it.

    Of reports `number` did not come and `among` came late or not at all.
    """

    tenant_id: int
    tenant: str
    kind: str
    subject_id: UUID
    call_id: UUID | None
    organisation_id: UUID | None
    number: int
    among: int


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    kind: str | None = None
    call_id: UUID | None = None
    organisation_id: UUID | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(**{name: getattr(self, name) for name in self.__struct_fields__})


S = TypeVar("S", bound=RedFlag)
ORDER = ("kind", "tenant_id", "subject_id", "number", "among")


def flagged(found: str) -> str:
    """What is selected from, where `found` finds the flags of all tenants in scope; `$name` in it is a number."""
    return with_slug(f"({found})")


async def fetch_flags(
    connection: ReadConnection,
    shown: type[S],
    source: str,
    chosen: Filter,
    numbers: Mapping[str, int | None],
    after: After | None,
    limit: int,
) -> Page[S]:
    """Flags by kind; the key is `ORDER`. Of `numbers` one that is None flags nothing."""
    where = chosen.conditions()
    for name, number in numbers.items():
        source = source.replace(f"${name}", f"{where.parameter(number)}::bigint")
    return await fetch_page(connection, shown, source, where, ORDER, after, limit)
