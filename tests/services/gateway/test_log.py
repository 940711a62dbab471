"""The logs over HTTP: whoever has only the checkpoint and the tiles can check everything, and sees nothing unsealed."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from domain.kernel.ids import NATIONAL_TENANT
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import (
    HASH_BYTES,
    consistency_parts,
    inclusion_parts,
    leaf_hash,
    proved,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from infra.tlog.note import Note
from infra.tlog.tiles import Tile, Tiles, path_of, width
from infra.trees.interface import HEADS, Quorum, TreeId
from services.bootstrap import System
from services.gateway.app import create_app
from services.sealer.run import make_sealer
from tests.services.gateway.client import PROBLEM, Caller, callers, living
from tests.services.gateway.scenario import planned
from tests.support.appends import command, event
from tests.support.sealed import OTHER_WITNESS, WITNESS, cosigned
from tests.support.sealing import hashes

MJ, MESTI = "mj", "mesti"
LOG = "/v1/public/log"
ENOUGH = 300
"""Leaves of which a tile gets full."""


async def tenant_of(system: System, slug: str = MJ) -> int:
    return (await system.handler.authority.tenant(slug)).tenant_id


async def seal(system: System, slug: str = MJ, each: int = 1_000) -> int:
    """Seal the tenant's log, at most `each` events under a head, and enter the heads; how many are sealed."""
    sealer, head, tenant_id = make_sealer(system), None, await tenant_of(system, slug)
    while sealed := await sealer.sealing.seal(tenant_id, each):
        head = sealed
    assert head is not None
    await sealer.national.enter({head.tree: head.size})
    return head.size


async def append(system: System, count: int, slug: str = MJ) -> None:
    tenant_id, name = await tenant_of(system, slug), next(iter(system.registry.names))
    made = [event(uuid4(), type_name=name) for _ in range(count)]
    await system.store.append_many([command(one, tenant=tenant_id) for one in made])


async def checkpoint(system: System, caller: Caller, log: str) -> Checkpoint:
    """What the log's newest checkpoint says, after its signature was checked."""
    answer = await caller.get(f"{log}/checkpoint")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8"), answer.text
    note = Note.parse(answer.content)
    said = Checkpoint.parse(note.text)
    assert note.signed_by(system.signing.verifiers(said.origin))
    return said


async def fetched(caller: Caller, log: str, size: int) -> Tiles:
    """All tiles of a tree of that size."""
    found: dict[Tile, bytes] = {}
    for level in range(3):
        for number in range(-(-(size >> 8 * level) // 256)):
            tile = Tile(level, number)
            wide = width(tile, size)
            answer = await caller.get(f"{log}/{path_of(tile, wide)}")
            assert (answer.status_code, len(answer.content)) == (200, wide * HASH_BYTES), (tile, answer.text)
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "immutable" in answer.headers["cache-control"]
            found[tile] = answer.content
    return Tiles(found)


async def test_the_tree_is_rebuilt_from_what_anybody_may_fetch(system: System, caller: Caller) -> None:
    log = f"{LOG}/{MJ}/1"
    assert (await caller.get(f"{log}/checkpoint")).status_code == 404
    await append(system, ENOUGH)
    await seal(system)
    old = await checkpoint(system, caller, log)
    assert old.origin == f"{system.settings.log_name}/{MJ}/1"
    tiles = await fetched(caller, log, old.size)
    leaves = await hashes(system.store, await tenant_of(system))

    assert len(leaves) == old.size > ENOUGH
    assert root_at(old.size, tiles) == old.root
    for index in (0, 255, 256, old.size - 1):
        proof = proved(inclusion_parts(index, old.size), tiles)
        assert verify_inclusion(leaves[index], index, old.size, proof, old.root)

    await append(system, ENOUGH)
    await seal(system)
    new = await checkpoint(system, caller, log)
    later = await fetched(caller, log, new.size)
    proof = proved(consistency_parts(old.size, new.size), later)
    assert new.size == old.size + ENOUGH
    assert root_at(new.size, later) == new.root
    assert verify_consistency(old.size, new.size, old.root, new.root, proof)
    assert root_at(old.size, await fetched(caller, log, old.size)) == old.root


async def test_the_log_of_heads_holds_every_checkpoint(system: System, caller: Caller) -> None:
    for slug in (MJ, MESTI):
        await planned(system, slug)
        await seal(system, slug, 3)
    log = f"{LOG}/{HEADS}/1"
    national = await checkpoint(system, caller, log)
    tiles = await fetched(caller, log, national.size)
    entries = await system.trees.entries(TreeId(NATIONAL_TENANT, 1, HEADS), 0, 1_000)

    assert len(entries) == national.size > 2
    assert root_at(national.size, tiles) == national.root
    for slug in (MJ, MESTI):
        text = Note.parse((await caller.get(f"{LOG}/{slug}/1/checkpoint")).content).text
        [index] = [one.index for one in entries if one.entry == text]
        proof = proved(inclusion_parts(index, national.size), tiles)
        assert verify_inclusion(leaf_hash(text.encode()), index, national.size, proof, national.root)

    found: list[dict[str, object]] = []
    where = f"{LOG}?limit=2"
    while where:
        page = (await caller.get(where)).json()
        found += page["items"]
        where = page["next_cursor"] and f"{LOG}?limit=2&cursor={page['next_cursor']}"
    assert [(one["slug"], one["kind"]) for one in found] == [(HEADS, HEADS), (MESTI, "events"), (MJ, "events")]
    assert [one["size"] for one in found[:1]] == [national.size]
    for one in found:
        said = await checkpoint(system, caller, str(one["address"]))
        assert (said.origin, said.size) == (one["origin"], one["size"])


async def test_nothing_beyond_what_is_sealed_is_told(system: System, caller: Caller) -> None:
    """Every address around the edge of the tree: at most the sealed hashes, and never a tile's later ones."""
    log, size = f"{LOG}/{MJ}/1", await seal(system)
    assert 2 < size < 255
    whole = (await caller.get(f"{log}/tile/0/000.p/{size}")).content
    await append(system, 256 - size)

    await around_the_edge(caller, log, size, whole)
    assert await seal(system) == 256
    await around_the_edge(caller, log, 256, whole)


async def around_the_edge(caller: Caller, log: str, sealed: int, whole: bytes) -> None:
    """Ask for tiles of a log of that size, whose first hashes are `whole`."""
    size = len(whole) // HASH_BYTES
    for wide in (1, size - 1, size, size + 1, 255):
        answer = await caller.get(f"{log}/tile/0/000.p/{wide}")
        assert answer.status_code == (200 if wide <= sealed else 404), (sealed, wide)
        if wide <= sealed:
            assert len(answer.content) == wide * HASH_BYTES
            assert answer.content[: len(whole)] == whole[: wide * HASH_BYTES]
    for path in ("0/000", "1/000.p/1"):
        assert (await caller.get(f"{log}/tile/{path}")).status_code == (200 if sealed == 256 else 404)
    for path in ("0/001", "0/001.p/1", "1/000", "1/000.p/2", "2/000.p/1", "63/000.p/1", "0/x999/x999/999"):
        assert (await caller.get(f"{log}/tile/{path}")).status_code == 404, path


async def test_a_checkpoint_is_public_when_the_witnesses_have_seen_it(system: System) -> None:
    await seal(system, each=2)
    witnesses = (WITNESS.verifier, OTHER_WITNESS.verifier)
    app = create_app(replace(system, quorum=Quorum(2, witnesses)))
    [first] = await system.trees.heads(TreeId(await tenant_of(system)), 0, 1)
    now, where = datetime.now(UTC), f"{LOG}/{MJ}/1/checkpoint"
    async with living(app), callers(app, system.tokens) as caller:
        await cosigned(system, first, WITNESS, now)
        assert (await caller.get(where)).status_code == 404
        await cosigned(system, first, OTHER_WITNESS, now)

        answer = await caller.get(where)
        note = Note.parse(answer.content)
        assert Checkpoint.parse(note.text).size == first.size
        assert set(note.signed_by(witnesses)) == set(witnesses)
        assert answer.headers["cache-control"] == "public, max-age=2"
        again = await caller.get(where, **{"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


MALFORMED = [
    *("0", "0/0", "0/00", "0/0000", "0/x000", "0/x000/000", "0/000/000", "0/x00/000", "0/X001/000", "0/-01", "0/+00"),
    *(
        "00/000",
        "01/000",
        "64/000",
        "100/000",
        "-1/000",
        "x/000",
        "/000",
        "0//000",
        "0/000/",
        "0/٠٠٠",
        "0/%D9%A0%D9%A0",
    ),
    *("0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/01", "0/000.p/256", "0/000.p/-1", "0/000.p/1/1", "0/000.p1"),
    *("0/000.P/1", "0/000.p/1.p/1", "0/000%00", "0/000.p/1%00", "0/000.p/1%0A", "%2e%2e/000", "0/%2e%2e/000"),
    *("0/" + "x999/" * 6 + "999", "0/" + "x999/" * 40 + "999", "0/000.p/" + "1" * 5_000, "9" * 5_000 + "/000"),
]
LOGS = [
    *("keys/1", "nobody/1", "MJ/1", "mj/0", "mj/2", "mj/-1", "mj/9999999999", "mj/99999999999999999999", "heads/2"),
    *("mj%00/1", "%2e%2e/1", "mj/x", "mj/1.0", "mj/%00", "mj/" + "9" * 5_000, "a" * 5_000 + "/1", "%F0%9F%98%80/1"),
]


def refused(answer: httpx.Response) -> bool:
    """Whether that is a problem of the reader's."""
    return answer.status_code in {400, 404} and answer.headers["content-type"] == PROBLEM


async def test_what_no_tile_and_no_log_is_called(system: System, caller: Caller) -> None:
    await seal(system)
    good = "0/000.p/1"
    assert (await caller.get(f"{LOG}/{MJ}/1/tile/{good}")).status_code == 200
    for path in MALFORMED:
        answer = await caller.get(f"{LOG}/{MJ}/1/tile/{path}")
        assert refused(answer), (path[:50], answer.status_code, answer.text)
    for log in LOGS:
        for file in ("checkpoint", f"tile/{good}"):
            answer = await caller.get(f"{LOG}/{log}/{file}")
            assert refused(answer), (log[:50], answer.status_code, answer.text)
    for path in (f"{LOG}?x=1", f"{LOG}/{MJ}/1/checkpoint?x=1", f"{LOG}/{MJ}/1/tile/{good}?as_of=1", f"{LOG}?cursor=x"):
        assert (await caller.get(path)).status_code == 400, path


async def test_entries_are_not_public(system: System, caller: Caller) -> None:
    await seal(system)
    for path in ("entries/000", "entries/000.p/1", "entries"):
        answer = await caller.get(f"{LOG}/{MJ}/1/tile/{path}", **{"accept-language": "en"})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/entries-not-public")
        assert "auditor's kit" in answer.json()["detail"]
