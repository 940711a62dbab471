"""Reports on an agreement: they come, late or in time, are sent back or accepted; what never comes is overdue.

An overdue report of an agreement that was terminated can be waived, so that it does not bar the organisation for ever.
"""

from msgspec.structs import replace

from domain.grants import citations
from domain.grants.agreement_parts import DueReport, Expense, Report, report_id, require_expenses, spent_by_line
from domain.grants.agreement_signing import Signing
from domain.grants.commands.agreement import AcceptReport, MarkReportOverdue, ReturnReport, SubmitReport, WaiveReport
from domain.grants.events.agreement import ReportAccepted, ReportOverdue, ReportReturned, ReportSubmitted, ReportWaived
from domain.grants.four_eyes import require_another
from domain.grants.funding import total
from domain.grants.impartiality import require_impartial
from domain.grants.languages import require_languages
from domain.grants.vocabulary import AgreementStage, CostKind, ReportStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations.standing import Standing

_AWAITED = (ReportStage.DUE, ReportStage.OVERDUE, ReportStage.RETURNED)


class Reporting(Signing):
    """Decisions on reports."""

    @decides(SubmitReport)
    def submit_report(self, command: SubmitReport, ctx: Context) -> None:
        """By the organisation, in order, with expenses that the budget foresees; late ones are taken and marked."""
        self.require_beneficiary(command, ctx)
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        plan = self.report(command.number, command, *_AWAITED)
        self._require_earlier_reports(command)
        require_expenses(command.expenses, self.costs, plan)
        self._require_budget_lines(command.number, plan, command.expenses)
        self.trigger(
            ctx,
            ReportSubmitted(
                number=command.number,
                organisation_id=self.organisation_id,
                narrative=command.narrative,
                late=ctx.now >= plan.due_at,
                was_overdue=self.reports[command.number].stage is ReportStage.OVERDUE,
                expenses=tuple(_unnamed(one) for one in command.expenses),
                files=tuple(replace(file, file_name=f"report-{n}") for n, file in enumerate(command.files, 1)),
                submitted_by=ctx.actor,
            ),
        )

    @decides(ReturnReport)
    def return_report(self, command: ReturnReport, ctx: Context) -> None:
        """For a reason, and until a day that has not passed."""
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        self.report(command.number, command, ReportStage.SUBMITTED)
        if command.due_on <= local_day(ctx.now):
            raise InvalidValue("/due_on", N_("There must be at least one day to mend the report."))
        self.trigger(ctx, ReportReturned(number=command.number, reason=command.reason, due_at=end_of(command.due_on)))

    @decides(AcceptReport, register=(Standing,))
    def accept_report(self, command: AcceptReport, ctx: Context) -> None:
        """By somebody without an interest, who did not hand it in."""
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        self.report(command.number, command, ReportStage.SUBMITTED)
        self.require_of(command.organisation_id)
        require_impartial(ctx.registered(Standing), ctx)
        require_another(ctx, self.reports[command.number].submitted_by)
        self.trigger(ctx, ReportAccepted(number=command.number))

    @decides(MarkReportOverdue)
    def mark_overdue(self, command: MarkReportOverdue, ctx: Context) -> None:
        """An awaited report whose day is over."""
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        number = next((one for one in self.reports if report_id(one) == command.report_id), 0)
        plan = self.report(number, command, ReportStage.DUE, ReportStage.RETURNED)
        if ctx.now < plan.due_at:
            raise RuleViolated(
                "grant.report.due",
                N_("The report is due by {due_at}."),
                citation=citations.FINANCING,
                due_at=plan.due_at.isoformat(),
            )
        self.trigger(ctx, ReportOverdue(number=number, organisation_id=self.organisation_id, due_at=plan.due_at))

    @decides(WaiveReport, register=(Standing,))
    def waive_report(self, command: WaiveReport, ctx: Context) -> None:
        """Of an agreement that was terminated with a report overdue, which would else bar the organisation for ever.

        By somebody who has neither an interest nor signed or terminated the agreement, for a reason that all can read.
        """
        self.require(command, AgreementStage.TERMINATED)
        self.report(command.number, command, ReportStage.OVERDUE)
        self.require_of(command.organisation_id)
        require_impartial(ctx.registered(Standing), ctx)
        require_another(ctx, *self.officials)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ReportWaived(
                number=command.number,
                organisation_id=self.organisation_id,
                decision_no=command.decision_no,
                reason=command.reason,
            ),
        )

    def _require_earlier_reports(self, command: SubmitReport) -> None:
        if any(one.stage in _AWAITED for number, one in self.reports.items() if number < command.number):
            raise RuleViolated(
                "grant.report.order",
                N_("An earlier report is still to come."),
                citation=citations.FINANCING,
            )

    def _require_budget_lines(self, number: int, plan: DueReport, expenses: tuple[Expense, ...]) -> None:
        """With what earlier reports spent, no line is overdrawn, and indirect costs stay below the cap."""
        others = [one for key, one in self.reports.items() if key != number]
        spent = spent_by_line([*others, Report(plan, expenses=expenses)])
        for line in self.costs:
            if line.code in spent and line.amount < spent[line.code]:
                raise RuleViolated(
                    "grant.report.line",
                    N_("Of the line '{line}', {spent} would be spent; it has {amount}."),
                    citation=citations.FINANCING,
                    line=line.code,
                    spent=str(spent[line.code]),
                    amount=str(line.amount),
                )
        kinds = {line.code: line.kind for line in self.costs}
        indirect = total(
            (amount for code, amount in spent.items() if kinds[code] is CostKind.INDIRECT), self.award.currency
        )
        most = self.award.share(self.indirect_cap)
        if most < indirect:
            raise RuleViolated(
                "grant.indirect_costs",
                N_("Indirect costs are {indirect}; of this grant the call allows {most}."),
                citation=citations.FINANCING,
                indirect=str(indirect),
                most=str(most),
            )


def _unnamed(expense: Expense) -> Expense:
    files = tuple(replace(file, file_name=f"evidence-{n}") for n, file in enumerate(expense.evidence, 1))
    return replace(expense, evidence=files)
