"""What a figure must be for its indicator, and what its parts must come to."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from domain.action_measures import citations
from domain.action_measures.figures import decimal_of, exact, quotient
from domain.action_measures.indicator_vocabulary import Aggregation, Disaggregation, Figure, Part, PeriodTarget, Unit
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_

_HUNDRED = 100


class Measuring(msgspec.Struct, frozen=True):
    """How an indicator measures."""

    unit: Unit
    aggregation: Aggregation
    capped: bool = False
    disaggregation: tuple[Disaggregation, ...] = ()

    @property
    def divided(self) -> bool:
        """Whether its figures are quotients, which keep both numbers."""
        return self.unit is Unit.PERCENTAGE or self.aggregation is Aggregation.WEIGHTED

    def require_sound(self) -> None:
        """Refuse what cannot be measured. Raises: RuleViolated, InvalidValue."""
        if self.unit is Unit.PERCENTAGE and self.aggregation is Aggregation.SUM:
            raise RuleViolated(
                "indicator.percentage",
                N_("Percentages are not added: all numerators are divided by all denominators."),
                citation=citations.STRATEGY,
            )
        if self.capped and self.unit is not Unit.PERCENTAGE:
            raise InvalidValue("/capped", N_("Only a percentage ends at a hundred."))

    def require_reachable(self, periods: Sequence[PeriodTarget]) -> None:
        """Refuse a target that no value can reach. Raises: InvalidValue."""
        for n, one in enumerate(periods):
            if self.capped and one.target is not None and not 0 <= decimal_of(one.target) <= _HUNDRED:
                raise InvalidValue(f"/periods/{n}/target", N_("The percentage lies between 0 and 100."))

    def settled(self, figure: Figure, pointer: str) -> Figure:
        """The figure as it is kept: a quotient with its value, any other with its value alone.

        Raises: RuleViolated for a quotient without both numbers; InvalidValue for a value that cannot be meant.
        """
        if not self.divided:
            return Figure(value=self._plain(figure, pointer))
        if figure.numerator is None or figure.denominator is None:
            raise RuleViolated(
                "indicator.quotient",
                N_("Say numerator and denominator: whoever adds several up needs both."),
                citation=citations.STRATEGY,
            )
        if figure.denominator == 0:
            raise InvalidValue(f"{pointer}/denominator", N_("Nothing can be divided by zero."))
        if self.capped and figure.numerator > figure.denominator:
            raise InvalidValue(f"{pointer}/numerator", N_("The percentage would be more than a hundred."))
        value = quotient(figure.numerator, figure.denominator, self.unit)
        if figure.value is not None and decimal_of(figure.value) != decimal_of(value):
            raise InvalidValue(f"{pointer}/value", N_("Numerator and denominator give {value}."), value=value)
        return Figure(value=value, numerator=figure.numerator, denominator=figure.denominator)

    def _plain(self, figure: Figure, pointer: str) -> str:
        if figure.denominator is not None or figure.numerator is not None:
            raise InvalidValue(f"{pointer}/numerator", N_("This indicator is no quotient: say its value alone."))
        if figure.value is None:
            raise InvalidValue(f"{pointer}/value", N_("A value is missing."))
        if self.unit is Unit.YES_NO and decimal_of(figure.value) not in (0, 1):
            raise InvalidValue(f"{pointer}/value", N_("Yes is 1 and no is 0."))
        return exact(decimal_of(figure.value))

    def parted(self, whole: Figure, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts as they are kept: for each way in which the indicator is told in parts they come to the whole.

        Raises: InvalidValue for a part that nobody asks for or that is given twice, RuleViolated.
        """
        seen: set[tuple[Disaggregation, str]] = set()
        kept: list[Part] = []
        for n, part in enumerate(parts):
            if part.by not in self.disaggregation:
                raise InvalidValue(f"/parts/{n}/by", N_("The indicator is not told by {by}."), by=part.by)
            if (part.by, part.code) in seen:
                raise InvalidValue(f"/parts/{n}/code", N_("The name '{code}' is given twice."), code=part.code)
            seen.add((part.by, part.code))
            kept.append(Part(by=part.by, code=part.code, figure=self.settled(part.figure, f"/parts/{n}/figure")))
        for by in self.disaggregation:
            self._require_whole(whole, [part.figure for part in kept if part.by is by], by)
        return tuple(kept)

    def _require_whole(self, whole: Figure, parts: Sequence[Figure], by: Disaggregation) -> None:
        if self.divided:
            adds_up = whole.numerator == sum(one.numerator or 0 for one in parts) and whole.denominator == sum(
                one.denominator or 0 for one in parts
            )
        else:
            values = [decimal_of(one.value or "0") for one in parts]
            total = max(values, default=Decimal(0)) if self.aggregation is Aggregation.MAX else sum(values, Decimal(0))
            adds_up = total == decimal_of(whole.value or "0")
        if not adds_up:
            raise RuleViolated(
                "indicator.parts",
                N_("The parts by {by} do not come to the whole."),
                citation=citations.STRATEGY,
                by=by,
            )
