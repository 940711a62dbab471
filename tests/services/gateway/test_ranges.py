"""Which part of a file a request asks for: RFC 9110, sections 13.1 and 14."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.ranges import Whole
from services.gateway.refusals import RangeNotSatisfiable

WHOLE = Whole(10, '"abc"', datetime(2026, 11, 27, 8, 0, 0, 5, tzinfo=UTC))
DATE = b"Fri, 27 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-4", (2, 5)),
        ("Bytes = 2-4", (2, 5)),
        ("bytes=7-", (7, 10)),
        ("bytes=7-99999999999999999", (7, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=4-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("bytes=a-b", None),
        ("bytes=٠-١", None),
        ("lines=0-1", None),
        ("", None),
    ],
)
def test_one_range_is_read_and_what_is_none_asks_for_everything(sent: str, part: tuple[int, int] | None) -> None:
    assert WHOLE.part({b"range": sent.encode()}) == part


@pytest.mark.parametrize("sent", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_bytes_that_are_not_there_are_refused(sent: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        WHOLE.part({b"range": sent.encode()})


@pytest.mark.parametrize(
    ("condition", "kept"), [(b'"abc"', True), (b'W/"abc"', False), (b'"abd"', False), (DATE, True), (b"x", False)]
)
def test_a_range_of_what_has_changed_is_not_taken(condition: bytes, kept: bool) -> None:
    found = WHOLE.part({b"range": b"bytes=0-1", b"if-range": condition})

    assert found == ((0, 2) if kept else None)


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({b"if-none-match": b'"abc"'}, True),
        ({b"if-none-match": b'"x", W/"abc"'}, True),
        ({b"if-none-match": b'"x"', b"if-modified-since": DATE}, False),
        ({b"if-modified-since": DATE}, True),
        ({b"if-modified-since": b"Fri, 27 Nov 2026 07:59:59 GMT"}, False),
        ({b"if-modified-since": b"yesterday"}, False),
        ({b"if-modified-since": b"Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, False),
        ({b"if-modified-since": b"Mon, 01 Jan 2026 99999999999:00:00 GMT"}, False),
        ({b"if-modified-since": b"Fri, 31 Dec 9999 23:59:59 -2359"}, True),
        ({}, False),
    ],
)
def test_what_the_reader_has_is_known(headers: dict[bytes, bytes], known: bool) -> None:
    assert WHOLE.is_known_to(headers) is known


@given(st.binary(min_size=1, max_size=50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_what_a_slice_is(data: bytes, first: int, last: int) -> None:
    whole = Whole(len(data), '"x"', datetime(2026, 1, 1, tzinfo=UTC))
    sent = {b"range": f"bytes={first}-{last}".encode()}
    if last < first:
        assert whole.part(sent) is None
    elif first >= len(data):
        with pytest.raises(RangeNotSatisfiable):
            whole.part(sent)
    else:
        begin, end = whole.part(sent) or (0, 0)
        assert data[begin:end] == data[first : last + 1]
