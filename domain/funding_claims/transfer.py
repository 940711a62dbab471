"""What a merge of two entries of the register does to claims: those of the one go to the other."""

from typing import Self
from uuid import UUID

from domain.funding_claims.commands import TransferClaims
from domain.funding_claims.events import ClaimsTransferred
from domain.funding_claims.ledger import Claims
from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition


class ClaimTransfer(Aggregate):
    """The claims of one merge, as the ledger found them; each of them is told by itself."""

    initial = ClaimsTransferred

    @classmethod
    @creates(TransferClaims, boundary=Claims)
    def transfer(cls, command: TransferClaims, ctx: Context, stream_id: UUID) -> Self:
        """All that stand under another entry than the one which goes on; where there are none, there is none."""
        claims = ctx.folded(Claims)
        into = claims.goes_on(command.organisation_id)
        moved = tuple(claim.id for claim in claims.claims.values() if claim.organisation_id != into)
        if not moved:
            raise IllegalTransition(state="without_claims", command=command.name)
        event = ClaimsTransferred(organisation_id=into, merged_id=command.merged_id, claims=moved)
        return cls.begin(ctx, stream_id, event)

    @applies(ClaimsTransferred)
    def _transferred(self, event: ClaimsTransferred) -> None:
        self.organisation_id, self.claims = event.organisation_id, event.claims
