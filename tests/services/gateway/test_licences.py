"""Licences over HTTP: a ministry decides, everybody reads, and another institution's buyers know within a moment."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.deadline import end_of, local_day
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.licences.commands import RelyOnLicence
from domain.licences.entry import LicenceEntry
from domain.licences.events import entry_id
from domain.licences.held import Licences, NotLicensed
from domain.licences.vocabulary import LicenceStage, Reliance
from domain.organisations.events import organisation_tag
from domain.organisations.seed import DEMO_ORGANISATIONS
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from infra.eventstore.codec import restore
from services.bootstrap import System
from services.command_handling.request import CLOCK, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from services.worker.timers import Timers
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.worker.test_worker import Held
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

YOUTH, BRIDGE = DEMO_ORGANISATIONS
MFLT = tenant_ids()["mflt"]
BASE = "/v1/tenants/mflt/licences"
REASON = {code: {"text": "Arsyeja", "status": "authentic"} for code in ("sq", "sr")}
STAFF = [{"role": "caregiver", "qualification": "care_certificate", "people": 4}]
INSPECTOR = ("mflt", "licensing_inspector")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


def asked(organisation_id: UUID = YOUTH.organisation_id, **changes: Any) -> dict[str, Any]:
    body = {"service": "day_care", "places": ["prizren", "suhareke"], "capacity": 30, "staff": STAFF}
    return {"organisation_id": str(organisation_id), **body, **changes}


def today(system: System) -> date:
    return local_day(system.clock.now())


async def apply(caller: Caller) -> str:
    """The organisation asks; the address of what it asked for."""
    made = await caller.post(BASE, asked(), **caller.token(YOUTH.person.person_id))
    assert made.status_code == 201, made.text
    return str(made.json()["stream_id"])


async def decide(caller: Caller, licence: str, what: str, **body: Any) -> None:
    done = await caller.post(f"{BASE}/{licence}/{what}", body, **caller.bearer(*INSPECTOR))
    assert done.status_code == 200, done.text


async def granted(system: System, caller: Caller) -> str:
    """A licence for a year from today, known to buyers."""
    licence = await apply(caller)
    day = today(system)
    await decide(caller, licence, "inspections", inspected_on=str(day), passed=True, capacity=30, findings=REASON)
    term = {"valid_from": str(day), "valid_until": str(day + timedelta(days=364)), "places": ["prizren"]}
    term |= {"capacity": 20, "staff": STAFF}
    await decide(caller, licence, "grant", organisation_id=str(YOUTH.organisation_id), decision_no="12/2026", term=term)
    await relay(system)
    return licence


async def relay(system: System) -> None:
    """What a worker and a projector do by themselves, at once."""
    await project(system, "mflt")
    await Policies(system, Failures(system.engine.connections, system.auditing)).run_once()
    for tenant in ("opm", "mflt"):
        await project(system, tenant)


async def licences(system: System) -> Licences:
    """What the decision of a buyer reads, in whatever log it is taken."""
    fold = Licences()
    for stored in await system.store.read_tag(NATIONAL_TENANT, organisation_tag(YOUTH.organisation_id)):
        fold.apply(stored.stream_id, restore(system.registry, stored))
    return fold


async def test_an_issuer_grants_and_the_national_register_shows_it(system: System, caller: Caller) -> None:
    licence = await granted(system, caller)
    entry = entry_id(MFLT, UUID(licence))

    buyer = caller.bearer("prizren", "finance_officer")
    (seen,) = (await caller.get("/v1/tenants/prizren/licence-entries?place=prizren", **buyer)).json()["items"]
    assert (seen["entry_id"], seen["licence_id"], seen["institution"]) == (str(entry), licence, "mflt")
    assert (seen["state"], seen["organisation_id"], seen["capacity"]) == ("granted", str(YOUTH.organisation_id), 20)
    one = await caller.get(f"/v1/tenants/prizren/licence-entries/{entry}", **buyer)
    assert (one.status_code, one.json()["origin"]) == (200, seen["origin"])
    none = await caller.get("/v1/tenants/prizren/licence-entries?place=peje", **buyer)
    assert none.json()["items"] == []

    public = (await caller.get("/v1/public/licences?service=day_care")).json()["items"]
    assert [(one["licence_id"], one["tenant"], one["valid"]) for one in public] == [(licence, "mflt", True)]
    assert "inspections" not in public[0]
    assert (await caller.get("/v1/public/licences?tenant=mj")).json()["items"] == []
    day = today(system)
    for on, count in ((day, 1), (day - timedelta(days=1), 0)):
        assert len((await caller.get(f"/v1/public/licences?valid_on={on}")).json()["items"]) == count
    page = (await caller.get(f"/v1/public/organisations/{YOUTH.organisation_id}")).json()
    assert [(one["kind"], one["dealing_id"]) for one in page["dealings"]] == [("licence", licence)]


async def test_a_suspension_reaches_every_buyer_and_its_refusal_cites_the_event(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    licence, day = await granted(system, caller), today(system)
    assert (await licences(system)).require("day_care", ["prizren"], day, day).licence_id == UUID(licence)

    before = system.clock.now().isoformat().replace("+00:00", "Z")
    clock.at += timedelta(seconds=1)
    await decide(caller, licence, "suspend", decision_no="14/2026", first_day=str(day), reason=REASON)
    await relay(system)

    buyer, entries = caller.bearer("prizren", "finance_officer"), "/v1/tenants/prizren/licence-entries"
    for moment, state in (("", "suspended"), (f"?as_of={before}", "granted")):
        (one,) = (await caller.get(f"{entries}{moment}", **buyer)).json()["items"]
        assert one["state"] == state
    with pytest.raises(NotLicensed) as refused:
        (await licences(system)).require("day_care", ["prizren"], day, day)
    suspended = (await system.store.read_stream(MFLT, UUID(licence)))[-1]
    assert suspended.type_name == "licences.LicenceSuspended.v1"
    assert refused.value.rule == "licence.suspended"
    assert refused.value.licence["event"] == f"{MFLT}:{suspended.epoch}:{suspended.position}"
    assert (await caller.get(f"/v1/public/licences/{licence}")).json()["valid"] is False

    tomorrow = day + timedelta(days=1)
    again = {"organisation_id": str(YOUTH.organisation_id), "first_day": str(tomorrow)}
    await decide(caller, licence, "reinstate", decision_no="15/2026", reason=REASON, **again)
    await relay(system)
    assert (await licences(system)).valid("day_care", ["prizren"], day, tomorrow) is None
    assert (await licences(system)).valid("day_care", ["prizren"], tomorrow, tomorrow)

    await decide(caller, licence, "revoke", decision_no="16/2026", first_day=str(tomorrow), reason=REASON)
    await relay(system)
    assert (await licences(system)).valid("day_care", ["prizren"], tomorrow, tomorrow) is None


async def test_what_is_told_again_changes_nothing(system: System, caller: Caller) -> None:
    licence = await granted(system, caller)
    await decide(caller, licence, "suspend", decision_no="14/2026", first_day=str(today(system)), reason=REASON)
    await relay(system)
    entry = entry_id(MFLT, UUID(licence))
    before = await system.store.read_stream(NATIONAL_TENANT, entry)

    async with system.database.connect() as admin:  # type: ignore[attr-defined] # the test's own database
        await admin.execute("DELETE FROM es.policy")
    await relay(system)

    assert await system.store.read_stream(NATIONAL_TENANT, entry) == before
    assert [one.type_name for one in before] == ["licences.LicenceEntered.v1", "licences.LicenceEntryChanged.v1"]
    assert await Failures(system.engine.connections, system.auditing).all(list(tenant_ids().values())) == []


async def test_a_contract_that_relies_is_named_in_what_changes(system: System, caller: Caller) -> None:
    licence = await granted(system, caller)
    entry, town = entry_id(MFLT, UUID(licence)), tenant_ids()["prizren"]
    contract = Reliance(tenant_id=town, stream_id=derived_id("test", "contract"))
    rely = Request("opm", RelyOnLicence(reliance=contract), derived_id("test", "rely"), CLOCK, stream_id=entry)
    await system.handler.execute(rely)
    await project(system, "opm")

    buyer = caller.bearer("prizren", "finance_officer")
    watch = "/v1/tenants/prizren/licence-entries?relied_on=true&expiring_within="
    assert len((await caller.get(f"{watch}365", **buyer)).json()["items"]) == 1
    assert (await caller.get(f"{watch}100", **buyer)).json()["items"] == []
    other = await caller.get("/v1/tenants/mj/licence-entries?relied_on=true", **caller.bearer("mj", "grant_officer"))
    assert other.json()["items"] == []

    await decide(caller, licence, "suspend", decision_no="14/2026", first_day=str(today(system)), reason=REASON)
    await relay(system)
    held = await system.handler.aggregates.replay(NATIONAL_TENANT, LicenceEntry, entry, lambda _: True)
    changed = restore(system.registry, (await system.store.read_stream(NATIONAL_TENANT, entry))[-1])
    assert held.relied_on_by == (contract,) == changed.relied_on_by  # type: ignore[attr-defined]


async def test_who_sees_an_application(system: System, caller: Caller) -> None:
    licence = await apply(caller)
    await project(system, "mflt")
    own, other = caller.token(YOUTH.person.person_id), caller.token(BRIDGE.person.person_id)

    seen = await caller.get(f"{BASE}/{licence}", **own)
    assert (seen.status_code, seen.json()["state"]) == (200, "applied")
    assert (await caller.get(f"{BASE}/{licence}", **caller.bearer(*INSPECTOR))).status_code == 200
    assert (await caller.get(f"{BASE}/{licence}", **other)).status_code == 404
    mine = await caller.get("/v1/tenants/mflt/me/licences", **own)
    theirs = await caller.get("/v1/tenants/mflt/me/licences", **other)
    assert ([one["licence_id"] for one in mine.json()["items"]], theirs.json()["items"]) == ([licence], [])
    listed = await caller.get(f"{BASE}?state=applied", **caller.bearer(*INSPECTOR))
    assert [one["licence_id"] for one in listed.json()["items"]] == [licence]
    assert (await caller.get("/v1/public/licences")).json()["items"] == []
    assert (await caller.get(f"/v1/public/licences/{licence}")).status_code == 404


async def test_what_is_refused(system: System, caller: Caller) -> None:
    delegate = caller.token(YOUTH.person.person_id)
    town = await caller.post("/v1/tenants/prizren/licences", asked(), **delegate)
    assert (town.status_code, town.json()["rule"]) == (422, "licence.issuer")
    assert town.headers["content-type"] == PROBLEM
    stranger = await caller.post(BASE, asked(BRIDGE.organisation_id), **delegate)
    assert (stranger.status_code, stranger.json()["rule"]) == (422, "licence.mandate")
    for wrong in ({"service": "Day Care"}, {"places": []}, {"capacity": 0}, {"staff": []}, {"capacity": 1.5}):
        assert (await caller.post(BASE, asked(**wrong), **delegate)).status_code == 422, wrong

    licence = await apply(caller)
    again = await caller.post(BASE, asked(), **delegate)
    assert (again.status_code, again.json()["rule"]) == (422, "licence.once")
    by_officer = await caller.post(
        f"{BASE}/{licence}/refuse", {"decision_no": "1", "reason": REASON}, **caller.bearer("mflt", "grant_officer")
    )
    assert by_officer.status_code == 403
    assert (await caller.get("/v1/public/licences?valid_on=2026-13-01")).status_code == 400


async def test_the_clock_ends_a_licence_after_its_last_day(system: System, caller: Caller, clock: FixedClock) -> None:
    licence = await granted(system, caller)
    ends, broker = end_of(today(system) + timedelta(days=364)), Held()
    due = Timers(system, broker, Failures(system.engine.connections, system.auditing))
    clock.at = ends - timedelta(microseconds=1)
    assert await due.scan() == 0

    clock.at = ends
    assert await due.scan() == 1
    for _ in range(2):
        await due.perform(broker.jobs[0])
    await relay(system)
    last = (await system.store.read_stream(MFLT, UUID(licence)))[-1]
    assert (last.type_name, last.version) == ("licences.LicenceExpired.v1", 4)
    shown = (await caller.get(f"/v1/public/licences/{licence}")).json()
    assert (shown["state"], shown["valid"]) == ("expired", False)
    entry = await system.handler.aggregates.replay(
        NATIONAL_TENANT, LicenceEntry, entry_id(MFLT, UUID(licence)), lambda _: True
    )
    assert (entry.status, entry.origin) == (LicenceStage.EXPIRED, f"{MFLT}:{last.epoch}:{last.position}")
