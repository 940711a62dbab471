"""Awards that no open complaint can change stand before the final ranking, and are contracted."""

from datetime import timedelta

from msgspec.structs import replace

from domain.grants.agreement import GrantAgreement
from domain.grants.call_ranking import FILE
from domain.grants.commands import agreement as ag
from domain.grants.commands import ranking as r
from domain.grants.commands.application import RecordOutcome
from domain.grants.complaints import DECIDE, Complaints
from domain.grants.events import complaint as e
from domain.grants.events.agreement import AgreementDrafted, AgreementSigned, ReportScheduled
from domain.grants.events.commission import ApplicationReopened
from domain.grants.events.grant_call import CallPublished
from domain.grants.events.ranking import RanksReleased
from domain.grants.grant_call import GrantCall
from domain.grants.policies.ranking import record_outcomes
from domain.grants.vocabulary import (
    AwardOutcome,
    ComplaintDecision,
)
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, RuleViolated
from domain.kernel.event import Event
from domain.kernel.manifest import Reaction
from tests.domain.grants.agreements import AGREED, AGREEMENT, INSTALMENTS, REPORTS, awards
from tests.domain.grants.applications import (
    ORGANISATION,
    WON,
    application,
    standing,
)
from tests.domain.grants.commissions import (
    COMMISSION,
    FIRST,
    KNOWN,
    ONE,
    SECOND,
    TWO,
)
from tests.domain.grants.complaints import (
    DECIDE_BY,
    FILED,
    OPEN_TO_COMPLAINTS,
    RANKING,
    SCORED,
    SECONDS,
    UNTIL,
    on_call,
    ranking,
)
from tests.domain.grants.ledger import ledger
from tests.domain.grants.stories import (
    CALL,
    EVALUATING,
    OVER,
    PREPARED_AT,
    REASON,
    call,
    euro,
    facts,
)
from tests.support.given import given, given_nothing
from tests.support.given import told as recorded

# --- ranks that no complaint can change


def scarce(budget: int = 600_000) -> tuple[Event, ...]:
    """A call whose budget holds the first two of three awards of 450,000, 300,000 and nothing to spare."""
    return tuple(
        replace(one, facts=facts(budget=euro(budget))) if isinstance(one, CallPublished) else one
        for one in OPEN_TO_COMPLAINTS
    )


RELEASE = r.ReleaseRanks(commission_id=COMMISSION)
FREE = RanksReleased(commission_id=COMMISSION, released=RANKING[:1], contested=(SECOND,), frozen_until=DECIDE_BY.due_at)
SECOND_FILED = replace(FILED, application_id=SECOND, rank=2)
AFTER_ALL = {"now": UNTIL.due_at}


def test_what_no_open_complaint_can_change_stands_already() -> None:
    """6,000 hold either application and not both: where both are contested or one takes from the other, none is free."""
    plenty, tight = (given(GrantCall, scarce(cents), stream_id=CALL, at=PREPARED_AT) for cents in (750_000, 749_999))
    against_second = ranking((ONE, SECOND_FILED), **AFTER_ALL)
    plenty.when(RELEASE, **against_second).then([FREE]).then_state(lambda it: list(it.released) == [FIRST])
    tight.when(RELEASE, **against_second).then_refused(RuleViolated, rule=DECIDE)
    both = ranking((ONE, SECOND_FILED), (TWO, FILED), **AFTER_ALL)
    on_call(*OPEN_TO_COMPLAINTS).when(RELEASE, **both).then_refused(RuleViolated, rule=DECIDE)
    early = ranking((ONE, SECOND_FILED), now=UNTIL.due_at - SECONDS)
    on_call(*OPEN_TO_COMPLAINTS).when(RELEASE, **early).then_refused(RuleViolated, rule=FILE)
    on_call(*OPEN_TO_COMPLAINTS).when(RELEASE, **ranking(**AFTER_ALL)).then_refused(
        RuleViolated, rule="grant.ranking.release"
    )
    on_call(*OPEN_TO_COMPLAINTS, FREE).when(RELEASE, **against_second).then_refused(RuleViolated, rule=DECIDE)
    on_call(*OVER, EVALUATING).when(RELEASE, **against_second).then_refused(IllegalTransition)


def test_ranks_stay_frozen_until_an_upheld_complaint_was_scored_anew() -> None:
    upheld = e.ComplaintDecided(
        call_id=CALL,
        application_id=SECOND,
        commission_id=COMMISSION,
        decision=ComplaintDecision.UPHELD,
        reason=REASON,
        late=False,
    )
    reopened = ApplicationReopened(application_id=SECOND, complaint_id=ONE, round=2)
    told = ((ONE, SECOND_FILED), (ONE, upheld))
    anew = replace(FREE, frozen_until=None)
    for events in ((*KNOWN, *SCORED), (*KNOWN, *SCORED, reopened)):
        on_call(*OPEN_TO_COMPLAINTS).when(RELEASE, **ranking(*told, events=events, **AFTER_ALL)).then([anew])
    on_call(*OPEN_TO_COMPLAINTS, anew).when(RELEASE, **ranking(*told, **AFTER_ALL)).then_refused(
        RuleViolated, rule="grant.complaint.rescore"
    )
    scoring = ranking(*told, events=(*KNOWN, *SCORED, reopened), **AFTER_ALL)
    on_call(*OPEN_TO_COMPLAINTS, anew).when(RELEASE, **scoring).then_refused(RuleViolated, rule="grant.score.all")


def test_a_released_award_is_contracted_and_a_frozen_one_is_not() -> None:
    at = UNTIL.due_at + timedelta(days=1)
    released = call(*OPEN_TO_COMPLAINTS, FREE, at=at - timedelta(hours=1))
    fold = Complaints()
    fold.apply(ONE, SECOND_FILED)
    award = {"references": {"call": released, "application": application(*WON)}, "now": at, "boundary": fold}
    draft = ag.DraftAgreement(call_id=CALL, application_id=FIRST, instalments=INSTALMENTS, reports=REPORTS)
    given_nothing(GrantAgreement).when(draft, **award).then_events(AgreementDrafted)
    frozen = award | {"references": {"call": call(*OPEN_TO_COMPLAINTS), "application": application(*WON)}}
    outcome = given_nothing(GrantAgreement).when(draft, **frozen).then_refused(RuleViolated, rule=DECIDE)
    assert DECIDE_BY.due_at.isoformat() in str(outcome.refusal)
    sign = ag.SignAgreement(
        call_id=CALL, application_id=FIRST, organisation_id=ORGANISATION, decision_no="1", signed_on=local_day(at)
    )
    told_of = {"registers": (standing(), ledger()), "boundary": awards()}
    on_agreement = given(GrantAgreement, (AGREED,), stream_id=AGREEMENT, at=at)
    on_agreement.when(sign, **award | told_of).then_events(AgreementSigned, ReportScheduled, ReportScheduled)
    given(GrantAgreement, (AGREED,), stream_id=AGREEMENT, at=at).when(sign, **frozen | told_of).then_refused(
        IllegalTransition
    )


def test_released_applications_learn_it_like_all_others() -> None:
    assert list(record_outcomes(recorded(FREE, CALL))) == [
        Reaction(FIRST, RecordOutcome(outcome=AwardOutcome.AWARDED, rank=1, score=900_000, amount=euro(450_000)))
    ]
