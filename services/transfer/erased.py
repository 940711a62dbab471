"""Who was erased stays so: each erasure that the log, the export's register or this installation's knows is made true.

It happens in the transaction in which the keys come in, so there is no moment at which a key that was destroyed
anywhere is here for anybody. The register of this installation has them before the transaction ends.
"""

from typing import Self
from uuid import UUID

import msgspec

from domain.erasure.events import ERASURES, SubjectErased
from domain.kernel.event import FILE, about_tag
from infra.database.tenant_rows import TenantRows
from infra.keys.arrived import ArrivedKeys
from services.bootstrap import System
from services.erasure.register import Entry
from services.erasure.uploads import NAMED
from services.transfer.outgoing import ERASURES as PART
from services.transfer.parcel import Parcel, ParcelRefused
from services.vault import Sealed

_SAID = """
SELECT e.data FROM es.event_tag t JOIN es.event e ON e.tenant_id = t.tenant_id AND e.position = t.position
  JOIN es.event_type y ON y.type_id = e.type_id
 WHERE t.tenant_id = $1 AND t.tag = $2 AND y.name = $3
"""
_ABOUT = """
SELECT e.position, e.pii FROM es.event_tag t JOIN es.event e ON e.tenant_id = t.tenant_id AND e.position = t.position
 WHERE t.tenant_id = $1 AND t.tag = ANY ($2) AND e.pii IS NOT NULL
"""
_UPLOADED = "SELECT sha256 FROM es.upload WHERE tenant_id = $1 AND person_id = ANY ($2)"
_FORGET = "DELETE FROM es.upload WHERE tenant_id = $1 AND person_id = ANY ($2)"


class Erased:
    """The erasures of one tenant that comes in. `anew`: of how many persons a key came; `withheld`: their files."""

    def __init__(self, system: System, rows: TenantRows, entries: list[Entry], subjects: set[UUID]) -> None:
        self._register, self._rows, self._entries, self._subjects = system.eraser.register, rows, entries, subjects
        self.anew, self.withheld = 0, frozenset[str]()

    @classmethod
    async def of(cls, system: System, parcel: Parcel, rows: TenantRows) -> Self:
        """What is known of erasures. Raises: ParcelRefused for a register that cannot be read; Unavailable."""
        try:
            lines = b"".join(parcel.chunks(PART)).splitlines()
            entries = [msgspec.json.decode(line, type=Entry) for line in lines]
        except msgspec.DecodeError as error:
            raise ParcelRefused(f"the export's register of erasures cannot be read: {error}") from error
        if any(entry.tenant_id != rows.tenant_id for entry in entries):
            raise ParcelRefused("the export's register of erasures is of another tenant")
        said = await rows.connection.fetch(_SAID, rows.tenant_id, ERASURES, SubjectErased.TOPIC)
        in_log = {msgspec.json.decode(row[0], type=SubjectErased).subject_id for row in said}
        here = (await system.eraser.register.subjects()).get(rows.tenant_id, [])
        return cls(system, rows, entries, {*in_log, *here, *(entry.subject_id for entry in entries)})

    async def make_true(self) -> None:
        """Destroy the keys, and forget who uploaded what."""
        connection, tenant_id = self._rows.connection, self._rows.tenant_id
        keys = ArrivedKeys(self._rows)
        back = await keys.there(self._subjects)
        self.anew, self.withheld = len(back), await self._files(back)
        await keys.erase(self._subjects)
        await connection.execute(_FORGET, tenant_id, list(self._subjects))

    async def put_down(self) -> None:
        """Have in the register here what was erased there. Raises: Unavailable."""
        for entry in self._entries:
            await self._register.add(entry)

    async def _files(self, subjects: list[UUID]) -> frozenset[str]:
        """Files that are theirs and that no event names beside those about them: as an erasure takes them away."""
        if not subjects:
            return frozenset()
        connection, tenant_id = self._rows.connection, self._rows.tenant_id
        gone = {row[0] for row in await connection.fetch(_UPLOADED, tenant_id, subjects)}
        about = await connection.fetch(_ABOUT, tenant_id, [about_tag(one) for one in subjects])
        for _, pii in about:
            for value in msgspec.json.decode(pii, type=Sealed).values:
                if value.subject in subjects and value.field.startswith(FILE):
                    gone.add(value.field.removeprefix(FILE))
        positions = [position for position, _ in about]
        named = await connection.fetch(NAMED, tenant_id, list(gone), positions)
        return frozenset(gone - {row[0] for row in named})
