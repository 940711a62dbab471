"""A tenant's keys on their way to another installation: in a file of their own, never in the one with the log.

It holds the tenant's keys, with which the keys of persons are wrapped, and those that sign the institution's
certificates. Where it arrives, every person's key is wrapped anew under a key that is there already; then the file is
of no more use, and is to be destroyed as the keys of the installation that was left are.
"""

from pathlib import Path

import msgspec

from infra.keys.interface import KeyRefused
from infra.keys.keyfile import read_closed, write_once
from infra.keys.wrapping import key_number, unwrap_key

FORMAT = "pakt-tenant-keys/1"


class TenantKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys of a tenant by their numbers, in hex, and the seeds (hex) of its certificates' keys, the newest last."""

    tenant_id: int
    slug: str
    keys: dict[int, str]
    issuers: tuple[str, ...] = ()
    format: str = FORMAT

    def __repr__(self) -> str:
        return f"TenantKeys({self.slug!r})"

    def write(self, path: Path) -> None:
        """Write a file that only its owner can read. Raises: KeyRefused where one is there, or none can be made."""
        if not write_once(path, msgspec.json.encode(self)):
            raise KeyRefused(f"{path} is there already: name another file, or remove it")

    @classmethod
    def read(cls, path: Path) -> "TenantKeys":
        """The keys in a file. Raises: KeyRefused for another file, or one that others can read."""
        try:
            found = msgspec.json.decode(read_closed(path), type=cls)
            made = {number: bytes.fromhex(key) for number, key in found.keys.items()}
        except (msgspec.DecodeError, ValueError) as error:
            raise KeyRefused(f"{path} is no file of a tenant's keys") from error
        if found.format != FORMAT or not made:
            raise KeyRefused(f"{path} is no file of a tenant's keys")
        return found

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """A person's key. Raises: KeyRefused."""
        key = self.keys.get(key_number(wrapped))
        if key is None:
            raise KeyRefused("it is wrapped by a key of the tenant that is not in the file")
        return unwrap_key(bytes.fromhex(key), self.tenant_id, wrapped, context)
