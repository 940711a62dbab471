"""A claim of an organisation on public money, as the ledger of all institutions keeps it."""

from typing import Self
from uuid import UUID

from domain.funding_claims.claim_state import ClaimState
from domain.funding_claims.commands import (
    AddCoFinancing,
    AmendClaim,
    ClearOverdueReport,
    CloseClaim,
    ConfirmClaim,
    DismissOverlap,
    FlagOverdueReport,
    OrderDisclosure,
    RecordConfirmation,
    RecordConsent,
    ReleaseClaim,
    ReopenClaim,
    ReserveClaim,
    TransferClaim,
)
from domain.funding_claims.events import (
    ClaimAmended,
    ClaimClosed,
    ClaimConfirmed,
    ClaimReleased,
    ClaimReopened,
    ClaimReserved,
    ClaimTransferred,
    CoFinancingAdded,
    ConfirmationRecorded,
    DisclosureConsented,
    DisclosureOrdered,
    OverdueReportCleared,
    OverdueReportFlagged,
    OverlapDismissed,
    OverlapFound,
    overlap_id,
)
from domain.funding_claims.ledger import Claims
from domain.funding_claims.settling import THOUSANDTH, overlaps_of
from domain.funding_claims.similarity import overlap, words_of
from domain.funding_claims.vocabulary import ClaimStage, ReleaseReason
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.tenants.register import InstitutionRegister

THRESHOLD = "funding.overlap.threshold"


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


class FundingClaim(ClaimState):
    """reserved → confirmed → closed; released, and reserved again where a decision is reversed.

    The commands of the clock tell what has happened elsewhere: they refuse nothing but what the claim knows already.
    """

    initial = ClaimReserved

    @classmethod
    @creates(ReserveClaim, references={"institutions": (InstitutionRegister, _institutions)}, boundary=Claims)
    def reserve(cls, command: ReserveClaim, ctx: Context, stream_id: UUID) -> Self:
        """Always; it is compared with everything that the organisation was promised before.

        Where it was merged into another one meanwhile, that one claims.
        """
        ctx.tenant.require_national()
        facts = command.facts
        known = ctx.reference("institutions", InstitutionRegister).institutions.values()
        slug = next((one.slug for one in known if one.tenant_id == facts.origin.tenant_id), None)
        if slug is None:
            raise InvalidValue("/facts/origin/tenant_id", N_("The register has no such institution."))
        for n, one in enumerate(facts.co_financing):
            if one.amount.currency != facts.amount.currency:
                raise InvalidValue(
                    f"/facts/co_financing/{n}/amount/currency",
                    N_("One project is planned in one currency: {currency}."),
                    currency=facts.amount.currency,
                )
        event = ClaimReserved(
            organisation_id=ctx.folded(Claims).goes_on(command.organisation_id),
            institution=slug,
            facts=facts,
            words=words_of(facts.title, facts.activity),
        )
        made = cls.begin(ctx, stream_id, event)
        made._compare(ctx)  # noqa: SLF001 - its own
        return made

    @decides(ReopenClaim, boundary=Claims)
    def reopen(self, command: ReopenClaim, ctx: Context) -> None:
        """Of a released one; what was reserved meanwhile is compared with it. A reserved one learns its amount."""
        settled = command.amount not in (None, self.amount)
        self.require(command, ClaimStage.RELEASED, *((ClaimStage.RESERVED,) if settled else ()))
        released = not self.open
        if settled:
            self.trigger(ctx, ClaimAmended(organisation_id=self.organisation_id, amount=command.amount))
        if released:
            self.trigger(ctx, ClaimReopened(organisation_id=self.organisation_id))
            self._compare(ctx)

    @decides(AmendClaim, boundary=Claims)
    def amend(self, command: AmendClaim, ctx: Context) -> None:
        """Of what is promised or asked for; it is compared anew with everything else."""
        self.require(command, ClaimStage.RESERVED, ClaimStage.CONFIRMED)
        now: dict[str, object] = {
            name: getattr(self.facts, name) for name in ("first_day", "last_day", "costs", "elsewhere")
        }
        now |= {"amount": self.amount}
        told = {name: getattr(command, name) for name in now}
        changed = {name: fact for name, fact in told.items() if fact not in (None, now[name])}
        if not changed:
            raise IllegalTransition(state="unchanged", command=command.name)
        self.trigger(ctx, ClaimAmended(organisation_id=self.organisation_id, **changed))
        self._compare(ctx)

    @decides(TransferClaim, boundary=Claims)
    def transfer(self, command: TransferClaim, ctx: Context) -> None:
        """Once, in whatever stage; it is compared with what the organisation that goes on was promised."""
        into = ctx.folded(Claims).goes_on(command.organisation_id)
        if self.organisation_id == into:
            raise IllegalTransition(state="transferred", command=command.name)
        event = ClaimTransferred(organisation_id=into, merged_id=self.organisation_id, overlaps=tuple(self.overlaps))
        self.trigger(ctx, event)
        if self.open:
            self._compare(ctx)

    @decides(ConfirmClaim, boundary=Claims)
    def confirm(self, command: ConfirmClaim, ctx: Context) -> None:
        """A contract was signed, and that counts even where the claim had been released before."""
        self.require(command, ClaimStage.RESERVED, ClaimStage.RELEASED)
        released = not self.open
        event = ClaimConfirmed(
            organisation_id=self.organisation_id, contract_id=command.contract_id, amount=command.amount
        )
        self.trigger(ctx, event)
        if released:
            self._compare(ctx)

    @decides(ReleaseClaim)
    def release(self, command: ReleaseClaim, ctx: Context) -> None:
        """Of what was not paid and accounted for."""
        self.require(command, ClaimStage.RESERVED, ClaimStage.CONFIRMED)
        self.trigger(ctx, ClaimReleased(organisation_id=self.organisation_id, reason=command.reason))

    @decides(CloseClaim)
    def close(self, command: CloseClaim, ctx: Context) -> None:
        """Of what was promised by contract; where nothing was paid of it, nothing stands in anybody's way."""
        self.require(command, ClaimStage.CONFIRMED)
        if self.amount <= command.unpaid:
            released = ClaimReleased(organisation_id=self.organisation_id, reason=ReleaseReason.TERMINATED)
            self.trigger(ctx, released)
            return
        self.trigger(ctx, ClaimClosed(organisation_id=self.organisation_id, spent=self.amount - command.unpaid))

    @decides(AddCoFinancing)
    def declare(self, command: AddCoFinancing, ctx: Context) -> None:
        """Each institution with its amount once; another amount takes the place of the one before."""
        if self.declared.get(command.co_financing.institution) == command.co_financing.amount:
            raise IllegalTransition(state="declared", command=command.name)
        event = CoFinancingAdded(organisation_id=self.organisation_id, co_financing=command.co_financing)
        self.trigger(ctx, event)
        if command.elsewhere not in (None, self.facts.elsewhere):
            self.trigger(ctx, ClaimAmended(organisation_id=self.organisation_id, elsewhere=command.elsewhere))

    @decides(FlagOverdueReport)
    def flag(self, command: FlagOverdueReport, ctx: Context) -> None:
        """Each report once, in whatever stage: whoever had money owes the report."""
        if command.report_id in self.overdue:
            raise IllegalTransition(state="overdue", command=command.name)
        event = OverdueReportFlagged(
            organisation_id=self.organisation_id, report_id=command.report_id, due_on=command.due_on
        )
        self.trigger(ctx, event)

    @decides(ClearOverdueReport)
    def clear(self, command: ClearOverdueReport, ctx: Context) -> None:
        """Of a report that was flagged."""
        if command.report_id not in self.overdue:
            raise IllegalTransition(state="not_overdue", command=command.name)
        self.trigger(ctx, OverdueReportCleared(organisation_id=self.organisation_id, report_id=command.report_id))

    @decides(RecordConsent)
    def record_consent(self, command: RecordConsent, ctx: Context) -> None:
        """Each side once."""
        self._require_side(command.overlap_id, command.claim_id)
        if (command.overlap_id, command.claim_id) in self.consents:
            raise IllegalTransition(state="consented", command=command.name)
        event = DisclosureConsented(
            organisation_id=self.organisation_id, overlap_id=command.overlap_id, claim_id=command.claim_id
        )
        self.trigger(ctx, event)

    @decides(RecordConfirmation)
    def record_confirmation(self, command: RecordConfirmation, ctx: Context) -> None:
        """Of either side; other amounts take the place of those before."""
        self._require_side(command.overlap_id, command.claim_id)
        if self.confirmations.get((command.overlap_id, command.claim_id)) == command.amounts:
            raise IllegalTransition(state="confirmed", command=command.name)
        event = ConfirmationRecorded(
            organisation_id=self.organisation_id,
            overlap_id=command.overlap_id,
            claim_id=command.claim_id,
            amounts=command.amounts,
        )
        self.trigger(ctx, event)

    @decides(OrderDisclosure)
    def order_disclosure(self, command: OrderDisclosure, ctx: Context) -> None:
        """Once for each overlap."""
        self._overlap(command.overlap_id)
        if command.overlap_id in self.ordered:
            raise IllegalTransition(state="disclosed", command=command.name)
        event = DisclosureOrdered(
            organisation_id=self.organisation_id,
            overlap_id=command.overlap_id,
            decision_no=command.decision_no,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(DismissOverlap)
    def dismiss(self, command: DismissOverlap, ctx: Context) -> None:
        """Once for each overlap."""
        self._overlap(command.overlap_id)
        if command.overlap_id in self.dismissed:
            raise IllegalTransition(state="dismissed", command=command.name)
        event = OverlapDismissed(
            organisation_id=self.organisation_id,
            overlap_id=command.overlap_id,
            decision_no=command.decision_no,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    def _overlap(self, found: UUID) -> OverlapFound:
        if found not in self.overlaps:
            raise InvalidValue("/overlap_id", N_("The claim has no such overlap."))
        return self.overlaps[found]

    def _require_side(self, found_id: UUID, claim_id: UUID) -> None:
        found = self._overlap(found_id)
        if claim_id not in (found.this.claim_id, found.other.claim_id):
            raise InvalidValue("/claim_id", N_("The claim is no side of this overlap."))

    def _compare(self, ctx: Context) -> None:
        """Find what others promised for much the same; a pair that was found before is not told again."""
        if THRESHOLD not in ctx.rules:
            return
        threshold, claims = ctx.rules.number(THRESHOLD) * THOUSANDTH, ctx.folded(Claims)
        known = {found.overlap_id for found in (*overlaps_of(self.id, claims.claims), *self.overlaps.values())}
        for other in claims.open:
            pair = overlap_id(self.id, other.id)
            if other.id == self.id or pair in known:
                continue
            alike = overlap(self.activity, other.activity, threshold)
            if alike is not None:
                event = OverlapFound(
                    organisation_id=self.organisation_id,
                    overlap_id=pair,
                    this=self.side,
                    other=other.side,
                    similarity=alike,
                    threshold=threshold,
                    declared=self.declares(other.institution) or other.declares(self.institution),
                )
                self.trigger(ctx, event)
