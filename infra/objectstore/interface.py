"""The object store's port: bytes go in and their SHA-256 is their name.

Every adapter runs the same contract suite (`tests/contracts/test_objectstore.py`).
"""

from pathlib import Path
from typing import ClassVar, Protocol, Self

from domain.kernel.errors import HistoryCorrupt, InvalidValue
from domain.kernel.message import N_


class TooLarge(InvalidValue):
    """More bytes than one object may have; nothing was stored."""

    code: ClassVar[str] = "too-large"
    title: ClassVar[str] = N_("The file is too large")

    def __init__(self, size: int, limit: int) -> None:
        super().__init__("", N_("A file may have {limit} bytes; this one has {size}."), limit=limit, size=size)


class ObjectDamaged(HistoryCorrupt):
    """What is stored under a hash has another hash."""

    def __init__(self, sha256: str) -> None:
        super().__init__(N_("The file {sha256} was changed where it is stored."), sha256=sha256)


class ObjectStore(Protocol):
    """Content-addressed, never overwritten. Raises `domain.kernel.errors.Unavailable` when it cannot be reached."""

    def within(self, tenant_id: int) -> Self:
        """The part of the store that is one tenant's: knowing another's hash opens nothing here."""
        ...

    async def put(self, data: bytes) -> str:
        """Store durably; answers the SHA-256 in hexadecimal. Storing the same bytes again changes nothing.

        Raises:
            TooLarge: over the store's limit for one object.
        """
        ...

    async def get(self, sha256: str) -> bytes:
        """The bytes, their hash checked.

        Raises:
            StreamNotFound: never stored here, or not a hash.
            ObjectDamaged: stored bytes were changed.
        """
        ...

    async def put_file(self, file: Path) -> str:
        """Store durably what a file holds, however large it is; else as `put`."""
        ...

    async def part(self, sha256: str, begin: int, end: int) -> bytes:
        """The bytes from `begin` on and before `end`, fewer where they end earlier; nobody checks the hash of a part.

        Raises:
            StreamNotFound: never stored here, or not a hash.
        """
        ...

    async def size(self, sha256: str) -> int | None:
        """How many bytes are stored under the hash; None when it was never stored here."""
        ...

    async def remove(self, sha256: str) -> None:
        """Take the bytes away for good, as the erasure of whoever brought them demands; nothing there is no error."""
        ...


class NamedObjects(Protocol):
    """Small records under names, each written once and never changed: what must outlive the database.

    Raises `domain.kernel.errors.Unavailable` when they cannot be reached.
    """

    async def add(self, name: str, data: bytes) -> bool:
        """Store durably unless there is something under the name already; answers whether it was stored."""
        ...

    async def read(self, name: str) -> bytes:
        """The bytes under the name. Raises: StreamNotFound."""
        ...

    async def names(self, folder: str = "") -> list[str]:
        """Every name in a folder and below, ascending; of all by default."""
        ...

    async def last_name(self, folder: str) -> str | None:
        """The last name in a folder and below, in the order of its words as texts; one call a level."""
        ...


class Archive(Protocol):
    """Files of any size under names, as copies of what stands elsewhere: the last one put under a name counts.

    Raises `domain.kernel.errors.Unavailable` when it cannot be reached.
    """

    async def put(self, name: str, file: Path) -> None:
        """Store durably what the file holds, whole or not at all."""
        ...

    async def fetch(self, name: str, to: Path) -> None:
        """Write the bytes under the name to a file, which is made or replaced. Raises: StreamNotFound."""
        ...

    async def sizes(self, folder: str = "") -> dict[str, int]:
        """Every name in a folder and below, or of all, ascending, with how many bytes there are under it."""
        ...

    async def remove(self, name: str) -> None:
        """Take away what is under the name; nothing there is no error."""
        ...
