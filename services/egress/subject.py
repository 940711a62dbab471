"""What a piece of work of webhooks is about, as a text of ids."""

from typing import Self
from uuid import UUID

import msgspec

KIND = "webhook"


class Subject(msgspec.Struct, frozen=True):
    """An event for an endpoint; `request` is the position of the event by which it is asked for again, else 0."""

    endpoint_id: UUID
    tenant_id: int
    epoch: int
    position: int
    request: int = 0

    def __str__(self) -> str:
        again = f":{self.request}" if self.request else ""
        return f"{self.endpoint_id}:{self.tenant_id}:{self.epoch}:{self.position}{again}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: ValueError for what is none."""
        endpoint, *numbers = text.split(":")
        return cls(UUID(endpoint), *(int(one) for one in numbers))
