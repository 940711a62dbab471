"""An example of every event from the need to the award, all fields filled."""

from datetime import date

import msgspec

from domain.contracts.events import bid as b
from domain.contracts.events import call as e
from domain.contracts.events import evaluation as v
from domain.contracts.vocabulary import BidSeat, Evaluator
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.message import Message
from domain.kernel.text import text
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.contracts.bidding import (
    ADMITTED,
    APPOINTED,
    BEST,
    BID_ONE,
    BID_TWO,
    CHEAP,
    COMPLAINT,
    CONTENTS,
    DISMISSED,
    FAIR,
    FILED,
    FIRST,
    LICENCE,
    RANKED,
    REOPENED,
    SALT,
    SCORING,
    SPARE,
    UPHELD,
    WITHDRAWN,
    bid_sealed,
    committed,
    of_bid,
    opened,
    proposed,
    qualified,
)
from tests.domain.contracts.tendering import (
    BIDDING,
    CALL,
    CLARIFIED,
    CLOSED,
    DIRECT,
    FACTS,
    LIST,
    LISTED,
    NEED,
    NEED_APPROVED,
    NEED_ASSESSED,
    NEED_WITHDRAWN,
    ONE,
    PENDING,
    REASON,
    facts,
)

WHOLE = facts(open_days=25, list_id=LIST, list_until=date(2027, 12, 31), direct=DIRECT)
"""No call says all of this; every field is written once."""
FINDING = Finding(
    "price-over-ceiling",
    "error",
    Message(
        "A unit of '{code}' costs {price}; the call allows {ceiling}.",
        {"code": "hours", "price": "12.01 EUR", "ceiling": "12.00 EUR"},
    ),
    "Law No. 04/L-042 on Public Procurement",
    "contract.bid.ceiling",
    "/content/prices/0/price",
)
FIRST_WRITTEN = tuple(msgspec.structs.replace(one, lowest=None) for one in RANKED.ranking)
"""A ranking as the golden payloads have it: from before it said by which total prices were measured."""
OF_CALL: tuple[Event, ...] = (
    e.CallPlanned(facts=WHOLE),
    e.CallAmended(changes=FACTS),
    e.CallChecked(errors=1, warnings=0, findings=(FINDING,)),
    e.CallPublished(
        facts=WHOLE, closes_at=BIDDING.due_at, languages=("sq", "sr"), deadline=BIDDING, invited=(ONE,), need_id=NEED
    ),
    CLARIFIED,
    e.CallDeadlineMoved(previous=BIDDING, deadline=BIDDING),
    CLOSED,
    e.QualificationBegun(bids=2, unopened=(BID_TWO,)),
    PENDING,
    LISTED,
    proposed(number=2, again=True, answered=(COMPLAINT,), ranking=FIRST_WRITTEN),
    e.AwardSetAside(complaint_id=COMPLAINT, bid_id=BEST.bid_id, organisation_id=BEST.organisation_id),
    e.OverlapNoted(
        overlap_id=derived_id("test", "overlap"), institution="prizren", contact="Zyra <a@b.org>", similarity=700_000
    ),
    e.AwardConfirmed(
        need_id=NEED,
        bid_id=BEST.bid_id,
        organisation_id=BEST.organisation_id,
        contract_id=e.contract_id(CALL, BEST.organisation_id),
        decision_no="40/2026",
        lines=proposed().lines,
        total=BEST.total,
        subcontractors=CONTENTS[BEST.bid_id].subcontractors,
        **LICENCE,
    ),
    e.AwardLapsed(organisation_id=BEST.organisation_id, bid_id=BEST.bid_id, reason=REASON),
    e.CallContracted(contract_id=e.contract_id(CALL, BEST.organisation_id)),
    e.CallUnsuccessful(reason=REASON, need_id=NEED),
    e.CallCancelled(reason=REASON, need_id=NEED, organisation_id=BEST.organisation_id),
)
OF_BIDS: tuple[Event, ...] = (
    bid_sealed(),
    of_bid(
        b.BidResealed,
        commitment=bid_sealed().commitment,
        received_at=bid_sealed().received_at,
        receipt=bid_sealed().receipt,
        revision=2,
    ),
    WITHDRAWN,
    opened(ONE, CHEAP, findings=(FINDING,)),
    of_bid(b.BidDisregarded),
    qualified(),
    of_bid(b.BidDisqualified, findings=(FINDING,), reason=REASON),
    REOPENED,
)
OF_EVALUATION: tuple[Event, ...] = (
    APPOINTED,
    v.EvaluatorConflictSuspected(person_id=FIRST, bid_id=BID_ONE, late_offices=(derived_id("test", "office"),)),
    v.EvaluatorConflictDecided(person_id=FIRST, bid_id=BID_ONE, recused=True, decision_no="34/2026", reason=REASON),
    v.EvaluatorReplaced(
        person_id=FIRST, decision_no="35/2026", reason=REASON, seats=(BidSeat(BID_ONE, SPARE), BidSeat(BID_TWO))
    ),
    v.AlternatesAppointed(
        decision_no="36/2026", alternates=(Evaluator(person_id=SPARE, number=5),), seats=(BidSeat(BID_TWO, SPARE),)
    ),
    v.BidScoringOpened(
        candidates=SCORING.candidates, tie_seed=SCORING.tie_seed, anew=(BEST.bid_id,), answered=(COMPLAINT,)
    ),
    v.EvaluatorInterestDeclared(
        person_id=FIRST, bid_id=BID_ONE, interest=Interest.SOFT, late_offices=(derived_id("test", "office"),)
    ),
    v.EvaluatorRecused(person_id=FIRST, bid_id=BID_ONE, basis=ConflictBasis.OFFICER, substitute=SPARE),
    committed(FIRST, BID_ONE, FAIR),
    v.BidScoreRevealed(
        person_id=FIRST, bid_id=BID_ONE, round=1, points=FAIR, salt=SALT, comment=text(sq="Metodë e mirë")
    ),
    msgspec.structs.replace(RANKED, ranking=FIRST_WRITTEN),
)
OF_COMPLAINTS: tuple[Event, ...] = (FILED, ADMITTED, DISMISSED, UPHELD)
EXAMPLES: tuple[Event, ...] = (
    NEED_ASSESSED,
    NEED_APPROVED,
    NEED_WITHDRAWN,
    *OF_CALL,
    *OF_BIDS,
    *OF_EVALUATION,
    *OF_COMPLAINTS,
)
