"""A contribution on its way in."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.contribution import Contribution
from domain.consultations.vocabulary import ArticleComment, Channel, ContributionStage, ContributorKind
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated, StreamNotFound
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.receipt import CODE, read_code
from tests.domain.consultations.stories import (
    AFTER,
    ANALYSED,
    ANNEX_ID,
    ANNULLED,
    ANSWERED,
    CLOSED_AT,
    CLOSES_AT,
    DRAFT_ID,
    DURING,
    FILE,
    MEETING,
    OPEN,
    OPENED_AT,
    ORGANISATION,
    OVER,
    PREPARED,
    PUBLISHED,
    REASON,
    REPORTED,
    SCHEDULED,
    TAKEN_BACK,
    WINDOW,
    WITHDRAWN,
    WITHHELD,
    drafted,
    refers,
    submitted,
)
from tests.support.given import ACTOR, STREAM, given, given_nothing, new_id

BODY = "Neni 4 duhet të ndryshojë."
SOMEBODY = derived_id("test", "somebody else")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute", ORGANISATION)
PERSON = c.Contributor(name="Arta Gashi", email="arta@example.org", phone="+383 44 100 200", address="Rruga B 1")
SAID: dict[str, Any] = {"consultation_id": STREAM, "language": "sq", "body": BODY}
SUBMIT = c.SubmitContribution(**SAID)
DRAFT = c.DraftContribution(**SAID)
RECORD = c.RecordContribution(**SAID, channel=Channel.EMAIL, received_at=DURING)
REVISE = c.ReviseContribution(language="sr", body="Član 4.", title="Član 4", attachments=(FILE,))
SUBMIT_DRAFT = c.SubmitDraft(consultation_id=STREAM)
TAKE_BACK = c.WithdrawContribution(consultation_id=STREAM)


def nothing(command: Command, *story: Any, **overrides: Any) -> Any:
    facts = {"now": DURING, "references": refers(*story)} | overrides
    return given_nothing(Contribution).when(command, **facts)


def mine(*events: Any) -> Any:
    return given(Contribution, events or [drafted()], at=OPENED_AT)


class TestSubmission:
    def test_somebody_contributes_at_once(self) -> None:
        made = nothing(SUBMIT).then_events(e.ContributionDrafted, e.ContributionSubmitted)

        assert made.events[0] == drafted()
        event = made.events[1]
        assert (event.channel, event.received_at, event.language) == (Channel.WEB, DURING, "sq")
        assert CODE.fullmatch(event.receipt)
        assert event.receipt_code == event.receipt == read_code(event.receipt)
        assert made.aggregate.stage is ContributionStage.RECEIPTED

    def test_the_digest_is_of_what_was_said(self) -> None:
        first, again = nothing(SUBMIT).events[1], nothing(SUBMIT).events[1]
        other = nothing(c.SubmitContribution(**{**SAID, "body": "Neni 5."})).events[1]

        assert first.digest == again.digest != other.digest

    def test_who_spoke_is_sealed(self) -> None:
        command = c.SubmitContribution(**SAID, contributor=PERSON)

        nothing(command).then_personal(
            {
                "name": "Arta Gashi",
                "email": "arta@example.org",
                "phone": "+383 44 100 200",
                "address": "Rruga B 1",
            }
        )
        assert {one.subject_id for one in nothing(command).events[0].personal} == {ACTOR}

    def test_what_is_not_told_is_not_sealed(self) -> None:
        nothing(c.SubmitContribution(**SAID, contributor=c.Contributor(name="Arta"))).then_personal({"name": "Arta"})
        nothing(SUBMIT).then_personal({})

    def test_what_somebody_calls_a_file_is_personal(self) -> None:
        """Also of two attachments with the same bytes, which are one file."""
        files = [msgspec.structs.replace(FILE, file_name=f"CV_Agim_Rexhepi_{n}.pdf") for n in range(2)]

        made = nothing(c.SubmitContribution(**SAID, attachments=tuple(files)))

        made.then_personal({f"file:{FILE.sha256}": "CV_Agim_Rexhepi_1.pdf"})
        assert [file.file_name for file in made.events[0].attachments] == ["attachment-1", "attachment-2"]

    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PAPER, Channel.MEETING])
    def test_paper_does_not_come_through_the_web(self, channel: Channel) -> None:
        nothing(c.SubmitContribution(**SAID, channel=channel)).then_refused(InvalidValue, pointer="/channel")

    def test_comments_are_on_documents_of_the_consultation(self) -> None:
        on_draft = ArticleComment(article="4", comment="Shih", document_id=DRAFT_ID)
        nothing(
            c.SubmitContribution(**SAID, comments=(on_draft, ArticleComment(article="5", comment="Po")))
        ).then_events(e.ContributionDrafted, e.ContributionSubmitted)
        elsewhere = ArticleComment(article="4", comment="Shih", document_id=ANNEX_ID)
        nothing(c.SubmitContribution(**SAID, comments=(elsewhere,))).then_refused(
            InvalidValue, pointer="/comments/0/document_id"
        )

    def test_a_consultation_of_another_tenant_is_not_there(self) -> None:
        given_nothing(Contribution).when(SUBMIT, references={"consultation": None}).then_refused(StreamNotFound)

    def test_commands_name_the_consultation_they_are_about(self) -> None:
        _, names = Contribution.decisions[c.SubmitContribution].references["consultation"]

        assert names(SUBMIT) == STREAM
        assert names(REVISE) is None


class TestOrganisations:
    def test_a_delegate_speaks_for_the_organisation_that_sent_them(self) -> None:
        command = c.SubmitContribution(
            **SAID, organisation_id=ORGANISATION, organisation_name="OJQ Shembull", channel=Channel.API
        )
        made = nothing(command, mandate=DELEGATE)

        assert made.events[0].kind is ContributorKind.CIVIL_SOCIETY
        assert made.events[0].organisation_name == "OJQ Shembull"

    @pytest.mark.parametrize(
        "claim",
        [{"organisation_id": ORGANISATION}, {"organisation_name": "OJQ"}, {"organisation_id": SOMEBODY}],
        ids=["no mandate", "a name alone", "another's mandate"],
    )
    def test_nobody_speaks_for_an_organisation_without_its_mandate(self, claim: dict[str, Any]) -> None:
        mandate = DELEGATE if claim.get("organisation_id") == SOMEBODY else Mandate(Role.SIGNED_IN, "any person")
        for command in (c.SubmitContribution(**SAID, **claim), c.DraftContribution(**SAID, **claim)):
            nothing(command, mandate=mandate).then_refused(RuleViolated, rule="contribution.mandate")

    def test_the_kind_may_be_told(self) -> None:
        command = c.SubmitContribution(**SAID, kind=ContributorKind.ACADEMIA)

        assert nothing(command).events[0].kind is ContributorKind.ACADEMIA

    def test_another_delegate_of_the_organisation_may_go_on(self) -> None:
        draft = drafted(organisation_id=ORGANISATION, contributor_id=SOMEBODY)

        mine(draft).when(SUBMIT_DRAFT, now=DURING, references=refers(), mandate=DELEGATE).then_events(
            e.ContributionSubmitted
        )

    def test_who_lost_the_mandate_no_longer_speaks_for_the_organisation(self) -> None:
        draft = drafted(organisation_id=ORGANISATION)

        for command in (SUBMIT_DRAFT, REVISE):
            mine(draft).when(
                command, now=DURING, references=refers(), mandate=Mandate(Role.SIGNED_IN, "any person")
            ).then_refused(RuleViolated, rule="contribution.mandate")

    def test_a_revised_draft_speaks_of_documents_that_are_there(self) -> None:
        revised = e.ContributionRevised(
            language="sq", body=BODY, comments=(ArticleComment(article="1", comment="x", document_id=SOMEBODY),)
        )

        mine(drafted(), revised).when(SUBMIT_DRAFT, now=DURING, references=refers()).then_refused(
            InvalidValue, pointer="/comments/0/document_id"
        )


class TestWindow:
    def test_what_came_in_before_a_restart_is_entered_after_it(self) -> None:
        again = e.ConsultationRestarted(
            previous_closes_at=CLOSES_AT, starts_at=DURING, closes_at=CLOSES_AT, reason=REASON, deadline=WINDOW
        )
        early = c.RecordContribution(**SAID, channel=Channel.PAPER, received_at=OPENED_AT + timedelta(hours=1))

        nothing(early, *OPEN, again, now=DURING).then_events(e.ContributionDrafted, e.ContributionSubmitted)

    @pytest.mark.parametrize("command", [SUBMIT, DRAFT], ids=lambda it: it.name)
    def test_late_is_late(self, command: Command) -> None:
        for story, now in ((OPEN, CLOSES_AT), (OVER, CLOSED_AT), ((*OVER, ANALYSED, REPORTED), AFTER)):
            refused = nothing(command, *story, now=now)
            refused.then_refused(RuleViolated, rule="consultation.written.min")
            assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")
            assert refused.refusal.message.values["last_day"] == "2026-04-10"

    def test_the_last_instant_is_in_time(self) -> None:
        nothing(SUBMIT, now=CLOSES_AT - timedelta(microseconds=1)).then_events(
            e.ContributionDrafted, e.ContributionSubmitted
        )

    def test_what_came_in_time_may_have_waited_until_the_clock_closed_the_window(self) -> None:
        last = CLOSES_AT - timedelta(microseconds=1)
        nothing(SUBMIT, *OVER, now=last).then_events(e.ContributionDrafted, e.ContributionSubmitted)
        nothing(SUBMIT, *OVER, ANALYSED, now=last).then_refused(RuleViolated)

    def test_a_told_window_has_an_end_too(self) -> None:
        told = e.ConsultationOpened(starts_at=OPENED_AT, closes_at=CLOSES_AT, languages=("sq",))
        refused = nothing(SUBMIT, *PREPARED, told, now=CLOSES_AT)

        refused.then_refused(RuleViolated, rule="consultation.window.over")

    @pytest.mark.parametrize("command", [SUBMIT, DRAFT, RECORD], ids=lambda it: it.name)
    def test_early_is_early(self, command: Command) -> None:
        nothing(command, *PREPARED).then_refused(RuleViolated, rule="consultation.not_open")

    @pytest.mark.parametrize("command", [SUBMIT, DRAFT, RECORD], ids=lambda it: it.name)
    @pytest.mark.parametrize("end", [WITHDRAWN, ANNULLED])
    def test_a_consultation_that_was_given_up_takes_nothing(self, command: Command, end: Any) -> None:
        nothing(command, *OPEN, end).then_refused(RuleViolated, rule="consultation.withdrawn")


class TestEntering:
    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PAPER])
    def test_an_officer_enters_what_came_by_post(self, channel: Channel) -> None:
        command = c.RecordContribution(**SAID, channel=channel, received_at=DURING, organisation_name="OJQ")
        made = nothing(command, now=CLOSES_AT - timedelta(hours=1))

        made.then_events(e.ContributionDrafted, e.ContributionSubmitted)
        assert made.events[0].contributor_id == new_id(0) != ACTOR
        assert made.events[1].received_at == DURING
        assert made.aggregate.stage is ContributionStage.SUBMITTED

    def test_it_may_be_entered_after_the_window_if_it_came_in_within_it(self) -> None:
        nothing(RECORD, *OVER, now=AFTER).then_events(e.ContributionDrafted, e.ContributionSubmitted)

    @pytest.mark.parametrize(
        ("received_at", "rule"),
        [(CLOSES_AT, "consultation.written.min"), (OPENED_AT - timedelta(days=1), "consultation.not_open")],
    )
    def test_what_came_in_outside_of_the_window_does_not_count(self, received_at: Any, rule: str) -> None:
        command = c.RecordContribution(**SAID, channel=Channel.PAPER, received_at=received_at)

        nothing(command, *OVER, now=AFTER).then_refused(RuleViolated, rule=rule)

    def test_nothing_is_entered_once_the_report_is_out(self) -> None:
        nothing(RECORD, *OVER, ANALYSED, REPORTED, now=AFTER).then_refused(
            RuleViolated, rule="consultation.report.final"
        )

    def test_it_did_not_come_in_tomorrow(self) -> None:
        command = c.RecordContribution(**SAID, channel=Channel.PAPER, received_at=DURING + timedelta(seconds=1))

        nothing(command).then_refused(InvalidValue, pointer="/received_at")

    def test_what_comes_through_the_web_is_not_entered(self) -> None:
        command = c.RecordContribution(**SAID, channel=Channel.WEB, received_at=DURING)

        nothing(command).then_refused(InvalidValue, pointer="/channel")
        nothing(command, imported=True).then_events(e.ContributionDrafted, e.ContributionSubmitted)

    def test_what_was_said_in_a_meeting_names_the_meeting(self) -> None:
        said = c.RecordContribution(**SAID, channel=Channel.MEETING, received_at=DURING, meeting_id=MEETING)
        nothing(said, *OPEN, SCHEDULED).then_events(e.ContributionDrafted, e.ContributionSubmitted)
        nothing(said).then_refused(InvalidValue, pointer="/meeting_id")
        off = e.MeetingCancelled(meeting_id=MEETING, reason=WITHHELD.note)
        nothing(said, *OPEN, SCHEDULED, off).then_refused(InvalidValue, pointer="/meeting_id")

    def test_and_only_that(self) -> None:
        nameless = c.RecordContribution(**SAID, channel=Channel.MEETING, received_at=DURING)
        nothing(nameless).then_refused(InvalidValue, pointer="/meeting_id")
        nothing(nameless, imported=True).then_events(e.ContributionDrafted, e.ContributionSubmitted)
        letter = c.RecordContribution(**SAID, channel=Channel.PAPER, received_at=DURING, meeting_id=MEETING)
        nothing(letter, *OPEN, SCHEDULED).then_refused(InvalidValue, pointer="/meeting_id")

    def test_the_contributor_is_told_later(self) -> None:
        letter = submitted(Channel.PAPER)
        tell = c.AcknowledgeContribution(via=Channel.EMAIL)

        mine(drafted(), letter).when(tell, now=DURING).then([e.ContributionReceipted(via=Channel.EMAIL)]).then_state(
            lambda it: it.stage is ContributionStage.RECEIPTED
        )
        mine(drafted(), submitted()).when(tell, now=DURING).then_refused(IllegalTransition)


class TestHistory:
    def test_a_contribution_of_the_past_belongs_to_the_window_of_then(self) -> None:
        told = nothing(SUBMIT, *OVER, imported=True).then_events(e.ContributionDrafted, e.ContributionSubmitted)
        assert told.events[0].contributor_id == new_id(0), "the importer is not the author"
        nothing(SUBMIT, *OVER, imported=True, now=CLOSES_AT).then_refused(RuleViolated)
        nothing(SUBMIT, *OVER, imported=True, now=OPENED_AT - timedelta(1)).then_refused(
            RuleViolated, rule="consultation.not_open"
        )

    def test_an_organisation_of_the_past_needs_no_mandate(self) -> None:
        command = c.SubmitContribution(**SAID, organisation_name="Shoqata")

        nothing(command, imported=True).then_events(e.ContributionDrafted, e.ContributionSubmitted)


class TestDrafts:
    def test_a_draft_counts_nowhere(self) -> None:
        made = nothing(DRAFT).then([drafted()])

        assert made.events[0].tags() == ()
        assert made.aggregate.stage is ContributionStage.DRAFTED

    def test_it_is_revised_and_submitted(self) -> None:
        unnamed = msgspec.structs.replace(FILE, file_name="attachment-1")
        revised = e.ContributionRevised(language="sr", body="Član 4.", title="Član 4", attachments=(unnamed,))
        made = mine().when(REVISE, now=DURING).then([revised])
        made.then_personal({f"file:{FILE.sha256}": FILE.file_name})

        done = mine(drafted(), revised).when(SUBMIT_DRAFT, now=DURING, references=refers())
        done.then_events(e.ContributionSubmitted)
        assert done.events[0].language == "sr"

    def test_it_is_submitted_through_the_web_or_an_api(self) -> None:
        paper = c.SubmitDraft(consultation_id=STREAM, channel=Channel.PAPER)

        mine().when(paper, now=DURING, references=refers()).then_refused(InvalidValue, pointer="/channel")

    def test_it_is_submitted_in_time(self) -> None:
        mine().when(SUBMIT_DRAFT, now=CLOSES_AT, references=refers()).then_refused(
            RuleViolated, rule="consultation.written.min"
        )

    @pytest.mark.parametrize("command", [REVISE, SUBMIT_DRAFT], ids=lambda it: it.name)
    def test_for_others_it_is_not_even_there(self, command: Command) -> None:
        mine().when(command, now=DURING, actor=SOMEBODY, references=refers()).then_refused(StreamNotFound)

    @pytest.mark.parametrize("command", [REVISE, SUBMIT_DRAFT], ids=lambda it: it.name)
    def test_what_is_submitted_is_no_draft(self, command: Command) -> None:
        mine(drafted(), submitted()).when(command, now=DURING, references=refers()).then_refused(IllegalTransition)

    def test_the_consultation_is_named_rightly(self) -> None:
        other = derived_id("test", "another consultation")
        for command, story in (
            (c.SubmitDraft(consultation_id=other), [drafted()]),
            (c.WithdrawContribution(consultation_id=other), [drafted(), submitted()]),
        ):
            mine(*story).when(command, now=DURING, references=refers()).then_refused(
                InvalidValue, pointer="/consultation_id"
            )


class TestTakingBack:
    @pytest.mark.parametrize("story", [[submitted()], [submitted(Channel.PAPER)], [submitted(), PUBLISHED]])
    def test_the_author_takes_it_back_while_the_window_is_open(self, story: Any) -> None:
        mine(drafted(), *story).when(TAKE_BACK, now=DURING, references=refers()).then([TAKEN_BACK]).then_state(
            lambda it: it.stage is ContributionStage.WITHDRAWN
        )

    def test_not_afterwards(self) -> None:
        mine(drafted(), submitted()).when(TAKE_BACK, now=CLOSED_AT, references=refers(*OVER)).then_refused(
            RuleViolated, rule="consultation.written.min"
        )

    def test_nobody_else(self) -> None:
        mine(drafted(), submitted()).when(TAKE_BACK, now=DURING, actor=SOMEBODY, references=refers()).then_refused(
            NotPermitted
        )

    @pytest.mark.parametrize("story", [[], [submitted(), ANSWERED], [submitted(), WITHHELD], [submitted(), TAKEN_BACK]])
    def test_not_in_every_state(self, story: Any) -> None:
        mine(drafted(), *story).when(TAKE_BACK, now=DURING, references=refers()).then_refused(IllegalTransition)
