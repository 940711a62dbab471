"""Canaries in a call for grants of a sandbox: who applies, who judges, and what they have to do with each other."""

from typing import Any
from uuid import UUID

import msgspec

from domain.grants.commands.application import SubmitApplication
from domain.grants.commands.commission import DeclareInterest, ExtendPool, FormCommission
from domain.organisations.commands import MandateRepresentative, RevokeRepresentative
from domain.tenants.commands import RegisterMember, RevokeMandate
from domain.tenants.membership import member_id
from domain.tenants.seed import tenant_ids
from tests.support.canaries import NATION, Planter, Subject
from tests.support.grant import FORM

SANDBOX = "sandbox-ministry"
DAY = 86_400
WORDS = {code: {"text": "Kulturë"} for code in ("sq", "sr", "tr", "bs", "en")}
JUDGES, NOMINEES = 3, 2
PEOPLE = 1 + JUDGES + NOMINEES


async def plant_in_grants(planter: Planter, subjects: list[Subject]) -> None:
    """Three of them judge what another one applies for, and two more might have."""
    applicant, *others = subjects[: 1 + JUDGES + NOMINEES]
    applicant.tenants += [NATION, SANDBOX]
    for one in others:
        one.tenants.append(SANDBOX)
    call = await _published(planter)
    organisation, application = await _applied(planter, applicant, call)
    await _judged(planter, others[:JUDGES], others[JUDGES:], call, organisation, application)


async def send(planter: Planter, path: str, body: dict[str, Any], headers: dict[str, str]) -> UUID:
    """A command in the sandbox; returns the stream that it was for."""
    return UUID((await planter.post(path, body, headers, SANDBOX))["stream_id"])


async def _published(planter: Planter) -> UUID:
    officer = planter.as_officer("grant_officer", SANDBOX)
    plan = await send(planter, "/funding-plans", {"year": 2030, "title": WORDS}, officer)
    line = {"budget_code": "21200", "purpose": "culture", "title": WORDS, "amount": {"amount": 9_000_000}}
    await send(planter, f"/funding-plans/{plan}/lines", line, officer)
    await send(planter, f"/funding-plans/{plan}/publish", {"decision_no": "1/2030"}, officer)
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
    call = await send(planter, "/grant-calls", draft, officer)
    await send(planter, f"/grant-calls/{call}/form", {"form": msgspec.to_builtins(FORM)}, officer)
    await send(planter, f"/grant-calls/{call}/publish", {"plan_id": str(plan)}, officer)
    return call


async def represent(planter: Planter, subject: Subject) -> UUID:
    """Let somebody act for an organisation of the register; returns which."""
    organisation = UUID(planter.organisation)
    mandate = {
        "person_id": str(subject.id),
        "full_name": subject.word(MandateRepresentative),
        "email": f"{subject.word(MandateRepresentative)}@example.org",
        "legal_basis": "Statuti",
        "valid_from": "2026-01-01",
    }
    supervisor = planter.as_officer("ogg_supervisor", NATION)
    await planter.post(f"/organisations/{organisation}/representatives", mandate, supervisor, NATION)
    return organisation


async def dismiss(planter: Planter, subject: Subject) -> None:
    """Let the representative act for it no longer."""
    organisation, supervisor = planter.organisation, planter.as_officer("ogg_supervisor", NATION)
    state = (await planter.get(f"/aggregates/{organisation}", supervisor, NATION)).json()["state"]
    [given] = [one for one in state["representatives"].values() if one["person_id"] == str(subject.id)]
    ended = {"mandate_id": given["mandate_id"], "reason": subject.word(RevokeRepresentative)}
    await planter.post(f"/organisations/{organisation}/revoke-representative", ended, supervisor, NATION)


async def seat(planter: Planter, subject: Subject, tenant: str = SANDBOX, role: str = "commissioner") -> None:
    """Let somebody judge, there or in the sandbox, or sit where that role does."""
    administrator = planter.as_officer("administrator", tenant)
    name, address = subject.word(RegisterMember), subject.word(RegisterMember)
    body = {"person_id": str(subject.id), "full_name": name, "email": f"{address}@example.org"}
    member = (await planter.post("/members", body, administrator, tenant))["stream_id"]
    grant = {"role": role, "legal_basis": "Vendimi 7/2026", "valid_from": "2026-01-01"}
    await planter.post(f"/members/{member}/mandates", grant, administrator, tenant)


async def unseat(planter: Planter, subject: Subject, tenant: str = SANDBOX) -> None:
    """Let somebody judge or sit there no longer."""
    administrator, member = planter.as_officer("administrator", tenant), member_id(tenant_ids()[tenant], subject.id)
    state = (await planter.get(f"/aggregates/{member}", administrator, tenant)).json()["state"]
    ended = {"mandate_id": next(iter(state["mandates"])), "reason": subject.word(RevokeMandate)}
    await planter.post(f"/members/{member}/revoke-mandate", ended, administrator, tenant)


async def _applied(planter: Planter, subject: Subject, call: UUID) -> tuple[UUID, UUID]:
    """By a representative of an organisation of the register."""
    organisation = await represent(planter, subject)
    headers = planter.as_person(subject.id)
    named = {"call_id": str(call), "organisation_id": str(organisation)}
    application = await send(planter, "/grant-applications", named | {"language": "sq"}, headers)
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
    await send(planter, f"{here}/project", {"call_id": str(call), "project": project}, headers)
    answers = {"summary": "Një festival", "amount": 500_000}
    section = {"call_id": str(call), "form_version": 1, "section": "project", "revision": 0, "answers": answers}
    await send(planter, f"{here}/sections", section, headers)
    await send(planter, f"{here}/sign-off", {}, headers)
    contact = {
        "full_name": subject.word(SubmitApplication),
        "email": f"{subject.word(SubmitApplication)}@example.org",
    }
    await send(planter, f"{here}/submit", named | {"contact": contact}, headers)
    await dismiss(planter, subject)
    return organisation, application


async def _judged(
    planter: Planter,
    judges: list[Subject],
    nominees: list[Subject],
    call: UUID,
    organisation: UUID,
    application: UUID,
) -> None:
    administrator, officer = planter.as_officer("administrator", SANDBOX), planter.as_officer("grant_officer", SANDBOX)
    for one in judges:
        await seat(planter, one)
    people = [{"person_id": str(one.id), "full_name": one.word(FormCommission)} for one in judges]
    formed = {"call_id": str(call), "decision_no": "7/2026", "members": people[:2], "pool": people[2:], "experts": 1}
    commission = await send(planter, "/grant-commissions", formed, officer)
    await send(planter, "/clock/move", {"by": 60 * DAY}, administrator)
    await send(planter, f"/grant-commissions/{commission}/draw-experts", {}, officer)
    further = [{"person_id": str(one.id), "full_name": one.word(ExtendPool)} for one in nominees]
    extended = {"call_id": str(call), "decision_no": "8/2026", "pool": further}
    await send(planter, f"/grant-commissions/{commission}/extend-pool", extended, officer)
    await planter.until(f"/grant-calls/{call}", "closed", officer, SANDBOX)
    check = {"call_id": str(call), "organisation_id": str(organisation), "eligible": True, "gates": {}}
    await send(planter, f"/grant-applications/{application}/check", check, officer)
    await send(planter, f"/grant-calls/{call}/begin-evaluation", {}, officer)
    await send(planter, f"/grant-commissions/{commission}/open-scoring", {"call_id": str(call)}, officer)
    for one in judges:
        declared = {
            "application_id": str(application),
            "organisation_id": str(organisation),
            "interest": "soft",
            "detail": one.word(DeclareInterest),
        }
        await send(planter, f"/grant-commissions/{commission}/interests", declared, planter.as_person(one.id))
        await unseat(planter, one)
