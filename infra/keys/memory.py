"""Keys in memory, for tests and for nothing else: they end with the process."""

import os
from collections.abc import Collection, Mapping
from uuid import UUID

from infra.keys.interface import KEY_BYTES, KeyRefused
from infra.keys.wrapping import key_number, unwrap_key, wrap_key


class MemoryKeys:
    """One random key per tenant."""

    def __init__(self) -> None:
        self._keys: dict[int, bytes] = {}

    async def wrap(self, tenant_id: int, data_key: bytes, context: bytes) -> bytes:
        """As the port says."""
        key = self._keys.setdefault(tenant_id, os.urandom(KEY_BYTES))
        return wrap_key(key, 1, tenant_id, data_key, context)

    async def unwrap(self, tenant_id: int, wrapped: bytes, context: bytes) -> bytes:
        """As the port says."""
        key = self._keys.get(tenant_id)
        if key is None or key_number(wrapped) != 1:
            raise KeyRefused("the tenant's key is gone")
        return unwrap_key(key, tenant_id, wrapped, context)


class MemorySubjectKeys:
    """Wrapped keys in a dict."""

    def __init__(self) -> None:
        self._wrapped: dict[tuple[int, UUID], bytes | None] = {}

    async def find(self, tenant_id: int, subjects: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """As the port says."""
        return {s: self._wrapped[tenant_id, s] for s in subjects if (tenant_id, s) in self._wrapped}

    async def add(self, tenant_id: int, wrapped: Mapping[UUID, bytes]) -> Mapping[UUID, bytes | None]:
        """As the port says."""
        return {s: self._wrapped.setdefault((tenant_id, s), key) for s, key in wrapped.items()}

    async def erase(self, tenant_id: int, subjects: Collection[UUID]) -> int:
        """As the port says."""
        new = [s for s in subjects if self._wrapped.get((tenant_id, s), b"") is not None]
        self._wrapped.update(dict.fromkeys(((tenant_id, s) for s in new), None))
        return len(new)
