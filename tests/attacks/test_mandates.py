"""Rights that were lost, rights of several organisations, and what a refusal may tell."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from domain.catalogue import DOMAINS
from domain.kernel.errors import NotPermitted
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.tenants import commands as t
from domain.tenants.membership import member_id
from infra.eventstore.codec import decode_metadata
from services.bootstrap import System
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Principal, Request
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened, planned, stored_files
from tests.support.system import send

TENANT = "mj"
BASE = f"/v1/tenants/{TENANT}"
PERSON, COLLEAGUE = derived_id("test", "person"), derived_id("test", "colleague")
ONE, TWO = derived_id("test", "organisation", 1), derived_id("test", "organisation", 2)


async def grant(system: System, person_id: UUID, *organisations: UUID) -> None:
    """Make somebody a delegate of these organisations, in this order."""
    register = t.RegisterMember(person_id=person_id, full_name="Besa Gashi", email="besa@example.org")
    member = (await send(system, TENANT, "administrator", register)).stream_id
    for one in organisations:
        await send(
            system,
            TENANT,
            "administrator",
            t.GrantMandate(
                role=Role.CSO_DELEGATE, legal_basis="x", valid_from=system.clock.now().date(), organisation_id=one
            ),
            member,
        )


async def revoke(system: System, tenant: str, person_id: UUID) -> None:
    """Take every mandate away."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    member = (await system.handler.authority.of(tenant_id)).members[person_id]
    for mandate_id in list(member.mandates):
        command = t.RevokeMandate(mandate_id=mandate_id, reason="x")
        await send(system, tenant, "administrator", command, member_id(tenant_id, person_id))


def said(consultation_id: UUID, **more: Any) -> dict[str, Any]:
    return {"consultation_id": str(consultation_id), "language": "sq", "body": "Neni 4."} | more


async def drafted(caller: Caller, person_id: UUID, consultation_id: UUID, organisation_id: UUID) -> str:
    body = said(consultation_id, organisation_id=str(organisation_id))
    answer = await caller.post(f"{BASE}/contributions/drafts", body, **caller.token(person_id))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["stream_id"]
    return found


async def on_behalf_of(system: System, answer: httpx.Response) -> UUID | None:
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    stored = await system.store.read_stream(tenant_id, UUID(answer.json()["stream_id"]))
    return decode_metadata(stored[-1].metadata).on_behalf_of


async def test_a_delegate_who_speaks_for_himself_is_not_on_record_as_speaking_for_the_organisation(
    system: System, caller: Caller
) -> None:
    consultation_id = await opened(system, TENANT)
    await grant(system, PERSON, ONE)
    mine = await caller.post(f"{BASE}/contributions", said(consultation_id), **caller.token(PERSON))
    ours = said(consultation_id, organisation_id=str(ONE))
    theirs = await caller.post(f"{BASE}/contributions", ours, **caller.token(PERSON))

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert await on_behalf_of(system, mine) is None
    assert await on_behalf_of(system, theirs) == ONE


async def test_a_delegate_of_two_organisations_goes_on_with_the_work_of_either(system: System, caller: Caller) -> None:
    consultation_id = await opened(system, TENANT)
    await grant(system, PERSON, ONE, TWO)
    await grant(system, COLLEAGUE, ONE, TWO)
    for organisation in (ONE, TWO):
        draft = await drafted(caller, PERSON, consultation_id, organisation)
        sent = await caller.post(
            f"{BASE}/contributions/{draft}/submit",
            {"consultation_id": str(consultation_id)},
            **caller.token(COLLEAGUE),
        )

        assert sent.status_code == 200, sent.text
        assert await on_behalf_of(system, sent) == organisation


async def test_a_delegate_whose_mandate_was_revoked_submits_nothing_for_the_organisation(
    system: System, caller: Caller
) -> None:
    consultation_id = await opened(system, TENANT)
    await grant(system, PERSON, ONE)
    draft = await drafted(caller, PERSON, consultation_id, ONE)
    await revoke(system, TENANT, PERSON)
    sent = await caller.post(
        f"{BASE}/contributions/{draft}/submit", {"consultation_id": str(consultation_id)}, **caller.token(PERSON)
    )

    assert (sent.status_code, sent.json().get("rule")) == (422, "contribution.mandate")


@pytest.mark.parametrize(
    ("action", "body"), [("revise", {"language": "sq", "body": "x"}), ("dispute", {"language": "sq", "grounds": "x"})]
)
async def test_a_stale_version_does_not_tell_a_stranger_that_something_is_there(
    system: System, caller: Caller, action: str, body: dict[str, str]
) -> None:
    consultation_id = await opened(system, TENANT)
    route = "contributions/drafts" if action == "revise" else "contributions"
    there = await caller.post(f"{BASE}/{route}", said(consultation_id), **caller.token(PERSON))
    found = []
    for stream in (there.json()["stream_id"], str(derived_id("test", "nothing"))):
        answer = await caller.post(
            f"{BASE}/contributions/{stream}/{action}", body, **caller.token(), **{"if-match": '"7"'}
        )
        found.append((answer.status_code, {k: v for k, v in answer.json().items() if k != "instance"}))

    assert found[0] == found[1]
    assert found[0][0] == 404
    mine = await caller.post(
        f"{BASE}/contributions/{there.json()['stream_id']}/{action}",
        body,
        **caller.token(PERSON),
        **{"if-match": '"7"'},
    )
    assert mine.status_code == 412


async def test_a_supervisor_whose_mandate_was_revoked_elsewhere_does_nothing_more_in_any_tenant(
    system: System,
) -> None:
    other = CommandHandler(system.store, system.registry, DOMAINS, system.vault, system.clock)

    async def register(n: int) -> None:
        person = derived_id("test", "member", n)
        command = t.RegisterMember(person_id=person, full_name="A B", email="a@example.org")
        await other.execute(Request(TENANT, command, derived_id("test", n), Principal(PERSON)))

    member = t.RegisterMember(person_id=PERSON, full_name="Besa Gashi", email="besa@example.org")
    stream_id = (await send(system, "opm", "administrator", member)).stream_id
    mandate = t.GrantMandate(role=Role.OGG_SUPERVISOR, legal_basis="x", valid_from=system.clock.now().date())
    await send(system, "opm", "administrator", mandate, stream_id)
    await register(1)
    await revoke(system, "opm", PERSON)

    with pytest.raises(NotPermitted):
        await register(2)


async def test_the_repeat_of_what_was_done_is_answered_after_the_mandate_ended(system: System, caller: Caller) -> None:
    consultation_id = await planned(system, TENANT)
    register = t.RegisterMember(person_id=PERSON, full_name="Besa Gashi", email="besa@example.org")
    member = (await send(system, TENANT, "administrator", register)).stream_id
    mandate = t.GrantMandate(role=Role.DRAFTING_OFFICER, legal_basis="x", valid_from=system.clock.now().date())
    await send(system, TENANT, "administrator", mandate, member)
    files = msgspec.to_builtins(await stored_files(system, TENANT))
    path, body = f"{BASE}/consultations/{consultation_id}/documents", {"kind": "annex", "files": files}
    first = await caller.post(path, body, **caller.token(PERSON), **{"idempotency-key": "annex"})
    await revoke(system, TENANT, PERSON)
    again = await caller.post(path, body, **caller.token(PERSON), **{"idempotency-key": "annex"})
    other = await caller.post(path, body, **caller.token(PERSON), **{"idempotency-key": "another"})

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 404)
    assert again.content == first.content
