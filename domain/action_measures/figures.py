"""Exact arithmetic with figures: quotients rounded once, at the sixth digit and half to even; never a float."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

import msgspec

from domain.action_measures.indicator_vocabulary import Aggregation, Direction, Exact, Figure, Unit

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_SIXTH = Decimal("0.000001")
_CENTS = {Unit.EURO: 2}
_POINTS = {Unit.PERCENTAGE: 100}


class Dated(msgspec.Struct, frozen=True):
    """A figure among several that become one; `order` says which is the last."""

    figure: Figure
    order: str


def decimal_of(value: Exact) -> Decimal:
    """The number that the text says."""
    return Decimal(value)


def exact(number: Decimal) -> Exact:
    """The number as text: no exponent, no needless zeros, at most six digits after the point."""
    said = format(number.quantize(_SIXTH, context=_EXACT), "f").rstrip("0").rstrip(".")
    return "0" if said in {"-0", ""} else said


def counted(number: int, unit: Unit) -> Exact:
    """A whole number of cases, or of cents where the unit is euro."""
    return exact(Decimal(number).scaleb(-_CENTS.get(unit, 0)))


def quotient(numerator: int, denominator: int, unit: Unit) -> Exact:
    """The numerator by the denominator, in points where the unit is a percentage.

    Raises: ZeroDivisionError.
    """
    scaled = Decimal(numerator * _POINTS.get(unit, 1)).scaleb(-_CENTS.get(unit, 0))
    if not denominator:
        raise ZeroDivisionError
    return exact(_EXACT.divide(scaled, Decimal(denominator)))


def reaches(value: Exact, target: Exact, direction: Direction) -> bool:
    """Whether the value is as good as the target, or better."""
    if direction is Direction.ASCENDING:
        return decimal_of(value) >= decimal_of(target)
    return decimal_of(value) <= decimal_of(target)


def together(figures: Iterable[Dated], aggregation: Aggregation, unit: Unit) -> Figure | None:
    """Several figures as one; None where there is nothing to say: no figure, or no case in any of them."""
    told = [one for one in figures if one.figure.value is not None]
    if not told:
        return None
    values = [one.figure for one in told]
    match aggregation:
        case Aggregation.LAST:
            return max(told, key=lambda one: one.order).figure
        case Aggregation.MAX:
            return max(values, key=_number)
        case Aggregation.SUM:
            return Figure(value=exact(sum(map(_number, values), Decimal(0))))
        case Aggregation.WEIGHTED:
            return _weighted(values, unit)


def _weighted(figures: Sequence[Figure], unit: Unit) -> Figure:
    numerator = sum(one.numerator or 0 for one in figures)
    denominator = sum(one.denominator or 0 for one in figures)
    return Figure(
        value=quotient(numerator, denominator, unit) if denominator else None,
        numerator=numerator,
        denominator=denominator,
    )


def _number(figure: Figure) -> Decimal:
    return Decimal(figure.value or 0)
