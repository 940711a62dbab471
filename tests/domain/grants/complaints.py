"""A provisional ranking and a complaint against it, as their events tell them."""

from datetime import datetime, timedelta
from typing import Any

from domain.grants.application import Application
from domain.grants.call_ranking import FILE
from domain.grants.commands import complaint as c
from domain.grants.commands.commission import CloseScoring
from domain.grants.complaint import Complaint
from domain.grants.complaints import DECIDE, Complaints
from domain.grants.events import complaint as e
from domain.grants.events.ranking import ProvisionalRankingPublished
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import (
    ComplaintDecision,
)
from domain.kernel.context import Mandate
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.event import Event
from domain.kernel.manifest import Role
from tests.domain.grants.applications import (
    CHECKED,
    DELEGATE,
    ORGANISATION,
    application,
    standing,
)
from tests.domain.grants.commissions import (
    COMMISSION,
    FIRST,
    KNOWN,
    as_chair,
    commission,
)
from tests.domain.grants.commissions import told as told_commission
from tests.domain.grants.stories import (
    AFTER,
    CALENDAR,
    CALL,
    DURING,
    EVALUATING,
    OVER,
    PREPARED_AT,
    REASON,
    RULES,
    call,
)
from tests.support.given import Scenario, given

SCORED = tuple(told_commission(*KNOWN).when(CloseScoring(call_id=CALL), **as_chair()).events)
RANKING = SCORED[0].ranking  # type: ignore[attr-defined]
PUBLISHED_AT = AFTER + timedelta(days=3)
UNTIL = deadline(RULES[FILE], PUBLISHED_AT, "ProvisionalRankingPublished", CALENDAR)
PROVISIONAL = ProvisionalRankingPublished(commission_id=COMMISSION, ranking=RANKING, complaints_until=UNTIL)
OPEN_TO_COMPLAINTS = (*OVER, EVALUATING, PROVISIONAL)
FILED_AT = PUBLISHED_AT + timedelta(hours=5)
DECIDE_BY = deadline(RULES[DECIDE], FILED_AT, "ComplaintFiled", CALENDAR)
FILED = e.ComplaintFiled(
    call_id=CALL,
    application_id=FIRST,
    organisation_id=ORGANISATION,
    grounds="Pikët nuk përputhen.",
    rank=1,
    decide_by=DECIDE_BY,
)

OF_FIRST: dict[str, Any] = {"call_id": CALL, "application_id": FIRST}
ADMITTED = e.ComplaintAdmitted(call_id=CALL, application_id=FIRST)
OFFICER = Mandate(Role.COMPLAINT_OFFICER, "Appointment 5/2026")
FILE_IT = c.FileComplaint(
    call_id=CALL, application_id=FIRST, organisation_id=ORGANISATION, grounds="Pikët nuk përputhen."
)
SECONDS = timedelta(seconds=1)


def on_call(*events: Event) -> Scenario:
    return given(GrantCall, events, stream_id=CALL, at=PREPARED_AT)


def on_complaint(*events: Event) -> Scenario:
    return given(Complaint, events, at=FILED_AT)


def on_application(*events: Event) -> Scenario:
    return given(Application, events, stream_id=FIRST, at=DURING - timedelta(days=1))


def deadline_at(anchor: datetime, rule: str = DECIDE) -> Deadline:
    return deadline(RULES[rule], anchor, "ComplaintFiled", CALENDAR)


def ranking(*complaints: tuple[Any, Event], events: tuple[Event, ...] = (*KNOWN, *SCORED), **more: Any) -> Any:
    """What the publication of a ranking rests on."""
    fold = Complaints()
    for stream, event in complaints:
        fold.apply(stream, event)
    resting = {"references": {"commission": commission(*events)}, "boundary": fold}
    return {"mandate": Mandate(Role.GRANT_OFFICER, "Appointment"), "now": PUBLISHED_AT} | resting | more


def filing(**overrides: Any) -> dict[str, Any]:
    """What a complaint rests on."""
    resting = {"call": call(*OPEN_TO_COMPLAINTS), "application": application(*CHECKED)}
    return {"mandate": DELEGATE, "now": FILED_AT, "references": resting} | overrides


def deciding(**overrides: Any) -> dict[str, Any]:
    """What its decision rests on."""
    resting = {"references": {"commission": commission(*KNOWN)}, "registers": (standing(),)}
    return {"mandate": OFFICER, "now": FILED_AT} | resting | overrides


def decide(decision: ComplaintDecision = ComplaintDecision.UPHELD) -> c.DecideComplaint:
    return c.DecideComplaint(organisation_id=ORGANISATION, commission_id=COMMISSION, decision=decision, reason=REASON)
