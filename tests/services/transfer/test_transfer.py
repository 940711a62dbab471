"""A tenant goes from one installation into another: all of it, verified, and nothing else."""

import asyncio
import dataclasses
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import msgspec
import pytest

from domain.erasure.commands import EraseSubject, Ground
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.tenants.commands import RegisterMember
from domain.transparency.events import EpochBegun, LogBrought
from infra.database.interface import Role
from infra.database.tenant_rows import TRUTH, TenantHeld, reading
from infra.keys.travelling import TenantKeys
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Verifier, sign_note
from infra.trees.interface import TreeId
from services.audit.export import export
from services.audit.verify import verify
from services.backup.progress import silent
from services.bootstrap import System
from services.epochs import Epochs
from services.erasure.account import account_of
from services.erasure.holdings import State, holding
from services.sealer.run import make_sealer
from services.transfer.incoming import Brought, Incoming
from services.transfer.keys import taken
from services.transfer.outgoing import Outgoing, Sent
from services.transfer.parcel import Parcel, ParcelRefused, packing
from tests.services.audit.kits import run_apart
from tests.services.transfer.conftest import HERE, SLUG, THERE
from tests.support.system import project, send

PERSON = derived_id("test", "somebody")
FILE = b"a file that the log names"
TENANT, OTHER_TENANT = ((4).to_bytes(4, "big") + tenant.to_bytes(4, "big") for tenant in (36, 35))
"""A tenant's number in a row of binary COPY."""


async def tenant_of(system: System) -> int:
    return (await system.handler.authority.tenant(SLUG)).tenant_id


async def attached(system: System) -> str:
    """A file that a person has uploaded who is known to the institution and holds no mandate."""
    tenant_id = await tenant_of(system)
    await send(system, SLUG, "administrator", RegisterMember(PERSON, "Ana Kola", "ana@kola.example"))
    sha256 = await system.objects.within(tenant_id).put(FILE)
    await system.eraser.uploads.note(tenant_id, sha256, PERSON, len(FILE))
    return sha256


async def exported(system: System, folder: Path) -> Sent:
    folder.mkdir(exist_ok=True)
    return await Outgoing(system, SLUG, silent).write(folder / "tenant.pakt")


def key_of(system: System) -> list[Verifier]:
    return [Verifier(THERE, system.signing.verifiers("x")[0].public)]


async def imported(system: System, sent: Sent | Path, there: System, *, keys: bool = True) -> Brought:
    came = await taken(there, SLUG) if keys else None
    path = sent if isinstance(sent, Path) else Path(sent.path)
    return await Incoming(system, silent, came, key_of(there)).bring(path)


async def rows_of(system: System, upto: int) -> Mapping[str, list[str]]:
    """Every row of the tenant's read models up to a position, by table."""
    tenant_id = await tenant_of(system)
    found: dict[str, list[str]] = {}
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    try:
        for model in system.engine.models_of(tenant_id):
            within = f"AND position <= {upto}" if model.append_only else ""
            rows = await connection.fetch(
                f"SELECT to_jsonb(t)::text FROM rm.{model.table} t WHERE tenant_id = $1 {within} ORDER BY 1", tenant_id
            )
            found[model.table] = [row[0] for row in rows]
    finally:
        await connection.close()
    return found


async def test_everything_is_there_and_goes_on(there: System, here: System, tmp_path: Path) -> None:
    sha256 = await attached(there)
    sent = await exported(there, tmp_path)
    brought = await imported(here, sent, there)
    tenant_id = await tenant_of(here)

    assert (brought.events, brought.epoch, brought.files, brought.left) == (sent.events, 2, 1, ())
    before = await there.store.read_log(tenant_id, 0, 10_000)
    after = await here.store.read_log(tenant_id, 0, 10_000)
    assert after[: sent.events] == before[: sent.events]
    assert [one.type_name for one in after[sent.events :]] == [EpochBegun.TOPIC, LogBrought.TOPIC]
    assert {one.epoch for one in after[sent.events :]} == {2}
    old = TreeId(tenant_id)
    assert await here.trees.newest(old) == await there.trees.newest(old)
    assert await here.objects.within(tenant_id).get(sha256) == FILE
    assert await holding(here.store, here.vault, tenant_id, PERSON) == await holding(
        there.store, there.vault, tenant_id, PERSON
    )
    assert (await holding(here.store, here.vault, tenant_id, PERSON)).state is State.HELD

    await project(there, SLUG)
    await project(here, SLUG)
    assert await rows_of(here, sent.events) == await rows_of(there, sent.events)

    assert await make_sealer(here).sealing.seal(tenant_id) is not None
    verified = await verify(here, SLUG)
    assert [(one.log, one.fault_count) for one in verified] == [(f"{THERE}/{SLUG}/1", 0), (f"{HERE}/{SLUG}/2", 0)]
    kit = await export(here, SLUG, tmp_path / "kit.zip")
    code, told = run_apart(tmp_path / "kit.zip", "--vkey", here.signing.verifiers(f"{HERE}/{SLUG}/2")[0])
    assert (code, kit.events) == (0, sent.events + 2), told
    with pytest.raises(ParcelRefused, match="is here already"):
        await imported(here, sent, there)


async def test_nothing_personal_opens_without_the_keys(there: System, here: System, tmp_path: Path) -> None:
    sent = await exported(there, tmp_path)

    with pytest.raises(ParcelRefused, match="--keys-to"):
        await imported(here, sent, there, keys=False)
    await nothing_is_here(here)
    other = TenantKeys(tenant_id=await tenant_of(here), slug=SLUG, keys={1: "00" * 32})
    with pytest.raises(ParcelRefused, match="does not open"):
        await Incoming(here, silent, other, key_of(there)).bring(Path(sent.path))
    await nothing_is_here(here)


async def rows_in(system: System) -> dict[str, int]:
    """How many rows of the tenant each table of the store has."""
    tenant_id = await tenant_of(system)
    async with reading(system.database.dsn(Role.ADMIN), tenant_id) as rows:
        return {table.name: await rows.count(table) for table in rows.of(*TRUTH)}


async def nothing_is_here(system: System) -> None:
    """Nothing of the tenant, and it may be written."""
    tenant_id = await tenant_of(system)
    assert set((await rows_in(system)).values()) == {0}
    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    try:
        state = await connection.fetchval("SELECT (state, epoch) FROM es.tenant_lock WHERE tenant_id = $1", tenant_id)
        assert state == (b"a", 1)
    finally:
        await connection.close()
    assert await system.copies.names(f"{THERE}/{SLUG}/1") == []


async def test_who_was_erased_stays_erased(there: System, here: System, tmp_path: Path) -> None:
    """Also who was erased since the export was made: neither the key nor the file comes back, and the log says so."""
    sha256, tenant_id = await attached(there), await tenant_of(here)
    before = await exported(there, tmp_path)
    await send(there, SLUG, "administrator", EraseSubject(PERSON, Ground.CONSENT_WITHDRAWN))
    await here.eraser.register.add(await there.eraser.register.entry(tenant_id, PERSON))

    brought = await imported(here, before, there)

    assert (brought.erased, brought.files) == (1, 0)
    assert (await holding(here.store, here.vault, tenant_id, PERSON)).state is State.ERASED
    account = await account_of(here.store, here.registry, tenant_id, PERSON)
    assert account is not None
    assert account.completed_at is not None
    with pytest.raises(StreamNotFound):
        await here.objects.within(tenant_id).get(sha256)


async def test_an_erasure_comes_along(there: System, here: System, tmp_path: Path) -> None:
    await attached(there)
    await send(there, SLUG, "administrator", EraseSubject(PERSON, Ground.CONSENT_WITHDRAWN))

    brought = await imported(here, await exported(there, tmp_path), there)

    tenant_id = await tenant_of(here)
    assert (brought.erased, brought.files) == (0, 0)
    assert (await holding(here.store, here.vault, tenant_id, PERSON)).state is State.ERASED
    assert (await here.eraser.register.subjects())[tenant_id] == [PERSON]


async def test_a_later_head_under_the_same_name_is_named_by_the_epoch(
    there: System, here: System, tmp_path: Path
) -> None:
    """As when an institution comes back into its own installation from an export of yesterday."""
    sent = await exported(there, tmp_path)
    await attached(there)
    later = await exported(there, tmp_path / "later")
    own = replaced(here, there)

    brought = await Incoming(own, silent, None, []).bring(Path(sent.path))

    assert (brought.seen, brought.epoch) == (later.events, 2)
    [told] = await Epochs(own).of(await tenant_of(own), SLUG)
    assert (told.old_size, told.after_position) == (later.events, sent.events)
    assert await Epochs(own).rewound() == []
    assert [fault for one in await verify(own, SLUG) for fault in one.faults] == []


def replaced(here: System, there: System) -> System:
    """The other database as that of the first installation: with its name, its keys, and what it keeps beside."""
    settings = msgspec.structs.replace(here.settings, log_name=THERE)
    return dataclasses.replace(
        here,
        settings=settings,
        signing=there.signing,
        tenant_keys=there.tenant_keys,
        copies=there.copies,
    )


async def test_of_two_imports_at_once_one_is_refused(there: System, here: System, tmp_path: Path) -> None:
    sent = await exported(there, tmp_path)

    done = await asyncio.gather(*(imported(here, sent, there) for _ in range(2)), return_exceptions=True)

    assert [type(one) for one in done].count(Brought) == 1
    assert any(isinstance(one, ParcelRefused | TenantHeld) for one in done)
    assert await here.store.head(await tenant_of(here)) == sent.events + 2


async def test_an_export_of_an_unknown_installation_is_refused(there: System, here: System, tmp_path: Path) -> None:
    path, keys = Path((await exported(there, tmp_path)).path), await taken(there, SLUG)

    with pytest.raises(ParcelRefused, match="--vkey"):
        await Incoming(here, silent, keys, []).bring(path)
    stranger = [Verifier(THERE, here.signing.verifiers("x")[0].public)]
    with pytest.raises(ParcelRefused, match="--vkey"):
        await Incoming(here, silent, keys, stranger).bring(path)
    same = [Verifier(HERE, there.signing.verifiers("x")[0].public)]
    with pytest.raises(ParcelRefused, match="two logs of one name"):
        await Incoming(here, silent, keys, same).bring(path)


async def test_what_the_exporter_says_is_not_believed(there: System, here: System, tmp_path: Path) -> None:
    """An event that was changed in the database before the export: its manifest is signed, its tree says otherwise."""
    sealer, tenant_id = make_sealer(there), await tenant_of(there)
    assert await sealer.sealing.seal(tenant_id) is not None
    connection = await asyncpg.connect(**there.database.dsn(Role.ADMIN))
    try:
        await connection.execute("ALTER TABLE es.event DISABLE TRIGGER no_rewrite")
        await connection.execute(
            "UPDATE es.event SET occurred_at = occurred_at + interval '1 day' WHERE tenant_id = $1 AND position = 7",
            tenant_id,
        )
    finally:
        await connection.close()
    sent = await exported(there, tmp_path)

    with pytest.raises(ParcelRefused, match="event at position 7"):
        await imported(here, sent, there)
    await nothing_is_here(here)


async def test_the_national_log_goes_nowhere(there: System, tmp_path: Path) -> None:
    with pytest.raises(ParcelRefused, match="national"):
        await Outgoing(there, "opm", silent).write(tmp_path / "opm.pakt")
    with pytest.raises(StreamNotFound):
        await Outgoing(there, "nowhere", silent).write(tmp_path / "nowhere.pakt")


def signed_again(path: Path, there: System, *, foreign: str = "", **changes: object) -> Path:
    """The export with another manifest, by the key of whoever exported it; in table `foreign` a row is of tenant 35."""
    made = path.with_name("changed.pakt")
    with Parcel.opened(path) as parcel, packing(made) as pack:
        for part in parcel.manifest.parts:
            with pack.part(part.name) as opened:
                opened.rows, opened.columns = part.rows, part.columns
                rows = b"".join(parcel.chunks(part.name))
                opened.write(rows.replace(TENANT, OTHER_TENANT, 1) if part.name == foreign else rows)
        manifest = msgspec.structs.replace(parcel.manifest, **{"parts": tuple(pack.parts)} | changes)
        pack.close(manifest, there.signing.signer(f"{parcel.manifest.head.origin}/tenant"))
    return made


async def test_an_export_that_does_not_fit_this_installation_is_refused(
    there: System, here: System, tmp_path: Path
) -> None:
    sent = await exported(there, tmp_path)
    with Parcel.opened(Path(sent.path)) as parcel:
        manifest = parcel.manifest
    other_head = Checkpoint(manifest.head.origin, sent.events, bytes(32))
    other = str(sign_note(other_head.text, there.signing.signer(other_head.origin)))
    fewer = tuple(
        msgspec.structs.replace(part, rows=part.rows + (part.name == "es.event_tag")) for part in manifest.parts
    )
    for changes, said in (
        ({"migration": 9_999}, "a later version of Pakt"),
        ({"types": manifest.types | {max(manifest.types): "later.Happened.v1"}}, "later.Happened.v1"),
        ({"slug": "prizren-2"}, "no institution prizren-2"),
        ({"tenant_id": 35}, "tenant 36 here"),
        ({"tenant_id": 1, "slug": "opm", "kind": "national"}, "national log"),
        ({"checkpoint": other}, "closing checkpoint"),
        ({"position": sent.events - 1}, "closing checkpoint"),
        ({"parts": fewer}, "not every row"),
    ):
        changed = signed_again(Path(sent.path), there, **changes)
        with pytest.raises(ParcelRefused, match=said):
            await Incoming(here, silent, None, key_of(there)).bring(changed)
        changed.unlink()
        await nothing_is_here(here)


async def test_rows_of_another_tenant_are_refused(there: System, here: System, tmp_path: Path) -> None:
    """Whoever holds a key that is believed of one log brings nothing into another."""
    sent, keys = await exported(there, tmp_path), await taken(there, SLUG)
    for table in ("es.event", "es.event_tag", "es.subject_key"):
        changed = signed_again(Path(sent.path), there, foreign=table)
        with pytest.raises(ParcelRefused, match=r"not every row|tenant 35"):
            await Incoming(here, silent, keys, key_of(there)).bring(changed)
        changed.unlink()
        await nothing_is_here(here)
