"""The execution of a funding plan: what became of the money of each of its lines.

Calls take money out of lines, and awards, agreements and payments are of calls. Where several lines pay for one call,
they are used in the order in which the call names them: a line is used up before the next.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.grants.funding import spread
from domain.grants.vocabulary import CallStage, LineFunding
from domain.kernel.money import Money
from domain.kernel.text import Title
from projections.funding_plan_queries import PublicFundingPlan, funding_plan, public_funding_plan
from projections.funding_plan_register import FundingLine, FundingPlanRow
from projections.reading import Conditions, ReadConnection, maker, selected


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """What became of money, in the plan's currency.

    Of what is `planned`, published calls hold what is `committed`; the rest is `free`. Of what calls had taken, grants
    were `awarded`, signed agreements have `contracted` (those that ended: what was paid), and of that was `paid`.
    `recovered` is what came back of it: it goes to the budget, and pays for no other call.
    """

    planned: Money
    committed: Money
    awarded: Money
    contracted: Money
    paid: Money
    recovered: Money
    free: Money


class LineExecution(Execution, frozen=True, kw_only=True):
    """What became of the money of one line."""

    line_id: UUID
    budget_code: str
    purpose: str
    title: Title


class FundingExecution(msgspec.Struct, frozen=True):
    """What became of a plan's money, of its lines in their order and in all; `tenant` is the institution's slug."""

    plan_id: UUID
    tenant: str
    year: int
    title: Title
    state: str
    currency: str
    total: Execution
    lines: tuple[LineExecution, ...]


class _Awarded(msgspec.Struct, frozen=True):
    amount: Money


class _Call(msgspec.Struct, frozen=True):
    """A published call of the plan; sums of its signed agreements are in minor units."""

    call_id: UUID
    state: str
    lines: tuple[LineFunding, ...]
    awards: tuple[_Awarded, ...]
    contracted: int
    paid: int
    recovered: int


_CALLS = """(SELECT c.tenant_id, c.plan_id, c.call_id, c.state, c.facts #> '{plan,lines}' AS lines, c.awards,
    coalesce(a.contracted, 0) AS contracted, coalesce(a.paid, 0) AS paid, coalesce(a.recovered, 0) AS recovered
    FROM grant_call_register c LEFT JOIN (
        SELECT tenant_id, call_id, sum((CASE WHEN state IN ('terminated', 'completed') THEN paid ELSE award END
            ->> 'amount')::bigint)::bigint AS contracted,
        sum((paid ->> 'amount')::bigint)::bigint AS paid, sum((recovered ->> 'amount')::bigint)::bigint AS recovered
        FROM grant_agreement_register WHERE signed_on IS NOT NULL GROUP BY tenant_id, call_id
    ) a USING (tenant_id, call_id) WHERE c.published_at IS NOT NULL) calls"""


async def funding_execution(connection: ReadConnection, tenant: str, plan_id: UUID) -> FundingExecution | None:
    """The execution of one plan of the institution `tenant`, None where it has none of that id."""
    plan = await funding_plan(connection, plan_id)
    if plan is None:
        return None
    return _executed(plan, tenant, await _calls(connection, plan.tenant_id, plan_id))


async def public_funding_execution(connection: ReadConnection, now: datetime, plan_id: UUID) -> FundingExecution | None:
    """The execution of one plan in force of the tenants in scope."""
    plan = await public_funding_plan(connection, now, plan_id)
    if plan is None:
        return None
    return _executed(plan, plan.tenant, await _calls(connection, plan.tenant_id, plan_id))


async def _calls(connection: ReadConnection, tenant_id: int, plan_id: UUID) -> list[_Call]:
    where = Conditions().add_equal(tenant_id=tenant_id, plan_id=plan_id)
    sql = f"SELECT {selected(_Call)} FROM {_CALLS} WHERE {where}"  # noqa: S608 - our own text
    return [maker(_Call)(record) for record in await connection.fetch(sql, *where.parameters)]


def _executed(plan: FundingPlanRow | PublicFundingPlan, tenant: str, calls: Sequence[_Call]) -> FundingExecution:
    lines = _lines(plan.lines, calls, plan.currency)
    total = _total(lines, plan.currency)
    return FundingExecution(plan.plan_id, tenant, plan.year, plan.title, plan.state, plan.currency, total, lines)


def _lines(lines: Iterable[FundingLine], calls: Sequence[_Call], currency: str) -> tuple[LineExecution, ...]:
    nothing = Money(0, currency)
    awarded = _by_line((call, _given(call, nothing)) for call in calls)
    contracted = _by_line((call, Money(call.contracted, currency)) for call in calls)
    paid = _by_line((call, Money(call.paid, currency)) for call in calls)
    recovered = _by_line((call, Money(call.recovered, currency)) for call in calls)
    return tuple(
        LineExecution(
            line_id=line.line_id,
            budget_code=line.budget_code,
            purpose=line.purpose,
            title=line.title,
            planned=line.amount,
            committed=line.called,
            awarded=awarded.get(line.line_id, nothing),
            contracted=contracted.get(line.line_id, nothing),
            paid=paid.get(line.line_id, nothing),
            recovered=recovered.get(line.line_id, nothing),
            free=line.amount - line.called,
        )
        for line in lines
        if line.dropped_at is None
    )


def _given(call: _Call, nothing: Money) -> Money:
    """Of a void call nothing is awarded any more but what was agreed on."""
    if call.state == CallStage.VOID:
        return Money(call.contracted, nothing.currency)
    return sum((one.amount for one in call.awards), nothing)


def _by_line(amounts: Iterable[tuple[_Call, Money]]) -> dict[UUID, Money]:
    found: dict[UUID, Money] = {}
    for call, amount in amounts:
        for used in spread(amount, call.lines):
            found[used.line_id] = found[used.line_id] + used.amount if used.line_id in found else used.amount
    return found


def _total(lines: Sequence[LineExecution], currency: str) -> Execution:
    sums = {
        field: sum((getattr(line, field) for line in lines), Money(0, currency))
        for field in Execution.__struct_fields__
    }
    return Execution(**sums)
