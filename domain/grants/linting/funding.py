"""The call's money: in the plan, for the plan's purpose, and within what its lines still have."""

from collections.abc import Iterator
from itertools import pairwise

from domain.grants import citations
from domain.grants.funding import Commitments, total
from domain.grants.funding_plan import FundingPlan
from domain.grants.linting.draft import CallDraft, Check
from domain.grants.vocabulary import PlanFunding
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import WARNING, finding
from domain.kernel.message import N_
from domain.kernel.money import Money

_PLAN = "grant.call.plan"
_BUDGET = "grant.call.budget"
_AWARD = "grant.call.award"


def _plan(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    facts, plan = draft.facts, draft.plan
    if facts.plan is None or plan is None:
        yield finding(
            "plan-missing",
            N_("The call names no line of a funding plan that pays for it."),
            citation=citations.FINANCING,
            rule=_PLAN,
            pointer="/plan",
        )
        return
    if not plan.in_force:
        yield finding(
            "plan-not-published",
            N_("The funding plan of {year} is not in force; only a published plan pays for calls."),
            citation=citations.FINANCING,
            rule=_PLAN,
            pointer="/plan/plan_id",
            year=plan.year,
        )
    yield from _lines(facts.plan, plan, draft.committed or Commitments())
    if facts.purpose is None or facts.purpose not in _purposes(facts.plan, plan):
        yield finding(
            "purpose-not-in-plan",
            N_("The purpose '{purpose}' is not that of the lines which pay for the call."),
            citation=citations.FINANCING,
            rule="grant.call.purpose",
            pointer="/purpose",
            purpose=facts.purpose or "–",
        )


def _purposes(funding: PlanFunding, plan: FundingPlan) -> set[str]:
    return {plan.lines[taken.line_id].purpose for taken in funding.lines if taken.line_id in plan.lines}


def _lines(funding: PlanFunding, plan: FundingPlan, committed: Commitments) -> Iterator[Finding]:
    for index, taken in enumerate(funding.lines):
        line, pointer = plan.lines.get(taken.line_id), f"/plan/lines/{index}"
        if line is None:
            yield finding(
                "line-not-in-plan",
                N_("The funding plan has no such line."),
                citation=citations.FINANCING,
                rule=_PLAN,
                pointer=f"{pointer}/line_id",
            )
        elif taken.amount.currency != plan.currency:
            yield _mixed(f"{pointer}/amount/currency", plan.currency)
        elif (balance := line.amount - committed.of_line(line.line_id, plan.currency)) < taken.amount:
            yield finding(
                "budget-over-balance",
                N_("The call takes {taken} of a line that has {balance} left."),
                citation=citations.FINANCING,
                rule=_BUDGET,
                pointer=f"{pointer}/amount",
                taken=str(taken.amount),
                balance=str(balance),
            )


def _budget(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    budget, plan = draft.facts.budget, draft.facts.plan
    if budget is None:
        yield finding(
            "budget-missing",
            N_("The call does not say how much money it has."),
            citation=citations.FINANCING,
            rule=_BUDGET,
            pointer="/budget",
        )
    elif plan is not None and all(taken.amount.currency == budget.currency for taken in plan.lines):
        planned = total((taken.amount for taken in plan.lines), budget.currency)
        if planned != budget:
            yield finding(
                "budget-not-the-sum",
                N_("The budget is {budget}; the lines that pay for it give {planned}."),
                citation=citations.FINANCING,
                rule=_BUDGET,
                pointer="/budget",
                budget=str(budget),
                planned=str(planned),
            )
    elif plan is not None:
        yield _mixed("/budget/currency", plan.lines[0].amount.currency)


def _award(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    facts = draft.facts
    if facts.award_max is None:
        yield finding(
            "award-missing",
            N_("The call does not say how large a grant may be."),
            citation=citations.FINANCING,
            rule=_AWARD,
            pointer="/award_max",
        )
    named = (("award_min", facts.award_min), ("award_max", facts.award_max), ("budget", facts.budget))
    given = [(name, amount) for name, amount in named if amount is not None]
    if len({amount.currency for _, amount in given}) > 1:
        yield _mixed(f"/{given[0][0]}/currency", given[-1][1].currency)
        return
    for (name, amount), (_, most) in pairwise(given):
        if most < amount:
            yield _over(name, amount, most)


def _over(name: str, amount: Money, most: Money) -> Finding:
    return finding(
        "award-over-budget" if name == "award_max" else "award-range",
        N_("{amount} is more than {most}, and cannot be."),
        citation=citations.FINANCING,
        rule=_AWARD,
        pointer=f"/{name}",
        amount=str(amount),
        most=str(most),
    )


def _mixed(pointer: str, currency: str) -> Finding:
    return finding(
        "currency-mixed",
        N_("The amounts of a call are in one currency, that of the plan: {currency}."),
        citation=citations.FINANCING,
        rule="grant.call.currency",
        pointer=pointer,
        currency=currency,
    )


def _indirect_costs(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001
    if draft.facts.indirect_cost_cap is None:
        yield finding(
            "indirect-cost-cap-missing",
            N_("The call sets no cap on indirect costs."),
            citation=citations.FINANCING,
            rule="grant.call.indirect_costs",
            pointer="/indirect_cost_cap",
            severity=WARNING,
        )


FUNDING: tuple[Check, ...] = (_plan, _budget, _award, _indirect_costs)
