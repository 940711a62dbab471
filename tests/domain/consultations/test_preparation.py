"""A consultation before it opens."""

from datetime import date

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import ActKind, DocumentKind, Stage
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.vocabulary import LanguageFile
from tests.domain.consultations.stories import (
    ANNEX_ID,
    BOTH,
    CHECKED,
    CONTACT,
    DRAFT_ID,
    DRAFTED_PLAN,
    FILE,
    OPEN,
    PAPERS,
    PLAN_ITEM,
    PREPARED,
    REASON,
    SUMMARY,
    TITLE,
    attached,
    in_languages,
    plan,
    planned,
)
from tests.support.given import given, given_nothing, new_id

PLAN_IT = c.PlanConsultation(
    title=TITLE,
    act_kind=ActKind.ADMINISTRATIVE_INSTRUCTION,
    summary=SUMMARY,
    plan_item=PLAN_ITEM,
    contact=CONTACT,
)
CITE = c.CitePlanItem(plan_item=PLAN_ITEM)
START = c.StartInitialRound(questions=REASON, ends_on=date(2026, 3, 20))
FINISH = c.FinishInitialRound(participants=7, summary=SUMMARY)
ATTACH = c.AttachDocument(kind=DocumentKind.DRAFT, files=BOTH)
ROUND = e.InitialRoundOpened(questions=REASON, ends_on=date(2026, 3, 20))
ROUND_OVER = e.InitialRoundFinished(participants=7, summary=SUMMARY)

BEFORE_ONLY: tuple[Command, ...] = (
    c.AmendDraft(complex=True),
    CITE,
    c.GiveUnplannedReason(reason=REASON),
    START,
    FINISH,
    ATTACH,
    c.RemoveDocument(document_id=DRAFT_ID),
    c.CheckLegality(),
    c.OpenConsultation(),
)


def test_a_consultation_rests_on_an_item_of_an_adopted_plan() -> None:
    given_nothing(Consultation).when(PLAN_IT, references={"plan": plan()}).then([planned()])


def test_a_consultation_may_be_begun_without_a_plan_item() -> None:
    bare = c.PlanConsultation(title=TITLE, act_kind=ActKind.LAW)

    given_nothing(Consultation).when(bare).then([e.ConsultationPlanned(title=TITLE, act_kind=ActKind.LAW)]).then_state(
        lambda it: it.stage is Stage.PLANNED
    )


def test_a_plan_of_another_tenant_is_not_there() -> None:
    given_nothing(Consultation).when(PLAN_IT, references={"plan": None}).then_refused(StreamNotFound)


def test_a_draft_plan_cannot_be_cited() -> None:
    refers = {"plan": plan(*DRAFTED_PLAN)}

    given_nothing(Consultation).when(PLAN_IT, references=refers).then_refused(RuleViolated, rule="consultation.plan")
    given_nothing(Consultation).when(PLAN_IT, references=refers, imported=True).then([planned()])


def test_an_item_that_is_not_on_the_plan_cannot_be_cited() -> None:
    refers = {"plan": plan(DRAFTED_PLAN[0])}

    given(Consultation, PREPARED).when(CITE, references=refers).then_refused(InvalidValue, pointer="/plan_item/item_id")


def test_a_plan_item_is_cited_later() -> None:
    given(Consultation, [planned(plan_item=None)]).when(CITE, references={"plan": plan()}).then(
        [e.PlanItemCited(plan_item=PLAN_ITEM)]
    ).then_state(lambda it: it.facts.plan_item == PLAN_ITEM)


def test_the_reason_for_standing_on_no_plan_is_given_later() -> None:
    given(Consultation, [planned(plan_item=None)]).when(c.GiveUnplannedReason(reason=REASON)).then(
        [e.UnplannedReasonGiven(reason=REASON)]
    ).then_state(lambda it: it.facts.unplanned_reason == REASON)


def test_commands_name_the_plan_they_cite() -> None:
    references = Consultation.decisions[c.PlanConsultation].references
    _, names = references["plan"]

    assert names(PLAN_IT) == PLAN_ITEM.plan_id
    assert names(c.PlanConsultation(title=TITLE, act_kind=ActKind.LAW)) is None


def test_facts_are_amended() -> None:
    given(Consultation, PREPARED).when(c.AmendDraft(complex=True, window_days=40)).then(
        [e.DraftAmended(complex=True, window_days=40)]
    ).then_state(lambda it: it.facts.window_days == 40 and it.facts.title == TITLE)


def test_an_amendment_names_something() -> None:
    given(Consultation, PREPARED).when(c.AmendDraft()).then_refused(InvalidValue, pointer="")


def test_a_change_to_what_was_ready_is_looked_at_again() -> None:
    given(Consultation, [*PREPARED, CHECKED]).when(c.AmendDraft(complex=True)).then_state(
        lambda it: it.stage is Stage.DRAFTING
    )


def test_an_initial_round_is_held_before_drafting() -> None:
    given(Consultation, [planned()]).when(START).then([ROUND]).then_state(lambda it: it.stage is Stage.INITIAL)
    given(Consultation, [planned(), ROUND]).when(FINISH).then([ROUND_OVER]).then_state(
        lambda it: it.stage is Stage.DRAFTING and it.facts.initial_round
    )


def test_an_initial_round_does_not_end_before_it_starts() -> None:
    past = c.StartInitialRound(questions=REASON, ends_on=date(2026, 3, 1))

    given(Consultation, [planned()]).when(past).then_refused(InvalidValue, pointer="/ends_on")


def test_an_initial_round_comes_before_the_papers_and_ends_once() -> None:
    given(Consultation, PREPARED).when(START).then_refused(IllegalTransition)
    given(Consultation, [planned()]).when(FINISH).then_refused(IllegalTransition)
    given(Consultation, [planned(), ROUND]).when(c.OpenConsultation()).then_refused(IllegalTransition)


def test_papers_may_be_laid_ready_during_the_initial_round() -> None:
    given(Consultation, [planned(), ROUND]).when(ATTACH).then_events(e.DocumentAttached).then_state(
        lambda it: it.stage is Stage.INITIAL
    )


def test_a_first_document_gets_an_id_and_version_one() -> None:
    given(Consultation, [planned()]).when(ATTACH).then(
        [e.DocumentAttached(document_id=new_id(0), version=1, kind=DocumentKind.DRAFT, files=BOTH)]
    ).then_state(lambda it: it.stage is Stage.DRAFTING)


def test_a_second_language_of_the_draft_joins_the_draft() -> None:
    serbian = c.AttachDocument(kind=DocumentKind.DRAFT, files=in_languages("sr"), title=TITLE)

    given(Consultation, [planned(), attached(DocumentKind.DRAFT, "sq")]).when(serbian).then(
        [
            e.DocumentAttached(
                document_id=DRAFT_ID, version=2, kind=DocumentKind.DRAFT, files=in_languages("sr"), title=TITLE
            )
        ]
    ).then_state(lambda it: set(it.documents[DRAFT_ID].languages) == {"sq", "sr"})


def test_a_memorandum_does_not_join_the_draft() -> None:
    memorandum = c.AttachDocument(kind=DocumentKind.EXPLANATORY_MEMORANDUM, files=BOTH)

    given(Consultation, [planned(), PAPERS[0]]).when(memorandum).then_state(lambda it: len(it.documents) == 2)


def test_annexes_are_documents_of_their_own_unless_one_is_named() -> None:
    annex = attached(DocumentKind.ANNEX)
    new = c.AttachDocument(kind=DocumentKind.ANNEX, files=BOTH)
    given(Consultation, [planned(), annex]).when(new).then_state(lambda it: len(it.documents) == 2)
    named = c.AttachDocument(kind=DocumentKind.OTHER, files=BOTH, document_id=ANNEX_ID)
    outcome = given(Consultation, [planned(), annex]).when(named).then_state(lambda it: len(it.documents) == 1)
    assert outcome.events[0] == attached(DocumentKind.ANNEX, version=2), "the kind stays"


def test_a_document_that_is_not_there_cannot_be_changed_or_removed() -> None:
    other = derived_id("test", "elsewhere")
    named = c.AttachDocument(kind=DocumentKind.ANNEX, files=BOTH, document_id=other)
    given(Consultation, PREPARED).when(named).then_refused(InvalidValue, pointer="/document_id")
    given(Consultation, PREPARED).when(c.RemoveDocument(document_id=other)).then_refused(
        InvalidValue, pointer="/document_id"
    )


def test_one_file_per_language() -> None:
    twice = (*BOTH, LanguageFile(language="sq", file=FILE))

    given(Consultation, PREPARED).when(c.AttachDocument(kind=DocumentKind.DRAFT, files=twice)).then_refused(
        InvalidValue, pointer="/files/2/language"
    )


def test_a_document_is_removed() -> None:
    given(Consultation, [*PREPARED, CHECKED]).when(c.RemoveDocument(document_id=DRAFT_ID)).then(
        [e.DocumentRemoved(document_id=DRAFT_ID)]
    ).then_state(lambda it: it.stage is Stage.DRAFTING and DRAFT_ID not in it.documents)


def test_a_clean_check_makes_it_ready() -> None:
    given(Consultation, PREPARED).when(c.CheckLegality()).then([CHECKED]).then_state(lambda it: it.stage is Stage.READY)


def test_a_check_with_errors_is_recorded_too() -> None:
    outcome = given(Consultation, [planned(contact=None)]).when(c.CheckLegality()).then_events(e.LegalityChecked)

    assert outcome.events[0].errors == 3
    outcome.then_state(lambda it: it.stage is Stage.PLANNED)


@pytest.mark.parametrize("command", BEFORE_ONLY, ids=lambda command: command.name)
def test_nothing_is_prepared_any_more_once_it_is_open(command: Command) -> None:
    given(Consultation, OPEN).when(command, references={"plan": plan()}).then_refused(IllegalTransition)


def test_papers_are_what_the_stories_say() -> None:
    assert [paper.kind for paper in PAPERS] == [DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM]
