"""A mover that dies after a step: what it had not committed is undone by the servers, and nothing else happens."""

import pytest

from services.placement.move import Move, Step
from tests.support.nodes import TestNodes


class Killed(BaseException):
    """The mover is gone."""


async def died_at(step: Step, nodes: TestNodes, tenant_id: int, to: str) -> None:
    async def told(now: Step) -> None:
        if now is step:
            raise Killed

    with pytest.raises((Killed, BaseExceptionGroup)):
        await Move(nodes, tenant_id, to, told).run()
