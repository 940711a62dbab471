"""The periods in which a service is delivered: in order, apart from each other, and within the contract's days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from domain.contracts.contract_parts import Delivery, DeliveryStage, DueDelivery, PlannedDelivery
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, end_of, start_of
from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_

DUE = "contract.delivery.due"


def scheduled(
    planned: Sequence[PlannedDelivery], first_day: date, last_day: date, ctx: Context
) -> tuple[DueDelivery, ...]:
    """The periods with the instants by which each is to be reported, counted from its last day.

    Raises: InvalidValue at the place for numbers with a gap, a period that ends before it begins, overlaps another or
    lies outside of the contract, and for days that no period holds; RuleViolated for a day at the end of time.
    """
    expected = first_day
    for n, one in enumerate(planned):
        if one.number != n + 1:
            raise InvalidValue(f"/deliveries/{n}/number", N_("They are numbered from 1, without a gap."))
        if one.last_day < one.first_day:
            raise InvalidValue(f"/deliveries/{n}/last_day", N_("The period ends before it begins."))
        if one.first_day < expected:
            raise InvalidValue(
                f"/deliveries/{n}/first_day",
                N_("The period overlaps another one, or begins before the contract: {day} comes next."),
                day=expected.isoformat(),
            )
        if one.first_day > expected:
            raise InvalidValue(f"/deliveries/{n}/first_day", N_("No period holds {day}."), day=expected.isoformat())
        end_of(one.last_day)  # refuses a day that no clock reaches
        expected = one.last_day + timedelta(days=1)
    if not planned or planned[-1].last_day != last_day:
        raise InvalidValue(
            "/deliveries",
            N_("The periods must end with the contract, on {day}."),
            day=last_day.isoformat(),
        )
    return tuple(_due(one, ctx) for one in planned)


def shortened(plan: DueDelivery, last_day: date, ctx: Context) -> DueDelivery:
    """A period that ends earlier, and is reported the sooner for it."""
    return _due(PlannedDelivery(number=plan.number, first_day=plan.first_day, last_day=last_day), ctx)


def require_kept(planned: Sequence[PlannedDelivery], begun: Mapping[int, Delivery]) -> None:
    """Refuse a schedule that moves or drops a period which was reported on.

    Raises: InvalidValue at the place.
    """
    told = {one.number: one for one in planned}
    for number, one in begun.items():
        kept = told.get(number)
        if one.stage is DeliveryStage.AWAITED:
            continue
        if kept is None or (kept.first_day, kept.last_day) != (one.plan.first_day, one.plan.last_day):
            raise InvalidValue(f"/deliveries/{number - 1}", N_("What was reported or is overdue stays as it was."))


def _due(one: PlannedDelivery, ctx: Context) -> DueDelivery:
    proof = deadline(ctx.rules[DUE], start_of(one.last_day), "PeriodEnded", ctx.calendar)
    return DueDelivery(
        number=one.number, first_day=one.first_day, last_day=one.last_day, due_at=proof.due_at, proof=proof
    )
