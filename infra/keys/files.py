"""Tenant keys as files of the data folder, readable by their owner only: `keys/<tenant>.<number>.key`, 32 bytes.

The newest number wraps, every number opens: a key is changed by adding a file. Losing the folder loses every sealed
value of the installation, so it belongs in the backup, apart from the database's.
"""

import asyncio
import os
from pathlib import Path

from infra.keys.interface import KEY_BYTES, KeyRefused
from infra.keys.keyfile import write_once
from infra.keys.wrapping import key_number, unwrap_key, wrap_key

CLOSED_TO_OTHERS = 0o077


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

    async def _key(self, tenant_id: int, number: int) -> bytes:
        key = self._keys.get((tenant_id, number))
        if key is None:
            key = self._keys[tenant_id, number] = await asyncio.to_thread(self._read, tenant_id, number)
        return key

    def _path(self, tenant_id: int, number: int) -> Path:
        return self._folder / f"{tenant_id}.{number}.key"

    def _read(self, tenant_id: int, number: int) -> bytes:
        path = self._path(tenant_id, number)
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & CLOSED_TO_OTHERS:
                    raise KeyRefused(f"{path} is open to others: chmod 600 it")
                key = file.read()
        except FileNotFoundError as error:
            raise KeyRefused("the tenant's key is gone") from error
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"{path} does not hold a key")
        return key

    def _find_or_make(self, tenant_id: int) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        numbers = [int(path.name.split(".")[1]) for path in self._folder.glob(f"{tenant_id}.*.key")]
        if not numbers:
            self._make(tenant_id)
            numbers = [1]
        self._newest[tenant_id] = max(numbers)
        return max(numbers)

    def _make(self, tenant_id: int) -> None:
        write_once(self._path(tenant_id, 1), os.urandom(KEY_BYTES))  # somebody else's serves as well
