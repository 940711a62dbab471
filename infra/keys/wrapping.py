"""How a data key is wrapped: one byte format, two bytes number of the tenant's key, 12 bytes nonce, AES-256-GCM."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.keys.interface import KeyRefused

FORMAT = 1
NONCE_BYTES = 12
HEAD_BYTES = 3


def wrap_key(tenant_key: bytes, number: int, tenant_id: int, data_key: bytes, context: bytes) -> bytes:
    """The wrapped key; `number` says which of the tenant's keys opens it again."""
    head = bytes([FORMAT]) + number.to_bytes(2, "big")
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(tenant_key).encrypt(nonce, data_key, _bound_to(head, tenant_id, context))


def key_number(wrapped: bytes) -> int:
    """Which of the tenant's keys wrapped it.

    Raises:
        KeyRefused: not a format this version knows.
    """
    if len(wrapped) <= HEAD_BYTES + NONCE_BYTES or wrapped[0] != FORMAT:
        raise KeyRefused("unknown format of a wrapped key")
    return int.from_bytes(wrapped[1:HEAD_BYTES], "big")


def unwrap_key(tenant_key: bytes, tenant_id: int, wrapped: bytes, context: bytes) -> bytes:
    """The data key; KeyRefused when anything was changed."""
    head, nonce, sealed = wrapped[:HEAD_BYTES], wrapped[HEAD_BYTES:][:NONCE_BYTES], wrapped[HEAD_BYTES + NONCE_BYTES :]
    try:
        return AESGCM(tenant_key).decrypt(nonce, sealed, _bound_to(head, tenant_id, context))
    except InvalidTag as error:
        raise KeyRefused("a wrapped key does not open") from error


def _bound_to(head: bytes, tenant_id: int, context: bytes) -> bytes:
    return head + str(tenant_id).encode() + b"|" + context
