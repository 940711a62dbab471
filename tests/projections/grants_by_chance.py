"""Random but plausible histories of funding plans, calls and recorded grants; the same seed tells the same one."""

import random
from uuid import UUID

import msgspec

from domain.grants.events import funding_plan as p
from domain.grants.events import grant_call as g
from domain.grants.events import recorded_grant as r
from domain.grants.vocabulary import LineFunding
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from tests.domain.grants import stories as s
from tests.domain.grants.examples.recorded_grant import AWARDED_ON, FACTS, REASON, facts
from tests.projections.interleaved import Turn


class GrantsByChance:
    """Plans with two lines each, calls that live on them, grants of others, and what becomes of them."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.turn = self.number = 0
        self.plans: list[list[UUID]] = []
        self.calls: list[tuple[UUID, UUID, str]] = []
        self.recorded: list[UUID] = []

    def new_id(self, kind: str) -> UUID:
        self.number += 1
        return derived_id("chance", kind, self.seed, self.number)

    def next(self) -> Turn:
        """A new plan, a new call, a grant of others, or what happens to an old one, in turn."""
        self.turn += 1
        match self.turn % 4:
            case 1:
                return self._plan()
            case 2:
                return self._call()
            case 3:
                return self._recorded()
            case _:
                return self._changed_plan() if self.random.random() < 0.3 else self._next_of_call()

    def _plan(self) -> Turn:
        plan = [self.new_id("funding plan"), self.new_id("line"), self.new_id("line")]
        self.plans.append(plan)
        lines = (
            msgspec.structs.replace(s.LINE_ADDED, line_id=plan[1]),
            msgspec.structs.replace(s.OTHER_ADDED, line_id=plan[2]),
        )
        begun = msgspec.structs.replace(s.PLAN_DRAFTED, year=2020 + len(self.plans))
        return plan[0], (begun, *lines, *((s.PLAN_PUBLISHED,) if self.random.random() < 0.8 else ()))

    def _changed_plan(self) -> Turn:
        plan = self.random.choice(self.plans)
        amount = s.euro(self.random.randrange(7_000_000, 20_000_000))
        changed = p.PlanLineChanged(line_id=plan[1], previous=s.euro(1), amount=amount, reason=s.REASON)
        if len(plan) > 2 and self.random.random() < 0.3:
            return plan[0], (changed, p.PlanLineDropped(line_id=plan.pop(), reason=s.REASON))
        return plan[0], (changed,)

    def _call(self) -> Turn:
        call, plan = self.new_id("call"), self.random.choice(self.plans)
        self.calls.append((call, plan[0], "draft"))
        funding = g.CallFacts(plan=msgspec.structs.replace(s.funding(line=plan[1]), plan_id=plan[0]))
        return call, (g.CallDrafted(facts=s.FACTS.changed_by(funding)), s.FORM_SET, s.CHECKED)

    def _recorded(self) -> Turn:
        if len(self.recorded) > 2 and self.random.random() < 0.7:
            return self._next_of_recorded()
        grant = self.new_id("recorded grant")
        self.recorded.append(grant)
        return grant, (r.GrantRecorded(facts=facts(grant_id=f"360G-{grant}", amount=self._pounds())),)

    def _next_of_recorded(self) -> Turn:
        grant = self.random.choice(self.recorded)
        if self.random.random() < 0.2:
            self.recorded.remove(grant)
            return grant, (r.RecordedGrantStruck(reason=REASON),)
        if self.random.random() < 0.3:
            return grant, (r.RecipientResolved(organisation_id=self.new_id("organisation")),)
        corrected = r.RecordedGrantCorrected(
            reason=REASON,
            previous_amount=FACTS.amount,
            amount=self._pounds(),
            previous_awarded_on=AWARDED_ON,
            awarded_on=AWARDED_ON,
        )
        return grant, (corrected,)

    def _pounds(self) -> Money:
        return Money(self.random.randrange(1_000_000), "GBP")

    def _next_of_call(self) -> Turn:
        n = self.random.randrange(len(self.calls))
        call, plan, state = self.calls[n]
        published = msgspec.structs.replace(s.PUBLISHED, plan_id=plan, facts=self._facts_of(plan))
        steps: dict[str, list[tuple[str, Event]]] = {
            "draft": [
                ("draft", g.CallAmended(changes=g.CallFacts(open_days=self.random.randrange(20, 60)))),
                ("published", published),
                ("published", published),
                ("cancelled", msgspec.structs.replace(s.CANCELLED, plan_id=plan)),
            ],
            "published": [
                ("published", s.CLARIFIED),
                ("closed", s.CLOSED),
                ("void", msgspec.structs.replace(s.VOIDED, plan_id=plan)),
            ],
            "closed": [("evaluating", s.EVALUATING)],
            "evaluating": [
                ("cancelled", msgspec.structs.replace(s.CANCELLED, plan_id=plan)),
                ("released", g.FundingReleased(plan_id=plan, lines=self._released(plan))),
            ],
        }
        if state not in steps:
            return self._call()
        after, event = self.random.choice(steps[state])
        self.calls[n] = (call, plan, after)
        return call, (event,)

    def _released(self, plan_id: UUID) -> tuple[LineFunding, ...]:
        [line] = [plan[1] for plan in self.plans if plan[0] == plan_id]
        return (LineFunding(line_id=line, amount=s.euro(self.random.randrange(1, 1_000_000))),)

    def _facts_of(self, plan_id: UUID) -> g.CallFacts:
        [line] = [plan[1] for plan in self.plans if plan[0] == plan_id]
        return s.FACTS.changed_by(g.CallFacts(plan=msgspec.structs.replace(s.funding(line=line), plan_id=plan_id)))
