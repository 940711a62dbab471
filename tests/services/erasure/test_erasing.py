"""An erasure from the request to the destroyed key, and what everybody sees afterwards."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.erasure.commands import Ground
from domain.erasure.erasure import erasure_id
from domain.erasure.events import ErasureCompleted, SubjectErased
from domain.kernel.errors import Unavailable
from domain.kernel.ids import derived_id
from domain.tenants.commands import RegisterMember
from domain.tenants.membership import member_id
from infra.keys.files import FileKeys
from infra.keys.postgres import PostgresSubjectKeys
from infra.tlog.note import Note, NoteRefused
from services.bootstrap import System
from services.erasure.account import account_of
from services.erasure.erase import Eraser
from services.vault import Vault
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.services.gateway.audits import looks
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened
from tests.support.system import project, send

TENANT = "mj"
ANA, BEN = derived_id("test", "ana"), derived_id("test", "ben")
CONTRIBUTOR = {"name": "Ana Krasniqi", "email": "ana@example.org", "phone": "+383 44 1", "address": "Rr. B, Prishtinë"}
GROUND = "consent_withdrawn"


async def contribute(
    system: System, caller: Caller, consultation: UUID, person: UUID, file: bytes | None = None, name: str = "cv.pdf"
) -> dict[str, Any]:
    headers, body = caller.token(person), {"consultation_id": str(consultation), "language": "sq", "body": "Po."}
    sent: dict[str, Any] = body | {"contributor": CONTRIBUTOR}
    if file is not None:
        up = await caller.client.post(
            f"/v1/tenants/{TENANT}/files", content=file, headers=headers | {"content-type": "application/pdf"}
        )
        assert up.status_code == 201, up.text
        sent["attachments"] = [up.json() | {"file_name": name}]
    answer = await caller.post(f"/v1/tenants/{TENANT}/contributions", sent, **headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def erase(caller: Caller, person: UUID, headers: dict[str, str]) -> Any:
    return await caller.post(f"/v1/tenants/{TENANT}/erasures", {"subject_id": str(person), "ground": GROUND}, **headers)


async def held(caller: Caller, person: UUID) -> dict[str, Any]:
    answer = await caller.get(f"/v1/tenants/{TENANT}/subjects/{person}", **caller.token(person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def tenant_id(system: System) -> int:
    return (await system.handler.authority.tenant(TENANT)).tenant_id


async def test_a_person_has_themselves_erased(system: System, caller: Caller) -> None:
    consultation = await opened(system, TENANT)
    for person in (ANA, BEN):
        await contribute(system, caller, consultation, person, b"%PDF-1.7 " + person.bytes, f"{person}.pdf")
    before = await held(caller, ANA)
    shown = {one["field"]: one["value"] for one in before["values"]}
    assert before["state"] == "held"
    assert shown.pop(next(name for name in shown if name.startswith("file:"))) == f"{ANA}.pdf"
    assert shown == CONTRIBUTOR

    answer = await erase(caller, ANA, caller.token(ANA))

    assert answer.status_code == 201, answer.text
    after = await held(caller, ANA)
    assert after["state"] == "erased"
    assert len(after["values"]) == 5
    assert all(one["erased"] and one["value"] is None for one in after["values"])
    assert {one["value"] for one in (await held(caller, BEN))["values"]} >= set(CONTRIBUTOR.values())
    told = (await caller.get(f"/v1/tenants/{TENANT}/erasures/{ANA}", **caller.token(ANA))).json()
    assert (told["ground"], told["values"], told["files"]) == (GROUND, 6, 1)  # five values and the request's salt
    assert told["completed_position"] == told["position"] + 1
    note = Note.parse(told["certificate"])
    assert len(note.signed_by(system.signing.verifiers("pakt.localhost/erasures"))) == 1
    assert note.text.splitlines() == [
        "pakt.localhost/erasures",
        "erasure certificate v1",
        f"institution {TENANT}",
        f"subject {ANA}",
        "ground consent_withdrawn",
        "basis Law No. 06/L-082 on Protection of Personal Data",
        f"erased {_time(told['erased_at'])}",
        f"log pakt.localhost/{TENANT}/1",
        f"decided at position {told['position']}",
        f"completed at position {told['completed_position']}, {_time(told['completed_at'])}",
        "sealed values made unreadable 6",
        "files removed 1",
    ]
    again = await caller.get(f"/v1/tenants/{TENANT}/erasures/{ANA}", **caller.bearer(TENANT, "auditor"))
    assert again.json() == told
    with pytest.raises(NoteRefused):
        Note.parse(told["certificate"].replace("files removed 1", "files removed 9")).signed_by(
            system.signing.verifiers("pakt.localhost/erasures")
        )


def _time(said: str) -> str:
    return datetime.fromisoformat(said).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def test_the_file_that_only_the_person_brought_goes(system: System, caller: Caller) -> None:
    consultation = await opened(system, TENANT)
    shared, own, orphan = (b"%PDF-1.7 shared", b"%PDF-1.7 own", b"%PDF-1.7 orphan")
    await contribute(system, caller, consultation, ANA, shared)
    await contribute(system, caller, consultation, BEN, shared)
    await contribute(system, caller, consultation, ANA, own)
    headers = caller.token(ANA) | {"content-type": "application/pdf"}
    await caller.client.post(f"/v1/tenants/{TENANT}/files", content=orphan, headers=headers)

    assert (await erase(caller, ANA, caller.token(ANA))).status_code == 201

    objects = system.objects.within(await tenant_id(system))
    kept = [await objects.size(_sha256(data)) is not None for data in (shared, own, orphan)]
    assert kept == [True, False, False]
    account = await account_of(system.store, system.registry, await tenant_id(system), ANA)
    assert account is not None
    assert account.files == 2
    gone = await caller.get(f"/v1/tenants/{TENANT}/files/{_sha256(own)}", **caller.bearer(TENANT, "administrator"))
    assert gone.status_code == 404


def _sha256(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


async def test_what_everybody_reads_goes_on(system: System, caller: Caller) -> None:
    """No address answers 500 because somebody was erased."""
    consultation = await opened(system, TENANT)
    made = await contribute(system, caller, consultation, ANA, b"%PDF-1.7 a")
    assert (await erase(caller, ANA, caller.token(ANA))).status_code == 201
    await project(system, TENANT)
    officer, audience = caller.bearer(TENANT, "administrator"), f"/v1/tenants/{TENANT}"
    for path in (
        f"{audience}/contributions/{made['stream_id']}",
        f"{audience}/consultations/{consultation}/contributions",
        f"{audience}/aggregates/{made['stream_id']}",
        f"{audience}/aggregates/{erasure_id(await tenant_id(system), ANA)}",
        f"{audience}/audit",
        f"{audience}/erasures",
        f"{audience}/erasures/{ANA}",
        f"/v1/public/consultations/{consultation}/contributions",
    ):
        answer = await caller.get(path, **officer)
        assert answer.status_code == 200, (path, answer.text)
        assert not [value for value in CONTRIBUTOR.values() if value in answer.text], path
    mine = await caller.get(f"{audience}/me/contributions", **caller.token(ANA))
    assert mine.status_code == 200


async def test_who_may(system: System, caller: Caller) -> None:
    await send(system, TENANT, "administrator", RegisterMember(person_id=BEN, full_name="Ben", email="b@example.org"))

    for headers, status in (
        (caller.token(ANA), 404),
        (caller.bearer(TENANT, "drafting_officer"), 403),
        (caller.bearer("mesti", "administrator"), 404),
        (caller.bearer(TENANT, "administrator"), 201),
    ):
        assert (await erase(caller, BEN, headers)).status_code == status
    assert (await erase(caller, BEN, caller.bearer(TENANT, "administrator"))).status_code == 409
    for path in ("erasures", "subjects"):
        answer = await caller.get(f"/v1/tenants/{TENANT}/{path}/{BEN}", **caller.token(ANA))
        assert answer.status_code == 404, path
    listed = await caller.get(f"/v1/tenants/{TENANT}/erasures", **caller.bearer(TENANT, "auditor"))
    assert [one["subject_id"] for one in listed.json()["items"]] == [str(BEN)]
    member = await caller.get(f"/v1/tenants/{TENANT}/erasures", **caller.token(ANA))
    assert member.status_code == 404


async def test_whoever_holds_a_mandate_is_not_forgotten_and_nothing_sticks(system: System, caller: Caller) -> None:
    """A mandate that was given to somebody after the erasure can still be taken away, without saying why."""
    member = member_id(await tenant_id(system), ANA)
    await send(system, TENANT, "administrator", RegisterMember(person_id=ANA, full_name="Ana", email="a@example.org"))
    body = {"role": "drafting_officer", "legal_basis": "Decision 1", "valid_from": "2026-01-01"}
    officer = caller.bearer(TENANT, "administrator")
    granted = await caller.post(f"/v1/tenants/{TENANT}/members/{member}/mandates", body, **officer)
    assert granted.status_code == 200, granted.text
    refused = await erase(caller, ANA, officer)
    assert (refused.status_code, refused.json()["rule"]) == (422, "erasure.mandate")

    await _revoke(system, caller, member)
    assert (await erase(caller, ANA, officer)).status_code == 201
    again = await caller.post(f"/v1/tenants/{TENANT}/members/{member}/mandates", body, **officer)
    assert again.status_code == 200, again.text
    await _revoke(system, caller, member)
    assert not (await system.handler.authority.of(await tenant_id(system), fresh=True)).mandates(
        ANA, system.clock.now()
    )


async def _revoke(system: System, caller: Caller, member: UUID) -> None:
    governance = await system.handler.authority.of(await tenant_id(system), fresh=True)
    (mandate,) = governance.members[ANA].mandates
    body = {"mandate_id": str(mandate), "reason": "Largohet."}
    headers = caller.bearer(TENANT, "administrator") | {"idempotency-key": str(mandate)}
    path = f"/v1/tenants/{TENANT}/members/{member}/revoke-mandate"
    first, repeat = [await caller.post(path, body, **headers) for _ in range(2)]
    assert (first.status_code, repeat.status_code) == (200, 200), (first.text, repeat.text)
    assert repeat.headers["idempotent-replayed"] == "true"


async def test_nothing_is_sealed_about_the_erased_again(system: System, caller: Caller) -> None:
    consultation = await opened(system, TENANT)
    assert (await erase(caller, ANA, caller.token(ANA))).status_code == 201
    body = {"consultation_id": str(consultation), "language": "sq", "body": "Po."}
    path, headers = f"/v1/tenants/{TENANT}/contributions", caller.token(ANA)

    named = await caller.post(path, body | {"contributor": CONTRIBUTOR}, **headers)
    unnamed = await caller.post(path, body, **headers)

    assert (named.status_code, unnamed.status_code) == (422, 201)
    assert named.json()["rule"] == "erasure.final"
    assert named.json()["citation"] == "Law No. 06/L-082 on Protection of Personal Data"
    assert "was erased in this institution" in named.json()["detail"]


async def test_a_repeat_is_answered_after_its_file_is_gone(system: System, caller: Caller) -> None:
    """The first outcome, though the file cannot be found any more; another request that names it is refused."""
    consultation = await opened(system, TENANT)
    data, headers = b"%PDF-1.7 own", caller.token(ANA)
    up = await caller.client.post(
        f"/v1/tenants/{TENANT}/files", content=data, headers=headers | {"content-type": "application/pdf"}
    )
    path, sent = (
        f"/v1/tenants/{TENANT}/contributions",
        {
            "consultation_id": str(consultation),
            "language": "sq",
            "body": "Po.",
            "contributor": CONTRIBUTOR,
            "attachments": [up.json() | {"file_name": "cv.pdf"}],
        },
    )
    once = headers | {"idempotency-key": "once"}
    first = await caller.post(path, sent, **once)
    assert first.status_code == 201, first.text
    assert (await erase(caller, ANA, headers)).status_code == 201

    again = await caller.post(path, sent, **once)
    other = await caller.post(path, sent, **headers)

    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (201, first.content, "true")
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/attachments/0/sha256")


async def test_who_opens_what_is_held_about_a_person_is_on_record(system: System, caller: Caller) -> None:
    """A data protection officer's reading is an event of the log and a line of the trail; one's own is not."""
    consultation = await opened(system, TENANT)
    await contribute(system, caller, consultation, ANA)
    officer, member = derived_id("test", "officer"), member_id(await tenant_id(system), derived_id("test", "officer"))
    register = RegisterMember(person_id=officer, full_name="Drita", email="d@example.org")
    await send(system, TENANT, "administrator", register)
    body = {"role": "data_protection_officer", "legal_basis": "Decision 2", "valid_from": "2026-01-01"}
    administrator = caller.bearer(TENANT, "administrator")
    await caller.post(f"/v1/tenants/{TENANT}/members/{member}/mandates", body, **administrator)

    await held(caller, ANA)
    assert await looks(system, TENANT) == []
    shown = await caller.get(f"/v1/tenants/{TENANT}/subjects/{ANA}", **caller.token(officer))

    assert shown.json()["state"] == "held"
    (look,) = await looks(system, TENANT)
    assert (look.what, look.parameters) == ("subject", {"id": str(ANA)})
    await project(system, TENANT)
    asked = f"/v1/tenants/{TENANT}/audit?q=action:tenants.AuditAccessed"
    (entry,) = (await caller.get(asked, **administrator)).json()["items"]
    assert (entry["actor_id"], entry["role"]) == (str(officer), "data_protection_officer")


async def test_another_process_notices_within_a_second(system: System, caller: Caller) -> None:
    consultation = await opened(system, TENANT)
    made = await contribute(system, caller, consultation, ANA)
    elsewhere = Vault(FileKeys(system.settings.data / "keys"), PostgresSubjectKeys(system.reading))
    (stored,) = await system.store.read_log(await tenant_id(system), made["first_position"] - 1, 1)
    assert (await elsewhere.open(stored))[ANA]["name"] == "Ana Krasniqi"

    assert (await erase(caller, ANA, caller.token(ANA))).status_code == 201

    assert (await system.vault.open(stored))[ANA] == {}  # here at once
    await asyncio.sleep(1.05)
    assert not elsewhere._remembered  # it lies in no memory either
    assert (await elsewhere.open(stored))[ANA] == {}


@pytest.mark.parametrize("step", ["register", "vault", "files", "complete"])
async def test_a_process_that_dies_on_the_way_is_made_up_for_by_the_worker(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Stopped before each of its steps: the event stands, the caller knows of no success, the worker does the rest."""
    consultation = await opened(system, TENANT)
    await contribute(system, caller, consultation, ANA, b"%PDF-1.7 a")
    with monkeypatch.context() as dying:
        place, name = {
            "register": (system.eraser.register, "add"),
            "vault": (system.vault, "destroy"),
            "files": (system.eraser.uploads, "by"),
            "complete": (Eraser, "destroy"),
        }[step]
        original = getattr(place, name)

        async def dies(*arguments: Any) -> Any:
            if step == "complete":
                await original(*arguments)
            raise Unavailable("power")

        dying.setattr(place, name, dies)
        headers = caller.token(ANA) | {"idempotency-key": "once"}
        assert (await erase(caller, ANA, headers)).status_code == 503
    await project(system, TENANT)
    failures = Failures(system.engine.connections, system.auditing)

    await Policies(system, failures).run_once()

    number = await tenant_id(system)
    account = await account_of(system.store, system.registry, number, ANA)
    assert account is not None
    assert (account.values, account.files) == (6, 1)
    assert await system.vault.erased(number, ANA)
    assert await failures.all([number]) == []
    assert (await system.eraser.register.entry(number, ANA)).ground is Ground.CONSENT_WITHDRAWN
    again = await erase(caller, ANA, headers)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert await Policies(system, failures).run_once() == 0


async def test_two_at_once_erase_once(system: System, caller: Caller) -> None:
    answers = await asyncio.gather(*(erase(caller, ANA, caller.token(ANA)) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    stored = await system.store.read_stream(await tenant_id(system), erasure_id(await tenant_id(system), ANA))
    assert [one.type_name for one in stored] == [SubjectErased.TOPIC, ErasureCompleted.TOPIC]
