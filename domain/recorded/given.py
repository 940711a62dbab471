"""Values as their source writes them; persons are nowhere in here."""

from typing import Annotated

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.text import END, Text

_PLAIN = rf"^[^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f\u2028\u2029]*{END}"
Identifier = Annotated[
    str, msgspec.Meta(min_length=1, max_length=150, pattern=_PLAIN, description="Identifier, as its source writes it")
]
Code = Annotated[str, msgspec.Meta(max_length=150, pattern=rf"^[^\x00-\x1f\x7f]*{END}", description="A code as given")]
PartialDate = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9]{{4}}(-(0[1-9]|1[012])(-(0[1-9]|[12][0-9]|3[01]))?)?{END}",
        description="A day, a month or a year (ISO 8601)",
    ),
]
Members = Annotated[
    str, msgspec.Meta(max_length=20_000, description="Further members of the record: a JSON object, as given")
]


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Something that a source describes."""


def require_members(pointer: str, other: str, known: frozenset[str]) -> None:
    """Raises: InvalidValue when it is no JSON object of members that are known."""
    if not other:
        return
    try:
        members = msgspec.json.decode(other, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:
        raise InvalidValue(pointer, N_("This is no JSON object.")) from error
    unknown = sorted(members.keys() - known)
    if unknown:
        raise InvalidValue(pointer, N_("It may not hold {members}."), members=", ".join(unknown)[:200])


def require_amount(pointer: str, amount: Money, currency: str) -> None:
    """Raises: InvalidValue for an amount that is negative or in another currency than the rest of the record."""
    if amount.amount < 0:
        raise InvalidValue(pointer, N_("An amount on record is not negative."))
    if amount.currency != currency:
        raise InvalidValue(
            pointer,
            N_("The record is in {currency}, this amount in {other}: it has one currency."),
            currency=currency,
            other=amount.currency,
        )


def require_reason(reason: Text) -> None:
    """Raises: InvalidValue when it says nothing in any language."""
    if not reason.languages:
        raise InvalidValue("/reason", N_("The reason is empty."))
