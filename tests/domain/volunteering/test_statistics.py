"""Counts of volunteers, attacked by differencing: whatever is published never tells a small cell from another."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.rules.shipped import shipped_rules
from domain.volunteering.statistics import K, VolunteerCell, period_end, published
from domain.volunteering.vocabulary import AgeBand, Gender

FEWEST = shipped_rules("national").number(K)
KEYS = tuple(product(("prizren", "peje"), AgeBand, (*Gender, None)))
Counts = Mapping[tuple[str, AgeBand, Gender | None], int]
COUNTS = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 12), max_size=len(KEYS))


def table(counts: Counts) -> list[VolunteerCell]:
    return [
        VolunteerCell(municipality=place, age_band=band, gender=gender, volunteers=number)
        for (place, band, gender), number in counts.items()
        if number
    ]


@settings(max_examples=50)
@for_all(COUNTS, st.data())
def test_tables_that_differ_in_small_cells_alone_are_published_alike(counts: Counts, data: st.DataObject) -> None:
    """No difference of any published figures recovers a cell: every number below k explains all of them."""
    small = [key for key in KEYS if counts.get(key, 0) < FEWEST]
    other = dict(counts) | {key: data.draw(st.integers(0, FEWEST - 1)) for key in small}

    assert published(table(counts), FEWEST) == published(table(other), FEWEST)


@settings(max_examples=50)
@for_all(COUNTS)
def test_what_is_published_is_exact_and_large_enough(counts: Counts) -> None:
    listed = published(reversed(table(counts)), FEWEST)

    assert FEWEST >= 5
    assert {(one.municipality, one.age_band, one.gender): one.volunteers for one in listed} == {
        key: number for key, number in counts.items() if number >= FEWEST
    }
    assert listed == published(table(counts), FEWEST)


def test_a_half_year_ends_at_midnight_in_kosovo() -> None:
    assert period_end(2026, 1) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert period_end(2026, 2) == datetime(2026, 12, 31, 23, tzinfo=UTC)
