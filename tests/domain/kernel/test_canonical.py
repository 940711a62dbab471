"""Canonical JSON against the vectors of RFC 8785, against another writer of JSON, and against what JSON cannot hold."""

import json
import math
import struct
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.canonical import canonical, number
from tests.support.running import SHARED

VECTORS = SHARED / "jcs"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the public vectors are not beside the project")
EXACT = (1 << 53) - 1
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@needs_vectors
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "values"])
def test_the_texts_of_the_authors(name: str) -> None:
    value = json.loads((VECTORS / "input" / f"{name}.json").read_text())

    assert canonical(value) == (VECTORS / "output" / f"{name}.json").read_bytes()
    assert canonical(value) == bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text())


def numbers() -> list[dict[str, str]]:
    return json.loads((VECTORS / "numbers.json").read_text())["cases"] if VECTORS.is_dir() else []


@needs_vectors
def test_the_numbers_are_all_there() -> None:
    assert len(numbers()) == 24


@pytest.mark.parametrize("case", numbers(), ids=lambda case: case["ieee754"])
def test_the_numbers_of_appendix_b(case: dict[str, str]) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(case["ieee754"]))
    if "json" not in case or not math.isfinite(value):
        with pytest.raises(ValueError, match="no number of JSON"):
            number(value)
    else:
        assert number(value) == case["json"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (100.0, "100"), (1e20, "100000000000000000000"),
        (1e21, "1e+21"), (1.5e300, "1.5e+300"), (0.000001, "0.000001"), (1e-7, "1e-7"), (1.23e-8, "1.23e-8"),
        (333333333.33333329, "333333333.3333333"), (5e-324, "5e-324"), (9007199254740992.0, "9007199254740992"),
    ],
)  # fmt: skip
def test_numbers_as_ecmascript_writes_them(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_means_itself(value: float) -> None:
    assert float(number(value)) == value
    assert len(number(value)) <= 25


@given(VALUES)
def test_a_value_is_still_the_value(value: Any) -> None:
    text = canonical(value)

    read = json.loads(text, parse_int=float)  # every number of JSON is a double
    assert read == value
    assert canonical(read) == text


@given(st.dictionaries(TEXTS, TEXTS | st.integers(-EXACT, EXACT), max_size=6))
def test_without_fractions_it_is_what_others_write(value: Any) -> None:
    """Python's own writer sorts by code point: the same order but for names beyond the basic plane."""
    if any(letter > "\uffff" for name in value for letter in name):
        return
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert canonical(value) == expected


def test_members_are_in_the_order_of_code_units() -> None:
    assert (
        canonical({"\ufb33": 1, "\U0001f600": 2, "b": 3, "a": 4}) == '{"a":4,"b":3,"\U0001f600":2,"\ufb33":1}'.encode()
    )


def test_our_own_types_are_written_as_everywhere() -> None:
    class Row(msgspec.Struct):
        when: datetime
        day: date
        key: UUID
        years: dict[int, str]
        pair: tuple[int, str]

    row = Row(
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), date(2026, 1, 2), UUID(int=1), {2026: "x", 2025: "y"}, (1, "é")
    )
    assert (
        canonical(row)
        == (
            '{"day":"2026-01-02","key":"00000000-0000-0000-0000-000000000001","pair":[1,"é"],'
            '"when":"2026-01-02T03:04:05Z","years":{"2025":"y","2026":"x"}}'
        ).encode()
    )
    assert canonical(row.pair) == msgspec.json.encode(row.pair)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, EXACT + 1, -EXACT - 1, "\ud800", {"\udfff": 1}])
def test_what_json_cannot_hold(value: object) -> None:
    with pytest.raises(ValueError):
        canonical([value])
