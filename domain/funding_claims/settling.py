"""Whether two claims for much the same may both be paid: what is declared, what it sums up to, who knows of it.

An overlap is settled by a decision that the claims are for different things, or as co-financing, which is

- *declared*: one of the two names the other's institution;
- *consistent*: of either claim its amount, what others than institutions pay, and what each further institution is
  declared to pay or claims itself (the larger of the two), sum up to no more than the rule's share of the costs;
- *known to both sides*: it was declared before the overlap was found, so that both were told of it; or it was declared
  later with the true amount, no less than the other claim is for; or both institutions confirmed it, and neither claim
  is for more than was confirmed.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from uuid import UUID

from domain.funding_claims.claim_state import ClaimState
from domain.funding_claims.events import OverlapFound
from domain.kernel.money import Money

SHARE = "funding.costs.share"
THOUSANDTH = 1_000
"""Rules of the ledger count in thousandths, likeness and shares in millionths."""
Ledger = Mapping[UUID, ClaimState]


class Want(StrEnum):
    """What keeps an overlap of two open claims from being settled."""

    DECLARATION = "declaration"
    CONSISTENCY = "consistency"
    CONFIRMATION = "confirmation"


def overlaps_of(claim_id: UUID, ledger: Ledger) -> Iterator[OverlapFound]:
    """Every overlap that the claim is a side of, whatever became of it."""
    for claim in ledger.values():
        for found in claim.overlaps.values():
            if claim_id in (found.this.claim_id, found.other.claim_id):
                yield found


def stands(found: OverlapFound, ledger: Ledger) -> bool:
    """Whether both claims are open and nobody decided that they are for different things."""
    this, other = ledger[found.this.claim_id], ledger.get(found.other.claim_id)
    return other is not None and this.open and other.open and found.overlap_id not in this.dismissed


def wanting(found: OverlapFound, ledger: Ledger, share: int | None) -> Want | None:
    """What the overlap lacks; None where it is settled. `share` in thousandths of the costs, None: no rule says it."""
    if not stands(found, ledger):
        return None
    this, other = ledger[found.this.claim_id], ledger[found.other.claim_id]
    if not (this.declares(other.institution) or other.declares(this.institution)):
        return Want.DECLARATION
    if share is not None and not (consistent(this, ledger, share) and consistent(other, ledger, share)):
        return Want.CONSISTENCY
    known = found.declared or _names(this, other) or _names(other, this) or _confirmed(found, this, other)
    return None if known else Want.CONFIRMATION


def consistent(claim: ClaimState, ledger: Ledger, share: int) -> bool:
    """Whether the claim and all that is paid beside it stay within the share of its costs; all is in one currency."""
    facts, beside = claim.facts, [ledger[one] for one in _beside(claim, ledger)]
    amounts = [claim.amount, *claim.declared.values(), *(one.amount for one in beside)]
    amounts += [facts.elsewhere] if facts.elsewhere else []
    if len({one.currency for one in (*amounts, *(line.amount for line in facts.costs))}) > 1:
        return False
    claimed: dict[str, int] = {}
    for one in beside:
        claimed[one.institution] = claimed.get(one.institution, 0) + one.amount.amount
    declared = {name: amount.amount for name, amount in claim.declared.items()}
    others = sum(max(claimed.get(name, 0), declared.get(name, 0)) for name in claimed.keys() | declared.keys())
    paid = claim.amount.amount + others + (facts.elsewhere.amount if facts.elsewhere else 0)
    return paid * THOUSANDTH <= sum(line.amount.amount for line in facts.costs) * share


def _beside(claim: ClaimState, ledger: Ledger) -> Iterator[UUID]:
    """The open claims that overlap with it."""
    for found in overlaps_of(claim.id, ledger):
        if stands(found, ledger):
            yield found.other.claim_id if found.this.claim_id == claim.id else found.this.claim_id


def _names(one: ClaimState, other: ClaimState) -> bool:
    """Whether it declares no less than the other one is for."""
    declared = one.declared.get(other.institution)
    return declared is not None and _covers(declared, other.amount)


def _confirmed(found: OverlapFound, this: ClaimState, other: ClaimState) -> bool:
    """Whether both institutions confirmed what the claims are for, or more; one is enough where both are its own."""
    needed, given = {this.institution, other.institution}, set[str]()
    for side, against in ((this, other), (other, this)):
        confirmed = this.confirmations.get((found.overlap_id, side.id))
        if confirmed and _covers(confirmed.own, side.amount) and _covers(confirmed.other, against.amount):
            given.add(side.institution)
    return given == needed


def _covers(said: Money, amount: Money) -> bool:
    return said.currency == amount.currency and amount <= said
