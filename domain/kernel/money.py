"""Money: whole minor units and an ISO 4217 code; never a float, never two currencies in one sum."""

from typing import Annotated, Self

import msgspec

_MILLION = 1_000_000

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\n)", description="ISO 4217 code")]
Minor = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1, description="Minor units: cents of the euro")]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in minor units (of two decimals, as the euro and every currency Kosovo's institutions pay in).

    The bounds are those that survive a reader whose numbers are doubles.
    """

    amount: Minor
    currency: Currency = "EUR"

    def __add__(self, other: "Money") -> Self:
        return self._with(self.amount + self._same(other))

    def __sub__(self, other: "Money") -> Self:
        return self._with(self.amount - self._same(other))

    def __neg__(self) -> Self:
        return self._with(-self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{abs(self.amount) // 100}.{abs(self.amount) % 100:02d} {self.currency}"

    def share(self, per_million: int) -> Self:
        """That many millionths of the amount, rounded half to even: shares and caps without a float."""
        whole, rest = divmod(self.amount * per_million, _MILLION)
        twice = 2 * rest
        return self._with(whole + (twice > _MILLION or (twice == _MILLION and whole % 2 == 1)))

    def _same(self, other: "Money") -> int:
        """The other's amount; raises ValueError for another currency, which only a programming error can mix in."""
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be combined")
        return other.amount

    def _with(self, amount: int) -> Self:
        return type(self)(amount, self.currency)
