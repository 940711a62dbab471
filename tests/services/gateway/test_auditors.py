"""Auditors over HTTP: only what a mandate names, only while it is valid, never without a trace in the institution's log."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from domain.kernel.errors import Unavailable
from domain.kernel.manifest import Role
from domain.tenants import commands as t
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.commands import Act, RecordAccess
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from infra.eventstore.codec import decode_metadata
from infra.eventstore.interface import Append
from services.bootstrap import System
from services.gateway.command_route import COMMAND
from services.gateway.permissions import QUERIES
from services.gateway.routes import COMMANDS
from tests.services.gateway.audits import ACCESSED, ARTA, BESIM, appointed, looks, relayed, stored, withdrawn
from tests.services.gateway.client import PROBLEM, STRANGER, Caller
from tests.services.gateway.scenario import opened
from tests.services.gateway.test_permissions import STREAMING, addresses, ask, filled
from tests.services.gateway.test_queries import Listener
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system, send

MJ, PRIZREN, MESTI = "mj", "prizren", "mesti"
BASE = f"/v1/tenants/{MJ}"
FROM, TO = date(2026, 12, 1), date(2026, 12, 31)
DURING = datetime(2026, 12, 15, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 31, 23, tzinfo=UTC)
"""The end of the last day, in Kosovo's winter time."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(DURING)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def test_an_appointment_is_an_event_in_each_named_log_and_in_no_other(system: System) -> None:
    mandate_id = await appointed(system, ARTA, (MJ, PRIZREN), FROM, TO)
    assert await relayed(system) == 0, "what was answered is not answered again"

    for tenant in (MJ, PRIZREN):
        granted = (await stored(system, tenant))[-1]
        metadata = decode_metadata(granted.metadata)
        national = int(metadata.cause.split(":")[2])
        assert granted.type_name == "tenants.AuditMandateGranted.v1"
        assert granted.stream_id == audit_mandate_id(granted.tenant_id, mandate_id)
        assert metadata.role == "clock"
        cause = (await stored(system, "opm"))[national - 1]
        assert (cause.type_name, cause.stream_id) == ("tenants.AuditorAppointed.v1", mandate_id)
        assert granted.pii is None and b"Berisha" not in granted.data
    assert "tenants.AuditMandateGranted.v1" not in {event.type_name for event in await stored(system, MESTI)}


async def test_a_policy_that_forgot_where_it_was_grants_nothing_twice(system: System) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    connections = system.engine.connections
    async with connections.borrow(1) as connection:
        await connection.execute(
            "BEGIN; SET LOCAL pakt.tenant = '1'; DELETE FROM es.policy WHERE tenant_id = 1; COMMIT"
        )
    before = await stored(system, MJ)

    assert await relayed(system) > 0
    assert await stored(system, MJ) == before


async def test_what_an_auditor_asks_stands_in_the_institutions_trail(system: System, caller: Caller) -> None:
    mandate_id = await appointed(system, ARTA, (MJ, PRIZREN), FROM, TO)
    head = len(await stored(system, MJ))
    answer = await caller.get(f"{BASE}/consultations?state=open&limit=5", **caller.token(ARTA))
    await project(system, MJ)
    [shown] = (
        await caller.get(f"{BASE}/audit?q=action:tenants.AuditAccessed", **caller.bearer(MJ, "administrator"))
    ).json()["items"]
    look = (await caller.get(f"{BASE}/aggregates/{shown['stream_id']}", **caller.bearer(MJ, "administrator"))).json()

    assert answer.status_code == 200
    assert (shown["position"], shown["actor_id"], shown["role"]) == (head + 1, str(ARTA), "auditor")
    assert shown["basis"] == "Decision 7/2026"
    assert look["state"] == {
        "act": "query",
        "what": "consultations",
        "parameters": {"state": "open", "limit": "5"},
        "mandate_id": str(mandate_id),
    }
    assert len(await stored(system, MJ)) == head + 1, "nobody else's questions are put on record"
    assert await looks(system, PRIZREN) == []


async def test_every_query_of_an_auditor_is_one_event_and_nothing_else(
    system: System, app: Litestar, caller: Caller
) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    consultation = await opened(system, MJ)
    await project(system, MJ)
    seen = 0
    for method, path, handler in addresses(app):
        name = handler.opt.get("query")
        if "{tenant:str}" not in path or name is None or COMMAND in handler.opt or path in STREAMING:
            continue
        head = len(await stored(system, MJ))
        headers = caller.token(ARTA)
        answer = await caller.client.request(method, filled(path, MJ, str(consultation)), headers=headers)
        added = [event.type_name for event in (await stored(system, MJ))[head:]]
        assert added == [ACCESSED] * (Role.AUDITOR in QUERIES[name]), (path, answer.text)
        seen += len(added)
        if added:
            assert (await looks(system, MJ))[-1].what == name
    assert seen > 12


async def test_reading_the_trail_is_one_look_however_long_it_is(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    for n in range(1, 4):
        await project(system, MJ)
        page = await caller.get(f"{BASE}/audit?q=action:tenants.AuditAccessed&order=oldest", **caller.token(ARTA))
        assert len(page.json()["items"]) == n - 1
        assert len(await looks(system, MJ)) == n


@pytest.mark.parametrize(
    ("at", "status", "state"),
    [
        (datetime(2026, 11, 30, 23, tzinfo=UTC) - SECOND, 403, "not_yet"),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), 200, ""),
        (MIDNIGHT - SECOND, 200, ""),
        (MIDNIGHT, 403, "expired"),
        (MIDNIGHT + timedelta(days=400), 403, "expired"),
    ],
)
async def test_a_mandate_begins_and_ends_by_itself_at_midnight_in_kosovo(
    system: System, caller: Caller, clock: FixedClock, at: datetime, status: int, state: str
) -> None:
    mandate_id = await appointed(system, ARTA, (MJ,), FROM, TO)
    clock.at = at
    head = len(await stored(system, MJ))
    answer = await caller.get(f"{BASE}/audit", **caller.token(ARTA))

    assert answer.status_code == status
    if state:
        problem = answer.json()
        assert (answer.headers["content-type"], problem["type"]) == (PROBLEM, "/problems/mandate-not-in-force")
        assert problem["mandate"] == {
            "mandate_id": str(mandate_id),
            "basis": "Decision 7/2026",
            "valid_from": "2026-12-01",
            "valid_to": "2026-12-31",
            "state": state,
        }
        assert str(mandate_id) in problem["detail"] and "2026-12-31" in problem["detail"]
        assert len(await stored(system, MJ)) == head


@pytest.mark.parametrize("relay", [False, True], ids=["before the worker", "after the worker"])
async def test_revocation_works_at_once(system: System, caller: Caller, relay: bool) -> None:
    mandate_id = await appointed(system, ARTA, (MJ,), FROM, TO)
    assert (await caller.get(f"{BASE}/overview", **caller.token(ARTA))).status_code == 200
    await withdrawn(system, mandate_id, relay=relay)
    answer = await caller.get(f"{BASE}/overview", **caller.token(ARTA))

    assert (answer.status_code, answer.json()["mandate"]["state"]) == (403, "revoked")
    assert len(await looks(system, MJ)) == 1


async def test_a_stale_process_shows_nothing_on_a_mandate_that_was_revoked_elsewhere(
    system: System, caller: Caller
) -> None:
    """This process has just read who may look; another one revokes. The append proves what the memory cannot."""
    mandate_id = await appointed(system, ARTA, (MJ,), FROM, TO)
    sent = caller.token(ARTA) | {"x-request-id": str(STRANGER)}
    authority = system.handler.authority
    assert (await caller.get(f"{BASE}/overview", **sent)).status_code == 200
    authority._max_age = 3600.0
    fold, national = await authority.of(tenant_ids()[MJ]), await authority.national()
    remembered = {id(one): dict(vars(one)) for one in (fold, national)}
    await withdrawn(system, mandate_id)
    for one in (fold, national):  # as a process is that has not looked since
        authority._read_at = dict.fromkeys(authority._read_at, authority._timer())
        assert remembered[id(one)]
    for headers in (sent, caller.token(ARTA)):
        assert (await caller.get(f"{BASE}/overview", **headers)).status_code == 403
    assert len(await looks(system, MJ)) == 1


async def test_an_institution_that_is_not_named_is_not_there(system: System, app: Litestar, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    for method, path, handler in addresses(app):
        name = handler.opt.get("query", "")
        if "{tenant:str}" in path and name in QUERIES and Role.SIGNED_IN not in QUERIES[name]:
            there = await ask(caller, method, filled(path, MESTI), handler, caller.token(ARTA))
            nowhere = await ask(caller, method, filled(path, "no-such-tenant"), handler, caller.token(ARTA))
            assert (there.status_code, there.content) == (404, nowhere.content), path
    assert await looks(system, MESTI) == []


async def test_two_auditors_of_one_institution_are_told_apart(system: System, caller: Caller) -> None:
    one = await appointed(system, ARTA, (MJ, PRIZREN), FROM, TO)
    other = await appointed(system, BESIM, (MJ,), FROM, FROM + timedelta(days=20))
    answers = await asyncio.gather(
        *(caller.get(f"{BASE}/{path}", **caller.token(who)) for who in (ARTA, BESIM) for path in ("plans", "overview"))
    )
    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    await withdrawn(system, one)
    last = await caller.get(f"{BASE}/deadlines", **caller.token(BESIM))
    gone = await caller.get(f"{BASE}/deadlines", **caller.token(ARTA))

    assert (last.status_code, gone.status_code) == (200, 403)
    assert sorted((look.mandate_id, look.what) for look in await looks(system, MJ)) == sorted(
        [(one, "plans"), (one, "overview"), (other, "plans"), (other, "overview"), (other, "deadlines")]
    )
    assert (await caller.get(f"/v1/tenants/{PRIZREN}/plans", **caller.token(BESIM))).status_code == 404


async def test_an_institution_appoints_an_auditor_of_its_own(system: System, caller: Caller) -> None:
    register = t.RegisterMember(person_id=ARTA, full_name="Arta Berisha", email="arta@example.org")
    member = (await send(system, MJ, "administrator", register)).stream_id
    mandate = t.GrantMandate(role=Role.AUDITOR, legal_basis="Decision 1", valid_from=FROM, valid_to=TO)
    await send(system, MJ, "administrator", mandate, member)
    answer = await caller.get(f"{BASE}/consultations", **caller.token(ARTA))

    assert answer.status_code == 200
    [look] = await looks(system, MJ)
    assert look.mandate_id in (await system.handler.authority.of(tenant_ids()[MJ])).members[ARTA].mandates


async def test_the_same_request_again_is_the_same_look_and_another_question_is_not(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    sent = caller.token(ARTA) | {"x-request-id": str(STRANGER)}
    for path, expected in (("plans", 1), ("plans", 1), ("plans?limit=2", 2), ("overview", 3), ("plans", 3)):
        assert (await caller.get(f"{BASE}/{path}", **sent)).status_code == 200
        assert len(await looks(system, MJ)) == expected, path
    clock.at += timedelta(minutes=2)
    await caller.get(f"{BASE}/plans", **sent)

    assert len(await looks(system, MJ)) == 4, "an id that is used for ever hides nothing"


async def test_words_of_a_question_are_sealed(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    for path in ("consultations?text=Qendresa", "audit?q=mandate:Qendresa", "consultations?source_id=Qendresa"):
        assert (await caller.get(f"{BASE}/{path}", **caller.token(ARTA))).status_code == 200
        event = (await stored(system, MJ))[-1]
        assert b"Qendresa" not in event.data + event.metadata and event.pii is not None and b"Qendresa" not in event.pii
        assert "Qendresa" in str(await system.vault.open(event)), "who may open it learns what was asked"


async def test_carrying_a_list_off_is_an_export(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    await caller.get(f"{BASE}/audit", **caller.token(ARTA), accept="text/csv")
    page = (await caller.get(f"{BASE}/audit?limit=1", **caller.token(ARTA))).json()["next_cursor"]
    if page is None:
        await project(system, MJ)
        page = (await caller.get(f"{BASE}/audit?limit=1", **caller.token(ARTA))).json()["next_cursor"]
    await caller.get(f"{BASE}/audit?limit=1&cursor={page}", **caller.token(ARTA))
    first, *_, last = await looks(system, MJ)

    assert (first.act, first.what, first.parameters) == (Act.EXPORT, "audit_trail", {"format": "text/csv"})
    assert (last.act, last.parameters) == (Act.QUERY, {"limit": "1", "page": "later"})


async def test_what_cannot_be_put_on_record_is_not_shown(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)

    async def down(append: Append) -> Any:
        raise Unavailable("The database")

    monkeypatch.setattr(system.store, "append", down)
    answer = await caller.get(f"{BASE}/overview", **caller.token(ARTA))

    assert (answer.status_code, "total" in answer.json()) == (503, False)
    assert (await caller.get(f"{BASE}/overview", **caller.bearer(MJ, "administrator"))).status_code == 200


async def test_nothing_of_it_can_be_forged(system: System, app: Litestar, caller: Caller) -> None:
    body = {
        "person_id": str(STRANGER),
        "full_name": "X",
        "email": "x@example.org",
        "tenants": [MJ],
        "legal_basis": "x",
        "valid_from": "2026-12-01",
        "valid_to": "2026-12-31",
    }
    await appointed(system, ARTA, (MJ,), FROM, TO)
    heads = [len(await stored(system, tenant)) for tenant in (MJ, "opm")]
    for who in (caller.token(ARTA), caller.token(), caller.bearer(MJ, "administrator")):
        assert (await caller.post("/v1/tenants/opm/auditors", body, **who)).status_code == 404
        assert (await caller.post(f"{BASE}/auditors", body, **who)).status_code in {403, 404}
    elsewhere = await caller.post(f"{BASE}/auditors", body, **caller.bearer("opm", "ogg_supervisor"))
    assert elsewhere.status_code == 404, "the register of institutions is the national tenant's alone"
    assert RecordAccess not in {route.command for route in COMMANDS}
    for method, path, handler in addresses(app):  # an auditor sends no command, whatever it is
        if path.endswith("/batch"):  # its items are these commands, each asked for by itself
            continue
        if COMMAND in handler.opt and Role.SIGNED_IN not in system.handler.decision(handler.opt[COMMAND].command)[2]:
            answer = await ask(caller, method, filled(path, MJ), handler, caller.token(ARTA))
            assert answer.status_code in {403, 422}, (path, answer.text)
            assert answer.status_code == 403 or answer.json()["type"] == "/problems/invalid-value", answer.text
    assert [len(await stored(system, tenant)) for tenant in (MJ, "opm")] == heads


class Ending(Listener):
    """A reader that notes when the server has said all it will say."""

    def __init__(self, app: Litestar, path: str, headers: dict[str, str]) -> None:
        super().__init__(app, path, headers)
        self.ended = asyncio.Event()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.ended.set()


async def test_a_feed_ends_with_the_mandate(system: System, app: Litestar, caller: Caller) -> None:
    mandate_id = await appointed(system, ARTA, (MJ,), FROM, TO)
    head = len(await stored(system, MJ))
    reader = Ending(app, f"{BASE}/events/stream", caller.token(ARTA) | {"last-event-id": str(head - 1)})
    reading = asyncio.ensure_future(reader.run())
    assert [await reader.frame() for _ in range(2)] == [head, head + 1]  # the second is the look itself, once
    await withdrawn(system, mandate_id, relay=False)
    await opened(system, MJ)
    await asyncio.wait_for(reader.ended.wait(), 10)
    reader.leave()
    await reading

    assert (reader.status, reader._frames.qsize()) == (200, 0)
    assert [look.what for look in await looks(system, MJ)] == ["events"]


async def test_national_figures_are_those_of_the_institutions_that_the_mandates_name(
    system: System, caller: Caller
) -> None:
    await appointed(system, ARTA, ("opm", MJ), FROM, TO)
    for tenant in (MJ, MESTI):
        await opened(system, tenant)
        await project(system, tenant)
    answer = await caller.get("/v1/national/overview", **caller.token(ARTA))
    everything = await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))

    assert (answer.json()["total"]["consultations"], everything.json()["total"]["consultations"]) == (1, 2)
    assert set(answer.json()["positions"]) <= {"opm", MJ}
    assert [[look.what for look in await looks(system, tenant)] for tenant in ("opm", MJ, MESTI)] == [
        ["national_overview"],
        ["national_overview"],
        [],
    ]
