"""Pages by keyset: a page begins after the last key of the one before, whatever was added meanwhile."""

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
