"""Home's copy of what another node's tenants show: it is rebuilt with the tenant's own, and waited for where it is read."""

from collections.abc import AsyncIterator

import pytest

from infra.database.interface import MAIN_NODE
from projections.catalogue import READ_MODELS
from projections.national import NationalEngine
from services.audit.replay import rebuild_all
from services.bootstrap import System
from services.gateway.desk import Reads
from services.gateway.refusals import NotYetVisible
from tests.services.gateway.scenario import opened
from tests.services.nodes.conftest import Two
from tests.support.nodes import EAST, TestNodes

REGISTER = next(model for model in READ_MODELS if model.name == "consultation_register")


@pytest.fixture
async def national(system: System) -> AsyncIterator[NationalEngine]:
    made = NationalEngine(system.engine, system.database)
    yield made
    await made.close()


async def taken_away(nodes: TestNodes, node: str, tenant_id: int) -> None:
    async with nodes.parts[node].connect() as connection:
        done = await connection.execute("DELETE FROM rm.consultation_register WHERE tenant_id = $1", tenant_id)
    assert done == "DELETE 1"


async def test_a_rebuild_mends_both(system: System, nodes: TestNodes, national: NationalEngine, two: Two) -> None:
    await opened(system, two.far)
    await system.engine.catch_up(two.far_id)
    await national.catch_up(two.far_id)
    await taken_away(nodes, MAIN_NODE, two.far_id)

    found = []
    for _ in range(2):
        done = await rebuild_all(system, REGISTER.name, two.far)
        found.append([(one.node, one.rows, one.differing_rows) for one in done])
    assert found == [[(EAST, 1, 0), (MAIN_NODE, 1, 1)], [(EAST, 1, 0), (MAIN_NODE, 1, 0)]]

    await taken_away(nodes, MAIN_NODE, two.far_id)
    await taken_away(nodes, EAST, two.far_id)
    assert [one.differing_rows for one in await rebuild_all(system, "all", two.far) if one.name == REGISTER.name] == [
        1,
        1,
    ]
    assert [one.node for one in await rebuild_all(system, REGISTER.name, two.near)] == [MAIN_NODE]


async def test_who_reads_over_several_nodes_waits_for_home(system: System, national: NationalEngine, two: Two) -> None:
    """A position counts where the answer comes from: home, once what is asked is of tenants of both."""
    await opened(system, two.far)
    position = await system.engine.catch_up(two.far_id)
    reads = Reads(system, patience=0.3)
    try:
        await reads.reach(two.far_id, (REGISTER,), position)
        with pytest.raises(NotYetVisible):
            await reads.reach(two.far_id, (REGISTER,), position, over=[two.near_id])
        await national.catch_up(two.far_id)
        await reads.reach(two.far_id, (REGISTER,), position, over=[two.near_id])
    finally:
        await reads.close()
