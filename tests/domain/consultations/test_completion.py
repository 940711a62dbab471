"""How a consultation ends."""

from datetime import date
from typing import Any

import pytest

from domain.consultations import commands as c
from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.vocabulary import Conclusion, Stage
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.vocabulary import LanguageFile
from tests.domain.consultations.stories import (
    ADOPTED,
    AFTER,
    ANALYSED,
    ANNULLED,
    BOTH,
    CONCLUDED,
    FILE,
    OPEN,
    OVER,
    PREPARED,
    PREPARED_AT,
    REASON,
    REPORTED,
    WITHDRAWN,
    planned,
)
from tests.support.given import given

ADOPT = c.RecordAdoption(adopted_on=date(2026, 4, 18), decision_no="7/2026", files=BOTH)
LINK = c.LinkGazette(act_id="ActID=15036", url="https://gazette.example.org/15036", published_on=date(2026, 4, 19))
LINKED = e.GazetteLinked(act_id="ActID=15036", url="https://gazette.example.org/15036", published_on=date(2026, 4, 19))
CONCLUDE = c.ConcludeConsultation(conclusion=Conclusion.ADOPTED)
GIVE_UP = c.ConcludeConsultation(conclusion=Conclusion.NOT_ADOPTED, note=REASON)
WITHDRAW = c.WithdrawConsultation(reason=REASON)
ANNUL = c.AnnulConsultation(decision_no="9/2026", reason=REASON)
DONE = (*OVER, ANALYSED, REPORTED)


def reported(*events: Any) -> Any:
    return given(Consultation, events or DONE, at=PREPARED_AT)


class TestAdoption:
    def test_the_act_is_adopted_with_its_final_version(self) -> None:
        reported().when(ADOPT, now=AFTER).then([ADOPTED]).then_state(lambda it: it.adopted)

    @pytest.mark.parametrize("story", [OVER, (*OVER, ANALYSED)])
    def test_not_before_the_public_was_answered(self, story: Any) -> None:
        for command in (ADOPT, CONCLUDE):
            refused = reported(*story).when(command, now=AFTER)
            refused.then_refused(RuleViolated, rule="consultation.report.due")
            assert refused.refusal.citation.startswith("Regulation (GRK) No. 05/2016")

    def test_once(self) -> None:
        reported(*DONE, ADOPTED).when(ADOPT, now=AFTER).then_refused(RuleViolated, rule="consultation.adoption.once")

    def test_not_in_the_future(self) -> None:
        ahead = c.RecordAdoption(adopted_on=date(2026, 4, 21), decision_no="7/2026", files=BOTH)

        reported().when(ahead, now=AFTER).then_refused(InvalidValue, pointer="/adopted_on")

    def test_one_file_per_language(self) -> None:
        twice = c.RecordAdoption(
            adopted_on=date(2026, 4, 18), decision_no="7", files=(*BOTH, LanguageFile(language="sq", file=FILE))
        )

        reported().when(twice, now=AFTER).then_refused(InvalidValue, pointer="/files/2/language")


class TestGazette:
    def test_the_act_is_found_in_the_gazette_also_later(self) -> None:
        reported(*DONE, ADOPTED).when(LINK, now=AFTER).then([LINKED]).then_state(lambda it: it.gazetted)
        concluded = e.ConsultationConcluded(conclusion=Conclusion.ADOPTED)
        reported(*DONE, ADOPTED, concluded).when(LINK, now=AFTER).then([LINKED])

    def test_only_an_adopted_act_and_once(self) -> None:
        reported().when(LINK, now=AFTER).then_refused(RuleViolated, rule="consultation.gazette.adopted")
        reported(*DONE, ADOPTED, LINKED).when(LINK, now=AFTER).then_refused(
            RuleViolated, rule="consultation.gazette.once"
        )

    def test_not_in_the_future(self) -> None:
        ahead = c.LinkGazette(act_id="1", url="https://gazette.example.org/1", published_on=date(2027, 1, 1))

        reported(*DONE, ADOPTED).when(ahead, now=AFTER).then_refused(InvalidValue, pointer="/published_on")


class TestConclusion:
    def test_it_says_what_came_of_it(self) -> None:
        reported(*DONE, ADOPTED).when(CONCLUDE, now=AFTER).then(
            [e.ConsultationConcluded(conclusion=Conclusion.ADOPTED)]
        ).then_state(lambda it: it.stage is Stage.CONCLUDED)
        reported().when(GIVE_UP, now=AFTER).then(
            [e.ConsultationConcluded(conclusion=Conclusion.NOT_ADOPTED, note=REASON)]
        )

    def test_it_does_not_contradict_the_record(self) -> None:
        reported().when(CONCLUDE, now=AFTER).then_refused(InvalidValue, pointer="/conclusion")
        reported(*DONE, ADOPTED).when(GIVE_UP, now=AFTER).then_refused(InvalidValue, pointer="/conclusion")

    def test_no_act_needs_a_word(self) -> None:
        wordless = c.ConcludeConsultation(conclusion=Conclusion.NO_ACT)

        reported().when(wordless, now=AFTER).then_refused(InvalidValue, pointer="/note")


class TestWaysOut:
    @pytest.mark.parametrize("story", [(planned(),), PREPARED, OPEN, OVER, (*OVER, ANALYSED)])
    def test_it_is_withdrawn_before_the_report(self, story: Any) -> None:
        reported(*story).when(WITHDRAW, now=AFTER).then([WITHDRAWN]).then_state(lambda it: it.stage is Stage.WITHDRAWN)

    @pytest.mark.parametrize("story", [OPEN, OVER, DONE, (*DONE, CONCLUDED)])
    def test_what_was_opened_can_be_annulled(self, story: Any) -> None:
        reported(*story).when(ANNUL, now=AFTER).then([ANNULLED]).then_state(lambda it: it.stage is Stage.ANNULLED)

    def test_what_was_never_opened_is_withdrawn_not_annulled(self) -> None:
        reported(*PREPARED).when(ANNUL, now=AFTER).then_refused(IllegalTransition)

    def test_after_the_report_it_is_annulled_not_withdrawn(self) -> None:
        reported().when(WITHDRAW, now=AFTER).then_refused(IllegalTransition)


@pytest.mark.parametrize("command", [ADOPT, LINK, CONCLUDE, WITHDRAW, ANNUL], ids=lambda it: it.name)
@pytest.mark.parametrize("story", [(*OPEN, WITHDRAWN), (*DONE, ANNULLED)], ids=["withdrawn", "annulled"])
def test_an_end_is_an_end(command: Command, story: Any) -> None:
    reported(*story).when(command, now=AFTER).then_refused(IllegalTransition)


@pytest.mark.parametrize("command", [ADOPT, LINK, CONCLUDE], ids=lambda it: it.name)
def test_nothing_ends_before_it_began(command: Command) -> None:
    reported(*PREPARED).when(command, now=AFTER).then_refused(IllegalTransition)
    reported(*OPEN).when(command, now=AFTER).then_refused(IllegalTransition)
