"""What an institution says of an overlap, in its own log: that the other one sees its file, that both pay."""

from typing import Self
from uuid import UUID

from domain.funding_claims import citations
from domain.funding_claims.commands import ConfirmCoFinancing, ConsentToDisclosure
from domain.funding_claims.events import CoFinancingConfirmed, ConsentGiven
from domain.funding_claims.ledger import Claims
from domain.funding_claims.vocabulary import Amounts
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
        sides = ctx.registered(Claims).sides(command.overlap_id, ctx.tenant.tenant_id)
        event = ConsentGiven(
            organisation_id=command.organisation_id,
            overlap_id=command.overlap_id,
            claim_id=sides.own.id,
            found_on=sides.found_on,
        )
        return cls.begin(ctx, stream_id, event)

    @applies(ConsentGiven)
    def _given(self, event: ConsentGiven) -> None:
        self.overlap_id, self.claim_id = event.overlap_id, event.claim_id


class CoFinancingConfirmation(Aggregate):
    """One confirmation of one institution, for what the two claims of an overlap were for on that day."""

    initial = CoFinancingConfirmed

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """The same amounts are confirmed once."""
        if not isinstance(command, ConfirmCoFinancing):
            return None
        amounts = (
            one for money in (command.amounts.own, command.amounts.other) for one in (money.amount, money.currency)
        )
        return derived_id("co_financing_confirmation", tenant_id, command.overlap_id, *amounts)

    @classmethod
    @creates(ConfirmCoFinancing, register=(Claims,))
    def confirm(cls, command: ConfirmCoFinancing, ctx: Context, stream_id: UUID) -> Self:
        """What the ledger holds: whoever confirms knows what the other institution pays, and is not told it here."""
        sides = ctx.registered(Claims).sides(command.overlap_id, ctx.tenant.tenant_id)
        if command.amounts != Amounts(own=sides.own.amount, other=sides.other.amount):
            raise RuleViolated(
                "funding.overlap.amounts",
                N_("These are not the amounts that the ledger holds of the two claims."),
                citation=citations.PUBLIC_FINANCING,
            )
        event = CoFinancingConfirmed(
            organisation_id=command.organisation_id,
            overlap_id=command.overlap_id,
            claim_id=sides.own.id,
            found_on=sides.found_on,
            amounts=command.amounts,
        )
        return cls.begin(ctx, stream_id, event)

    @applies(CoFinancingConfirmed)
    def _confirmed(self, event: CoFinancingConfirmed) -> None:
        self.overlap_id, self.claim_id, self.amounts = event.overlap_id, event.claim_id, event.amounts
