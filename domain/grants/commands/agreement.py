"""Commands on a grant agreement. Those that rest on the register name the organisation."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.grants.agreement_parts import Expenses, Instalments, Number, Reports
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Line, Prose, Text
from domain.kernel.vocabulary import DecisionNo, File


class DraftAgreement(Command, frozen=True, kw_only=True):
    """Draw up the agreement on an award: when which part is paid, and when is reported.

    `award` where it is on less than was awarded, since others pay the rest.
    """

    call_id: UUID
    application_id: UUID
    instalments: Instalments
    reports: Reports
    award: Money | None = None


class SignAgreement(Command, frozen=True, kw_only=True):
    """Record that both sides signed; everything that made the award lawful is looked at again."""

    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    decision_no: DecisionNo
    signed_on: date


class AmendAgreement(Command, frozen=True, kw_only=True):
    """Change the schedule by consent; what was paid or reported stays as it was."""

    ends_on: date
    instalments: Instalments
    reports: Reports
    reason: Text


class SuspendAgreement(Command, frozen=True, kw_only=True):
    """Stop every payment until further notice."""

    reason: Text


class ResumeAgreement(Command, frozen=True, kw_only=True):
    """Put a suspended agreement in force again."""

    reason: Text


class TerminateAgreement(Command, frozen=True, kw_only=True):
    """End the agreement before its time, by a decision."""

    decision_no: DecisionNo
    reason: Text


class CompleteAgreement(Command, frozen=True, kw_only=True):
    """State that everything was reported, accepted and paid."""


class RequestInstalment(Command, frozen=True, kw_only=True):
    """Ask for the next instalment."""

    number: Number


class CheckInstalment(Command, frozen=True, kw_only=True):
    """Find that a requested instalment may be paid; somebody else pays it."""

    number: Number
    organisation_id: UUID
    note: Text | None = None


class PayInstalment(Command, frozen=True, kw_only=True):
    """Record that a checked instalment is paid; refused unless on that day everything is still in order."""

    call_id: UUID
    number: Number
    organisation_id: UUID
    paid_on: date
    reference: Line


class WithholdInstalment(Command, frozen=True, kw_only=True):
    """Decide that an instalment is not paid."""

    number: Number
    reason: Text


class SubmitReport(Command, frozen=True, kw_only=True):
    """Report on a period: what was done, and what was spent of which line."""

    number: Number
    narrative: Prose
    expenses: Expenses = ()
    files: Annotated[tuple[File, ...], msgspec.Meta(max_length=30)] = ()


class ReturnReport(Command, frozen=True, kw_only=True):
    """Ask for a better report, by a day."""

    number: Number
    reason: Text
    due_on: date


class AcceptReport(Command, frozen=True, kw_only=True):
    """Take a report as it is; whoever handed it in may not."""

    number: Number
    organisation_id: UUID


class WaiveReport(Command, frozen=True, kw_only=True):
    """Give up an overdue report of an agreement that was terminated, by a decision: it bars the organisation no more.

    Whoever signed or terminated the agreement may not.
    """

    number: Number
    organisation_id: UUID
    decision_no: DecisionNo
    reason: Text


class MarkReportOverdue(Command, frozen=True, kw_only=True):
    """State that the day of one report passed; sent by the clock."""

    report_id: UUID


class OrderRecovery(Command, frozen=True, kw_only=True):
    """Demand money back that was paid."""

    decision_no: DecisionNo
    amount: Money
    reason: Text


class RecordRecovery(Command, frozen=True, kw_only=True):
    """Record that money came back."""

    amount: Money
    received_on: date
    reference: Line
