"""The long history tells everything of the strategy: what it never told, no test of the past would look at."""

from domain.catalogue import DOMAINS
from domain.kernel.ids import NATIONAL_TENANT
from tests.projections.story import TENANT
from tests.projections.told import Told

TOLD = {"action_measures", "council", "publications", "succession"}


async def test_every_event_of_the_strategy_is_told():
    told = Told(seed=2026)
    await told.tell(240)

    logs = [await told.store.read_log(tenant_id, 0, 100_000) for tenant_id in (TENANT, NATIONAL_TENANT)]
    found = {event.type_name for log in logs for event in log}
    wanted = {event.TOPIC for domain in DOMAINS if domain.name in TOLD for event in domain.events}
    assert len(wanted) > 80
    assert sorted(wanted - found) == []
