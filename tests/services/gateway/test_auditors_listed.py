"""An institution sees who may look at it, might or will, and what such a mandate was worth on a day of the past."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infra.clock import FixedClock
from services.bootstrap import System
from tests.services.gateway.audits import ARTA, BESIM, appointed, looks, withdrawn
from tests.services.gateway.client import Caller
from tests.support.postgres import Cluster
from tests.support.system import official, seeded_system

MJ, PRIZREN = "mj", "prizren"
WHERE = f"/v1/tenants/{MJ}/auditors"
FROM, TO = date(2026, 12, 1), date(2026, 12, 31)
DURING = datetime(2026, 12, 15, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(DURING)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def listed(caller: Caller, query: str = "", who: str = "administrator") -> dict[str, Any]:
    """State by mandate, the demonstration's own auditor left out."""
    answer = await caller.get(f"{WHERE}{query}", **caller.bearer(MJ, who))
    assert answer.status_code == 200, answer.text
    shown = answer.json()["items"]
    own = [one for one in shown if one["tenants"] == []]
    assert [one["person_id"] for one in own] == [str(official(MJ, "auditor").person_id)]
    return {one["mandate_id"]: one for one in shown if one not in own}


async def test_mandates_are_shown_with_their_days_and_what_they_are_worth(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    first = str(await appointed(system, ARTA, (MJ, PRIZREN), FROM, TO))
    later = str(await appointed(system, BESIM, (MJ,), TO + timedelta(days=1), TO + timedelta(days=9)))
    shown = await listed(caller)

    assert {key: one["state"] for key, one in shown.items()} == {first: "in_force", later: "not_yet"}
    assert shown[first] == {
        "mandate_id": first,
        "person_id": str(ARTA),
        "legal_basis": "Decision 7/2026",
        "valid_from": "2026-12-01",
        "valid_to": "2026-12-31",
        "tenants": [MJ, PRIZREN],
        "state": "in_force",
    }
    clock.at = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert [one["state"] for one in (await listed(caller)).values()] == ["expired", "in_force"]
    await withdrawn(system, UUID(first))
    assert (await listed(caller))[first]["state"] == "revoked"
    before = (DURING + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (await listed(caller, f"?as_of={before}"))[first]["state"] == "in_force"


async def test_a_revocation_that_is_still_on_its_way_shows_already(system: System, caller: Caller) -> None:
    mandate_id = await appointed(system, ARTA, (MJ,), FROM, TO)
    await withdrawn(system, mandate_id, relay=False)

    assert (await listed(caller))[str(mandate_id)]["state"] == "revoked"


async def test_pages_and_who_may_look(system: System, caller: Caller) -> None:
    mandates = {str(await appointed(system, who, (MJ,), FROM, TO)) for who in (ARTA, BESIM)}
    found, cursor = [], ""
    while cursor is not None:
        page = (await caller.get(f"{WHERE}?limit=1{cursor}", **caller.token(ARTA))).json()
        found += [one["mandate_id"] for one in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert len(found) == len(set(found)) == 3
    assert set(found) > mandates
    assert [look.what for look in await looks(system, MJ)] == ["auditors"] * 3
    assert (await caller.get(WHERE, **caller.bearer(MJ, "cso_delegate"))).status_code == 403
    assert (await caller.get(WHERE, **caller.bearer(PRIZREN, "administrator"))).status_code == 404
