"""Whether the organisation that a seat is for is in good standing."""

from uuid import UUID

from domain.kernel.command import Command
from domain.organisations.events import organisation_tag
from domain.organisations.standing import Standing


class SeatStanding(Standing):
    """The organisation that a command names as the national register has it; nothing where it names none."""

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundary of the organisation."""
        del stream_id
        named: UUID | None = getattr(command, "organisation_id")  # noqa: B009 - of whichever command names one
        return () if named is None else (organisation_tag(named),)
