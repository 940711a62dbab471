"""Tenant keys as files of the data folder, readable by their owner only: `keys/<tenant>.<number>.key`, 32 bytes.

The newest number wraps, every number opens: a key is changed by adding a file. Where `keys/root.secret` is, a tenant
without a file has number 0, which follows from it: so a folder that cannot be written serves every tenant to come.
Losing the folder loses every sealed value of the installation, so it belongs in the backup, apart from the database's.
"""

import asyncio
import os
from pathlib import Path

from infra.keys.deriving import DerivingKey
from infra.keys.interface import KEY_BYTES, KeyRefused
from infra.keys.keyfile import DERIVED, ROOT, key_file, read_closed, write_once
from infra.keys.wrapping import key_number, unwrap_key, wrap_key


def make_root(folder: Path) -> None:
    """Make the key that those of tenants and issuers without a file follow from; one that is there stays."""
    DerivingKey(folder / ROOT).make()


class FileKeys:
    """One folder of keys; made on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[tuple[int, int], bytes] = {}
        self._newest: dict[int, int] = {}

    async def wrap(self, tenant_id: int, data_key: bytes, context: bytes) -> bytes:
        """As the port says."""
        number = self._newest.get(tenant_id)
        if number is None:
            number = await asyncio.to_thread(self._find_or_make, tenant_id)
        return wrap_key(await self._key(tenant_id, number), number, tenant_id, data_key, context)

    async def unwrap(self, tenant_id: int, wrapped: bytes, context: bytes) -> bytes:
        """As the port says."""
        return unwrap_key(await self._key(tenant_id, key_number(wrapped)), tenant_id, wrapped, context)

    async def held(self, tenant_id: int) -> dict[int, bytes]:
        """Every key of the tenant that is here, by its number. Raises: KeyRefused for one that cannot be read."""
        numbers = await asyncio.to_thread(self._numbers, tenant_id)
        return {number: await self._key(tenant_id, number) for number in numbers}

    async def _key(self, tenant_id: int, number: int) -> bytes:
        key = self._keys.get((tenant_id, number))
        if key is None:
            key = self._keys[tenant_id, number] = await asyncio.to_thread(self._read, tenant_id, number)
        return key

    def _path(self, tenant_id: int, number: int) -> Path:
        return self._folder / key_file(tenant_id, number)

    def _read(self, tenant_id: int, number: int) -> bytes:
        path = self._path(tenant_id, number)
        if not path.exists():
            raise KeyRefused("the tenant's key is gone")
        if number == DERIVED:
            return DerivingKey.open(path).derive(f"tenant {tenant_id}")
        key = read_closed(path)
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"{path} does not hold a key")
        return key

    def _find_or_make(self, tenant_id: int) -> int:
        numbers = self._numbers(tenant_id)
        if not numbers:
            self._make(tenant_id)
            numbers = [1]
        self._newest[tenant_id] = max(numbers)
        return max(numbers)

    def _numbers(self, tenant_id: int) -> list[int]:
        found = sorted(int(path.name.split(".")[1]) for path in self._folder.glob(f"{tenant_id}.*.key"))
        return found or ([DERIVED] if (self._folder / ROOT).exists() else [])

    def _make(self, tenant_id: int) -> None:
        write_once(self._path(tenant_id, 1), os.urandom(KEY_BYTES))  # somebody else's serves as well
