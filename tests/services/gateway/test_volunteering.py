"""Volunteering over HTTP: a provider from application to calendar, a search by everybody, and a volunteer's own entry."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from domain.kernel.deadline import local_day
from domain.kernel.ids import derived_id
from domain.organisations.seed import DEMO_ORGANISATIONS
from domain.volunteering.events.volunteer import volunteer_id
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system
from tests.support.volunteering import coordinator, providing, registered

YOUTH, BRIDGE = DEMO_ORGANISATIONS
BASE = "/v1/tenants/prizren"
OFFICIAL, COORDINATOR = ("prizren", "volunteering_officer"), ("prizren", "volunteer_coordinator")
WORDS = {code: {"text": words} for code, words in (("sq", "Për të rinj"), ("sr", "Za mlade"), ("tr", "Gençler için"))}
MINOR, GUARDIAN = derived_id("test", "minor"), derived_id("test", "guardian")
CONTACT = {"office": "Zyra", "email": "zyra@qendra.example"}


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


async def done(caller: Caller, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = await caller.post(path, body, **headers)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def provider(system: System, caller: Caller) -> str:
    """An organisation's provider, verified and active."""
    own, organisation = caller.token(YOUTH.person.person_id), str(YOUTH.organisation_id)
    asked = {"organisation_id": organisation, "summary": WORDS, "municipality": "prizren", "contact": CONTACT}
    made = (await done(caller, f"{BASE}/volunteer-providers", asked, own))["stream_id"]
    at = f"{BASE}/volunteer-providers/{made}"
    decision = {"organisation_id": organisation, "decision_no": "7/2026"}
    await done(caller, f"{at}/verify", decision, caller.bearer(*OFFICIAL))
    today = local_day(system.clock.now())
    policy = {"insurer": "Siguria", "policy_no": "P-1", "valid_from": str(today)}
    insurance = policy | {"valid_until": str(today + timedelta(days=365))}
    await done(
        caller, f"{at}/activate", {"organisation_id": organisation, "insurance": insurance, "charter": WORDS}, own
    )
    return str(made)


def particulars(system: System, **changes: Any) -> dict[str, Any]:
    """Three Saturdays from the next one on, from five to eight."""
    today = local_day(system.clock.now())
    day = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    series = {"starts_at": f"{day}T17:00", "ends_at": f"{day}T20:00", "recurrence": "FREQ=WEEKLY;COUNT=3"}
    point = {"latitude": 42_212_778, "longitude": 20_739_722}
    told = {"title": WORDS, "summary": WORDS, "tasks": WORDS, "places": 5, "municipality": "prizren", "min_age": 15}
    return told | {"location": point, "skills": ["teaching"], "schedule": {"series": [series]}} | changes


async def test_a_provider_asks_for_volunteers_and_everybody_finds_it(system: System, caller: Caller) -> None:
    own, made = caller.token(YOUTH.person.person_id), await provider(system, caller)
    draft = {"provider_id": made, "particulars": particulars(system)}
    opportunity = (await done(caller, f"{BASE}/opportunities", draft, own))["stream_id"]
    at = f"{BASE}/opportunities/{opportunity}"
    await project(system, "prizren")
    assert (await caller.get(f"/v1/public/opportunities/{opportunity}")).status_code == 404
    assert (await caller.get(at, **own)).json()["state"] == "draft"
    bridge = caller.token(BRIDGE.person.person_id)
    assert (await caller.get(at, **bridge)).status_code == 404
    stolen = await caller.post(f"{at}/publish", {"provider_id": made}, **bridge)
    assert (stolen.status_code, stolen.json()["rule"]) == (422, "volunteer.provider.mandate")

    await done(caller, f"{at}/publish", {"provider_id": made}, own)
    await project(system, "prizren")
    search = "/v1/public/opportunities"
    for asked, count in (
        ("text=per%20te%20rinj&skill=teaching&age=16", 1),
        ("latitude=42200000&longitude=20700000&within=5", 1),
        ("latitude=42659167&longitude=20288333&within=5", 0),
        ("municipality=peje", 0),
        ("tenant=mj", 0),
    ):
        assert len((await caller.get(f"{search}?{asked}")).json()["items"]) == count, asked
    half = await caller.get(f"{search}?within=5")
    assert (half.status_code, half.headers["content-type"], "`within`" in half.text) == (400, PROBLEM, True)
    (mine,) = (await caller.get(f"{BASE}/me/opportunities", **own)).json()["items"]
    assert (mine["opportunity_id"], len(mine["shifts"])) == (opportunity, 3)
    (page,) = (await caller.get("/v1/public/volunteer-providers?text=rinia")).json()["items"]
    assert (page["provider_id"], page["state"], page["tenant"]) == (made, "active", "prizren")

    feed = await caller.get(f"/v1/public/volunteer-providers/{made}/calendar.ics", **{"accept-language": "sq"})
    assert feed.headers["content-type"].startswith("text/calendar")
    entries = Calendar.from_ical(feed.content).walk("VEVENT")
    assert [str(one["summary"]) for one in entries] == ["Për të rinj"] * 3
    assert [one.start.astimezone(UTC).isoformat().replace("+00:00", "Z") for one in entries] == [
        shift[0] for shift in mine["shifts"]
    ]
    known = {"accept-language": "sq", "if-none-match": feed.headers["etag"]}
    assert (await caller.get(f"/v1/public/volunteer-providers/{made}/calendar.ics", **known)).status_code == 304


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ({"series": [{"starts_at": "2026-10-24T22:00", "ends_at": "2026-10-25T23:00", "recurrence": "FREQ=DAILY;COUNT=2"}]}, "volunteer.schedule.length"),
        ({"shifts": [{"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T05:00"}]}, "volunteer.schedule.clock"),
        ({"series": [{"starts_at": "2027-01-04T09:00", "ends_at": "2027-01-04T10:00", "recurrence": "FREQ=DAILY"}]}, "volunteer.schedule.bounded"),
    ],
)  # fmt: skip
async def test_shifts_that_cannot_be_are_a_problem_and_nothing_changes(
    system: System, caller: Caller, schedule: dict[str, Any], told: str
) -> None:
    own, made = caller.token(YOUTH.person.person_id), await provider(system, caller)
    draft = {"provider_id": made, "particulars": particulars(system, schedule=schedule)}

    refused = await caller.post(f"{BASE}/opportunities", draft, **own)

    assert (refused.status_code, refused.headers["content-type"], refused.json()["rule"]) == (422, PROBLEM, told)
    await project(system, "prizren")
    assert (await caller.get(f"{BASE}/opportunities", **caller.bearer(*OFFICIAL))).json()["items"] == []


async def test_a_minor_registers_and_an_official_of_the_nation_records_who_is_responsible(
    system: System, caller: Caller
) -> None:
    year = datetime.now(UTC).year - 16
    entry = {"person_id": str(MINOR), "full_name": "Arta Berisha", "email": "arta@example.org"}
    entry |= {
        "birth_date": f"{year}-01-01",
        "municipality": "prizren",
        "consents": ["matching"],
        "skills": ["teaching"],
    }
    other = await caller.post("/v1/tenants/opm/volunteers", entry, **caller.token(GUARDIAN))
    assert other.status_code == 404, "who is unknown here is told no more"
    here = await caller.post(f"{BASE}/volunteers", entry, **caller.token(MINOR))
    assert (here.status_code, here.json()["rule"]) == (422, "tenant.national")

    made = await done(caller, "/v1/tenants/opm/volunteers", entry, caller.token(MINOR))
    assert made["stream_id"] == str(volunteer_id(MINOR))
    at = f"/v1/tenants/opm/volunteers/{made['stream_id']}"
    proof = {"full_name": "Besa Berisha", "proof": "Birth certificate"}
    official = caller.bearer("opm", "volunteering_officer")
    same = await caller.post(f"{at}/guardians", proof | {"guardian_id": str(MINOR)}, **official)
    assert (same.status_code, same.json()["rule"]) == (422, "volunteer.guardian.other")
    await done(caller, f"{at}/guardians", proof | {"guardian_id": str(GUARDIAN)}, official)
    await project(system, "opm")

    own = (await caller.get("/v1/tenants/opm/me/volunteer", **caller.token(MINOR))).json()
    assert (own["band"], own["guardians"], "full_name" in own) == ("15_17", [str(GUARDIAN)], False)
    held = (await caller.get(f"/v1/tenants/opm/subjects/{MINOR}", **caller.token(MINOR))).json()
    assert {one["field"]: one["value"] for one in held["values"]}["birth_date"] == f"{year}-01-01"
    found = (await caller.get(f"{BASE}/volunteer-matches?skill=teaching", **caller.bearer(*COORDINATOR))).json()[
        "items"
    ]
    assert [one["person_id"] for one in found] == [str(MINOR)]
    youth = caller.token(YOUTH.person.person_id)
    assert (await caller.get(f"{BASE}/volunteer-matches", **youth)).status_code == 404, "not a provider yet"
    await provider(system, caller)
    await project(system, "prizren")
    assert (await caller.get(f"{BASE}/volunteer-matches", **youth)).json()["items"] == found
    await done(caller, f"{at}/consents/withdraw", {"purpose": "matching"}, caller.token(MINOR))
    await project(system, "opm")
    found = (await caller.get(f"{BASE}/volunteer-matches", **caller.bearer(*COORDINATOR))).json()["items"]
    assert found == []
    assert (await caller.get("/v1/tenants/opm/volunteers", **caller.token(MINOR))).status_code in (403, 404)


async def test_a_volunteers_own_calendar_is_at_an_address_that_only_they_know(system: System, caller: Caller) -> None:
    one, two = [await providing(system, tenant) for tenant in ("prizren", "mj")]
    await registered(system, MINOR)
    today = local_day(system.clock.now())
    for n, of in enumerate((one, two)):
        await of.agree(MINOR, coordinator(of.tenant), first_day=today + timedelta(days=n))
    for tenant in ("opm", "prizren", "mj"):
        await project(system, tenant)
    own, where = caller.token(MINOR), "/v1/tenants/opm/me/volunteer/calendar"

    assert (await caller.get(where, **caller.token(GUARDIAN))).status_code == 404
    address = (await caller.get(where, **own)).json()["address"]
    feed = await caller.get(address)
    entries = Calendar.from_ical(feed.content).walk("VEVENT")
    assert [entry.start for entry in entries] == [today, today + timedelta(days=1)]
    assert {entry.end for entry in entries} == {today + timedelta(days=31)}, "as agreed, whatever else is offered"
    code = address.split("/")[4]
    altered = address.replace(code, code[:-2] + ("AA" if code[-2:] != "AA" else "BA"))
    for other in (altered, address.replace(code, "x"), address.replace(code, code + "A"), address.replace(code, "é")):
        assert (await caller.get(other)).status_code == 404, other

    await done(caller, f"/v1/tenants/opm/volunteers/{volunteer_id(MINOR)}/calendar/renew", {}, own)
    await project(system, "opm")
    assert (await caller.get(address)).status_code == 404
    renewed = (await caller.get(where, **own)).json()["address"]
    assert (await caller.get(renewed)).content == feed.content
