"""Epochs: a log shorter than what was published of it is found, and goes on under a new name that says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from domain.transparency.events import EPOCHS
from infra.database.interface import Role
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import sign_note
from infra.trees.interface import HEADS, TreeId
from infra.trees.origins import copy_name, origin_of
from services.bootstrap import System
from services.epochs import Epochs
from services.sealer.run import make_sealer
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

WHY = "restored from the backup of 3 May"


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


async def tenant_of(system: System, slug: str) -> int:
    return (await system.handler.authority.tenant(slug)).tenant_id


async def publish(system: System, slug: str, size: int, *, epoch: int = 1, kind: str = "events") -> None:
    """Put a signed checkpoint of that size outside, as a sealer of another time did."""
    tenant_id = await tenant_of(system, "opm" if kind == HEADS else slug)
    origin = origin_of(system.settings.log_name, slug, TreeId(tenant_id, epoch, kind))
    note = sign_note(Checkpoint(origin, size, leaf_hash(b"%d" % size)).text, system.signing.signer(origin))
    await system.copies.add(copy_name(origin, size), str(note).encode())


async def test_nothing_published_or_less_than_there_is_no_rewind(system: System) -> None:
    assert await Epochs(system).rewound() == []
    tenant_id, sealer = await tenant_of(system, "mj"), make_sealer(system)
    head = await sealer.sealing.seal(tenant_id)
    assert head is not None
    await publish(system, "mj", 1)
    await sealer.publisher.publish(head.tree, head.size)

    assert await Epochs(system).rewound() == []
    assert await Epochs(system).begin(WHY) == []


async def test_seals_that_are_gone_tell_of_a_restore_even_when_every_event_is_there(system: System) -> None:
    head = await system.store.head(await tenant_of(system, "mj"))
    await publish(system, "mj", head)

    [found] = await Epochs(system).rewound()
    assert (found.position, found.stands, found.seen) == (head, 0, head)


async def test_a_rewound_log_is_named_and_begins_a_new_epoch(system: System) -> None:
    tenant_id = await tenant_of(system, "mj")
    head = await system.store.head(tenant_id)
    await publish(system, "mj", head + 30)
    epochs = Epochs(system)

    [found] = await epochs.rewound()
    assert (found.slug, found.epoch, found.position, found.stands, found.seen) == ("mj", 1, head, 0, head + 30)

    [begun] = await epochs.begin(WHY)
    assert (begun.tenant, begun.epoch, begun.after_position, begun.old_size) == ("mj", 2, head, head + 30)
    assert Checkpoint.parse(found.note.split("\n\n")[0] + "\n").size == begun.old_size
    assert await epochs.rewound() == []
    assert await epochs.begin(WHY) == []

    [stored] = await system.store.read_tag(tenant_id, EPOCHS)
    assert (stored.position, stored.epoch) == (head + 1, 2)
    assert await epochs.of(tenant_id, "mj") == [begun]


async def test_a_beginning_that_was_cut_short_is_completed(system: System) -> None:
    tenant_id = await tenant_of(system, "mj")
    head = await system.store.head(tenant_id)
    await publish(system, "mj", head + 5)
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    await connection.execute("UPDATE es.tenant_lock SET epoch = 2 WHERE tenant_id = $1", tenant_id)
    await connection.close()

    [begun] = await Epochs(system).begin(WHY)

    assert (begun.epoch, begun.after_position, begun.old_size) == (2, head, head + 5)


async def test_a_backup_from_before_an_earlier_restore_skips_that_epoch(system: System) -> None:
    head = await system.store.head(await tenant_of(system, "mj"))
    await publish(system, "mj", head + 5)
    await publish(system, "mj", 2, epoch=2)

    [begun] = await Epochs(system).begin(WHY)

    assert (begun.epoch, begun.old_size) == (3, 2)


async def test_the_log_of_heads_counts_as_the_national_logs(system: System) -> None:
    await publish(system, HEADS, 4, kind=HEADS)
    epochs = Epochs(system)

    [found] = await epochs.rewound()
    assert (found.slug, found.kind, found.stands, found.seen) == (HEADS, HEADS, 0, 4)
    [begun] = await epochs.begin(WHY)
    assert (begun.tenant, begun.epoch, begun.old_size, begun.old_note) == ("opm", 2, 0, "")


async def test_every_log_may_begin_anew(system: System) -> None:
    begun = await Epochs(system).begin(WHY, every=True)

    assert len(begun) == len((await system.handler.authority.national()).institutions)
    assert {(one.epoch, one.old_size) for one in begun} == {(2, 0)}
