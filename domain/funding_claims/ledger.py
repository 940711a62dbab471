"""What others' decisions ask the ledger of an organisation: what it was promised, by whom, and what it owes.

A fold over the tag `organisation:<id>` of the national log; decisions in other logs read it fresh (`register=`).
"""

from collections.abc import Iterator
from uuid import UUID

from domain.funding_claims import citations
from domain.funding_claims.claim_state import ClaimState
from domain.funding_claims.events import ClaimEvent, ClaimReserved, OverlapFound
from domain.kernel.command import Boundary, Command
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_
from domain.organisations.events import organisation_tag


class Claims(Boundary):
    """Every claim of one organisation, by its id, in the order in which they were reserved."""

    def __init__(self) -> None:
        self.claims: dict[UUID, ClaimState] = {}

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the organisation that the command names by `organisation_id`."""
        del stream_id
        named: UUID = getattr(command, "organisation_id")  # noqa: B009 - commands of other domains
        return organisation_tag(named)

    def apply(self, stream_id: UUID, event: object) -> None:
        """Events of claims; others carry the tag, too."""
        if isinstance(event, ClaimReserved | ClaimEvent):
            self.claims[stream_id] = event.mutate(self.claims.get(stream_id))

    @property
    def open(self) -> tuple[ClaimState, ...]:
        """Claims that promise, or have paid, something."""
        return tuple(claim for claim in self.claims.values() if claim.open)

    def overlaps_of(self, claim_id: UUID) -> Iterator[OverlapFound]:
        """Every overlap that the claim is a side of, whatever became of it."""
        for claim in self.claims.values():
            for found in claim.overlaps.values():
                if claim_id in (found.this.claim_id, found.other.claim_id):
                    yield found

    def undeclared(self, claim_id: UUID) -> tuple[OverlapFound, ...]:
        """Overlaps of the claim with an open one that nobody declared and nobody decided to be none."""
        return tuple(found for found in self.overlaps_of(claim_id) if self._stands(found))

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

    def require_no_undeclared_overlap(self, claim_id: UUID) -> None:
        """Raises: RuleViolated while the claim overlaps with another one that was not declared as co-financing."""
        for found in self.undeclared(claim_id):
            other = found.other if found.this.claim_id == claim_id else found.this
            raise RuleViolated(
                "funding.overlap.undeclared",
                N_(
                    "{institution} pays, or is asked to pay, for much the same: {similarity} of 1000000 alike. "
                    "Declare it as co-financing, or have the overlap dismissed."
                ),
                citation=citations.PUBLIC_FINANCING,
                institution=other.institution,
                similarity=found.similarity.total,
            )

    def _stands(self, found: OverlapFound) -> bool:
        this, other = self.claims[found.this.claim_id], self.claims.get(found.other.claim_id)
        if other is None or not (this.open and other.open) or found.overlap_id in this.dismissed:
            return False
        return not (this.declares(other.institution) or other.declares(this.institution))
