"""Events of older versions are read as the newest: by aggregates, read models, policies, whatever stands in the log.

No event of Pakt has a second version yet. Here a log holds two older shapes of one that is real, under names of their own.
"""

from typing import Any

import msgspec
import pytest

from domain.catalogue import DOMAINS, REGISTRY
from domain.consultations.consultation import Consultation
from domain.consultations.events import ConsultationPlanned
from domain.kernel.ids import derived_id
from domain.kernel.registry import Registry, Upcast
from infra.eventstore.interface import Append, NewEvent
from infra.eventstore.postgres import PostgresEventStore
from projections.catalogue import READ_MODELS
from projections.engine import Engine
from services.command_handling.aggregates import Aggregates
from services.worker.policy import Line, Policy
from tests.projections.live import count_rows, live_rows
from tests.projections.story import OTHER_TENANT, TENANT, Story, opened, planned
from tests.support.postgres import TestDatabase

FIRST, SECOND = "trial.ConsultationPlanned.v1", "trial.ConsultationPlanned.v2"
CONSULTATION = derived_id("upcast")


def _named(old: dict[str, Any]) -> dict[str, Any]:
    return {("name" if field == "called" else field): value for field, value in old.items()}


def _titled(old: dict[str, Any]) -> dict[str, Any]:
    return {("title" if field == "name" else field): value for field, value in old.items()}


UPCASTS = (Upcast(FIRST, SECOND, _named), Upcast(SECOND, ConsultationPlanned.TOPIC, _titled))
WIDER = Registry(REGISTRY.classes, UPCASTS)
MODELS = [model for model in READ_MODELS if model.only_tenant is None and model.name != "audit_trail"]


def _earlier(event: NewEvent, name: str, field: str) -> NewEvent:
    payload = msgspec.json.decode(event.data)
    payload[field] = payload.pop("title")
    return msgspec.structs.replace(event, type_name=name, data=msgspec.json.encode(payload))


class Earlier(Story):
    """Tells the same in the shapes of older versions, in turn."""

    def append(self, *arguments: Any, **options: Any) -> Append:
        append = super().append(*arguments, **options)
        shapes = (FIRST, "called"), (SECOND, "name")
        changed = []
        for number, event in enumerate(append.events):
            name, field = shapes[(self.told + number) % 2]
            changed.append(_earlier(event, name, field) if event.type_name == ConsultationPlanned.TOPIC else event)
        return msgspec.structs.replace(append, events=tuple(changed))


@pytest.fixture
def event_types() -> tuple[str, ...]:
    return (*REGISTRY.names, FIRST, SECOND)


@pytest.fixture
async def told(event_store: PostgresEventStore) -> PostgresEventStore:
    """The same history twice: as it is written today, and as it was written before."""
    for story in (Story(event_store), Earlier(event_store, OTHER_TENANT)):
        for number in range(4):
            await story.tell(derived_id("upcast", number), planned(f"Ligji {number}"))
        await story.tell(CONSULTATION, planned(), opened())
    names = {one.type_name for one in await event_store.read_log(OTHER_TENANT, 0, 100)}
    assert {FIRST, SECOND} < names
    assert ConsultationPlanned.TOPIC not in names
    return event_store


async def test_read_models_show_the_same(told: PostgresEventStore, database: TestDatabase) -> None:
    engine = Engine(told, WIDER, database, READ_MODELS)
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)
    rebuilt = [await engine.rebuild(OTHER_TENANT, model.name) for model in MODELS]
    await engine.close()

    assert [one.name for one in rebuilt if one.differing_rows] == []
    assert await count_rows(database, "es.parked") == 0
    for model in MODELS:
        today = [msgspec.structs.replace(row, tenant_id=0) for row in await live_rows(database, model, TENANT)]
        before = [msgspec.structs.replace(row, tenant_id=0) for row in await live_rows(database, model, OTHER_TENANT)]
        assert [_timeless(msgspec.structs.asdict(row)) for row in before] == [
            _timeless(msgspec.structs.asdict(row)) for row in today
        ], model.name


def _timeless(values: dict[str, Any]) -> dict[str, Any]:
    """Without when it was told: the two are told one after the other."""
    return {name: value for name, value in values.items() if not name.endswith(("_at", "_on"))}


async def test_an_aggregate_is_the_same(told: PostgresEventStore) -> None:
    today, before = [
        (await Aggregates(told, WIDER).read(tenant, Consultation, CONSULTATION, fresh=True)).aggregate
        for tenant in (TENANT, OTHER_TENANT)
    ]

    assert isinstance(before, Consultation)
    assert isinstance(today, Consultation)
    assert _timeless(vars(before)) == _timeless(vars(today))


def test_policies_answer_them() -> None:
    policy = next(p for domain in DOMAINS for p in domain.policies.values())
    line = Line("line", (Policy("one", (ConsultationPlanned,), policy),), WIDER)  # type: ignore[arg-type]

    assert set(line.by_type) == {FIRST, SECOND, ConsultationPlanned.TOPIC}
