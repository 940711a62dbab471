"""The agreement and its volunteer, as decisions about it and about its hours look at them."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import StreamNotFound
from domain.volunteering.agreement_state import AgreementState
from domain.volunteering.events.agreement import AgreementEvent, AgreementOffered
from domain.volunteering.events.volunteer import volunteer_tag
from domain.volunteering.hours_parts import hours_tag, ledger_id
from domain.volunteering.standing import VolunteerStanding


class AgreementOfLedger(Boundary):
    """The agreement whose hours a ledger holds: what is decided about them is proved to rest on it as it stands."""

    def __init__(self) -> None:
        self._held: AgreementState | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the ledger that the command is sent to."""
        del command
        return hours_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of the agreement; those of the ledger carry the tag, too."""
        del stream_id
        if isinstance(event, AgreementOffered | AgreementEvent):
            self._held = event.mutate(self._held)

    @property
    def agreement(self) -> AgreementState:
        """The agreement. Raises: StreamNotFound where there is none."""
        if self._held is None:
            raise StreamNotFound
        return self._held


class OwnAgreement(AgreementOfLedger):
    """The agreement that a command is sent to, for decisions that look at its volunteer in the national register."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the agreement's own events."""
        del command
        return hours_tag(ledger_id(stream_id))


class ItsVolunteer(VolunteerStanding):
    """The volunteer of the agreement as the national register knows them: who guards them, whether they were erased."""

    @classmethod
    def register_tags(cls, stream_id: UUID, command: Command, boundary: Boundary | None) -> tuple[str, ...]:
        """The boundary of the agreement's volunteer."""
        del stream_id, command
        if not isinstance(boundary, AgreementOfLedger):
            raise TypeError(boundary)
        return (volunteer_tag(boundary.agreement.person_id),)

    @property
    def guarding(self) -> frozenset[UUID]:
        """Who is responsible for the volunteer; nobody for who was erased, whose hours may still be decided on."""
        return frozenset() if self.forgotten else self.guardians

    def require_known(self) -> None:
        """Raises: RuleViolated once the volunteer was erased."""
        _ = self.known
