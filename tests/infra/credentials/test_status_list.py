"""Bitstring Status Lists: which bit is whose, how a list is packed, and what is no list."""

import base64
import gzip

import pytest

from infra.credentials.refusal import CredentialRefused
from infra.credentials.status_list import SIZE, encoded, is_set


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode()


def test_bits_are_counted_from_the_left() -> None:
    made = encoded([0, 9, SIZE - 1])
    assert [index for index in range(SIZE) if index < 64 or index > SIZE - 9 if is_set(made, index)] == [0, 9, SIZE - 1]
    assert made == packed(b"\x80\x40" + b"\0" * (SIZE // 8 - 3) + b"\x01")
    assert is_set(encoded([]), 5) is False


def test_the_example_of_the_recommendation_is_an_empty_list() -> None:
    example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert not any(is_set(example, index) for index in range(0, SIZE, 4_099))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        (encoded([1]), SIZE),
        (encoded([1]), -1),
        (packed(b"\0" * (SIZE // 8 - 1)), 0),
        (packed(b"\0" * (SIZE * 64)), 0),
        (packed(b"\0" * (SIZE // 8))[:-9], 0),
        ("z" + encoded([])[1:], 0),
        ("u!!!", 0),
        ("", 0),
    ],
)
def test_what_is_no_list(text: str, index: int) -> None:
    with pytest.raises(CredentialRefused):
        is_set(text, index)
