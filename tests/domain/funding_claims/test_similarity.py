"""Likeness in whole numbers: symmetric, bounded, monotone, and blind to script, case, marks and endings."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.funding_claims.similarity import MILLION, Activity, overlap, similarity, words_of
from domain.funding_claims.vocabulary import CostLine
from domain.kernel.money import Money
from domain.kernel.transliteration import to_cyrillic

WORDS = st.sampled_from(
    [
        "këshillim",
        "trajnim",
        "gratë",
        "bizneset",
        "šume",
        "đaci",
        "učenici",
        "pyje",
        "shkolla",
        "lumenj",
        "ujë",
        "deca",
        "igre",
    ]
)
STEMS = st.frozensets(WORDS, max_size=10)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
COSTS = st.lists(
    st.builds(
        CostLine,
        category=st.sampled_from(["personnel", "travel", "equipment", "indirect"]),
        amount=st.builds(Money, st.integers(1, 10**9)),
    ),
    max_size=6,
).map(tuple)


@st.composite
def activities(draw: Any) -> Activity:
    first, length = draw(DAYS), draw(st.integers(0, 400))
    return Activity(draw(STEMS), first, first + timedelta(days=length), draw(COSTS))


@given(activities(), activities())
@settings(deadline=None)
def test_it_is_symmetric_and_bounded(one: Activity, other: Activity) -> None:
    found = similarity(one, other)

    assert found == similarity(other, one)
    assert all(0 <= part <= MILLION for part in (found.total, found.activity, found.period, found.costs))
    assert found.total <= found.activity


@given(activities())
@settings(deadline=None)
def test_the_same_is_wholly_alike(one: Activity) -> None:
    found = similarity(one, one)

    assert found.period == MILLION
    assert found.activity == (MILLION if one.words else 0)
    assert found.costs == (MILLION if one.costs else 0)
    assert found.total == MILLION or not (one.words and one.costs)


@given(activities(), activities(), st.sampled_from(["novumsign", "otherword"]))
@settings(deadline=None)
def test_more_of_the_shared_never_lowers_and_more_of_the_own_never_raises_it(
    one: Activity, other: Activity, word: str
) -> None:
    before = similarity(one, other).total
    with_word = Activity(one.words | {word}, one.first_day, one.last_day, one.costs)
    both = Activity(other.words | {word}, other.first_day, other.last_day, other.costs)

    assert similarity(with_word, both).total >= before
    assert similarity(with_word, other).total <= before


@given(activities(), activities(), st.integers(0, MILLION), st.integers(0, MILLION))
@settings(deadline=None)
def test_a_higher_threshold_finds_no_more(one: Activity, other: Activity, low: int, more: int) -> None:
    higher = overlap(one, other, low + more)

    assert higher is None or overlap(one, other, low) == higher


@given(st.text(max_size=80))
@settings(deadline=None)
def test_any_text_becomes_sorted_words(text: str) -> None:
    found = words_of(text)

    assert list(found) == sorted(set(found))
    assert found == words_of(text, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KËSHILLIM për gratë", "keshillim gratë"),
        ("Obuka đaka i učenika", "obuka djaka, ucenika"),
        ("Obuka nastavnika", to_cyrillic("Obuka nastavnika")),
        ("trajnimi i mësimdhënësve", "trajnime mësimdhënës"),
        ("podrška ženama", "podrske zenama"),
    ],
)
def test_script_case_marks_and_endings_make_no_other_words(one: str, other: str) -> None:
    shared = set(words_of(one)) & set(words_of(other))

    assert len(shared) >= len(words_of(one)) - 1
    assert len(words_of(one)) == len(words_of(other))


def test_what_stands_in_every_text_is_no_sign() -> None:
    assert words_of("Projekti dhe programi, ili projekat for the kao and për") == ("projek",)


YEAR = (date(2026, 1, 1), date(2026, 12, 31))
PERSONNEL = (CostLine(category="personnel", amount=Money(100)),)


@pytest.mark.parametrize(
    ("days", "costs", "meets"),
    [
        (YEAR, PERSONNEL, True),
        ((date(2026, 12, 31), date(2027, 5, 1)), PERSONNEL, True),
        ((date(2027, 1, 1), date(2027, 5, 1)), PERSONNEL, False),
        (YEAR, (CostLine(category="travel", amount=Money(100)),), False),
        (YEAR, (), False),
    ],
)
def test_without_a_day_or_a_kind_of_costs_in_common_there_is_none(
    days: tuple[date, date], costs: tuple[CostLine, ...], meets: bool
) -> None:
    words = frozenset({"grate"})

    assert (overlap(Activity(words, *YEAR, PERSONNEL), Activity(words, *days, costs), 0) is not None) is meets


def test_half_the_amount_for_the_same_costs_is_the_same() -> None:
    double = tuple(CostLine(category=one.category, amount=one.amount + one.amount) for one in PERSONNEL)

    assert similarity(
        Activity(frozenset({"a"}), *YEAR, PERSONNEL), Activity(frozenset({"a"}), *YEAR, double)
    ).total == (MILLION)
