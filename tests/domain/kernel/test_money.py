"""Money: integer minor units of one currency."""

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel.money import Money

amounts = st.integers(-(10**12), 10**12)


def test_arithmetic() -> None:
    assert Money(1050) + Money(50) == Money(1100)
    assert Money(1050) - Money(2000) == Money(-950)
    assert -Money(3) == Money(-3)
    assert Money(1) < Money(2)
    assert Money(2) <= Money(2)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and USD"):
        Money(1) + Money(1, "USD")


@pytest.mark.parametrize(("amount", "text"), [(1050, "10.50 EUR"), (-5, "-0.05 EUR"), (0, "0.00 EUR")])
def test_text(amount: int, text: str) -> None:
    assert str(Money(amount)) == text


@for_all(amounts, st.integers(0, 1_000_000))
def test_a_share_and_the_rest_are_the_whole_within_a_cent(amount: int, part: int) -> None:
    whole = Money(amount).share(part) + Money(amount).share(1_000_000 - part)

    assert abs(whole.amount - amount) <= 1


def test_half_cents_go_to_the_even_one() -> None:
    assert [Money(n).share(500_000).amount for n in (1, 3, 5)] == [0, 2, 2]


@pytest.mark.parametrize(
    "bad", [b'{"amount":1.5}', b'{"amount":1,"currency":"euro"}', b'{"amount":9007199254740992}', b'{"amount":1,"x":2}']
)
def test_what_is_not_money(bad: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(bad, type=Money)
