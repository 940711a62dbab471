"""What a check of a log has found, and where."""

import msgspec

MOST = 1_000
"""Faults told of one log; more are only counted."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that does not hold. `position` is where in the log it begins, when that can be said.

    `part`: event, stream, command, tag, tile, tree, head, signature, cosignature, entry or copy. `field` names the
    column when it is known: a hash tells that an event was changed, not where in it.
    """

    part: str
    position: int | None
    field: str
    detail: str


class Faults:
    """The faults of one log, as they are found."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.count = 0

    def add(self, part: str, position: int | None, detail: str, *, field: str = "") -> None:
        """One more."""
        self.count += 1
        if len(self.found) < MOST:
            self.found.append(Fault(part, position, field, detail))

    def in_order(self) -> tuple[Fault, ...]:
        """The first position first; what has none comes last."""
        return tuple(sorted(self.found, key=lambda one: (one.position is None, one.position or 0)))
