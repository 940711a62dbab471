"""Rankings and the complaints against them."""

from typing import Any

import pytest

from domain.grants.call_ranking import FILE
from domain.grants.commands import complaint as c
from domain.grants.commands import ranking as r
from domain.grants.commands.application import RecordOutcome
from domain.grants.commands.commission import ReopenApplication
from domain.grants.complaint import Complaint
from domain.grants.events import complaint as e
from domain.grants.events.ranking import FinalRankingPublished, ProvisionalRankingPublished
from domain.grants.grant_call import GrantCall
from domain.grants.policies.ranking import record_outcomes, reopen_upheld
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import (
    AwardOutcome,
    CallStage,
    ComplaintDecision,
    ComplaintStage,
)
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.manifest import Reaction
from domain.kernel.text import text
from tests.domain.grants.applications import (
    CHECKED,
    ORGANISATION,
    OTHERS,
    application,
)
from tests.domain.grants.commissions import (
    AT_WORK,
    COMMISSION,
    FIRST,
    KNOWN,
    ONE,
    SECOND,
    commission,
)
from tests.domain.grants.complaints import (
    ADMITTED,
    DECIDE_BY,
    FILE_IT,
    FILED,
    OF_FIRST,
    OPEN_TO_COMPLAINTS,
    PROVISIONAL,
    RANKING,
    SECONDS,
    UNTIL,
    decide,
    deciding,
    filing,
    on_call,
    on_complaint,
    ranking,
)
from tests.domain.grants.stories import (
    CALL,
    EVALUATING,
    OTHER_CALL,
    OVER,
    PREPARED_AT,
    REASON,
    call,
    euro,
)
from tests.support.given import given, given_nothing
from tests.support.given import told as recorded

PUBLISH = r.PublishProvisionalRanking(commission_id=COMMISSION)
FINISH = r.PublishFinalRanking(commission_id=COMMISSION)


def test_the_provisional_ranking_is_what_the_commission_came_to() -> None:
    on_call(*OVER, EVALUATING).when(PUBLISH, **ranking()).then([PROVISIONAL])
    on_call(*OVER, EVALUATING).when(PUBLISH, **ranking(events=KNOWN)).then_refused(RuleViolated, rule="grant.score.all")
    on_call(*OVER).when(PUBLISH, **ranking()).then_refused(IllegalTransition)
    given(GrantCall, (*OVER, EVALUATING), stream_id=OTHER_CALL, at=PREPARED_AT).when(PUBLISH, **ranking()).then_refused(
        InvalidValue, pointer="/commission_id"
    )


def test_the_final_ranking_waits_for_the_clock_and_for_every_complaint() -> None:
    told = on_call
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking(now=UNTIL.due_at - SECONDS)).then_refused(RuleViolated, rule=FILE)
    after = {"now": UNTIL.due_at}
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking(**after)).then(
        [FinalRankingPublished(commission_id=COMMISSION, ranking=RANKING, changed=False)]
    ).then_state(lambda it: it.stage is CallStage.FINAL)
    waiting = ranking((ONE, FILED), **after)
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **waiting).then_refused(RuleViolated, rule="grant.complaint.decide")
    dismissed = e.ComplaintDismissed(call_id=CALL, application_id=FIRST, reason=REASON)
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking((ONE, FILED), (ONE, dismissed), **after)).then_events(
        FinalRankingPublished
    )
    rejected, upheld = (
        e.ComplaintDecided(**OF_FIRST, commission_id=COMMISSION, decision=decision, reason=REASON, late=False)
        for decision in (ComplaintDecision.REJECTED, ComplaintDecision.PARTLY)
    )
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking((ONE, FILED), (ONE, rejected), **after)).then_events(
        FinalRankingPublished
    )
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking((ONE, FILED), (ONE, upheld), **after)).then_refused(
        RuleViolated, rule="grant.complaint.rescore"
    )
    told(*OPEN_TO_COMPLAINTS).when(FINISH, **ranking(events=KNOWN, **after)).then_refused(
        RuleViolated, rule="grant.score.all"
    )
    told(*OVER, EVALUATING).when(FINISH, **ranking(**after)).then_refused(IllegalTransition)


def test_every_application_learns_its_outcome_from_the_final_ranking() -> None:
    final = FinalRankingPublished(commission_id=COMMISSION, ranking=RANKING, changed=False)
    assert list(record_outcomes(recorded(final, CALL))) == [
        Reaction(FIRST, RecordOutcome(outcome=AwardOutcome.AWARDED, rank=1, score=900_000, amount=euro(450_000))),
        Reaction(SECOND, RecordOutcome(outcome=AwardOutcome.AWARDED, rank=2, score=690_000, amount=euro(300_000))),
    ]
    assert list(record_outcomes(recorded(PROVISIONAL, CALL))) == []


# --- complaints about the ranking


def test_a_complaint_is_filed_with_its_rank_and_its_clock() -> None:
    given_nothing(Complaint).when(FILE_IT, **filing()).then([FILED])
    assert Complaint.settled_id(10, FILE_IT) is not None


@pytest.mark.parametrize(("at", "in_time"), [(UNTIL.due_at - SECONDS, True), (UNTIL.due_at, False)])
def test_a_second_decides_over_a_complaint(at: Any, in_time: bool) -> None:
    outcome = given_nothing(Complaint).when(FILE_IT, **filing(now=at))
    if in_time:
        outcome.then_events(e.ComplaintFiled)
    else:
        outcome.then_refused(RuleViolated, rule=FILE)


def test_only_the_applicant_complains_and_only_about_a_provisional_ranking() -> None:
    given_nothing(Complaint).when(FILE_IT, **filing(mandate=OTHERS)).then_refused(NotPermitted)
    early = {"call": call(*OVER, EVALUATING), "application": application(*CHECKED)}
    given_nothing(Complaint).when(FILE_IT, **filing(references=early)).then_refused(IllegalTransition)
    other = c.FileComplaint(call_id=OTHER_CALL, application_id=FIRST, organisation_id=ORGANISATION, grounds="x")
    given_nothing(Complaint).when(other, **filing()).then_refused(InvalidValue, pointer="/call_id")
    theirs = c.FileComplaint(call_id=CALL, application_id=FIRST, organisation_id=ONE, grounds="x")
    given_nothing(Complaint).when(theirs, **filing()).then_refused(InvalidValue, pointer="/organisation_id")
    unranked = ProvisionalRankingPublished(
        commission_id=COMMISSION, ranking=(Ranked(SECOND, 1, 1, AwardOutcome.RESERVE),), complaints_until=UNTIL
    )
    without = {"call": call(*OVER, EVALUATING, unranked), "application": application(*CHECKED)}
    given_nothing(Complaint).when(FILE_IT, **filing(references=without)).then_refused(
        InvalidValue, pointer="/application_id"
    )


def test_a_complaint_is_admitted_or_dismissed_with_a_reason_in_both_languages() -> None:
    on_complaint(FILED).when(c.AdmitComplaint(), **deciding()).then([ADMITTED])
    dismiss = c.DismissComplaint(organisation_id=ORGANISATION, commission_id=COMMISSION, reason=REASON)
    on_complaint(FILED).when(dismiss, **deciding()).then_events(e.ComplaintDismissed).then_state(
        lambda it: it.stage is ComplaintStage.INADMISSIBLE
    )
    on_complaint(FILED).when(
        c.DismissComplaint(organisation_id=ORGANISATION, commission_id=COMMISSION, reason=text(sq="Vetëm")),
        **deciding(),
    ).then_refused()
    on_complaint(FILED).when(dismiss, **deciding(actor=ONE)).then_refused(RuleViolated, rule="grant.complaint.decider")
    for command in (c.AdmitComplaint(), dismiss):
        on_complaint(FILED, ADMITTED).when(command, **deciding()).then_refused(IllegalTransition)


def test_nobody_of_the_commission_decides() -> None:
    on_complaint(FILED, ADMITTED).when(decide(), **deciding(actor=ONE)).then_refused(
        RuleViolated, rule="grant.complaint.decider"
    )
    outcome = on_complaint(FILED, ADMITTED).when(decide(), **deciding()).then_events(e.ComplaintDecided)
    assert not outcome.events[0].late  # type: ignore[attr-defined]
    on_complaint(FILED).when(decide(), **deciding()).then_refused(IllegalTransition)


def test_a_late_decision_is_on_record_as_late() -> None:
    (event,) = on_complaint(FILED, ADMITTED).when(decide(), **deciding(now=DECIDE_BY.due_at)).events
    assert isinstance(event, e.ComplaintDecided)
    assert event.late


@pytest.mark.parametrize("decision", ComplaintDecision)
def test_an_upheld_complaint_has_the_application_scored_anew(decision: ComplaintDecision) -> None:
    (event,) = on_complaint(FILED, ADMITTED).when(decide(decision), **deciding()).events
    followed = list(reopen_upheld(recorded(event, ONE)))
    if decision is ComplaintDecision.REJECTED:
        assert followed == []
    else:
        assert followed == [Reaction(COMMISSION, ReopenApplication(application_id=FIRST, complaint_id=ONE))]
    assert list(reopen_upheld(recorded(ADMITTED, ONE))) == []


def test_the_commission_of_another_call_is_no_reference() -> None:
    scenario = on_complaint(
        e.ComplaintFiled(
            call_id=OTHER_CALL,
            application_id=FIRST,
            organisation_id=ORGANISATION,
            grounds="x",
            rank=1,
            decide_by=DECIDE_BY,
        ),
        e.ComplaintAdmitted(call_id=OTHER_CALL, application_id=FIRST),
    )
    scenario.when(decide(), **deciding(references={"commission": commission(*AT_WORK)})).then_refused(
        InvalidValue, pointer="/commission_id"
    )
