"""Where adapters get their connections from."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from infra.database.interface import Connection


class Lender(Protocol):
    """Lends connections of one role to one task at a time; says Unavailable when there is no database."""

    def borrow(self, tenant_id: int) -> AbstractAsyncContextManager[Connection]:
        """A connection to the tenant's node."""
        ...
