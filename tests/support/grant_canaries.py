"""Canaries in a call for grants of a sandbox: who applies, who judges, and what they have to do with each other."""

from typing import Any
from uuid import UUID

import msgspec

from domain.grants.commands.application import SubmitApplication
from domain.grants.commands.commission import DeclareInterest, FormCommission
from domain.organisations.commands import MandateRepresentative, RevokeRepresentative
from domain.tenants.commands import RegisterMember, RevokeMandate
from domain.tenants.membership import member_id
from domain.tenants.seed import tenant_ids
from tests.support.canaries import NATION, Planter, Subject
from tests.support.grant import FORM

SANDBOX = "sandbox-ministry"
DAY = 86_400
WORDS = {code: {"text": "Kulturë"} for code in ("sq", "sr", "tr", "bs", "en")}
JUDGES = 3


async def plant_in_grants(planter: Planter, subjects: list[Subject]) -> None:
    """Three of them judge what another one applies for."""
    applicant, *judges = subjects[: JUDGES + 1]
    applicant.tenants += [NATION, SANDBOX]
    for one in judges:
        one.tenants.append(SANDBOX)
    call = await _published(planter)
    organisation, application = await _applied(planter, applicant, call)
    await _judged(planter, judges, call, organisation, application)


async def _send(planter: Planter, path: str, body: dict[str, Any], headers: dict[str, str]) -> UUID:
    return UUID((await planter.post(path, body, headers, SANDBOX))["stream_id"])


async def _published(planter: Planter) -> UUID:
    officer = planter.as_officer("grant_officer", SANDBOX)
    plan = await _send(planter, "/funding-plans", {"year": 2030, "title": WORDS}, officer)
    line = {"budget_code": "21200", "purpose": "culture", "title": WORDS, "amount": {"amount": 9_000_000}}
    await _send(planter, f"/funding-plans/{plan}/lines", line, officer)
    await _send(planter, f"/funding-plans/{plan}/publish", {"decision_no": "1/2030"}, officer)
    state = (await planter.get(f"/aggregates/{plan}", planter.as_officer("administrator", SANDBOX), SANDBOX)).json()
    line_id = next(iter(state["state"]["lines"]))
    draft = {
        "title": WORDS,
        "summary": WORDS,
        "purpose": "culture",
        "plan": {"plan_id": str(plan), "lines": [{"line_id": line_id, "amount": {"amount": 6_000_000}}]},
        "budget": {"amount": 6_000_000},
        "award_max": {"amount": 1_000_000},
        "eligible": ["organisations"],
        "criteria": [{"code": "merit", "title": WORDS, "weight": 1_000_000, "max_points": 100}],
        "indirect_cost_cap": 70_000,
        "external_experts": 1,
        "aggregation": "mean",
        "tie_rules": ["lot"],
        "contact": {"office": "Zyra", "email": "zyra@example.org"},
    }
    call = await _send(planter, "/grant-calls", draft, officer)
    await _send(planter, f"/grant-calls/{call}/form", {"form": msgspec.to_builtins(FORM)}, officer)
    await _send(planter, f"/grant-calls/{call}/publish", {"plan_id": str(plan)}, officer)
    return call


async def _applied(planter: Planter, subject: Subject, call: UUID) -> tuple[UUID, UUID]:
    """By a representative of an organisation of the register."""
    organisation = UUID(planter.organisation)
    supervisor = planter.as_officer("ogg_supervisor", NATION)
    mandate = {
        "person_id": str(subject.id),
        "full_name": subject.word(MandateRepresentative),
        "email": f"{subject.word(MandateRepresentative)}@example.org",
        "legal_basis": "Statuti",
        "valid_from": "2026-01-01",
    }
    await planter.post(f"/organisations/{organisation}/representatives", mandate, supervisor, NATION)
    headers = planter.as_person(subject.id)
    named = {"call_id": str(call), "organisation_id": str(organisation)}
    application = await _send(planter, "/grant-applications", named | {"language": "sq"}, headers)
    here, costs = f"/grant-applications/{application}", {"amount": 500_000}
    project = {
        "title": "Festival",
        "activity": "Tri ditë muzikë.",
        "purpose": "culture",
        "starts_on": "2030-07-01",
        "ends_on": "2030-12-31",
        "costs": [{"code": "stage", "title": "Skena", "kind": "activities", "amount": costs}],
        "requested": costs,
    }
    await _send(planter, f"{here}/project", {"call_id": str(call), "project": project}, headers)
    answers = {"summary": "Një festival", "amount": 500_000}
    section = {"call_id": str(call), "form_version": 1, "section": "project", "revision": 0, "answers": answers}
    await _send(planter, f"{here}/sections", section, headers)
    await _send(planter, f"{here}/sign-off", {}, headers)
    contact = {
        "full_name": subject.word(SubmitApplication),
        "email": f"{subject.word(SubmitApplication)}@example.org",
    }
    await _send(planter, f"{here}/submit", named | {"contact": contact}, headers)
    state = (await planter.get(f"/aggregates/{organisation}", supervisor, NATION)).json()["state"]
    [given] = [one for one in state["representatives"].values() if one["person_id"] == str(subject.id)]
    ended = {"mandate_id": given["mandate_id"], "reason": subject.word(RevokeRepresentative)}
    await planter.post(f"/organisations/{organisation}/revoke-representative", ended, supervisor, NATION)
    return organisation, application


async def _judged(planter: Planter, judges: list[Subject], call: UUID, organisation: UUID, application: UUID) -> None:
    administrator, officer = planter.as_officer("administrator", SANDBOX), planter.as_officer("grant_officer", SANDBOX)
    for one in judges:
        name, address = one.word(RegisterMember), one.word(RegisterMember)
        body = {"person_id": str(one.id), "full_name": name, "email": f"{address}@example.org"}
        member = await _send(planter, "/members", body, administrator)
        grant = {"role": "commissioner", "legal_basis": "Vendimi 7/2026", "valid_from": "2026-01-01"}
        await _send(planter, f"/members/{member}/mandates", grant, administrator)
    people = [{"person_id": str(one.id), "full_name": one.word(FormCommission)} for one in judges]
    formed = {"call_id": str(call), "decision_no": "7/2026", "members": people[:2], "pool": people[2:], "experts": 1}
    commission = await _send(planter, "/grant-commissions", formed, officer)
    await _send(planter, "/clock/move", {"by": 60 * DAY}, administrator)
    await _send(planter, f"/grant-commissions/{commission}/draw-experts", {}, officer)
    await planter.until(f"/grant-calls/{call}", "closed", officer, SANDBOX)
    check = {"call_id": str(call), "organisation_id": str(organisation), "eligible": True, "gates": {}}
    await _send(planter, f"/grant-applications/{application}/check", check, officer)
    await _send(planter, f"/grant-calls/{call}/begin-evaluation", {}, officer)
    await _send(planter, f"/grant-commissions/{commission}/open-scoring", {"call_id": str(call)}, officer)
    for one in judges:
        declared = {
            "application_id": str(application),
            "organisation_id": str(organisation),
            "interest": "soft",
            "detail": one.word(DeclareInterest),
        }
        await _send(planter, f"/grant-commissions/{commission}/interests", declared, planter.as_person(one.id))
        member = member_id(tenant_ids()[SANDBOX], one.id)
        state = (await planter.get(f"/aggregates/{member}", administrator, SANDBOX)).json()["state"]
        ended = {"mandate_id": next(iter(state["mandates"])), "reason": one.word(RevokeMandate)}
        await _send(planter, f"/members/{member}/revoke-mandate", ended, administrator)
