"""The way to a moment: from which boundary of the stored past to start, and which stretches of the log to read."""

from collections.abc import Sequence

import msgspec

from projections.history import Moment
from projections.stored_past import Boundary


class Course(msgspec.Struct, frozen=True):
    """Rows are taken as they stood at `start` (0: none), then the events of `stretches` are folded in.

    A stretch is (after, up to); None ends it where the moment does. `rests_on` is the newest boundary that the course
    relies on, None for none.
    """

    start: int
    stretches: tuple[tuple[int, int | None], ...]
    rests_on: Boundary | None = None


WHOLE = Course(0, ((0, None),))
"""The log from its first event on."""


def course(known: Sequence[Boundary], moment: Moment) -> Course:
    """The shortest way; `known` ascends.

    A boundary serves for a valid time only when nothing up to it occurred later. After it a span is passed over when
    nothing in it had occurred by then; the span in which the log is cut is always read.
    """
    start, before = 0, None
    stretches: list[tuple[int, int | None]] = []
    for boundary in known:
        if _beyond(boundary, moment):
            break
        after = before.position if before else 0
        if moment.as_of is None or boundary.latest <= moment.as_of:
            start = boundary.position
        elif boundary.earliest <= moment.as_of:
            _join(stretches, after, boundary.position)
        before = boundary
    _join(stretches, before.position if before else 0, None)
    return Course(start, tuple(stretches), before)


def _beyond(boundary: Boundary, moment: Moment) -> bool:
    """Whether the log is cut before the boundary."""
    if moment.position is not None and boundary.position > moment.position:
        return True
    return moment.known_at is not None and boundary.recorded_at > moment.known_at


def _join(stretches: list[tuple[int, int | None]], after: int, upto: int | None) -> None:
    if stretches and stretches[-1][1] == after:
        stretches[-1] = stretches[-1][0], upto
    else:
        stretches.append((after, upto))
