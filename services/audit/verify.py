"""Verifying an institution's log where it stands: each leaf anew from the events, and everything sealed of it.

Reads one snapshot as `pakt_auditor`. Whoever does not trust this installation verifies an export instead.
"""

import contextlib
from collections.abc import Callable, Mapping

import msgspec

from domain.kernel.errors import HistoryCorrupt, StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.transparency.events import EpochBegun, LogBrought
from infra.database.interface import Connection
from infra.database.scope import scope
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Verifier
from infra.tlog.tiles import WIDTH
from infra.trees.interface import EVENTS, HEADS, Tree, TreeId
from infra.trees.origins import installation_of
from services.audit.faults import Fault, Faults
from services.audit.leaves import PAGE, EntryLeaves, EventLeaves, Leaves, NoLeaves
from services.audit.sealed import Keys, TreeCheck, trees_of
from services.bootstrap import System
from services.epochs import Declared, declared
from services.keyring import KeyRing

Progress = Callable[[str, int, int], None]
"""Hears of which log how many leaves are done, and of how many."""
_ROWS = "SELECT count(*), coalesce(max(position), 0) FROM es.event WHERE tenant_id = $1"
_TILES = "SELECT count(*) FROM es.tile WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND level = 0"
_EPOCH = "SELECT epoch FROM es.tenant_lock WHERE tenant_id = $1"
_ENTERED = "SELECT of_epoch, size, entry FROM es.head_entry WHERE tenant_id = $1 AND epoch = $2 AND of_tenant = $3"
_BEGUN = """
SELECT e.data FROM es.event e JOIN es.event_type t ON t.type_id = e.type_id WHERE e.tenant_id = $1 AND t.name = $2
"""
_NEWEST = "SELECT max(epoch) FROM es.tree WHERE tenant_id = $1 AND kind = 'heads'"


class Verified(msgspec.Struct, frozen=True):
    """One log: `entries` of it were checked, `sealed` of them are under a head. `faults` are in the log's order."""

    tenant: str
    log: str
    epoch: int
    entries: int
    sealed: int
    heads: int
    fault_count: int
    faults: tuple[Fault, ...]


def silent(log: str, done: int, of: int) -> None:
    """Tell nobody."""


async def verify(system: System, slug: str, told: Progress = silent) -> list[Verified]:
    """Check every tree of an institution; of one that has none its events.

    Raises:
        StreamNotFound: no such tenant.
        Unavailable: the database or the object store cannot be reached.
    """
    tenant_id = (await slugs(system)).get(slug)
    if tenant_id is None:
        raise StreamNotFound
    keys = await known_keys(system)
    entered: Mapping[tuple[TreeId, int], str] | None = None
    if len(system.auditing.by_node([tenant_id, NATIONAL_TENANT])) > 1:  # no snapshot spans nodes: what is older first
        async with (
            system.auditing.borrow(NATIONAL_TENANT) as lent,
            scope(lent, tenants=[NATIONAL_TENANT], snapshot=True) as connection,
        ):
            entered = await _entered(connection, tenant_id)
    async with (
        system.auditing.borrow(tenant_id) as lent,
        scope(lent, tenants={tenant_id, NATIONAL_TENANT}, snapshot=True) as connection,
    ):
        return await check(system, connection, (tenant_id, slug), keys, told, entered=entered)


async def check(
    system: System,
    connection: Connection,
    log: tuple[int, str],
    keys: Keys,
    told: Progress = silent,
    *,
    arriving: bool = False,
    entered: Mapping[tuple[TreeId, int], str] | None = None,
) -> list[Verified]:
    """Check every tree of the tenant with that id and slug as an open transaction sees it, with these keys.

    Keys of another installation that the log was brought from count as the log tells them. `arriving`: the rows have
    just been put there, so that heads are not outside yet, and others may have seen more of the log than came.
    `entered`: what the national log has of it, where another node keeps that.
    """
    tenant_id, slug = log
    epoch, trees = await connection.fetchval(_EPOCH, tenant_id), await trees_of(connection, tenant_id)
    current = TreeId(tenant_id, epoch)
    if current not in {one.tree for one in trees}:
        trees.append(Tree(current, f"{system.settings.log_name}/{slug}/{epoch}", 0, 0))
    case = _Case(
        system,
        connection,
        slug,
        epoch,
        await _length(connection, current),
        await _with_brought(connection, tenant_id, keys),
        await _entered(connection, tenant_id) if entered is None else entered,
        await _declared(connection, tenant_id),
        arriving,
    )
    return [await _verify(case, one, told) for one in trees]


async def slugs(system: System) -> Mapping[str, int]:
    """Tenant ids by slug, as the database has them: what is verified may be too damaged to be read."""
    async with system.auditing.borrow(NATIONAL_TENANT) as connection:
        return {row[0]: row[1] for row in await connection.fetch("SELECT slug, tenant_id FROM es.tenant ORDER BY slug")}


class _Case(msgspec.Struct, frozen=True):
    """What all trees of an institution are checked with: one snapshot, the log's epoch and length, keys, entries."""

    system: System
    connection: Connection
    slug: str
    epoch: int
    length: int
    keys: Keys
    entered: Mapping[tuple[TreeId, int], str]
    declared: Declared
    arriving: bool = False

    def leaves(self, tree: Tree, faults: Faults) -> tuple[Leaves, int]:
        """What the tree is of, and how much of that there is."""
        if tree.tree.kind == HEADS:
            return EntryLeaves(self.connection, tree.tree, faults), tree.size
        if tree.tree.epoch != self.epoch:
            return NoLeaves(), 0
        if tree.size > self.length:
            detail = f"{tree.size} events were sealed, the log has {self.length}"
            faults.add("event", self.length + 1, detail, field="position")
        return EventLeaves(self.connection, tree.tree.tenant_id, self.system.registry, faults), self.length


async def _verify(case: _Case, tree: Tree, told: Progress) -> Verified:
    faults, sealed = Faults(), tree.size
    tree = await _within_tiles(case, tree, faults)
    leaves, length = case.leaves(tree, faults)
    check = TreeCheck(case.connection, tree, leaves, faults)
    await check.run(length, lambda done: told(tree.origin, done, max(length, tree.size)))
    await check.signatures(case.keys)
    if not case.arriving:
        await check.copies(case.system.copies, case.system.audited_trees, case.declared)
    if tree.tree.kind == EVENTS:
        check.entered(case.entered, _everything if case.arriving else case.declared.reaches)
    return Verified(
        tenant=case.slug,
        log=tree.origin,
        epoch=tree.tree.epoch,
        entries=length,
        sealed=sealed,
        heads=len(check.heads),
        fault_count=faults.count,
        faults=faults.in_order(),
    )


def _everything(tree: TreeId, head: Checkpoint) -> bool:
    """Whatever was seen beyond the end of a log that is just coming in: the epoch that it begins will say so."""
    del tree, head
    return True


async def _length(connection: Connection, log: TreeId) -> int:
    """How many positions the log can have: a row that was moved far away makes it no longer."""
    [(rows, last)] = await connection.fetch(_ROWS, log.tenant_id)
    return int(min(last, max(2 * rows, await _leaves_in_tiles(connection, log)) + PAGE))


async def _within_tiles(case: _Case, tree: Tree, faults: Faults) -> Tree:
    """The tree, no larger than log and tiles can make it."""
    most = max(case.length if tree.tree.kind == EVENTS else 0, await _leaves_in_tiles(case.connection, tree.tree))
    if tree.size <= most:
        return tree
    detail = f"the tree is said to have {tree.size} leaves, there are tiles for {most}"
    faults.add("tree", most + 1, detail, field="size")
    return msgspec.structs.replace(tree, size=most)


async def _leaves_in_tiles(connection: Connection, tree: TreeId) -> int:
    return WIDTH * int(await connection.fetchval(_TILES, tree.tenant_id, tree.kind, tree.epoch))


async def _declared(connection: Connection, tenant_id: int) -> Declared:
    rows = await connection.fetch(_BEGUN, tenant_id, EpochBegun.TOPIC)
    found: dict[int, str] = {}
    for row in rows:
        with contextlib.suppress(msgspec.DecodeError):  # changed below us: the leaves will say where
            told = msgspec.json.decode(row[0], type=EpochBegun)
            found[told.epoch] = told.old_note
    return declared(found)


async def known_keys(system: System) -> Keys:
    """For logs of this installation the keys that the national log knows; before it knows one, the one at hand."""
    try:
        ring = [one.public_key for one in await KeyRing(system.handler, system.signing).known()]
    except HistoryCorrupt:  # the check itself will say where
        ring = []

    def of(origin: str) -> list[Verifier]:
        if installation_of(origin) != system.settings.log_name:
            return []
        held = system.signing.verifiers(origin)
        return [Verifier(origin, bytes.fromhex(key)) for key in ring] or list(held)

    return Keys(of, system.quorum.witnesses)


async def _with_brought(connection: Connection, tenant_id: int, keys: Keys) -> Keys:
    told: dict[str, tuple[str, ...]] = {}
    for row in await connection.fetch(_BEGUN, tenant_id, LogBrought.TOPIC):
        with contextlib.suppress(msgspec.DecodeError):  # as above
            event = msgspec.json.decode(row[0], type=LogBrought)
            told[installation_of(event.origin)] = event.keys

    def of(origin: str) -> list[Verifier]:
        brought = told.get(installation_of(origin), ())
        return [*keys.log(origin), *(Verifier(origin, bytes.fromhex(key)) for key in brought)]

    return Keys(of, keys.witnesses)


async def _entered(connection: Connection, tenant_id: int) -> dict[tuple[TreeId, int], str]:
    newest = await connection.fetchval(_NEWEST, NATIONAL_TENANT)
    rows = await connection.fetch(_ENTERED, NATIONAL_TENANT, newest or 1, tenant_id)
    return {(TreeId(tenant_id, row[0]), row[1]): row[2] for row in rows}
