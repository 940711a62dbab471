"""Whether a contribution is shown, and the one answer it gets."""

from typing import Any

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.contribution import Contribution
from domain.consultations.vocabulary import Channel, ContributionStage, Outcome, WithheldReason
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.text import text
from tests.domain.consultations.stories import (
    AFTER,
    ANALYSED,
    ANSWERED,
    DISPUTED,
    GROUP,
    OPEN,
    OPENED_AT,
    OVER,
    PUBLISHED,
    REASON,
    REPORTED,
    TAKEN_BACK,
    TITLE,
    WITHDRAWN,
    WITHHELD,
    drafted,
    refers,
    submitted,
)
from tests.support.given import STREAM, given

SELF = derived_id("test", "contribution", 1)
ELSE = derived_id("test", "contribution", 2)
SOMEBODY = derived_id("test", "somebody else")
PUBLISH = c.PublishContribution(consultation_id=STREAM)
WITHHOLD = c.WithholdContribution(consultation_id=STREAM, reason_class=WithheldReason.SPAM, note=REASON)
ANSWER = c.RecordPosition(consultation_id=STREAM, outcome=Outcome.ACCEPTED, reason=REASON, article="4")
REVISE = c.RevisePosition(consultation_id=STREAM, outcome=Outcome.NOTED, reason=REASON, why=REASON)
REVISED = e.PositionRevised(
    consultation_id=STREAM, previous=Outcome.ACCEPTED, outcome=Outcome.NOTED, reason=REASON, why=REASON
)
DISPUTE = c.DisputeAnswer(language="sq", grounds="Nuk u përgjigj.")
REPLY = c.ReplyToDispute(reply=REASON)
REPLIED = e.DisputeReplied(consultation_id=STREAM, reply=REASON)
ONLY_SERBIAN = text(sr="Razlog")
HERE = (drafted(), submitted())
ON_PAPER = (drafted(), submitted(Channel.PAPER))
DONE = (*HERE, PUBLISHED, ANSWERED)


def over(command: Command, *events: Any, story: Any = OVER, **overrides: Any) -> Any:
    facts = {"now": AFTER, "references": refers(*story)} | overrides
    return given(Contribution, events or HERE, stream_id=SELF, at=OPENED_AT).when(command, **facts)


class TestShowing:
    @pytest.mark.parametrize("story", [HERE, ON_PAPER])
    def test_it_is_published(self, story: Any) -> None:
        over(PUBLISH, *story).then([PUBLISHED]).then_state(lambda it: it.stage is ContributionStage.PUBLISHED)

    def test_it_is_withheld_for_a_reason_that_is_counted(self) -> None:
        for story in (HERE, ON_PAPER, (*HERE, PUBLISHED)):
            over(WITHHOLD, *story).then([WITHHELD]).then_state(lambda it: it.stage is ContributionStage.WITHHELD)

    def test_what_was_withheld_by_mistake_is_shown_again(self) -> None:
        shown = e.ContributionPublished(consultation_id=STREAM, withheld=WithheldReason.SPAM)

        over(PUBLISH, *HERE, WITHHELD).then([shown])
        over(PUBLISH, *DONE, WITHHELD).then_state(lambda it: it.stage is ContributionStage.ANSWERED)

    def test_the_position_of_what_is_withheld_counts_no_longer_and_again_when_it_is_shown(self) -> None:
        (hidden,) = over(WITHHOLD, *DONE).then_events(e.ContributionWithheld).events
        (shown,) = over(PUBLISH, *DONE, hidden).then_events(e.ContributionPublished).events

        assert (hidden.outcome, shown.outcome, shown.withheld) == ("accepted", "accepted", "spam")
        over(WITHHOLD, *DONE, hidden, shown).then([hidden])

    @pytest.mark.parametrize("story", [[drafted()], (*HERE, PUBLISHED), (*HERE, TAKEN_BACK), DONE])
    def test_not_everything_is_published(self, story: Any) -> None:
        over(PUBLISH, *story).then_refused(IllegalTransition)

    @pytest.mark.parametrize("story", [[drafted()], (*HERE, WITHHELD), (*HERE, TAKEN_BACK)])
    def test_not_everything_is_withheld(self, story: Any) -> None:
        over(WITHHOLD, *story).then_refused(IllegalTransition)


class TestAnswering:
    def test_what_is_answered_is_public(self) -> None:
        over(ANSWER).then([PUBLISHED, ANSWERED]).then_state(lambda it: it.stage is ContributionStage.ANSWERED)
        over(ANSWER, *HERE, PUBLISHED).then([ANSWERED])
        assert ANSWERED.tags() == (f"consultation:{STREAM}",)

    def test_it_may_be_answered_while_others_still_speak(self) -> None:
        over(ANSWER, story=OPEN).then([PUBLISHED, ANSWERED])

    def test_there_is_exactly_one_position(self) -> None:
        over(ANSWER, *DONE).then_refused(RuleViolated, rule="consultation.position.once")

    @pytest.mark.parametrize("story", [[drafted()], (*HERE, WITHHELD), (*HERE, TAKEN_BACK)])
    def test_what_is_not_admitted_gets_none(self, story: Any) -> None:
        over(ANSWER, *story).then_refused(IllegalTransition)

    def test_the_reason_is_in_the_contributors_language(self) -> None:
        wrong = c.RecordPosition(consultation_id=STREAM, outcome=Outcome.REJECTED, reason=ONLY_SERBIAN)

        over(wrong).then_refused(RuleViolated, rule="consultation.answer.language")
        over(wrong, drafted(language="sr"), submitted(language="sr")).then_events(
            e.ContributionPublished, e.PositionRecorded
        )
        over(wrong, imported=True).then_events(e.ContributionPublished, e.PositionRecorded)

    def test_it_is_revised_before_the_report_with_a_reason(self) -> None:
        over(REVISE, *DONE).then([REVISED]).then_state(lambda it: it.outcome is Outcome.NOTED)
        over(REVISE, *DONE, DISPUTED).then([REVISED]).then_state(lambda it: it.stage is ContributionStage.DISPUTED)

    def test_only_a_position_is_revised(self) -> None:
        over(REVISE).then_refused(IllegalTransition)
        over(REVISE, *DONE, WITHHELD).then_refused(IllegalTransition)

    def test_the_revised_reason_is_in_the_contributors_language(self) -> None:
        wrong = c.RevisePosition(consultation_id=STREAM, outcome=Outcome.NOTED, reason=ONLY_SERBIAN, why=REASON)

        over(wrong, *DONE).then_refused(RuleViolated, rule="consultation.answer.language")
        over(wrong, *DONE, imported=True).then_events(e.PositionRevised)


class TestGroupAnswers:
    """A position that cites a group is the answer the group was given, word for word."""

    MEMBERS = e.ContributionsGrouped(group_id=GROUP, title=TITLE, members=(SELF, ELSE))
    GIVEN = e.GroupAnswered(group_id=GROUP, outcome=Outcome.ACCEPTED, reason=REASON, members=(SELF, ELSE), article="4")
    CITING = c.RecordPosition(
        consultation_id=STREAM, outcome=Outcome.ACCEPTED, reason=REASON, article="4", group_id=GROUP
    )

    def test_the_member_gets_the_groups_answer(self) -> None:
        answered = over(self.CITING, story=(*OVER, self.MEMBERS, self.GIVEN))

        answered.then_events(e.ContributionPublished, e.PositionRecorded)
        assert answered.events[1].group_id == GROUP

    def test_not_before_the_group_was_answered(self) -> None:
        over(self.CITING, story=(*OVER, self.MEMBERS)).then_refused(RuleViolated, rule="consultation.group.answer")

    @pytest.mark.parametrize(
        "other",
        [{"outcome": Outcome.REJECTED}, {"reason": text(sq="Tjetër")}, {"article": "5"}, {"article": None}],
        ids=str,
    )
    def test_not_another_answer(self, other: dict[str, Any]) -> None:
        facts: dict[str, Any] = {"outcome": Outcome.ACCEPTED, "reason": REASON, "article": "4"} | other
        command = c.RecordPosition(consultation_id=STREAM, group_id=GROUP, **facts)

        over(command, story=(*OVER, self.MEMBERS, self.GIVEN)).then_refused(
            RuleViolated, rule="consultation.group.answer"
        )

    def test_not_to_strangers(self) -> None:
        without = e.GroupAnswered(group_id=GROUP, outcome=Outcome.ACCEPTED, reason=REASON, members=(ELSE,), article="4")
        for story in (OVER, (*OVER, self.MEMBERS, without)):
            over(self.CITING, story=story).then_refused(InvalidValue, pointer="/group_id")


class TestDisputes:
    def test_the_contributor_disputes_also_after_the_report(self) -> None:
        over(DISPUTE, *DONE, story=(*OVER, ANALYSED, REPORTED)).then([DISPUTED]).then_state(
            lambda it: it.stage is ContributionStage.DISPUTED
        )

    def test_nobody_else_does(self) -> None:
        over(DISPUTE, *DONE, actor=SOMEBODY).then_refused(NotPermitted)

    def test_only_an_answer_is_disputed_and_once_at_a_time(self) -> None:
        over(DISPUTE).then_refused(IllegalTransition)
        over(DISPUTE, *DONE, DISPUTED).then_refused(IllegalTransition)

    def test_the_institution_replies_in_the_contributors_language(self) -> None:
        over(REPLY, *DONE, DISPUTED).then([REPLIED]).then_state(lambda it: it.stage is ContributionStage.ANSWERED)
        serbian = c.ReplyToDispute(reply=ONLY_SERBIAN)
        over(serbian, *DONE, DISPUTED).then_refused(RuleViolated, rule="consultation.answer.language")
        over(serbian, *DONE, DISPUTED, imported=True).then_events(e.DisputeReplied)

    def test_only_a_dispute_is_replied_to(self) -> None:
        over(REPLY, *DONE).then_refused(IllegalTransition)


WRITES = (
    (PUBLISH, HERE),
    (WITHHOLD, HERE),
    (ANSWER, HERE),
    (REVISE, DONE),
)


@pytest.mark.parametrize(("command", "story"), WRITES, ids=lambda it: getattr(it, "name", ""))
def test_the_report_is_final(command: Command, story: Any) -> None:
    over(command, *story, story=(*OVER, ANALYSED, REPORTED)).then_refused(
        RuleViolated, rule="consultation.report.final"
    )
    over(command, *story, story=(*OVER, WITHDRAWN)).then_refused(RuleViolated, rule="consultation.withdrawn")


@pytest.mark.parametrize(("command", "story"), WRITES, ids=lambda it: getattr(it, "name", ""))
def test_the_consultation_is_named_rightly(command: Any, story: Any) -> None:
    facts = {field: getattr(command, field) for field in command.__struct_fields__}
    other = type(command)(**{**facts, "consultation_id": SOMEBODY})

    over(other, *story).then_refused(InvalidValue, pointer="/consultation_id")
