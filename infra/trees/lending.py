"""Where the adapters get their connections from."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

import asyncpg


class Lender(Protocol):
    """Lends connections of one role to one task at a time; says Unavailable when there is no database."""

    def borrow(self, tenant_id: int) -> AbstractAsyncContextManager["asyncpg.Connection[asyncpg.Record]"]:
        """A connection to the tenant's node."""
        ...
