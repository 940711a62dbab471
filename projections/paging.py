"""Pages by keyset: a page begins after the last key of the one before, whatever was added meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")
LARGEST = 200
"""Items on a page at most."""
After = tuple[Any, ...]
"""The sort key of the last item seen; the gateway makes an opaque cursor of it and keeps the values' types."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """`items` in order; `next` is the key to go on from, None on the last page."""

    items: list[T]
    next: After | None = None


Ask = Callable[[After | None], Awaitable[Page[T]]]
"""Gives the page after a key; the first one for None."""


async def pages(ask: Ask[T]) -> AsyncIterator[list[T]]:
    """The items of each page that has any, to the last page."""
    after: After | None = None
    while True:
        page = await ask(after)
        if page.items:
            yield page.items
        after = page.next
        if after is None:
            return


async def every(ask: Ask[T]) -> list[T]:
    """The items of all pages; for what is bounded."""
    return [one async for page in pages(ask) for one in page]
