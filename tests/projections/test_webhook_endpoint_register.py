"""The register webhook_endpoint_register: each client's endpoints, as they are told."""

from msgspec.structs import replace

from domain.kernel.ids import derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import webhook_queries as q
from projections.catalogue import WEBHOOK_ENDPOINTS
from projections.engine import Engine
from tests.domain.webhooks import examples as x
from tests.projections.live import live_rows, reading
from tests.projections.story import TENANT, Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("endpoint", name) for name in "abc")


async def test_endpoints_as_their_clients_see_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    await story.tell(A, x.REGISTERED, x.AMENDED, x.ROTATED, x.PINGED, x.REQUESTED, x.DISABLED)
    await story.tell(B, x.REGISTERED, x.DISABLED, x.ENABLED, x.REMOVED)
    await story.tell(C, replace(x.REGISTERED, client_id=x.OTHER))
    await engine.catch_up(TENANT)

    rows = {row.endpoint_id: row for row in await live_rows(database, WEBHOOK_ENDPOINTS, TENANT)}
    assert (rows[A].url, rows[A].types, rows[A].generation) == (x.AMENDED.url, ("*",), 2)
    assert (rows[A].state, rows[A].reason, rows[A].version) == ("disabled", "failing", 6)
    assert (rows[A].disabled_at is None, rows[A].pinged_at is None, rows[A].requested_at is None) == (False,) * 3
    assert rows[A].old_valid_until == x.ROTATED.old_valid_until
    assert (rows[B].state, rows[B].reason, rows[B].disabled_at) == ("removed", "", None)
    async with reading(database, TENANT) as connection:
        for client, chosen, expected in (
            (None, q.Filter(), [C, B, A]),
            (x.CLIENT, q.Filter(), [B, A]),
            (x.OTHER, q.Filter(), [C]),
            (x.CLIENT, q.Filter(state="disabled"), [A]),
            (x.CLIENT, q.Filter(reason="gone"), []),
        ):
            assert [one.endpoint_id for one in (await q.endpoints(connection, client, chosen)).items] == expected
        assert await q.endpoint(connection, x.CLIENT, A) == rows[A] == await q.endpoint(connection, None, A)
        assert await q.endpoint(connection, x.OTHER, A) is None
        assert (await q.attempts(connection, A)).items == []
