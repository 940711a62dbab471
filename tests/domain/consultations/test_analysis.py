"""After the window: groups, analysis, and a report that proves it is complete."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.policies import POLICIES, answer_members
from domain.consultations.tally import Tally
from domain.consultations.vocabulary import Outcome, Stage
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.manifest import Reaction
from domain.kernel.text import Text
from domain.kernel.vocabulary import LanguageFile
from tests.domain.consultations.stories import (
    AFTER,
    ANALYSED,
    ANSWERED,
    BOTH,
    CLOSES_AT,
    FILE,
    GROUP,
    GROUPED,
    OF_ONE,
    OF_THREE,
    OF_TWO,
    OPEN,
    OVER,
    PREPARED,
    PREPARED_AT,
    REASON,
    REPORT_DUE,
    REPORTED,
    SUMMARY,
    TITLE,
    WITHDRAWN,
    WITHHELD,
    ZERO,
    in_languages,
    submitted,
    tally,
)
from tests.support.given import MUNICIPALITY, STREAM, given, new_id, told

MEMBERS = (OF_ONE, OF_TWO)
GROUP_THEM = c.GroupContributions(members=MEMBERS, title=TITLE)
JOIN = c.GroupContributions(members=(OF_THREE,), group_id=GROUP)
UNGROUP = c.UngroupContributions(group_id=GROUP, members=(OF_ONE,), reason=REASON)
ANSWER = c.AnswerGroup(group_id=GROUP, outcome=Outcome.REJECTED, reason=REASON)
COMPLETE = c.CompleteAnalysis(summary=SUMMARY)
REPORT = c.PublishReport(files=BOTH, summary=SUMMARY)
GROUP_ANSWERED = e.GroupAnswered(
    group_id=GROUP, outcome=Outcome.REJECTED, reason=REASON, members=tuple(sorted(MEMBERS))
)


def waiting(*ids: UUID, **told: list[Any]) -> Tally:
    return tally(*((one, [submitted()]) for one in ids or (OF_ONE, OF_TWO, OF_THREE)), *told.values())


def over(*events: Any) -> Any:
    return given(Consultation, events or OVER, at=PREPARED_AT)


class TestGroups:
    def test_contributions_that_say_the_same_are_put_together(self) -> None:
        over().when(GROUP_THEM, now=AFTER, boundary=waiting()).then(
            [e.ContributionsGrouped(group_id=new_id(0), title=TITLE, members=MEMBERS)]
        )

    def test_more_may_join(self) -> None:
        over(*OVER, GROUPED).when(JOIN, now=AFTER, boundary=waiting()).then(
            [e.ContributionsGrouped(group_id=GROUP, title=TITLE, members=(OF_THREE,))]
        ).then_state(lambda it: it.groups[GROUP].members == {OF_ONE, OF_TWO, OF_THREE})

    def test_a_new_group_has_a_title(self) -> None:
        over().when(c.GroupContributions(members=MEMBERS), now=AFTER, boundary=waiting()).then_refused(
            InvalidValue, pointer="/title"
        )

    def test_a_group_must_exist_to_be_joined_answered_or_left(self) -> None:
        for command in (JOIN, ANSWER, UNGROUP):
            over().when(command, now=AFTER, boundary=waiting()).then_refused(InvalidValue, pointer="/group_id")

    @pytest.mark.parametrize(
        "fold",
        [
            waiting(OF_ONE),
            tally((OF_ONE, [submitted()]), (OF_TWO, [submitted(), WITHHELD])),
            tally((OF_ONE, [submitted()]), (OF_TWO, [submitted(), ANSWERED])),
        ],
        ids=["unknown", "withheld", "answered"],
    )
    def test_only_what_waits_for_an_answer_is_grouped(self, fold: Tally) -> None:
        over().when(GROUP_THEM, now=AFTER, boundary=fold).then_refused(InvalidValue, pointer="/members/1")

    def test_a_contribution_is_in_one_group(self) -> None:
        over(*OVER, GROUPED).when(GROUP_THEM, now=AFTER, boundary=waiting()).then_refused(
            InvalidValue, pointer="/members/0"
        )
        twice = c.GroupContributions(members=(OF_ONE, OF_ONE), title=TITLE)
        over().when(twice, now=AFTER, boundary=waiting()).then_refused(InvalidValue, pointer="/members/1")

    def test_a_member_is_taken_out_again(self) -> None:
        over(*OVER, GROUPED).when(UNGROUP, now=AFTER).then(
            [e.ContributionsUngrouped(group_id=GROUP, members=(OF_ONE,), reason=REASON)]
        ).then_state(lambda it: it.groups[GROUP].members == {OF_TWO})

    def test_only_members_are_taken_out(self) -> None:
        other = c.UngroupContributions(group_id=GROUP, members=(OF_THREE,), reason=REASON)

        over(*OVER, GROUPED).when(other, now=AFTER).then_refused(InvalidValue, pointer="/members/0")

    def test_a_group_is_answered_once_for_all_its_members(self) -> None:
        over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=waiting()).then([GROUP_ANSWERED])

    def test_an_answered_group_stays_as_it_is(self) -> None:
        for command in (ANSWER, JOIN, UNGROUP):
            over(*OVER, GROUPED, GROUP_ANSWERED).when(command, now=AFTER, boundary=waiting()).then_refused(
                RuleViolated, rule="consultation.group.answered"
            )

    def test_members_that_no_longer_wait_are_left_out(self) -> None:
        fold = tally((OF_ONE, [submitted(), ANSWERED]), (OF_TWO, [submitted()]))
        answered = over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=fold).then_events(e.GroupAnswered)
        assert answered.events[0].members == (OF_TWO,)

        nobody = tally((OF_ONE, [submitted(), ANSWERED]), (OF_TWO, [submitted(), WITHHELD]))
        over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=nobody).then_refused(
            RuleViolated, rule="consultation.group.members"
        )

    def test_the_answer_is_in_every_language_the_members_wrote_in(self) -> None:
        fold = tally((OF_ONE, [submitted()]), (OF_TWO, [submitted(language="tr")]))
        refused = over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=fold)

        refused.then_refused(RuleViolated, rule="consultation.answer.language")
        assert refused.refusal.citation
        over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=fold, imported=True).then_events(e.GroupAnswered)

    def test_a_language_without_texts_needs_any_wording(self) -> None:
        fold = tally((OF_ONE, [submitted(language="de")]), (OF_TWO, [submitted(language="fr")]))
        over(*OVER, GROUPED).when(ANSWER, now=AFTER, boundary=fold).then_events(e.GroupAnswered)

        silent = c.AnswerGroup(group_id=GROUP, outcome=Outcome.NOTED, reason=Text())
        over(*OVER, GROUPED).when(silent, now=AFTER, boundary=fold).then_refused(InvalidValue, pointer="/reason")

    def test_the_answer_becomes_every_members_position(self) -> None:
        assert POLICIES[e.GroupAnswered] is answer_members
        position = c.RecordPosition(consultation_id=STREAM, outcome=Outcome.REJECTED, reason=REASON, group_id=GROUP)

        assert list(answer_members(told(GROUP_ANSWERED))) == [Reaction(one, position) for one in GROUP_ANSWERED.members]
        assert list(answer_members(told(ANALYSED))) == []


class TestReport:
    FULL = tally(
        (OF_ONE, [submitted(), ANSWERED]), (OF_TWO, [submitted(), WITHHELD]), (OF_THREE, [submitted(), ANSWERED])
    )

    def test_the_analysis_is_complete_when_nothing_waits(self) -> None:
        over().when(COMPLETE, now=AFTER, boundary=self.FULL).then(
            [e.AnalysisCompleted(counts=self.FULL.counts(), summary=SUMMARY)]
        ).then_state(lambda it: it.stage is Stage.ANALYSED)

    @pytest.mark.parametrize("command", [COMPLETE, REPORT], ids=lambda it: it.name)
    def test_one_position_missing_is_one_too_many(self, command: Command) -> None:
        fold = tally((OF_ONE, [submitted(), ANSWERED]), (OF_TWO, [submitted()]))
        refused = over().when(command, now=AFTER, boundary=fold)

        refused.then_refused(RuleViolated, rule="consultation.report.complete")
        assert refused.refusal.message.values == {"missing": 1, "admitted": 2, "first": str(OF_TWO)}
        assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")

    def test_the_report_carries_its_proof(self) -> None:
        reported = over().when(REPORT, now=AFTER, boundary=self.FULL)

        reported.then_events(e.AnalysisCompleted, e.ReportPublished)
        counts = reported.events[1].counts
        assert counts.answered == counts.admitted == sum(counts.positions.values()) == 2
        assert counts == self.FULL.counts()
        assert reported.aggregate.stage is Stage.REPORTED

    def test_after_the_analysis_the_counts_are_taken_anew(self) -> None:
        over(*OVER, ANALYSED).when(REPORT, now=AFTER, boundary=self.FULL).then_events(e.ReportPublished)

    def test_a_consultation_nobody_contributed_to_is_reported_too(self) -> None:
        over().when(REPORT, now=AFTER, boundary=tally()).then(
            [
                ANALYSED,
                e.ReportPublished(counts=ZERO, files=BOTH, late=False, due_at=REPORT_DUE.due_at, summary=SUMMARY),
            ]
        )

    def test_a_late_report_says_so(self) -> None:
        last = REPORT_DUE.due_at - timedelta(seconds=1)
        assert not over().when(REPORT, now=last, boundary=tally()).events[1].late
        assert over().when(REPORT, now=REPORT_DUE.due_at, boundary=tally()).events[1].late

    def test_history_without_a_due_date_is_not_late(self) -> None:
        story = (*OPEN, e.ConsultationClosed(closes_at=CLOSES_AT))
        reported = over(*story).when(REPORT, now=AFTER + timedelta(days=900), boundary=tally(), imported=True)

        assert (reported.events[1].late, reported.events[1].due_at) == (False, None)

    def test_the_report_is_in_every_required_language(self) -> None:
        albanian = c.PublishReport(files=in_languages("sq"))
        over().when(albanian, now=AFTER, boundary=tally()).then_refused(RuleViolated, rule="consultation.languages")
        over().when(REPORT, now=AFTER, boundary=tally(), tenant=MUNICIPALITY).then_refused(
            RuleViolated, rule="consultation.languages"
        )
        over().when(albanian, now=AFTER, boundary=tally(), imported=True).then_events(
            e.AnalysisCompleted, e.ReportPublished
        )

    def test_the_report_has_one_file_per_language(self) -> None:
        twice = c.PublishReport(files=(*BOTH, LanguageFile(language="sq", file=FILE)))

        over().when(twice, now=AFTER, boundary=tally()).then_refused(InvalidValue, pointer="/files/2/language")


@pytest.mark.parametrize("command", [GROUP_THEM, UNGROUP, ANSWER, COMPLETE, REPORT], ids=lambda it: it.name)
def test_analysis_has_its_time(command: Command) -> None:
    for story in (PREPARED, (*OVER, WITHDRAWN), (*OVER, ANALYSED, REPORTED)):
        over(*story).when(command, now=AFTER, boundary=waiting()).then_refused(IllegalTransition)


@pytest.mark.parametrize("command", [COMPLETE, REPORT], ids=lambda it: it.name)
def test_nothing_is_reported_while_people_still_speak(command: Command) -> None:
    over(*OPEN).when(command, now=AFTER, boundary=tally()).then_refused(IllegalTransition)
