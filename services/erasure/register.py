"""The register of erasures: ids, times and grounds, outside of the database and written once.

A restored backup knows nothing of what was erased after it was made, neither in its keys nor in its log. The register
does: whoever opens keys first takes over what it says (`restore.py`).
"""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.erasure.commands import Ground
from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from infra.objectstore.interface import NamedObjects

_SUFFIX = ".json"


class Entry(msgspec.Struct, frozen=True):
    """One erasure; `erased_at` is UTC. The file is JSON, named `<tenant>/<subject>.json`."""

    tenant_id: int
    subject_id: UUID
    erased_at: datetime
    ground: Ground
    legal_basis: str


class Register:
    """All erasures of an installation."""

    def __init__(self, records: NamedObjects) -> None:
        self._records = records

    async def add(self, entry: Entry) -> None:
        """Put an erasure down durably; the first entry about a person stays. Raises: Unavailable."""
        await self._records.add(_name(entry.tenant_id, entry.subject_id), msgspec.json.encode(entry))

    async def subjects(self) -> dict[int, list[UUID]]:
        """Who was erased in each tenant. Raises: Unavailable, HistoryCorrupt for a name that is no entry's."""
        found: dict[int, list[UUID]] = {}
        for name in await self._records.names():
            tenant, _, subject = name.removesuffix(_SUFFIX).partition("/")
            try:
                found.setdefault(int(tenant), []).append(UUID(subject))
            except ValueError as error:
                raise _unreadable(name) from error
        return found

    async def entry(self, tenant_id: int, subject_id: UUID) -> Entry:
        """What stands there about a person. Raises: StreamNotFound, Unavailable, HistoryCorrupt."""
        name = _name(tenant_id, subject_id)
        try:
            return msgspec.json.decode(await self._records.read(name), type=Entry)
        except msgspec.DecodeError as error:
            raise _unreadable(name) from error


def _name(tenant_id: int, subject_id: UUID) -> str:
    return f"{tenant_id}/{subject_id}{_SUFFIX}"


def _unreadable(name: str) -> HistoryCorrupt:
    return HistoryCorrupt(N_("The register of erasures holds {name}, which is no entry."), name=name)
