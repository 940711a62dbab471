"""The key ports: a tenant's key that wraps and leaves only with its tenant, wrapped keys of persons, keys that sign.

Every adapter runs the same contract suite (`tests/contracts/test_keys.py`).
"""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.tlog.note import Signer, Verifier

KEY_BYTES = 32


class KeyRefused(Exception):
    """A wrapped key was not wrapped by this tenant's key for this context, or was changed since."""


class KeyStore(Protocol):
    """Wraps data keys under one key per tenant; a key management service fits behind it."""

    async def wrap(self, tenant_id: int, data_key: bytes, context: bytes) -> bytes:
        """Seal a data key; `context` must be given again to open it. Makes the tenant's key when there is none."""
        ...

    async def unwrap(self, tenant_id: int, wrapped: bytes, context: bytes) -> bytes:
        """The data key.

        Raises:
            KeyRefused: other tenant, other context, changed bytes, or the tenant's key is gone.
        """
        ...


class TakenKeys(KeyStore, Protocol):
    """Keys that may be taken along when a tenant goes into another installation."""

    async def held(self, tenant_id: int) -> Mapping[int, bytes]:
        """Every key of the tenant that is here, by its number; empty where it has none. Raises: KeyRefused."""
        ...


class SubjectKeys(Protocol):
    """Wrapped data keys, one per tenant and person. An erased key leaves a mark that nothing can fill again."""

    async def find(self, tenant_id: int, subjects: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """The wrapped keys that exist; None for an erased one; persons without a key are left out."""
        ...

    async def add(self, tenant_id: int, wrapped: Mapping[UUID, bytes]) -> Mapping[UUID, bytes | None]:
        """Store keys durably for those who have none; answers what stands for each afterwards."""
        ...

    async def erase(self, tenant_id: int, subjects: Collection[UUID]) -> int:
        """Destroy keys durably, also of persons who have none yet; answers how many were not erased before."""
        ...


class SigningKeys(Protocol):
    """Ed25519 keys that an installation signs its logs with; a retired key signs nothing more and stays known."""

    def signer(self, name: str) -> Signer:
        """The current key, signing under this name (a log's origin)."""
        ...

    def verifiers(self, name: str) -> tuple[Verifier, ...]:
        """The public keys under this name: the current one, then the older ones, the newest first."""
        ...


class IssuerKeys(Protocol):
    """Ed25519 keys that each institution signs its certificates with; an older one stays for what is signed anew."""

    def newest(self, institution: str) -> Ed25519PrivateKey:
        """The newest key of the institution with that slug; made when there is none."""
        ...

    def find(self, institution: str, public_key: str) -> Ed25519PrivateKey | None:
        """The key with that public half (hex), None when it is not here."""
        ...

    def keep(self, institution: str, seed: bytes) -> None:
        """Keep a key (its 32 bytes) that was made elsewhere, on disk before this returns; it becomes the newest.

        One is kept once. Raises: KeyRefused for what is no key, or where none can be kept.
        """
        ...

    def renew(self, institution: str) -> Ed25519PrivateKey:
        """Make the next key of the institution, on disk before this returns."""
        ...
