"""How a log goes on where it was brought: a new epoch, whose first event says where everything before it comes from.

As after a restore, positions after the export's end may have been seen by others; none is given a second time under the
same name, and cursors and witnesses are told. A log of another installation goes on under a name of this one; its old
checkpoints stay what they are, and the log names the keys that they were verified with.
"""

from collections.abc import Iterator
from typing import Self

import msgspec

from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.transparency.commands import BeginEpoch, BringLog
from infra.database.tenant_rows import TenantRows
from infra.eventstore.within import append_within
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note
from infra.trees.interface import TreeId
from infra.trees.origins import installation_of, origin_of
from services.audit.sealed import Keys
from services.bootstrap import System
from services.command_handling.request import OPERATOR, Request
from services.epochs import Published
from services.transfer.parcel import Manifest, ParcelRefused

_BEGIN = "UPDATE es.tenant_lock SET epoch = $2, state = $3 WHERE tenant_id = $1"


class Continuing(msgspec.Struct, frozen=True):
    """The epoch that an imported log begins, by which command; `seen`: how far it was seen under its name here."""

    system: System
    manifest: Manifest
    epoch: int
    seen: int
    command: Command

    @classmethod
    async def of(cls, system: System, manifest: Manifest, keys: Keys) -> Self:
        """After every epoch of which anything was published here, and after the export's own. Raises: Unavailable."""
        head, published, epoch = manifest.head, Published(system.copies), manifest.epoch
        own, note = installation_of(head.origin) == system.settings.log_name, manifest.checkpoint
        if own and (found := await published.newest(_origin(system, manifest, epoch))) is not None:
            note = str(found) if Checkpoint.parse(found.text).size > head.size else note
        while (found := await published.newest(_origin(system, manifest, epoch + 1))) is not None:
            note, epoch = str(found), epoch + 1
        reason = f"imported from an export of {head.origin}, as it stood after {manifest.position} events"
        seen = Checkpoint.parse(Note.parse(note).text).size if own else 0
        if own:
            command: Command = BeginEpoch(epoch + 1, manifest.position, seen, note, reason)
        else:
            signers, old = tuple(_signers(manifest, keys)), manifest.checkpoint
            command = BringLog(epoch + 1, manifest.position, head.origin, old, signers, reason)
        return cls(system, manifest, epoch + 1, seen, command)

    async def begin(self, rows: TenantRows, state: bytes) -> None:
        """Raise the epoch, and append its first event, in the transaction that the rows came in.

        Raises: ParcelRefused, AppendRefused when the log does not take it.
        """
        await rows.connection.execute(_BEGIN, rows.tenant_id, self.epoch, state)
        key = derived_id("epoch", "begin", rows.tenant_id, self.epoch)
        append = await self.system.handler.prepared(Request(self.manifest.slug, self.command, key, OPERATOR))
        # It was decided on a log that is still empty for everybody else; here nobody else can append.
        first = await append_within(rows.connection, msgspec.structs.replace(append, conditions=()))
        if first != self.manifest.position + 1:
            raise ParcelRefused(f"the first event of epoch {self.epoch} would stand at position {first}")


def _origin(system: System, manifest: Manifest, epoch: int) -> str:
    return origin_of(system.settings.log_name, manifest.slug, TreeId(manifest.tenant_id, epoch))


def _signers(manifest: Manifest, keys: Keys) -> Iterator[str]:
    """The keys, in hex, that are believed of the installation that the log comes from."""
    for verifier in keys.log(manifest.head.origin):
        yield verifier.public.hex()
