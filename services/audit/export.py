"""`pakt audit export`: a tenant's log as a kit that an auditor takes away and checks without Pakt.

It copies and does not judge: what is wrong in the database is wrong in the kit, and the verifier finds it there. Only
the heads are taken from where they were published as well, so that none can be left out. All is read as `pakt_auditor`.
Files are written one after the other beside the target, each whole and on disk before it has its name; an export that
was killed goes on after the last of them and ends with the same bytes.
"""

import fcntl
import heapq
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.transparency.events import EpochBegun
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of_envelope
from infra.eventstore.replay import Envelope
from infra.tlog.merkle import HASH_BYTES
from infra.tlog.note import NoteRefused
from infra.tlog.proof import TlogProof
from infra.tlog.tiles import HEIGHT, WIDTH, Tile, width
from infra.trees.interface import ANYBODY, EVENTS, HEADS, Head, TreeId
from infra.trees.origins import copied_size, origin_of
from projections import rows
from services.audit.kit import (
    SEGMENT,
    Header,
    event_line,
    events_file,
    hashes_file,
    leaves_file,
    segments,
    write_zip,
)
from services.audit.kit_papers import RULES, key_lines, rule_files, schemas, written_words
from services.audit.outside import MOST, Beside, Log, Range, beside, heads
from services.bootstrap import System
from services.keyring import KeyRing

PAGE = 2_000
TILES = 256

EVENTS_OF = """SELECT position, epoch, stream_id, version, type_id, timestamptz_send(occurred_at),
        timestamptz_send(recorded_at), command_id, subject_id, meta, data, pii
    FROM es.event WHERE tenant_id = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4"""
_TYPES = "SELECT type_id, name FROM es.event_type"
_RULES = """SELECT e.tenant_id, e.position, e.epoch, e.stream_id, e.version, t.name, e.occurred_at, e.recorded_at,
        e.command_id, e.subject_id, e.meta, e.data, e.pii
    FROM es.event e JOIN es.event_type t ON t.type_id = e.type_id
    WHERE e.tenant_id = $1 AND starts_with(t.name, $2) ORDER BY e.position"""
_BEGUN = """SELECT e.epoch, e.position FROM es.event e JOIN es.event_type t ON t.type_id = e.type_id
    WHERE e.tenant_id = $1 AND t.name = $2"""
_EPOCH = "SELECT epoch FROM es.tenant_lock WHERE tenant_id = $1"
_POSITIONS = "SELECT name, position FROM es.checkpoint WHERE tenant_id = $1"

Progress = Callable[[int, int], None]
"""Told of events done and events to do."""


class ExportRefused(Exception):
    """There is nothing to export as asked; the message says why."""


class Exported(msgspec.Struct, frozen=True):
    """A kit that was written: where, of what, how large."""

    path: str
    header: Header
    events: int
    bytes: int


class _Plan(msgspec.Struct, frozen=True):
    """What an export is of, fixed when it began."""

    asked: tuple[int | None, int | None]
    header: Header
    epoch: int
    note: str


async def export(
    system: System,
    slug: str,
    path: Path,
    *,
    first: int | None = None,
    last: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Exported:
    """Write the kit of a tenant's positions `first` to `last`, all that are sealed by default, to `path`.

    Raises:
        StreamNotFound: no such tenant.
        ExportRefused: nothing of it is sealed, or an export of something else was begun at this path.
    """
    institution = (await system.handler.authority.national(fresh=True)).institutions.get(slug)
    if institution is None:
        raise StreamNotFound
    with _begun(path) as folder:
        work = _Export(system, institution.tenant_id, slug, folder)
        plan = await work.plan(first, last)
        names = await work.write(plan, progress)
        header, signer = plan.header, system.signing.signer(f"{plan.header.origin}/kit")
        size = sum(write_zip(folder / "kit", folder / "files", names, header, signer))
        (folder / "kit").replace(path)
        rmtree(folder)
        _sync(path.parent)
    return Exported(str(path), header, header.last - header.first + 1, size)


class _Export:
    def __init__(self, system: System, tenant_id: int, slug: str, folder: Path) -> None:
        self._system, self._tenant, self._slug, self._folder = system, tenant_id, slug, folder
        self._trees = system.audited_trees

    async def plan(self, first: int | None, last: int | None) -> _Plan:
        """The plan that was begun here, or a new one."""
        path = self._folder / "plan"
        if path.exists():
            plan = msgspec.json.decode(path.read_bytes(), type=_Plan)
            if (plan.asked, plan.header.slug) != ((first, last), self._slug):
                raise ExportRefused(f"another export was begun in {self._folder}: finish that one, or remove it")
            return plan
        head = await self._closing(last)
        header = await self._header(head, first or 1, head.size if last is None else last)
        differing = [one for found in await self._beside(header, head.tree.epoch) for one in found.differing]
        header = msgspec.structs.replace(header, differing=tuple(differing))
        plan = _Plan((first, last), header, head.tree.epoch, str(_cosigned(head)))
        _put(path, msgspec.json.encode(plan))
        return plan

    async def write(self, plan: _Plan, progress: Progress) -> list[str]:
        """Write every file that is not there yet; the names of all, in the order in which the kit has them."""
        header, tree, names = plan.header, TreeId(self._tenant, plan.epoch), list[str]()
        await self._papers(plan, tree, names)
        await self._file("checkpoints.ndjson", names, self._head_lines(plan))
        for model in sorted(header.read_models):
            await self._file(f"read_models/{model}.ndjson", names, self._rows(model))
        for level in range((header.size.bit_length() - 1) // HEIGHT, 0, -1):
            hashes = self._hashes(tree, level, 0, header.size >> HEIGHT * level, header.size)
            await self._file(hashes_file(level), names, hashes)
        for segment in dict.fromkeys((*segments(header.first, header.last), *segments(header.size, header.size))):
            begin, end = segment * SEGMENT, min(header.size, (segment + 1) * SEGMENT)
            await self._file(leaves_file(segment), names, self._hashes(tree, 0, begin, end, header.size))
        for segment in segments(header.first, header.last):
            begin, end = max(header.first - 1, segment * SEGMENT), min(header.last, (segment + 1) * SEGMENT)
            await self._file(events_file(segment), names, self._events(begin, end, header, progress))
            progress(end - header.first + 1, header.last - header.first + 1)
        return names

    async def _closing(self, last: int | None) -> Head:
        """The head under which the kit stands: the newest that counts as public, else the newest; of enough leaves."""
        epochs = [one.tree.epoch for one in await self._trees.trees(self._tenant) if one.tree.kind == EVENTS]
        tree = TreeId(self._tenant, max(epochs, default=1))
        for quorum in (self._system.quorum, ANYBODY):
            found = (
                await self._trees.newest(tree, quorum)
                if last is None
                else await self._trees.at_least(tree, last, quorum)
            )
            if found is not None:
                return found
        seen = await self._system.copies.last_name(self._origin(tree.epoch))
        if seen is not None and copied_size(seen) >= (last or 1):
            told = f"a head of {copied_size(seen)} entries of {self._slug} was published, the database has none"
            raise ExportRefused(f"{told}: pakt audit verify and pakt epoch check say more")
        what = "nothing" if last is None else f"position {last}"
        raise ExportRefused(f"{what} of {self._slug} is {'not ' if last else ''}sealed yet")

    async def _logs(self) -> list[Log]:
        """The logs of the tenant's epochs, those too of which the database has no tree any more.

        What another installation has sealed, from which the log was brought, is under a name of its own: an event
        tells of it.
        """
        epoch = await self._fetch(self._tenant, _EPOCH, self._tenant)
        held = [one for one in await self._trees.trees(self._tenant) if one.tree.kind == EVENTS]
        published = {one.tree: one.published for one in held}
        brought = {one.tree for one in held if one.origin != self._origin(one.tree.epoch)}
        begun = dict(await self._fetch(self._tenant, _BEGUN, self._tenant, EpochBegun.TOPIC))
        trees = [one for number in range(epoch[0][0]) if (one := TreeId(self._tenant, number + 1)) not in brought]
        ended = {one: min((at for later, at in begun.items() if later > one.epoch), default=MOST) for one in trees}
        return [Log(one, self._origin(one.epoch), published.get(one, 0), ended[one]) for one in trees]

    async def _beside(self, header: Header, epoch: int) -> list[Beside]:
        """What the copies outside the database hold of the kit's heads that it does not."""
        whole = header.first if header.last == header.size else MOST
        found: list[Beside] = []
        for log in await self._logs():
            beyond = header.size if log.tree.epoch == epoch else whole if log.tree.epoch < epoch else 1
            which = Range(header.first, header.last, beyond)
            found.append(await beside(self._system.copies, self._trees, log, which))
        return found

    def _origin(self, epoch: int) -> str:
        return origin_of(self._system.settings.log_name, self._slug, TreeId(self._tenant, epoch))

    async def _header(self, head: Head, first: int, last: int) -> Header:
        if not 1 <= first <= last:
            raise ExportRefused(f"there are no positions from {first} to {last}")
        models = {model.name for model in self._system.engine.models_of(self._tenant)}
        positions = await self._fetch(self._tenant, _POSITIONS, self._tenant)
        told = {name: position for name, position in positions if name in models}
        origin = head.note.partition("\n")[0]
        return Header(origin, self._slug, self._tenant, first, last, head.size, dict(sorted(told.items())))

    async def _papers(self, plan: _Plan, tree: TreeId, names: list[str]) -> None:
        """The small files."""
        system, origin = self._system, plan.header.origin
        national = [StoredEvent(*row) for row in await self._fetch(NATIONAL_TENANT, _RULES, NATIONAL_TENANT, RULES)]
        log = [*system.signing.verifiers(origin), *await KeyRing(system.handler, system.signing).verifiers(origin)]
        papers = written_words() | {
            "keys.txt": key_lines(log, system.quorum.witnesses),
            "checkpoint": plan.note.encode(),
            "national.proof": await self._national(tree, plan.header.size),
            "schemas.json": schemas(system.registry),
        }
        for name, content in (papers | rule_files(system.registry, national)).items():
            if content:
                await self._file(name, names, _once(content))

    async def _national(self, tree: TreeId, size: int) -> bytes:
        """Where the national tree has the kit's checkpoint; empty when it is not entered yet."""
        trees = [one.tree for one in await self._trees.trees(NATIONAL_TENANT) if one.tree.kind == HEADS]
        head = await self._trees.at_least(tree, size)
        national = (
            await self._trees.newest(max(trees, key=lambda one: one.epoch), self._system.quorum) if trees else None
        )
        entry = await self._trees.find_entry(national.tree, head) if national and head else None
        if national is None or entry is None or entry.index >= national.size:
            return b""
        hashes = await self._trees.prove_inclusion(national.tree, entry.index, national.size)
        return str(TlogProof(entry.index, hashes, national.cosigned)).encode()

    async def _head_lines(self, plan: _Plan) -> AsyncIterator[bytes]:
        """The heads of the range in every epoch, and the closing one, the smallest first; also those only outside."""
        header, found = plan.header, await self._beside(plan.header, plan.epoch)
        outside = sorted((one.size, _line(one.size, None, one.note)) for told in found for one in told.outside)
        logs = [one.tree for one in await self._logs() if one.tree.epoch <= plan.epoch]
        sources = [_each(outside), *(self._heads(tree, header, tree.epoch == plan.epoch) for tree in logs)]
        waiting = [(*line, n) for n, one in enumerate(sources) if (line := await anext(one, None))]
        heapq.heapify(waiting)
        while waiting:
            _, content, n = waiting[0]
            yield content
            following = await anext(sources[n], None)
            if following is None:
                heapq.heappop(waiting)
            else:
                heapq.heapreplace(waiting, (*following, n))

    async def _heads(self, tree: TreeId, header: Header, current: bool) -> AsyncIterator[tuple[int, bytes]]:
        async for head in heads(self._trees, tree, header.first - 1):
            if head.size <= header.last or (current and head.size == header.size):
                yield head.size, _line(head.size, head.sealed_at, _cosigned(head))
            if head.size >= header.size:
                return

    async def _hashes(self, tree: TreeId, level: int, begin: int, end: int, size: int) -> AsyncIterator[bytes]:
        """The hashes `begin` to `end` of a level, whole tiles of it except at the tree's end."""
        numbers = range(begin // WIDTH, -(-end // WIDTH))
        for at in range(0, len(numbers), TILES):
            tiles = [Tile(level, number) for number in numbers[at : at + TILES]]
            held = await self._trees.tiles(tree, tiles)
            yield b"".join(held.get(tile, b"")[: width(tile, size) * HASH_BYTES] for tile in tiles)

    async def _rows(self, name: str) -> AsyncIterator[bytes]:
        """A read model's live rows."""
        model = next(one for one in self._system.engine.models_of(self._tenant) if one.name == name)
        async with (
            self._system.auditing.borrow(self._tenant) as lent,
            scope(lent, tenants=[self._tenant], search_path="rm, es", snapshot=True) as connection,
        ):
            async for row in rows.each(connection, model, self._tenant):
                yield msgspec.json.encode(row) + b"\n"

    async def _events(self, after: int, end: int, header: Header, progress: Progress) -> AsyncIterator[bytes]:
        """The lines of the events after position `after` up to `end`, as many as there are."""
        names: dict[int, str] = {row[0]: row[1] for row in await self._fetch(self._tenant, _TYPES)}
        while after < end:
            page = await self._fetch(self._tenant, EVENTS_OF, self._tenant, after, end, PAGE)
            if not page:
                return
            lines = []
            for row in page:
                envelope = Envelope(self._tenant, row[0], name_of(names, row[4]), row[10], row)
                lines.append(event_line(entry_of_envelope(envelope)))
            yield b"".join(lines)
            after = page[-1][0]
            progress(after - header.first + 1, header.last - header.first + 1)

    async def _fetch(self, tenant_id: int, text: str, *arguments: object) -> Sequence[Any]:
        async with (
            self._system.auditing.borrow(tenant_id) as lent,
            scope(lent, tenants=[tenant_id]) as connection,
        ):
            return await connection.fetch(text, *arguments)

    async def _file(self, name: str, names: list[str], content: AsyncIterator[bytes]) -> None:
        """Write a file unless it is there, whole and on disk before it has its name."""
        names.append(name)
        path = self._folder / "files" / name
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._folder / "unfinished"
        with aside.open("wb") as file:
            async for chunk in content:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync(path.parent)


@contextmanager
def _begun(path: Path) -> Iterator[Path]:
    """The folder beside the target in which an export is put together, locked against a second one."""
    if not path.parent.is_dir():
        raise ExportRefused(f"there is no folder {path.parent}")
    if path.is_dir():
        raise ExportRefused(f"{path} is a folder: name the file to write, such as {path / 'kit.zip'}")
    folder = path.with_name(path.name + ".part")
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExportRefused(f"another process is exporting to {path}") from error
        yield folder
    finally:
        os.close(descriptor)


def name_of(types: Mapping[int, str], type_id: int) -> str:
    """The stored name of an event's type; one that nobody registered is carried as it is."""
    return types.get(type_id, f"unregistered.{type_id}")


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _cosigned(head: Head) -> str:
    """The head's note with its cosignatures; the stored text where it is no note."""
    try:
        return str(head.cosigned)
    except NoteRefused:
        return head.note


def _line(size: int, sealed_at: datetime | None, note: str) -> bytes:
    return msgspec.json.encode({"size": size, "sealed_at": sealed_at, "note": note}) + b"\n"


async def _each(lines: Iterable[tuple[int, bytes]]) -> AsyncIterator[tuple[int, bytes]]:
    for line in lines:
        yield line


def _put(path: Path, content: bytes) -> None:
    aside = path.with_name("unfinished")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
