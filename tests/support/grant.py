"""Funding plans and calls brought to a stage through the command path."""

from typing import Any
from uuid import UUID

from domain.grants.commands import funding_plan as p
from domain.grants.commands import grant_call as c
from domain.grants.facts import CallFacts
from domain.grants.form import Field, Form, Section
from domain.grants.vocabulary import ApplicantKind, LineFunding, PlanFunding, RequiredCertificate
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from domain.scoring.vocabulary import Aggregation, Criterion, TieRule
from services.bootstrap import System
from tests.support.system import send

OFFICER = "grant_officer"
LANGUAGES = ("sq", "sr", "tr", "bs", "en")
WORDS = text(**dict.fromkeys(LANGUAGES, "Arsyeja"))
NAME = title(**dict.fromkeys(LANGUAGES, "Grante për kulturë"))
BUDGET = Money(6_000_000)
FORM = Form(
    sections=(
        Section(
            code="project",
            title=NAME,
            fields=(
                Field(
                    code="summary",
                    label=NAME,
                    json_schema={"type": "string", "minLength": 5, "maxLength": 2_000},
                    required=True,
                ),
                Field(code="amount", label=NAME, json_schema={"type": "integer", "minimum": 1}, required=True),
            ),
        ),
    )
)
"""Answers fit as `{"project": {"summary": "…", "amount": 500000}}`, in cents."""


async def planned_funding(
    system: System, tenant: str, year: int = 2026, *, purpose: str = "culture", amount: Money | None = None
) -> tuple[UUID, UUID]:
    """A published funding plan with one line: the ids of both."""
    draft = p.DraftFundingPlan(year=year, title=NAME)
    plan_id = (await send(system, tenant, OFFICER, draft)).stream_id
    line = p.AddPlanLine(budget_code="21200", purpose=purpose, title=NAME, amount=amount or Money(10_000_000))
    command_id = derived_id("test", tenant, line.name, plan_id, repr(line), "")
    await send(system, tenant, OFFICER, line, plan_id)
    await send(system, tenant, OFFICER, p.PublishFundingPlan(decision_no=f"1/{year}"), plan_id)
    return plan_id, derived_id(command_id, 0)


def call_facts(plan_id: UUID, line_id: UUID, **changes: Any) -> CallFacts:
    """What a lawful call says, but for the changes."""
    told: dict[str, Any] = {
        "title": NAME,
        "summary": WORDS,
        "purpose": "culture",
        "plan": PlanFunding(plan_id=plan_id, lines=(LineFunding(line_id=line_id, amount=BUDGET),)),
        "budget": BUDGET,
        "award_max": Money(1_000_000),
        "eligible": (ApplicantKind.ORGANISATIONS,),
        "criteria": (
            Criterion(code="relevance", title=NAME, weight=400_000, max_points=40, threshold=20),
            Criterion(code="capacity", title=NAME, weight=600_000, max_points=60),
        ),
        "certificates": tuple(RequiredCertificate),
        "indirect_cost_cap": 70_000,
        "external_experts": 1,
        "aggregation": Aggregation.MEAN,
        "tie_rules": (TieRule.HEAVIEST_CRITERION, TieRule.LOT),
        "contact": Contact(office="Zyra", email="zyra@example.org"),
    }
    return CallFacts(**(told | changes))


async def drafted_call(
    system: System, tenant: str, plan: tuple[UUID, UUID], *, key: object = "", **changes: Any
) -> UUID:
    """A call with its form, lawful but for the changes."""
    facts = call_facts(*plan, **changes)
    told = {name: getattr(facts, name) for name in facts.__struct_fields__}
    call_id = (await send(system, tenant, OFFICER, c.DraftCall(**told), key=key)).stream_id
    await send(system, tenant, OFFICER, c.SetForm(form=FORM), call_id)
    return call_id


async def published_call(system: System, tenant: str, *, year: int = 2026, **changes: Any) -> UUID:
    """A call that takes applications, on a plan of its own."""
    plan = await planned_funding(system, tenant, year)
    call_id = await drafted_call(system, tenant, plan, **changes)
    await send(system, tenant, OFFICER, c.PublishCall(plan_id=plan[0]), call_id)
    return call_id
