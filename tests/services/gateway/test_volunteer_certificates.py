"""Certificates over HTTP: issued, carried away, checked by a program without Pakt, revoked; and their holder erased."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import msgspec
import pypdf
import pytest

from domain.kernel.deadline import local_day
from domain.kernel.event import Metadata
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.hours import ConfirmHours, LogHours, StateTotal
from domain.volunteering.commands.volunteer import RegisterVolunteer
from domain.volunteering.events.hours import HoursLedgerOpened, HoursTotalled
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_parts import ledger_id
from domain.volunteering.vocabulary import Purpose
from infra.clock import FixedClock
from infra.credentials.data_integrity import sign
from infra.credentials.verdict import judge
from infra.eventstore.interface import Append, NewEvent
from infra.trees.interface import Head, TreeId
from services.bootstrap import System
from services.certificates.rings import IssuerRings
from services.command_handling.request import Principal, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.services.gateway.client import Caller
from tests.support.certificates import Issued, key
from tests.support.postgres import Cluster
from tests.support.sealed import grown, sealed
from tests.support.system import project, seeded_system, send
from tests.support.volunteering import in_person, providing, relay

OWN, PERSON, NAME = "mflt", derived_id("test", "volunteer"), "Vlora Berisha"
BASE, PUBLIC = f"/v1/tenants/{OWN}/volunteer-certificates", "/v1/public"
COORDINATOR = (OWN, "volunteer_coordinator")
PROGRAMME = {
    "title": {"sq": {"text": "Ndihmë për të moshuarit"}, "sr": {"text": "Pomoć starijima"}},
    "criteria": {"sq": {"text": "Së paku një ditë pune."}, "sr": {"text": "Najmanje jedan radni dan."}},
    "skills": ["care"],
    "min_minutes": 480,
    "valid_years": 3,
    "decision_no": "5/2026",
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def volunteer(system: System, *consents: Purpose) -> None:
    command = RegisterVolunteer(
        person_id=PERSON,
        full_name=NAME,
        email="vlora@example.org",
        birth_date=date(1999, 3, 1),
        municipality="prizren",
        consents=consents or (Purpose.CERTIFICATE,),
    )
    request = Request(NATIONAL_SLUG, command, derived_id("test", "register"), Principal(PERSON), volunteer_id(PERSON))
    await system.handler.execute(request)


async def totalled(system: System, agreement: UUID, minutes: int, n: int = 1) -> None:
    """The hours of an agreement, as their ledger states them: how they came about is not looked at here."""
    told: tuple[Any, ...] = (
        HoursLedgerOpened(agreement_id=agreement, person_id=PERSON),
        HoursTotalled(
            agreement_id=agreement,
            person_id=PERSON,
            minutes=minutes,
            entries=23,
            first_day=date(2026, 1, 12),
            last_day=date(2026, 3, 9),
            digest=f"{minutes:064x}",
        ),
    )
    events = [
        NewEvent(ledger_id(agreement), version, type(one).TOPIC, system.registry.encode(one), tags=one.tags())
        for version, one in ((1, told[0]), (n + 1, told[1]))
        if version > 1 or n == 1
    ]
    metadata = msgspec.json.encode(Metadata(actor=PERSON, role="clock", basis="system"))
    append = Append(
        tenant_ids()[OWN], derived_id("test", "total", minutes), system.clock.now(), metadata, tuple(events)
    )
    await system.store.append(append)


async def adopted(system: System, caller: Caller) -> str:
    made = await caller.post(f"/v1/tenants/{OWN}/volunteer-programmes", PROGRAMME, **caller.bearer(*COORDINATOR))
    assert made.status_code == 201, made.text
    await project(system, OWN)
    return str(made.json()["stream_id"])


async def ask(caller: Caller, programme: str, agreement: UUID, **changes: Any) -> Any:
    body = {"person_id": str(PERSON), "holder": NAME, "programme_id": programme, "agreement_ids": [str(agreement)]}
    return await caller.post(BASE, body | changes, **caller.bearer(*COORDINATOR))


async def issued(system: System, caller: Caller, agreement: UUID, programme: str, head: Head | None = None) -> str:
    """A certificate whose log is sealed, on from a head of it where there is one."""
    made = await ask(caller, programme, agreement)
    assert made.status_code == 201, made.text
    await project(system, OWN)
    await (sealed(system, OWN) if head is None else grown(system, head, OWN))
    return str(made.json()["stream_id"])


async def one(system: System, caller: Caller) -> tuple[str, dict[str, Any]]:
    """A certificate and its credential."""
    await volunteer(system)
    agreement = derived_id("test", "agreement")
    await totalled(system, agreement, 4_830)
    certificate = await issued(system, caller, agreement, await adopted(system, caller))
    answer = await caller.get(f"{BASE}/{certificate}/credential", **caller.token(PERSON))
    assert answer.status_code == 200, answer.text
    return certificate, answer.json()


async def checked(
    caller: Caller, system: System, folder: Path, credential: Any, *, name: str = NAME
) -> tuple[int, str]:
    """What the program says that knows nothing of Pakt, with the lists that are public."""
    known = (await caller.get(f"{PUBLIC}/signing-keys")).json()
    listed = credential["credentialStatus"]["statusListCredential"]
    files = {
        "credential.json": json.dumps(credential),
        "issuers": (await caller.get(f"{PUBLIC}/issuers")).text,
        "status.json": (await caller.get(listed[listed.index("/v1/") :])).text,
    }
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    program = Path("services/audit/standalone/verify_credential.py").resolve()
    vkey = f"{known['installation']}+{system.signing.verifiers(OWN)[0].public.hex()}"
    command = [sys.executable, "-I", program, "credential.json", "--key", vkey, "--issuers", "issuers"]
    command += ["--status", "status.json", "--name", name, "--now", f"{system.clock.now():%Y-%m-%dT%H:%M:%SZ}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


async def think(caller: Caller, credential: Any) -> tuple[str, list[str], str]:
    answer = await caller.post(f"{PUBLIC}/credentials/verify", credential)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return said["standing"], [one["code"] for one in said.get("findings", [])], said.get("state", "")


async def test_hours_that_were_given_become_a_certificate(
    system: System, caller: Caller, tmp_path: Path, clock: FixedClock
) -> None:
    """From the agreement to the employer's laptop: nothing of the way is told by the test itself."""
    await volunteer(system)
    supervisor = derived_id("test", "supervisor")
    place = await providing(system, OWN)
    ledger = await place.agree(PERSON, supervisor)
    await relay(system, tenants=(OWN,))
    day = local_day(clock.at)
    clock.at += timedelta(days=1)
    start = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    worked = LogHours(started_at=start, ended_at=start + timedelta(hours=9), break_minutes=30, task="kitchen")
    await in_person(system, OWN, PERSON, worked, ledger)
    await relay(system, tenants=(OWN,))
    programme = await adopted(system, caller)
    agreement = await ledger_of(system, ledger)
    early = await ask(caller, programme, agreement.agreement_id)
    assert early.json()["rule"] == "volunteer.certificate.confirmed"
    (entry,) = agreement.entries
    await send(system, OWN, "volunteer_coordinator", ConfirmHours(entry_id=entry), ledger)
    assert (await ask(caller, programme, agreement.agreement_id)).json()["rule"] == "volunteer.certificate.confirmed"
    await send(system, OWN, "volunteer_coordinator", StateTotal(), ledger)
    certificate = await issued(system, caller, agreement.agreement_id, programme)
    credential = (await caller.get(f"{BASE}/{certificate}/credential", **caller.token(PERSON))).json()
    code, said = await checked(caller, system, tmp_path, credential)
    assert (code, json.loads(said)["minutes"]) == (0, 510), said
    assert await think(caller, credential) == ("valid", [], "issued")


async def ledger_of(system: System, ledger: UUID) -> Any:
    """The ledger as its log has it."""
    held = await system.handler.aggregates.read(tenant_ids()[OWN], HoursLedger, ledger, fresh=True)
    return held.aggregate


async def test_a_certificate_is_carried_away_and_verifies_without_pakt(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    certificate, credential = await one(system, caller)
    assert judge(credential, system.clock.now()).findings == ()
    schema = json.loads(Path("infra/credentials/open_badges.schema.json").read_bytes())
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(credential))
    code, said = await checked(caller, system, tmp_path, credential)
    assert code == 0, said
    assert json.loads(said)["minutes"] == 4_830
    assert await think(caller, credential) == ("valid", [], "issued")
    assert not [word for word in (str(PERSON), NAME, "vlora") if word in json.dumps(credential)]

    (row,) = (await caller.get(f"/v1/tenants/{OWN}/me/volunteer-certificates", **caller.token(PERSON))).json()["items"]
    assert (row["certificate_id"], row["state"], row["months"]) == (certificate, "issued", 1)
    public = (await caller.get(f"{PUBLIC}/volunteer-certificates/{certificate}")).json()
    assert (public["tenant"], public["minutes"], public["state"]) == (OWN, 4_830, "issued")
    assert not {"person_id", "agreement_ids"} & public.keys()
    (programme,) = (await caller.get(f"{PUBLIC}/volunteer-programmes?tenant={OWN}")).json()["items"]
    assert (programme["state"], programme["min_minutes"]) == ("adopted", 480)


async def test_on_paper_it_says_the_name_and_carries_the_credential(system: System, caller: Caller) -> None:
    certificate, credential = await one(system, caller)
    for language in ("sq", "sr", "sr-Cyrl", "en"):
        page = await caller.get(f"{BASE}/{certificate}/certificate.pdf?lang={language}", **caller.token(PERSON))
        assert (page.status_code, page.headers["content-type"]) == (200, "application/pdf"), page.text
    read = pypdf.PdfReader(BytesIO(page.content))
    assert json.loads(read.attachments["credential.json"][0]) == credential
    assert NAME in read.pages[0].extract_text()
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]


async def test_forged_altered_and_foreign_credentials(system: System, caller: Caller) -> None:
    _, credential = await one(system, caller)
    assert await think(caller, credential | {"name": "Doctor"}) == ("refused", ["signature"], "issued")
    assert (await think(caller, Issued().credential()))[:2] == ("unproven", ["issuer"])
    forged = sign(
        {name: value for name, value in credential.items() if name != "proof"}, key("forger"), system.clock.now()
    )
    assert (
        await think(caller, forged) == ("refused", ["signature"], "issued")
        or (await think(caller, forged))[0] == "refused"
    )
    ours = system.issuing.newest(OWN)
    longer = {**credential, "validUntil": "2099-01-01T00:00:00Z"}
    longer.pop("proof")
    assert await think(caller, sign(longer, ours, system.clock.now())) == ("refused", ["altered"], "issued")
    invented = {**longer, "id": UUID(int=7).urn}
    assert await think(caller, sign(invented, ours, system.clock.now())) == ("refused", ["altered"], "")
    assert await think(caller, {"hello": "world"}) == ("refused", ["form"] * 6 + ["no-proof", "issuer"], "")
    large = await caller.post(f"{PUBLIC}/credentials/verify", {"x": "y" * 70_000})
    assert large.status_code == 413
    text = await caller.client.post(
        f"{PUBLIC}/credentials/verify", content=b"x", headers={"content-type": "text/plain"}
    )
    assert text.status_code == 415


async def test_revoked_superseded_and_keys_rotated(
    system: System, caller: Caller, tmp_path: Path, clock: FixedClock
) -> None:
    _, credential = await one(system, caller)
    agreement, programme = derived_id("test", "agreement"), credential["credentialSubject"]["achievement"]["id"][9:]
    assert (await ask(caller, programme, agreement)).json()["rule"] == "volunteer.certificate.once"
    await totalled(system, agreement, 9_700, 2)
    tree = TreeId(tenant_ids()[OWN])
    head = await system.trees.newest(tree)
    second = await issued(system, caller, agreement, programme, head)
    await Policies(system, Failures(system.engine.connections, system.auditing)).run_once()
    await project(system, OWN)
    assert await think(caller, credential) == ("refused", ["revoked"], "superseded")
    code, said = await checked(caller, system, tmp_path, credential)
    assert (code, "it was revoked" in said) == (1, True), said

    answer = await caller.get(f"{BASE}/{second}/credential", **caller.bearer(*COORDINATOR))
    assert (await checked(caller, system, tmp_path, answer.json()))[0] == 0
    rings, tenant = IssuerRings(system.handler, system.issuing), await system.handler.authority.tenant(OWN)
    old = (await rings.retired(tenant)).keys()
    await rings.rotate(tenant, "yearly")
    await project(system, OWN)
    assert (await checked(caller, system, tmp_path, answer.json()))[0] == 0
    await rings.retire(tenant, next(iter(old)), "lost")
    await project(system, OWN)
    assert (await checked(caller, system, tmp_path, answer.json()))[0] == 0

    body = {"decision_no": "9/2026", "ground": "issued_in_error"}
    done = await caller.post(f"{BASE}/{second}/revoke", body, **caller.bearer(*COORDINATOR))
    assert done.status_code == 200, done.text
    await project(system, OWN)
    clock.at = clock.at.replace(microsecond=0)
    assert await think(caller, answer.json()) == ("refused", ["revoked"], "revoked")
    assert (await checked(caller, system, tmp_path, answer.json()))[0] == 1


async def test_an_erased_holder_keeps_a_certificate_that_verifies_and_pakt_opens_nothing(
    system: System, caller: Caller, tmp_path: Path
) -> None:
    certificate, credential = await one(system, caller)
    erased = await caller.post(
        f"/v1/tenants/{OWN}/erasures",
        {"subject_id": str(PERSON), "ground": "consent_withdrawn"},
        **caller.token(PERSON),
    )
    assert erased.status_code == 201, erased.text
    await project(system, OWN)
    for reader in (caller.token(PERSON), caller.bearer(*COORDINATOR)):
        for form in ("credential", "certificate.pdf"):
            assert (await caller.get(f"{BASE}/{certificate}/{form}", **reader)).status_code == 404
    code, said = await checked(caller, system, tmp_path, credential)
    assert (code, json.loads(said)["holder"]) == (0, NAME), said
    assert await think(caller, credential) == ("valid", [], "issued")


async def test_who_gets_what_and_when(system: System, caller: Caller) -> None:
    await volunteer(system)
    agreement = derived_id("test", "agreement")
    programme = await adopted(system, caller)
    unconfirmed = await ask(caller, programme, agreement)
    assert (unconfirmed.status_code, unconfirmed.json()["rule"]) == (422, "volunteer.certificate.confirmed")
    await totalled(system, agreement, 4_830)
    made = await ask(caller, programme, agreement)
    await project(system, OWN)
    address = f"{BASE}/{made.json()['stream_id']}"
    early = await caller.get(f"{address}/credential", **caller.token(PERSON))
    assert (early.status_code, "retry-after" in early.headers) == (503, True)
    assert early.json()["type"] == "/problems/not-sealed-yet"
    assert (await caller.get(address, **caller.token())).status_code == 404
    assert (await caller.get(f"{address}/credential", **caller.token())).status_code == 404
    assert (
        await caller.get(f"/v1/tenants/mj{address[len('/v1/tenants/mflt') :]}", **caller.token(PERSON))
    ).status_code == 404
    assert (await caller.get(f"{PUBLIC}/status-lists/{OWN}/1/7")).status_code == 404
    assert (await caller.get(f"{PUBLIC}/status-lists/nobody/1/0")).status_code == 404
    empty = await caller.get(f"{PUBLIC}/issuers?tenant=mj")
    assert (empty.status_code, len(empty.text.split("\n\n")[0].splitlines())) == (200, 3)
