"""Commands on claims. Those of the clock tell what became of a claim in its institution's own log, in that order."""

from datetime import date
from uuid import UUID

from domain.funding_claims.vocabulary import Amounts, ClaimFacts, CoFinancing, Costs, ReleaseReason
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.kernel.vocabulary import DecisionNo


class ReserveClaim(Command, frozen=True, kw_only=True):
    """Enter what an organisation asks an institution for."""

    organisation_id: UUID
    facts: ClaimFacts


class ReopenClaim(Command, frozen=True, kw_only=True):
    """Reserve a released claim again: the decision that released it was reversed. `amount` where that settled it."""

    organisation_id: UUID
    amount: Money | None = None


class AmendClaim(Command, frozen=True, kw_only=True):
    """Say that other facts hold from here on; None means unchanged."""

    organisation_id: UUID
    first_day: date | None = None
    last_day: date | None = None
    costs: Costs | None = None
    amount: Money | None = None
    elsewhere: Money | None = None


class TransferClaims(Command, frozen=True, kw_only=True):
    """Find the claims that stand under entries which were merged into the organisation."""

    organisation_id: UUID
    merged_id: UUID


class TransferClaim(Command, frozen=True, kw_only=True):
    """Put a claim under the organisation that goes on, beside whose own claims it then stands."""

    organisation_id: UUID


class ConfirmClaim(Command, frozen=True, kw_only=True):
    """Say that the money was promised by contract, and how much."""

    organisation_id: UUID
    contract_id: UUID
    amount: Money


class ReleaseClaim(Command, frozen=True, kw_only=True):
    """Say that the claim promises nothing any more."""

    reason: ReleaseReason


class CloseClaim(Command, frozen=True, kw_only=True):
    """Say that what was promised ended, with what was paid of it; `unpaid` is free again."""

    unpaid: Money


class AddCoFinancing(Command, frozen=True, kw_only=True):
    """Add an institution that the applicant declared to pay for the same project, or another amount of one.

    `elsewhere` is what others than institutions pay then; None: as before.
    """

    co_financing: CoFinancing
    elsewhere: Money | None = None


class FlagOverdueReport(Command, frozen=True, kw_only=True):
    """Say that a report on the money is overdue since a day."""

    report_id: UUID
    due_on: date


class ClearOverdueReport(Command, frozen=True, kw_only=True):
    """Say that an overdue report has come, or need not come any more."""

    report_id: UUID


class ConsentToDisclosure(Command, frozen=True, kw_only=True):
    """Let the other institution of an overlap see this institution's file of the claim."""

    organisation_id: UUID
    overlap_id: UUID


class RecordConsent(Command, frozen=True, kw_only=True):
    """Enter the consent of one of the two institutions into the ledger."""

    overlap_id: UUID
    claim_id: UUID


class ConfirmCoFinancing(Command, frozen=True, kw_only=True):
    """Confirm that this institution and the other one of an overlap both pay, and how much each of them.

    The amounts are those which the ledger holds of the two claims. What is more later has to be confirmed anew.
    """

    organisation_id: UUID
    overlap_id: UUID
    amounts: Amounts


class RecordConfirmation(Command, frozen=True, kw_only=True):
    """Enter what one of the two institutions confirmed into the ledger."""

    overlap_id: UUID
    claim_id: UUID
    amounts: Amounts


class OrderDisclosure(Command, frozen=True, kw_only=True):
    """Order that both institutions of an overlap see each other's file of the claim, and say why.

    The supervisor's. An auditor has it ordered and is named in the reason: an auditor reads both files on a mandate
    over both institutions anyway, no order of their own could be held against that mandate here, and who decides in a
    log does not audit the decision (`infra/adr/0013`).
    """

    overlap_id: UUID
    decision_no: DecisionNo
    reason: Text


class DismissOverlap(Command, frozen=True, kw_only=True):
    """Decide that the two claims of an overlap are for different things, and say why."""

    overlap_id: UUID
    decision_no: DecisionNo
    reason: Text
