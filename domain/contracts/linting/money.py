"""The call's money: within what the need's budget still has, in one currency, and enough for what is asked."""

from collections.abc import Iterator

from domain.contracts.linting.draft import CallDraft, Check, unlawful
from domain.kernel.context import Context
from domain.kernel.errors import Finding
from domain.kernel.findings import WARNING
from domain.kernel.message import N_
from domain.kernel.money import Money

_BUDGET = "contract.call.budget"


def _budget(draft: CallDraft, ctx: Context) -> Iterator[Finding]:  # noqa: ARG001 - every check takes both
    facts = draft.facts
    if facts.makes_list:
        if facts.budget is not None:
            yield unlawful(
                "budget-in-list",
                N_("A call that makes a list of providers spends nothing."),
                rule=_BUDGET,
                pointer="/budget",
            )
        return
    if facts.budget is None:
        yield unlawful(
            "budget-missing", N_("The call does not say how much money it has."), rule=_BUDGET, pointer="/budget"
        )
        return
    yield from _of_need(draft, facts.budget)
    yield from _ceilings(draft, facts.budget)


def _of_need(draft: CallDraft, budget: Money) -> Iterator[Finding]:
    approved = draft.need.budget if draft.need else None
    if approved is None:
        return  # that the need is not approved is said where the need is looked at
    if approved.currency != budget.currency:
        yield _mixed("/budget/currency", approved.currency)
        return
    balance = approved - draft.budget.taken(approved.currency)
    if balance < budget:
        yield unlawful(
            "budget-over-need",
            N_("The call takes {budget}; of what was approved for the need {balance} is left."),
            rule=_BUDGET,
            pointer="/budget",
            budget=str(budget),
            balance=str(balance),
        )


def _ceilings(draft: CallDraft, budget: Money) -> Iterator[Finding]:
    most = Money(0, budget.currency)
    for n, line in enumerate(draft.facts.lines or ()):
        if line.ceiling is None:
            return
        if line.ceiling.currency != budget.currency:
            yield _mixed(f"/lines/{n}/ceiling/currency", budget.currency)
            return
        most += Money(line.quantity * line.ceiling.amount, budget.currency)
    if budget < most:
        yield unlawful(
            "ceilings-over-budget",
            N_(
                "At the highest prices that the lines allow the service costs {most}, more than the budget of {budget}."
            ),
            rule=_BUDGET,
            pointer="/lines",
            severity=WARNING,
            most=str(most),
            budget=str(budget),
        )


def _mixed(pointer: str, currency: str) -> Finding:
    return unlawful(
        "currency-mixed",
        N_("The amounts of a call are in one currency, that of the need: {currency}."),
        rule="contract.call.currency",
        pointer=pointer,
        currency=currency,
    )


MONEY: tuple[Check, ...] = (_budget,)
