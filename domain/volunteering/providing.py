"""Whether somebody is a provider here already, and whether the organisation behind one is in good standing."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.organisations.events import organisation_tag
from domain.organisations.standing import Standing
from domain.volunteering import citations
from domain.volunteering.events.provider import ProviderApplied, ProviderRefused, providing_tag


class Providing(Boundary):
    """Who asks, or is, a provider of the institution: an organisation or the institution itself, each once."""

    def __init__(self) -> None:
        self.provider_id: UUID | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of whom the command names."""
        del stream_id
        named: UUID | None = getattr(command, "organisation_id")  # noqa: B009 - of whichever command names one
        return providing_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """An application, and what ends it."""
        if isinstance(event, ProviderApplied):
            self.provider_id = stream_id
        elif isinstance(event, ProviderRefused):
            self.provider_id = None

    def require_none(self) -> None:
        """Raises: RuleViolated where there is one, or one is decided on."""
        if self.provider_id is not None:
            raise RuleViolated(
                "volunteer.provider.once",
                N_("There is a provider here already, or an application that is being decided on: {provider}."),
                citation=citations.VOLUNTARY_WORK,
                provider=str(self.provider_id),
            )


class ProviderStanding(Standing):
    """The organisation behind a provider as the national register has it; nothing where the institution provides."""

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """The boundary of the organisation that the command names, if it names one."""
        del stream_id
        named: UUID | None = getattr(command, "organisation_id")  # noqa: B009 - of whichever command names one
        return () if named is None else (organisation_tag(named),)
