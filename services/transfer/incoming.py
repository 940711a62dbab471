"""Importing a tenant: everything checked, then everything there, in a transaction that serves nothing before its end.

The file is hashed first. Then its rows are copied in, and the log is verified where it now stands as `pakt audit
verify` does it: each leaf anew, every tile, every head's root and signature, known witnesses. Erasures are made true,
keys of persons wrapped anew, a new epoch begun. Only then files and heads are put beside the database, and it commits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec

from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.register import Institution
from infra.database.interface import DatabaseError, Role
from infra.database.migrate import FOLDER, read_folder
from infra.database.tenant_rows import (
    EVENTS,
    TRUTH,
    Kind,
    RowsRefused,
    Table,
    TenantHeld,
    TenantRows,
    TypesUnknown,
    writing,
)
from infra.keys.travelling import TenantKeys
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note, Verifier
from infra.trees.origins import installation_of
from services.audit.sealed import Keys
from services.audit.verify import check, known_keys
from services.backup.progress import Told
from services.bootstrap import System
from services.erasure.restore import record_lost
from services.transfer.beside import Beside
from services.transfer.continuing import Continuing
from services.transfer.erased import Erased
from services.transfer.keys import wrapped_anew
from services.transfer.parcel import Parcel, ParcelRefused

_STATE = "UPDATE es.tenant_lock SET state = $2 WHERE tenant_id = $1"
_EPOCH = "UPDATE es.tenant_lock SET epoch = $2 WHERE tenant_id = $1"
_CLOSING = "SELECT note FROM es.tree_head WHERE tenant_id = $1 AND kind = 'events' AND epoch = $2 AND size = $3"
ACTIVE, MOVING = b"a", b"m"
REOPENING = 15
"""How often, a second apart, it is tried to open the tenant again: a server that ran into a full disk starts anew."""
Opening = Callable[[], AbstractAsyncContextManager[TenantRows]]


class Brought(msgspec.Struct, frozen=True):
    """A tenant that was imported: its events before, the epoch that was begun, what was brought besides.

    `seen`: how far others had seen its log under the name that it has here; more than `events` where what came after
    the export is lost. `erased`: persons who were erased and had a key in the file. `left`: what did not come along.
    """

    slug: str
    origin: str
    events: int
    epoch: int
    seen: int
    files: int
    persons: int
    erased: int
    left: tuple[str, ...] = ()


class StillClosed(DatabaseError):
    """What ended the import has also kept it from opening the institution again."""


class Incoming:
    """One import of one file. `vkeys` are keys of other installations that the operator believes."""

    def __init__(self, system: System, told: Told, keys: TenantKeys | None, vkeys: Sequence[Verifier]) -> None:
        self._system, self._told, self._keys, self._vkeys = system, told, keys, vkeys

    async def bring(self, path: Path) -> Brought:
        """Import the file's tenant.

        Raises:
            ParcelRefused: file, keys or this installation do not fit, or the tenant is here; nothing was changed.
            DatabaseError, Unavailable: the tenant is held by somebody else, or database or object store cannot be
                used or are full; nothing is served of the tenant.
        """
        with Parcel.opened(path) as parcel:
            keys = await self._believed()
            institution = await self._fitting(parcel)
            parcel.verify(lambda origin: tuple(keys.log(origin)), lambda done, of: self._told("checking", done, of))
            brought = await self._brought(parcel, institution, keys)
        await record_lost(self._system.eraser)
        return brought

    async def _believed(self) -> Keys:
        """Keys of this installation for logs of its name, those that were given for logs of theirs."""
        own, ours = await known_keys(self._system), self._system.settings.log_name
        if any(key.name == ours for key in self._vkeys):
            raise ParcelRefused(
                f"--vkey names {ours}, as this installation is named: two logs of one name cannot be told apart, and "
                "which keys sign here the national log says"
            )

        def of(origin: str) -> list[Verifier]:
            given = [msgspec.structs.replace(k, name=origin) for k in self._vkeys if k.name == installation_of(origin)]
            return [*own.log(origin), *given]

        return Keys(of, own.witnesses)

    async def _fitting(self, parcel: Parcel) -> Institution:
        """The institution here that the file is of; looks at the manifest alone. Raises: ParcelRefused."""
        told = parcel.manifest
        newest = read_folder(FOLDER)[-1].number
        if told.migration > newest:
            raise ParcelRefused(
                f"the export is of a later version of Pakt ({told.release}, schema {told.migration:04}; here "
                f"{newest:04}): bring this installation up to that version first"
            )
        institutions = (await self._system.handler.authority.national(fresh=True)).institutions
        found = institutions.get(told.slug)
        if found is None:
            raise ParcelRefused(
                f"this installation has no institution {told.slug}: seed it by `pakt seed --without {told.slug}`, or "
                "register it, and import before anything else is written for it"
            )
        if (found.tenant_id, found.kind, found.sandbox) != (told.tenant_id, told.kind, told.sandbox):
            raise ParcelRefused(
                f"{told.slug} is tenant {found.tenant_id} here and was tenant {told.tenant_id} there, or of another "
                "kind: its number is in every hash of its log and cannot be changed"
            )
        if told.tenant_id == NATIONAL_TENANT:
            raise ParcelRefused("the national log is not imported: every installation has its own")
        if self._keys is not None and (self._keys.tenant_id, self._keys.slug) != (told.tenant_id, told.slug):
            raise ParcelRefused(f"--keys names the keys of {self._keys.slug}, the export is of {told.slug}")
        return found

    async def _brought(self, parcel: Parcel, institution: Institution, keys: Keys) -> Brought:
        tenant_id, system = institution.tenant_id, self._system
        arguments = system.database.dsn(Role.ADMIN, system.database.placement(tenant_id))

        opened = partial(writing, arguments, tenant_id)
        async with _claimed(opened, institution.slug, self._told), opened() as rows:
            await _require_empty(rows, institution.slug)
            await self._copied(parcel, rows)
            await self._checked(parcel, rows, keys)
            continuing = await Continuing.of(system, parcel.manifest, keys)
            erased = await Erased.of(system, parcel, rows)
            await erased.make_true()
            persons = await wrapped_anew(system.tenant_keys, self._keys, rows)
            await continuing.begin(rows, ACTIVE)
            beside = Beside(system, parcel, rows, self._told)
            files = await beside.put(erased.withheld)
            left = beside.keep_issuers(self._keys)
            await erased.put_down()
        return Brought(
            slug=institution.slug,
            origin=parcel.manifest.head.origin,
            events=parcel.manifest.position,
            epoch=continuing.epoch,
            seen=continuing.seen,
            files=files,
            persons=persons,
            erased=erased.anew,
            left=left,
        )

    async def _copied(self, parcel: Parcel, rows: TenantRows) -> None:
        """Every part that is a table's; in place of what processes may have noted about the empty log."""
        for table in rows.of(Kind.WORK, Kind.MODELS):
            await rows.clear(table)
        tables = {table.name: table for table in rows.of(*TRUTH)}
        for part in parcel.manifest.parts:
            if not part.columns:
                continue
            table = _matching(tables, part.name, part.columns)
            types = parcel.manifest.types if part.name == EVENTS else None
            try:
                done = await rows.copy_in(table, parcel.stream(part.name, self._told), types)
            except (RowsRefused, TypesUnknown) as error:
                raise ParcelRefused(str(error)) from error
            if done != part.rows or await rows.count(table) != part.rows:
                raise ParcelRefused(f"{part.name}: not every row is of the tenant that the export is of")

    async def _checked(self, parcel: Parcel, rows: TenantRows, keys: Keys) -> None:
        """The log as it stands in the transaction. Raises: ParcelRefused, naming the first fault."""
        told, connection = parcel.manifest, rows.connection
        await connection.execute(_EPOCH, told.tenant_id, told.epoch)
        await connection.execute("SET LOCAL enable_seqscan = off")  # nobody has counted these rows yet
        note = await connection.fetchval(_CLOSING, told.tenant_id, told.epoch, told.position)
        if note is None or _checkpoint(note) != told.head:
            raise ParcelRefused(f"the export's closing checkpoint of {told.head.origin} is not that of its log")
        verified = await check(
            self._system,
            connection,
            (told.tenant_id, told.slug),
            keys,
            lambda log, done, of: self._told(f"verifying {log}", done, of),
            arriving=True,
        )
        for one in verified:
            if one.fault_count:
                fault = one.faults[0]
                at = "" if fault.position is None else f" at position {fault.position}"
                raise ParcelRefused(f"{one.log} does not verify: {fault.part}{at}: {fault.detail}")
            if one.epoch == told.epoch and (one.entries, one.sealed) != (told.position, told.position):
                raise ParcelRefused(f"{one.log} has {one.entries} events, {one.sealed} sealed; not {told.position}")


def _matching(tables: dict[str, Table], name: str, columns: dict[str, str]) -> Table:
    table = tables.get(name)
    if table is None:
        raise ParcelRefused(f"the export has rows of {name}, which is no table of a tenant's truth here")
    if differing := [one for one, kind in columns.items() if table.columns.get(one) != kind]:
        raise ParcelRefused(f"{name} has no column {differing[0]} here, or another kind of it")
    return msgspec.structs.replace(table, columns=columns)


def _checkpoint(note: str) -> Checkpoint:
    return Checkpoint.parse(Note.parse(note).text)


async def _require_empty(rows: TenantRows, slug: str) -> None:
    """Nothing of the tenant is here, and nobody writes or imports it before this transaction's end.

    Raises: ParcelRefused, TenantHeld.
    """
    if await rows.hold() is None:
        raise ParcelRefused(f"the database does not know {slug} yet: run the projector, or `pakt seed`, and try again")
    for table in rows.of(Kind.LOG, Kind.SEALS, Kind.KEYS):
        if await rows.any(table):
            raise ParcelRefused(
                f"{slug} is here already: {table.name} has rows of it. A log is never replaced; import into an "
                f"installation in which nothing was written for it (`pakt seed --without {slug}`)"
            )


@asynccontextmanager
async def _claimed(opened: Opening, slug: str, told: Told) -> AsyncIterator[None]:
    """For the block nothing is appended to the tenant's log, which is empty: whoever tries is told to come back.

    Whoever is killed within it leaves the log empty and closed; the next import takes it up.

    Raises: StillClosed.
    """
    async with opened() as rows:
        await _require_empty(rows, slug)
        await rows.connection.execute(_STATE, rows.tenant_id, MOVING)
    told(f"{slug} is closed to writing until the import has ended; cut short, it is repeated", 0, 0)
    try:
        yield
    except BaseException as error:
        closed = await _reopened(opened)
        if closed is not None and isinstance(error, Exception):
            raise StillClosed(
                f"{error}; and {slug} is still closed to writing ({closed}): mend that, then repeat the import"
            ) from error
        raise


async def _reopened(opened: Opening) -> DatabaseError | None:
    """Let the tenant be written again; what was in the way to the end, None when it is or another import has it now."""
    in_the_way: DatabaseError | None = None
    for again in range(REOPENING):
        if again:
            await asyncio.sleep(1)
        try:
            async with opened() as rows:
                await rows.hold()
                await rows.connection.execute(_STATE, rows.tenant_id, ACTIVE)
        except TenantHeld:
            return None
        except DatabaseError as error:
            in_the_way = error
        else:
            return None
    return in_the_way
