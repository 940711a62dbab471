"""Object storage by the `obstore` library: a local folder, memory for tests, or anything that speaks S3.

S3 takes its address from the URL and its credentials and endpoint from the standard `AWS_*` variables.
"""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from domain.kernel.errors import StreamNotFound, Unavailable
from infra.objectstore.interface import ObjectDamaged, TooLarge

LIMIT = 25 << 20
PART = "object store"
RETRIES = 3
RETRY_WITHIN = timedelta(seconds=10)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Objects:
    """One store, seen through a prefix. `settle` makes a stored path durable where the library does not."""

    def __init__(
        self,
        store: LocalStore | MemoryStore | S3Store,
        *,
        limit: int = LIMIT,
        prefix: str = "shared",
        settle: Callable[[str], None] | None = None,
    ) -> None:
        self._store, self._limit, self._prefix, self._settle = store, limit, prefix, settle

    def within(self, tenant_id: int) -> "Objects":
        """As the port says."""
        return Objects(self._store, limit=self._limit, prefix=str(tenant_id), settle=self._settle)

    async def put(self, data: bytes) -> str:
        """As the port says."""
        if len(data) > self._limit:
            raise TooLarge(len(data), self._limit)
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        try:
            with contextlib.suppress(AlreadyExistsError):  # perhaps in this moment, and not on disk yet
                await self._store.put_async(path, data, mode="create")
            await self._settled(path)
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error
        return sha256

    async def get(self, sha256: str) -> bytes:
        """As the port says."""
        try:
            found = await self._store.get_async(self._checked(sha256))
            data = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise StreamNotFound from error
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectDamaged(sha256)
        return data

    async def put_file(self, file: Path) -> str:
        """As the port says."""
        sha256, size = await asyncio.to_thread(_hash_of, file)
        if await self.size(sha256) == size:
            return sha256
        path = self._path(sha256)
        try:
            await self._store.put_async(path, file)
            await self._settled(path)
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error
        return sha256

    async def part(self, sha256: str, begin: int, end: int) -> bytes:
        """As the port says."""
        path = self._checked(sha256)
        try:
            size = int((await self._store.head_async(path))["size"])
            if begin >= min(end, size):
                return b""
            return bytes(await self._store.get_range_async(path, start=begin, end=min(end, size)))
        except FileNotFoundError as error:
            raise StreamNotFound from error
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def size(self, sha256: str) -> int | None:
        """As the port says."""
        try:
            return int((await self._store.head_async(self._checked(sha256)))["size"])
        except (FileNotFoundError, StreamNotFound):
            return None
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def remove(self, sha256: str) -> None:
        """As the port says."""
        try:
            await self._store.delete_async(self._checked(sha256))
            await self._settled(self._path(sha256).rpartition("/")[0])
        except (FileNotFoundError, StreamNotFound):
            return
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def _settled(self, path: str) -> None:
        if self._settle is not None:
            await asyncio.to_thread(self._settle, path)

    def _checked(self, sha256: str) -> str:
        if _SHA256.fullmatch(sha256) is None:
            raise StreamNotFound
        return self._path(sha256)

    def _path(self, sha256: str) -> str:
        return f"{self._prefix}/{sha256[:2]}/{sha256}"


class Named:
    """Records under names in a store of their own; `settle` as for Objects."""

    def __init__(
        self, store: LocalStore | MemoryStore | S3Store, *, settle: Callable[[str], None] | None = None
    ) -> None:
        self._store, self._settle = store, settle

    async def add(self, name: str, data: bytes) -> bool:
        """As the port says."""
        try:
            await self._store.put_async(name, data, mode="create")
            if self._settle is not None:
                await asyncio.to_thread(self._settle, name)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error
        return True

    async def read(self, name: str) -> bytes:
        """As the port says."""
        try:
            return bytes(await (await self._store.get_async(name)).bytes_async())
        except FileNotFoundError as error:
            raise StreamNotFound from error
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def names(self, folder: str = "") -> list[str]:
        """As the port says."""
        try:
            return sorted(found["path"] for found in await self._store.list(folder or None).collect_async())
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error

    async def last_name(self, folder: str) -> str | None:
        """As the port says."""
        here = folder
        try:
            while True:
                listed = await self._store.list_with_delimiter_async(here)
                found = max((*listed["common_prefixes"], *(one["path"] for one in listed["objects"])), default=None)
                if found is None or found not in listed["common_prefixes"]:
                    return found
                here = found
        except (BaseError, OSError) as error:
            raise Unavailable(PART) from error


def local_named(folder: Path) -> Named:
    """Records as files below `folder`, which is made when missing; on disk before `add` answers."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Named(LocalStore(folder), settle=Disk(folder).settle)


def memory_named() -> Named:
    """Records that end with the process: for tests."""
    return Named(MemoryStore())


def s3_named(url: str, *, retries: int = RETRIES) -> Named:
    """Records below the prefix that `s3://bucket/prefix` names, as for `s3_objects`."""
    store = S3Store.from_url(url, retry_config={"max_retries": retries, "retry_timeout": RETRY_WITHIN})
    return Named(store)


def local_objects(folder: Path, *, limit: int = LIMIT) -> Objects:
    """Objects as files below `folder`, which is made when missing; on disk before `put` answers."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Objects(LocalStore(folder), limit=limit, settle=Disk(folder).settle)


def memory_objects(*, limit: int = LIMIT) -> Objects:
    """Objects that end with the process: for tests."""
    return Objects(MemoryStore(), limit=limit)


def s3_objects(url: str, *, limit: int = LIMIT, retries: int = RETRIES) -> Objects:
    """Objects in the bucket that `s3://bucket/prefix` names; a call that fails is repeated `retries` times."""
    store = S3Store.from_url(url, retry_config={"max_retries": retries, "retry_timeout": RETRY_WITHIN})
    return Objects(store, limit=limit)


class Disk:
    """Makes durable what the library writes below `folder`: a new file or folder is an entry of its parent.

    A folder that is known to be an entry on disk is not asked about again: a record in it costs two flushes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._known = folder, {folder}

    def settle(self, path: str) -> None:
        """Flush the file or folder and whatever on its way is new; for a thread of its own."""
        here = self._folder / path
        _flush(here)
        while here != self._folder:
            here = here.parent
            _flush(here)
            if here in self._known:
                return
            self._known.add(here)


def _hash_of(file: Path) -> tuple[str, int]:
    """The SHA-256 of a file's bytes, and how many there are."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), opened.tell()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
