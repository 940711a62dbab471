"""Who may be a provider: asked, verified by somebody else, insured, suspended and reinstated."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import Text, text, title
from domain.volunteering.commands import provider as c
from domain.volunteering.events import provider as e
from domain.volunteering.provider import Provider
from domain.volunteering.providing import ProviderStanding, Providing
from tests.domain.organisations.examples import NAME, PERSON, REGISTERED
from tests.domain.organisations.examples import SUSPENDED as NO_STANDING
from tests.domain.volunteering import examples as x
from tests.support.given import ACTOR, MUNICIPALITY, NOW, STREAM, Outcome, built, given, given_nothing

APPLY = c.ApplyAsProvider(organisation_id=x.ORGANISATION, summary=x.WORDS, municipality="prizren", contact=x.CONTACT)
OWN = c.ApplyAsProvider(
    title=title(sq="Komuna", sr="Opština"), summary=x.WORDS, municipality="prizren", contact=x.CONTACT
)
VERIFY = c.VerifyProvider(organisation_id=x.ORGANISATION, decision_no="7/2026")
REFUSE = c.RefuseProvider(decision_no="7/2026", reason=x.REASON)
ACTIVATE = c.ActivateProvider(organisation_id=x.ORGANISATION, insurance=x.INSURED, charter=x.WORDS)
RENEW = c.RenewInsurance(insurance=x.FURTHER)
SUSPEND = c.SuspendProvider(decision_no="9/2026", reason=x.REASON)
REINSTATE = c.ReinstateProvider(organisation_id=x.ORGANISATION, decision_no="11/2026", reason=x.REASON)
INSTITUTION = replace(x.APPLIED, organisation_id=None, title=OWN.title, applied_by=ACTOR)


def registered(*events: Event) -> ProviderStanding:
    """The organisation as the register knows it: in good standing, or with this past."""
    fold = ProviderStanding()
    for version, event in enumerate(events or REGISTERED, 1):
        fold.apply(x.ORGANISATION, replace(event).stamp(x.ORGANISATION, version, NOW - timedelta(days=2 - version / 9)))
    return fold


def known(*events: Event) -> Providing:
    fold = Providing()
    for event in events:
        fold.apply(STREAM, event)
    return fold


def applied(command: c.ApplyAsProvider = APPLY, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE, "boundary": Providing()}
    facts |= {"registers": (registered(),), "actor": x.APPLIED.applied_by}
    return given_nothing(Provider).when(command, **(facts | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    """By an official or the provider's delegate, whoever may."""
    own = isinstance(command, c.ActivateProvider | c.RenewInsurance)
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": x.DELEGATE if own else x.OFFICIAL}
    return given(Provider, past).when(command, **(facts | {"registers": (registered(),)} | changes))


def test_an_organisation_asks_under_its_name_in_the_register() -> None:
    outcome = applied().then([replace(x.APPLIED, title=NAME)])

    assert outcome.events[0].tags() == Providing.tags(STREAM, APPLY) == (f"providing:{x.ORGANISATION}",)
    assert ProviderStanding.tags(STREAM, APPLY) == (f"organisation:{x.ORGANISATION}",)


def test_the_institution_asks_itself_by_its_coordinator() -> None:
    outcome = applied(OWN, mandate=x.COORDINATOR, actor=ACTOR, tenant=x.TWO_LANGUAGES).then([INSTITUTION])

    assert outcome.events[0].tags() == ("providing:institution",)
    assert ProviderStanding.tags(STREAM, OWN) == ()


@pytest.mark.parametrize(
    ("command", "mandate"),
    [
        (APPLY, x.STRANGER),
        (APPLY, x.COORDINATOR),
        (APPLY, Mandate("cso_delegate", "Appointment", x.ORGANISATION)),
        (OWN, x.DELEGATE),
        (OWN, x.OFFICIAL),
    ],
)
def test_nobody_asks_for_others(command: c.ApplyAsProvider, mandate: Mandate) -> None:
    applied(command, mandate=mandate).then_refused(RuleViolated, rule="volunteer.provider.mandate")


@pytest.mark.parametrize("past", [(x.APPLIED,), (*x.ACTIVE, x.SUSPENDED)], ids=["asked", "suspended"])
def test_nobody_is_a_provider_twice(past: tuple[Event, ...]) -> None:
    applied(boundary=known(*past)).then_refused(RuleViolated, rule="volunteer.provider.once")


def test_whoever_was_refused_asks_anew() -> None:
    applied(boundary=known(x.APPLIED, x.REFUSED)).then_events(e.ProviderApplied)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": OWN.title}, {"error": InvalidValue, "pointer": "/title"}),
        ({"summary": Text()}, {"error": InvalidValue, "pointer": "/summary"}),
        ({"summary": text(sq="Vetëm shqip")}, {"error": RuleViolated, "rule": "volunteer.languages"}),
        ({"organisation_id": None}, {"error": RuleViolated, "rule": "volunteer.provider.mandate"}),
    ],
)
def test_an_application_that_cannot_be_meant(changes: dict[str, Any], refusal: dict[str, Any]) -> None:
    applied(replace(APPLY, **changes)).then_refused(**refusal)


@pytest.mark.parametrize("name", [None, title(sq="Komuna")])
def test_an_institution_says_how_its_volunteering_is_called(name: Any) -> None:
    applied(replace(OWN, title=name), mandate=x.COORDINATOR).then_refused()


@pytest.mark.parametrize(
    ("command", "past"),
    [(VERIFY, (x.APPLIED,)), (ACTIVATE, x.ACTIVE[:2]), (REINSTATE, (*x.ACTIVE, x.SUSPENDED))],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_organisation_is_in_good_standing_and_the_one_that_asked(command: Any, past: tuple[Event, ...]) -> None:
    suspended = registered(*REGISTERED, NO_STANDING)

    decided(command, *past, registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")
    decided(replace(command, organisation_id=None), *past).then_refused(InvalidValue, pointer="/organisation_id")
    applied(registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")


def test_a_provider_from_the_application_to_the_reinstatement() -> None:
    decided(VERIFY, x.APPLIED).then([x.VERIFIED])
    decided(ACTIVATE, *x.ACTIVE[:2]).then([x.ACTIVATED])
    decided(SUSPEND, *x.ACTIVE).then([x.SUSPENDED])
    decided(REINSTATE, *x.ACTIVE, x.SUSPENDED).then([x.REINSTATED])
    decided(RENEW, *x.ACTIVE).then([x.RENEWED])
    decided(RENEW, *x.ACTIVE, x.RENEWED).then_refused(IllegalTransition)
    decided(REFUSE, x.APPLIED).then([x.REFUSED])


_STAGES = {
    "applied": (x.APPLIED,),
    "refused": (x.APPLIED, x.REFUSED),
    "verified": x.ACTIVE[:2],
    "active": x.ACTIVE,
    "suspended": (*x.ACTIVE, x.SUSPENDED),
}
_POSSIBLE = {
    VERIFY: {"applied"},
    REFUSE: {"applied"},
    ACTIVATE: {"verified"},
    RENEW: {"active", "suspended"},
    SUSPEND: {"active"},
    REINSTATE: {"suspended"},
}


def test_what_is_possible_in_which_stage() -> None:
    for command, possible in _POSSIBLE.items():
        for stage, past in _STAGES.items():
            assert built(Provider, past).stage == stage
            if stage not in possible:
                decided(command, *past).then_refused(IllegalTransition)


@pytest.mark.parametrize("actor", [x.APPLIED.applied_by, PERSON], ids=["who asked", "officer"])
def test_nobody_verifies_their_own(actor: Any) -> None:
    involved = registered(*REGISTERED, x.OFFICER)

    decided(VERIFY, x.APPLIED, actor=actor, registers=(involved,)).then_refused(
        RuleViolated, rule="volunteer.provider.own"
    )
    own = replace(VERIFY, organisation_id=None)
    decided(own, INSTITUTION, actor=ACTOR).then_refused(RuleViolated, rule="volunteer.provider.own")
    decided(own, INSTITUTION, actor=derived_id("test", "another")).then([x.VERIFIED])


def test_the_provider_itself_begins_and_insures() -> None:
    for command, past in ((ACTIVATE, x.ACTIVE[:2]), (RENEW, x.ACTIVE)):
        for mandate in (x.STRANGER, x.COORDINATOR, x.OFFICIAL):
            decided(command, *past, mandate=mandate).then_refused(RuleViolated, rule="volunteer.provider.mandate")


def test_volunteers_are_insured_before_anything_begins() -> None:
    over = replace(x.INSURED, valid_until=x.FIRST)
    backwards = replace(x.INSURED, valid_from=x.LAST, valid_until=x.FIRST)

    decided(replace(ACTIVATE, insurance=over), *x.ACTIVE[:2]).then_refused(
        RuleViolated, rule="volunteer.provider.insured"
    )
    for command, past in ((ACTIVATE, x.ACTIVE[:2]), (RENEW, x.ACTIVE)):
        decided(replace(command, insurance=backwards), *past).then_refused(
            InvalidValue, pointer="/insurance/valid_until"
        )


def test_policies_cover_a_period_together_or_not() -> None:
    provider = built(Provider, (*x.ACTIVE, x.RENEWED))
    provider.require_insured(x.FIRST, x.FURTHER.valid_until)
    provider.require_active()

    for first, last in ((x.FIRST - x.DAY, x.LAST), (x.LAST, x.FURTHER.valid_until + x.DAY)):
        with pytest.raises(RuleViolated, match="not insured"):
            provider.require_insured(first, last)
    with pytest.raises(RuleViolated) as refused:
        built(Provider, (*x.ACTIVE, x.SUSPENDED)).require_active()
    assert refused.value.rule == "volunteer.provider.active"
    assert provider.acts(x.DELEGATE)
    assert not provider.acts(x.COORDINATOR)


@pytest.mark.parametrize(
    ("command", "past", "field"),
    [
        (REFUSE, (x.APPLIED,), "reason"),
        (ACTIVATE, x.ACTIVE[:2], "charter"),
        (SUSPEND, x.ACTIVE, "reason"),
        (REINSTATE, (*x.ACTIVE, x.SUSPENDED), "reason"),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_what_the_public_reads_is_said_in_every_language(command: Any, past: tuple[Event, ...], field: str) -> None:
    decided(replace(command, **{field: Text()}), *past).then_refused(InvalidValue, pointer=f"/{field}")
    decided(replace(command, **{field: text(sr="Jer")}), *past).then_refused(RuleViolated, rule="volunteer.languages")
