"""Dumps are whole in every form, found again byte by byte out of the logs, and cut where they say."""

import csv
import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from pyarrow import parquet

from domain.kernel.deadline import start_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note
from services.bootstrap import System
from services.dumps import building
from services.dumps.building import Behind, Builder
from services.dumps.catalogue import DATASETS, SERIES, dataset_of
from services.dumps.dataset import CSV, NDJSON, PARQUET, ROWS
from services.dumps.found_again import Finder
from services.sealer.run import running_sealer
from tests.services.dumps.lived import SANDBOX, TENANT, content, lived, today
from tests.support.consultation import opened
from tests.support.system import project


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SEALED_WITHIN", 0.0)


def test_every_dataset_is_named_once_and_belongs_to_a_series() -> None:
    names = [one.name for one in DATASETS]

    assert len(set(names)) == len(names)
    assert {one.series for one in DATASETS} == set(SERIES)
    for one in DATASETS:
        assert (one.rows is None) == bool(one.standard)
        assert not one.dated or one.rows is None or one.dated in one.rows.columns
        assert one.rows is None or not {"tenant_id", "searched"} & set(one.rows.columns)
        assert one.rows is None or "tenant" in one.rows.columns


async def test_every_dataset_is_built_and_found_again_after_the_logs_went_on(system: System) -> None:
    await lived(system)
    builder, finder = Builder(system), Finder(system)
    try:
        built = [await builder.build(dataset, today(system)) for dataset in DATASETS]
        await opened(system, TENANT, key="later")
        await project(system, TENANT)
        again = [one for dump in built for one in await finder.again(dump)]
        changed = await builder.build(dataset_of("consultations"), today(system))
    finally:
        await finder.close()

    assert [one for one in again if one.again != one.sha256] == []
    assert len(again) == sum(len(dataset.forms) for dataset in DATASETS)
    filled = {dump.dataset for dump in built if dump.rows}
    assert filled >= {"consultations", "plans", "contributions", "funding-plans", "grant-calls", "strategies"}
    before = next(one for one in built if one.dataset == "consultations")
    assert (changed.edition, changed.rows) == (2, (before.rows or 0) + 1)
    assert changed.logs[TENANT].position > before.logs[TENANT].position


async def test_the_forms_of_a_register_say_the_same(system: System, tmp_path: Path) -> None:
    here = await lived(system)
    dump = await Builder(system).build(dataset_of("contributions"), today(system))
    [told] = [json.loads(line) for line in (await content(system, dump, NDJSON)).splitlines()]
    [row] = csv.DictReader(io.StringIO((await content(system, dump, CSV)).decode()))
    (tmp_path / "dump").write_bytes(await content(system, dump, PARQUET))
    table = parquet.read_table(tmp_path / "dump")
    [packed] = table.to_pylist()

    assert dump.rows == 1
    assert list(told) == list(row) == table.column_names
    for name in ("contribution_id", "consultation_id", "tenant", "body", "state"):
        assert told[name] == row[name] == packed[name], name
    assert (told["contribution_id"], told["tenant"]) == (str(here.contribution), TENANT)
    assert packed["submitted_at"].isoformat() == told["submitted_at"].replace("Z", "+00:00")
    assert json.loads(packed["comments"]) == told["comments"] == []
    assert packed["answered_at"] is told["answered_at"] is None
    assert (dump.first, dump.last) == (today(system), today(system))


async def test_no_cell_is_a_formula_and_no_sandbox_is_told_of(system: System) -> None:
    here = await lived(system)
    builder = Builder(system)
    consultations = await builder.build(dataset_of("consultations"), today(system))
    told = await content(system, consultations, NDJSON)
    cells = csv.reader(io.StringIO((await content(system, consultations, CSV)).decode()))

    assert str(here.consultation).encode() in told
    assert str(here.sandboxed).encode() not in told
    assert SANDBOX not in consultations.logs
    assert [cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


async def test_a_dump_says_where_each_log_was_cut_by_a_signed_head(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "SEALED_WITHIN", 20.0)
    await lived(system)
    async with running_sealer(system):
        dump = await Builder(system).build(dataset_of("consultations"), today(system))
    head = await system.store.head((await system.handler.authority.tenant(TENANT)).tenant_id)

    assert dump.logs[TENANT].position == head
    assert dump.as_of >= start_of(dump.day)
    for slug, cut in dump.logs.items():
        told = Checkpoint.parse(Note.parse(cut.head).text)
        assert told.origin == f"{system.settings.log_name}/{slug}/{cut.epoch}"
        assert told.size >= cut.position


async def test_the_same_positions_give_the_same_bytes_and_no_second_edition(system: System) -> None:
    await lived(system)
    builder, dataset = Builder(system), dataset_of("grant-calls")
    first, second = [await builder.build(dataset, today(system)) for _ in range(2)]
    tomorrow = await builder.build(dataset, today(system) + timedelta(days=1))

    assert first == second
    assert [one.edition for one in await builder.shelf.editions(dataset.name, today(system))] == [1]
    assert (tomorrow.edition, tomorrow.day) == (1, today(system) + timedelta(days=1))


async def test_registers_that_are_being_made_anew_are_waited_for(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(system)
    dataset = dataset_of("consultations")
    monkeypatch.setattr(dataset.of[0], "version", dataset.of[0].version + 1)
    with pytest.raises(Behind):
        await Builder(system).build(dataset, today(system))


async def test_without_its_library_parquet_is_not_offered_and_says_why(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(system)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    dump = await Builder(system).build(dataset_of("plans"), today(system))

    assert [one.form for one in dump.files] == [form for form in ROWS if form != PARQUET]
    assert dump.not_offered == {PARQUET: "Parquet needs the package pyarrow: install pakt[dumps]"}
