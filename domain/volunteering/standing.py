"""What decisions in every institution ask of a volunteer: how old, consenting to what, in whose care, not erased.

A fold over the tag `volunteer:<person id>` of the national log; decisions in other logs read it fresh (`register=`).
"""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.volunteering import citations
from domain.volunteering.events.volunteer import VolunteerEvent, VolunteerRegistered, volunteer_tag
from domain.volunteering.vocabulary import AgeBand, Protection, Purpose, Skills
from domain.volunteering.volunteer import Volunteer


class VolunteerStanding(Boundary):
    """One volunteer as the national register knows them; a decision about another person folds its own subclass."""

    def __init__(self) -> None:
        self.volunteer: Volunteer | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the volunteer whom the command names by `person_id`."""
        del stream_id
        named: UUID = getattr(command, "person_id")  # noqa: B009 - commands of whichever aggregate
        return volunteer_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of the volunteer's own stream; others may carry the tag, too."""
        del stream_id
        if isinstance(event, VolunteerRegistered | VolunteerEvent):
            self.volunteer = event.mutate(self.volunteer)

    @property
    def band(self) -> AgeBand:
        """How old, as far as it is openly known."""
        return self.known.traits.band

    @property
    def protection(self) -> Protection:
        """By which rules the volunteer's work is bounded, today."""
        return Protection.MINOR if self.band.is_minor else Protection.ADULT

    @property
    def guardians(self) -> frozenset[UUID]:
        """Who is responsible for a minor, by id; empty for who is of age."""
        return self.known.guardians if self.band.is_minor else frozenset()

    @property
    def skills(self) -> Skills:
        """What the volunteer says to know."""
        return self.known.skills

    @property
    def forgotten(self) -> bool:
        """Whether the person was erased."""
        return self.volunteer is not None and self.volunteer.forgotten

    def consents_to(self, purpose: Purpose) -> bool:
        """Whether the volunteer consents to that now."""
        return purpose in self.known.consents

    @property
    def known(self) -> Volunteer:
        """The volunteer. Raises: RuleViolated where the register has none of that id, and once they were erased."""
        if self.volunteer is None or self.volunteer.forgotten:
            raise RuleViolated(
                "volunteer.registered",
                N_("The register has no such volunteer; whoever wants to volunteer registers once."),
                citation=citations.VOLUNTARY_WORK,
            )
        return self.volunteer
