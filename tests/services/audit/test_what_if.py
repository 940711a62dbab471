"""Counterfactual law over whole logs: what a proposed pack would have made of history, and that nothing is written."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from domain.consultations.window import WRITTEN
from domain.kernel.errors import InvalidValue, StreamNotFound
from domain.rules.commands import DraftRulePack, OverrideRule
from domain.rules.proposal import read_proposal
from domain.rules.shipped import default_pack
from services.audit.what_if import what_if
from services.bootstrap import System
from services.cli.__main__ import run
from tests.services.gateway.scenario import opened, planned
from tests.support.postgres import Cluster
from tests.support.system import seeded_system, send

MJ, MESTI = "mj", "mesti"


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


def asking(days: int) -> DraftRulePack:
    """A proposal that changes the shortest written consultation, and nothing else."""
    [entry] = [entry for entry in default_pack().rules if entry.key == WRITTEN]
    return msgspec.structs.replace(
        default_pack(), pack="xk-2027.1", rules=(msgspec.structs.replace(entry, value=days),)
    )


async def heads(system: System) -> dict[int, int]:
    return await system.engine.heads()


async def test_history_is_judged_by_both_laws(system: System) -> None:
    short = await opened(system, MJ)
    own = OverrideRule(rule=WRITTEN, value=25, reason="Më shumë kohë")
    await send(system, MESTI, "administrator", own)
    long = await opened(system, MESTI)
    await planned(system, MJ, "Ligji i tretë", 3)
    await opened(system, "sandbox-ministry")
    before = await heads(system)

    strict = await what_if(system, asking(20), None, None, None)
    found = {case.stream_id: case for case in strict.cases}
    assert set(found) == {short, long}
    assert (found[short].was, found[short].would) == ("in_order", "refused")
    assert (found[long].was, found[long].would) == ("in_order", "in_order")
    [point] = found[short].points
    assert (point.was.value, point.would.value, point.would.given) == (15, 20, 15)
    assert (point.was.pack, point.would.pack, point.would.rule) == ("xk-2026.1", "xk-2027.1", WRITTEN)
    assert point.would.citation
    assert [one.would.value for one in found[long].points] == [25]  # the institution's own value, longer still
    assert strict.total == {"in_order -> in_order": 1, "in_order -> refused": 1}
    assert strict.positions[MJ] == before[(await system.handler.authority.tenant(MJ)).tenant_id]

    same = await what_if(system, default_pack(), None, None, None)
    assert all(reading.was.verdict == reading.would.verdict for case in same.cases for reading in case.points)
    assert await heads(system) == before


async def test_a_period_and_a_tenant_narrow_it_down(system: System) -> None:
    await opened(system, MJ)
    soon = datetime.now(UTC) + timedelta(hours=1)
    chosen = [
        len((await what_if(system, asking(20), slug, begin, end)).cases)
        for slug, begin, end in (
            (MJ, None, None), (MJ, None, soon), (MJ, soon, None), (MESTI, None, None), ("sandbox-ministry", None, None))
    ]  # fmt: skip
    assert chosen == [1, 1, 0, 0, 0]
    with pytest.raises(StreamNotFound):
        await what_if(system, asking(20), "nobody", None, None)


async def test_the_rules_of_then_are_those_that_were_known_then(system: System) -> None:
    """A value that an institution sets afterwards changes nothing of what was."""
    await opened(system, MJ)
    await send(system, MJ, "administrator", OverrideRule(rule=WRITTEN, value=30, reason="Më shumë kohë"))

    [case] = (await what_if(system, asking(15), MJ, None, None)).cases
    assert (case.was, [point.was.value for point in case.points]) == ("in_order", [15])


@pytest.mark.parametrize("text", ["", "[]", '{"pack": "x"}', "null", "\ud800"])
def test_a_file_that_is_no_rule_pack_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_proposal(text.encode(errors="surrogatepass"))


def test_a_value_that_cannot_be_published_cannot_be_proposed(tmp_path: Path) -> None:
    [entry] = asking(20).rules
    wrong = msgspec.structs.replace(asking(20), rules=(msgspec.structs.replace(entry, value="soon"),))
    (tmp_path / "pack.json").write_bytes(msgspec.json.encode(wrong))

    with pytest.raises(InvalidValue):
        read_proposal(msgspec.json.encode(wrong))
    assert run(["audit", "what-if", "--rules", str(tmp_path / "pack.json"), "--data", str(tmp_path)]) == 2
