"""The state of an agreement: how each event changes it, and what every decision asks of it."""

from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.grants.agreement_parts import DueReport, Instalment, PlannedInstalment, Report
from domain.grants.events.agreement import (
    AgreementAmended,
    AgreementCompleted,
    AgreementDrafted,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    InstalmentChecked,
    InstalmentPaid,
    InstalmentRequested,
    InstalmentWithheld,
    RecoveryOrdered,
    RecoveryReceived,
    ReportAccepted,
    ReportOverdue,
    ReportReturned,
    ReportScheduled,
    ReportSubmitted,
    ReportWaived,
)
from domain.grants.funding import total
from domain.grants.vocabulary import AgreementStage, InstalmentStage, ReportStage
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted
from domain.kernel.message import N_
from domain.kernel.money import Money

_SETTLED = (InstalmentStage.PAID, InstalmentStage.WITHHELD)


class AgreementState(Aggregate):
    """What an agreement remembers: instalments and reports by number; `officials` signed it, or terminated it."""

    @applies(AgreementDrafted)
    def _drafted(self, event: AgreementDrafted) -> None:
        self.stage = AgreementStage.DRAFTED
        self.call_id, self.application_id = event.call_id, event.application_id
        self.organisation_id = event.organisation_id
        self.award, self.costs, self.indirect_cap = event.award, event.costs, event.indirect_cap
        self.co_financing = event.co_financing
        self.starts_on: date = event.starts_on
        self.signed_on: date | None = None
        self.officials: frozenset[UUID] = frozenset()
        self.instalments: dict[int, Instalment] = {}
        self.reports: dict[int, Report] = {}
        self.to_recover = self.recovered = Money(0, event.award.currency)
        self._schedule(event.instalments, event.reports, event.ends_on)

    @applies(AgreementSigned)
    def _signed(self, event: AgreementSigned) -> None:
        self.stage, self.signed_on = AgreementStage.ACTIVE, event.signed_on
        self._take_part(event.signed_by)

    @applies(AgreementResumed)
    def _resumed(self, event: AgreementResumed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = AgreementStage.ACTIVE

    @applies(ReportScheduled)
    def _scheduled(self, event: ReportScheduled) -> None:
        report = self.reports[event.number]
        self.reports[event.number] = replace(report, plan=replace(report.plan, due_at=event.due_at, proof=event.proof))

    @applies(AgreementAmended)
    def _amended(self, event: AgreementAmended) -> None:
        self._schedule(event.instalments, event.reports, event.ends_on)

    @applies(AgreementSuspended)
    def _suspended(self, event: AgreementSuspended) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = AgreementStage.SUSPENDED

    @applies(AgreementTerminated)
    def _terminated(self, event: AgreementTerminated) -> None:
        self.stage = AgreementStage.TERMINATED
        self._take_part(event.ended_by)

    @applies(AgreementCompleted)
    def _completed(self, event: AgreementCompleted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = AgreementStage.COMPLETED

    @applies(InstalmentRequested)
    def _requested(self, event: InstalmentRequested) -> None:
        self._to(event.number, InstalmentStage.REQUESTED)

    @applies(InstalmentChecked)
    def _checked(self, event: InstalmentChecked) -> None:
        self._to(event.number, InstalmentStage.CHECKED)
        self.instalments[event.number] = replace(self.instalments[event.number], checked_by=event.checked_by)

    @applies(InstalmentPaid)
    def _paid(self, event: InstalmentPaid) -> None:
        self._to(event.number, InstalmentStage.PAID)

    @applies(InstalmentWithheld)
    def _withheld(self, event: InstalmentWithheld) -> None:
        self._to(event.number, InstalmentStage.WITHHELD)

    @applies(ReportSubmitted)
    def _reported(self, event: ReportSubmitted) -> None:
        report = self.reports[event.number]
        self.reports[event.number] = replace(
            report, stage=ReportStage.SUBMITTED, expenses=event.expenses, submitted_by=event.submitted_by
        )

    @applies(ReportReturned)
    def _returned(self, event: ReportReturned) -> None:
        report = self.reports[event.number]
        plan = replace(report.plan, due_at=event.due_at, proof=None)
        self.reports[event.number] = replace(report, stage=ReportStage.RETURNED, plan=plan)

    @applies(ReportAccepted)
    def _accepted(self, event: ReportAccepted) -> None:
        self.reports[event.number] = replace(self.reports[event.number], stage=ReportStage.ACCEPTED)

    @applies(ReportOverdue)
    def _overdue(self, event: ReportOverdue) -> None:
        self.reports[event.number] = replace(self.reports[event.number], stage=ReportStage.OVERDUE)

    @applies(ReportWaived)
    def _waived(self, event: ReportWaived) -> None:
        self.reports[event.number] = replace(self.reports[event.number], stage=ReportStage.WAIVED)

    @applies(RecoveryOrdered)
    def _recovery_ordered(self, event: RecoveryOrdered) -> None:
        self.to_recover += event.amount

    @applies(RecoveryReceived)
    def _recovery_received(self, event: RecoveryReceived) -> None:
        self.recovered += event.amount

    @property
    def paid(self) -> Money:
        """What was paid so far."""
        return self._sum(InstalmentStage.PAID)

    @property
    def unpaid(self) -> Money:
        """What of the award was not paid."""
        return self.award - self.paid

    @property
    def settled(self) -> bool:
        """Whether every instalment is paid or withheld, and every report accepted."""
        return all(one.stage in _SETTLED for one in self.instalments.values()) and all(
            one.stage is ReportStage.ACCEPTED for one in self.reports.values()
        )

    def require(self, command: Command, *stages: AgreementStage) -> None:
        """Refuse the command unless the agreement stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_of(self, organisation_id: UUID) -> None:
        """Refuse a command that names another organisation than the agreement is with."""
        if organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The agreement is another organisation's."))

    def require_beneficiary(self, command: Command, ctx: Context) -> None:
        """Refuse all but who acts for the organisation now."""
        if not ctx.mandate.acts_for(self.organisation_id):
            raise NotPermitted(command.name, ("cso_delegate",))

    def instalment(self, number: int, command: Command, *stages: InstalmentStage) -> PlannedInstalment:
        """The instalment of that number, which must stand in one of these stages."""
        found = self.instalments.get(number)
        if found is None:
            raise InvalidValue("/number", N_("The agreement has no instalment of that number."))
        if found.stage not in stages:
            raise IllegalTransition(state=found.stage, command=command.name)
        return found.plan

    def report(self, number: int, command: Command, *stages: ReportStage) -> DueReport:
        """The report of that number, which must stand in one of these stages."""
        found = self.reports.get(number)
        if found is None:
            raise InvalidValue("/number", N_("The agreement has no report of that number."))
        if found.stage not in stages:
            raise IllegalTransition(state=found.stage, command=command.name)
        return found.plan

    def _sum(self, stage: InstalmentStage) -> Money:
        amounts = (one.plan.amount for one in self.instalments.values() if one.stage is stage)
        return total(amounts, self.award.currency)

    def _take_part(self, person_id: UUID | None) -> None:
        if person_id is not None:
            self.officials |= {person_id}

    def _to(self, number: int, stage: InstalmentStage) -> None:
        self.instalments[number] = replace(self.instalments[number], stage=stage)

    def _schedule(
        self, instalments: tuple[PlannedInstalment, ...], reports: tuple[DueReport, ...], ends_on: date
    ) -> None:
        """The new plans; what was begun keeps its stage."""
        self.ends_on = ends_on
        before, told = self.instalments, self.reports
        self.instalments = {
            one.number: replace(before[one.number], plan=one) if one.number in before else Instalment(one)
            for one in instalments
        }
        self.reports = {
            one.number: replace(told[one.number], plan=one) if one.number in told else Report(one) for one in reports
        }
