"""One example of every event of a commission, a ranking and a complaint, all fields filled."""

from msgspec.structs import replace

from domain.grants.events import commission as e
from domain.grants.events import complaint as q
from domain.grants.events import ranking as r
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import AwardOutcome, ComplaintDecision, ComplaintSubject
from domain.kernel.event import Event
from domain.scoring.composition import Composition
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.grants import commissions as k
from tests.domain.grants.complaints import DECIDE_BY, FILED, UNTIL
from tests.domain.grants.stories import CALL, REASON, euro

RANKING = (
    Ranked(k.FIRST, 1, 900_000, AwardOutcome.AWARDED, euro(450_000)),
    Ranked(k.SECOND, 2, 690_000, AwardOutcome.REJECTED, None, ("relevance",)),
)

EXAMPLES: tuple[Event, ...] = (
    k.FORMED,
    k.DRAWN,
    k.OPENED,
    k.declared(k.ONE, interest=Interest.SOFT),
    e.MemberRecused(
        person_id=k.ONE, application_id=k.FIRST, basis=ConflictBasis.OFFICER, substitute=k.DRAWN.alternates[0]
    ),
    k.suspected(k.TWO),
    k.decided(k.TWO, recused=False),
    k.replaced(k.TWO, {k.FIRST: k.DRAWN.alternates[0], k.SECOND: None}),
    k.EXTENDED,
    k.committed(k.ONE, k.FIRST, k.GOOD),
    e.ScoreRevealed(person_id=k.ONE, application_id=k.FIRST, round=1, points=k.GOOD, salt=k.SALT, comment=REASON),
    e.ScoringClosed(ranking=RANKING, composition=Composition(3, 1, odd=True)),
    e.ApplicationReopened(application_id=k.SECOND, complaint_id=k.COMPLAINT, round=2),
    r.ProvisionalRankingPublished(commission_id=k.COMMISSION, ranking=RANKING, complaints_until=UNTIL),
    r.RanksReleased(
        commission_id=k.COMMISSION, released=RANKING[:1], contested=(k.SECOND,), frozen_until=DECIDE_BY.due_at
    ),
    r.FinalRankingPublished(commission_id=k.COMMISSION, ranking=RANKING, changed=True),
    replace(FILED, subject=ComplaintSubject.CHECK, checked_by=k.ONE),
    q.ComplaintAdmitted(call_id=CALL, application_id=k.FIRST),
    q.ComplaintDismissed(call_id=CALL, application_id=k.FIRST, reason=REASON),
    q.ComplaintDecided(
        call_id=CALL,
        application_id=k.FIRST,
        commission_id=k.COMMISSION,
        decision=ComplaintDecision.UPHELD,
        reason=REASON,
        late=False,
    ),
)
