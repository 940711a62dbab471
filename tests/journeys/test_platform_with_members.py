"""CiviKos with 301 members: told of a consultation by webhook and by feed, it hands in what each says, and loses nothing."""

import asyncio
import socket
import time
from pathlib import Path
from uuid import UUID

import pytest

from services.civikos.simulation.run import CALLED_FOR
from services.civikos.simulation.witnessing import cosigner_of
from tests.journeys.platform_at_work import (
    TENANT,
    WITNESS,
    Officials,
    Simulated,
    equipped,
    opened,
    reported,
    told_to,
    until,
    with_members,
)
from tests.support.running import Up

MEMBERS = 301

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("members", [MEMBERS])
async def test_a_consultation_of_a_platform_with_all_its_members(tmp_path: Path, members: int) -> None:
    began = time.monotonic()
    vkey = cosigner_of(tmp_path / "civikos", WITNESS).vkey
    settings = {"PAKT_EGRESS_ALLOW": "127.0.0.1/32", "PAKT_WITNESSES": f"- {vkey}", "PAKT_WITNESS_QUORUM": "1"}
    client_id = await with_members(tmp_path / "data", members)
    up = await asyncio.to_thread(Up, tmp_path / "data", environment=settings)
    prepared = time.monotonic() - began
    try:
        async with Officials(up) as officials:
            await equipped(officials, tmp_path, client_id, members)
            await the_consultation(up, officials, tmp_path, client_id, members)
    finally:
        code = up.stop()
    print(f"journey: {members} members, prepared in {prepared:.1f} s, over after {time.monotonic() - began:.1f} s")
    assert code == 0


async def the_consultation(up: Up, officials: Officials, folder: Path, client_id: UUID, members: int) -> None:
    port, log = free_port(), folder / "civikos.log"
    platform = Simulated(up, folder, client_id, port=port, log=log)
    try:
        await platform.ready()
        consultation = await opened(officials)

        async def some_are_in() -> bool:
            return (await platform.standing())["submitted"] >= 100

        await until(some_are_in, "the first comments are in")
        platform.kill()
        platform = Simulated(up, folder, client_id, port=port, log=log)
        await platform.ready()

        async def all_are_in() -> bool:
            return (await platform.standing())["submitted"] == members

        await until(all_are_in, "every member's comment is in")
        contributions = await voices(officials, consultation, members)
        await reported(officials, consultation, contributions)

        told = await told_to(up, client_id, folder / "secret")
        called = sum(one in CALLED_FOR for one in told)

        async def all_is_told() -> bool:
            standing = await platform.standing()
            came = (standing["events"], standing["by_feed"], standing["by_both"])
            return came == (len(told), len(told), called) and not standing["unhandled"]

        await until(all_is_told, "each event came by feed, and by webhook those that were asked for")
        standing = await platform.standing()
        assert called == members + 3, "opened, closed, every answer, the report"
        assert (standing["comments"], standing["refused"], standing["reports"]) == (members, 0, 1)
        assert standing["by_webhook"] == called
        await until(lambda: all_proved(platform, len(told)), "each event stands in the signed log")
        assert (await platform.standing())["cosigned"] > 0
    finally:
        code = platform.stop()
    assert code == 0, log.read_text()[-3_000:]


async def all_proved(platform: Simulated, many: int) -> bool:
    return await platform.proved() == many


async def voices(officials: Officials, consultation: str, members: int) -> list[str]:
    """The contributions that stand in the register: one of each member's organisation."""
    found: list[dict[str, str]] = []
    cursor = ""
    while cursor is not None:
        page = await officials.ask(
            f"/consultations/{consultation}/contributions?limit=200{cursor and f'&cursor={cursor}'}",
            "consultation_coordinator",
        )
        found += page["items"]
        cursor = page["next_cursor"]
    assert len({one["organisation_id"] for one in found}) == len(found) == members, TENANT
    return [one["contribution_id"] for one in found]
