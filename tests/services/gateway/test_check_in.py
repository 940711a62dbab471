"""Checking in over HTTP: real keys, real passes, and what an attacker tries with them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import to_builtins
from msgspec.structs import replace

from domain.kernel.deadline import local_day
from domain.kernel.ids import derived_id
from domain.kernel.text import title
from domain.volunteering.check_in_parts import CheckIn, Kind, check_in_text, device_id, registration_text
from domain.volunteering.commands import provider as p
from domain.volunteering.commands.opportunity import DraftOpportunity
from domain.volunteering.events.check_in import CheckInRecorded, ShiftCheckedOut
from services.bootstrap import System
from tests.domain.volunteering import examples as x
from tests.services.gateway.client import Caller
from tests.support.system import send

TENANT, OTHER = "prizren", "mj"
PASSES, PHONES = f"/v1/tenants/{TENANT}/check-in-passes", f"/v1/tenants/{TENANT}/check-in-phones"
ANA, BEN = derived_id("test", "ana"), derived_id("test", "ben")
AGREEMENT = derived_id("test", "agreement")


class Phone:
    """A phone as the page makes one of it."""

    def __init__(self, owner: UUID) -> None:
        self.owner, self._key = owner, generate_private_key(SECP256R1())
        self.public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()

    def sign(self, said: str) -> str:
        r, s = decode_dss_signature(self._key.sign(said.encode(), ECDSA(SHA256())))
        return r.to_bytes(32).hex() + s.to_bytes(32).hex()

    def registration(self, tenant: str = TENANT, owner: UUID | None = None) -> dict[str, Any]:
        said = registration_text(tenant, owner or self.owner)
        return {"public_key": self.public, "signature": self.sign(said)}

    def check_in(self, kind: Kind, at: datetime, shown: dict[str, Any], **changes: Any) -> CheckIn:
        made = CheckIn(
            id=uuid4(),
            kind=kind,
            at=at,
            agreement_id=AGREEMENT,
            opportunity_id=UUID(shown["opportunity_id"]),
            task="teaching",
            pass_number=1,
            pass_proof=shown["code"],
            signature="0" * 128,
        )
        return self.signed(replace(made, **changes))

    def signed(self, one: CheckIn, phone_id: UUID | None = None) -> CheckIn:
        return replace(one, signature=self.sign(check_in_text(TENANT, phone_id or self.id, one)))

    id = UUID(int=0)


async def provider(system: System) -> UUID:
    """The municipality itself, active."""
    now = local_day(datetime.now(UTC))
    insured = replace(x.INSURED, valid_from=now - timedelta(days=1), valid_until=now + timedelta(days=300))
    apply = p.ApplyAsProvider(
        title=title(sq="Komuna", sr="Opština", tr="Belediye"),
        summary=x.WORDS,
        municipality=TENANT,
        contact=x.CONTACT,
    )
    made = (await send(system, TENANT, "volunteer_coordinator", apply)).stream_id
    await send(system, TENANT, "volunteering_officer", p.VerifyProvider(decision_no="7/2026"), made)
    await send(system, TENANT, "volunteer_coordinator", p.ActivateProvider(insurance=insured, charter=x.WORDS), made)
    return made


async def shown_pass(system: System, caller: Caller) -> dict[str, Any]:
    coordinator = caller.bearer(TENANT, "volunteer_coordinator")
    ours = await provider(system)
    draft = DraftOpportunity(provider_id=ours, particulars=x.PARTICULARS)
    site = (await send(system, TENANT, "volunteer_coordinator", draft)).stream_id
    body = {"provider_id": str(ours), "opportunity_id": str(site)}
    made = await caller.post(PASSES, body, **coordinator)
    assert made.status_code == 201, made.text
    seen = await caller.get(made.headers["location"], **coordinator)
    assert seen.status_code == 200, seen.text
    shown: dict[str, Any] = seen.json()
    drawn = await caller.get(f"{made.headers['location']}/qr.svg", **coordinator)
    assert (drawn.status_code, drawn.headers["content-type"].partition(";")[0]) == (200, "image/svg+xml")
    for headers in (caller.token(ANA), caller.bearer(OTHER, "volunteer_coordinator")):
        assert (await caller.get(made.headers["location"], **headers)).status_code == 404
    return shown


async def registered(system: System, caller: Caller, owner: UUID) -> Phone:
    phone = Phone(owner)
    made = await caller.post(PHONES, phone.registration(), **caller.token(owner))
    assert made.status_code == 201, made.text
    tenant_id = (await system.handler.authority.tenant(TENANT)).tenant_id
    phone.id = device_id(tenant_id, phone.public)
    assert made.json()["stream_id"] == str(phone.id)
    return phone


async def submitted(caller: Caller, phone: Phone, *check_ins: CheckIn, by: UUID | None = None) -> Any:
    path = f"{PHONES}/{phone.id}/submit"
    return await caller.post(path, {"check_ins": to_builtins(check_ins)}, **caller.token(by or phone.owner))


async def test_a_shift_from_the_pass_to_the_log(system: System, caller: Caller) -> None:
    shown = await shown_pass(system, caller)
    phone, now = await registered(system, caller, ANA), datetime.now(UTC)
    signature = shown["link"].rpartition("~")[2].replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    start = phone.check_in(Kind.START, now - timedelta(minutes=4), shown, pass_proof=signature)
    end = phone.check_in(Kind.END, now, shown)

    first = await submitted(caller, phone, start)
    again = await submitted(caller, phone, start)
    last = await submitted(caller, phone, start, end)

    assert [one["type"] for one in first.json()["events"]] == [CheckInRecorded.TOPIC], first.text
    assert (again.status_code, again.json()["rule"]) == (422, "command.unchanged")
    assert [one["type"] for one in last.json()["events"]] == [CheckInRecorded.TOPIC, ShiftCheckedOut.TOPIC], last.text
    mine = await caller.get(f"/v1/tenants/{TENANT}/me/check-in-phones/{phone.id}", **caller.token(ANA))
    assert sorted(mine.json()["counted"]) == sorted([str(start.id), str(end.id)])
    theirs = await caller.get(f"/v1/tenants/{TENANT}/me/check-in-phones/{phone.id}", **caller.token(BEN))
    assert theirs.status_code == 404


async def test_nothing_that_was_forged_or_copied_is_taken(system: System, caller: Caller) -> None:
    shown, now = await shown_pass(system, caller), datetime.now(UTC)
    phone, other = await registered(system, caller, ANA), await registered(system, caller, BEN)
    good = phone.check_in(Kind.START, now, shown)
    tries = {
        "/check_ins/0/signature": (
            replace(good, at=now - timedelta(hours=1)),
            replace(good, id=uuid4()),
            replace(good, task="driving"),
            other.signed(good, phone.id),
            phone.signed(good, other.id),
            replace(good, signature="f" * 128),
        ),
        "/check_ins/0/pass_proof": (
            phone.check_in(Kind.START, now, shown, pass_proof="0000ZZZZ"),
            phone.check_in(Kind.START, now, shown, pass_proof="A" * 92),
        ),
        "/check_ins/0/pass_number": (phone.check_in(Kind.START, now, shown, pass_number=2),),
    }

    for pointer, forged in tries.items():
        for one in forged:
            answer = await submitted(caller, phone, one)
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["pointer"] == pointer
    stolen = await submitted(caller, phone, good, by=BEN)
    assert stolen.json()["rule"] == "volunteer.check_in.own"
    replayed = await submitted(caller, other, good)
    assert replayed.json()["errors"][0]["pointer"] == "/check_ins/0/signature"
    elsewhere = Phone(ANA)
    for body in (elsewhere.registration(OTHER), elsewhere.registration(owner=BEN)):
        refused = await caller.post(PHONES, body, **caller.token(ANA))
        assert refused.json()["errors"][0]["pointer"] == "/signature"
    assert (await submitted(caller, phone, good)).status_code == 200
