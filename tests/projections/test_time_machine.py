"""The time machine equals a full replay: at random moments, for every read model, whatever the history is.

The other side is deliberately simple: every event of the log, one `if` for each limit of the moment, one fold.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.consultations import events as e
from domain.consultations.vocabulary import WithheldReason
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import text
from infra.database.interface import Role
from infra.eventstore.interface import StoredEvent
from projections import rows
from projections.as_of import Past
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, READ_MODELS, TRAIL
from projections.connections import Connections
from projections.cut import positions
from projections.engine import Engine
from projections.fold import Fold
from projections.history import History, Moment
from projections.keeping import Keeper
from projections.read_model import ReadModel
from projections.reading import IN_SCOPE
from tests.projections.story import NOW, REGISTRY, TENANT
from tests.projections.told import MOMENTS, Told

PAGE = 20

NATIONAL = {model.name for model in READ_MODELS if model.only_tenant == NATIONAL_TENANT}
"""Models of the national log alone."""


def replayed(log: Sequence[tuple[StoredEvent, Event]], model: ReadModel[Any], moment: Moment) -> tuple[int, list[Any]]:
    """Where the log is cut, and the rows."""
    fold: Fold[Any] = Fold(model, strict=True)
    cut = 0
    for event, told in log:
        if moment.position is not None and event.position > moment.position:
            continue
        if moment.known_at is not None and event.recorded_at > moment.known_at:
            continue
        cut = event.position
        if moment.as_of is not None and event.occurred_at > moment.as_of:
            continue
        fold.take(event, told)
    return cut, fold.ordered()


async def prove(past: Past, told: Told, tenant_id: int, moments: Sequence[Moment]) -> dict[str, int]:
    """Compare every model at every moment; the number of rows that were compared, by model."""
    models = [model for model in READ_MODELS if model.only_tenant in (None, tenant_id)]
    stored = await told.store.read_log(tenant_id, 0, 100_000)
    log = [(event, REGISTRY.decode(event.type_name, event.data)) for event in stored]
    shown = dict.fromkeys((model.name for model in models), 0)
    for moment in moments:
        expected = {model.name: replayed(log, model, moment) for model in models}
        async with past.at(moment, models, [tenant_id]) as then:
            for model in models:
                cut, wanted = expected[model.name]
                found = await rows.load_all(then, model, tenant_id)
                assert found == wanted, (moment, model.name)
                assert await positions(then, [model.name]) == {tenant_id: cut}, (moment, model.name)
                shown[model.name] += len(found)
    return shown


def unseen(shown: Mapping[str, int], tenant_id: int) -> list[str]:
    """Models of which no row was compared, though their events stand in this log."""
    return [name for name, number in shown.items() if not number and (tenant_id == TENANT or name in NATIONAL)]


@pytest.fixture
async def told() -> Told:
    made = Told(seed=2026)
    await made.tell(240)
    return made


@pytest.fixture
async def past(database, told: Told) -> AsyncIterator[Past]:
    """What builds on the stored past."""
    made = Past(database, Role.GATEWAY, History(told.store, REGISTRY, page=PAGE), stored=True)
    yield made
    await made.close()


@pytest.fixture
async def connections(database) -> AsyncIterator[Connections]:
    made = Connections(database, Role.PROJECTOR, 3)
    yield made
    await made.close()


async def kept(connections: Connections, told: Told, tenant_id: int, span: int, spans: int = 1_000) -> int:
    """Keep at most that many spans; how many there were."""
    keeper = Keeper(connections, History(told.store, REGISTRY), READ_MODELS, span)
    done = 0
    while done < spans and await keeper.step(tenant_id):
        done += 1
    return done


@pytest.mark.parametrize("tenant_id", [TENANT, NATIONAL_TENANT])
async def test_the_time_machine_equals_a_full_replay(database, told: Told, tenant_id: int) -> None:
    past = Past(database, Role.GATEWAY, History(told.store, REGISTRY, page=PAGE))
    shown = await prove(past, told, tenant_id, await told.moments(tenant_id))
    await past.close()

    assert unseen(shown, tenant_id) == []


@pytest.mark.parametrize(("tenant_id", "span", "spans"), [(TENANT, 37, 9), (TENANT, 113, 99), (NATIONAL_TENANT, 7, 99)])
async def test_and_so_it_does_from_stored_rows(
    database, told: Told, past: Past, connections: Connections, tenant_id: int, span: int, spans: int
) -> None:
    """Whatever is kept, wherever the spans end, and however far the live rows have come: at every other moment."""
    assert await kept(connections, told, tenant_id, span, spans) > 1
    engine = Engine(told.store, REGISTRY, database, READ_MODELS, batch=41, connections=connections)
    for _ in range(5):
        await engine.step(tenant_id)
    moments = await told.moments(tenant_id)

    shown = await prove(past, told, tenant_id, moments[::2])
    assert unseen(shown, tenant_id) == []
    engine.forget(tenant_id)


async def test_a_rewound_log_has_another_past(told: Told, past: Past, connections: Connections) -> None:
    """What was kept of a log that is no more is not built on, and is thrown away."""
    assert await kept(connections, told, TENANT, 50) > 3
    other = Told(seed=7)
    await other.tell(120)
    told.store, told.random = other.store, other.random
    past._history.log = other.store

    await prove(past, told, TENANT, (await told.moments(TENANT))[::20])
    assert await kept(connections, told, TENANT, 50) > 1
    await prove(past, told, TENANT, (await told.moments(TENANT))[::20])


async def test_another_version_of_a_fold_begins_anew(
    told: Told, past: Past, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    spans = await kept(connections, told, TENANT, 50)
    monkeypatch.setattr(type(CONSULTATIONS), "version", CONSULTATIONS.version + 1)

    async with past.at(Moment(position=120), [CONSULTATIONS], [TENANT]) as then:
        assert "past" not in (
            await then.fetchval("SELECT coalesce(pg_get_viewdef(to_regclass('consultation_register')), '')")
        )
    assert await kept(connections, told, TENANT, 50) == spans  # of that one model: the others wait for it
    await prove(past, told, TENANT, (await told.moments(TENANT))[::20])


async def test_keepers_do_not_get_into_each_others_way(told: Told, past: Past, connections: Connections) -> None:
    await asyncio.gather(*(kept(connections, told, TENANT, 60) for _ in range(3)))

    await prove(past, told, TENANT, (await told.moments(TENANT))[::20])


async def test_a_question_reads_the_events_that_it_needs(told: Told, past: Past, connections: Connections) -> None:
    """Not the log: from the last boundary on, and for a valid time no span in which nothing had happened by then."""
    await kept(connections, told, TENANT, 50)
    head = await told.store.head(TENANT)
    read: list[tuple[int, int]] = []
    log, told.store.read_log = told.store.read_log, None  # type: ignore[method-assign]

    async def counted(tenant_id: int, after: int, limit: int) -> Sequence[StoredEvent]:
        read.append((after, limit))
        return await log(tenant_id, after, limit)

    told.store.read_log = counted  # type: ignore[method-assign,assignment]
    async with past.at(Moment(position=head - 7), [CONTRIBUTIONS], [TENANT]):
        assert sum(limit for _, limit in read) <= 2 * 50
    read.clear()
    early = NOW - timedelta(days=899)
    async with past.at(Moment(as_of=early), [CONTRIBUTIONS], [TENANT]):
        assert sum(limit for _, limit in read) < head / 2


async def test_a_page_of_the_trail_costs_the_page_and_not_the_table(
    database, told: Told, past: Past, connections: Connections
) -> None:
    """Rows of today up to the moment and those not projected yet come from two indexes, merged in their order."""
    engine = Engine(told.store, REGISTRY, database, READ_MODELS, batch=41, connections=connections)
    for _ in range(5):
        await engine.step(TENANT)
    engine.forget(TENANT)
    head = await told.store.head(TENANT)
    page = f"SELECT position FROM audit_trail WHERE {IN_SCOPE} ORDER BY position DESC LIMIT 51"

    for moment in (Moment(position=head - 7), Moment(as_of=NOW + timedelta(days=900), position=100)):
        async with past.at(moment, [TRAIL], [TENANT]) as then:
            await then.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
            plan = [row[0].strip() for row in await then.fetch(f"EXPLAIN {page}")]
            assert any("Merge Append" in line for line in plan), plan
            assert not any(line.startswith("->  Sort") for line in plan), plan
            assert (await then.fetch(page))[0][0] == moment.position


async def test_the_trail_of_several_institutions_is_cut_at_each(database, told: Told, connections: Connections) -> None:
    engine = Engine(told.store, REGISTRY, database, READ_MODELS, batch=41, connections=connections)
    past = Past(database, Role.AUDITOR, History(told.store, REGISTRY, page=PAGE), stored=True)
    logs = {}
    for tenant_id in (NATIONAL_TENANT, TENANT):
        stored = await told.store.read_log(tenant_id, 0, 100_000)
        logs[tenant_id] = [(event, REGISTRY.decode(event.type_name, event.data)) for event in stored]

    for known in ((), (TENANT,), (TENANT, NATIONAL_TENANT)):  # whose rows stand in the live table
        for tenant_id in known:
            await engine.step(tenant_id)
        for one in (await told.moments(TENANT))[MOMENTS::10]:
            async with past.at(one, [TRAIL], list(logs), shared=True) as then:
                found = [
                    tuple(row) for row in await then.fetch("SELECT tenant_id, position FROM audit_trail ORDER BY 1, 2")
                ]
            expected = [(row.tenant_id, row.position) for log in logs.values() for row in replayed(log, TRAIL, one)[1]]
            assert found == sorted(expected), one
    await past.close()
    engine.forget(TENANT)
    engine.forget(NATIONAL_TENANT)


async def test_the_public_sees_of_stored_rows_what_was_public_then_and_still_is(
    database, told: Told, connections: Connections
) -> None:
    for stream, consultation, state in told.chance.contributions[::2]:
        if state in {"published", "answered"}:
            why = {"reason_class": WithheldReason.SPAM, "note": text(sq="Jo")}
            await told.story.tell(stream, e.ContributionWithheld(consultation_id=consultation, **why))
    await kept(connections, told, TENANT, 37)
    engine = Engine(told.store, REGISTRY, database, READ_MODELS, connections=connections)
    await engine.catch_up(TENANT)
    engine.forget(TENANT)
    public = Past(database, Role.PUBLIC, History(told.store, REGISTRY), stored=True)
    log = [(one, REGISTRY.decode(one.type_name, one.data)) for one in await told.store.read_log(TENANT, 0, 100_000)]
    today = {row.contribution_id for row in replayed(log, CONTRIBUTIONS, Moment())[1] if row.public}
    shown = hidden = 0

    for moment in (await told.moments(TENANT))[::10]:
        then = {row.contribution_id: row for row in replayed(log, CONTRIBUTIONS, moment)[1] if row.public}
        async with public.at(moment, [CONTRIBUTIONS], [TENANT], shared=True) as connection:
            found = await connection.fetch("SELECT contribution_id, state, body FROM contribution_register")
        expected = {(row.contribution_id, row.state, row.body) for key, row in then.items() if key in today}
        assert {tuple(record) for record in found} == expected, moment
        shown, hidden = shown + len(found), hidden + len(then.keys() - today)
    await public.close()
    assert shown and hidden
