"""A provider with its opportunity, and a volunteer, in any order of commands: stages follow only the ways there are."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.kernel.aggregate import Aggregate, create, decide
from domain.kernel.command import Command
from domain.kernel.errors import CommandRefused
from domain.kernel.event import Event
from domain.volunteering.commands import opportunity as oc
from domain.volunteering.commands import volunteer as vc
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.guarding import Guarding
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.provider import Provider
from domain.volunteering.providing import Providing
from domain.volunteering.vocabulary import OpportunityStage, ProviderStage
from domain.volunteering.volunteer import Volunteer
from tests.domain.volunteering import examples as x
from tests.domain.volunteering.test_opportunity import CLOSE, DRAFT, PUBLISH, REVISE
from tests.domain.volunteering.test_provider import (
    ACTIVATE,
    APPLY,
    REFUSE,
    REINSTATE,
    RENEW,
    SUSPEND,
    VERIFY,
)
from tests.domain.volunteering.test_provider import registered as in_register
from tests.domain.volunteering.test_volunteer import GIVE, GUARD, REGISTER, UNGUARD, WITHDRAW
from tests.support.given import ACTOR, MUNICIPALITY, NATIONAL, built, context

P, O = ProviderStage, OpportunityStage  # noqa: E741 - a table of letters reads best
WAYS: dict[str, set[str]] = {
    P.APPLIED: {P.VERIFIED, P.REFUSED},
    P.REFUSED: set(),
    P.VERIFIED: {P.ACTIVE},
    P.ACTIVE: {P.SUSPENDED},
    P.SUSPENDED: {P.ACTIVE},
    O.DRAFT: {O.PUBLISHED, O.CLOSED},
    O.PUBLISHED: {O.FILLED, O.CLOSED},
    O.FILLED: {O.PUBLISHED, O.CLOSED},
    O.CLOSED: set(),
}
MANDATES = st.sampled_from((x.DELEGATE, x.OFFICIAL, x.COORDINATOR, x.STRANGER, x.CLOCK))
ACTORS = st.sampled_from((ACTOR, x.PERSON_ID, x.GUARDIAN))


class People(RuleBasedStateMachine):
    """Who decides is drawn, too: permissions by role stand before, so every decision meets people it is not for."""

    def __init__(self) -> None:
        super().__init__()
        self.provider = create(Provider, APPLY, self._context(), x.PROVIDER)
        self.opportunity: Aggregate | None = None
        self.volunteer = create(
            Volunteer, REGISTER, context(tenant=NATIONAL, actor=x.PERSON_ID), volunteer_id(x.PERSON_ID)
        )
        self.told: dict[Any, list[Event]] = {one.id: list(one.collect()) for one in (self.provider, self.volunteer)}

    @rule(
        command=st.sampled_from((VERIFY, REFUSE, ACTIVATE, RENEW, SUSPEND, REINSTATE)), mandate=MANDATES, actor=ACTORS
    )
    def decide_on_provider(self, command: Command, mandate: Any, actor: Any) -> None:
        """A command on the provider."""
        self._send(self.provider, command, mandate=mandate, actor=actor)

    @rule(mandate=MANDATES)
    def draft(self, mandate: Any) -> None:
        """The one opportunity of this history."""
        if self.opportunity is None:
            try:
                made = create(Opportunity, DRAFT, self._context(mandate=mandate), x.OPPORTUNITY)
            except CommandRefused:
                assert mandate is not x.DELEGATE or self._stage in (P.APPLIED, P.REFUSED)
                return
            self.opportunity, self.told[made.id] = made, list(made.collect())

    @rule(command=st.sampled_from((REVISE, PUBLISH, CLOSE, oc.MarkFilled(), oc.MarkVacant())), mandate=MANDATES)
    def decide_on_opportunity(self, command: Command, mandate: Any) -> None:
        """A command on the opportunity; only an active provider's becomes public."""
        if self.opportunity is not None:
            done = self._send(self.opportunity, command, mandate=mandate)
            assert not (done and command is PUBLISH) or self._stage is P.ACTIVE

    @rule(
        command=st.sampled_from(
            (vc.ReviseVolunteer(phone="044"), GIVE, WITHDRAW, GUARD, UNGUARD, vc.ForgetVolunteer())
        ),
        actor=ACTORS,
    )
    def decide_on_volunteer(self, command: Command, actor: Any) -> None:
        """A command on the volunteer."""
        self._send(self.volunteer, command, tenant=NATIONAL, actor=actor, boundary=Guarding())

    @invariant()
    def what_is_folded_again_is_the_same(self) -> None:
        """The log says all that there is to know."""
        for one in (self.provider, self.opportunity, self.volunteer):
            if one is not None:
                again = built(type(one), self.told[one.id], one.id)
                kept = {name: value for name, value in vars(one).items() if not name.startswith("_")}
                assert {name: getattr(again, name) for name in kept} == kept

    @property
    def _stage(self) -> ProviderStage:
        stage: ProviderStage = vars(self.provider)["stage"]
        return stage

    def _context(self, **facts: Any) -> Any:
        known: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE, "registers": (in_register(),)}
        references = {"provider": getattr(self, "provider", None)}
        return context(**(known | {"boundary": Providing(), "references": references} | facts))

    def _send(self, to: Aggregate, command: Command, **facts: Any) -> bool:
        before = vars(to).get("stage")
        try:
            decide(to, command, self._context(**facts))
        except CommandRefused:
            assert to.collect() == ()
            return False
        self.told[to.id] += to.collect()
        after = vars(to).get("stage")
        assert before == after or after in WAYS[str(before)]
        return True


TestPeople = People.TestCase
TestPeople.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
