"""Whether an award has become an agreement, folded from what agreements told: known before the application is told."""

from uuid import UUID

from domain.grants.events.agreement import AgreementSigned, contract_tag
from domain.grants.vocabulary import ApplicationStage
from domain.kernel.command import Boundary, Command
from domain.kernel.errors import IllegalTransition


class Contract(Boundary):
    """The agreement that was signed on the application whose stream the command is for; None as long as none was."""

    def __init__(self) -> None:
        self.agreement_id: UUID | None = None

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of that application."""
        del command
        return contract_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """A signature."""
        if isinstance(event, AgreementSigned):
            self.agreement_id = stream_id

    def require_none(self, command: Command) -> None:
        """Raises: IllegalTransition once there is an agreement, whether or not the application was told yet."""
        if self.agreement_id is not None:
            raise IllegalTransition(state=ApplicationStage.CONTRACTED, command=command.name)
