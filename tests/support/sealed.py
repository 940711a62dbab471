"""A tenant's log sealed by hand: as far as a test wants, at the time that a witness says, or with another event in it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from infra.database.interface import Role
from infra.eventstore.leaf import entry_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Note, Signer, sign_note
from infra.tlog.tiles import GrowingTree
from infra.trees.interface import Head, TreeId
from infra.trees.postgres import PostgresTreeKeeper
from projections.connections import Connections
from services.bootstrap import System
from tests.support.trees import witness

WITNESS = witness("civikos.example/witness")
OTHER_WITNESS = witness("assembly.example/witness")


async def sealed(
    system: System, slug: str, *, up_to: int | None = None, forged: Mapping[int, bytes] | None = None, epoch: int = 1
) -> Head:
    """Seal the whole log of a tenant whose epoch has no tree yet; `forged` leaf hashes by position take others' places."""
    tenant_id = (await system.handler.authority.tenant(slug)).tenant_id
    events = await system.store.read_log(tenant_id, 0, up_to or 1_000_000)
    leaves = [(forged or {}).get(event.position) or leaf_hash(entry_of(event)) for event in events]
    connections = Connections(system.database, Role.SEALER, 1)
    growing, tree, origin = GrowingTree(), TreeId(tenant_id, epoch), origin_of(system, slug, epoch)
    try:
        async with PostgresTreeKeeper(connections).growing(tree, origin, 0) as growth:
            await growth.append(growing.extend(leaves), growing.size)
            note = sign_note(Checkpoint(origin, growing.size, growing.root()).text, system.signing.signer(origin))
            return await growth.sign(growing.root(), str(note))
    finally:
        await connections.close()


async def cosigned(system: System, head: Head, by: Signer, at: datetime) -> Note:
    """The head with a witness's cosignature, also in the database."""
    line = by.sign(Note.parse(head.note).text, int(at.timestamp()))
    connections = Connections(system.database, Role.SEALER, 1)
    try:
        await PostgresTreeKeeper(connections).cosign(head, by.verifier, str(line), at)
    finally:
        await connections.close()
    return Note.parse(head.note).adding([line])


def cosign(note: Note, by: Signer, at: datetime) -> Note:
    """The note with a witness's cosignature, as it would hand it to anybody."""
    return note.adding([by.sign(note.text, int(at.astimezone(UTC).timestamp()))])


async def grown(system: System, head: Head, slug: str) -> Head:
    """A further head of the same tree, over everything that came since."""
    tenant_id, origin = head.tree.tenant_id, origin_of(system, slug, head.tree.epoch)
    events = await system.store.read_log(tenant_id, 0, 1_000_000)
    growing, connections = GrowingTree(), Connections(system.database, Role.SEALER, 1)
    growing.extend([leaf_hash(entry_of(event)) for event in events[: head.size]])
    try:
        async with PostgresTreeKeeper(connections).growing(head.tree, origin, head.size) as growth:
            await growth.append(growing.extend([leaf_hash(entry_of(e)) for e in events[head.size :]]), growing.size)
            note = sign_note(Checkpoint(origin, growing.size, growing.root()).text, system.signing.signer(origin))
            return await growth.sign(growing.root(), str(note))
    finally:
        await connections.close()


def origin_of(system: System, slug: str, epoch: int = 1) -> str:
    return f"{system.settings.log_name}/{slug}/{epoch}"


def log_signer(system: System, slug: str) -> Signer:
    return system.signing.signer(origin_of(system, slug))


async def position_of(system: System, slug: str, stream_id: UUID, type_name: str) -> int:
    """Where the stream's last event of that type stands."""
    tenant_id = (await system.handler.authority.tenant(slug)).tenant_id
    stream = await system.store.read_stream(tenant_id, stream_id)
    return [event.position for event in stream if event.type_name == type_name][-1]
