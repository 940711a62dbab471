"""The report on public funding of a year, for everybody, and red flags for those who look."""

from pathlib import Path

from domain.grants.commands.recorded_grant import CorrectRecordedGrant
from domain.kernel.money import Money
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.test_open_data import WHY, recorded
from tests.services.open_data.samples import record
from tests.support.system import project, send

REPORT = "/v1/public/grants/annual-report"


async def test_the_report_changes_by_a_correction_and_says_what_it_said_before(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    await recorded(system, tmp_path, "mflt", record(currency="EUR"), record(id="2", awardDate="2016-01-01"))
    await recorded(system, tmp_path, "prizren", record(id="3", currency="EUR", amountAwarded=7))
    before = system.clock.now().isoformat().replace("+", "%2B")
    listed = (await caller.get("/v1/public/recorded-grants?grant_id=360G-example-1")).json()["items"]
    correct = CorrectRecordedGrant(reason=WHY, amount=Money(100))
    await send(system, "mflt", "finance_officer", correct, listed[0]["recorded_grant_id"])
    await project(system, "mflt")
    now, then = [(await caller.get(f"{REPORT}?year=2014{at}")).json() for at in ("", f"&known_at={before}")]

    assert now["total"]["awarded"] == {"EUR": 800}
    assert then["total"]["awarded"] == {"EUR": 1_776_696}
    assert (now["total"]["corrected"], then["total"]["corrected"]) == (1, 0)
    assert (now["total"]["grants"], now["total"]["registered"]) == (2, 0)
    assert [(one["tenant"], one["kind"]) for one in now["institutions"]] == [
        ("mflt", "ministry"),
        ("prizren", "municipality"),
    ]
    assert {kind: figures["awarded"] for kind, figures in now["by_kind"].items()} == {
        "ministry": {"EUR": 100},
        "municipality": {"EUR": 700},
    }
    assert set(now["positions"]) >= {"mflt", "prizren"}
    assert (await caller.get(REPORT)).status_code == 400


async def test_overviews_show_the_figures_of_grants(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record(currency="EUR", amountAwarded=7))
    own = await caller.get("/v1/tenants/mflt/overview", **caller.bearer("mflt", "administrator"))
    nation = await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))

    for shown in (own, nation):
        assert shown.json()["further"]["grants"]["awarded"] == {"EUR": 700}, shown.text


async def test_red_flags_are_for_those_who_look(system: System, caller: Caller, tmp_path: Path) -> None:
    await recorded(system, tmp_path, "mflt", record())
    own, national = "/v1/tenants/mflt/grant-red-flags", "/v1/national/grant-red-flags"

    for path, tenant, role in (
        (own, "mflt", "grant_officer"),
        (own, "mflt", "auditor"),
        (national, "opm", "ogg_supervisor"),
    ):
        answer = await caller.get(path, **caller.bearer(tenant, role))
        assert (answer.status_code, answer.json()["items"]) == (200, []), answer.text
    assert (await caller.get(own, **caller.bearer("prizren", "grant_officer"))).status_code == 404
    assert (await caller.get(own, **caller.bearer("mflt", "cso_delegate"))).status_code == 403
    assert (await caller.get(national, **caller.bearer("mflt", "grant_officer"))).status_code in (403, 404)
    assert (await caller.get(own)).status_code == 401
