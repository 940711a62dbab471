"""Where a reader is in each log, as the bytes that a cursor signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feed.places import START, Place, Places

placed = st.integers(0, 2**53).flatmap(
    lambda position: st.builds(
        Place, epoch=st.integers(0, 2**31 - 1), position=st.just(position), told=st.integers(0, position)
    )
)
vectors = st.dictionaries(st.integers(1, 2**31 - 1), placed, max_size=30)


@given(vectors)
def test_what_is_written_is_read(at: dict[int, Place]) -> None:
    read = Places.read(bytes(Places(at)))

    assert {tenant_id: read.of(tenant_id) for tenant_id in at} == at


@given(vectors, st.integers(1, 2**31 - 1), placed)
def test_moving_in_one_log_leaves_the_others(at: dict[int, Place], tenant_id: int, place: Place) -> None:
    moved = Places(at)
    moved.move(tenant_id, place)

    wanted = at | {tenant_id: place}
    assert {one: Places.read(bytes(moved)).of(one) for one in wanted} == wanted


@given(vectors.filter(bool))
def test_a_vector_that_is_cut_is_no_vector(at: dict[int, Place]) -> None:
    with pytest.raises(ValueError):
        Places.read(bytes(Places(at))[:-1] + b"\x80")


def test_a_number_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        Places.read(b"\xff" * 40)


def test_sixty_logs_take_half_a_kilobyte() -> None:
    many = Places({tenant: Place(1, 3_000_000, 2_999_950) for tenant in range(1, 61)})

    assert len(bytes(many)) < 512
    assert Places().of(7) == START
