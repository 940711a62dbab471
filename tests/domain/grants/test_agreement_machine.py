"""Any order of commands on an agreement: never more is paid than awarded, never before its report."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.grants.agreement import GrantAgreement
from domain.grants.agreement_parts import report_id
from domain.grants.commands import agreement as c
from domain.grants.events import agreement as e
from domain.grants.vocabulary import AgreementStage, InstalmentStage, ReportStage
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.organisations import events as o
from domain.organisations.organisation import Organisation
from domain.organisations.vocabulary import Stage
from tests.domain.grants.agreements import (
    AGREEMENT,
    CLOCK,
    EXPENSE,
    FINAL_CALL,
    INSTALMENTS,
    OFFICER,
    PAYER,
    REPORTS,
    SIGNED_AT,
)
from tests.domain.grants.applications import APPLICATION, COLLEAGUE, DELEGATE, ORGANISATION, WON
from tests.domain.grants.planted import plant, plant_call
from tests.domain.grants.stories import CALL, DURING, PREPARED_AT, REASON, euro
from tests.support.given import ACTOR
from tests.support.world import MACHINE, World

NUMBER = st.integers(1, 2)


class AgreementMachine(RuleBasedStateMachine):
    """Drives one agreement of 4,500 euro while the register of organisations changes its mind."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(SIGNED_AT)

    @initialize(ahead=st.integers(0, 2))
    def begin(self, ahead: int) -> None:
        """Some histories begin later: signed and running, the first report in."""
        plant_call(self.world)
        self.world.log = [(stream, event) for stream, event in self.world.log if stream != CALL]
        plant(self.world, CALL, FINAL_CALL, PREPARED_AT)
        plant(self.world, APPLICATION, WON, DURING)
        draft = c.DraftAgreement(call_id=CALL, application_id=APPLICATION, instalments=INSTALMENTS, reports=REPORTS)
        assert self.send(draft, mandate=OFFICER)
        if ahead:
            self.sign()
            self.world.wait(timedelta(days=31))
            self.request_and_check(1)
        if ahead > 1:
            self.pay(1, 0)
            self.report(1, 100_000)

    @property
    def it(self) -> GrantAgreement:
        found = self.world.aggregates[AGREEMENT]
        assert isinstance(found, GrantAgreement)
        return found

    def send(self, command: Any, **overrides: Any) -> tuple[Event, ...]:
        return self.world.send(command, AGREEMENT, GrantAgreement, **overrides)

    @property
    def eligible(self) -> bool:
        found = self.world.aggregates[ORGANISATION]
        assert isinstance(found, Organisation)
        return found.stage is Stage.VERIFIED

    @rule(by=st.sampled_from([timedelta(hours=1), timedelta(days=6), timedelta(days=40)]))
    def time_passes(self, by: timedelta) -> None:
        if self.world.now < SIGNED_AT + timedelta(days=260):
            self.world.wait(by)

    @rule()
    def change_of_standing(self) -> None:
        """The register suspends and reinstates."""
        told: Any = o.OrganisationSuspended if self.eligible else o.OrganisationReinstated
        event = told(organisation_id=ORGANISATION, decision_no="5/2026", reason=REASON)
        held: Any = self.world.aggregates[ORGANISATION]
        fresh = event.stamp(ORGANISATION, held.version + 1, max(self.world.now, held.modified_on))
        fresh.mutate(held)
        self.world.log.append((ORGANISATION, fresh))

    @rule()
    def sign(self) -> None:
        command = c.SignAgreement(
            call_id=CALL,
            application_id=APPLICATION,
            organisation_id=ORGANISATION,
            decision_no="11",
            signed_on=local_day(self.world.now),
        )
        if self.send(command, mandate=OFFICER):
            assert self.eligible

    @rule(number=NUMBER)
    def request_and_check(self, number: int) -> None:
        self.send(c.RequestInstalment(number=number), mandate=DELEGATE)
        check = c.CheckInstalment(number=number, organisation_id=ORGANISATION)
        self.send(check, mandate=OFFICER, actor=COLLEAGUE)

    @rule(number=NUMBER, back=st.integers(0, 30), checker=st.sampled_from([False, False, True]))
    def pay(self, number: int, back: int, *, checker: bool = False) -> None:
        day = local_day(self.world.now) - timedelta(days=back)
        command = c.PayInstalment(call_id=CALL, number=number, organisation_id=ORGANISATION, paid_on=day, reference="T")
        overdue = any(one.stage is ReportStage.OVERDUE for one in self.it.reports.values())
        for event in self.send(command, mandate=PAYER, actor=COLLEAGUE if checker else ACTOR):
            assert not checker, "whoever checked an instalment paid it"
            assert isinstance(event, e.InstalmentPaid)
            assert self.eligible, "a suspended organisation was paid"
            assert not overdue, "paid while a report is overdue"
            plan = self.it.instalments[number].plan
            accepted = [n for n, one in self.it.reports.items() if one.stage is ReportStage.ACCEPTED]
            assert set(range(1, plan.after_report + 1)) <= set(accepted)
            assert plan.payable_from <= event.paid_on

    @rule(number=NUMBER)
    def withhold(self, number: int) -> None:
        self.send(c.WithholdInstalment(number=number, reason=REASON), mandate=OFFICER)

    @rule(number=NUMBER, cents=st.integers(1, 600_000))
    def report(self, number: int, cents: int) -> None:
        spent = type(EXPENSE)(line="stage", title="x", amount=euro(cents), paid_on=date(2026, 8, 3))
        self.send(c.SubmitReport(number=number, narrative="x", expenses=(spent,)), mandate=DELEGATE)

    @rule(number=NUMBER, accept=st.booleans())
    def judge_report(self, number: int, accept: bool) -> None:
        day = local_day(self.world.now) + timedelta(days=5)
        returned = c.ReturnReport(number=number, reason=REASON, due_on=day)
        taken = c.AcceptReport(number=number, organisation_id=ORGANISATION)
        assert not self.send(taken, mandate=OFFICER, actor=ACTOR), "whoever handed a report in accepted it"
        self.send(taken if accept else returned, mandate=OFFICER, actor=COLLEAGUE)

    @rule(number=NUMBER)
    def mark(self, number: int) -> None:
        due_at = self.it.reports[number].plan.due_at
        if self.send(c.MarkReportOverdue(report_id=report_id(number)), mandate=CLOCK):
            assert self.world.now >= due_at

    @rule(later=st.integers(0, 90))
    def amend(self, later: int) -> None:
        ends = date(2026, 12, 31) + timedelta(days=later)
        last = type(REPORTS[1])(number=2, kind=REPORTS[1].kind, starts_on=REPORTS[1].starts_on, ends_on=ends)
        command = c.AmendAgreement(ends_on=ends, instalments=INSTALMENTS, reports=(REPORTS[0], last), reason=REASON)
        self.send(command, mandate=OFFICER)

    @rule(stop=st.booleans())
    def suspend_or_resume(self, stop: bool) -> None:
        self.send(c.SuspendAgreement(reason=REASON) if stop else c.ResumeAgreement(reason=REASON), mandate=OFFICER)

    @rule(cents=st.integers(1, 450_000))
    def recover(self, cents: int) -> None:
        self.send(c.OrderRecovery(decision_no="14", amount=euro(cents), reason=REASON), mandate=OFFICER)
        back = c.RecordRecovery(amount=euro(cents), received_on=local_day(self.world.now), reference="T")
        self.send(back, mandate=PAYER)

    @rule()
    def complete(self) -> None:
        if self.send(c.CompleteAgreement(), mandate=OFFICER):
            assert self.it.settled

    @rule(really=st.integers(0, 9))
    def terminate(self, really: int) -> None:
        if really == 0:
            self.send(c.TerminateAgreement(decision_no="12", reason=REASON), mandate=OFFICER)

    @rule(number=NUMBER, own=st.booleans())
    def waive(self, number: int, own: bool) -> None:
        command = c.WaiveReport(number=number, organisation_id=ORGANISATION, decision_no="15", reason=REASON)
        before = (self.it.stage, self.it.reports[number].stage)
        if self.send(command, mandate=OFFICER, actor=ACTOR if own else COLLEAGUE):
            assert before == (AgreementStage.TERMINATED, ReportStage.OVERDUE)
            assert not own, "whoever signed and ended it gave its report up"

    @invariant()
    def money_is_never_more_than_promised(self) -> None:
        if AGREEMENT not in self.world.aggregates:
            return
        it = self.it
        assert it.paid <= it.award
        assert it.recovered <= it.to_recover <= it.paid
        for line in it.costs:
            spent = sum(
                one.amount.amount for report in it.reports.values() for one in report.expenses if one.line == line.code
            )
            assert spent <= line.amount.amount
        if it.stage is AgreementStage.DRAFTED:
            assert all(one.stage is InstalmentStage.PLANNED for one in it.instalments.values())

    def teardown(self) -> None:
        self.world.check_replay()


AgreementMachine.TestCase.settings = MACHINE
TestAgreements = AgreementMachine.TestCase
