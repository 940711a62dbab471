"""A disk that runs full is told of in the log of the process, once, and so is the room that comes back."""

import asyncio
import logging
from pathlib import Path

import pytest

from services.room import room, watched_room
from tests.support.disk import disk

LEAST = 4 << 20


async def until(caplog: pytest.LogCaptureFixture, said: int) -> None:
    async with asyncio.timeout(10):
        while len(caplog.messages) < said:
            await asyncio.sleep(0.01)


async def test_the_log_says_when_room_runs_short_and_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with disk(tmp_path / "disk", 8) as small, caplog.at_level(logging.WARNING, "pakt.room"):
        async with watched_room(small.folder, every=0.01, least=LEAST):
            with small.full():
                await until(caplog, 1)
                assert not room(small.folder, LEAST).ok
            await until(caplog, 2)
        short, again = caplog.messages
    assert (f"folder {small.folder}: 0 MiB free: make room" in short, again) == (
        True,
        f"folder {small.folder}: 8 MiB free",
    )
