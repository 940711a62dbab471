"""A measure in any order of commands and days: its baseline never moves, and nothing moves without a resolution."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from domain.action_measures.commands import measure as c
from domain.action_measures.events import measure as e
from domain.action_measures.events.progress import ProgressVerified, progress_id
from domain.action_measures.half_year import half_year_of
from domain.action_measures.measure import Measure
from domain.action_measures.vocabulary import MeasureStage
from domain.council.events.meeting import ResolutionAdopted
from domain.council.vocabulary import ResolutionKind, ResolutionSubject
from domain.kernel.command import Command
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from tests.domain.action_measures import examples as x
from tests.support.council import MEETING, adopted
from tests.support.given import MINISTRY
from tests.support.world import MACHINE, World

PEOPLE = (x.LEADER, x.VERIFIER)
KINDS = (ResolutionKind.RESCHEDULE_MEASURE, ResolutionKind.DROP_MEASURE, ResolutionKind.ACCEPT_PROGRESS)
amounts = st.integers(-900_000, 900_000)
people = st.sampled_from(PEOPLE)


class MeasureMachine(RuleBasedStateMachine):
    """Drives one measure; the Council resolves now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.resolutions: list[UUID] = []
        self.number = count(1)

    @property
    def measure(self) -> Measure:
        held = self.world.aggregates[x.MEASURE]
        assert isinstance(held, Measure)
        return held

    @property
    def today(self) -> date:
        return local_day(self.world.now)

    def decide(self, command: Command, **overrides: Any) -> tuple[Event, ...]:
        facts: dict[str, Any] = {"tenant": MINISTRY, "mandate": x.LEAD, "actor": x.LEADER}
        return self.world.send(command, x.MEASURE, Measure, **(facts | overrides))

    @initialize()
    def plan(self) -> None:
        assert self.decide(x.PLAN_MEASURE, mandate=x.CLOCK)

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.world.wait(timedelta(days=days))

    @rule(
        what=st.sampled_from(
            [c.StartMeasure(), c.MarkMeasureAtRisk(reason=x.REASON), c.ClearMeasureRisk(reason=x.REASON)]
        )
    )
    def say(self, what: Command) -> None:
        self.decide(what)

    @rule(what=st.sampled_from([c.FlagMeasureAtRisk(), c.MarkMeasureDelayed()]))
    def tick(self, what: Command) -> None:
        if self.decide(what, mandate=x.CLOCK) and isinstance(what, c.MarkMeasureDelayed):
            assert self.today > self.measure.last_day

    @rule()
    def miss(self) -> None:
        waiting = self.measure.awaited
        if waiting is not None:
            late = x.pc.MarkProgressOverdue(progress_id=progress_id(waiting.period))
            assert bool(self.decide(late, mandate=x.CLOCK)) == (self.world.now >= waiting.due.due_at)

    @rule(code=st.sampled_from([one.code for one in x.MILESTONES]))
    def reach(self, code: str) -> None:
        self.decide(c.CompleteMilestone(milestone=code, on=self.today, evidence=(x.FILE,)))

    @rule()
    def complete(self) -> None:
        if self.decide(c.CompleteMeasure(summary=x.REASON)):
            assert set(self.measure.completed) == set(self.measure.targets)

    @rule(kind=st.sampled_from(KINDS))
    def resolve(self, kind: ResolutionKind) -> None:
        part = half_year_of(self.today - timedelta(days=180)) if kind is ResolutionKind.ACCEPT_PROGRESS else None
        subject = ResolutionSubject(kind=kind, tenant=MINISTRY.slug, stream_id=x.MEASURE, part=part)
        made = derived_id("machine", "resolution", next(self.number))
        event = replace(adopted(subject), resolution_id=made).stamp(MEETING, len(self.resolutions) + 1, self.world.now)
        self.world.log.append((MEETING, event))
        self.resolutions.append(made)

    @rule(days=st.integers(-60, 400), data=st.data())
    def move(self, days: int, data: st.DataObject) -> None:
        moved = c.RescheduleMeasure(
            resolution_id=self._any(data), last_day=self.measure.last_day + timedelta(days=days), reason=x.REASON
        )
        self.decide(moved)

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        self.decide(c.DropMeasure(resolution_id=self._any(data), reason=x.REASON))

    @rule(back=st.integers(0, 250), by=people)
    def report(self, back: int, by: UUID) -> None:
        period = half_year_of(self.today - timedelta(days=back))
        self.decide(replace(x.REPORT, period=period), actor=by)

    @rule(back=st.integers(0, 250), by=people)
    def attach(self, back: int, by: UUID) -> None:
        self.decide(replace(x.ATTACH, period=half_year_of(self.today - timedelta(days=back))), actor=by)

    @rule(back=st.integers(0, 250), by=people)
    def verify(self, back: int, by: UUID) -> None:
        period = half_year_of(self.today - timedelta(days=back))
        known = self.measure.progress.get(period)
        seen = () if known is None else known.hashes
        if self.decide(replace(x.VERIFY, period=period, evidence=seen), actor=by):
            assert known is not None
            assert by not in known.hands

    @rule(back=st.integers(0, 250), data=st.data())
    def accept(self, back: int, data: st.DataObject) -> None:
        period = half_year_of(self.today - timedelta(days=back))
        if self.decide(x.pc.AcceptProgress(period=period, resolution_id=self._any(data))):
            assert self.measure.progress[period].verified

    @rule(back=st.integers(0, 250))
    def contest(self, back: int) -> None:
        self.decide(replace(x.CONTEST, period=half_year_of(self.today - timedelta(days=back))), mandate=x.DELEGATE)

    @rule(amount=amounts)
    def commit(self, amount: int) -> None:
        self.decide(replace(x.COMMIT, amount=Money(amount), on=self.today))

    @rule(amount=amounts)
    def spend(self, amount: int) -> None:
        self.decide(replace(x.SPEND, amount=Money(amount), on=self.today))

    def _any(self, data: st.DataObject) -> UUID | None:
        return data.draw(st.sampled_from([None, derived_id("machine", "invented"), *self.resolutions]))

    @invariant()
    def the_baseline_stands(self) -> None:
        if x.MEASURE in self.world.aggregates:
            assert self.measure.plan == x.PLAN

    @invariant()
    def nothing_moves_and_nothing_is_accepted_without_its_own_resolution(self) -> None:
        by = {told.resolution_id: told.subject for _, told in self.world.log if isinstance(told, ResolutionAdopted)}
        used = [
            (told.resolution_id, type(told).__name__)
            for _, told in self.world.log
            if isinstance(told, e.MeasureRescheduled | e.MeasureDropped | x.p.ProgressAccepted)
        ]
        kinds = dict(zip(("MeasureRescheduled", "MeasureDropped", "ProgressAccepted"), KINDS, strict=True))
        assert all(one is not None and by[one].kind is kinds[name] for one, name in used)
        assert len({one for one, _ in used}) == len(used)

    @invariant()
    def money_is_bound_before_it_is_spent(self) -> None:
        if x.MEASURE in self.world.aggregates:
            assert all(0 <= one.spent.amount <= one.committed.amount for one in self.measure.lines.values())

    @invariant()
    def what_was_verified_keeps_its_files(self) -> None:
        if x.MEASURE not in self.world.aggregates:
            return
        seen = {
            (told.period, told.number): told.evidence
            for _, told in self.world.log
            if isinstance(told, ProgressVerified)
        }
        for period, one in self.measure.progress.items():
            assert not one.verified or seen[period, one.number] == one.hashes

    @invariant()
    def a_final_stage_awaits_nothing_for_long(self) -> None:
        if x.MEASURE in self.world.aggregates and self.measure.stage is MeasureStage.DROPPED:
            assert self.measure.awaited is None

    def teardown(self) -> None:
        if self.world.aggregates:
            self.world.check_replay()


TestMeasure = MeasureMachine.TestCase
TestMeasure.settings = settings(MACHINE, max_examples=15)
