"""Queries: pages, bulk forms, entity tags, the past, reading one's own writes and the feed."""

import asyncio
import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar

from domain.consultations import commands as c
from domain.kernel.ids import derived_id
from projections.catalogue import CONSULTATIONS, ORGANISATIONS
from services.bootstrap import System
from services.gateway.desk import Reads
from services.gateway.formats import cell
from services.gateway.health import Readiness
from services.gateway.refusals import NotYetVisible
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import PDF, opened, planned
from tests.support.system import project, send

TENANT = "mj"
BASE = f"/v1/tenants/{TENANT}"


async def three(system: System) -> list[UUID]:
    made = [await planned(system, TENANT, f"Ligji {n}", n) for n in range(3)]
    await project(system, TENANT)
    return made


async def test_pages_follow_each_other_without_gap_or_repeat(system: System, caller: Caller) -> None:
    made = await three(system)
    auditor = caller.bearer(TENANT, "auditor")
    path, seen = f"{BASE}/consultations?limit=1", []
    for _ in range(3):
        answer = await caller.get(path, **auditor)
        seen += [item["consultation_id"] for item in answer.json()["items"]]
        path = answer.headers.get("link", "").removeprefix("<").partition(">")[0]
        assert bool(path) == bool(answer.json()["next_cursor"])

    assert (seen, path) == ([str(one) for one in reversed(made)], "")


async def test_a_reader_who_has_it_is_told_so(system: System, caller: Caller) -> None:
    [first, *_] = await three(system)
    auditor = caller.bearer(TENANT, "auditor")
    for path in (f"{BASE}/consultations", f"{BASE}/consultations/{first}", f"{BASE}/me", f"{BASE}/rules?on=2026-01-01"):
        answer = await caller.get(path, **auditor)
        if path.endswith("/me"):
            continue  # tells the time
        again = await caller.get(path, **auditor, **{"if-none-match": f'"x", {answer.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"]), path
        assert answer.headers["cache-control"] == "private, no-cache"


async def test_what_was_read_can_be_required_of_a_command(system: System, caller: Caller) -> None:
    [first, *_] = await three(system)
    officer = caller.bearer(TENANT, "drafting_officer")
    etag = (await caller.get(f"{BASE}/consultations/{first}", **officer)).headers["etag"]
    amend = {"complex": True}
    done = await caller.post(f"{BASE}/consultations/{first}/amend", amend, **officer, **{"if-match": etag})
    stale = await caller.post(f"{BASE}/consultations/{first}/amend", amend, **officer, **{"if-match": etag})

    assert (done.status_code, stale.status_code) == (200, 412)


async def test_a_read_may_demand_a_position(system: System, app: Litestar, caller: Caller) -> None:
    officer = caller.bearer(TENANT, "drafting_officer")
    title = {"sq": {"text": "Ligji", "status": "authentic"}}
    written = await caller.post(f"{BASE}/consultations", {"title": title, "act_kind": "law"}, **officer)
    where, position = written.headers["location"], int(written.headers["pakt-position"])
    assert (await caller.get(where, **officer)).status_code == 404  # nothing projects here by itself

    reading = asyncio.ensure_future(caller.get(f"{where}?at_least={position}", **officer))
    await project(system, TENANT)
    answer = await reading
    assert (answer.status_code, answer.headers["etag"].split(".")[0]) == (200, '"1')


async def test_a_position_that_is_not_reached_in_time_is_no_answer(system: System) -> None:
    await planned(system, TENANT)
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    head = await system.store.head(tenant_id)
    reads = Reads(system, patience=0.05)

    with pytest.raises(NotYetVisible) as refused:
        await reads.reach(tenant_id, [CONSULTATIONS], head)
    assert (refused.value.facts(), refused.value.retry_after) == ({"position": head}, 1)

    await project(system, TENANT)
    await reads.reach(tenant_id, [CONSULTATIONS], head)
    await reads.close()


async def test_a_register_of_the_national_log_is_not_waited_for_in_another_log(system: System) -> None:
    await planned(system, TENANT)
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    reads = Reads(system, patience=0.05)

    await reads.reach(tenant_id, [ORGANISATIONS], await system.store.head(tenant_id))
    await reads.close()


async def test_a_position_that_the_log_does_not_have_is_not_waited_for(system: System, caller: Caller) -> None:
    answer = await caller.get(f"{BASE}/consultations?at_least=999999", **caller.bearer(TENANT, "auditor"))

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "at_least")


async def test_lists_and_things_as_they_were(system: System, caller: Caller) -> None:
    [first, second, third] = await three(system)
    auditor = caller.bearer(TENANT, "auditor")
    head = await system.store.head((await system.handler.authority.tenant(TENANT)).tenant_id)
    shown = await caller.get(f"{BASE}/consultations?as_of={head - 1}", **auditor)
    assert [item["consultation_id"] for item in shown.json()["items"]] == [str(second), str(first)]
    assert (await caller.get(f"{BASE}/consultations/{third}?as_of={head - 1}", **auditor)).status_code == 404
    assert (await caller.get(f"{BASE}/consultations?as_of=2020-01-01T00:00:00Z", **auditor)).json()["items"] == []
    assert (await caller.get(f"{BASE}/consultations?known_at=2020-01-01T00:00:00Z", **auditor)).json()["items"] == []

    amended = c.AmendDraft(complex=True)
    await send(system, TENANT, "drafting_officer", amended, first)
    versions = [
        (await caller.get(f"{BASE}/aggregates/{first}?version={n}", **auditor)).json()["state"]["facts"]["complex"]
        for n in (1, 2)
    ]
    assert versions == [False, True]


async def test_lists_in_bulk_hold_everything(system: System, caller: Caller) -> None:
    await three(system)
    auditor = caller.bearer(TENANT, "auditor")
    lines = await caller.get(f"{BASE}/audit?order=oldest", **auditor, accept="application/x-ndjson")
    table = await caller.get(f"{BASE}/audit?order=oldest", **auditor, accept="text/csv")

    items = [json.loads(line) for line in lines.text.splitlines()]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    head = await system.store.head((await system.handler.authority.tenant(TENANT)).tenant_id)
    shown = head - 2  # the two looks themselves are stored and not shown yet
    assert [item["position"] for item in items] == [int(row["position"]) for row in rows] == list(range(1, shown + 1))
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert table.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell(-1) == "-1"
    assert (cell(None), cell(True), cell(["a"]), cell({"a": 1})) == ("", "true", '["a"]', '{"a":1}')


async def test_the_linter_says_in_the_readers_language_what_is_missing(system: System, caller: Caller) -> None:
    [first, *_] = await three(system)
    officer = caller.bearer(TENANT, "drafting_officer")
    for method in ("GET", "POST"):
        answer = await caller.client.request(
            method, f"{BASE}/consultations/{first}/lint", headers=officer | {"accept-language": "sq"}
        )
        found = answer.json()
        assert (answer.status_code, found["lawful"]) == (200, False)
        assert {"draft-missing", "memorandum-missing"} <= {one["code"] for one in found["findings"]}
        assert all(one["citation"] for one in found["findings"])
    english = (await caller.get(f"{BASE}/consultations/{first}/lint", **officer)).json()
    assert english["findings"][0]["detail"] != found["findings"][0]["detail"]


async def test_a_deadline_proves_itself(system: System, caller: Caller) -> None:
    consultation_id = await opened(system, TENANT)
    await project(system, TENANT)
    auditor = caller.bearer(TENANT, "auditor")
    [due] = (await caller.get(f"{BASE}/deadlines?state=pending", **auditor)).json()["items"]
    proof = (await caller.get(f"{BASE}/deadlines/{due['deadline_id']}/proof", **auditor)).json()

    assert (due["stream_id"], due["kind"], due["overdue"]) == (str(consultation_id), "window", False)
    assert (proof["due_at"], proof["rule"]) == (due["due_at"], due["rule"])
    assert proof["citation"]
    assert {step["reason"] for step in proof["trace"]} >= {"weekend"}


async def test_a_contribution_is_seen_by_its_author_the_staff_and_once_published_by_all(
    system: System, caller: Caller
) -> None:
    consultation_id = await opened(system, TENANT)
    citizen = caller.token(derived_id("demo", "citizen"))
    sent = await caller.post(
        f"{BASE}/contributions",
        {"consultation_id": str(consultation_id), "language": "sq", "body": "Neni 4", "contributor": {"name": "Agim"}},
        **citizen,
    )
    assert sent.status_code == 201, sent.text
    await project(system, TENANT)
    where, public = sent.headers["location"], f"/v1/public/consultations/{consultation_id}/contributions"

    assert (await caller.get(where, **citizen)).json()["body"] == "Neni 4"
    assert (await caller.get(where, **caller.bearer(TENANT, "auditor"))).status_code == 200
    assert (await caller.get(where, **caller.token())).status_code == 404
    assert len((await caller.get(f"{BASE}/me/contributions", **citizen)).json()["items"]) == 1
    assert (await caller.get(public)).json()["items"] == []

    coordinator = caller.bearer(TENANT, "consultation_coordinator")
    published = await caller.post(f"{where}/publish", {"consultation_id": str(consultation_id)}, **coordinator)
    assert published.status_code == 200, published.text
    await project(system, TENANT)
    [shown] = (await caller.get(public)).json()["items"]
    assert shown["body"] == "Neni 4"
    assert "Agim" not in json.dumps(shown) and "contributor_id" not in shown


async def test_what_is_public_needs_no_token_and_shows_no_draft(system: System, caller: Caller) -> None:
    hidden, shown = await planned(system, TENANT, "I fshehur"), await opened(system, TENANT, "I hapur", "x")
    await project(system, TENANT)
    found = await caller.get("/v1/public/consultations")

    assert [item["consultation_id"] for item in found.json()["items"]] == [str(shown)]
    assert found.headers["cache-control"] == "public, max-age=15"
    assert (await caller.get(f"/v1/public/consultations/{hidden}")).status_code == 404
    one = (await caller.get(f"/v1/public/consultations/{shown}")).json()
    assert (one["tenant"], one["is_open"]) == (TENANT, True)
    assert (await caller.get("/v1/public/consultations?tenant=mesti")).json()["items"] == []
    assert (await caller.get("/v1/public/consultations?tenant=nobody")).status_code == 404
    file = one["documents"][0]["files"][0]["file"]["sha256"]
    assert (await caller.get(f"/v1/public/consultations/{shown}/files/{file}")).content == PDF
    assert (await caller.get(f"/v1/public/consultations/{shown}/files/{'0' * 64}")).status_code == 404


async def test_figures_of_one_and_of_all(system: System, caller: Caller) -> None:
    await opened(system, TENANT)
    await opened(system, "prishtine")
    for tenant in ("opm", TENANT, "prishtine"):
        await project(system, tenant)
    ministry, municipality = [
        (await caller.get(f"/v1/tenants/{slug}/overview", **caller.bearer(slug, "administrator"))).json()
        for slug in (TENANT, "prishtine")
    ]
    nation = (await caller.get("/v1/national/overview", **caller.bearer("opm", "ogg_supervisor"))).json()

    assert (ministry["total"]["open"], ministry["acts"]["administrative_instruction"]) == (1, 1)
    assert (municipality["total"]["open"], municipality["language_parity"]) == (1, {"complete": 1, "opened": 1})
    assert nation["total"]["open"] == 2
    assert nation["positions"][TENANT] == await project(system, TENANT)


async def test_the_feed_begins_where_it_is_told_and_goes_on(system: System, app: Litestar, caller: Caller) -> None:
    await three(system)
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    head = await system.store.head(tenant_id)
    reader = Listener(app, f"{BASE}/events/stream", caller.bearer(TENANT, "auditor") | {"last-event-id": str(head - 2)})
    reading = asyncio.ensure_future(reader.run())
    assert [await reader.frame() for _ in range(2)] == [head - 1, head]

    await planned(system, TENANT, "Ligj i ri", "new")
    assert await reader.frame() == head + 1
    reader.leave()
    await reading
    assert reader.status == 200


async def test_the_feed_knows_positions_only(caller: Caller) -> None:
    auditor = caller.bearer(TENANT, "auditor")
    for sent in ("-1", "x", "1.5", "9" * 30):
        answer = await caller.get(f"{BASE}/events/stream", **auditor, **{"last-event-id": sent})

        assert (answer.status_code, answer.json()["header"]) == (400, "Last-Event-ID")


class Listener:
    """A reader of a stream that never ends: httpx's own transport would wait for the end."""

    def __init__(self, app: Litestar, path: str, headers: dict[str, str]) -> None:
        self.app, self.path, self.headers = app, path, headers
        self.status, self._frames, self._left = 0, asyncio.Queue[int](), asyncio.Event()

    async def run(self) -> None:
        scope: Any = {
            "type": "http",
            "method": "GET",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "server": ("pakt", 80),
            "client": ("127.0.0.1", 1),
            "headers": [(k.encode(), v.encode()) for k, v in self.headers.items()],
            "state": {},
        }
        await self.app(scope, self.receive, self.send)

    async def receive(self) -> Any:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        for line in message.get("body", b"").splitlines():
            if line.startswith(b"id: "):
                self._frames.put_nowait(int(line[4:]))

    async def frame(self) -> int:
        return await asyncio.wait_for(self._frames.get(), 10)

    def leave(self) -> None:
        self._left.set()


async def test_rules_and_calendar_in_force(caller: Caller) -> None:
    auditor = caller.bearer(TENANT, "auditor")
    rules = (await caller.get(f"{BASE}/rules?on=2026-11-23", **auditor)).json()
    assert rules["pack"] == "xk-2026.1"
    assert all(rule["citation"] for rule in rules["rules"])
    days = (await caller.get(f"{BASE}/calendar?year=2026", **auditor)).json()["days"]
    assert "2026-01-01" in {day["day"] for day in days}
    assert (await caller.get(f"{BASE}/rules?on=2026-02-30", **auditor)).status_code == 400


async def test_the_process_says_whether_it_is_ready(app: Litestar, caller: Caller) -> None:
    assert (await caller.get("/healthz")).json() == {"status": "alive"}
    ready = await caller.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (
        200,
        {"draining": "ok", "database": "ok", "schema": "ok", "clock": "ok"},
    )

    app.state.draining = True
    leaving = await caller.get("/readyz")
    assert (leaving.status_code, leaving.json()["status"]) == (503, "not-ready")
    assert Readiness.__struct_fields__ == ("status", "checks")
