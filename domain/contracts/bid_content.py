"""Whether what a bid says can be meant, and whether the call allows it."""

from collections.abc import Iterator

from domain.contracts import citations
from domain.contracts.facts import BidContent, CallFacts
from domain.contracts.vocabulary import PricedLine
from domain.kernel.amounts import require_once, require_positive
from domain.kernel.errors import Finding, InvalidValue
from domain.kernel.findings import finding
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.vocabulary import MILLION


def total_of(content: BidContent, facts: CallFacts) -> Money:
    """What all lines of the call cost at the bid's prices; nothing in a call that makes a list.

    Raises: InvalidValue at the place, where a line is unknown, has no price or two, or all of it costs nothing; where a
    file or a subcontractor's share cannot be meant.
    """
    lines = facts.lines or ()
    known = {one.code for one in lines}
    require_once((one.code for one in content.prices), "/content/prices", "code")
    for n, one in enumerate(content.prices):
        if one.code not in known:
            raise InvalidValue(f"/content/prices/{n}/code", N_("The call has no line '{code}'."), code=one.code)
    for code in sorted(known - {one.code for one in content.prices}):
        raise InvalidValue("/content/prices", N_("The bid has no price for the line '{code}'."), code=code)
    require_once((one.file.sha256 for one in content.files), "/content/files", "file/sha256")
    if sum(one.share for one in content.subcontractors) > MILLION:
        raise InvalidValue("/content/subcontractors", N_("Subcontractors do more than the whole."))
    total = content.total(lines, facts.budget.currency if facts.budget else "EUR")
    if lines:
        require_positive(total, "/content/prices")
    return total


def priced(content: BidContent, facts: CallFacts) -> tuple[PricedLine, ...]:
    """The call's lines with what one unit of each costs in the bid."""
    prices = {one.code: one.price for one in content.prices}
    currency = facts.budget.currency if facts.budget else "EUR"
    return tuple(
        PricedLine(
            code=one.code,
            title=one.title,
            unit=one.unit,
            quantity=one.quantity,
            unit_price=Money(prices[one.code], currency),
        )
        for one in facts.lines or ()
    )


def not_allowed(content: BidContent, total: Money, facts: CallFacts) -> Iterator[Finding]:
    """What the call does not allow of a bid: prices over a line's ceiling, a sum over the budget."""
    ceilings = {one.code: one.ceiling for one in facts.lines or () if one.ceiling is not None}
    for n, one in enumerate(content.prices):
        ceiling = ceilings.get(one.code)
        if ceiling is not None and ceiling.amount < one.price:
            yield finding(
                "price-over-ceiling",
                N_("A unit of '{code}' costs {price}; the call allows {ceiling}."),
                citation=citations.PROCUREMENT,
                rule="contract.bid.ceiling",
                pointer=f"/content/prices/{n}/price",
                code=one.code,
                price=str(Money(one.price, ceiling.currency)),
                ceiling=str(ceiling),
            )
    if facts.budget is not None and facts.budget < total:
        yield finding(
            "total-over-budget",
            N_("The bid costs {total}; the call's budget is {budget}."),
            citation=citations.PROCUREMENT,
            rule="contract.call.budget",
            pointer="/content/prices",
            total=str(total),
            budget=str(facts.budget),
        )
