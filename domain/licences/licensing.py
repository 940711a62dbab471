"""Whether an organisation is licensed already, folded from an issuer's log: one licence for a service at a time."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.licences import citations
from domain.licences.commands import ApplyForLicence
from domain.licences.events import LicenceApplied, LicenceExpired, LicenceRefused, LicenceRevoked, licensing_tag


class Licensing(Boundary):
    """The organisation's licence for a service, granted or asked for, of which nothing ended yet."""

    def __init__(self) -> None:
        self.licence_id: UUID | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the organisation and the service."""
        del stream_id
        if not isinstance(command, ApplyForLicence):
            raise TypeError(command)
        return licensing_tag(command.organisation_id, command.service)

    def apply(self, stream_id: UUID, event: object) -> None:
        """An application, and what ends a licence."""
        if isinstance(event, LicenceApplied):
            self.licence_id = stream_id
        elif isinstance(event, LicenceRefused | LicenceRevoked | LicenceExpired):
            self.licence_id = None

    def require_none(self, service: str) -> None:
        """Raises: RuleViolated while there is one: it is decided on, or renewed."""
        if self.licence_id is not None:
            raise RuleViolated(
                "licence.once",
                N_("The organisation has a licence for {service} here, or asked for one: {licence}."),
                citation=citations.SOCIAL_SERVICES,
                service=service,
                licence=str(self.licence_id),
            )
