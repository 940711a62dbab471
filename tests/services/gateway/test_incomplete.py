"""One log that cannot be read takes nothing from a question over all institutions but its own part, and says so."""

import pytest

from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import adopted_plan, opened
from tests.services.gateway.test_past import moment_of
from tests.support.system import project

MJ, MESTI, NATIONAL = "mj", "mesti", "opm"
LEFT_OUT = [{"tenant": MJ, "reason": "history-corrupt"}]
BROKEN = ("data = '{\"title\": 7}'", "type_id = 2000000000", "position = position + 1000000")


async def spoil(system: System, tenant: str, type_name: str, change: str) -> None:
    """Change the first event of a type where it stands, past everything that forbids it."""
    async with system.database.connect() as connection:
        await connection.execute("ALTER TABLE es.event DISABLE TRIGGER ALL")
        await connection.execute(
            f"UPDATE es.event SET {change} WHERE (tenant_id, position) = ("
            " SELECT tenant_id, min(position) FROM es.event JOIN es.tenant USING (tenant_id)"
            " WHERE slug = $1 AND type_id = (SELECT type_id FROM es.event_type WHERE name = $2) GROUP BY tenant_id)",
            tenant,
            type_name,
        )


@pytest.fixture
async def then(system: System) -> str:
    """A moment at which two ministries have a consultation and a plan each."""
    for tenant in (MJ, MESTI):
        await opened(system, tenant)
        await adopted_plan(system, tenant)
        await project(system, tenant)
    return (await moment_of(system, MESTI))[1]


@pytest.mark.parametrize("change", BROKEN, ids=["payload", "type", "gap"])
async def test_a_log_that_cannot_be_read_is_left_out_of_the_past_of_all_and_named(
    system: System, caller: Caller, then: str, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    await spoil(system, MJ, "consultations.ConsultationPlanned.v1", change)

    for moment in (f"known_at={then}", f"as_of={then}"):
        shown = await caller.get(f"/v1/public/consultations?{moment}")
        found = shown.json()
        assert (shown.status_code, found.get("incomplete")) == (200, LEFT_OUT), shown.text
        assert [one["tenant"] for one in found["items"]] == [MESTI]
        assert shown.headers["pakt-incomplete"] == f"{MJ}=history-corrupt"
        assert f"{MJ}=" not in shown.headers["pakt-positions"]
    lines = await caller.get(f"/v1/public/consultations?known_at={then}", accept="application/x-ndjson")
    assert (lines.headers["pakt-incomplete"], len(lines.text.splitlines())) == (f"{MJ}=history-corrupt", 1)
    assert "left out of an answer about the past" in caplog.text


async def test_the_nations_figures_of_a_moment_name_who_is_not_in_them(
    system: System, caller: Caller, then: str
) -> None:
    supervisor = caller.bearer(NATIONAL, "ogg_supervisor")
    where = "/v1/national/overview"
    whole = (await caller.get(f"{where}?known_at={then}", **supervisor)).json()
    await spoil(system, MJ, "consultations.ConsultationPlanned.v1", BROKEN[0])

    past = (await caller.get(f"{where}?known_at={then}", **supervisor)).json()
    now = (await caller.get(where, **supervisor)).json()
    assert (whole["incomplete"], whole["total"]["consultations"]) == ([], 2)
    assert (past["incomplete"], past["total"]["consultations"]) == (LEFT_OUT, 1)
    assert MJ not in past["positions"]
    assert (now["incomplete"], now["total"]["consultations"]) == ([], 2)


async def test_a_question_to_that_institution_itself_is_a_fault(system: System, caller: Caller, then: str) -> None:
    await spoil(system, MJ, "consultations.ConsultationPlanned.v1", BROKEN[0])
    auditor = caller.bearer(MJ, "auditor")

    for where, headers in (
        (f"/v1/public/consultations?tenant={MJ}&known_at={then}", {}),
        (f"/v1/tenants/{MJ}/consultations?known_at={then}", auditor),
        (f"/v1/tenants/{MJ}/overview?known_at={then}", auditor),
    ):
        answer = await caller.get(where, **headers)
        assert (answer.status_code, answer.json()["type"]) == (500, "/problems/history-corrupt"), where
    assert (await caller.get(f"/v1/public/consultations?tenant={MESTI}&known_at={then}")).status_code == 200


async def test_without_a_fault_nothing_is_said_to_be_missing(caller: Caller, then: str) -> None:
    for query in ("", f"?known_at={then}"):
        shown = await caller.get(f"/v1/public/consultations{query}")
        assert ("incomplete" in shown.json(), "pakt-incomplete" in shown.headers) == (False, False)
        assert {one["tenant"] for one in shown.json()["items"]} == {MJ, MESTI}


async def test_whose_mandates_cannot_be_read_is_named(system: System, caller: Caller, then: str) -> None:
    await spoil(system, MJ, "tenants.MandateGranted.v1", BROKEN[0])

    shown = await caller.get(f"/v1/me?known_at={then}", **caller.bearer(MESTI, "administrator"))
    assert (shown.status_code, shown.json()["incomplete"]) == (200, LEFT_OUT), shown.text
    assert [one["tenant"] for one in shown.json()["seats"]] == [MESTI]
