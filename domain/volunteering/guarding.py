"""Whether somebody may be responsible for a minor, as far as the register of volunteers knows them."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.volunteering.events.volunteer import VolunteerRegistered, VolunteerRevised, volunteer_tag


class Guarding(Boundary):
    """Who is to be recorded as a guardian: `minor` where they volunteer themselves and are not of age."""

    def __init__(self) -> None:
        self.minor = False

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the volunteer that the guardian would be."""
        del stream_id
        guardian_id: UUID = getattr(command, "guardian_id")  # noqa: B009 - of whichever command names one
        return volunteer_tag(guardian_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """What they said of their age last."""
        del stream_id
        if isinstance(event, VolunteerRegistered | VolunteerRevised):
            self.minor = event.traits.band.is_minor
