"""Accept-Language."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.language import DEFAULT, SUPPORTED, negotiate


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        (None, "en"),
        ("", "en"),
        ("sq", "sq"),
        ("SQ-xk", "sq"),
        ("sr", "sr"),
        ("sr-Latn", "sr-Latn"),
        ("sr-Cyrl-XK", "sr-Cyrl"),
        ("sr-cyrl", "sr-Cyrl"),
        ("en-GB, sq;q=0.9", "en"),
        ("de, fr;q=0.9, sq;q=0.1", "sq"),
        ("sq;q=0.4, sr-Cyrl;q=0.8, en;q=0.5", "sr-Cyrl"),
        ("sq;q=0.5, sr;q=0.5", "sq"),
        ("bs, hr;q=0.9, sr-ME;q=0.1", "sr"),
        ("bs, hr", "en"),
        ("*", "en"),
        ("*;q=0.5, sq;q=0.2", "sq"),
        ("en;q=0, *", "sq"),
        ("en;q=0", "en"),
        ("sq;q=2, sr;q=0.1", "sr"),
        ("sq;q=x, sr;q=0.1", "sr"),
        ("sq; q = 0.7, en;q=0.3", "sq"),
        ("sq;level=1, en", "en"),
        (";;;,,,q=1", "en"),
        ("sq;q=nan, en;q=0.1", "en"),
    ],
)
def test_negotiate(header: str | None, tag: str) -> None:
    assert negotiate(header) == tag


@for_all(st.text())
def test_any_text_gives_a_language(header: str) -> None:
    assert negotiate(header) in SUPPORTED


@for_all(st.sampled_from(SUPPORTED), st.floats(0.01, 1))
def test_one_wish_is_granted(tag: str, quality: float) -> None:
    assert negotiate(f"{tag};q={quality:.3f}") == tag
    assert negotiate(f"{tag};q=0") == DEFAULT
