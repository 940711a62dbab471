"""What decisions about money ask of the ledger: is it claimed, does anybody else pay for it, is a report owed.

A fold over the tag `organisation:<id>` of the national log; decisions in other logs read it fresh (`register=`).
"""

from typing import NamedTuple
from uuid import UUID

from domain.funding_claims import citations
from domain.funding_claims.claim_state import ClaimState
from domain.funding_claims.events import ClaimEvent, ClaimReserved, OverlapFound
from domain.funding_claims.settling import SHARE, Want, overlaps_of, wanting
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Rules
from domain.organisations.merging import Merges, OfOrganisation


class Sides(NamedTuple):
    """An overlap as one of its institutions sees it; it stands on the stream of `found_on`."""

    found_on: UUID
    own: ClaimState
    other: ClaimState


class Claims(OfOrganisation):
    """Every claim of one organisation, and of those that were merged into it, by its id, as they were reserved."""

    def __init__(self) -> None:
        self.claims: dict[UUID, ClaimState] = {}
        self._merges = Merges()

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of claims, and merges; others carry the tag, too."""
        if isinstance(event, ClaimReserved | ClaimEvent):
            self.claims[stream_id] = event.mutate(self.claims.get(stream_id))
        else:
            self._merges.apply(event)

    @property
    def open(self) -> tuple[ClaimState, ...]:
        """Claims that promise, or have paid, something."""
        return tuple(claim for claim in self.claims.values() if claim.open)

    def goes_on(self, organisation_id: UUID) -> UUID:
        """The organisation itself, or the one that it was merged into, however often."""
        return self._merges.goes_on(organisation_id)

    def unsettled(self, claim_id: UUID, rules: Rules) -> tuple[tuple[OverlapFound, Want], ...]:
        """The claim's overlaps with open ones that are neither co-financing nor dismissed, with what they lack."""
        share = rules.number(SHARE) if SHARE in rules else None
        asked = [(found, wanting(found, self.claims, share)) for found in overlaps_of(claim_id, self.claims)]
        return tuple((found, want) for found, want in asked if want is not None)

    def sides(self, overlap_id: UUID, tenant_id: int) -> Sides:
        """The overlap with the institution's own claim first. Raises: RuleViolated where it is no side of it."""
        for on in self.claims.values():
            found = on.overlaps.get(overlap_id)
            pair = () if found is None else (found.this, found.other)
            for own, other in (pair, pair[::-1]) if pair else ():
                if own.origin.tenant_id == tenant_id:
                    return Sides(on.id, self.claims[own.claim_id], self.claims[other.claim_id])
        raise RuleViolated(
            "funding.overlap.side",
            N_("The institution is no side of such an overlap."),
            citation=citations.PUBLIC_FINANCING,
        )

    def require_reserved(self, claim_id: UUID) -> None:
        """Raises: RuleViolated when the ledger does not hold the claim, or holds it as released."""
        claim = self.claims.get(claim_id)
        if claim is None or not claim.open:
            raise RuleViolated(
                "funding.claim.reserved",
                N_("The national ledger holds no claim for this yet; it arrives within moments of the submission."),
                citation=citations.PUBLIC_FINANCING,
            )

    def require_no_overdue_report(self) -> None:
        """Raises: RuleViolated while the organisation owes any institution a report that is overdue."""
        owed = [(due, claim.institution) for claim in self.claims.values() for due in claim.overdue.values()]
        if owed:
            due_on, institution = min(owed)
            raise RuleViolated(
                "funding.report.overdue",
                N_("The organisation owes {institution} a report since {day}: no award and no payment until it comes."),
                citation=citations.PUBLIC_FINANCING,
                institution=institution,
                day=due_on.isoformat(),
            )

    def require_settled(self, claim_id: UUID, rules: Rules) -> None:
        """Raises: RuleViolated while the claim overlaps with another one and that is not settled."""
        for found, want in self.unsettled(claim_id, rules):
            other = found.other if found.this.claim_id == claim_id else found.this
            rule, template = _WANTS[want]
            citation = rules[SHARE].citation if want is Want.CONSISTENCY else citations.PUBLIC_FINANCING
            raise RuleViolated(
                rule, template, citation=citation, institution=other.institution, similarity=found.similarity.total
            )


_WANTS = {
    Want.DECLARATION: (
        "funding.overlap.undeclared",
        N_(
            "{institution} pays, or is asked to pay, for much the same: {similarity} of 1000000 alike. "
            "Declare it as co-financing, or have the overlap dismissed."
        ),
    ),
    Want.CONSISTENCY: (
        "funding.overlap.costs",
        N_(
            "Together with {institution}, which pays or is asked to pay for much the same ({similarity} of 1000000 "
            "alike), and with what else is declared, more would be paid than the project may cost."
        ),
    ),
    Want.CONFIRMATION: (
        "funding.overlap.confirmed",
        N_(
            "That {institution} pays for much the same ({similarity} of 1000000 alike) was declared only after it was "
            "found, and not with the true amount: both institutions have to confirm it."
        ),
    ),
}
"""The rule that a claim breaks by an overlap which lacks that, and what is said to it."""
