"""Applications for grants brought to where tests need them: by delegates and members over HTTP, the clock set forward."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.grants.commands import application as a
from domain.grants.commands import commission as k
from domain.grants.commands import grant_call as c
from domain.grants.commands import ranking as r
from domain.grants.grant_call import GrantCall
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.organisations.seed import DEMO_ORGANISATIONS
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import Nominee
from domain.tenants.commands import GrantMandate, RegisterMember
from domain.tenants.membership import member_id
from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from services.bootstrap import System
from services.command_handling.request import Principal, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.services.gateway.client import Caller
from tests.support.consultation import state
from tests.support.grant import OFFICER
from tests.support.system import project, send

TENANT = "mj"
BASE = f"/v1/tenants/{TENANT}"
YOUTH, BRIDGE = DEMO_ORGANISATIONS
SECRET = "Tri net muzike ne kalane e Prizrenit"
"""What the application of one organisation says, and nobody else is to read before it is submitted."""
JUDGES = tuple(derived_id("test", "judge", n) for n in range(3))
SALT = "5a" * 16
GOOD = {"relevance": 36, "capacity": 54}


async def begun(caller: Caller, call_id: UUID, organisation: Any = YOUTH) -> str:
    """A draft of the organisation, with a project and answers."""
    delegate = caller.token(organisation.person.person_id)
    draft = {"call_id": str(call_id), "organisation_id": str(organisation.organisation_id), "language": "sq"}
    made = await caller.post(f"{BASE}/grant-applications", draft, **delegate)
    assert made.status_code == 201, made.text
    where = f"{BASE}/grant-applications/{made.json()['stream_id']}"
    for path, body in (("project", described()), ("sections", answered())):
        done = await caller.post(f"{where}/{path}", {"call_id": str(call_id), **body}, **delegate)
        assert done.status_code == 200, done.text
    return str(made.json()["stream_id"])


def described() -> dict[str, Any]:
    """The body that describes a project of 4,500 euro."""
    project: dict[str, Any] = {
        "title": "Festivali",
        "activity": SECRET,
        "purpose": "culture",
        "starts_on": "2026-09-01",
        "ends_on": "2026-12-31",
        "costs": [{"code": "stage", "title": "Skena", "kind": "activities", "amount": {"amount": 450_000}}],
        "requested": {"amount": 450_000},
    }
    return {"project": project}


def answered(revision: int = 0, summary: str = SECRET) -> dict[str, Any]:
    """The body that saves the one section of the form."""
    answers = {"summary": summary, "amount": 450_000}
    return {"form_version": 1, "section": "project", "revision": revision, "answers": answers}


async def submitted(caller: Caller, call_id: UUID, organisation: Any = YOUTH) -> tuple[str, str]:
    """A submitted application: its id and the code on its receipt."""
    made = await begun(caller, call_id, organisation)
    delegate = caller.token(organisation.person.person_id)
    where = f"{BASE}/grant-applications/{made}"
    assert (await caller.post(f"{where}/sign-off", {}, **delegate)).status_code == 200
    ids = {"call_id": str(call_id), "organisation_id": str(organisation.organisation_id)}
    sent = await caller.post(f"{where}/submit", ids, **delegate)
    assert sent.status_code == 200, sent.text
    return made, str(sent.json()["receipt_code"])


async def closed(system: System, clock: FixedClock, call_id: UUID) -> None:
    """The time to apply is over, and the clock says so."""
    found = await state(system, TENANT, GrantCall, call_id)
    clock.at = found.ends_at() + timedelta(minutes=1)
    await by_system(system, c.CloseCall(), call_id)


async def by_system(system: System, command: Command, stream_id: UUID) -> None:
    """A command that the clock sends."""
    principal = Principal(derived_id("system", Role.CLOCK), system_role=Role.CLOCK)
    command_id = derived_id("test", "clock", command.name, stream_id)
    await system.handler.execute(Request(TENANT, command, command_id, principal, stream_id=stream_id))


async def seated(system: System, person_id: UUID) -> None:
    """Give the person a mandate as a member of commissions."""
    stream_id = member_id(tenant_ids()[TENANT], person_id)
    register = RegisterMember(person_id=person_id, full_name="Anëtar Komisioni", email="anetar@example.org")
    mandate = GrantMandate(role=Role.COMMISSIONER, legal_basis="Vendimi 7/2026", valid_from=date(2026, 1, 1))
    for command in (register, mandate):
        await send(system, TENANT, "administrator", command, stream_id)


async def at_work(system: System, clock: FixedClock, call_id: UUID, *applications: str) -> UUID:
    """The call is evaluated by a commission of three, and all applications are with it."""
    await closed(system, clock, call_id)
    for person_id in JUDGES:
        await seated(system, person_id)
    people = [Nominee(person_id=one, full_name="Anëtar Komisioni") for one in JUDGES]
    form = k.FormCommission(
        call_id=call_id, decision_no="7/2026", members=tuple(people[:2]), pool=tuple(people[2:]), experts=1
    )
    commission_id = (await send(system, TENANT, OFFICER, form)).stream_id
    await send(system, TENANT, OFFICER, k.DrawExperts(), commission_id)
    for one, organisation in zip(applications, DEMO_ORGANISATIONS, strict=False):
        check = a.CheckApplication(
            call_id=call_id, organisation_id=organisation.organisation_id, eligible=True, gates={}
        )
        await send(system, TENANT, OFFICER, check, UUID(one))
    await send(system, TENANT, OFFICER, c.BeginEvaluation(), call_id)
    await send(system, TENANT, OFFICER, k.OpenScoring(call_id=call_id), commission_id)
    await project(system, TENANT)
    return commission_id


async def declare(caller: Caller, commission: UUID, person: UUID, application: str, **said: Any) -> None:
    """A member says what they have to do with the applicant; nothing, unless told otherwise."""
    body = {"application_id": application, "organisation_id": str(YOUTH.organisation_id), "interest": "none"} | said
    sent = await caller.post(f"{BASE}/grant-commissions/{commission}/interests", body, **caller.token(person))
    assert sent.status_code == 200, sent.text


async def commit(caller: Caller, commission: UUID, person: UUID, application: str) -> None:
    """A member seals good points."""
    sealed = commitment(UUID(application), person, GOOD, SALT)
    body = {
        "application_id": application,
        "organisation_id": str(YOUTH.organisation_id),
        "commitment": sealed,
    }
    sent = await caller.post(f"{BASE}/grant-commissions/{commission}/commitments", body, **caller.token(person))
    assert sent.status_code == 200, sent.text


def shown_score(call_id: UUID, application: str) -> dict[str, Any]:
    """The body that opens what was sealed."""
    return {"call_id": str(call_id), "application_id": application, "points": GOOD, "salt": SALT}


async def ranked(system: System, caller: Caller, call_id: UUID, commission: UUID, application: str) -> None:
    """All seal and open their points, and the provisional ranking is public."""
    for person in JUDGES:
        await declare(caller, commission, person, application)
        await commit(caller, commission, person, application)
    for person in JUDGES:
        body = shown_score(call_id, application)
        sent = await caller.post(f"{BASE}/grant-commissions/{commission}/scores", body, **caller.token(person))
        assert sent.status_code == 200, sent.text
    await send(system, TENANT, OFFICER, k.CloseScoring(call_id=call_id), commission)
    await send(system, TENANT, OFFICER, r.PublishProvisionalRanking(commission_id=commission), call_id)
    await project(system, TENANT)


async def agreed(
    system: System, caller: Caller, clock: FixedClock, call_id: UUID, commission: UUID, application: str
) -> str:
    """The ranking is final, and the agreement on the award is drawn up; its address."""
    clock.at += timedelta(days=60)
    await send(system, TENANT, OFFICER, r.PublishFinalRanking(commission_id=commission), call_id)
    await Policies(system, Failures(system.engine.connections, system.auditing)).run_once()
    body = {
        "call_id": str(call_id),
        "application_id": application,
        "instalments": [
            {"number": 1, "amount": {"amount": 300_000}, "payable_from": "2026-09-01"},
            {"number": 2, "amount": {"amount": 150_000}, "payable_from": "2026-12-31", "after_report": 1},
        ],
        "reports": [{"number": 1, "kind": "final", "starts_on": "2026-09-01", "ends_on": "2026-12-31"}],
    }
    made = await caller.post(f"{BASE}/grant-agreements", body, **caller.bearer(TENANT, OFFICER))
    assert made.status_code == 201, made.text
    await project(system, TENANT)
    return str(made.headers["location"])
