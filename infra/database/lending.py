"""Where adapters get their connections from."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import asyncpg

from infra.database.interface import Connection
from infra.database.scope import scope


class Lender(Protocol):
    """Lends connections of one role to one task at a time; says Unavailable when there is no database."""

    def borrow(self, tenant_id: int) -> AbstractAsyncContextManager[Connection]:
        """A connection to the tenant's node."""
        ...

    def by_node(self, tenants: Collection[int]) -> Sequence[list[int]]:
        """The tenants, those of one node together."""
        ...


async def fetch_over(lender: Lender, tenants: Collection[int], statement: str, /, *args: Any) -> list[asyncpg.Record]:
    """The rows of a statement about several tenants, from each node that keeps some; `$1` is a node's tenants.

    Rows come node by node: an order or a limit of the statement is one of each node. Raises: Unavailable.
    """
    found: list[asyncpg.Record] = []
    for own in lender.by_node(tenants):
        async with lender.borrow(own[0]) as lent, scope(lent, tenants=own) as connection:
            found += await connection.fetch(statement, own, *args)
    return found
