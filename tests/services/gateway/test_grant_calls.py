"""Funding plans and calls over HTTP: drafted, linted, published, clarified, and seen by everybody from then on."""

from typing import Any

from domain.grants.commands import grant_call as c
from domain.grants.vocabulary import ApplicantKind
from services.bootstrap import System
from tests.services.gateway.client import PROBLEM, Caller
from tests.support.grant import FORM, OFFICER, WORDS, drafted_call, planned_funding, published_call
from tests.support.system import project, send

TENANT, OTHER = "mj", "mesti"
BASE, PUBLIC = f"/v1/tenants/{TENANT}", "/v1/public/grant-calls"
TITLE = {code: {"text": "Thirrje", "status": "authentic"} for code in ("sq", "sr", "en")}


async def test_a_plan_and_a_call_are_made_and_read_where_the_answers_say(system: System, caller: Caller) -> None:
    officer = caller.bearer(TENANT, OFFICER)
    plan = await caller.post(f"{BASE}/funding-plans", {"year": 2026, "title": TITLE}, **officer)
    assert plan.status_code == 201, plan.text
    line = {"budget_code": "21200", "purpose": "culture", "title": TITLE, "amount": {"amount": 10_000_000}}
    added = await caller.post(f"{plan.headers['location']}/lines", line, **officer)
    assert added.status_code == 200, added.text
    call = await caller.post(f"{BASE}/grant-calls", {"title": TITLE}, **officer)
    assert call.status_code == 201, call.text
    await project(system, TENANT)

    shown = (await caller.get(plan.headers["location"], **officer)).json()
    assert (shown["state"], shown["lines"][0]["amount"], shown["lines"][0]["called"]["amount"]) == (
        "draft",
        {"amount": 10_000_000, "currency": "EUR"},
        0,
    )
    read = await caller.get(call.headers["location"], **officer)
    assert (read.json()["state"], read.json()["title"], read.headers["etag"][:2]) == ("draft", TITLE, '"1')
    assert read.json().keys() & {"tenant_id", "searched", "form"} == set()
    assert (await caller.get(f"{call.headers['location']}/form", **officer)).status_code == 404


async def test_money_that_cannot_be_meant_changes_nothing(system: System, caller: Caller) -> None:
    officer = caller.bearer(TENANT, OFFICER)
    plan = (await caller.post(f"{BASE}/funding-plans", {"year": 2027, "title": TITLE}, **officer)).json()["stream_id"]
    line: dict[str, Any] = {"budget_code": "1", "purpose": "culture", "title": TITLE}
    for amount, status in (
        ({"amount": 1.5}, 422),
        ({"amount": 100.0}, 422),
        ({"amount": "100"}, 422),
        ({"amount": -1}, 422),
        ({"amount": 0}, 422),
        ({"amount": 1, "currency": "USD"}, 422),
        ({"amount": 2**53}, 400),
    ):
        sent = await caller.post(f"{BASE}/funding-plans/{plan}/lines", line | {"amount": amount}, **officer)
        assert (sent.status_code in {400, status}, sent.headers["content-type"]) == (True, PROBLEM), sent.text
    await project(system, TENANT)
    shown = (await caller.get(f"{BASE}/funding-plans/{plan}", **officer)).json()
    assert (shown["lines"], shown["version"]) == ([], 1)


async def test_the_linter_is_asked_and_nothing_is_recorded(system: System, caller: Caller) -> None:
    plan = await planned_funding(system, TENANT)
    eligible = (ApplicantKind.ORGANISATIONS, ApplicantKind.INDIVIDUALS)
    call_id = await drafted_call(system, TENANT, plan, eligible=eligible)
    officer = caller.bearer(TENANT, OFFICER)
    in_albanian = officer | {"accept-language": "sq"}

    asked = await caller.get(f"{BASE}/grant-calls/{call_id}/lint", **in_albanian)
    assert asked.status_code == 200, asked.text
    found = asked.json()
    assert (found["lawful"], found["version"]) == (False, 2)
    [finding] = found["findings"]
    assert (finding["code"], finding["pointer"]) == ("individuals-eligible", "/eligible/1")
    assert finding["citation"].endswith("Art. 3 §1.6")
    assert finding["detail"].startswith("Individët nuk mund")

    refused = await caller.post(f"{BASE}/grant-calls/{call_id}/publish", {"plan_id": str(plan[0])}, **in_albanian)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/not-lawful")
    assert refused.json()["findings"] == found["findings"]
    amend = {"eligible": ["organisations"]}
    amended = await caller.post(f"{BASE}/grant-calls/{call_id}/amend", amend, **officer)
    assert amended.status_code == 200, amended.text
    before = int(amended.headers["pakt-position"]) - 1
    now = (await caller.get(f"{BASE}/grant-calls/{call_id}/lint", **officer)).json()
    assert (now["lawful"], now["findings"], now["version"]) == (True, [], 3)
    then = (await caller.get(f"{BASE}/grant-calls/{call_id}/lint?as_of={before}", **officer)).json()
    assert then["version"] == 2
    assert (await caller.get(f"{BASE}/grant-calls/{call_id}/lint", **caller.bearer(OTHER, OFFICER))).status_code == 404


async def test_two_calls_do_not_take_the_same_money(system: System, caller: Caller) -> None:
    plan = await planned_funding(system, TENANT)
    first, second = [await drafted_call(system, TENANT, plan, key=n) for n in range(2)]
    await send(system, TENANT, OFFICER, c.PublishCall(plan_id=plan[0]), first)
    officer = caller.bearer(TENANT, OFFICER)

    asked = (await caller.get(f"{BASE}/grant-calls/{second}/lint", **officer)).json()
    assert [one["code"] for one in asked["findings"]] == ["budget-over-balance"]
    refused = await caller.post(f"{BASE}/grant-calls/{second}/publish", {"plan_id": str(plan[0])}, **officer)
    assert refused.status_code == 422, refused.text
    less = {"line_id": str(plan[1]), "amount": {"amount": 5_999_999}, "reason": TITLE}
    kept = await caller.post(f"{BASE}/funding-plans/{plan[0]}/change-line", less, **officer)
    assert (kept.status_code, kept.json()["rule"]) == (422, "grant.plan.line_committed")

    await send(system, TENANT, OFFICER, c.CancelCall(reason=WORDS), first)
    done = await caller.post(f"{BASE}/grant-calls/{second}/publish", {"plan_id": str(plan[0])}, **officer)
    assert done.status_code == 200, done.text
    await project(system, TENANT)
    [shown] = (await caller.get(f"/v1/public/funding-plans?tenant={TENANT}")).json()["items"]
    assert (shown["lines"][0]["called"]["amount"], [one["call_id"] for one in shown["lines"][0]["calls"]]) == (
        6_000_000,
        [str(second)],
    )


async def test_a_form_is_refused_at_the_field_that_nobody_could_check(system: System, caller: Caller) -> None:
    officer = caller.bearer(TENANT, OFFICER)
    call = (await caller.post(f"{BASE}/grant-calls", {"title": TITLE}, **officer)).json()["stream_id"]
    asked = {"code": "phone", "label": TITLE, "json_schema": {"type": "string", "pattern": "^(a+)+$", "maxLength": 9}}
    form = {"sections": [{"code": "a", "title": TITLE, "fields": [asked]}]}

    refused = await caller.post(
        f"{BASE}/grant-calls/{call}/form", {"form": form}, **officer, **{"accept-language": "sr"}
    )
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["pointer"] == "/form/sections/0/fields/0/json_schema/pattern"
    assert error["detail"].startswith("Obrazac teksta")
    remote = {**asked, "json_schema": {"$ref": "https://example.org/schema.json"}}
    form["sections"][0]["fields"] = [remote]
    assert (await caller.post(f"{BASE}/grant-calls/{call}/form", {"form": form}, **officer)).status_code == 422


async def test_what_is_published_is_public_with_its_form_and_clarifications(system: System, caller: Caller) -> None:
    call_id = await published_call(system, TENANT)
    hidden = await drafted_call(system, TENANT, await planned_funding(system, TENANT, 2027))
    clarify = c.IssueClarification(question=WORDS, answer=WORDS)
    await send(system, TENANT, OFFICER, clarify, call_id)
    await project(system, TENANT)

    listed = (await caller.get(PUBLIC)).json()["items"]
    assert [(one["call_id"], one["tenant"], one["state"], one["is_open"]) for one in listed] == [
        (str(call_id), TENANT, "published", True)
    ]
    shown = (await caller.get(f"{PUBLIC}/{call_id}")).json()
    assert [one["weight"] for one in shown["facts"]["criteria"]] == [400_000, 600_000]
    assert len(shown["clarifications"]) == 1
    assert shown.keys() & {"lint_errors", "searched", "form"} == set()
    form = (await caller.get(f"{PUBLIC}/{call_id}/form")).json()
    assert (form["form_version"], len(form["form"]["sections"])) == (1, len(FORM.sections))
    assert form["json_schema"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert form["json_schema"]["required"] == ["project"]
    for path in (f"{PUBLIC}/{hidden}", f"{PUBLIC}/{hidden}/form"):
        assert (await caller.get(path)).status_code == 404, path
    assert (await caller.get(f"{PUBLIC}?purpose=sport")).json()["items"] == []
    assert (await caller.get(f"{PUBLIC}?plan_id={hidden}")).status_code == 400, "no filter of the public"
    officer = caller.bearer(TENANT, OFFICER)
    frozen = await caller.post(f"{BASE}/grant-calls/{call_id}/amend", {"open_days": 99}, **officer)
    assert (frozen.status_code, frozen.json()["type"]) == (409, "/problems/illegal-transition")


async def test_only_those_who_may_draft_and_void(system: System, caller: Caller) -> None:
    call_id = await published_call(system, TENANT)
    void = {"decision_no": "9/2026", "reason": TITLE}

    for role, status in (("drafting_officer", 403), ("auditor", 403), (OFFICER, 201)):
        sent = await caller.post(f"{BASE}/grant-calls", {"title": TITLE}, **caller.bearer(TENANT, role))
        assert sent.status_code == status, role
    for role, status in ((OFFICER, 403), ("legal_officer", 200)):
        sent = await caller.post(f"{BASE}/grant-calls/{call_id}/void", void, **caller.bearer(TENANT, role))
        assert sent.status_code == status, role


async def test_the_report_on_a_plan_is_everybodys_and_no_other_file(system: System, caller: Caller) -> None:
    plan_id, _ = await planned_funding(system, TENANT, 2020)
    officer = caller.bearer(TENANT, OFFICER)
    uploads = [
        (await caller.client.post(f"{BASE}/files", content=data, headers=officer | {"content-type": "application/pdf"}))
        for data in (b"%PDF-1.7\nraporti\n", b"%PDF-1.7\nsekret\n")
    ]
    shown, secret = [one.json() for one in uploads]
    files = [{"language": code, "file": shown | {"file_name": "raporti.pdf"}} for code in ("sq", "sr")]
    report = {"files": files, "summary": TITLE}
    sent = await caller.post(f"{BASE}/funding-plans/{plan_id}/report", report, **officer)
    assert sent.status_code == 200, sent.text
    await project(system, TENANT)

    where = f"/v1/public/funding-plans/{plan_id}"
    public = (await caller.get(where)).json()
    assert (public["state"], public["report"]["late"], len(public["report"]["files"])) == ("reported", True, 2)
    got = await caller.get(f"{where}/files/{shown['sha256']}")
    assert (got.status_code, got.content) == (200, b"%PDF-1.7\nraporti\n")
    assert (await caller.get(f"{where}/files/{secret['sha256']}")).status_code == 404
    call_id = await published_call(system, TENANT)
    await project(system, TENANT)
    assert (await caller.get(f"{PUBLIC}/{call_id}/files/{shown['sha256']}")).status_code == 404, "it has no report"
