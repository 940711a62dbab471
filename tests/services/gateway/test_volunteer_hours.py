"""Agreements and hours over HTTP: a minor's whole way, hours that another institution has, and who sees what."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.kernel.deadline import ZONE, end_of, local_day, start_of
from domain.kernel.ids import derived_id
from domain.rules.shipped import shipped_calendar
from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.volunteer import RecordGuardian
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.hours_parts import ledger_id
from infra.clock import FixedClock
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.timers import Timers
from tests.services.gateway.client import STRANGER, Caller
from tests.services.worker.test_worker import Held
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send
from tests.support.volunteering import COORDINATOR, OFFICER, Providing, providing, registered, relay

HERE, THERE = "prizren", "mflt"
BASE = f"/v1/tenants/{HERE}"
VOLUNTEER, GUARDIAN, SUPERVISOR = (derived_id("test", name) for name in ("minor", "guardian", "supervisor"))
COMING = (HERE, COORDINATOR)
KOSOVO = ZoneInfo(ZONE)


@pytest.fixture
def clock() -> FixedClock:
    """Noon of a day to come, before one with school: the clock acts on nothing that was over when it was recorded."""
    calendar, day = shipped_calendar(), local_day(datetime.now(UTC)) + timedelta(days=1)
    while not calendar.is_working(day + timedelta(days=1)):
        day += timedelta(days=1)
    return FixedClock(datetime.combine(day, time(12), KOSOVO).astimezone(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def offer(provider: Providing, **changes: Any) -> dict[str, Any]:
    """The body of an offer from tomorrow on."""
    tomorrow = local_day(provider.system.clock.now()) + timedelta(days=1)
    what = {code: {"text": "Ndihmë"} for code in ("sq", "sr", "tr")}
    return {
        "opportunity_id": str(provider.opportunity_id),
        "provider_id": str(provider.provider_id),
        "person_id": str(VOLUNTEER),
        "supervisor_id": str(SUPERVISOR),
        "tasks": [{"code": "kitchen", "what": what}],
        "place": "Kuzhina publike",
        "first_day": str(tomorrow),
        "last_day": str(tomorrow + timedelta(days=30)),
        "max_minutes": 3000,
        "reimbursement": [{"expense": "travel", "most_a_day": {"amount": 300, "currency": "EUR"}}],
    } | changes


async def done(caller: Caller, path: str, body: Any, who: dict[str, str], status: int = 200) -> Any:
    answer = await caller.post(f"{BASE}{path}", body, **who)
    assert answer.status_code == status, answer.text
    return answer.json()


async def minor(system: System) -> None:
    """Registered by herself, her guardian recorded by an official of the nation."""
    await registered(system, VOLUNTEER, date(2010, 1, 5))
    guardian = RecordGuardian(guardian_id=GUARDIAN, full_name="Besa Krasniqi", proof="Birth certificate")
    await send(system, "opm", OFFICER, guardian, volunteer_id(VOLUNTEER))


async def by_the_clock(system: System) -> None:
    """What is due now."""
    await relay(system, tenants=(HERE, THERE))
    broker = Held()
    due = Timers(system, broker, Failures(system.engine.connections, system.auditing))
    await due.scan()
    for job in broker.jobs:
        await due.perform(job)
    await relay(system, tenants=(HERE, THERE))


def at(day: date, hour: int, minute: int = 0) -> str:
    """An instant by the clock on the wall."""
    return datetime.combine(day, time(hour, minute), KOSOVO).astimezone(UTC).isoformat().replace("+00:00", "Z")


async def test_a_minors_way_from_an_offer_to_a_total(system: System, caller: Caller, clock: FixedClock) -> None:
    await minor(system)
    provider = await providing(system, HERE)
    await project(system, HERE)
    her, guardian, coordinator = caller.token(VOLUNTEER), caller.token(GUARDIAN), caller.bearer(*COMING)
    agreement = (await done(caller, "/volunteer-agreements", offer(provider), coordinator, 201))["stream_id"]
    path, ledger = f"/volunteer-agreements/{agreement}", f"/hours-ledgers/{ledger_id(UUID(agreement))}"

    await done(caller, f"{path}/accept", {}, her)
    await project(system, HERE)
    for who in (her, guardian):
        (mine,) = (await caller.get(f"{BASE}/me/volunteer-agreements", **who)).json()["items"]
        assert (mine["state"], mine["protection"], mine["band"]) == ("consent_pending", "minor", "15_17")
    for stranger in (her, coordinator, caller.token(STRANGER)):
        refused = await done(caller, f"{path}/consent", {}, stranger, 422)
        assert refused["rule"] == "volunteer.guardian"
    await done(caller, f"{path}/consent", {}, guardian)
    clock.at = start_of(local_day(clock.at) + timedelta(days=1))
    await by_the_clock(system)
    assert (await caller.get(f"{BASE}{path}", **her)).json()["state"] == "active"

    today = local_day(clock.at)
    clock.at += timedelta(hours=21)
    too_long = {"started_at": at(today, 15), "ended_at": at(today, 17, 1), "task": "kitchen"}
    refused = await done(caller, f"{ledger}/log", too_long, her, 422)
    assert (refused["rule"], refused["citation"][:14]) == ("volunteer.minor.school_day.max", "Administrative")
    late = {"started_at": at(today, 19), "ended_at": at(today, 20, 1), "task": "kitchen"}
    assert (await done(caller, f"{ledger}/log", late, her, 422))["rule"] == "volunteer.minor.night.from"
    await done(caller, f"{ledger}/log", too_long | {"ended_at": at(today, 17)}, her)
    await relay(system, tenants=(HERE, THERE))

    (entry,) = (await caller.get(f"{BASE}/volunteer-hours?state=claimed", **caller.bearer(HERE, OFFICER))).json()[
        "items"
    ]
    confirm = {"entry_id": entry["entry_id"]}
    assert entry["minutes"] == 120
    for own in (her, guardian):
        assert (await done(caller, f"{ledger}/confirm", confirm, own, 422))["rule"] in {
            "volunteer.provider.mandate",
            "volunteer.hours.own",
        }
    await done(caller, f"{ledger}/confirm", confirm, coordinator)
    await done(caller, f"{ledger}/total", {}, coordinator)
    await relay(system, tenants=(HERE, THERE))
    shown = (await caller.get(f"{BASE}{path}", **coordinator)).json()
    assert (shown["minutes_confirmed"], shown["total_minutes"], len(shown["total_digest"])) == (120, 120, 64)
    (given,) = (await caller.get("/v1/tenants/opm/me/volunteer-time", **her)).json()["items"]
    assert (given["institution"], given["minutes"], given["state"]) == (HERE, 120, "claimed")
    figures = (await caller.get(f"{BASE}/overview", **caller.bearer(HERE, "auditor"))).json()["further"]["volunteering"]
    assert (figures["volunteers"], figures["minors"], figures["minutes_confirmed"]) == (1, 1, 120)
    nation = (await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))).json()
    assert nation["further"]["volunteering"]["minutes_confirmed"] == 120
    await done(caller, f"{path}/withdraw-consent", {}, guardian)
    assert await Failures(system.engine.connections, system.auditing).all(list(tenant_ids().values())) == []


async def test_hours_that_another_institution_has_are_refused_and_explained(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    await registered(system, VOLUNTEER)
    ledgers = {one: await (await providing(system, one)).agree(VOLUNTEER, SUPERVISOR) for one in (HERE, THERE)}
    await relay(system, tenants=(HERE, THERE))
    her, day = caller.token(VOLUNTEER), local_day(clock.at)
    clock.at += timedelta(days=1)
    for place, first, last in ((THERE, 9, 11), (HERE, 10, 12)):
        body = {"started_at": at(day, first), "ended_at": at(day, last), "task": "kitchen", "reason": "Harrova."}
        logged = await caller.post(f"/v1/tenants/{place}/hours-ledgers/{ledgers[place]}/log", body, **her)
        assert logged.status_code == 200, logged.text
        await relay(system, tenants=(HERE, THERE))

    (refused,) = (await caller.get(f"{BASE}/me/volunteer-hours", **her)).json()["items"]
    assert refused["state"] == "refused"
    assert refused["refusal"] == {
        "why": "overlap",
        "institution": THERE,
        "started_at": at(day, 9),
        "ended_at": at(day, 11),
    }
    confirm = {"entry_id": refused["entry_id"]}
    not_now = await done(caller, f"/hours-ledgers/{ledgers[HERE]}/confirm", confirm, caller.bearer(*COMING), 409)
    assert not_now["state"] == "refused"

    there = (await caller.get(f"/v1/tenants/{THERE}/me/volunteer-hours", **her)).json()["items"][0]
    correct = {"reverses": there["entry_id"], "started_at": at(day, 8), "ended_at": at(day, 10), "task": "kitchen"}
    path = f"/v1/tenants/{THERE}/hours-ledgers/{ledgers[THERE]}/correct"
    assert (await caller.post(path, correct | {"reason": "Gabim."}, **her)).status_code == 200
    await relay(system, tenants=(HERE, THERE))
    again = {"started_at": at(day, 10), "ended_at": at(day, 12), "task": "kitchen"}
    await done(caller, f"/hours-ledgers/{ledgers[HERE]}/log", again, her)
    await relay(system, tenants=(HERE, THERE))
    states = [one["state"] for one in (await caller.get(f"{BASE}/me/volunteer-hours", **her)).json()["items"]]
    assert sorted(states) == ["claimed", "refused"]
    held = (await caller.get("/v1/tenants/opm/me/volunteer-time", **her)).json()["items"]
    assert [(one["institution"], one["state"]) for one in held if one["state"] == "claimed"] == [
        (HERE, "claimed"),
        (THERE, "claimed"),
    ]
    said = await caller.get(f"/v1/tenants/{THERE}/volunteer-agreements/{there['agreement_id']}/words", **her)
    assert [(one["event"], one["reason"]) for one in said.json()["words"]] == [
        ("HoursLogged", "Harrova."),
        ("HoursCorrected", "Gabim."),
    ]
    assert await Failures(system.engine.connections, system.auditing).all(list(tenant_ids().values())) == []


async def test_who_sees_an_agreement(system: System, caller: Caller) -> None:
    await registered(system, VOLUNTEER)
    provider = await providing(system, HERE)
    coordinator = caller.bearer(*COMING)
    agreement = (await done(caller, "/volunteer-agreements", offer(provider), coordinator, 201))["stream_id"]
    await project(system, HERE)

    path = f"{BASE}/volunteer-agreements/{agreement}"
    for who in (coordinator, caller.bearer(HERE, OFFICER), caller.token(VOLUNTEER), caller.token(SUPERVISOR)):
        assert (await caller.get(path, **who)).json()["state"] == "offered"
        assert (await caller.get(f"{path}/words", **who)).json()["words"] == []
    for who in (caller.token(STRANGER), caller.token(GUARDIAN), caller.bearer(HERE, "grant_officer")):
        assert (await caller.get(path, **who)).status_code == 404
        assert (await caller.get(f"{path}/words", **who)).status_code == 404
        assert (await caller.get(f"{BASE}/me/volunteer-agreements", **who)).json()["items"] == []
    assert (await caller.get(f"{BASE}/volunteer-agreements", **coordinator)).status_code == 403
    assert len((await caller.get(f"{BASE}/provider/volunteer-agreements", **coordinator)).json()["items"]) == 1
    assert (await caller.get(f"{BASE}/provider/volunteer-hours", **coordinator)).json()["items"] == []
    listed = await caller.get(f"{BASE}/volunteer-agreements?protection=adult", **caller.bearer(HERE, OFFICER))
    assert [one["agreement_id"] for one in listed.json()["items"]] == [agreement]


async def test_the_last_place_fills_the_opportunity_and_a_lapsed_offer_frees_it(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    await registered(system, VOLUNTEER)
    provider, coordinator = await providing(system, HERE, places=1), caller.bearer(*COMING)
    await done(caller, "/volunteer-agreements", offer(provider), coordinator, 201)
    await relay(system, tenants=(HERE,))
    other = derived_id("test", "another volunteer")
    await registered(system, other)
    full = await done(caller, "/volunteer-agreements", offer(provider, person_id=str(other)), coordinator, 422)
    assert full["rule"] == "volunteer.opportunity.open"

    clock.at = end_of(local_day(clock.at) + timedelta(days=1))
    await by_the_clock(system)
    await done(caller, "/volunteer-agreements", offer(provider, person_id=str(other)), coordinator, 201)


async def test_what_is_refused_at_the_edge(system: System, caller: Caller) -> None:
    await registered(system, VOLUNTEER)
    provider, coordinator = await providing(system, HERE), caller.bearer(*COMING)
    for wrong in (
        {"max_minutes": 0},
        {"max_minutes": 1.5},
        {"tasks": []},
        {"reimbursement": [{"expense": "salary", "most_a_day": {"amount": 1}}]},
        {"place": ""},
        {"pay": 100},
    ):
        refused = await caller.post(f"{BASE}/volunteer-agreements", offer(provider, **wrong), **coordinator)
        assert refused.status_code in (400, 422), wrong
    stranger = await caller.post(f"{BASE}/volunteer-agreements", offer(provider), **caller.token(STRANGER))
    assert stranger.status_code == 404
    nowhere = f"/hours-ledgers/{derived_id('test', 'nowhere')}/log"
    body = {"started_at": "2026-11-25T08:00:00", "ended_at": "2026-11-25T09:00:00Z", "task": "kitchen"}
    assert (await caller.post(f"{BASE}{nowhere}", body, **coordinator)).status_code == 422, "a time without an offset"
    await done(caller, nowhere, body | {"started_at": "2026-11-25T08:00:00Z"}, coordinator, 404)
