"""A mover that died is named by the doctor, with what to do; and what it says works."""

from infra.database.interface import MAIN_NODE
from services.bootstrap import System
from services.finding import Finding
from services.placement.move import Move, Step
from tests.services.gateway.scenario import opened
from tests.services.nodes.conftest import Two
from tests.services.placement.dying import died_at
from tests.support.looked_at import looked_at
from tests.support.nodes import EAST, TestNodes


async def on_the_way(system: System) -> Finding:
    return await looked_at(system, "institutions on their way")


async def test_the_doctor_says_who_is_on_the_way_and_what_to_do(system: System, nodes: TestNodes, two: Two) -> None:
    await opened(system, two.near)
    assert (await on_the_way(system)).ok

    await died_at(Step.COPIED, nodes, two.near_id, EAST)
    copied = await on_the_way(system)
    await died_at(Step.CLOSED, nodes, two.near_id, EAST)
    closed = await on_the_way(system)
    assert (copied.ok, closed.ok) == (False, False)
    assert f"{two.near} is copied, keys of persons too, on east by a move: repeat it, or" in copied.detail
    assert f"{two.near} is closed to writing on main for a move" in closed.detail
    assert f"leave it there by --to {MAIN_NODE}" in closed.detail

    back = await Move(nodes, two.near_id, MAIN_NODE).run(forget=True)
    assert (back.node, back.left) == (MAIN_NODE, ())
    assert (await on_the_way(system)).ok
    await opened(system, two.near, key="again")
