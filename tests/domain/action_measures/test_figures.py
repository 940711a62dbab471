"""Figures are exact: quotients are rounded once, several become one without a mean of means, periods are days."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.action_measures.computed import COMPUTED
from domain.action_measures.figures import Dated, counted, decimal_of, exact, quotient, reaches, together
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import Aggregation, Direction, Figure, QueryName, Unit
from domain.kernel.deadline import end_of

COUNTS = st.integers(0, 2**53 - 1)


@given(COUNTS, st.integers(1, 2**53 - 1))
def test_a_quotient_is_off_by_half_a_millionth_at_most(numerator: int, denominator: int) -> None:
    said = quotient(numerator, denominator, Unit.NUMBER)

    assert abs(Fraction(said) - Fraction(numerator, denominator)) <= Fraction(1, 2_000_000)
    assert exact(decimal_of(said)) == said


def test_shares_are_points_and_euro_have_cents() -> None:
    assert quotient(1, 3, Unit.PERCENTAGE) == "33.333333"
    assert quotient(2, 3, Unit.PERCENTAGE) == "66.666667"
    assert quotient(1, 8_000_000, Unit.NUMBER) == "0"
    assert quotient(30_001, 2, Unit.EURO) == "150.005"
    assert (counted(123_450, Unit.EURO), counted(123_450, Unit.MINUTES)) == ("1234.5", "123450")
    with pytest.raises(ZeroDivisionError):
        quotient(1, 0, Unit.PERCENTAGE)


def dated(numerator: int, denominator: int, order: str = "") -> Dated:
    value = quotient(numerator, denominator, Unit.PERCENTAGE)
    return Dated(Figure(value=value, numerator=numerator, denominator=denominator), order)


def test_a_share_of_shares_is_no_mean() -> None:
    """One of one and none of ninety-nine is one of a hundred, not a half."""
    whole = together([dated(1, 1), dated(0, 99)], Aggregation.WEIGHTED, Unit.PERCENTAGE)

    assert whole == Figure(value="1", numerator=1, denominator=100)


def test_several_figures_become_one_by_the_rule() -> None:
    told = [Dated(Figure(value=value), order) for value, order in (("1.5", "b"), ("9", "a"), ("-2", "c"))]

    assert together(told, Aggregation.SUM, Unit.NUMBER) == Figure(value="8.5")
    assert together(told, Aggregation.MAX, Unit.NUMBER) == Figure(value="9")
    assert together(told, Aggregation.LAST, Unit.NUMBER) == Figure(value="-2")
    assert together([], Aggregation.SUM, Unit.NUMBER) is None
    assert together([Dated(Figure(numerator=0, denominator=0), "a")], Aggregation.WEIGHTED, Unit.PERCENTAGE) is None


def test_a_target_is_reached_from_its_side() -> None:
    assert reaches("80", "80", Direction.ASCENDING)
    assert not reaches("79.999999", "80", Direction.ASCENDING)
    assert reaches("80", "80", Direction.DESCENDING)
    assert not reaches("80.000001", "80", Direction.DESCENDING)


@pytest.mark.parametrize(
    ("period", "first_day", "last_day"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_of_whole_days_in_kosovo(period: str, first_day: date, last_day: date) -> None:
    span = Span.of(period)

    assert (span.first_day, span.last_day) == (first_day, last_day)
    assert span.ends == end_of(last_day)
    assert span.as_of < span.ends


def test_the_part_of_a_period_that_is_over() -> None:
    year, at = Span.of("2026"), datetime(2026, 3, 16, 23, 30, tzinfo=UTC)

    assert year.upto(at).as_of == at
    assert year.upto(at).last_day == date(2026, 3, 17)
    assert year.upto(year.ends) == year
    assert year.upto(datetime(2020, 1, 1, tzinfo=UTC)).ends == year.begins


def test_a_query_says_what_its_counts_mean() -> None:
    share, euro = COMPUTED[QueryName(name="contributions_answered")], COMPUTED[QueryName(name="grants_paid_euro")]

    assert share.figure(3, 4) == Figure(value="75", numerator=3, denominator=4)
    assert share.figure(0, 0) == Figure(numerator=0, denominator=0)
    assert euro.figure(12_345, None) == Figure(value="123.45", numerator=12_345)
