"""A provisional ranking and a complaint against it, as their events tell them."""

from datetime import timedelta

from domain.grants.call_ranking import FILE
from domain.grants.commands.commission import CloseScoring
from domain.grants.complaint import DECIDE
from domain.grants.events import complaint as e
from domain.grants.events.ranking import ProvisionalRankingPublished
from domain.kernel.deadline import deadline
from tests.domain.grants.applications import ORGANISATION
from tests.domain.grants.commissions import COMMISSION, FIRST, KNOWN, as_chair
from tests.domain.grants.commissions import told as told_commission
from tests.domain.grants.stories import AFTER, CALENDAR, CALL, EVALUATING, OVER, RULES

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
