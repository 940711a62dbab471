"""The fold of all contributions of a consultation: what the report must account for, and the proof that it does."""

from collections import Counter
from hashlib import sha256
from typing import cast
from uuid import UUID

from domain.consultations.events import (
    ContributionPublished,
    ContributionSubmitted,
    ContributionWithdrawn,
    ContributionWithheld,
    PositionRecorded,
    PositionRevised,
    consultation_tag,
)
from domain.consultations.vocabulary import Counts, Outcome, WithheldReason
from domain.kernel.command import Boundary, Command


class Tallied:
    """One contribution as far as it counts."""

    __slots__ = ("group_id", "language", "outcome", "withdrawn", "withheld")

    def __init__(self, language: str) -> None:
        self.language = language
        self.outcome: Outcome | None = None
        self.group_id: UUID | None = None
        self.withheld: WithheldReason | None = None
        self.withdrawn = False

    @property
    def admitted(self) -> bool:
        """Whether the report owes it a position."""
        return self.withheld is None and not self.withdrawn


class Tally(Boundary):
    """Every submitted contribution of one consultation by its stream id, complete at the time of the append."""

    def __init__(self) -> None:
        self.contributions: dict[UUID, Tallied] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:  # noqa: ARG003 - the consultation decides, whatever it is asked
        """The consultation's own boundary."""
        return consultation_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Take one event into the fold; what does not count is passed over."""
        if isinstance(event, ContributionSubmitted):
            self.contributions[stream_id] = Tallied(event.language)
            return
        entry = self.contributions[stream_id]
        match event:
            case PositionRecorded():
                entry.outcome, entry.group_id = event.outcome, event.group_id
            case PositionRevised():
                entry.outcome = event.outcome
            case ContributionWithheld():
                entry.withheld = event.reason_class
            case ContributionPublished():
                entry.withheld = None
            case ContributionWithdrawn():
                entry.withdrawn = True
            case _:  # disputes and replies change no count
                return

    def unanswered(self) -> tuple[UUID, ...]:
        """Admitted contributions without a position, sorted."""
        return tuple(sorted(k for k, entry in self.contributions.items() if entry.admitted and entry.outcome is None))

    def counts(self) -> Counts:
        """The counts of all contributions, with the proof over the admitted ones."""
        entries = self.contributions.values()
        admitted = {key: entry for key, entry in self.contributions.items() if entry.admitted}
        outcomes = {key: entry.outcome for key, entry in admitted.items() if entry.outcome is not None}
        withheld = Counter(entry.withheld for entry in entries if entry.withheld is not None and not entry.withdrawn)
        return Counts(
            submitted=len(self.contributions),
            admitted=len(admitted),
            withheld={reason: withheld[reason] for reason in WithheldReason if withheld[reason]},
            withdrawn=sum(entry.withdrawn for entry in entries),
            answered=len(outcomes),
            positions={o: n for o in Outcome if (n := sum(found is o for found in outcomes.values()))},
            proof=proof_of(cast("dict[UUID, str]", outcomes)),
        )


def proof_of(outcomes: dict[UUID, str]) -> str:
    """SHA-256 (hex) of the sorted lines `<contribution id> <outcome>`; see `Counts`."""
    lines = sorted(f"{contribution_id} {outcome}\n" for contribution_id, outcome in outcomes.items())
    return sha256("".join(lines).encode()).hexdigest()
