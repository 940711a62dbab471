"""Complaints about the check: in time, decided by somebody else, and what waits for them."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.grants.call_ranking import FILE
from domain.grants.commands import complaint as c
from domain.grants.commands.application import ReopenCheck
from domain.grants.commands.commission import OpenScoring
from domain.grants.complaint import Complaint
from domain.grants.complaints import DECIDE
from domain.grants.events import complaint as e
from domain.grants.events.application import CheckReopened
from domain.grants.events.commission import ScoringOpened
from domain.grants.policies.ranking import reopen_upheld
from domain.grants.vocabulary import (
    ApplicationStage,
    ComplaintDecision,
    ComplaintSubject,
)
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from tests.domain.grants.applications import (
    CHECKED,
    COMPLAINTS,
    ELIGIBLE,
    INELIGIBLE,
    OFFICE,
    ORGANISATION,
    OTHERS,
    SENT,
    SUBMITTED,
    application,
    standing,
)
from tests.domain.grants.commissions import (
    COMMISSION,
    DRAWN,
    FIRST,
    FORMED,
    ONE,
    SECOND,
    TWO,
    as_chair,
    field,
)
from tests.domain.grants.commissions import told as on_commission
from tests.domain.grants.complaints import (
    ADMITTED,
    FILE_IT,
    FILED,
    OF_FIRST,
    OPEN_TO_COMPLAINTS,
    SECONDS,
    deadline_at,
    decide,
    deciding,
    filing,
    on_application,
    on_complaint,
)
from tests.domain.grants.stories import (
    AFTER,
    CALL,
    EVALUATING,
    OVER,
    REASON,
    call,
)
from tests.support.given import ACTOR, given_nothing
from tests.support.given import told as recorded

# --- complaints about the check: the commission gets all eligible applications together

CHECK = ComplaintSubject.CHECK
ABOUT_CHECK = replace(FILE_IT, subject=CHECK)
CHECK_FILED = replace(FILED, rank=0, subject=CHECK, checked_by=ACTOR, decide_by=deadline_at(AFTER))


def of_check(**overrides: Any) -> dict[str, Any]:
    resting = {"call": call(*OVER, EVALUATING), "application": application(*SENT, INELIGIBLE)}
    return filing(now=AFTER, references=resting) | overrides


def test_whoever_was_found_ineligible_complains_in_time() -> None:
    given_nothing(Complaint).when(ABOUT_CHECK, **of_check()).then([CHECK_FILED])
    late = of_check(now=COMPLAINTS.due_at)
    given_nothing(Complaint).when(ABOUT_CHECK, **late).then_refused(RuleViolated, rule=FILE)
    last = of_check(now=COMPLAINTS.due_at - SECONDS)
    given_nothing(Complaint).when(ABOUT_CHECK, **last).then_events(e.ComplaintFiled)
    given_nothing(Complaint).when(ABOUT_CHECK, **of_check(mandate=OTHERS)).then_refused(NotPermitted)
    for wrong in (
        {"call": call(*OVER, EVALUATING), "application": application(*CHECKED)},
        {"call": call(*OPEN_TO_COMPLAINTS), "application": application(*SENT, INELIGIBLE)},
        {"call": call(*OVER), "application": application(*SENT, replace(INELIGIBLE, complaints_until=None))},
    ):
        given_nothing(Complaint).when(ABOUT_CHECK, **of_check(references=wrong)).then_refused(IllegalTransition)
    assert Complaint.settled_id(10, ABOUT_CHECK) != Complaint.settled_id(10, FILE_IT)


def test_whoever_made_the_check_decides_no_complaint_about_it() -> None:
    admitted = on_complaint(CHECK_FILED, ADMITTED)
    verdict = replace(decide(), commission_id=None)
    admitted.when(verdict, **deciding()).then_refused(RuleViolated, rule="grant.complaint.decider")
    admitted.when(decide(), **deciding(actor=ONE)).then_refused(InvalidValue, pointer="/commission_id")
    (event,) = on_complaint(CHECK_FILED, ADMITTED).when(verdict, **deciding(actor=ONE, references={})).events
    assert isinstance(event, e.ComplaintDecided)
    assert list(reopen_upheld(recorded(event, TWO))) == [Reaction(FIRST, ReopenCheck(complaint_id=TWO))]


def test_nobody_decides_a_complaint_of_their_own_organisation() -> None:
    dismiss = c.DismissComplaint(organisation_id=ORGANISATION, commission_id=COMMISSION, reason=REASON)
    for command, past in ((decide(), (FILED, ADMITTED)), (dismiss, (FILED,))):
        own = deciding(registers=(standing(OFFICE),))
        on_complaint(*past).when(command, **own).then_refused(RuleViolated, rule="grant.interest.own")
        other = replace(command, organisation_id=ONE)
        on_complaint(*past).when(other, **deciding()).then_refused(InvalidValue, pointer="/organisation_id")


def test_an_upheld_complaint_has_the_check_made_anew_and_both_stand_on_record() -> None:
    reopened = CheckReopened(call_id=CALL, organisation_id=ORGANISATION, complaint_id=TWO)
    told = on_application(*SENT, INELIGIBLE)
    told.when(ReopenCheck(complaint_id=TWO)).then([reopened]).then_state(
        lambda it: it.stage is ApplicationStage.SUBMITTED
    )
    on_application(*CHECKED).when(ReopenCheck(complaint_id=TWO)).then_refused(IllegalTransition)


def decided(decision: ComplaintDecision, stream: Any = TWO) -> tuple[Any, Event]:
    return stream, e.ComplaintDecided(**OF_FIRST, decision=decision, reason=REASON, late=False)


def test_scoring_waits_for_every_complaint_about_a_check() -> None:
    both = ((FIRST, SUBMITTED), (SECOND, SUBMITTED), (SECOND, ELIGIBLE), (FIRST, INELIGIBLE))
    open_it, over = OpenScoring(call_id=CALL), COMPLAINTS.due_at

    def opening(*told: tuple[Any, Event], at: datetime = over) -> Any:
        return on_commission(FORMED, DRAWN).when(open_it, **as_chair(boundary=field(*both, *told), now=at))

    opening(at=over - SECONDS).then_refused(RuleViolated, rule=FILE)
    opening().then_events(ScoringOpened)
    filed = (TWO, CHECK_FILED)
    opening(filed).then_refused(RuleViolated, rule=DECIDE)
    opening(filed, (TWO, e.ComplaintDismissed(**OF_FIRST, reason=REASON))).then_events(ScoringOpened)
    opening(filed, decided(ComplaintDecision.REJECTED)).then_events(ScoringOpened)
    upheld = (filed, decided(ComplaintDecision.PARTLY))
    opening(*upheld).then_refused(RuleViolated, rule="grant.check.all")
    opening(*upheld, (FIRST, ELIGIBLE)).then_state(lambda it: set(it.candidates) == {FIRST, SECOND})
    again = replace(INELIGIBLE, complaints_until=deadline_at(over, FILE))
    opening(*upheld, (FIRST, again)).then_state(lambda it: set(it.candidates) == {SECOND})  # heard once
