"""The applications of a call, folded from what they told: which were submitted, checked, or taken back."""

from uuid import UUID

from domain.grants.events.application import (
    ApplicationChecked,
    ApplicationCompleted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CompletionRequested,
)
from domain.grants.events.grant_call import call_tag
from domain.grants.ranking import Candidate
from domain.kernel.command import Boundary, Command


class Candidates(Boundary):
    """Per application of one call: what it asks for, and whether the check found it eligible (None: not checked)."""

    def __init__(self) -> None:
        self.submitted: dict[UUID, Candidate] = {}
        self.eligible: dict[UUID, bool | None] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command names."""
        del stream_id
        named: UUID = getattr(command, "call_id")  # noqa: B009 - several commands
        return call_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One event of the call's tag; those of the call itself do not matter here."""
        match event:
            case ApplicationSubmitted():
                self.submitted[stream_id] = Candidate(
                    stream_id, event.organisation_id, event.project.requested, event.received_at
                )
                self.eligible[stream_id] = None
            case CompletionRequested() | ApplicationCompleted():
                self.eligible[stream_id] = None
            case ApplicationChecked():
                self.eligible[stream_id] = event.eligible
            case ApplicationWithdrawn():
                self.submitted.pop(stream_id, None)
                self.eligible.pop(stream_id, None)
            case _:
                pass

    @property
    def unchecked(self) -> int:
        """How many submitted applications still wait for the check."""
        return sum(eligible is None for eligible in self.eligible.values())

    def admitted(self) -> tuple[Candidate, ...]:
        """The eligible applications, the earliest first."""
        found = [one for key, one in self.submitted.items() if self.eligible[key]]
        return tuple(sorted(found, key=lambda one: (one.submitted_at, one.application_id)))
