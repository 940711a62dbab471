"""The moment to which somebody wants an installation back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.backup.target import Position, target_of


def test_the_three_kinds_of_moments() -> None:
    assert target_of("latest") is None
    assert target_of("mj:42") == Position("mj", 42)
    assert target_of("2026-11-27T12:00:00+01:00") == datetime(2026, 11, 27, 11, tzinfo=UTC)
    assert target_of("2026-11-27T11:00:00Z").utcoffset() == timedelta(0)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "yesterday", "mj:0", "mj:", ":7", "mj:-3", "42", "2026-13-01T00:00:00Z"])
def test_whatever_is_no_moment_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(ValueError, match="latest"):
        target_of(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        target_of("2026-11-27T12:00:00")
