"""Deadlines that fall due and policies, over a real database and the in-process broker."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.consultations.commands import AnswerGroup, ExtendConsultation, GroupContributions, WithholdContribution
from domain.consultations.consultation import Consultation
from domain.consultations.contribution import Contribution
from domain.consultations.vocabulary import Outcome, Stage, WithheldReason
from domain.governance import Governance
from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.event import RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Reaction
from domain.kernel.text import text, title
from domain.rules.commands import DeclareNonWorkingDay
from domain.rules.working_calendar import WorkingCalendar
from domain.tenants.commands import MoveSandboxClock
from domain.tenants.events import RegisterFounded
from domain.tenants.sandbox_clock import SandboxClock
from domain.tenants.seed import tenant_ids
from infra.broker.dramatiq_queue import DramatiqBroker
from infra.broker.interface import GaveUp, Job, Perform
from infra.clock import FixedClock
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.clocks import times
from services.worker.policies import POLICIES, Policies
from services.worker.policy import Policy
from services.worker.run import running_worker
from services.worker.timers import KIND, Timers
from tests.support.consultation import COORDINATOR, contributed, opened, state
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

MJ = "mj"
WITHIN = 20.0


class Held:
    """A broker that keeps jobs until the test performs them, or loses them."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.down = False

    async def start(self, perform: Perform, gave_up: GaveUp) -> None:
        self.perform, self.gave_up = perform, gave_up

    async def send(self, job: Job) -> None:
        if self.down:
            raise Unavailable("broker")
        self.jobs.append(job)

    async def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def timers(system: System, broker: Held) -> Timers:
    return Timers(system, broker, failures(system))


def failures(system: System) -> Failures:
    return Failures(system.engine.connections, system.auditing)


async def until_closed(system: System, tenant: str, consultation_id: UUID) -> Consultation:
    tenant_id = tenant_ids()[tenant]
    async with asyncio.timeout(WITHIN):
        while True:
            consultation: Consultation = await state(system, tenant, Consultation, consultation_id)
            if consultation.stage is Stage.CLOSED:
                return consultation
            await system.store.wait(tenant_id, await system.store.head(tenant_id) + 1, within=0.5)


async def test_a_window_closes_when_its_time_has_come_and_not_before(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    await project(system, MJ)
    broker = Held()
    due = timers(system, broker)
    closes_at = (await state(system, MJ, Consultation, consultation_id)).closes_at
    clock.at = closes_at - timedelta(microseconds=1)
    assert await due.scan() == 0

    clock.at = closes_at
    assert await due.scan() == 1
    await due.perform(broker.jobs[0])

    closed = await state(system, MJ, Consultation, consultation_id)
    assert (closed.stage, closed.modified_on) == (Stage.CLOSED, closes_at)


async def test_what_time_it_is_costs_no_look_into_logs_but_those_of_sandboxes(
    system: System, clock: FixedClock
) -> None:
    ids = tenant_ids()
    sandbox = ids["sandbox-ministry"]
    stream_id = derived_id(SandboxClock.SINGLETON, sandbox)
    await send(system, "sandbox-ministry", "administrator", MoveSandboxClock(by=3600), stream_id)
    read: list[int] = []
    of = system.handler.authority.of

    async def noted(tenant_id: int, *, fresh: bool = False) -> Governance:
        read.append(tenant_id)
        return await of(tenant_id, fresh=fresh)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system.handler.authority, "of", noted)
        found = await times(system)

    assert list(found) == list(ids.values())
    assert (found[ids[MJ]], found[sandbox]) == (clock.at, clock.at + timedelta(hours=1))
    assert set(read) == {NATIONAL_TENANT, sandbox, ids["sandbox-municipality"]}


async def test_the_whole_worker_closes_it_by_itself(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    async with running_worker(system, DramatiqBroker(), every=0.02):
        await until_closed(system, MJ, consultation_id)


async def test_a_message_names_ids_only(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    broker = Held()
    await timers(system, broker).scan()

    (job,) = broker.jobs
    assert (job.name, set(job.ids)) == (
        KIND,
        {"tenant_id", "deadline_id", "stream_id", "action", "due_at", "epoch", "part_id"},
    )
    assert (job.ids["stream_id"], job.ids["part_id"]) == (str(consultation_id), None)


async def test_a_lost_message_is_sent_again_by_the_next_worker(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    lost = Held()
    assert await timers(system, lost).scan() == 1

    broker = Held()
    restarted = timers(system, broker)
    assert await restarted.scan() == 1
    assert broker.jobs == lost.jobs
    await restarted.perform(broker.jobs[0])
    assert (await state(system, MJ, Consultation, consultation_id)).stage is Stage.CLOSED


async def test_a_broker_that_is_down_loses_no_timer(system: System, clock: FixedClock) -> None:
    await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    broker = Held()
    due = timers(system, broker)
    broker.down = True
    with pytest.raises(Unavailable):
        await due.scan()

    broker.down = False
    assert await due.scan() == 1
    assert await due.scan() == 0, "under way: not sent twice"


async def test_delivered_ten_times_it_happens_once(system: System, clock: FixedClock) -> None:
    await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    broker = Held()
    workers = [timers(system, broker), timers(system, broker)]
    for worker in workers:
        await worker.scan()
    before = await system.store.head(tenant_ids()[MJ])
    await asyncio.gather(*(worker.perform(broker.jobs[0]) for worker in workers * 5))

    assert await system.store.head(tenant_ids()[MJ]) == before + 1
    assert await failures(system).all([tenant_ids()[MJ]]) == []


async def test_an_old_message_for_a_window_that_was_lengthened_does_nothing(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    await project(system, MJ)
    longer = ExtendConsultation(reason=text(sq="Kërkesë", sr="Zahtev"), window_days=40)
    await send(system, MJ, COORDINATOR, longer, consultation_id)
    clock.at = (await state(system, MJ, Consultation, consultation_id)).closes_at - timedelta(hours=1)
    broker = Held()
    due = timers(system, broker)
    assert await due.scan() == 1, "the read model has not heard of the longer window"
    await project(system, MJ)
    await due.perform(broker.jobs[0])

    assert (await state(system, MJ, Consultation, consultation_id)).stage is Stage.OPEN
    assert await failures(system).all([tenant_ids()[MJ]]) == []
    assert await due.scan() == 0


async def test_a_sandbox_goes_by_its_own_clock(system: System) -> None:
    sandbox = "sandbox-ministry"
    theirs, ours = await opened(system, sandbox), await opened(system, MJ)
    clock_id = derived_id(SandboxClock.SINGLETON, tenant_ids()[sandbox])
    await send(system, sandbox, COORDINATOR, MoveSandboxClock(by=60 * 86_400), clock_id)
    for tenant in (sandbox, MJ):
        await project(system, tenant)
    await system.handler.authority.of(tenant_ids()[sandbox], fresh=True)
    broker = Held()
    due = timers(system, broker)

    assert await due.scan() == 1
    await due.perform(broker.jobs[0])
    assert (await state(system, sandbox, Consultation, theirs)).stage is Stage.CLOSED
    assert (await state(system, MJ, Consultation, ours)).stage is Stage.OPEN


async def test_work_that_keeps_failing_is_seen_and_waits_longer_each_time(system: System, clock: FixedClock) -> None:
    await opened(system, MJ)
    await project(system, MJ)
    clock.at += timedelta(days=60)
    broker = Held()
    due = timers(system, broker)
    await due.scan()
    for _ in range(3):
        await due.gave_up(broker.jobs[0], Unavailable("database"))
    (failed,) = await failures(system).all([tenant_ids()[MJ]])

    assert (failed.kind, failed.subject, failed.attempts) == (KIND, broker.jobs[0].ids["deadline_id"], 3)
    assert failed.reason.startswith("unavailable: ")
    assert failed.retry_at - failed.last_at == timedelta(seconds=20)
    assert await timers(system, broker).scan() == 0
    await due.perform(broker.jobs[0])
    assert await failures(system).all([tenant_ids()[MJ]]) == [], "done in the end: nothing is failing"


async def test_a_declared_day_moves_the_deadlines_of_every_tenant(system: System, clock: FixedClock) -> None:
    first, second = await opened(system, MJ), await opened(system, "mesti")
    before = {c: (await state(system, t, Consultation, c)).closes_at for t, c in ((MJ, first), ("mesti", second))}
    day = (clock.at + timedelta(days=3)).date()
    while not (await system.handler.authority.national()).calendar().is_working(day):
        day += timedelta(days=1)
    declare = DeclareNonWorkingDay(
        day=day, names={"sq": "Ditë zie", "sr": "Dan žalosti", "en": "Day of mourning"}, decision_no="12/2026"
    )
    calendar_id = derived_id(WorkingCalendar.SINGLETON, tenant_ids()["opm"])
    await send(system, "opm", "ogg_supervisor", declare, calendar_id)
    for tenant in tenant_ids():
        await project(system, tenant)
    policies = Policies(system, failures(system))
    assert await policies.run_once() == 0, "processes may still decide by the old calendar"
    clock.at = datetime.now(UTC) + timedelta(seconds=5)  # the event bears the database's time

    assert await policies.run_once() == 2
    for tenant, consultation_id in ((MJ, first), ("mesti", second)):
        moved = await state(system, tenant, Consultation, consultation_id)
        assert moved.closes_at > before[consultation_id]
        assert day in {skipped.on for skipped in moved.window.trace}
    heads = [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]
    for tenant in tenant_ids():
        await project(system, tenant)
    assert await policies.run_once() == 0
    assert heads == [await system.store.head(tenant_id) for tenant_id in tenant_ids().values()]


async def test_a_policy_that_lost_its_checkpoint_changes_nothing(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    members = [await contributed(system, MJ, consultation_id, key=n) for n in range(2)]
    group = GroupContributions(members=tuple(members), title=title(sq="Fushatë", sr="Kampanja"))
    await send(system, MJ, COORDINATOR, group, consultation_id)
    (group_id,) = (await state(system, MJ, Consultation, consultation_id)).groups
    answer = AnswerGroup(group_id=group_id, outcome=Outcome.NOTED, reason=text(sq="Shënuar", sr="Primljeno"))
    await send(system, MJ, COORDINATOR, answer, consultation_id)
    await project(system, MJ)
    only = tuple(policy for policy in POLICIES if policy.name == "answer_members")
    assert await Policies(system, failures(system), only).run_once() == 2
    answered = [await state(system, MJ, Contribution, member) for member in members]
    head = await system.store.head(tenant_ids()[MJ])
    async with system.database.connect() as admin:  # type: ignore[attr-defined] - the test's own database
        await admin.execute("DELETE FROM es.policy")
    assert await Policies(system, failures(system), only).run_once() == 2, "sent again, answered from the log"

    assert {one.outcome for one in answered} == {Outcome.NOTED}
    assert await system.store.head(tenant_ids()[MJ]) == head
    assert await failures(system).all([tenant_ids()[MJ]]) == []


async def test_a_member_that_was_withheld_meanwhile_leaves_no_failed_work(system: System, clock: FixedClock) -> None:
    consultation_id = await opened(system, MJ)
    members = [await contributed(system, MJ, consultation_id, key=n) for n in range(2)]
    group = GroupContributions(members=tuple(members), title=title(sq="Fushatë", sr="Kampanja"))
    await send(system, MJ, COORDINATOR, group, consultation_id)
    (group_id,) = (await state(system, MJ, Consultation, consultation_id)).groups
    answer = AnswerGroup(group_id=group_id, outcome=Outcome.NOTED, reason=text(sq="Shënuar", sr="Primljeno"))
    await send(system, MJ, COORDINATOR, answer, consultation_id)
    withheld = WithholdContribution(
        consultation_id=consultation_id, reason_class=WithheldReason.SPAM, note=text(sq="Spam", sr="Spam")
    )
    await send(system, MJ, "legal_officer", withheld, members[0])
    await project(system, MJ)

    only = tuple(policy for policy in POLICIES if policy.name == "answer_members")
    assert await Policies(system, failures(system), only).run_once() == 2
    outcomes = [(await state(system, MJ, Contribution, member)).outcome for member in members]
    assert outcomes == [None, Outcome.NOTED]
    assert await failures(system).all([tenant_ids()[MJ]]) == []


async def test_a_policy_that_loses_a_race_holds_up_no_other(system: System, clock: FixedClock) -> None:
    seen: list[int] = []

    async def racing(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
        seen.append(-event.position)
        if len(seen) < 3:
            raise ConcurrencyConflict(event.stream_id)
        for reaction in ():
            yield reaction

    async def noting(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
        seen.append(event.position)
        for reaction in ():
            yield reaction

    await project(system, "opm")
    both = tuple(
        Policy(name, (RegisterFounded,), react, national=True)
        for name, react in (("racing", racing), ("noting", noting))
    )
    policies = Policies(system, failures(system), both)
    for _ in range(3):
        await policies.run_once()

    assert seen == [-1, 1, -1], "again at the next look, and then no more"
