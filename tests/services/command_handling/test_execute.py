"""The command path on the in-memory store: answers, repeats, refusals, and caches that cannot decide wrongly."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.kernel.errors import (
    ConcurrencyConflict,
    Contended,
    IllegalTransition,
    NotPermitted,
    RequestKeyReused,
    RuleViolated,
    StreamNotFound,
)
from domain.kernel.ids import derived_id, event_id
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import (
    FoundRegister,
    GrantMandate,
    RegisterInstitution,
    RegisterMember,
    RenameInstitution,
    RevokeMandate,
)
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata
from infra.eventstore.memory import MemoryEventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.fingerprint import fingerprint
from services.command_handling.request import Imported, Principal, Request
from services.vault import Vault
from tests.support.trial import TRIAL, Box, CloseBox, MarkSlip, OpenBox, PutSlip, Slip

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DOMAINS = (TENANTS, RULES, TRIAL)
REGISTRY = Registry(event for domain in DOMAINS for event in domain.events)
SEED = Principal(UUID(int=0), Role.SEED)
BESA, CITIZEN = Principal(UUID(int=1)), Principal(UUID(int=2))
NAMES = {"sq": "A", "sr": "B", "en": "C"}


class World:
    """One store, and as many handlers (processes) on it as a test wants."""

    def __init__(self):
        self.store = MemoryEventStore((1, 2, 3))
        self.clock = FixedClock(NOW)
        self.subjects = MemorySubjectKeys()
        self.vault = Vault(MemoryKeys(), self.subjects)
        self.handler = self.process()

    def process(self):
        return CommandHandler(self.store, REGISTRY, DOMAINS, self.vault, self.clock)

    async def send(self, command, principal=BESA, stream=None, key=None, tenant="md", handler=None, **more):
        request = Request(
            tenant=tenant, command=command, command_id=key or uuid4(), principal=principal, stream_id=stream, **more
        )
        return await (handler or self.handler).execute(request)


@pytest.fixture
async def world():
    """Ministry `md` with Besa as coordinator, municipality `decan`."""
    made = World()
    register = derived_id("institutions")
    founded = await made.send(FoundRegister(slug="opm", code="OPM", names=NAMES), SEED, register, tenant="opm")
    for slug, kind in (("md", "ministry"), ("decan", "municipality")):
        command = RegisterInstitution(slug=slug, code=slug.upper(), kind=kind, names=NAMES)
        await made.send(command, SEED, founded.answer.stream_id, tenant="opm")
    await made.send(RegisterMember(person_id=BESA.person_id, full_name="Besa", email="besa@example.org"), SEED)
    made.member = (await made.handler.authority.of(2)).members[BESA.person_id].id
    grant = GrantMandate(role=Role.CONSULTATION_COORDINATOR, legal_basis="Decision 1", valid_from=date(2026, 1, 1))
    await made.send(grant, SEED, made.member)
    return made


async def test_the_register_that_was_founded_names_the_institutions(world):
    national = await world.handler.authority.national()

    assert {slug: one.tenant_id for slug, one in national.institutions.items()} == {"opm": 1, "md": 2, "decan": 3}


async def test_an_answer_names_what_was_stored(world):
    done = await world.send(OpenBox(label="x"))

    assert done.replayed is False
    assert (done.answer.tenant, done.answer.version) == ("md", 1)
    assert [event.type for event in done.answer.events] == ["trial.BoxOpened.v1"]
    assert done.answer.first_position == done.answer.last_position == await world.store.head(2)


async def test_events_have_ids_that_follow_from_what_is_stored(world):
    done = await world.send(OpenBox(label="x"))
    more = await world.send(OpenBox(label="y"))

    [stored] = await world.store.read_stream(2, done.answer.stream_id)
    assert [event.id for event in done.answer.events] == [event_id(stored.command_id, stored.stream_id, stored.version)]
    assert done.answer.events[0].id != more.answer.events[0].id


async def test_a_repeat_gets_the_first_answer_and_stores_nothing(world):
    key = uuid4()
    first = await world.send(OpenBox(label="x"), key=key)
    await world.send(OpenBox(label="y"))
    again = await world.send(OpenBox(label="x"), key=key)
    elsewhere = await world.send(OpenBox(label="x"), key=key, handler=world.process())

    assert again.replayed and elsewhere.replayed
    assert again.answer == elsewhere.answer == first.answer


async def test_a_key_serves_one_request_of_one_actor(world):
    key = uuid4()
    box = await world.send(OpenBox(label="x"), key=key)
    head = await world.store.head(2)

    with pytest.raises(RequestKeyReused):
        await world.send(OpenBox(label="other"), key=key)
    with pytest.raises(RequestKeyReused):
        await world.send(PutSlip(box_id=box.answer.stream_id, text="t"), CITIZEN, key=key)
    assert await world.store.head(2) == head


async def test_the_repeat_of_a_command_that_succeeded_is_never_refused(world):
    box = (await world.send(OpenBox())).answer.stream_id
    key = uuid4()
    closed = await world.send(CloseBox(slips=0), stream=box, key=key, if_match=1)
    again = await world.send(CloseBox(slips=0), stream=box, key=key, if_match=1)

    assert again.replayed
    assert again.answer == closed.answer
    with pytest.raises(IllegalTransition):
        await world.send(CloseBox(slips=0), stream=box)


async def test_a_stale_if_match_is_a_conflict_that_says_both_versions(world):
    box = (await world.send(OpenBox())).answer.stream_id

    with pytest.raises(ConcurrencyConflict) as caught:
        await world.send(CloseBox(slips=0), stream=box, if_match=7)
    assert caught.value.facts() == {"expected": 7, "actual": 1}


async def test_without_a_mandate_nothing_happens(world):
    head = await world.store.head(2)

    with pytest.raises(NotPermitted) as caught:
        await world.send(OpenBox(), CITIZEN)
    assert caught.value.facts() == {"roles": ["consultation_coordinator"]}
    with pytest.raises(NotPermitted):
        await world.send(OpenBox(), BESA, tenant="decan")
    assert await world.store.head(2) == head


async def test_an_unknown_tenant_and_an_unknown_stream_are_not_found(world):
    with pytest.raises(StreamNotFound):
        await world.send(OpenBox(), tenant="nowhere")
    with pytest.raises(StreamNotFound):
        await world.send(CloseBox(slips=0), stream=uuid4())


async def test_a_stream_of_another_kind_or_tenant_is_not_found(world):
    box = (await world.send(OpenBox())).answer.stream_id
    slip = (await world.send(PutSlip(box_id=box, text="t"), CITIZEN)).answer.stream_id

    with pytest.raises(StreamNotFound):
        await world.send(CloseBox(slips=1), stream=slip)
    with pytest.raises(StreamNotFound):
        await world.send(MarkSlip(), CITIZEN, stream=slip, tenant="decan")
    with pytest.raises(StreamNotFound):
        await world.send(PutSlip(box_id=slip, text="t"), CITIZEN)


async def test_a_mandate_revoked_in_another_process_stops_the_next_command(world):
    elsewhere = world.process()
    await world.send(OpenBox())  # this process now holds the mandate in its cache
    mandate = next(iter((await elsewhere.authority.of(2)).members[BESA.person_id].mandates))
    await world.send(RevokeMandate(mandate_id=mandate, reason="left"), SEED, world.member, handler=elsewhere)
    head = await world.store.head(2)

    with pytest.raises(NotPermitted):
        await world.send(OpenBox())
    assert await world.store.head(2) == head


async def test_a_mandate_granted_in_another_process_counts_at_once(world):
    elsewhere = world.process()
    await elsewhere.authority.of(2)
    grant = GrantMandate(role=Role.LEGAL_OFFICER, legal_basis="Decision 2", valid_from=date(2026, 1, 1))
    await world.send(grant, SEED, world.member)

    mandates = (await elsewhere.authority.of(2, fresh=True)).mandates(BESA.person_id, NOW)
    assert [m.role for m in mandates] == ["consultation_coordinator", "legal_officer"]


async def test_a_reference_that_is_stale_cannot_let_a_command_through(world):
    elsewhere = world.process()
    box = (await world.send(OpenBox())).answer.stream_id
    await world.send(PutSlip(box_id=box, text="1"), CITIZEN, handler=elsewhere)  # elsewhere remembers the open box
    await world.send(CloseBox(slips=1), stream=box)

    with pytest.raises(RuleViolated, match="closed"):
        await world.send(PutSlip(box_id=box, text="2"), CITIZEN, handler=elsewhere)


async def test_a_boundary_is_complete_when_it_is_decided_on(world):
    box = (await world.send(OpenBox())).answer.stream_id
    puts = [world.send(PutSlip(box_id=box, text=str(n)), CITIZEN, handler=world.process()) for n in range(20)]
    closing = [world.send(CloseBox(slips=n), stream=box) for n in range(21)]
    outcomes = await asyncio.gather(*puts, *closing, return_exceptions=True)
    put = sum(not isinstance(outcome, Exception) for outcome in outcomes[:20])
    closed = [n for n, outcome in enumerate(outcomes[20:]) if not isinstance(outcome, Exception)]

    assert all(
        isinstance(o, (RuleViolated, IllegalTransition, Contended)) for o in outcomes if isinstance(o, Exception)
    )
    assert len(closed) <= 1
    if closed:
        assert closed == [put]


async def test_commands_on_one_stream_from_several_processes_all_count(world):
    box = (await world.send(OpenBox())).answer.stream_id
    slip = (await world.send(PutSlip(box_id=box, text="t"), CITIZEN)).answer.stream_id
    processes = [world.process() for _ in range(3)]
    sent = [world.send(MarkSlip(mark=n), CITIZEN, stream=slip, handler=processes[n % 3]) for n in range(60)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    stored = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, Exception)]
    replayed = await world.handler.aggregates.replay(2, Slip, slip, lambda _: True)

    assert all(isinstance(o, Contended) for o in outcomes if isinstance(o, Exception))
    assert (replayed.marks, replayed.sum) == (len(stored), sum(stored))


async def test_a_refused_decision_leaves_the_cached_aggregate_as_it_was(world):
    box = (await world.send(OpenBox())).answer.stream_id
    with pytest.raises(RuleViolated):
        await world.send(CloseBox(slips=3), stream=box)

    assert (await world.send(CloseBox(slips=0), stream=box)).answer.version == 2


async def test_what_says_nothing_new_is_refused_and_its_repeat_is_not(world):
    key = uuid4()
    rename = RenameInstitution(slug="md", names=NAMES | {"en": "D"}, decision_no="1/2026")
    stream = derived_id("institutions")
    first = await world.send(rename, SEED, stream, key, tenant="opm")
    head = await world.store.head(1)

    with pytest.raises(RuleViolated) as caught:
        await world.send(rename, SEED, stream, tenant="opm")
    assert caught.value.rule == "command.unchanged"
    assert (await world.send(rename, SEED, stream, key, tenant="opm")).answer == first.answer
    assert await world.store.head(1) == head


async def test_a_cancelled_caller_leaves_nothing_half_done(world):
    box = (await world.send(OpenBox())).answer.stream_id
    slip = (await world.send(PutSlip(box_id=box, text="t"), CITIZEN)).answer.stream_id
    tasks = [asyncio.ensure_future(world.send(MarkSlip(), CITIZEN, stream=slip)) for _ in range(30)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert (await world.send(MarkSlip(), CITIZEN, stream=slip)).answer.version >= 21


async def test_personal_data_is_sealed_and_nowhere_else(world):
    box = (await world.send(OpenBox())).answer.stream_id
    put = await world.send(PutSlip(box_id=box, text="t", writer="Arta Krasniqi"), CITIZEN)
    stored = (await world.store.read_log(2, put.answer.last_position - 1, 1))[0]

    assert b"Arta" not in stored.data + stored.metadata + stored.pii
    assert stored.subject_id == CITIZEN.person_id
    assert (await world.vault.open(stored))[CITIZEN.person_id]["name"] == "Arta Krasniqi"


async def test_a_request_with_personal_data_leaves_no_hash_that_can_be_guessed(world):
    box, key = (await world.send(OpenBox())).answer.stream_id, uuid4()
    command = PutSlip(box_id=box, text="t", writer="Arta Krasniqi")
    put = await world.send(command, CITIZEN, key=key)
    stored = (await world.store.read_log(2, put.answer.last_position - 1, 1))[0]
    request = Request(tenant="md", command=command, command_id=key, principal=CITIZEN)

    assert decode_metadata(stored.metadata).fingerprint != fingerprint(request)
    assert (await world.send(command, CITIZEN, key=key)).replayed
    with pytest.raises(RequestKeyReused):
        await world.send(PutSlip(box_id=box, text="t", writer="Somebody Else"), CITIZEN, key=key)


async def test_after_an_erasure_a_repeat_still_gets_its_answer(world):
    box, key = (await world.send(OpenBox())).answer.stream_id, uuid4()
    command = PutSlip(box_id=box, text="t", writer="Arta Krasniqi")
    put = await world.send(command, CITIZEN, key=key)
    await world.vault.destroy(2, [CITIZEN.person_id])

    again = await world.send(command, CITIZEN, key=key)

    assert again.replayed
    assert again.answer == put.answer


async def test_metadata_says_who_on_what_mandate_and_why(world):
    done = await world.send(OpenBox(), traceparent="00-1-2-3", cause="1:1:5", language="sq")
    stored = (await world.store.read_log(2, done.answer.last_position - 1, 1))[0]
    metadata = decode_metadata(stored.metadata)

    assert (metadata.actor, metadata.role, metadata.basis) == (BESA.person_id, "consultation_coordinator", "Decision 1")
    assert (metadata.traceparent, metadata.cause, metadata.language) == ("00-1-2-3", "1:1:5", "sq")
    assert stored.occurred_at == NOW


async def test_what_waited_for_its_turn_is_decided_by_when_it_came_in(world):
    """Also where the decision is taken again, because somebody else was faster."""
    early = NOW - timedelta(minutes=5)
    done = await world.send(OpenBox(), received_at=early)
    now = await world.send(OpenBox())
    [box] = await world.store.read_log(2, done.answer.last_position - 1, 1)
    [other] = await world.store.read_log(2, now.answer.last_position - 1, 1)

    assert (box.occurred_at, other.occurred_at) == (early, NOW)
    slip = (await world.send(PutSlip(box_id=done.answer.stream_id, text="a"))).answer.stream_id
    await world.send(MarkSlip(), stream=slip, handler=world.process())
    again = await world.send(MarkSlip(), stream=slip, received_at=NOW + timedelta(minutes=5))
    [mark] = await world.store.read_log(2, again.answer.last_position - 1, 1)
    assert mark.occurred_at == NOW + timedelta(minutes=5)


async def test_imported_history_keeps_its_own_time_and_source(world):
    past = Imported(datetime(2023, 3, 1, tzinfo=UTC), "regulations.gov", "X-1")
    importer = Principal(UUID(int=5), Role.IMPORTER)
    done = await world.send(OpenBox(label="old"), importer, imported=past)
    stored = (await world.store.read_log(2, done.answer.last_position - 1, 1))[0]

    assert stored.occurred_at == past.occurred_at < stored.recorded_at
    assert decode_metadata(stored.metadata).source_id == "X-1"


async def test_an_aggregate_as_it_was(world):
    box = (await world.send(OpenBox())).answer.stream_id
    opened_at = await world.store.head(2)
    await world.send(CloseBox(slips=0), stream=box)
    before = await world.handler.aggregates.replay(2, Box, box, lambda stored: stored.position <= opened_at)

    assert before.closed is False
    with pytest.raises(StreamNotFound):
        await world.handler.aggregates.replay(2, Box, box, lambda stored: stored.position < opened_at)
