"""What waits of many tenants for the same thing: each has a row of its own, the rows are served in turn, no row is all.

Of the places that there are a row may hold as many as are free (a dynamic threshold: Choudhury and Hahne, IEEE/ACM
Transactions on Networking 6(2), 1998). So one tenant alone may fill half of them, two that flood get a third each, and
whoever comes beside them finds room; nobody has to know who is there, or set a share for anybody.
"""

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Shares(Generic[T]):
    """Rows of what waits; `most` places in all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows: dict[int, deque[T]] = {}
        self._order: deque[int] = deque()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, tenant_id: int, item: T) -> bool:
        """Put it at the end of its tenant's row; False when that row is as long as it may be now."""
        row = self._rows.get(tenant_id)
        if not has_room(0 if row is None else len(row), self._length, self._most):
            return False
        if row is None:
            self._rows[tenant_id] = row = deque()
            self._order.append(tenant_id)
        row.append(item)
        self._length += 1
        return True

    def take(self) -> T:
        """The first of the row whose turn it is. Raises: IndexError when nothing waits."""
        tenant_id = self._order.popleft()
        row = self._rows[tenant_id]
        item = row.popleft()
        self._length -= 1
        if row:
            self._order.append(tenant_id)
        else:
            del self._rows[tenant_id]
        return item

    def discard(self, tenant_id: int, item: T) -> None:
        """It waits no more, if it did."""
        row = self._rows.get(tenant_id)
        if row is None or item not in row:
            return
        row.remove(item)
        self._length -= 1
        if not row:
            del self._rows[tenant_id]
            self._order.remove(tenant_id)


def has_room(own: int, waiting: int, most: int) -> bool:
    """Whether a tenant of which `own` wait may have one more waiting, of `most` places of which `waiting` are taken."""
    return own < most - waiting
