"""An application while it is written."""

from datetime import timedelta
from typing import Any

import pytest

from domain.grants.answers import AnswersInvalid
from domain.grants.application import Application
from domain.grants.commands import application as c
from domain.grants.events import application as e
from domain.kernel.errors import (
    ConcurrencyConflict,
    IllegalTransition,
    InvalidValue,
    NotPermitted,
    RuleViolated,
    StreamNotFound,
)
from tests.domain.grants import applications as a
from tests.domain.grants.applications import (
    ACTOR,
    DRAFTED,
    ORGANISATION,
    SENT,
    SIGNED,
    SIGNED_OFF,
    WRITTEN,
    as_applicant,
    project,
    submitting,
    told,
)
from tests.domain.grants.stories import (
    ANSWERS,
    CALL,
    CLOSES_AT,
    FILE,
    OTHER_CALL,
    euro,
)
from tests.support.given import given_nothing, new_id

SECOND = timedelta(seconds=1)
DRAFT = c.DraftApplication(call_id=CALL, organisation_id=ORGANISATION, language="sq")
SUBMIT = c.SubmitApplication(call_id=CALL, organisation_id=ORGANISATION)
SAVE = c.SaveSection(call_id=CALL, form_version=1, section="project", revision=0, answers=ANSWERS["project"])
DESCRIBE = c.DescribeProject(call_id=CALL, project=a.PROJECT)
COLLEAGUE: dict[str, Any] = {"mandate": a.ANYBODY, "actor": a.COLLEAGUE}
STRANGER: dict[str, Any] = {"mandate": a.OTHERS, "actor": a.STRANGER}


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
