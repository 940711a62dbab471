"""The secret and the key of each endpoint: they follow from a key of ours, and so stand nowhere."""

from collections.abc import Callable
from uuid import UUID

from infra.standard_webhooks.signing import SharedSecret, SigningKey


class EndpointKeys:
    """`derive` gives 32 bytes that nobody else can know, others for every text."""

    def __init__(self, derive: Callable[[str], bytes]) -> None:
        self._derive = derive

    def secret(self, endpoint_id: UUID, generation: int) -> SharedSecret:
        """What endpoint and sender share, for signatures `v1`."""
        return SharedSecret(self._derive(f"webhook v1 {endpoint_id} {generation}"))

    def signing_key(self, endpoint_id: UUID, generation: int) -> SigningKey:
        """What signs for the endpoint, for signatures `v1a`."""
        return SigningKey(self._derive(f"webhook v1a {endpoint_id} {generation}"))
