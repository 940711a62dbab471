"""Folding without a database: what holds for every read model."""

import random

import msgspec
import pytest

from infra.eventstore.memory import MemoryEventStore
from projections.catalogue import READ_MODELS, read_model
from projections.checksum import checksum
from projections.columns import columns_of, refuse_unstorable, row_maker
from projections.fold import Fold
from projections.history import History, Moment
from projections.searching import folded as plain
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story, planned, tell_at_random
from tests.support.postgres import apart

MODELS = [model for model in READ_MODELS if model.only_tenant is None]
named = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@pytest.fixture(params=range(4), scope="module")
def memory(request) -> MemoryEventStore:
    """Told once: every test but reads it."""
    store = MemoryEventStore((1, 2, 3))
    apart(tell_at_random(Story(store), request.param, 300))
    apart(tell_at_random(Story(store, OTHER_TENANT), request.param, 250))
    return store


@named
async def test_pages_of_any_size_fold_to_the_same_rows(memory, model):
    whole = (await History(memory, REGISTRY).folded([model], TENANT)).folds[model.name].ordered()

    for size in (1, 7, 100, random.randint(1, 300)):
        again = (await History(memory, REGISTRY, size).folded([model], TENANT)).folds[model.name].ordered()

        assert again == whole
        assert checksum(again) == checksum(whole)


async def test_folding_alone_is_folding_beside_others(memory):
    together = await History(memory, REGISTRY).folded(READ_MODELS, TENANT)

    for model in MODELS:
        alone = await History(memory, REGISTRY).folded([model], TENANT)
        assert alone.folds[model.name].ordered() == together.folds[model.name].ordered(), model.name
        assert not alone.folds[model.name].parked, model.name


@named
async def test_going_on_from_a_position_is_folding_from_the_start(memory, model):
    history, head = History(memory, REGISTRY), await memory.head(TENANT)
    fold: Fold = Fold(model)

    reached = await history.fold_into([fold], TENANT, 0, Moment(position=head // 2))
    assert reached == head // 2
    assert await history.fold_into([fold], TENANT, reached) == head

    assert fold.ordered() == (await history.folded([model], TENANT)).folds[model.name].ordered()


@named
async def test_rows_survive_the_way_through_sql_values(memory, model):
    """What `to_sql` makes of a row, the row is made of again: the checksum does not tell where rows come from."""
    columns = columns_of(model.row)
    make = row_maker(model.row, columns)
    rows = (await History(memory, REGISTRY).folded([model], TENANT)).folds[model.name].ordered()

    again = [make([column.to_sql(getattr(row, column.name)) for column in columns]) for row in rows]

    assert again == rows
    assert checksum(again) == checksum(rows)


@named
async def test_every_event_a_model_handles_leaves_a_tenants_rows_in_that_tenant(memory, model):
    for tenant_id in (TENANT, OTHER_TENANT):
        rows = (await History(memory, REGISTRY).folded([model], tenant_id)).folds[model.name].ordered()
        assert {row.tenant_id for row in rows} == {tenant_id}


def test_names_tables_and_keys_are_told_apart():
    assert len({model.name for model in READ_MODELS}) == len({model.table for model in READ_MODELS}) == len(READ_MODELS)
    for model in READ_MODELS:
        assert read_model(model.name) is model
        assert model.key[0] != "tenant_id"
        assert model.handles is None or all(model.handler(event) for event in model.handles)
    with pytest.raises(KeyError):
        read_model("no_such_model")


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800"])
def test_what_no_database_holds_is_found(bad):
    class Row(msgspec.Struct, frozen=True):
        tenant_id: int
        name: str
        parts: tuple[str, ...] = ()
        number: int = 0

    columns = columns_of(Row)
    refuse_unstorable(Row(1, "ë", ("x",)), columns)
    for row in (Row(1, bad), Row(1, "", (bad,)), Row(1, "", number=2**63)):
        with pytest.raises(ValueError, match=r"holds NUL|surrogates|64 bits"):
            refuse_unstorable(row, columns)


def test_texts_are_found_without_case_marks_or_script():
    assert plain("UJËRAVE") == "ujerave"
    assert plain("Đurđevdan, Ђурђевдан") == "djurdjevdan, djurdjevdan".replace("dj", "d")
    assert plain("Стратегија") == plain("strategija")
    assert plain(planned("ŞEHİR").title.sq.text) == plain("şehir")
