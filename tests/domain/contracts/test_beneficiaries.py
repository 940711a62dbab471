"""Counts of beneficiaries, attacked by differencing: whatever is published never tells a small cell from another."""

from collections.abc import Mapping
from itertools import product

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.contracts.beneficiaries import AgeBand, BeneficiaryCell, Gender, published
from domain.contracts.commands import contract as c
from domain.contracts.events import contract as e
from domain.kernel.errors import InvalidValue
from tests.domain.contracts.service_contracts import ACTIVE, SERVED, UNITS, as_provider, told

K = 5
PLACES = ("prizren", "suhareke")
KEYS = tuple(product(PLACES, AgeBand, Gender))
Counts = Mapping[tuple[str, AgeBand, Gender], int]
COUNTS = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 40), max_size=len(KEYS))


def table(counts: Counts) -> tuple[BeneficiaryCell, ...]:
    """The exact table; a cell of nobody is not told."""
    return tuple(
        BeneficiaryCell(place=place, age_band=band, gender=gender, persons=persons)
        for (place, band, gender), persons in counts.items()
        if persons
    )


@for_all(COUNTS, st.data())
def test_two_tables_that_differ_in_small_cells_alone_are_published_alike(counts: Counts, data: st.DataObject) -> None:
    """No difference of any published figures recovers a cell: every number below k explains all of them."""
    small = [key for key in KEYS if counts.get(key, 0) < K]
    other = dict(counts) | {key: data.draw(st.integers(0, K - 1)) for key in small}
    assert msgspec.json.encode(published(table(counts), K, PLACES)) == msgspec.json.encode(
        published(table(other), K, PLACES)
    )


@for_all(COUNTS)
def test_what_is_published_is_exact_and_large_enough(counts: Counts) -> None:
    listed = published(table(counts), K, PLACES)
    assert {(one.place, one.age_band, one.gender): one.persons for one in listed} == {
        key: persons for key, persons in counts.items() if persons >= K
    }


def test_a_report_that_is_sent_back_and_mended_tells_no_more_by_its_difference() -> None:
    """A small cell before and after the mending: both reports say the same of it, which is nothing."""
    said = []
    for few in (1, 4):
        cells = (SERVED[0], msgspec.structs.replace(SERVED[2], persons=few))
        report = c.ReportDelivery(number=1, units=UNITS, narrative="Vizita.", beneficiaries=cells)
        (event,) = told(*ACTIVE).when(report, **as_provider()).events
        assert isinstance(event, e.DeliveryReported)
        said.append(msgspec.json.encode(event))
    assert said[0] == said[1]


def test_a_cell_is_told_once_and_only_for_places_of_the_contract() -> None:
    with pytest.raises(InvalidValue) as twice:
        published((SERVED[0], SERVED[0]), K, PLACES)
    assert twice.value.pointer == "/beneficiaries/1"
    with pytest.raises(InvalidValue) as strange:
        published((msgspec.structs.replace(SERVED[0], place="peje"),), K, PLACES)
    assert strange.value.pointer == "/beneficiaries/0/place"
