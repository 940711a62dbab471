"""An institution's consent that the other one of an overlap sees its file; it stands in the institution's own log."""

from typing import Self
from uuid import UUID

from domain.funding_claims import citations
from domain.funding_claims.commands import ConsentToDisclosure
from domain.funding_claims.events import ConsentGiven, OverlapFound
from domain.funding_claims.ledger import Claims
from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.message import N_


class DisclosureConsent(Aggregate):
    """One consent of one institution to one overlap; there is no way back, the other has seen the file."""

    initial = ConsentGiven

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An institution consents once."""
        if not isinstance(command, ConsentToDisclosure):
            return None
        return derived_id("disclosure_consent", tenant_id, command.overlap_id)

    @classmethod
    @creates(ConsentToDisclosure, register=(Claims,))
    def consent(cls, command: ConsentToDisclosure, ctx: Context, stream_id: UUID) -> Self:
        """To an overlap of the organisation that the institution is a side of."""
        for found_on in ctx.registered(Claims).claims.values():
            found = found_on.overlaps.get(command.overlap_id)
            own = None if found is None else _own(found, ctx.tenant.tenant_id)
            if own is not None:
                event = ConsentGiven(
                    organisation_id=command.organisation_id,
                    overlap_id=command.overlap_id,
                    claim_id=own,
                    found_on=found_on.id,
                )
                return cls.begin(ctx, stream_id, event)
        raise RuleViolated(
            "funding.overlap.side",
            N_("The institution is no side of such an overlap."),
            citation=citations.PUBLIC_FINANCING,
        )

    @applies(ConsentGiven)
    def _given(self, event: ConsentGiven) -> None:
        self.overlap_id, self.claim_id = event.overlap_id, event.claim_id


def _own(found: OverlapFound, tenant_id: int) -> UUID | None:
    sides = (found.this, found.other)
    return next((side.claim_id for side in sides if side.origin.tenant_id == tenant_id), None)
