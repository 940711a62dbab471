"""Who is told of what the engine does: for metrics, spans and alarms."""

from collections.abc import Sequence
from typing import Protocol

from projections.read_model import Stored


class Observer(Protocol):
    """Told after each batch, and of each stream that is set aside."""

    def projected(self, tenant_id: int, names: Sequence[str], events: Sequence[Stored], seconds: float) -> None:
        """A batch is stored; `seconds` from the start of its transaction."""
        ...

    def parked(self, tenant_id: int, name: str, event_position: int, error: str) -> None:
        """A stream was set aside by a read model, for the first time."""
        ...


class Silent:
    """An observer that does nothing."""

    def projected(self, tenant_id: int, names: Sequence[str], events: Sequence[Stored], seconds: float) -> None:
        """Nothing."""

    def parked(self, tenant_id: int, name: str, event_position: int, error: str) -> None:
        """Nothing."""
