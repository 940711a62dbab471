"""Names of the write-ahead log's segments, in the server's own words."""

from hypothesis import given
from hypothesis import strategies as st

from services.backup.segments import following, missing, number, segment_of

SIZE = 16 << 20
PLACES = st.integers(0, (1 << 50) // SIZE)


def named(place: int, timeline: int = 1) -> str:
    byte = place * SIZE + 40
    return segment_of(timeline, f"{byte >> 32:X}/{byte & 0xFFFFFFFF:X}", SIZE)


def test_a_place_in_the_log_is_in_the_segment_that_the_server_names() -> None:
    assert segment_of(1, "0/2000028", SIZE) == "000000010000000000000002"
    assert segment_of(3, "A/FF000000", SIZE) == "000000030000000A000000FF"
    assert following("000000030000000A000000FF", SIZE) == "000000030000000B00000000"


@given(PLACES, st.integers(1, 0xFFFF_FFFF))
def test_segments_follow_each_other_without_a_gap(place: int, timeline: int) -> None:
    name = named(place, timeline)

    assert number(name, SIZE) == place
    assert following(name, SIZE) == named(place + 1, timeline)


@given(PLACES, st.integers(2, 30), st.data())
def test_the_first_segment_that_lacks_is_found(begin: int, length: int, data: st.DataObject) -> None:
    held = [named(begin + n, 1 + (n > length // 2)) for n in range(length)]
    assert missing(held[0], held, SIZE) is None

    gone = data.draw(st.integers(0, length - 1))
    lacking = [name for n, name in enumerate(held) if n != gone]
    expected = None if gone == length - 1 else named(begin + gone)
    assert missing(named(begin), lacking, SIZE) == expected
