"""An application, command by command."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.grants.answers import AnswersInvalid
from domain.grants.application import Application
from domain.grants.commands import application as c
from domain.grants.events import application as e
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import ApplicationStage, AwardOutcome, CostKind
from domain.kernel.context import Mandate
from domain.kernel.errors import (
    ConcurrencyConflict,
    IllegalTransition,
    InvalidValue,
    NotLawful,
    NotPermitted,
    RuleViolated,
    StreamNotFound,
)
from domain.kernel.event import Event
from domain.kernel.manifest import Role
from domain.kernel.receipt import read_code
from domain.organisations.vocabulary import CertificateKind
from tests.domain.grants import applications as a
from tests.domain.grants.applications import (
    ACTOR,
    AWARDED,
    CHECKED,
    COMPLETION,
    DELEGATE,
    DRAFTED,
    ORGANISATION,
    REJECTED,
    RESERVED,
    SENT,
    SIGNED,
    SIGNED_OFF,
    SUSPENDED,
    WON,
    WRITTEN,
    as_applicant,
    as_officer,
    project,
    submitting,
    told,
)
from tests.domain.grants.stories import (
    AFTER,
    ANSWERS,
    CALL,
    CANCELLED,
    CLOSES_AT,
    DURING,
    FILE,
    GATE,
    OPEN_CALL,
    OTHER_CALL,
    OVER,
    PREPARED,
    PUBLISHED,
    REASON,
    call,
    euro,
    facts,
)
from tests.support.given import given_nothing, new_id

SECOND = timedelta(seconds=1)
DRAFT = c.DraftApplication(call_id=CALL, organisation_id=ORGANISATION, language="sq")
SUBMIT = c.SubmitApplication(call_id=CALL, organisation_id=ORGANISATION)
SAVE = c.SaveSection(call_id=CALL, form_version=1, section="project", revision=0, answers=ANSWERS["project"])
DESCRIBE = c.DescribeProject(call_id=CALL, project=a.PROJECT)
CHECK = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=True, gates={})
COMPLETE = c.CompleteApplication(call_id=CALL, files=(FILE,))
ASK = c.RequestCompletion(call_id=CALL, missing=(REASON,))
COLLEAGUE: dict[str, Any] = {"mandate": a.ANYBODY, "actor": a.COLLEAGUE}
STRANGER: dict[str, Any] = {"mandate": a.OTHERS, "actor": a.STRANGER}


def published(**changes: Any) -> Any:
    """The open call with other facts."""
    told_otherwise = facts(**changes)
    fields = {name: getattr(PUBLISHED, name) for name in PUBLISHED.__struct_fields__}
    return call(*PREPARED, type(PUBLISHED)(**fields | {"facts": told_otherwise}))


# --- drafting


def test_a_draft_takes_who_applies_from_the_register() -> None:
    given_nothing(Application).when(DRAFT, **as_applicant(registers=(a.standing(),))).then([DRAFTED])


def test_only_on_a_mandate_of_the_organisation_is_a_draft_begun() -> None:
    resting = as_applicant(registers=(a.standing(),))
    given_nothing(Application).when(DRAFT, **resting | {"mandate": a.OTHERS}).then_refused(
        RuleViolated, rule="grant.application.mandate"
    )


@pytest.mark.parametrize(
    ("at", "rule"), [(CLOSES_AT, "grant.call.over"), (CLOSES_AT + SECOND, "grant.call.over")], ids=["on it", "after"]
)
def test_nothing_is_begun_or_changed_once_the_call_is_over(at: Any, rule: str) -> None:
    late = as_applicant(registers=(a.standing(),), now=at)
    given_nothing(Application).when(DRAFT, **late).then_refused(RuleViolated, rule=rule)
    told(DRAFTED).when(DESCRIBE, **late).then_refused(RuleViolated, rule=rule)
    told(DRAFTED).when(SAVE, **late).then_refused(RuleViolated, rule=rule)


def test_a_project_is_described_and_described_anew() -> None:
    told(DRAFTED).when(DESCRIBE, **as_applicant()).then([a.DESCRIBED])
    other = project(title="Tjetër")
    told(*WRITTEN).when(c.DescribeProject(call_id=CALL, project=other), **as_applicant()).then(
        [e.ProjectDescribed(project=other)]
    ).then_state(lambda it: it.project.title == "Tjetër")


def test_a_project_whose_sums_do_not_add_up_is_not_kept() -> None:
    wrong = c.DescribeProject(call_id=CALL, project=project(requested=euro(1)))
    told(DRAFTED).when(wrong, **as_applicant()).then_refused(InvalidValue, pointer="/project/costs")


def test_two_editors_of_one_section_do_not_overwrite_each_other() -> None:
    told(DRAFTED).when(SAVE, **as_applicant()).then([a.SAVED])
    told(*WRITTEN).when(SAVE, **as_applicant()).then_refused(ConcurrencyConflict)
    again = c.SaveSection(call_id=CALL, form_version=1, section="project", revision=1, answers=ANSWERS["project"])
    told(*WRITTEN).when(again, **as_applicant()).then_events(e.SectionSaved)


def test_an_unfinished_section_is_kept_and_a_wrong_one_is_not() -> None:
    partly = c.SaveSection(call_id=CALL, form_version=1, section="project", revision=0, answers={"partners": False})
    told(DRAFTED).when(partly, **as_applicant()).then_events(e.SectionSaved)
    wrong = c.SaveSection(call_id=CALL, form_version=1, section="project", revision=0, answers={"amount": "many"})
    told(DRAFTED).when(wrong, **as_applicant()).then_refused(AnswersInvalid, pointer="/answers/project/amount")


def test_answers_to_a_superseded_form_are_refused() -> None:
    old = c.SaveSection(call_id=CALL, form_version=2, section="project", revision=0, answers={})
    told(DRAFTED).when(old, **as_applicant()).then_refused(RuleViolated, rule="grant.form.superseded")


def test_a_command_names_the_right_call() -> None:
    other = c.DescribeProject(call_id=OTHER_CALL, project=a.PROJECT)
    told(DRAFTED).when(other, **as_applicant()).then_refused(InvalidValue, pointer="/call_id")


def test_files_come_and_go_under_names_that_tell_nothing() -> None:
    attach = c.AttachEvidence(title="Statuti", file=FILE)
    outcome = told(DRAFTED).when(attach, **as_applicant()).then_events(e.EvidenceAttached)
    assert outcome.events[0].file.file_name == "evidence-1"  # type: ignore[attr-defined]
    told(DRAFTED, a.ATTACHED).when(c.RemoveEvidence(file_id=a.FILE_ID), **as_applicant()).then(
        [e.EvidenceRemoved(file_id=a.FILE_ID)]
    )
    told(DRAFTED).when(c.RemoveEvidence(file_id=a.FILE_ID), **as_applicant()).then_refused(
        InvalidValue, pointer="/file_id"
    )
    many = [e.EvidenceAttached(file_id=new_id(n), title="F", file=FILE) for n in range(50)]
    told(DRAFTED, *many).when(attach, **as_applicant()).then_refused(InvalidValue, pointer="/file")


def test_an_invited_colleague_writes_and_neither_signs_nor_submits() -> None:
    team = (*WRITTEN, a.INVITED)
    told(*team).when(DESCRIBE, **as_applicant(**COLLEAGUE)).then([a.DESCRIBED])
    told(*team).when(c.SignOffApplication(), **as_applicant(**COLLEAGUE)).then_refused(NotPermitted)
    told(*team, SIGNED).when(SUBMIT, **submitting(**COLLEAGUE)).then_refused(NotPermitted)
    told(*team, e.EditorRemoved(person_id=a.COLLEAGUE)).when(DESCRIBE, **as_applicant(**COLLEAGUE)).then_refused(
        StreamNotFound
    )


def test_of_a_draft_strangers_do_not_learn_that_it_is_there() -> None:
    for command in (DESCRIBE, SAVE, c.SignOffApplication(), c.InviteEditor(person_id=ACTOR), c.WithdrawApplication()):
        told(*WRITTEN).when(command, **as_applicant(**STRANGER)).then_refused(StreamNotFound)


def test_editors_are_invited_once_and_removed_once() -> None:
    invite, remove = c.InviteEditor(person_id=a.COLLEAGUE), c.RemoveEditor(person_id=a.COLLEAGUE)
    told(DRAFTED).when(invite, **as_applicant()).then([a.INVITED])
    told(DRAFTED, a.INVITED).when(invite, **as_applicant()).then_refused(InvalidValue, pointer="/person_id")
    told(DRAFTED, a.INVITED).when(remove, **as_applicant()).then([e.EditorRemoved(person_id=a.COLLEAGUE)])
    told(DRAFTED).when(remove, **as_applicant()).then_refused(InvalidValue, pointer="/person_id")
    crowd = [e.EditorInvited(person_id=new_id(n)) for n in range(20)]
    told(DRAFTED, *crowd).when(invite, **as_applicant()).then_refused(InvalidValue, pointer="/person_id")


def test_a_sign_off_stands_for_one_version() -> None:
    told(*WRITTEN).when(c.SignOffApplication(), **as_applicant()).then([SIGNED])
    told(*SIGNED_OFF).when(c.SignOffApplication(), **as_applicant()).then_refused(InvalidValue)
    told(DRAFTED).when(c.SignOffApplication(), **as_applicant()).then_refused(
        RuleViolated, rule="grant.application.project"
    )
    for change in (a.DESCRIBED, a.ATTACHED):
        told(*SIGNED_OFF, change).when(SUBMIT, **submitting()).then_refused(
            RuleViolated, rule="grant.application.sign_off"
        )


def test_nothing_of_a_submitted_application_is_edited() -> None:
    for command in (DESCRIBE, SAVE, c.AttachEvidence(title="S", file=FILE), c.RemoveEvidence(file_id=a.FILE_ID)):
        told(*SENT).when(command, **as_applicant()).then_refused(IllegalTransition)
    for command in (c.InviteEditor(person_id=a.COLLEAGUE), c.RemoveEditor(person_id=a.COLLEAGUE)):
        told(*SENT).when(command, **as_applicant()).then_refused(IllegalTransition)
    told(*SENT).when(c.SignOffApplication(), **as_applicant()).then_refused(IllegalTransition)


# --- submission


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
    resting = submitting(references={"call": published(award_max=euro(449_999))})
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


def test_an_overlap_is_noted_once() -> None:
    note = c.NoteOverlap(overlap_id=a.OVERLAP, institution="mkrs", contact="grante@mkrs.example", similarity=820_000)
    clock = Mandate(Role.CLOCK, "system")
    told(*SENT).when(note, mandate=clock).then([a.NOTED])
    told(*SENT, a.NOTED).when(note, mandate=clock).then_nothing()
    told(*SENT, a.WITHDRAWN).when(note, mandate=clock).then_refused(IllegalTransition)


# --- check


def test_an_eligible_application_goes_to_the_commission() -> None:
    told(*SENT).when(CHECK, **as_officer()).then([a.ELIGIBLE])


def test_each_gate_is_answered_and_none_is_waved_through() -> None:
    gated = as_officer(references={"call": published(gates=(GATE,))})

    def check(eligible: bool, **gates: bool) -> c.CheckApplication:
        return c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=eligible, gates=gates)

    told(*SENT).when(check(True, minority=True), **gated).then_events(e.ApplicationChecked)
    told(*SENT).when(check(True, minority=False), **gated).then_refused(NotLawful)
    told(*SENT).when(check(True), **gated).then_refused(InvalidValue, pointer="/gates/minority")
    told(*SENT).when(check(True, other=True, minority=True), **gated).then_refused(InvalidValue, pointer="/gates/other")
    (event,) = told(*SENT).when(check(False, minority=False), **gated).events
    assert isinstance(event, e.ApplicationChecked)
    assert [one.rule for one in event.findings] == ["grant.call.gate"]


@pytest.mark.parametrize(
    ("register", "rule"),
    [
        (a.standing(SUSPENDED), "organisation.suspended"),
        (a.standing(certificates=(a.certificate(CertificateKind.REGISTRATION),)), "organisation.certificate"),
        (
            a.standing(
                certificates=(
                    a.certificate(CertificateKind.REGISTRATION),
                    a.certificate(CertificateKind.TAX, date(2026, 4, 29)),
                )
            ),
            "organisation.certificate",
        ),
    ],
    ids=["suspended", "no tax certificate", "one that ran out the day before"],
)
def test_what_the_register_refuses_no_officer_waves_through(register: Any, rule: str) -> None:
    resting = as_officer(registers=(register,))
    outcome = told(*SENT).when(CHECK, **resting).then_refused(NotLawful)
    assert isinstance(outcome.refusal, NotLawful)
    assert [one.rule for one in outcome.refusal.findings] == [rule]
    ineligible = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={})
    told(*SENT).when(ineligible, **resting).then_events(e.ApplicationChecked)


def test_a_check_comes_after_the_call_and_after_the_time_to_complete() -> None:
    told(*SENT).when(CHECK, **as_officer(now=DURING)).then_refused(IllegalTransition)
    told(*SENT, a.ASKED).when(CHECK, **as_officer(now=AFTER)).then_refused(
        RuleViolated, rule="grant.completion_request"
    )
    told(*SENT, a.ASKED).when(CHECK, **as_officer(now=COMPLETION.due_at)).then_events(e.ApplicationChecked)
    told(*SENT, a.ASKED, a.COMPLETED).when(CHECK, **as_officer()).then_events(e.ApplicationChecked)
    told(*CHECKED).when(CHECK, **as_officer()).then_refused(IllegalTransition)


def test_whoever_is_ineligible_is_told_why() -> None:
    bare = c.CheckApplication(call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={})
    told(*SENT).when(bare, **as_officer()).then_refused(InvalidValue, pointer="/reason")
    with_reason = c.CheckApplication(
        call_id=CALL, organisation_id=ORGANISATION, eligible=False, gates={}, reason=REASON
    )
    told(*SENT).when(with_reason, **as_officer()).then([a.INELIGIBLE])
    other = c.CheckApplication(call_id=CALL, organisation_id=a.ELSEWHERE, eligible=True, gates={})
    told(*SENT).when(other, **as_officer()).then_refused(InvalidValue, pointer="/organisation_id")


# --- outcome


def outcome(**told_of: Any) -> c.RecordOutcome:
    return c.RecordOutcome(**{"outcome": AwardOutcome.AWARDED, "rank": 1, "score": 910_000} | told_of)


def test_the_ranking_is_recorded_and_may_change_after_a_complaint() -> None:
    told(*CHECKED).when(outcome(amount=euro(450_000))).then([AWARDED])
    told(*WON).when(outcome(outcome=AwardOutcome.REJECTED, rank=9, score=300_000)).then([REJECTED])
    told(*CHECKED).when(outcome()).then_refused(InvalidValue, pointer="/amount")
    told(*CHECKED).when(outcome(outcome=AwardOutcome.REJECTED, amount=euro(1))).then_refused(
        InvalidValue, pointer="/amount"
    )
    told(*SENT).when(outcome(amount=euro(450_000))).then_refused(IllegalTransition)


def test_a_reserve_moves_up_for_no_more_than_was_asked() -> None:
    promote = c.PromoteReserve(amount=euro(450_000), reason=REASON)
    told(*CHECKED, RESERVED).when(promote, **as_officer()).then_events(e.ReservePromoted).then_state(
        lambda it: (it.stage, it.award) == (ApplicationStage.AWARDED, euro(450_000))
    )
    more = c.PromoteReserve(amount=euro(450_001), reason=REASON)
    told(*CHECKED, RESERVED).when(more, **as_officer()).then_refused(RuleViolated, rule="grant.award.asked")
    nothing = c.PromoteReserve(amount=euro(0), reason=REASON)
    told(*CHECKED, RESERVED).when(nothing, **as_officer()).then_refused(InvalidValue, pointer="/amount/amount")
    told(*WON).when(promote, **as_officer()).then_refused(IllegalTransition)


def test_an_award_becomes_an_agreement_or_lapses() -> None:
    agreement = new_id(5)
    told(*WON).when(c.RecordContract(agreement_id=agreement)).then(
        [e.ApplicationContracted(**a.OF_CALL, agreement_id=agreement)]
    )
    told(*WON).when(c.LapseAward(reason=REASON), **as_officer()).then_events(e.AwardLapsed)
    told(*CHECKED).when(c.LapseAward(reason=REASON), **as_officer()).then_refused(IllegalTransition)
    told(*CHECKED).when(c.RecordContract(agreement_id=agreement)).then_refused(IllegalTransition)


def test_indirect_costs_are_seen() -> None:
    assert a.PROJECT.indirect == euro(30_000)
    assert [one.kind for one in a.PROJECT.costs] == [CostKind.ACTIVITIES, CostKind.INDIRECT]
    assert a.PROJECT.declares("prizren")
    assert DELEGATE.organisation_id == ORGANISATION
