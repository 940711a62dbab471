"""An application on its way in, and what the applicant may still do."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.grants.answers import AnswersInvalid
from domain.grants.application import Application
from domain.grants.commands import application as c
from domain.grants.contracts import Contract
from domain.grants.events import application as e
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import ApplicationStage
from domain.kernel.context import Mandate
from domain.kernel.errors import (
    IllegalTransition,
    InvalidValue,
    NotPermitted,
    RuleViolated,
    StreamNotFound,
)
from domain.kernel.event import Event
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.receipt import read_code
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants import applications as a
from tests.domain.grants.agreements import AGREEMENT
from tests.domain.grants.agreements import SIGNED as SIGNED_AGREEMENT
from tests.domain.grants.applications import (
    CHECKED,
    COMPLETION,
    DRAFTED,
    ORGANISATION,
    RESERVED,
    SENT,
    SIGNED,
    SIGNED_OFF,
    SUSPENDED,
    WON,
    WRITTEN,
    as_applicant,
    as_officer,
    published_with,
    submitting,
    told,
)
from tests.domain.grants.stories import (
    ANSWERS,
    CALL,
    CANCELLED,
    CLOSES_AT,
    DURING,
    FILE,
    OPEN_CALL,
    OVER,
    REASON,
    call,
    euro,
)
from tests.support.given import given_nothing

SECOND = timedelta(seconds=1)
DRAFT = c.DraftApplication(call_id=CALL, organisation_id=ORGANISATION, language="sq")
SUBMIT = c.SubmitApplication(call_id=CALL, organisation_id=ORGANISATION)
COMPLETE = c.CompleteApplication(call_id=CALL, files=(FILE,))
ASK = c.RequestCompletion(call_id=CALL, missing=(REASON,))
STRANGER: dict[str, Any] = {"mandate": a.OTHERS, "actor": a.STRANGER}


def test_a_submission_gives_a_receipt_to_the_second() -> None:
    outcome = told(*SIGNED_OFF).when(SUBMIT, **submitting()).then_events(e.ApplicationSubmitted)
    (submitted,) = outcome.events
    assert isinstance(submitted, e.ApplicationSubmitted)
    assert submitted.received_at == DURING
    assert read_code(submitted.receipt_code) == submitted.receipt
    assert submitted.findings == ()
    assert submitted.tags()[:2] == (f"call:{CALL}", f"applicant:{CALL}:{ORGANISATION}")
    assert submitted.receipt not in "".join(submitted.tags())


def test_the_digest_covers_project_answers_and_files() -> None:
    def digest(*events: Event) -> str:
        (event,) = told(*events, SIGNED).when(SUBMIT, **submitting()).events
        assert isinstance(event, e.ApplicationSubmitted)
        return event.digest

    more = e.SectionSaved(
        form_version=1, section="project", revision=2, answers=ANSWERS["project"] | {"amount": 500_001}
    )
    assert len({digest(*WRITTEN), digest(*WRITTEN, a.ATTACHED), digest(*WRITTEN, more)}) == 3
    assert digest(*WRITTEN) == digest(*WRITTEN)


def test_whom_to_ask_is_sealed() -> None:
    contact = c.ContactPerson(full_name="Arta Krasniqi", email="arta@qendra.example")
    command = c.SubmitApplication(call_id=CALL, organisation_id=ORGANISATION, contact=contact)
    told(*SIGNED_OFF).when(command, **submitting()).then_personal(
        {"contact name": "Arta Krasniqi", "contact email": "arta@qendra.example"}
    )


@pytest.mark.parametrize(
    ("at", "in_time"), [(CLOSES_AT - SECOND, True), (CLOSES_AT, False), (CLOSES_AT + SECOND, False)]
)
def test_a_second_decides(at: Any, in_time: bool) -> None:
    outcome = told(*SIGNED_OFF).when(SUBMIT, **submitting(now=at))
    if in_time:
        outcome.then_events(e.ApplicationSubmitted)
    else:
        outcome.then_refused(RuleViolated, rule="grant.call.over")


def test_an_organisation_holds_one_application_in_a_call() -> None:
    told(*SIGNED_OFF).when(SUBMIT, **submitting(held=(a.SUBMITTED,))).then_refused(
        RuleViolated, rule="grant.application.one"
    )
    told(*SIGNED_OFF).when(SUBMIT, **submitting(held=(a.SUBMITTED, a.WITHDRAWN))).then_events(e.ApplicationSubmitted)
    told(*SENT).when(SUBMIT, **submitting()).then_refused(IllegalTransition)


def test_without_a_sign_off_nothing_is_submitted_and_with_four_eyes_not_with_ones_own() -> None:
    told(*WRITTEN).when(SUBMIT, **submitting()).then_refused(RuleViolated, rule="grant.application.sign_off")
    four = e.ApplicationDrafted(
        **{name: getattr(DRAFTED, name) for name in DRAFTED.__struct_fields__} | {"four_eyes": True}
    )
    told(four, *SIGNED_OFF[1:]).when(SUBMIT, **submitting()).then_refused(
        RuleViolated, rule="grant.application.sign_off"
    )
    others = e.ApplicationSignedOff(person_id=a.COLLEAGUE)
    told(four, *WRITTEN[1:], others).when(SUBMIT, **submitting()).then_events(e.ApplicationSubmitted)


def test_an_incomplete_form_is_not_submitted() -> None:
    told(DRAFTED, a.DESCRIBED, SIGNED).when(SUBMIT, **submitting()).then_refused(AnswersInvalid)


def test_what_asks_for_more_than_the_call_gives_is_not_submitted() -> None:
    resting = submitting(references={"call": published_with(award_max=euro(449_999))})
    told(*SIGNED_OFF).when(SUBMIT, **resting).then_refused(RuleViolated, rule="grant.award.max")


def test_an_organisation_out_of_good_standing_does_not_submit() -> None:
    told(*SIGNED_OFF).when(SUBMIT, **submitting(SUSPENDED)).then_refused(RuleViolated, rule="organisation.suspended")


def test_a_missing_certificate_is_found_and_does_not_stop_a_submission() -> None:
    held = (a.standing(certificates=(a.certificate(CertificateKind.REGISTRATION),)),)
    (event,) = told(*SIGNED_OFF).when(SUBMIT, **submitting(registers=held)).events
    assert isinstance(event, e.ApplicationSubmitted)
    assert [(one.code, one.pointer) for one in event.findings] == [("certificate-missing", "/certificates/tax")]


def test_nobody_submits_to_a_cancelled_call_or_for_another_organisation() -> None:
    cancelled = submitting(references={"call": call(*OPEN_CALL, CANCELLED)})
    told(*SIGNED_OFF).when(SUBMIT, **cancelled).then_refused(IllegalTransition)
    for_others = c.SubmitApplication(call_id=CALL, organisation_id=a.ELSEWHERE)
    told(*SIGNED_OFF).when(for_others, **submitting()).then_refused(InvalidValue, pointer="/organisation_id")


# --- completion, withdrawal, co-financing


def test_the_applicant_is_asked_once_and_after_the_call_closed() -> None:
    told(*SENT).when(ASK, **as_officer()).then([a.ASKED])
    told(*SENT).when(ASK, **as_officer(now=DURING)).then_refused(IllegalTransition)
    told(*SENT, a.ASKED, a.COMPLETED).when(ASK, **as_officer()).then_refused(
        RuleViolated, rule="grant.completion_request"
    )


def test_what_was_missing_comes_in_time_or_not_at_all() -> None:
    resting = as_applicant(references={"call": call(*OVER)})
    just = resting | {"now": COMPLETION.due_at - SECOND}
    told(*SENT, a.ASKED).when(COMPLETE, **just).then_events(e.ApplicationCompleted)
    told(*SENT, a.ASKED).when(COMPLETE, **resting | {"now": COMPLETION.due_at}).then_refused(
        RuleViolated, rule="grant.completion_request"
    )
    told(*SENT, a.ASKED).when(c.CompleteApplication(call_id=CALL), **just).then_refused(InvalidValue, pointer="/files")
    told(*SENT).when(COMPLETE, **just).then_refused(IllegalTransition)
    told(*SENT, a.ASKED).when(COMPLETE, **just | STRANGER).then_refused(NotPermitted)


@pytest.mark.parametrize("past", [WRITTEN, SENT, (*SENT, a.ASKED), CHECKED, WON, (*CHECKED, RESERVED)])
def test_an_application_is_withdrawn_until_there_is_an_agreement(past: tuple[Event, ...]) -> None:
    told(*past).when(c.WithdrawApplication(reason=REASON), **as_applicant()).then_events(e.ApplicationWithdrawn)


@pytest.mark.parametrize("stage", ["ineligible", "rejected", "contracted", "lapsed", "withdrawn"])
def test_what_came_to_an_end_is_not_withdrawn(stage: str) -> None:
    scenario: Any = told(*WON)
    scenario.aggregate.stage = ApplicationStage(stage)
    scenario.when(c.WithdrawApplication(), **as_applicant()).then_refused(IllegalTransition)


def test_nobody_leaves_an_agreement_that_the_application_was_not_told_of_yet() -> None:
    """Else the claim on public money would be released while the agreement is paid, and paid a second time elsewhere."""
    signed = Contract()
    signed.apply(AGREEMENT, SIGNED_AGREEMENT)
    withdraw, lapse = c.WithdrawApplication(), c.LapseAward(reason=REASON)
    told(*WON).when(withdraw, **as_applicant(boundary=signed)).then_refused(IllegalTransition)
    told(*WON).when(lapse, **as_officer(boundary=signed)).then_refused(IllegalTransition)
    assert Contract.tag(a.APPLICATION, withdraw) in SIGNED_AGREEMENT.tags()


def test_an_institution_appoints_nobody_to_speak_for_an_organisation() -> None:
    """Else its administrator would have whom they like withdraw an application, or read the draft of one."""
    appointed = as_applicant(mandate=a.APPOINTED, actor=a.STRANGER)
    told(*SENT).when(c.WithdrawApplication(), **appointed).then_refused(NotPermitted)
    told(*WRITTEN).when(c.SignOffApplication(), **appointed).then_refused(StreamNotFound)
    given_nothing(Application).when(DRAFT, **submitting(mandate=a.APPOINTED)).then_refused(
        RuleViolated, rule="grant.application.mandate"
    )


def test_a_draft_is_the_applicants_and_stays_so_when_it_is_taken_back() -> None:
    assert a.application(*WRITTEN).withheld_from(a.STRANGER)
    assert a.application(*WRITTEN, a.TAKEN_BACK).withheld_from(a.STRANGER)
    assert not a.application(*WRITTEN, a.INVITED).withheld_from(a.COLLEAGUE)
    assert not a.application(*SENT, a.WITHDRAWN).withheld_from(a.STRANGER)


def test_co_financing_is_declared_and_answers_an_overlap() -> None:
    told_of = CoFinancing(source="MKRS", amount=euro(10_000), institution="mkrs")
    command = c.DeclareCoFinancing(co_financing=told_of)
    told(*SENT, a.NOTED).when(command, **as_applicant()).then_events(e.CoFinancingDeclared).then_state(
        lambda it: it.undeclared == frozenset()
    )
    assert a.application(*SENT, a.NOTED).undeclared == {"mkrs"}
    nothing = c.DeclareCoFinancing(co_financing=CoFinancing(source="MKRS", amount=euro(0)))
    told(*SENT).when(nothing, **as_applicant()).then_refused(InvalidValue, pointer="/co_financing/amount/amount")
    told(*SENT).when(command, **as_applicant(**STRANGER)).then_refused(NotPermitted)
    told(*WRITTEN).when(command, **as_applicant()).then_refused(IllegalTransition)


def test_what_is_declared_says_what_others_than_institutions_pay_then() -> None:
    def declared(*past: Event, **of: Any) -> e.CoFinancingDeclared:
        command = c.DeclareCoFinancing(co_financing=CoFinancing(**of))
        outcome = told(*past).when(command, **as_applicant()).then_events(e.CoFinancingDeclared)
        event = outcome.events[0]
        assert isinstance(event, e.CoFinancingDeclared)
        return event

    town = CoFinancing(source="Komuna", amount=euro(50_000))
    private = replace(a.SUBMITTED, project=a.project(co_financing=(town,)))
    sent = (*SENT[:-1], private)
    more = declared(*sent, source="Fondacion", amount=euro(7))
    assert more.elsewhere == euro(50_007)
    assert declared(*sent, more, source="Fondacion", amount=euro(9)).elsewhere == euro(50_009), "corrected"
    named = declared(*sent, more, source="Komuna", amount=euro(50_000), institution="prizren")
    assert named.elsewhere == euro(7), "what had no institution yet has one now, and is not counted twice"

    again = c.DeclareCoFinancing(co_financing=named.co_financing)
    told(*sent, named).when(again, **as_applicant()).then_refused(InvalidValue, pointer="/co_financing")
    francs = c.DeclareCoFinancing(co_financing=CoFinancing(source="X", amount=Money(1, "CHF")))
    told(*sent).when(francs, **as_applicant()).then_refused(InvalidValue, pointer="/co_financing/amount/currency")


def test_a_merged_organisation_begins_nothing_new() -> None:
    """What it had handed in before goes on: see agreements."""
    registers = (a.succeeded(),)
    draft = given_nothing(Application).when(DRAFT, **submitting(mandate=a.SUCCESSOR, registers=registers))
    draft.then_refused(RuleViolated, rule="organisation.merged")
    told(*a.SIGNED_OFF).when(SUBMIT, **submitting(mandate=a.SUCCESSOR, registers=registers)).then_refused(
        RuleViolated, rule="organisation.merged"
    )
    told(*SENT).when(c.WithdrawApplication(), **as_applicant(mandate=a.SUCCESSOR)).then_events(e.ApplicationWithdrawn)


def test_an_overlap_is_noted_once() -> None:
    note = c.NoteOverlap(overlap_id=a.OVERLAP, institution="mkrs", contact="grante@mkrs.example", similarity=820_000)
    clock = Mandate(Role.CLOCK, "system")
    told(*SENT).when(note, mandate=clock).then([a.NOTED])
    told(*SENT, a.NOTED).when(note, mandate=clock).then_nothing()
    told(*SENT, a.WITHDRAWN).when(note, mandate=clock).then_refused(IllegalTransition)
