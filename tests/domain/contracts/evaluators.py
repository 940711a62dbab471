"""Offices of evaluators at bidders, as the register holds them, and what is said of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.contracts.bidders import Bidders
from domain.contracts.commands import evaluation as c
from domain.contracts.events import evaluation as v
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.organisations.standing import Standing
from domain.scoring.vocabulary import ConflictBasis
from tests.domain.contracts.bidding import BID_ONE, BIDDERS, FIRST, SPARE, office, registered, standing
from tests.domain.contracts.tendering import AFTER, AWARD_PENDING, DURING, OFFICER, ONE, REASON, call

OFFICE = derived_id("test", "office")
EARLY, LATELY = DURING - timedelta(days=30), AFTER - timedelta(days=1)
"""Before the call was public, and since."""
LATE = AFTER + timedelta(days=30)


def bidders(*, at: Any = None) -> Bidders:
    """The bidders as the register knows them; with an office of the first evaluator at the first, if recorded `at`."""
    fold = Bidders()
    for one in BIDDERS.values():
        for version, event in enumerate(registered(one), 1):
            fold.apply(one, event.stamp(one, version, EARLY + timedelta(minutes=version)))
    if at is not None:
        fold.apply(ONE, office(FIRST).stamp(ONE, 5, at))
    return fold


def late_office() -> Standing:
    """The bidder had the evaluator recorded as an officer after the call was public."""
    fold = standing(ONE)
    fold.apply(ONE, office(FIRST).stamp(ONE, 5, LATELY))
    return fold


def decide(*, recused: bool, **changes: Any) -> c.DecideEvaluatorConflict:
    """The decision about the first evaluator and the first bid."""
    told: dict[str, Any] = {"bid_id": BID_ONE, "organisation_id": ONE, "person_id": FIRST, "decision_no": "34/2026"}
    return c.DecideEvaluatorConflict(**told | {"recused": recused, "reason": REASON} | changes)


def decided(*, recused: bool) -> Event:
    """It was taken."""
    return v.EvaluatorConflictDecided(
        person_id=FIRST, bid_id=BID_ONE, recused=recused, decision_no="34/2026", reason=REASON
    )


SUSPECTED = v.EvaluatorConflictSuspected(person_id=FIRST, bid_id=BID_ONE, late_offices=(OFFICE,))


def gone(basis: ConflictBasis, substitute: UUID = SPARE) -> Event:
    """The first evaluator does not score the first bid."""
    return v.EvaluatorRecused(person_id=FIRST, bid_id=BID_ONE, basis=basis, substitute=substitute)


def as_officer(**overrides: Any) -> dict[str, Any]:
    """Whoever keeps the business of the evaluation."""
    resting = {"references": {"call": call(*AWARD_PENDING)}, "registers": (standing(), bidders())}
    return {"mandate": OFFICER, "now": LATE} | resting | overrides
