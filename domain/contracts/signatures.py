"""Which awards of a call were signed, folded from what contracts told, whether the call knows of it yet or not."""

from uuid import UUID

from domain.contracts.events.contract import ContractSigned, signature_tag
from domain.kernel.command import Boundary, Command


class Signatures(Boundary):
    """The organisations with which a contract on an award of one call was signed."""

    def __init__(self) -> None:
        self.signed: set[UUID] = set()

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the call that the command is for."""
        del command
        return signature_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:  # noqa: ARG002 - the organisation counts, not the stream
        """One more."""
        if isinstance(event, ContractSigned):
            self.signed.add(event.organisation_id)
