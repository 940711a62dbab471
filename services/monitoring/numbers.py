"""Exact figures as readers of a language write them: a comma or a point, and a space between thousands."""

from decimal import ROUND_HALF_EVEN, Decimal

from domain.action_measures.indicator_vocabulary import Figure, Unit

NOTHING = "–"
_DIGITS = {Unit.PERCENTAGE: Decimal("0.1"), Unit.EURO: Decimal("0.01")}
_AFTER = {Unit.PERCENTAGE: "\u00a0%", Unit.EURO: "\u00a0€"}


def number(value: Decimal | int, language: str) -> str:
    """A number with all of its digits, as it is written in that language."""
    said = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    point = "." if language == "en" else ","
    return said.replace(",", "\u00a0").replace(".", point)


def shown(figure: Figure, unit: Unit, language: str) -> str:
    """A figure for reading: percentages to a tenth, half to even; a dash where there was no case."""
    if figure.value is None:
        return NOTHING
    value = Decimal(figure.value)
    digits = _DIGITS.get(unit)
    if digits is not None:
        value = value.quantize(digits, rounding=ROUND_HALF_EVEN)
    return f"{number(value, language)}{_AFTER.get(unit, '')}"
