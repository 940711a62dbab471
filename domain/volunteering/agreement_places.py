"""Who has a place of an opportunity: folded from the agreements on it, so that no place is given twice."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.agreement_parts import opportunity_tag
from domain.volunteering.events.agreement import FREEING, AgreementOffered


class Places(Boundary):
    """The volunteer of each agreement that keeps a place, by the agreement's id."""

    def __init__(self) -> None:
        self.taken: dict[UUID, UUID] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the opportunity that the command names; else of the one that it is sent to."""
        return opportunity_tag(getattr(command, "opportunity_id", stream_id))

    def apply(self, stream_id: UUID, event: object) -> None:
        """An offer takes a place, what ends it gives it back; an opportunity's own events carry the tag, too."""
        if isinstance(event, AgreementOffered):
            self.taken[stream_id] = event.person_id
        elif isinstance(event, FREEING):
            self.taken.pop(stream_id, None)

    def require_free(self, places: int, person_id: UUID) -> int:
        """How many are free.

        Raises: RuleViolated when all places are taken, or the person has one already.
        """
        if person_id in self.taken.values():
            raise RuleViolated(
                "volunteer.agreement.once",
                N_("The volunteer has an agreement on this opportunity, or an offer of one, already."),
                citation=citations.VOLUNTARY_WORK,
            )
        if len(self.taken) >= places:
            raise RuleViolated(
                "volunteer.agreement.places",
                N_("All {places} places of the opportunity are taken or offered."),
                citation=citations.VOLUNTARY_WORK,
                places=places,
            )
        return places - len(self.taken)
