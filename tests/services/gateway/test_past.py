"""Every query knows the past, or says why there is none for it; a look over institutions is one cut through all logs."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from litestar import Litestar

from domain.consultations import commands as c
from domain.consultations.vocabulary import DocumentKind, WithheldReason
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import text
from domain.rules import commands as r
from domain.tenants import commands as t
from infra.eventstore.interface import StoredEvent
from projections import changes as projected_changes
from services.bootstrap import System
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened, planned, stored_files
from tests.services.gateway.test_permissions import addresses
from tests.support.system import project, send

WITHOUT_A_PAST = {
    "/": "a page about the system",
    "/docs": "a page about the system",
    "/docs/{heading:str}": "a page about the system",
    "/docs/{heading:str}/openapi.json": "what this release answers",
    "/healthz": "how this process is",
    "/readyz": "how this process is",
    "/asyncapi.json": "what this release tells",
    "/openapi.json": "what this release answers",
    "/.well-known/oauth-authorization-server": "what this process takes",
    "/oauth/jwks": "the keys by which tokens are believed now",
    "/problems": "what this release refuses",
    "/problems/{code:str}": "what this release refuses",
    "/static/{path:path}": "files of this release",
    "/v1/changelog": "every change with its day",
    "/v1/public/council-elections/{id:uuid}/candidates": "names opened now; of what was erased there is no past",
    "/v1/public/council-elections/{id:uuid}/count-sheet": "entries of the log under a checkpoint: they never change",
    "/v1/public/catalog": "of the newest dumps; what was said of those before, their records say",
    "/v1/public/dumps": "the datasets, each with the day of its newest dump",
    "/v1/public/dumps/{dataset:str}": "every day that is kept, and those that are no longer",
    "/v1/public/dumps/{dataset:str}/{file:str}": "a day is the past: what it was cut of, its record says",
    "/v1/feed": "the logs themselves, to be read from any place on",
    "/v1/feed/events/{tenant:str}/{epoch:int}/{position:int}": "an event never changes",
    "/v1/feed/stream": "the logs themselves, to be read from any place on",
    "/v1/public/log": "every log that there ever was; of each the checkpoint tells the size",
    "/v1/public/log/{slug:str}/{epoch:int}/checkpoint": "signed as it stands; an older one is kept by who fetched it",
    "/v1/public/log/{slug:str}/{epoch:int}/tile/{path:path}": "hashes that never change; a partial tile is the past",
    "/v1/public/ocds/feed": "what came since an offset, which is a vector of positions: the past is where one begins",
    "/v1/public/signing-keys": "every key that there ever was, with its state",
    "/v1/tenants/{tenant:str}/failed-work": "what this installation has not done; what was tried again stands in the log",
    "/v1/tenants/{tenant:str}/erasures": "every erasure with its time; none is ever changed",
    "/v1/tenants/{tenant:str}/erasures/{id:uuid}": "an erasure with its time; it is never changed",
    "/v1/tenants/{tenant:str}/subjects/{id:uuid}": "what is held about a person now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/organisations/{id:uuid}/people": "names opened now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/webhook-endpoints/{id:uuid}/attempts": "what was tried in the last 30 days, with its time",
    "/v1/tenants/{tenant:str}/webhook-endpoints/{id:uuid}/secrets": "what signs now; what signed before is over",
    "/v1/tenants/{tenant:str}/log/{epoch:int}/head": "signed as it stands; an older one is kept by who fetched it",
    "/v1/tenants/{tenant:str}/nominations/{id:uuid}/nominee": "names opened now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/diff": "names both of its moments itself",
    "/v1/public/receipts/{code:str}": "what the log proves now: a promise, then a proof that stays",
    "/my-contribution": "the whole way, each step with its time",
    "/v1/public/receipts/{code:str}/receipt.pdf": "what the log proves now",
    "/v1/tenants/{tenant:str}/events/{position:int}/receipt.pdf": "what the log proves now",
    "/v1/public/receipts/{code:str}/journey": "the whole way, each step with its time",
    "/v1/public/receipts/{code:str}/steps/{position:int}": "what the log proves now",
    "/v1/tenants/{tenant:str}/events/{position:int}/receipt": "what the log proves now",
    "/v1/tenants/{tenant:str}/events/stream": "the log itself, to be read from any position on",
    "/monitoring-reports": "a page of what the public register lists now",
    "/monitoring-reports/{id:uuid}": "frozen figures never change; objections and votes stand beside them with their time",
    "/v1/public/monitoring-reports/{id:uuid}/figures.csv": "frozen figures never change",
    "/v1/public/monitoring-reports/{id:uuid}/report.pdf": "frozen figures never change; objections stand beside them with their time",
    "/check-in": "a page of this release",
    "/check-in-worker.js": "a file of this release",
    "/v1/me/data": "what is held about a person now; of what was erased there is no past",
    "/v1/public/issuers": "every key that certificates were signed by, with its state and since when",
    "/v1/public/status-lists/{slug:str}/{epoch:int}/{number:int}": "signed as it stands; a certificate that ended never counts again",
    "/v1/public/volunteer-calendars/{code:str}/calendar.ics": "what a calendar program shows: the shifts that are agreed now",
    "/v1/public/volunteer-providers/{id:uuid}/calendar.ics": "what a calendar program shows: the shifts that are offered now",
    "/v1/public/volunteer-statistics/{year:int}/{half:int}": "a table of a time that is over: it stays as it was",
    "/v1/tenants/{tenant:str}/check-in-passes/{id:uuid}": "what a phone is given now",
    "/v1/tenants/{tenant:str}/check-in-passes/{id:uuid}/qr.svg": "what a phone is given now",
    "/v1/tenants/{tenant:str}/me/check-in-phones/{id:uuid}": "one's own phone, with when it came and went",
    "/v1/tenants/{tenant:str}/me/volunteer/calendar": "the secret address that holds now; one before it leads nowhere",
    "/v1/tenants/{tenant:str}/volunteer-agreements/{id:uuid}/words": "words opened now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/volunteer-certificates/{id:uuid}/certificate.pdf": "names opened now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/volunteer-certificates/{id:uuid}/credential": "names opened now; of what was erased there is no past",
    "/v1/tenants/{tenant:str}/volunteer-matches": "who consents now; a consent that was taken back is not asked of the past",
    "/v1/status": "how the installation is now; figures of the past are where telemetry is kept",
    "/v1/tenants/{tenant:str}/quotas": "what is left now; who set what stands in the national register",
    "/v1/tenants/{tenant:str}/files/{sha256:str}": "bytes under their own hash: they never change",
    "/v1/tenants/{tenant:str}/inherited-duties": "what is to do now; /succession/duties tells what a log said when",
}
"""Queries that cannot be asked of the past, each with its reason. A change here is a reviewed act."""
BOTH = {"as_of", "known_at"}
MJ, MESTI, NATIONAL = "mj", "mesti", "opm"


async def test_every_query_knows_the_past_or_is_listed_with_its_reason(app: Litestar) -> None:
    asked = {path: set(handler.opt["pakt_parameters"]) for method, path, handler in addresses(app) if method == "GET"}

    assert {path for path, names in asked.items() if not names >= BOTH} == set(WITHOUT_A_PAST)
    assert not any(names & BOTH for path, names in asked.items() if path in WITHOUT_A_PAST)


async def moment_of(system: System, tenant: str) -> tuple[int, str]:
    """Where the tenant's log stands, and when that was recorded."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    head = await system.store.head(tenant_id)
    [last] = await system.store.read_log(tenant_id, head - 1, 1)
    return head, last.recorded_at.isoformat().replace("+00:00", "Z")


def cut(text: str) -> dict[str, int]:
    """The header's dictionary."""
    return {name: int(position) for name, _, position in (one.partition("=") for one in text.split(", "))}


async def test_the_nation_as_it_was_is_one_cut_through_all_logs(system: System, caller: Caller) -> None:
    open_one = await opened(system, MJ)
    await project(system, MJ)
    positions = {MJ: (await moment_of(system, MJ))[0]}
    await planned(system, MESTI, "Ligji i parë")
    positions[MESTI], then = await moment_of(system, MESTI)
    await planned(system, MESTI, "Ligji i dytë", 2)
    withdraw = c.WithdrawConsultation(reason=text(sq="Tërhiqet", sr="Povlači se"))
    await send(system, MJ, "consultation_coordinator", withdraw, open_one)
    for tenant in (MJ, MESTI):
        await project(system, tenant)
    supervisor = caller.bearer(NATIONAL, "ogg_supervisor")

    now = (await caller.get("/v1/national/overview", **supervisor)).json()
    past = (await caller.get(f"/v1/national/overview?known_at={then}", **supervisor)).json()
    assert (now["total"]["consultations"], now["total"]["open"]) == (3, 0)
    assert (past["total"]["consultations"], past["total"]["open"]) == (2, 1)
    assert {slug: past["positions"][slug] for slug in positions} == positions
    assert set(past["positions"]) >= set(now["positions"])
    assert past == (await caller.get(f"/v1/national/overview?known_at={then}", **supervisor)).json()
    assert (await caller.get("/v1/national/overview?as_of=17", **supervisor)).status_code == 400

    for accept in ("application/json", "application/x-ndjson"):
        shown = await caller.get(f"/v1/public/consultations?known_at={then}", accept=accept)
        where = cut(shown.headers["pakt-positions"])
        assert {slug: where[slug] for slug in positions} == positions
        assert shown.text.count('"state":"open"') == 1
    assert "pakt-positions" not in (await caller.get("/v1/public/consultations")).headers
    assert (await caller.get("/v1/public/consultations?as_of=2020-01-01T00:00:00Z")).json()["items"] == []


async def test_the_publics_past_shows_nothing_that_was_taken_from_view_since(system: System, caller: Caller) -> None:
    consultation_id = await opened(system, MJ)
    contribution = await contributed(caller, consultation_id)
    publish = c.PublishContribution(consultation_id=consultation_id)
    await send(system, MJ, "consultation_coordinator", publish, contribution)
    await project(system, MJ)
    _, then = await moment_of(system, MJ)
    where = f"/v1/public/consultations/{consultation_id}/contributions?known_at={then}"
    assert [item["body"] for item in (await caller.get(where)).json()["items"]] == ["Neni 4"]

    withhold = c.WithholdContribution(
        consultation_id=consultation_id, reason_class=WithheldReason.DEFAMATION, note=text(sq="Shpifje", sr="Kleveta")
    )
    await send(system, MJ, "consultation_coordinator", withhold, contribution)
    await project(system, MJ)
    assert (await caller.get(where)).json()["items"] == []
    staff = f"/v1/tenants/{MJ}/consultations/{consultation_id}/contributions?known_at={then}"
    [item] = (await caller.get(staff, **caller.bearer(MJ, "auditor"))).json()["items"]
    assert (item["body"], item["public"]) == ("Neni 4", True)


async def contributed(caller: Caller, consultation_id: UUID) -> UUID:
    body = {"consultation_id": str(consultation_id), "language": "sq", "body": "Neni 4", "contributor": {"name": "A"}}
    sent = await caller.post(f"/v1/tenants/{MJ}/contributions", body, **caller.token())
    assert sent.status_code == 201, sent.text
    return UUID(sent.headers["location"].rpartition("/")[2])


async def test_who_held_which_mandate_and_what_bound_then(system: System, caller: Caller) -> None:
    head, then = await moment_of(system, MJ)
    auditor = caller.bearer(MJ, "auditor")
    rule = r.OverrideRule(rule="consultation.written.min", value=20, reason="Më shumë kohë")
    await send(system, MJ, "administrator", rule)

    async def value(query: str) -> int:
        rules = (await caller.get(f"/v1/tenants/{MJ}/rules{query}", **auditor)).json()["rules"]
        return next(one["value"] for one in rules if one["key"] == "consultation.written.min")

    system.handler.authority.forget_age((await system.handler.authority.tenant(MJ)).tenant_id)
    assert [await value(query) for query in ("", f"?as_of={head}", f"?known_at={then}")] == [20, 15, 15]

    for query, held in (("", True), ("?known_at=2020-01-01T00:00:00Z", False), (f"?known_at={then}", True)):
        mine = (await caller.get(f"/v1/tenants/{MJ}/me{query}", **auditor)).json()
        assert bool(mine["mandates"]) == held
        assert bool((await caller.get(f"/v1/me{query}", **auditor)).json()["seats"]) == held
    for query, known in (("known_at=2020-01-01T00:00:00Z", False), (f"as_of={head}", True)):
        assert bool((await caller.get(f"/v1/tenants/{MJ}/calendar?{query}", **auditor)).json()["years"]) == known


async def test_an_institution_has_the_name_it_had(system: System, caller: Caller) -> None:
    await opened(system, MJ)
    await project(system, MJ)
    _, then = await moment_of(system, MJ)
    names = {"sq": "Ministria e Re", "sr": "Novo ministarstvo", "en": "New Ministry"}
    rename = t.RenameInstitution(slug=MJ, names=names, decision_no="1/2026")
    register = (await system.handler.authority.national(fresh=True)).institutions[MJ]
    await send(system, NATIONAL, "ogg_supervisor", rename)
    await project(system, NATIONAL)
    system.handler.authority.forget_age(NATIONAL_TENANT)
    auditor = caller.bearer(MJ, "auditor")

    for query, shown in (("", names), (f"?known_at={then}", register.names)):
        assert (await caller.get(f"/v1/tenants/{MJ}/overview{query}", **auditor)).json()["names"] == shown
        listed = (await caller.get(f"/v1/public/institutions{query}{'&' if query else '?'}limit=200")).json()["items"]
        assert next(one["names"] for one in listed if one["slug"] == MJ) == shown


async def test_a_moment_is_seen_by_the_time_it_had(system: System, caller: Caller) -> None:
    """What is open or overdue at a position is so by the clock of that moment, in a sandbox by the sandbox's."""
    sandbox = "sandbox-ministry"
    consultation_id = await opened(system, sandbox)
    await project(system, sandbox)
    head, then = await moment_of(system, sandbox)
    auditor = caller.bearer(sandbox, "auditor")
    administrator = caller.bearer(sandbox, "administrator")
    moved = await caller.post(f"/v1/tenants/{sandbox}/clock/move", {"by": 60 * 86400}, **administrator)
    assert moved.status_code == 200, moved.text
    await project(system, sandbox)

    async def is_open(query: str) -> bool:
        where = f"/v1/tenants/{sandbox}/consultations/{consultation_id}{query}"
        return (await caller.get(where, **auditor)).json()["is_open"]

    system.handler.authority.forget_age((await system.handler.authority.tenant(sandbox)).tenant_id)
    assert [await is_open(query) for query in ("", f"?as_of={head}", f"?known_at={then}")] == [False, True, True]


async def test_the_linter_judges_a_draft_as_it_was(system: System, caller: Caller) -> None:
    consultation_id = await planned(system, MJ)
    head, _ = await moment_of(system, MJ)
    where = f"/v1/tenants/{MJ}/consultations/{consultation_id}"
    attach = c.AttachDocument(kind=DocumentKind.DRAFT, files=await stored_files(system, MJ))
    await send(system, MJ, "drafting_officer", attach, consultation_id)
    officer = caller.bearer(MJ, "drafting_officer")

    async def codes(query: str) -> set[str]:
        return {one["code"] for one in (await caller.get(f"{where}/lint{query}", **officer)).json()["findings"]}

    assert await codes(f"?as_of={head}") - await codes("") == {"draft-missing"}
    assert (await caller.get(f"{where}/lint?as_of=0", **officer)).status_code == 404


async def test_comparisons_are_made_a_few_at_a_time_and_many_streams_in_one_round_trip(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, _ = await moment_of(system, MJ)
    made = {str(await planned(system, MJ, key=n)) for n in range(7)}
    asked: list[int] = []
    read_streams = system.store.read_streams

    async def counted(tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        asked.append(len(stream_ids))
        return await read_streams(tenant_id, stream_ids, upto)

    monkeypatch.setattr(system.store, "read_streams", counted)
    monkeypatch.setattr(projected_changes, "TOGETHER", 3)
    where = f"/v1/tenants/{MJ}/diff?from={head}&to={head + 7}"
    whole = await caller.get(where, **caller.bearer(MJ, "administrator"))
    seen = await caller.get(where, **caller.bearer(MJ, "auditor"))

    assert asked == [3, 3, 1]
    assert {one["stream_id"] for one in whole.json()["aggregates"]} == made
    assert seen.json()["aggregates"] == whole.json()["aggregates"]

    answers = await asyncio.gather(*(caller.get(where, **caller.bearer(MJ, "administrator")) for _ in range(50)))
    served, refused = ([one for one in answers if one.status_code == status] for status in (200, 503))
    assert (len(served) + len(refused), len(refused) > 0, len(served) >= 18) == (50, True, True)
    assert {one.content for one in served} == {whole.content}
    assert {(one.json()["type"], one.headers["retry-after"]) for one in refused} == {("/problems/overloaded", "1")}
    assert not any("Idempotency-Key" in one.text for one in refused)


async def test_what_changed_between_two_moments(system: System, caller: Caller) -> None:
    consultation_id = await planned(system, MJ)
    head, then = await moment_of(system, MJ)
    amend = c.AmendDraft(complex=True)
    await send(system, MJ, "drafting_officer", amend, consultation_id)
    auditor, where = caller.bearer(MJ, "administrator"), f"/v1/tenants/{MJ}/diff"

    for begin in (str(head), then):
        shown = await caller.get(f"{where}?from={begin}", **auditor)
        found = shown.json()
        assert (shown.status_code, found["after"], found["upto"]) == (200, head, head + 1), shown.text
        [one] = found["aggregates"]
        [change] = one["fields"]
        assert (one["stream_id"], one["kind"]) == (str(consultation_id), "Consultation")
        assert (change["field"], change["old"], change["new"]) == ("/facts/complex", False, True)
        assert [by["role"] for by in change["by"]] == ["drafting_officer"]
    for query in (f"from={head + 1}", f"from=0&to={then}&to=1", f"from={head}&to={head}", f"from={head}&to=3"):
        answer = await caller.get(f"{where}?{query}", **auditor)
        assert answer.status_code == 400 or answer.json()["aggregates"] == [], query
    assert (await caller.get(f"{where}?from=x", **auditor)).status_code == 400
    assert (await caller.get(where, **auditor)).status_code == 400
    assert (await caller.get(f"{where}?from=0", **caller.bearer(MJ, "drafting_officer"))).status_code == 403
