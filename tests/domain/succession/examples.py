"""One example of every event of succession, all fields filled: the golden payloads are made of these."""

from datetime import UTC, datetime

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.succession import events as e
from domain.succession.vocabulary import DutyKind, Ending, Successor, TreeHead

DUTY = derived_id("test", "duty")
DUE = datetime(2026, 5, 1, 22, tzinfo=UTC)
HEAD = TreeHead(1, 40, "ab" * 32)
SUCCESSORS = (Successor("mflt", HEAD),)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        e.SuccessionBegun(Ending.MERGED, SUCCESSORS, "4/2026", "1:1:60"),
        e.SuccessionPassed(("mflt",), SUCCESSORS, "4/2026", "1:1:60"),
        e.DutyCarried(DUTY, DutyKind.CONSULTATION, "mflt", DUE),
        e.DutyAssigned(DUTY, "mflt", "mj", "5/2026"),
        e.SuccessionTaken("mapl", "4/2026", HEAD, "1:1:60"),
        e.DutyTaken("mapl", DUTY, DutyKind.CONSULTATION, DUE),
        e.DutyHandedOver("mapl", DUTY),
    )
}
