"""A service from the need to the confirmed award, step by step, for stories that begin anywhere on the way."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.contracts.commands import bid as b
from domain.contracts.commands import call as c
from domain.contracts.commands import evaluation as v
from domain.contracts.commands import need as n
from domain.contracts.events.bid import bid_id
from domain.contracts.facts import BidContent, NeededUnits
from domain.contracts.service_call import ServiceCall
from domain.contracts.vocabulary import CriterionKind, ProcurementMode, ServiceCriterion, ServiceLine, UnitPrice
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.vocabulary import Contact
from domain.licences import commands as licence
from domain.licences.vocabulary import ServiceUnit, StaffQualification, Term
from domain.organisations.seed import DEMO_ORGANISATIONS, DemoOrganisation
from domain.organisations.vocabulary import CertificateKind
from domain.scoring.sealing import sealed
from domain.scoring.vocabulary import Aggregation, Interest, Nominee, TieRule
from infra.clock import FixedClock
from services.bootstrap import System
from tests.support.consultation import state
from tests.support.grant import NAME, WORDS
from tests.support.institution import Institution

YOUTH, BRIDGE = DEMO_ORGANISATIONS
OFFICER, INSPECTOR, ISSUER = "procurement_officer", "licensing_inspector", "mflt"
SALT = "5a" * 16
EVALUATORS = tuple(derived_id("test", "evaluator of the journey", one) for one in range(3))
STAFF = (StaffQualification(role="caregiver", qualification="care_certificate", people=6),)
LINES = (
    ServiceLine(code="hours", title=NAME, unit=ServiceUnit.PERSON_HOUR, quantity=4_000, ceiling=Money(1_200)),
    ServiceLine(code="meals", title=NAME, unit=ServiceUnit.MEAL, quantity=2_000),
)
CRITERIA = (
    ServiceCriterion(code="method", title=NAME, weight=400_000, max_points=40, threshold=20),
    ServiceCriterion(code="staff", title=NAME, weight=200_000, max_points=20),
    ServiceCriterion(code="price", title=NAME, weight=400_000, max_points=100, kind=CriterionKind.PRICE),
)
Points = Mapping[str, int]


def content(hour: int, meal: int) -> BidContent:
    """What a bid says at these prices in cents."""
    prices = (UnitPrice(code="hours", price=hour), UnitPrice(code="meals", price=meal))
    return BidContent(prices=prices, statement="Kujdes çdo ditë pune, me gjashtë kujdestare të certifikuara.")


class Tendering(Institution):
    """One tenant's call for day care in its own place (or another), that begins in three months and lasts half a year."""

    def __init__(self, system: System, clock: FixedClock, tenant: str, place: str = "") -> None:
        super().__init__(system, clock, tenant)
        self.place = place or tenant
        self.issuer = Institution(system, clock, ISSUER)
        self.need_id = self.call_id = self.evaluation_id = UUID(int=0)

    async def license(self, of: DemoOrganisation, days: int = 500) -> UUID:
        """A licence for day care from today on for so many days, known to every buyer."""
        apply = licence.ApplyForLicence(
            organisation_id=of.organisation_id, service="day_care", places=(self.place,), capacity=60, staff=STAFF
        )
        made = (await self.issuer.as_person(of.person.person_id, apply)).stream_id
        seen = licence.RecordInspection(inspected_on=self.today, passed=True, capacity=60, findings=WORDS)
        await self.issuer.as_official(INSPECTOR, seen, made)
        term = Term(
            valid_from=self.today,
            valid_until=self.today + timedelta(days=days),
            places=(self.place,),
            capacity=60,
            staff=STAFF,
        )
        grant = licence.GrantLicence(organisation_id=of.organisation_id, decision_no="12", term=term)
        await self.issuer.as_official(INSPECTOR, grant, made)
        await self.policies(ISSUER)
        return made

    async def publish(self, **changes: Any) -> None:
        """A need, approved, and an open call for it."""
        units = tuple(NeededUnits(code=one.code, title=NAME, unit=one.unit, quantity=one.quantity) for one in LINES)
        assess = n.AssessNeed(
            title=NAME,
            description=WORDS,
            service="day_care",
            places=(self.place,),
            year=self.today.year,
            beneficiaries=40,
            lines=units,
            estimate=Money(8_000_000),
            budget_code="75000",
        )
        self.need_id = (await self.as_official(OFFICER, assess)).stream_id
        await self.as_official(OFFICER, n.ApproveNeed(decision_no="31", budget=Money(7_000_000)), self.need_id)
        plan = c.PlanServiceCall(**self.facts() | changes)
        self.call_id = (await self.as_official(OFFICER, plan)).stream_id
        await self.as_official(OFFICER, c.PublishServiceCall(need_id=self.need_id), self.call_id)

    def facts(self) -> dict[str, Any]:
        """What the call says."""
        return {
            "title": NAME,
            "summary": WORDS,
            "need_id": self.need_id,
            "mode": ProcurementMode.OPEN,
            "service": "day_care",
            "places": (self.place,),
            "first_day": self.today + timedelta(days=90),
            "last_day": self.today + timedelta(days=270),
            "lines": LINES,
            "budget": Money(6_000_000),
            "criteria": CRITERIA,
            "aggregation": Aggregation.MEAN,
            "tie_rules": (TieRule.LOWER_AMOUNT, TieRule.LOT),
            "certificates": tuple(CertificateKind),
            "contact": Contact(office="Prokurimi", email="prokurimi@example.org"),
        }

    def bid_of(self, of: DemoOrganisation) -> UUID:
        return bid_id(self.call_id, of.organisation_id)

    async def seal(self, of: DemoOrganisation, what: BidContent) -> None:
        commitment = sealed(what, SALT, self.call_id, of.organisation_id)
        command = b.SealBid(
            call_id=self.call_id, organisation_id=of.organisation_id, commitment=commitment, language="sq"
        )
        await self.as_person(of.person.person_id, command)

    async def close(self) -> None:
        """Over, and the clock says so."""
        self.clock.at = (await state(self.system, self.tenant, ServiceCall, self.call_id)).ends_at()
        await self.by_the_clock(c.CloseServiceCall(), self.call_id)
        self.clock.at += timedelta(hours=10)

    async def open(self, of: DemoOrganisation, what: BidContent) -> None:
        command = b.OpenBid(call_id=self.call_id, content=what, salt=SALT)
        await self.as_person(of.person.person_id, command, self.bid_of(of))

    async def qualify(self, *whose: DemoOrganisation) -> None:
        """Everything that was opened, and to the evaluators."""
        await self.as_official(OFFICER, c.BeginQualification(), self.call_id)
        for of in whose:
            command = b.QualifyBid(call_id=self.call_id, organisation_id=of.organisation_id)
            await self.as_official(OFFICER, command, self.bid_of(of))
        await self.as_official(OFFICER, c.BeginBidEvaluation(), self.call_id)

    async def evaluate(self, points: Mapping[UUID, Points]) -> None:
        """By three, who all give each organisation's bid these points."""
        people = tuple(Nominee(person_id=one, full_name="Arta Hoxha") for one in EVALUATORS)
        for one in EVALUATORS:
            await self.seat(one)
        appoint = v.AppointEvaluators(call_id=self.call_id, decision_no="33", evaluators=people)
        self.evaluation_id = (await self.as_official(OFFICER, appoint)).stream_id
        await self.as_official(OFFICER, v.OpenBidScoring(call_id=self.call_id), self.evaluation_id)
        await self.score(points)

    async def score(self, points: Mapping[UUID, Points], *, again: bool = False) -> None:
        """All declare (the first time), seal, and show."""
        bids = {bid_id(self.call_id, of): (of, given) for of, given in points.items()}
        for bid, (of, given) in bids.items():
            declare = v.DeclareBidInterest(bid_id=bid, organisation_id=of, interest=Interest.NONE)
            for one in EVALUATORS:
                if not again:
                    await self.as_person(one, declare, self.evaluation_id)
                commit = v.CommitBidScore(
                    bid_id=bid, organisation_id=of, commitment=sealed(dict(given), SALT, bid, one)
                )
                await self.as_person(one, commit, self.evaluation_id)
        for bid, (_, given) in bids.items():
            reveal = v.RevealBidScore(call_id=self.call_id, bid_id=bid, points=dict(given), salt=SALT)
            for one in EVALUATORS:
                await self.as_person(one, reveal, self.evaluation_id)
        await self.as_official(OFFICER, v.CloseBidScoring(call_id=self.call_id), self.evaluation_id)

    async def propose(self, of: DemoOrganisation) -> None:
        """The award, to the organisation; the ledger learns of it."""
        command = c.ProposeAward(
            evaluation_id=self.evaluation_id, bid_id=self.bid_of(of), organisation_id=of.organisation_id
        )
        await self.as_official(OFFICER, command, self.call_id)
        await self.policies()

    async def confirm(self, of: DemoOrganisation) -> None:
        """The award, by a decision, today."""
        command = c.ConfirmAward(bid_id=self.bid_of(of), organisation_id=of.organisation_id, decision_no="40")
        await self.as_official(OFFICER, command, self.call_id)

    async def award(self, of: DemoOrganisation, what: BidContent, points: Points) -> None:
        """From the call to the confirmed award, with one bidder."""
        await self.license(of)
        await self.publish()
        await self.seal(of, what)
        await self.close()
        await self.open(of, what)
        await self.qualify(of)
        await self.evaluate({of.organisation_id: points})
        await self.propose(of)
        self.pass_days(12)
        await self.confirm(of)
