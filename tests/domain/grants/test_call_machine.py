"""Any order of commands on a plan and two calls that live on it: what must never happen, never does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.grants.commands import funding_plan as p
from domain.grants.commands import grant_call as c
from domain.grants.events import grant_call as e
from domain.grants.funding import Commitments
from domain.grants.funding_plan import FundingPlan
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import ApplicantKind, CallStage, LineFunding, PlanFunding
from domain.kernel.calendar import NonWorkingDay
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event
from domain.kernel.findings import count_errors
from tests.domain.grants.stories import (
    CALENDAR,
    CALL,
    CRITERIA,
    FACTS,
    FILES,
    FORM,
    OTHER_CALL,
    PLAN,
    PREPARED_AT,
    QUESTION,
    REASON,
    SUMMARY,
    TITLE,
    euro,
)
from tests.support.world import CLOCK, MACHINE, World

S = CallStage
PUBLIC_EXITS = {S.CANCELLED, S.VOID}
FOLLOWS: dict[CallStage, set[CallStage]] = {
    S.DRAFT: {S.READY, S.PUBLISHED, S.CANCELLED},
    S.READY: {S.DRAFT, S.PUBLISHED, S.CANCELLED},
    S.PUBLISHED: {S.CLOSED, *PUBLIC_EXITS},
    S.CLOSED: {S.EVALUATING, *PUBLIC_EXITS},
    S.EVALUATING: PUBLIC_EXITS,
    S.CANCELLED: set(),
    S.VOID: set(),
}
"""What may follow on what as long as no ranking is published."""
CALLS = st.sampled_from([CALL, OTHER_CALL])
GAPS = st.sampled_from([timedelta(seconds=1), timedelta(hours=7), timedelta(days=1), timedelta(days=12)])
AMOUNTS = st.integers(1, 12_000_000).map(euro)


class CallMachine(RuleBasedStateMachine):
    """Drives a funding plan and two calls with every command, lawful or not."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(PREPARED_AT)
        self.calendar = CALENDAR
        self.frozen: dict[UUID, Any] = {}

    @property
    def plan(self) -> FundingPlan:
        found = self.world.aggregates[PLAN]
        assert isinstance(found, FundingPlan)
        return found

    def call(self, call_id: UUID) -> GrantCall:
        found = self.world.aggregates[call_id]
        assert isinstance(found, GrantCall)
        return found

    def send(self, command: Any, call_id: UUID, **overrides: Any) -> tuple[Event, ...]:
        """Send, and check what may follow on what, that no end comes nearer and nothing public changes."""
        it = self.call(call_id)
        stage, closes_at = it.stage, it.closes_at
        events = self.world.send(command, call_id, GrantCall, calendar=self.calendar, **overrides)
        it = self.call(call_id)
        if it.stage is not stage:
            assert it.stage in FOLLOWS[stage], f"{command.name}: {stage} -> {it.stage}"
        if closes_at is not None:
            assert it.closes_at is not None
            assert it.closes_at >= closes_at, "a call was shortened"
        if it.published_at is not None:
            kept = self.frozen.setdefault(call_id, (it.facts, it.form, it.form_version))
            assert kept == (it.facts, it.form, it.form_version), "a published call changed"
        return events

    def send_plan(self, command: Any) -> tuple[Event, ...]:
        return self.world.send(command, PLAN, FundingPlan, calendar=self.calendar)

    @initialize(published=st.booleans())
    def begin(self, published: bool) -> None:
        self.send_plan(p.DraftFundingPlan(year=2026, title=TITLE))
        for code, purpose in (("1", "culture"), ("2", "youth")):
            self.send_plan(p.AddPlanLine(budget_code=code, purpose=purpose, title=TITLE, amount=euro(8_000_000)))
        if published:
            self.send_plan(p.PublishFundingPlan(decision_no="1"))
        for call_id in (CALL, OTHER_CALL):
            told = {name: getattr(FACTS, name) for name in FACTS.__struct_fields__}
            told["plan"] = PlanFunding(plan_id=PLAN, lines=(self.taking(euro(6_000_000), 0),))
            assert self.world.send(c.DraftCall(**told), call_id, GrantCall)
            self.send(c.SetForm(form=FORM), call_id)

    def taking(self, amount: Any, line: int) -> LineFunding:
        lines = sorted(self.plan.lines)
        return LineFunding(line_id=lines[line % len(lines)] if lines else PLAN, amount=amount)

    @rule(by=GAPS)
    def time_passes(self, by: timedelta) -> None:
        if self.world.now < datetime(2027, 6, 1, tzinfo=UTC):
            self.world.wait(by)

    @rule(amount=AMOUNTS, reason=st.sampled_from([None, REASON]), line=st.integers(0, 1))
    def change_line(self, amount: Any, reason: Any, line: int) -> None:
        if self.plan.lines:
            line_id = self.taking(amount, line).line_id
            self.send_plan(p.ChangePlanLine(line_id=line_id, amount=amount, reason=reason))

    @rule(line=st.integers(0, 1))
    def drop_line(self, line: int) -> None:
        if len(self.plan.lines) > 1:
            self.send_plan(p.DropPlanLine(line_id=self.taking(euro(1), line).line_id, reason=REASON))

    @rule()
    def publish_plan(self) -> None:
        self.send_plan(p.PublishFundingPlan(decision_no="1"))

    @rule(call_id=CALLS, amount=AMOUNTS, line=st.integers(0, 1), purpose=st.sampled_from(["culture", "youth", "sport"]))
    def amend_money(self, call_id: UUID, amount: Any, line: int, purpose: str) -> None:
        plan = PlanFunding(plan_id=PLAN, lines=(self.taking(amount, line),))
        most = min(amount, euro(1_000_000))
        self.send(c.AmendCall(plan=plan, budget=amount, award_min=euro(1), award_max=most, purpose=purpose), call_id)

    @rule(call_id=CALLS, days=st.integers(1, 40), weight=st.sampled_from([400_000, 400_001]), individuals=st.booleans())
    def amend_rules(self, call_id: UUID, days: int, weight: int, individuals: bool) -> None:
        eligible = (ApplicantKind.ORGANISATIONS, *((ApplicantKind.INDIVIDUALS,) if individuals else ()))
        criteria = (msgspec.structs.replace(CRITERIA[0], weight=weight), CRITERIA[1])
        self.send(c.AmendCall(open_days=days, criteria=criteria, eligible=eligible), call_id)

    @rule(call_id=CALLS)
    def set_form(self, call_id: UUID) -> None:
        self.send(c.SetForm(form=FORM), call_id)

    @rule(call_id=CALLS)
    def check(self, call_id: UUID) -> None:
        for event in self.send(c.CheckCall(plan_id=PLAN), call_id):
            assert isinstance(event, e.CallChecked)
            assert event.errors == count_errors(event.findings)

    @rule(call_id=CALLS)
    def publish(self, call_id: UUID) -> None:
        events = self.send(c.PublishCall(plan_id=PLAN), call_id)
        if events:
            checked, published = events
            assert isinstance(checked, e.CallChecked)
            assert checked.errors == 0
            assert isinstance(published, e.CallPublished)
            assert published.deadline is not None
            assert published.deadline.n >= 20
            assert published.facts.eligible == (ApplicantKind.ORGANISATIONS,)
            assert sum(one.weight for one in published.facts.criteria or ()) == 1_000_000

    @rule(call_id=CALLS)
    def clarify(self, call_id: UUID) -> None:
        for event in self.send(c.IssueClarification(question=QUESTION, answer=REASON), call_id):
            assert isinstance(event, e.ClarificationIssued)
            assert event.notice is not None
            assert event.notice.due_at <= self.call(call_id).ends_at()

    @rule(call_id=CALLS, by_hand=st.booleans())
    def close(self, call_id: UUID, by_hand: bool) -> None:
        closes_at = self.call(call_id).closes_at
        if self.send(c.CloseCall(), call_id, **({} if by_hand else {"mandate": CLOCK})):
            assert not by_hand
            assert closes_at is not None
            assert self.world.now >= closes_at

    @precondition(lambda self: self.call(CALL).stage is S.PUBLISHED)
    @rule()
    def wait_and_close(self) -> None:
        self.world.now = max(self.world.now, self.call(CALL).ends_at())
        assert self.send(c.CloseCall(), CALL, mandate=CLOCK)

    @rule(offset=st.integers(1, 60))
    def declare(self, offset: int) -> None:
        day: date = self.world.now.date() + timedelta(days=offset)
        held = {**self.calendar.days, day: NonWorkingDay(day, {"en": "Declared"}, decision_no="1")}
        self.calendar = msgspec.structs.replace(self.calendar, days=held)
        for call_id in (CALL, OTHER_CALL):
            for event in self.send(c.RecomputeCallDeadline(), call_id, mandate=CLOCK):
                assert isinstance(event, e.CallDeadlineMoved)
                assert event.deadline.due_at > event.previous.due_at

    @rule(call_id=CALLS)
    def evaluate(self, call_id: UUID) -> None:
        self.send(c.BeginEvaluation(), call_id)
        assert not self.send(c.MarkContracted(), call_id), "without a final ranking"
        assert not self.send(c.ReportCall(files=FILES, summary=SUMMARY), call_id), "without agreements"

    @precondition(lambda self: self.world.now > datetime(2026, 5, 1, tzinfo=UTC))
    @rule(call_id=CALLS, void=st.booleans())
    def end(self, call_id: UUID, void: bool) -> None:
        command = c.VoidCall(decision_no="1", reason=REASON) if void else c.CancelCall(reason=REASON)
        self.send(command, call_id)

    @invariant()
    def calls_never_take_more_than_the_plan_has(self) -> None:
        if PLAN in self.world.aggregates:
            taken = self.world.folded(Commitments, PLAN, p.DropPlanLine(line_id=PLAN))
            for line in self.plan.lines.values():
                assert taken.of_line(line.line_id, "EUR") <= line.amount
            held = {funded.line_id for lines in taken.by_call.values() for funded in lines}
            assert held <= set(self.plan.lines), "a line that pays for a call was dropped"

    @invariant()
    def applications_are_taken_from_publication_to_the_last_second(self) -> None:
        for call_id in (CALL, OTHER_CALL):
            if call_id not in self.world.aggregates:
                continue
            it = self.call(call_id)
            if it.published_at is None or it.stage in PUBLIC_EXITS:
                assert not self.accepts(it, self.world.now)
            else:
                assert self.accepts(it, it.ends_at() - timedelta(microseconds=1))
                assert not self.accepts(it, it.ends_at())
                assert not self.accepts(it, it.published_at - timedelta(microseconds=1))

    def accepts(self, it: GrantCall, at: datetime) -> bool:
        try:
            it.require_accepting(c.CloseCall(), at)
        except (RuleViolated, IllegalTransition):
            return False
        return True

    def teardown(self) -> None:
        self.world.check_replay()


CallMachine.TestCase.settings = MACHINE
TestCalls = CallMachine.TestCase
