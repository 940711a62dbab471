"""A gateway for commands alone, over logs in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.services.gateway.memory import MemorySystem, memory_system


@pytest.fixture
def memory(tmp_path: Path) -> MemorySystem:
    return memory_system(tmp_path)


@pytest.fixture
async def client(memory: MemorySystem) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=memory.transport, base_url="http://pakt") as made:
        yield made
