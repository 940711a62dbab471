"""Exporting a tenant: its log, seals, keys as they are wrapped, work and files, as they stand at one moment.

The moment is one at which everything is sealed: appends to this one tenant wait for the tens of milliseconds that its
last events take to be signed. Read models stay behind; they are made again from the log.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import msgspec

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Role
from infra.database.migrate import FOLDER, read_folder
from infra.database.tenant_rows import EVENTS, TRUTH, TenantRows, reading, writing
from infra.tlog.note import Signer
from infra.trees.interface import Head, TreeId
from services.backup.progress import Told
from services.bootstrap import System
from services.sealer.follow import Sealer
from services.sealer.run import make_sealer
from services.transfer.parcel import Manifest, Packing, ParcelRefused, packing

ERASURES = "erasures"
OBJECTS = "objects"
"""Names of parts beside those of tables. In `objects` a line stands before each file: SHA-256, 16 digits of size."""
TRIES = 100
_TOGETHER = 16
_TENANT = "SELECT slug, kind, sandbox FROM es.tenant WHERE tenant_id = $1"
_HASHES = """
SELECT DISTINCT m[1]
  FROM es.event e CROSS JOIN LATERAL regexp_matches(encode(e.data, 'escape'), '"([0-9a-f]{64})"', 'g') m
 WHERE e.tenant_id = $1
UNION SELECT sha256 FROM es.upload WHERE tenant_id = $1 ORDER BY 1
"""


class Sent(msgspec.Struct, frozen=True):
    """A tenant's export: where it is, how large, and what is in it."""

    path: str
    slug: str
    origin: str
    events: int
    files: int
    bytes: int


class Outgoing:
    """One export of one tenant."""

    def __init__(self, system: System, slug: str, told: Told) -> None:
        self._system, self._slug, self._told = system, slug, told

    async def write(self, target: Path) -> Sent:
        """Write the export to a new file, or into a folder under the tenant's name and position.

        Raises:
            StreamNotFound: no such tenant.
            ParcelRefused: it is the national one, has no log, is written without an end, or the file cannot be written.
            DatabaseError: the database cannot be read, or the tenant is held by somebody else.
        """
        institutions = (await self._system.handler.authority.national(fresh=True)).institutions
        if self._slug not in institutions:
            raise StreamNotFound
        tenant_id = institutions[self._slug].tenant_id
        if tenant_id == NATIONAL_TENANT:
            raise ParcelRefused(
                f"{self._slug} keeps the national log, on which every other rests: it goes nowhere without its "
                "installation, see `pakt backup`"
            )
        async with self._sealed(tenant_id) as (rows, head):
            folder = await asyncio.to_thread(target.is_dir)
            path = target / f"{self._slug}-{head.size}.pakt" if folder else target
            with packing(path) as pack:
                await self._rows(pack, rows)
                await self._erasures(pack, tenant_id)
                files = await self._objects(pack, rows)
                pack.close(await self._manifest(pack, rows, head), self._signer(head))
        return Sent(str(path), self._slug, head.checkpoint.origin, head.size, files, pack.written)

    @asynccontextmanager
    async def _sealed(self, tenant_id: int) -> AsyncIterator[tuple[TenantRows, Head]]:
        """The tenant's rows at a moment at which all of them were sealed, and the head over them."""
        system, sealer = self._system, make_sealer(self._system)
        self._told("sealing", 0, 0)
        await _seal(sealer, tenant_id, await system.store.head(tenant_id))
        arguments = system.database.dsn(Role.ADMIN, system.database.placement(tenant_id))
        async with AsyncExitStack() as stack:
            async with writing(arguments, tenant_id) as still:
                await still.hold()
                end = await system.store.head(tenant_id)
                if not end:
                    raise ParcelRefused(f"the log of {self._slug} is empty: there is nothing to export")
                tree = await _seal(sealer, tenant_id, end)
                rows = await stack.enter_async_context(reading(arguments, tenant_id))
            await sealer.publisher.publish(tree, end)
            head = await system.audited_trees.at_least(tree, end)
            if head is None or head.size != end or await rows.count(rows.tables[EVENTS]) != end:
                raise ParcelRefused(f"the log of {self._slug} is not as it was sealed: see `pakt audit verify`")
            yield rows, head

    async def _rows(self, pack: Packing, rows: TenantRows) -> None:
        for table in rows.of(*TRUTH):
            with pack.part(table.name) as part:
                part.columns = table.columns
                self._told(f"copying {table.name}", 0, 0)
                part.rows = await rows.copy_out(table, part.sink)

    async def _erasures(self, pack: Packing, tenant_id: int) -> None:
        """What the register outside of the database knows of the tenant, an entry a line."""
        register = self._system.eraser.register
        with pack.part(ERASURES) as part:
            for subject_id in sorted((await register.subjects()).get(tenant_id, [])):
                part.write(msgspec.json.encode(await register.entry(tenant_id, subject_id)) + b"\n")
                part.rows += 1

    async def _objects(self, pack: Packing, rows: TenantRows) -> int:
        """Every file that the log names and that is still there: what was erased is not."""
        objects = self._system.objects.within(rows.tenant_id)
        named = [row[0] for row in await rows.connection.fetch(_HASHES, rows.tenant_id)]
        with pack.part(OBJECTS) as part:
            for at in range(0, len(named), _TOGETHER):
                some = named[at : at + _TOGETHER]
                there = await asyncio.gather(*(objects.size(sha256) for sha256 in some))
                for sha256 in (one for one, size in zip(some, there, strict=True) if size is not None):
                    data = await objects.get(sha256)
                    part.write(b"%s %016d\n" % (sha256.encode(), len(data)))
                    part.write(data)
                    part.rows += 1
                self._told("copying files", min(at + _TOGETHER, len(named)), len(named))
        return part.rows

    async def _manifest(self, pack: Packing, rows: TenantRows, head: Head) -> Manifest:
        slug, kind, sandbox = await rows.connection.fetchrow(_TENANT, rows.tenant_id) or (self._slug, "", False)
        return Manifest(
            tenant_id=rows.tenant_id,
            slug=slug,
            kind=kind,
            sandbox=sandbox,
            epoch=head.tree.epoch,
            position=head.size,
            checkpoint=str(head.cosigned),
            migration=read_folder(FOLDER)[-1].number,
            release=version("pakt"),
            types=await rows.types(),
            parts=tuple(pack.parts),
        )

    def _signer(self, head: Head) -> Signer:
        return self._system.signing.signer(f"{head.checkpoint.origin}/tenant")


async def _seal(sealer: Sealer, tenant_id: int, end: int) -> TreeId:
    """Seal the log up to a position, together with whatever other sealers do; the tree that holds it.

    Raises: ParcelRefused when no end is reached; HistoryCorrupt, Unavailable.
    """
    for _ in range(TRIES):
        await sealer.sealing.seal(tenant_id)
        tree = sealer.sealing.tree(tenant_id)
        if tree is not None and sealer.sealing.size(tenant_id) >= end:
            return tree
    raise ParcelRefused("other sealers are at work on the log without an end: try again")
