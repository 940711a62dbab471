"""Canaries in a call for a service of a sandbox: who bids, who evaluates, and what they have to do with each other."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain.contracts.commands.evaluation import AppointAlternates, AppointEvaluators, DeclareBidInterest
from domain.kernel.canonical import canonical
from domain.kernel.deadline import local_day
from tests.support.canaries import NATION, Planter, Subject
from tests.support.grant_canaries import DAY, SANDBOX, WORDS, dismiss, represent, seat, send, unseat

ISSUER = "mflt"
SALT = "ab" * 16
EVALUATORS = 3
CONTENT = {"prices": [{"code": "days", "price": 1_500}], "statement": "Kopshti"}


async def plant_in_services(planter: Planter, subjects: list[Subject]) -> None:
    """Three of them evaluate what another one bids, and a fifth might have."""
    bidder, alternate, *evaluators = subjects[: 2 + EVALUATORS]
    bidder.tenants.append(NATION)
    for one in (alternate, *evaluators):
        one.tenants.append(SANDBOX)
    organisation = await represent(planter, bidder)
    await _licensed(planter, bidder, organisation)
    call = await _published(planter)
    bid = await _bid(planter, bidder, organisation, call)
    await _evaluated(planter, evaluators, alternate, call, organisation, bid)
    await dismiss(planter, bidder)


async def _licensed(planter: Planter, bidder: Subject, organisation: UUID) -> None:
    """By a ministry, since a sandbox's licences stay there."""
    inspector, today = planter.as_officer("licensing_inspector", ISSUER), local_day(datetime.now(UTC))
    term = {
        "places": ["prizren"],
        "capacity": 20,
        "staff": [{"role": "caregiver", "qualification": "care_certificate", "people": 4}],
    }
    asked = {"organisation_id": str(organisation), "service": "day_care"} | term
    licence = (await planter.post("/licences", asked, planter.as_person(bidder.id), ISSUER))["stream_id"]
    seen = {"inspected_on": today.isoformat(), "passed": True, "capacity": 20, "findings": WORDS}
    await planter.post(f"/licences/{licence}/inspections", seen, inspector, ISSUER)
    days = {"valid_from": today.isoformat(), "valid_until": (today + timedelta(days=700)).isoformat()}
    granted = {"organisation_id": str(organisation), "decision_no": "12/2027", "term": days | term}
    await planter.post(f"/licences/{licence}/grant", granted, inspector, ISSUER)


async def _published(planter: Planter) -> UUID:
    officer, first = (
        planter.as_officer("procurement_officer", SANDBOX),
        local_day(datetime.now(UTC)) + timedelta(days=200),
    )
    line = {"code": "days", "title": WORDS, "unit": "child_day", "quantity": 400}
    of = {"title": WORDS, "service": "day_care", "places": ["prizren"], "lines": [line]}
    assessed = of | {"description": WORDS, "year": 2030, "beneficiaries": 30}
    assessed |= {"estimate": {"amount": 800_000}, "budget_code": "13450"}
    need = await send(planter, "/service-needs", assessed, officer)
    await send(planter, f"/service-needs/{need}/approve", {"decision_no": "20/2030"}, officer)
    called = of | {
        "summary": WORDS,
        "need_id": str(need),
        "mode": "open",
        "first_day": first.isoformat(),
        "last_day": (first + timedelta(days=29)).isoformat(),
        "budget": {"amount": 800_000},
        "criteria": [
            {"code": "quality", "title": WORDS, "weight": 600_000, "max_points": 50},
            {"code": "price", "kind": "price", "title": WORDS, "weight": 400_000, "max_points": 50},
        ],
        "aggregation": "mean",
        "tie_rules": ["lot"],
        "contact": {"office": "Zyra", "email": "zyra@example.org"},
    }
    call = await send(planter, "/service-calls", called, officer)
    await send(planter, f"/service-calls/{call}/publish", {"need_id": str(need)}, officer)
    return call


async def _bid(planter: Planter, bidder: Subject, organisation: UUID, call: UUID) -> UUID:
    """Sealed, and opened once the call is closed; qualified by the licence."""
    officer, headers = planter.as_officer("procurement_officer", SANDBOX), planter.as_person(bidder.id)
    named = {"call_id": str(call), "organisation_id": str(organisation)}
    sealed = sha256(f"{call}:{organisation}:".encode() + canonical(CONTENT) + f":{SALT}".encode()).hexdigest()
    bid = await send(planter, "/service-bids", named | {"commitment": sealed, "language": "sq"}, headers)
    await send(planter, "/clock/move", {"by": 25 * DAY}, planter.as_officer("administrator", SANDBOX))
    await planter.until(f"/service-calls/{call}", "closed", officer, SANDBOX)
    shown = {"call_id": str(call), "content": CONTENT, "salt": SALT}
    await send(planter, f"/service-bids/{bid}/open", shown, headers)
    await send(planter, f"/service-calls/{call}/begin-qualification", {}, officer)
    await send(planter, f"/service-bids/{bid}/qualify", named, officer)
    await send(planter, f"/service-calls/{call}/begin-evaluation", {}, officer)
    return bid


async def _evaluated(
    planter: Planter, evaluators: list[Subject], alternate: Subject, call: UUID, organisation: UUID, bid: UUID
) -> None:
    officer = planter.as_officer("procurement_officer", SANDBOX)
    for one in evaluators:
        await seat(planter, one)
    people = [{"person_id": str(one.id), "full_name": one.word(AppointEvaluators)} for one in evaluators]
    appointed = {"call_id": str(call), "decision_no": "21/2030", "evaluators": people}
    evaluation = await send(planter, "/service-evaluations", appointed, officer)
    further = [{"person_id": str(alternate.id), "full_name": alternate.word(AppointAlternates)}]
    more = {"decision_no": "22/2030", "alternates": further}
    await send(planter, f"/service-evaluations/{evaluation}/alternates", more, officer)
    await send(planter, f"/service-evaluations/{evaluation}/open-scoring", {"call_id": str(call)}, officer)
    for one in evaluators:
        declared = {
            "bid_id": str(bid),
            "organisation_id": str(organisation),
            "interest": "soft",
            "detail": one.word(DeclareBidInterest),
        }
        await send(planter, f"/service-evaluations/{evaluation}/interests", declared, planter.as_person(one.id))
        await unseat(planter, one)
