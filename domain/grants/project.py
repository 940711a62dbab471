"""What an applicant wants to do, when, and what each part of it costs."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from domain.funding_claims.settling import SHARE, THOUSANDTH
from domain.grants import citations
from domain.grants.facts import CallFacts
from domain.grants.funding import total
from domain.grants.vocabulary import CostKind, Purpose
from domain.kernel.amounts import require_positive
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.rules import Rules
from domain.kernel.text import Line, Prose, Slug
from domain.kernel.vocabulary import MILLION, Code


class CostLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a project's budget."""

    code: Code
    title: Line
    kind: CostKind
    amount: Money


class CoFinancing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Money for the same project from elsewhere; `institution` is the slug of the tenant that gives it, if one does."""

    source: Line
    amount: Money
    institution: Slug | None = None


Costs = Annotated[tuple[CostLine, ...], msgspec.Meta(min_length=1, max_length=200)]
CoFinancings = Annotated[tuple[CoFinancing, ...], msgspec.Meta(max_length=20)]


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A project as it is applied for: both days are within it; the costs are paid by the grant and the co-financing."""

    title: Line
    activity: Prose
    purpose: Purpose
    starts_on: date
    ends_on: date
    costs: Costs
    requested: Money
    co_financing: CoFinancings = ()
    municipalities: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=40)] = ()

    @property
    def indirect(self) -> Money:
        """What is planned for costs that no activity causes."""
        return total((one.amount for one in self.costs if one.kind is CostKind.INDIRECT), self.requested.currency)

    def declares(self, institution: str) -> bool:
        """Whether it says that this institution pays for it, too."""
        return any(one.institution == institution for one in self.co_financing)


def require_sound(project: Project, pointer: str = "/project") -> None:
    """Refuse a project whose days or sums do not add up, whatever it is applied for.

    Raises: InvalidValue at the place.
    """
    if project.ends_on < project.starts_on:
        raise InvalidValue(f"{pointer}/ends_on", N_("The project ends before it starts."))
    require_positive(project.requested, f"{pointer}/requested")
    _require_lines(project, pointer)
    currency = project.requested.currency
    costs = total((one.amount for one in project.costs), currency)
    paid = total((one.amount for one in project.co_financing), currency) + project.requested
    if costs != paid:
        raise InvalidValue(
            f"{pointer}/costs",
            N_("The costs make {costs}; the grant and the co-financing make {paid}."),
            costs=str(costs),
            paid=str(paid),
        )


def require_fitting(project: Project, call: CallFacts, pointer: str = "/project") -> None:
    """Refuse a project that asks for more, or for something else, than the call gives.

    Raises: RuleViolated with the rule that it breaks; InvalidValue for another currency.
    """
    if call.award_max is not None:
        if project.requested.currency != call.award_max.currency:
            raise InvalidValue(
                f"{pointer}/requested/currency", N_("The call pays in {currency}."), currency=call.award_max.currency
            )
        if call.award_max < project.requested:
            raise _breaks("grant.award.max", N_("The call gives at most {most}."), most=str(call.award_max))
    if call.award_min is not None and project.requested < call.award_min:
        raise _breaks("grant.award.min", N_("The call gives at least {least}."), least=str(call.award_min))
    if call.purpose is not None and project.purpose != call.purpose:
        raise _breaks("grant.purpose", N_("The call is for the purpose '{purpose}'."), purpose=call.purpose)
    require_alone(project.co_financing, call)
    require_capped(project.indirect, project.requested, call)


def require_alone(others: Sequence[CoFinancing], call: CallFacts) -> None:
    """Refuse money of others, where the call takes no project that has any.

    Raises: RuleViolated.
    """
    if others and call.co_financing is False:
        raise _breaks("grant.co_financing", N_("The call takes no project that others finance, too."))


def joined(stated: Sequence[CoFinancing], declared: Sequence[CoFinancing]) -> tuple[CoFinancing, ...]:
    """All co-financing once: what was declared later takes the place of what it names more exactly, or corrects.

    That is what has the same institution, or the same source and no institution yet.
    """
    whole = list(stated)
    for one in declared:
        same = [
            n
            for n, other in enumerate(whole)
            if (other.institution or one.institution) == one.institution
            and (other.source == one.source or (other.institution is not None and one.institution is not None))
        ]
        if same:
            whole[same[0]] = one
        else:
            whole.append(one)
    return tuple(whole)


def require_funded(grant: Money, others: Sequence[CoFinancing], costs: Sequence[CostLine], rules: Rules) -> None:
    """Refuse a grant that, with what others pay, comes to more than the rule's share of the project's costs.

    Raises: RuleViolated. A pack without the rule asks nothing.
    """
    if SHARE not in rules:
        return
    cost = total((one.amount for one in costs), grant.currency)
    paid = total((one.amount for one in others), grant.currency) + grant
    if cost.amount * rules.number(SHARE) < paid.amount * THOUSANDTH:
        raise RuleViolated(
            "grant.award.costs",
            N_("The project costs {costs}; the grant and the co-financing would make {paid}."),
            citation=rules[SHARE].citation,
            costs=str(cost),
            paid=str(paid),
        )


def require_capped(indirect: Money, grant: Money, call: CallFacts) -> None:
    """Refuse indirect costs over the call's cap.

    Raises: RuleViolated.
    """
    cap = MILLION if call.indirect_cost_cap is None else call.indirect_cost_cap
    most = grant.share(cap)
    if most < indirect:
        raise _breaks(
            "grant.indirect_costs",
            N_("Indirect costs are {indirect}; of this grant the call allows {most}."),
            indirect=str(indirect),
            most=str(most),
        )


def _require_lines(project: Project, pointer: str) -> None:
    seen: set[str] = set()
    lines = [(f"{pointer}/costs/{n}", one.amount) for n, one in enumerate(project.costs)]
    lines += [(f"{pointer}/co_financing/{n}", one.amount) for n, one in enumerate(project.co_financing)]
    for at, amount in lines:
        require_positive(amount, f"{at}/amount")
        if amount.currency != project.requested.currency:
            raise InvalidValue(
                f"{at}/amount/currency",
                N_("One project is planned in one currency: {currency}."),
                currency=project.requested.currency,
            )
    for n, one in enumerate(project.costs):
        if one.code in seen:
            raise InvalidValue(f"{pointer}/costs/{n}/code", N_("The name '{code}' is given twice."), code=one.code)
        seen.add(one.code)


def _breaks(rule: str, template: str, /, **values: str) -> RuleViolated:
    return RuleViolated(rule, template, citation=citations.FINANCING, **values)
