"""What outsiders saw of our logs beside what we hold: a second history shows here, whoever was shown it.

Each witness is asked for the checkpoint it cosigned last of each log. A consistency proof from our tree must lead from
there to our newest head; two checkpoints of one size must have one root, whatever our tree says.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import combinations

import msgspec

from domain.kernel.ids import NATIONAL_TENANT
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import verify_consistency
from infra.tlog.note import Note, NoteRefused, Verifier
from infra.trees.interface import Head, NotSealed, Quorum, Tree, Trees
from infra.witnesses.interface import Witness, WitnessFailed
from services.bootstrap import System
from services.epochs import Declared, Epochs
from services.keyring import KeyRing

Keys = Callable[[str], Awaitable[Iterable[Verifier]]]
"""The keys that may sign the log of an origin."""
Ends = Callable[[int], Awaitable[Declared]]
"""What restores have declared of a tenant's logs."""


class Seen(msgspec.Struct, frozen=True):
    """The checkpoint of a log that a witness cosigned last, its size 0 when there is none.

    Without `problem` our log grew from it. Where it did not: entries 1 to `agrees_until` are the same as ours, and the
    first that differs is one of those up to `differs_at`; both are 0 where that is not the trouble.
    """

    origin: str
    witness: str
    size: int
    problem: str = ""
    agrees_until: int = 0
    differs_at: int = 0


async def logs_of(system: System) -> list[Tree]:
    """Every log of the installation, of all epochs."""
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    tenants = {NATIONAL_TENANT, *(one.tenant_id for one in institutions.values())}
    return [log for tenant_id in sorted(tenants) for log in await system.audited_trees.trees(tenant_id)]


def keys_of(system: System) -> Keys:
    """The keys that the national log tells of, retired ones too."""
    return KeyRing(system.handler, system.signing).verifiers


def ends_of(system: System) -> Ends:
    """What the logs themselves tell of the epochs that restores have ended."""
    return Epochs(system).declared


async def compare(
    trees: Trees, logs: Sequence[Tree], witnesses: Sequence[Witness], keys: Keys, ends: Ends
) -> list[Seen]:
    """Ask every witness about every log; what contradicts us, or another witness, has a `problem`.

    Of a log that a declared restore has ended a witness may hold what was lost, up to where the restore says it ended.
    """
    found: list[Seen] = []
    for log in logs:
        notes: dict[str, Checkpoint] = {}
        found += await asyncio.gather(*(_compared(trees, log, witness, keys, ends, notes) for witness in witnesses))
        found += _contradictions(log.origin, notes)
    return found


async def _compared(
    trees: Trees, log: Tree, witness: Witness, keys: Keys, ends: Ends, notes: dict[str, Checkpoint]
) -> Seen:
    """One witness's view of one log; its checkpoint goes to `notes` when one of the log's keys signed it."""
    name = witness.verifier.name
    try:
        note = await witness.latest(log.origin)
    except WitnessFailed as error:
        return Seen(log.origin, name, 0, f"cannot be asked: {error}")
    if note is None:
        return Seen(log.origin, name, 0)
    seen = Checkpoint.parse(note.text)
    if not _signed(note, await keys(log.origin)):
        return Seen(log.origin, name, 0, "unverifiable claim: none of our keys has signed the checkpoint that it shows")
    notes[name] = seen
    newest = await trees.newest(log.tree)
    if newest is None or seen.size > newest.size:
        told = f"it cosigned {seen.size} entries, we have {newest.size if newest else 0}: our log went back"
        explained = (await ends(log.tree.tenant_id)).reaches(log.tree, seen)
        return Seen(log.origin, name, seen.size, "" if explained else told)
    if await _grew(trees, seen, newest):
        return Seen(log.origin, name, seen.size)
    until = await _agreed(trees, log, witness.verifier, seen.size)
    return Seen(log.origin, name, seen.size, "it cosigned another history", until, seen.size)


async def _grew(trees: Trees, seen: Checkpoint, newest: Head) -> bool:
    if not seen.size:
        return True
    try:
        proof = await trees.prove_consistency(newest.tree, seen.size, newest.size)
    except NotSealed:
        return False
    return verify_consistency(seen.size, newest.size, seen.root, newest.root, proof)


async def _agreed(trees: Trees, log: Tree, witness: Verifier, below: int) -> int:
    """The size of our newest head that it has cosigned: what it saw later has grown from it, by its own word."""
    head = await trees.newest(log.tree, Quorum(1, (witness,)))
    return head.size if head is not None and head.size < below and _signed(head.cosigned, [witness]) else 0


def _signed(note: Note, keys: Iterable[Verifier]) -> bool:
    try:
        return bool(note.signed_by(keys))
    except NoteRefused:
        return False


def _contradictions(origin: str, notes: dict[str, Checkpoint]) -> list[Seen]:
    """Witnesses who cosigned different roots of one size: each pair proves that the log's key signed two histories."""
    return [
        Seen(origin, f"{one} and {two}", first.size, "they cosigned two roots of one size", 0, first.size)
        for (one, first), (two, second) in combinations(notes.items(), 2)
        if first.size == second.size and first.root != second.root
    ]
