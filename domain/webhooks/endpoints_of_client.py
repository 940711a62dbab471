"""How many endpoints a client has, for the decision on one more: of a bounded number messages can be told in time."""

from uuid import UUID

from domain.kernel.command import Boundary, Command
from domain.webhooks.events import EndpointRegistered, EndpointRemoved, endpoints_of


class EndpointsOfClient(Boundary):
    """Those that were not removed; disabled ones too."""

    def __init__(self) -> None:
        self._standing: set[UUID] = set()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._standing)

    @classmethod
    def tags(cls, stream_id: UUID, command: Command) -> tuple[str, ...]:
        """Nothing of the command itself: whose they are says who sends it."""
        del stream_id, command
        return ()

    @classmethod
    def tags_of_actor(cls, actor: UUID) -> tuple[str, ...]:
        """The boundary of that client's endpoints."""
        return (endpoints_of(actor),)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Registered and removed ones."""
        if isinstance(event, EndpointRegistered):
            self._standing.add(stream_id)
        elif isinstance(event, EndpointRemoved):
            self._standing.discard(stream_id)
