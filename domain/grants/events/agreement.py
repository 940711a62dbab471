"""Events of a grant agreement: what was promised, paid, reported, and given back.

Those that change what a call has given away carry the tag `awards:<call>`.
"""

from datetime import date, datetime
from uuid import UUID

from domain.grants.agreement_parts import DueReport, Expense, PlannedInstalment
from domain.grants.project import CoFinancing, CostLine
from domain.grants.vocabulary import Purpose
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Money
from domain.kernel.text import Line, Prose, Slug, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo, File, LanguageCode
from domain.organisations.vocabulary import Identifier


def awards_tag(call_id: UUID) -> str:
    """Boundary of what the agreements of one call promise."""
    return f"awards:{call_id}"


def contract_tag(application_id: UUID) -> str:
    """Boundary of what an application came to: its award may become one agreement."""
    return f"contract:{application_id}"


class _Award(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event that changes what the call has given away."""

    call_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call's awards."""
        return (awards_tag(self.call_id),)


class AgreementDrafted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The agreement on an award is ready to be signed; project and applicant are as they were submitted."""

    TOPIC = "grants.AgreementDrafted.v1"

    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    organisation_name: Title
    identifiers: tuple[Identifier, ...]
    language: LanguageCode
    title: Line
    activity: Prose
    purpose: Purpose
    starts_on: date
    ends_on: date
    award: Money
    costs: tuple[CostLine, ...]
    indirect_cap: Count
    instalments: tuple[PlannedInstalment, ...]
    reports: tuple[DueReport, ...]
    co_financing: tuple[CoFinancing, ...] = ()
    municipalities: tuple[Slug, ...] = ()


class AgreementSigned(_Award, frozen=True, kw_only=True):
    """Both sides signed: the award is promised, and the agreement in force; `signed_by` is who recorded that."""

    TOPIC = "grants.AgreementSigned.v1"

    application_id: UUID
    organisation_id: UUID
    decision_no: DecisionNo
    signed_on: date
    award: Money
    signed_by: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the call's awards and of the application."""
        return (*super().tags(), contract_tag(self.application_id))


class ReportScheduled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A report is awaited before `due_at` from here on; `proof` where a rule says by when."""

    TOPIC = "grants.ReportScheduled.v1"

    number: Count
    due_at: datetime
    proof: Deadline | None = None


class AgreementAmended(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The schedule changed by consent, with a reason; the award did not.

    `organisation_id` is missing in logs of before the national ledger was told of amendments.
    """

    TOPIC = "grants.AgreementAmended.v1"

    ends_on: date
    instalments: tuple[PlannedInstalment, ...]
    reports: tuple[DueReport, ...]
    reason: Text
    organisation_id: UUID | None = None


class AgreementSuspended(Event, frozen=True, kw_only=True):
    """Nothing is paid until it is resumed."""

    TOPIC = "grants.AgreementSuspended.v1"

    reason: Text


class AgreementResumed(Event, frozen=True, kw_only=True):
    """It is in force again."""

    TOPIC = "grants.AgreementResumed.v1"

    reason: Text


class AgreementTerminated(_Award, frozen=True, kw_only=True):
    """It ended before its time; `unpaid` is free again, and none of its `reports` (how many) is awaited any more.

    A report that was overdue by then stays overdue until it is waived. `ended_by` is who decided.
    """

    TOPIC = "grants.AgreementTerminated.v1"

    organisation_id: UUID
    decision_no: DecisionNo
    reason: Text
    unpaid: Money
    reports: Count
    ended_by: UUID | None = None


class AgreementCompleted(_Award, frozen=True, kw_only=True):
    """Every report is accepted and every instalment paid or withheld; `unpaid` is free again."""

    TOPIC = "grants.AgreementCompleted.v1"

    organisation_id: UUID
    paid: Money
    unpaid: Money


class InstalmentRequested(Event, frozen=True, kw_only=True):
    """The organisation asked for an instalment."""

    TOPIC = "grants.InstalmentRequested.v1"

    number: Count


class InstalmentChecked(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An officer, `checked_by`, found that it may be paid."""

    TOPIC = "grants.InstalmentChecked.v1"

    number: Count
    note: Text | None = None
    checked_by: UUID | None = None


class InstalmentPaid(Event, frozen=True, kw_only=True):
    """The money was sent, after everything that made it lawful was looked at again on that day."""

    TOPIC = "grants.InstalmentPaid.v1"

    number: Count
    amount: Money
    paid_on: date
    reference: Line


class InstalmentWithheld(Event, frozen=True, kw_only=True):
    """The instalment will not be paid, for a reason."""

    TOPIC = "grants.InstalmentWithheld.v1"

    number: Count
    amount: Money
    reason: Text


class ReportSubmitted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The organisation reported on a period: what was done, and what was spent; `late` says that its day had passed.

    `submitted_by` is who handed it in.
    """

    TOPIC = "grants.ReportSubmitted.v1"

    number: Count
    organisation_id: UUID
    narrative: Prose
    late: bool
    was_overdue: bool
    expenses: tuple[Expense, ...] = ()
    files: tuple[File, ...] = ()
    submitted_by: UUID | None = None


class ReportReturned(Event, frozen=True, kw_only=True):
    """The report has to be mended, for a reason; it may be submitted again before `due_at`."""

    TOPIC = "grants.ReportReturned.v1"

    number: Count
    reason: Text
    due_at: datetime


class ReportAccepted(Event, frozen=True, kw_only=True):
    """The report stands."""

    TOPIC = "grants.ReportAccepted.v1"

    number: Count


class ReportOverdue(Event, frozen=True, kw_only=True):
    """The day passed and the report had not come: no payment and no new award, anywhere, until it does."""

    TOPIC = "grants.ReportOverdue.v1"

    number: Count
    organisation_id: UUID
    due_at: datetime


class ReportWaived(Event, frozen=True, kw_only=True):
    """A report of an agreement that had ended is not asked for any more, by a decision that everybody can read."""

    TOPIC = "grants.ReportWaived.v1"

    number: Count
    organisation_id: UUID
    decision_no: DecisionNo
    reason: Text


class RecoveryOrdered(Event, frozen=True, kw_only=True):
    """Money that was paid has to be given back, by a decision."""

    TOPIC = "grants.RecoveryOrdered.v1"

    decision_no: DecisionNo
    amount: Money
    reason: Text


class RecoveryReceived(Event, frozen=True, kw_only=True):
    """Money came back."""

    TOPIC = "grants.RecoveryReceived.v1"

    amount: Money
    received_on: date
    reference: Line


EVENTS: tuple[type[Event], ...] = (
    AgreementDrafted,
    AgreementSigned,
    ReportScheduled,
    AgreementAmended,
    AgreementSuspended,
    AgreementResumed,
    AgreementTerminated,
    AgreementCompleted,
    InstalmentRequested,
    InstalmentChecked,
    InstalmentPaid,
    InstalmentWithheld,
    ReportSubmitted,
    ReportReturned,
    ReportAccepted,
    ReportOverdue,
    ReportWaived,
    RecoveryOrdered,
    RecoveryReceived,
)
"""Every event of an agreement, in the order of a life."""
