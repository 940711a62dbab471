"""A client has a bounded number of endpoints, however many requests for one more come at once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.errors import RuleViolated
from domain.webhooks.commands import RemoveEndpoint
from domain.webhooks.vocabulary import MOST_ENDPOINTS
from services.bootstrap import System
from tests.services.egress.telling import ALLOWED, as_client, endpoint_of
from tests.support.clients import registered
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

URL = "https://93.184.215.14/in"


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, egress_allow=ALLOWED) as made:
        yield made


async def test_the_last_place_is_given_once_and_again_when_it_is_free(system: System) -> None:
    client, other = await registered(system), await registered(system, title="Another")
    made = [await endpoint_of(system, f"{URL}/{n}", client_id=client) for n in range(MOST_ENDPOINTS - 1)]
    await endpoint_of(system, URL, client_id=other)

    at_once = [endpoint_of(system, f"{URL}/last/{n}", client_id=client) for n in range(5)]
    found = await asyncio.gather(*at_once, return_exceptions=True)

    refused = [one for one in found if isinstance(one, RuleViolated)]
    assert (len(refused), {one.rule for one in refused}) == (4, {"webhook.endpoints"})
    await as_client(system, client, RemoveEndpoint(), made[0])
    await endpoint_of(system, URL, client_id=client)
    with pytest.raises(RuleViolated, match=str(MOST_ENDPOINTS)):
        await endpoint_of(system, URL, client_id=client)
    await endpoint_of(system, f"{URL}/2", client_id=other)
