"""A grant from the call to the signed agreement through the command path, for stories that begin where money flows."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.grants.agreement_parts import PlannedInstalment, PlannedReport
from domain.grants.commands import agreement as ag
from domain.grants.commands import application as ap
from domain.grants.commands import commission as k
from domain.grants.commands import grant_call as c
from domain.grants.commands import ranking as r
from domain.grants.project import CostLine, Project
from domain.grants.vocabulary import CostKind, ReportKind
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.organisations.seed import DEMO_ORGANISATIONS, DemoOrganisation
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import Interest, Nominee
from infra.clock import FixedClock
from services.bootstrap import System
from tests.support.grant import OFFICER, drafted_call, planned_funding
from tests.support.institution import Institution

YOUTH, BRIDGE = DEMO_ORGANISATIONS
GRANT = Money(500_000)
SALT = "5a" * 16
JUDGES = tuple(derived_id("test", "judge of the journey", n) for n in range(3))


class Granting(Institution):
    """One tenant's call."""

    def __init__(self, system: System, clock: FixedClock, tenant: str) -> None:
        super().__init__(system, clock, tenant)
        self.call_id = self.commission_id = UUID(int=0)

    async def publish(self, **changes: Any) -> None:
        """A call on a plan of its own."""
        plan = await planned_funding(self.system, self.tenant, self.today.year)
        self.call_id = await drafted_call(self.system, self.tenant, plan, **changes)
        await self.as_official(OFFICER, c.PublishCall(plan_id=plan[0]), self.call_id)

    async def draft(self, of: DemoOrganisation, activity: str = "Festival", purpose: str = "culture") -> UUID:
        """A signed-off draft that asks for `GRANT`, for half a year that begins in three months."""
        who = of.person.person_id
        begin = ap.DraftApplication(call_id=self.call_id, organisation_id=of.organisation_id, language="sq")
        drafted = (await self.as_person(who, begin)).stream_id
        project = Project(
            title=activity,
            activity=activity,
            purpose=purpose,
            starts_on=self.today + timedelta(days=90),
            ends_on=self.today + timedelta(days=270),
            costs=(CostLine(code="stage", title="Skena", kind=CostKind.ACTIVITIES, amount=GRANT),),
            requested=GRANT,
        )
        answers = {"summary": activity.ljust(5, "."), "amount": GRANT.amount}
        for command in (
            ap.DescribeProject(call_id=self.call_id, project=project),
            ap.SaveSection(call_id=self.call_id, form_version=1, section="project", revision=0, answers=answers),
            ap.SignOffApplication(),
        ):
            await self.as_person(who, command, drafted)
        return drafted

    async def submit(self, of: DemoOrganisation, draft: UUID) -> None:
        command = ap.SubmitApplication(call_id=self.call_id, organisation_id=of.organisation_id)
        await self.as_person(of.person.person_id, command, draft)

    async def close(self) -> None:
        """Over after forty days, and handed over."""
        self.pass_days(40)
        await self.by_the_clock(c.CloseCall(), self.call_id)
        await self.as_official(OFFICER, c.BeginEvaluation(), self.call_id)

    async def check(self, of: DemoOrganisation, application: UUID, *, gates: dict[str, bool] | None = None) -> None:
        command = ap.CheckApplication(
            call_id=self.call_id, organisation_id=of.organisation_id, eligible=True, gates=gates or {}
        )
        await self.as_official(OFFICER, command, application)

    async def judge(self, applications: dict[UUID, tuple[DemoOrganisation, dict[str, int]]]) -> None:
        """By one member and two drawn experts, who all give the points named; to the provisional ranking."""
        nominees = tuple(Nominee(person_id=one, full_name="Arta Hoxha") for one in JUDGES)
        for one in JUDGES:
            await self.seat(one)
        form = k.FormCommission(
            call_id=self.call_id, decision_no="7", members=nominees[:1], pool=nominees[1:], experts=2
        )
        self.commission_id = (await self.as_official(OFFICER, form)).stream_id
        await self.as_official(OFFICER, k.DrawExperts(), self.commission_id)
        await self.as_official(OFFICER, k.OpenScoring(call_id=self.call_id), self.commission_id)
        for key, (of, _) in applications.items():
            interest = k.DeclareInterest(application_id=key, organisation_id=of.organisation_id, interest=Interest.NONE)
            await self._all(interest)
        for key, (of, points) in applications.items():
            for one in JUDGES:
                sealed = k.CommitScore(
                    application_id=key,
                    organisation_id=of.organisation_id,
                    commitment=commitment(key, one, points, SALT),
                )
                await self.as_person(one, sealed, self.commission_id)
        for key, (_, points) in applications.items():
            await self._all(k.RevealScore(call_id=self.call_id, application_id=key, points=points, salt=SALT))
        await self.as_official(OFFICER, k.CloseScoring(call_id=self.call_id), self.commission_id)
        provisional = r.PublishProvisionalRanking(commission_id=self.commission_id)
        await self.as_official(OFFICER, provisional, self.call_id)

    async def award(self) -> None:
        """The final ranking after two weeks, and what follows from it."""
        self.pass_days(14)
        await self.as_official(OFFICER, r.PublishFinalRanking(commission_id=self.commission_id), self.call_id)
        await self.policies()

    async def agree(self, application: UUID) -> UUID:
        """An agreement on `GRANT` in two halves, the second after the final report; not signed yet."""
        starts, ends = self.today + timedelta(days=1), self.today + timedelta(days=200)
        half = Money(GRANT.amount // 2)
        draft = ag.DraftAgreement(
            call_id=self.call_id,
            application_id=application,
            instalments=(
                PlannedInstalment(number=1, amount=half, payable_from=self.today),
                PlannedInstalment(number=2, amount=half, payable_from=self.today, after_report=1),
            ),
            reports=(PlannedReport(number=1, kind=ReportKind.FINAL, starts_on=starts, ends_on=ends),),
        )
        agreement: UUID = (await self.as_official(OFFICER, draft)).stream_id
        return agreement

    async def sign(self, of: DemoOrganisation, application: UUID, agreement: UUID) -> None:
        command = ag.SignAgreement(
            call_id=self.call_id,
            application_id=application,
            organisation_id=of.organisation_id,
            decision_no="11",
            signed_on=self.today,
        )
        await self.as_official(OFFICER, command, agreement)
        await self.policies()

    async def ask_for(self, of: DemoOrganisation, agreement: UUID, number: int = 1) -> None:
        """Requested by the organisation and checked by the officer."""
        await self.as_person(of.person.person_id, ag.RequestInstalment(number=number), agreement)
        check = ag.CheckInstalment(number=number, organisation_id=of.organisation_id)
        await self.as_official(OFFICER, check, agreement)

    async def pay(self, of: DemoOrganisation, agreement: UUID, number: int = 1) -> None:
        command = ag.PayInstalment(
            call_id=self.call_id,
            number=number,
            organisation_id=of.organisation_id,
            paid_on=self.today,
            reference=f"Urdhëri {number}",
        )
        await self.as_official("finance_officer", command, agreement)

    async def signed(self, of: DemoOrganisation, activity: str = "Festival", **changes: Any) -> UUID:
        """All of it, for one organisation: the signed agreement."""
        await self.publish(**changes)
        application = await self.draft(of, activity)
        await self.submit(of, application)
        await self.policies()
        await self.close()
        await self.check(of, application)
        await self.judge({application: (of, {"relevance": 36, "capacity": 54})})
        await self.award()
        agreement = await self.agree(application)
        await self.policies()
        await self.sign(of, application, agreement)
        return agreement

    async def _all(self, command: Command) -> None:
        for one in JUDGES:
            await self.as_person(one, command, self.commission_id)
