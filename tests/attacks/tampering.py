"""A sealed log under the hands of a database administrator: every byte of every column, and whole rows."""

import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec

from domain.kernel.event import about_tag
from domain.kernel.ids import derived_id
from infra.database.interface import Role
from infra.eventstore.interface import NewEvent
from infra.eventstore.leaf import entry_of_envelope
from infra.eventstore.replay import Envelope
from infra.tlog.note import Signer
from services.audit.export import export, name_of
from services.audit.kit import MANIFEST, Header, event_line, events_file, write_zip
from services.bootstrap import System
from services.sealer.run import make_sealer
from services.vault import FORMAT, Sealed, SealedValue
from tests.support.appends import NOW, command
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

SLUG = "prizren"
ROWS = 200
STREAMS = 40

INTEGERS = {"tenant_id": 4, "epoch": 4, "version": 4, "type_id": 4, "position": 8}
TIMES = ("recorded_at", "occurred_at")
IDS = ("stream_id", "command_id", "subject_id")
BYTES = ("meta", "data", "pii")
COLUMNS = (*INTEGERS, *TIMES, *IDS, *BYTES)
LENGTHS = (
    "position, " + ", ".join(f"length({name})" for name in BYTES) + ", " + ", ".join(f"{name} IS NULL" for name in IDS)
)

_EPOCH = "timestamptz '2000-01-01 00:00:00+00'"
_MICROSECONDS = f"(extract(epoch FROM {{column}} - {_EPOCH}) * 1000000)::bigint"
_HOUR = 3_600_000_000


def flip(column: str, byte: int) -> str:
    """The column's value with one bit of that byte turned, in SQL; turned twice it is what it was."""
    if column in INTEGERS:
        kind = "bigint" if INTEGERS[column] == 8 else "int"
        return f"{column} # (1::{kind} << {8 * byte})"
    if column in TIMES:
        turned = f"({_MICROSECONDS.format(column=column)} # (1::bigint << {8 * byte}))"
        return f"{_EPOCH} + make_interval(hours => ({turned} / {_HOUR})::int, secs => ({turned} % {_HOUR}) / 1e6)"
    if column in IDS:
        raw = f"decode(replace({column}::text, '-', ''), 'hex')"
        return f"encode(set_byte({raw}, {byte}, get_byte({raw}, {byte}) # 1), 'hex')::uuid"
    return f"set_byte({column}, {byte}, get_byte({column}, {byte}) # 1)"


def wide(column: str) -> int:
    """Bytes of a column of fixed width, 0 for one of any."""
    return INTEGERS.get(column) or (8 if column in TIMES else 16 if column in IDS else 0)


async def flips(admin: asyncpg.Connection, tenant_id: int) -> list[tuple[int, str, int]]:
    """Position, column and byte of everything that can be turned."""
    found = []
    for row in await admin.fetch(f"SELECT {LENGTHS} FROM es.event WHERE tenant_id = $1 ORDER BY position", tenant_id):
        lengths = dict(zip(BYTES, row[1:4], strict=True))
        absent = dict(zip(IDS, row[4:7], strict=True))
        for column in COLUMNS:
            bytes_of = 0 if absent.get(column) else wide(column) or lengths.get(column) or 0
            found += [(row[0], column, byte) for byte in range(bytes_of)]
    return found


@asynccontextmanager
async def sealed_system(cluster: Cluster, folder: Path) -> AsyncIterator[System]:
    """A system with a log of ROWS events, sealed in steps of 60."""
    async with seeded_system(cluster, folder) as system:
        tenant_id, sealing = await fill(system), make_sealer(system).sealing
        while await sealing.seal(tenant_id, 60):
            pass
        yield system


async def fill(system: System) -> int:
    """A log of ROWS events: those of the seed, then small ones of all shapes; the tenant's id."""
    tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
    versions: Counter[int] = Counter()
    for n in range(await system.store.head(tenant_id), ROWS):
        versions[n % STREAMS] += 1
        person, says = derived_id("person", n), n % 9 == 1
        sealed = Sealed(FORMAT, (SealedValue(person, "name", b"", b"%d" % n),))
        event = NewEvent(
            stream_id=derived_id("tampered", n % STREAMS),
            version=versions[n % STREAMS],
            type_name="consultations.ContributionReceipted.v1",
            data=b'{"via":"web"}' if n % 2 else b'{"via":"post"}',
            subject_id=person if n % 3 else None,
            pii=msgspec.json.encode(sealed) if says else None,
            tags=(about_tag(person),) if says else (),
        )
        await system.store.append(command(event, tenant=tenant_id, at=NOW, anonymous=n % 5 == 0))
    return tenant_id


async def pristine(system: System, folder: Path) -> "Rewritten":
    """An export of the sealed log as it is."""
    await export(system, SLUG, folder / "before.zip")
    with zipfile.ZipFile(folder / "before.zip") as zipped:
        names = [name for name in zipped.namelist() if name != MANIFEST]
        zipped.extractall(folder / "files", names)
        lines = zipped.read(MANIFEST).decode().splitlines()
    (folder / "files" / "calendars.json").write_bytes(b"{}")  # takes longest to read, and nothing is due in this log
    header = msgspec.json.decode(lines[1], type=Header)
    return Rewritten(folder, names, header, system.signing.signer(f"{header.origin}/kit"))


class Rewritten(msgspec.Struct):
    """What `export` would write of a log whose events are others than those that were sealed."""

    folder: Path
    names: list[str]
    header: Header
    signer: Signer

    def of(self, rows: Sequence[asyncpg.Record], types: Mapping[int, str]) -> Path:
        lines = [
            event_line(entry_of_envelope(Envelope(self.header.tenant, row[0], name_of(types, row[4]), row[10], row)))
            for row in rows
        ]
        (self.folder / "files" / events_file(0)).write_bytes(b"".join(lines))
        path = self.folder / "tampered.zip"
        sum(write_zip(path, self.folder / "files", self.names, self.header, self.signer))
        return path


@asynccontextmanager
async def administrator(system: System) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, with every trigger of the tables off, and not held to versions that are there once."""
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    try:
        for table in ("event", "tree", "tile", "tree_head", "cosignature"):
            await connection.execute(f"ALTER TABLE es.{table} DISABLE TRIGGER ALL")
        await connection.execute("ALTER TABLE es.event DROP CONSTRAINT event_tenant_id_stream_id_version_key")
        yield connection
    finally:
        await connection.close()
