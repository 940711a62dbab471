"""From a confirmed award to a signature: at its prices, within its days, with a licence for every one of them."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.contracts.bid import bid_id
from domain.contracts.commands import contract as c
from domain.contracts.contract_parts import ContractStage
from domain.contracts.events import call as k
from domain.contracts.events import need as n
from domain.contracts.facts import CallFacts, NeededUnits, NeedFacts
from domain.contracts.need import ServiceNeed
from domain.contracts.service_call import ServiceCall
from domain.contracts.vocabulary import ProcurementMode, ServiceLine
from domain.funding_claims import events as f
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import ClaimFacts, CostLine, Origin, OriginKind
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import text
from domain.licences.vocabulary import LicenceStage, ServiceUnit
from domain.organisations import events as o
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.service_contracts import (
    ACTIVATED,
    CALL,
    CONTRACT,
    DRAFTED,
    ELSEWHERE,
    LINES,
    MONTHS,
    NEED,
    ORGANISATION,
    REASON,
    SCHEDULED,
    SIGNED,
    SIGNED_AT,
    TITLE,
    as_buyer,
    changed,
    euro,
    licences,
    standing,
    told,
)
from tests.support.given import MUNICIPALITY, built, given_nothing

DRAFT = c.DraftContract(call_id=CALL, need_id=NEED, organisation_id=ORGANISATION, deliveries=MONTHS)
SIGN = c.SignContract(call_id=CALL, organisation_id=ORGANISATION, decision_no="21/2026", signed_on=date(2026, 6, 22))
ASSESSED = n.NeedAssessed(
    facts=NeedFacts(
        title=TITLE,
        description=text(sq="Ndihmë për të moshuarit", sr="Pomoć starijima", tr="Yaşlılara yardım"),
        service="home_help",
        places=("prizren",),
        year=2026,
        beneficiaries=60,
        lines=(NeededUnits(code="visits", title=TITLE, unit=ServiceUnit.VISIT, quantity=100),),
        estimate=euro(400_000),
        budget_code="13450",
    )
)
CALLED = CallFacts(
    title=TITLE,
    need_id=NEED,
    mode=ProcurementMode.OPEN,
    service="home_help",
    places=("prizren",),
    first_day=s.FIRST_DAY,
    last_day=s.LAST_DAY,
    lines=tuple(ServiceLine(code=one.code, title=one.title, unit=one.unit, quantity=one.quantity) for one in LINES),
    budget=euro(400_000),
    standards=(s.STANDARD,),
)
AWARD = k.AwardConfirmed(
    need_id=NEED,
    bid_id=bid_id(CALL, ORGANISATION),
    organisation_id=ORGANISATION,
    contract_id=CONTRACT,
    decision_no="19/2026",
    lines=LINES,
    total=euro(360_000),
    licence_entry_id=s.ENTRY,
    licence_origin="12:1:40",
    subcontractors=DRAFTED.subcontractors,
)
AWARDED = (k.CallPlanned(facts=CALLED), AWARD)


def ledger(*, reserved: bool = True) -> Claims:
    """The national ledger, with the claim that the award reserved."""
    fold = Claims()
    if reserved:
        stream = f.claim_id(MUNICIPALITY.tenant_id, CONTRACT)
        event = f.ClaimReserved(
            organisation_id=ORGANISATION,
            institution="prizren",
            facts=ClaimFacts(
                origin=Origin(tenant_id=MUNICIPALITY.tenant_id, kind=OriginKind.CONTRACT, stream_id=CALL),
                title="Ndihmë në shtëpi",
                activity="Vizita",
                first_day=s.FIRST_DAY,
                last_day=s.LAST_DAY,
                costs=(CostLine(category="services", amount=euro(360_000)),),
                amount=euro(360_000),
            ),
            words=("vizita",),
        )
        fold.apply(stream, event.stamp(stream, 1, SIGNED_AT))
    return fold


def drafting(*call: Event, **changes: Any) -> dict[str, Any]:
    """The buyer's officer, on the day before the signature."""
    resting = {
        "call": built(ServiceCall, call or AWARDED, CALL, at=SIGNED_AT),
        "need": built(ServiceNeed, (ASSESSED,), NEED, at=SIGNED_AT),
    }
    return as_buyer(now=SIGNED_AT, references=resting) | changes


def signing(*call: Event, **changes: Any) -> dict[str, Any]:
    """The buyer's officer on the day of the signature, with registers in order."""
    registers = {"registers": (standing(), ledger(), licences())}
    return drafting(*call) | registers | changes


def draft(command: c.DraftContract = DRAFT, **ctx: Any) -> Any:
    """What a draft comes to."""
    return given_nothing(s.ServiceContract, stream_id=CONTRACT).when(command, **ctx)


def test_a_contract_is_drawn_up_at_the_prices_of_the_award() -> None:
    named = replace(DRAFTED, organisation_name=standing().name, identifiers=standing().identifiers)
    draft(**drafting()).then([named])


def test_without_a_confirmed_award_to_the_organisation_there_is_none() -> None:
    draft(**drafting(AWARDED[0])).then_refused(IllegalTransition)
    other = replace(AWARD, organisation_id=ELSEWHERE)
    draft(**drafting(AWARDED[0], other)).then_refused(RuleViolated, rule="contract.award")
    lapsed = k.AwardLapsed(organisation_id=ORGANISATION, bid_id=AWARD.bid_id, reason=REASON)
    draft(**drafting(*AWARDED, lapsed)).then_refused(IllegalTransition)
    draft(replace(DRAFT, need_id=ELSEWHERE), **drafting()).then_refused(InvalidValue, pointer="/need_id")


def test_periods_overlap_neither_each_other_nor_leave_a_day_out() -> None:
    overlapping = (MONTHS[0], replace(MONTHS[1], first_day=date(2026, 7, 20)), MONTHS[2])
    draft(replace(DRAFT, deliveries=overlapping), **drafting()).then_refused(
        InvalidValue, pointer="/deliveries/1/first_day"
    )
    draft(replace(DRAFT, deliveries=MONTHS[:2]), **drafting()).then_refused(InvalidValue, pointer="/deliveries")


def test_it_is_signed_on_a_licence_and_awaits_each_delivery() -> None:
    told(DRAFTED).when(SIGN, **signing()).then([SIGNED, *SCHEDULED])


def test_signed_on_the_first_day_it_begins_at_once() -> None:
    on = replace(SIGN, signed_on=s.FIRST_DAY)
    told(DRAFTED).when(on, **signing(now=s.IN_JULY)).then(
        [replace(SIGNED, signed_on=s.FIRST_DAY), *SCHEDULED, ACTIVATED]
    ).then_state(lambda it: it.stage is ContractStage.ACTIVE)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (changed(LicenceStage.SUSPENDED, date(2026, 9, 30)), "licence.suspended"),
        (changed(LicenceStage.REVOKED, date(2026, 1, 1)), "licence.revoked"),
    ],
)
def test_a_licence_that_fails_on_one_day_stops_the_signature(change: Event, rule: str) -> None:
    registers = (standing(), ledger(), licences(change))
    told(DRAFTED).when(SIGN, **signing(registers=registers)).then_refused(RuleViolated, rule=rule)


def test_a_contract_longer_than_its_licence_is_not_signed() -> None:
    short = licences(entered=replace(s.ENTERED, term=replace(s.TERM, valid_until=date(2026, 9, 29))))
    refused = told(DRAFTED).when(SIGN, **signing(registers=(standing(), ledger(), short)))
    refused.then_refused(RuleViolated, rule="licence.expired")


def test_a_licence_for_another_service_or_place_is_none() -> None:
    for entered in (
        replace(s.ENTERED, service="day_care"),
        replace(s.ENTERED, term=replace(s.TERM, places=("suhareke",))),
    ):
        registers = (standing(), ledger(), licences(entered=entered))
        told(DRAFTED).when(SIGN, **signing(registers=registers)).then_refused(RuleViolated, rule="licence.valid")


def test_a_signature_is_neither_before_the_award_nor_of_tomorrow_nor_after_the_service_began() -> None:
    told(DRAFTED).when(replace(SIGN, signed_on=date(2026, 6, 23)), **signing()).then_refused(
        InvalidValue, pointer="/signed_on"
    )
    early = replace(SIGN, signed_on=date(2026, 6, 21))
    told(DRAFTED).when(early, **signing()).then_refused(RuleViolated, rule="contract.signature.award")
    late = replace(SIGN, signed_on=date(2026, 7, 2))
    told(DRAFTED).when(late, **signing(now=s.IN_JULY)).then_refused(RuleViolated, rule="contract.signature")


def test_the_ledger_must_hold_the_claim_and_no_grant_for_the_same() -> None:
    registers = (standing(), ledger(reserved=False), licences())
    told(DRAFTED).when(SIGN, **signing(registers=registers)).then_refused(RuleViolated, rule="funding.claim.reserved")


def test_a_suspended_provider_signs_nothing() -> None:
    gone = o.OrganisationSuspended(organisation_id=ORGANISATION, decision_no="5/2026", reason=REASON)
    registers = (standing(gone), ledger(), licences())
    told(DRAFTED).when(SIGN, **signing(registers=registers)).then_refused(RuleViolated, rule="organisation.suspended")


def test_an_award_that_lapsed_meanwhile_is_not_signed() -> None:
    lapsed = k.AwardLapsed(organisation_id=ORGANISATION, bid_id=AWARD.bid_id, reason=REASON)
    told(DRAFTED).when(SIGN, **signing(*AWARDED, lapsed)).then_refused(IllegalTransition)
    told(DRAFTED, SIGNED).when(SIGN, **signing()).then_refused(IllegalTransition)
    told(DRAFTED).when(replace(SIGN, call_id=NEED), **signing()).then_refused(InvalidValue, pointer="/call_id")


def test_what_was_begun_is_an_award_of_the_call() -> None:
    draft(replace(DRAFT, organisation_id=ELSEWHERE), **drafting()).then_refused(RuleViolated, rule="contract.award")
