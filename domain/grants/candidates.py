"""The applications of a call, folded from what they told: which were submitted, checked, or taken back."""

from datetime import datetime
from uuid import UUID

from domain.grants.events.application import (
    ApplicationChecked,
    ApplicationCompleted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CompletionRequested,
)
from domain.grants.events.complaint import ComplaintDecided, ComplaintDismissed, ComplaintFiled, complaints_tag
from domain.grants.events.grant_call import call_tag
from domain.grants.ranking import Candidate
from domain.grants.vocabulary import ComplaintDecision, ComplaintSubject
from domain.kernel.command import Boundary, Command
from domain.kernel.deadline import Deadline


class Candidates(Boundary):
    """Per application of one call: what it asks for, and whether the check found it eligible (None: not checked).

    `contestable` are verdicts about which the applicant may complain, with until when; each one's once. `contested` are
    complaints about a check that are not decided, by their id.
    """

    def __init__(self) -> None:
        self.submitted: dict[UUID, Candidate] = {}
        self.eligible: dict[UUID, bool | None] = {}
        self.contestable: dict[UUID, Deadline] = {}
        self.contested: dict[UUID, Deadline] = {}
        self._heard: set[UUID] = set()

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundaries of the call that the command names, and of its complaints."""
        del stream_id
        named: UUID = getattr(command, "call_id")  # noqa: B009 - several commands
        return call_tag(named), complaints_tag(named)

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
                if event.complaints_until is not None and stream_id not in self._heard:
                    self.contestable[stream_id] = event.complaints_until
            case ComplaintFiled(subject=ComplaintSubject.CHECK):
                self._heard.add(event.application_id)
                self.contestable.pop(event.application_id, None)
                self.contested[stream_id] = event.decide_by
            case ComplaintDismissed() | ComplaintDecided() if stream_id in self.contested:
                del self.contested[stream_id]
                if isinstance(event, ComplaintDecided) and event.decision is not ComplaintDecision.REJECTED:
                    self.eligible[event.application_id] = None  # before the application itself is told
            case ApplicationWithdrawn():
                self.submitted.pop(stream_id, None)
                self.eligible.pop(stream_id, None)
            case _:
                pass

    @property
    def unchecked(self) -> int:
        """How many submitted applications still wait for the check."""
        return sum(eligible is None for eligible in self.eligible.values())

    def contestable_until(self, now: datetime) -> Deadline | None:
        """Until when the last of those who were found ineligible may complain; None when nobody may any more."""
        running = (one for one in self.contestable.values() if now < one.due_at)
        return max(running, key=lambda one: one.due_at, default=None)

    def admitted(self) -> tuple[Candidate, ...]:
        """The eligible applications, the earliest first."""
        found = [one for key, one in self.submitted.items() if self.eligible[key]]
        return tuple(sorted(found, key=lambda one: (one.submitted_at, one.application_id)))
