"""Amounts that can be meant, and names that are given once."""

from collections.abc import Iterable

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.money import Money

LARGEST = 10**12
"""Minor units: ten thousand million; of such amounts a plan, a project or a call makes a sum that is Money."""


def require_positive(amount: Money, pointer: str) -> None:
    """Refuse an amount of nothing or less, and one that no institution has.

    Raises: InvalidValue.
    """
    if amount.amount <= 0:
        raise InvalidValue(f"{pointer}/amount", N_("{amount} is not more than nothing."), amount=str(amount))
    if amount.amount > LARGEST:
        raise InvalidValue(f"{pointer}/amount", N_("{amount} is more than anybody promises."), amount=str(amount))


def require_once(names: Iterable[object], pointer: str, field: str = "") -> None:
    """Refuse a name that is given twice.

    Raises: InvalidValue at the second.
    """
    seen: set[object] = set()
    for n, name in enumerate(names):
        if name in seen:
            at = f"{pointer}/{n}/{field}" if field else f"{pointer}/{n}"
            raise InvalidValue(at, N_("The name '{code}' is given twice."), code=str(name))
        seen.add(name)
