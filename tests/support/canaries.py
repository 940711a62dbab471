"""Strings that stand nowhere else, planted as personal data by every command that takes some.

A canary is looked for as it is, and its first letters in base64 and in hexadecimal, so that an encoding hides none.
"""

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from domain.consultations import commands as c
from domain.contracts.commands.evaluation import AppointAlternates, AppointEvaluators, DeclareBidInterest
from domain.council.commands.election import AcceptNomination
from domain.council.commands.meeting import DeclareVotingInterest
from domain.grants.commands.application import SubmitApplication
from domain.grants.commands.commission import DeclareInterest, ExtendPool, FormCommission
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.organisations.commands import MandateRepresentative, RecordOfficer, RevokeRepresentative
from domain.platforms.commands.nomination import DeclineNominee, NominatePerson
from domain.tenants.commands import (
    AppointAuditor,
    RecordAccess,
    RegisterMember,
    RevokeAppointment,
    RevokeMandate,
)
from domain.tenants.membership import member_id
from domain.tenants.seed import tenant_ids
from domain.volunteering.commands.agreement import EndAgreement
from domain.volunteering.commands.certificate import IssueVolunteerCertificate
from domain.volunteering.commands.hours import CorrectHours, LogHours, RejectHours
from domain.volunteering.commands.volunteer import RecordGuardian, RegisterVolunteer, ReviseVolunteer
from infra.identity.tokens import TokenIssuer

TENANT, NATION = "mj", "opm"
MARK = "kanarina"
SEEN = re.compile(rb"kanarina[0-9a-f]{20}|\+99 [0-9]{20}")
HIDDEN = re.compile(
    b"|".join(
        [MARK.encode().hex().encode(), MARK.encode().hex().upper().encode()]
        + [re.escape(base64.b64encode(MARK[n : n + 6].encode())) for n in range(3)]  # however it is aligned
    )
)
AT_ONCE = 8
WAITING = ("version-conflict", "erasure.mandate", "/problems/not-found", "volunteer.hours.claimed")
"""Said by refusals that the worker's next step ends."""


class Subject(msgspec.Struct):
    """Somebody with everything that is personal about them.

    `looked_for` is what they searched for, `credentials` are what they carried away.
    """

    id: UUID
    canaries: list[str] = []
    files: set[str] = set()
    looked_for: set[str] = set()
    credentials: list[dict[str, Any]] = []
    tenants: list[str] = msgspec.field(default_factory=lambda: [TENANT])

    def word(self, command: type[Command]) -> str:
        """A new canary that the command will say."""
        made = MARK + hashlib.sha256(f"{self.id} {command.name} {len(self.canaries)}".encode()).hexdigest()[:20]
        return self._kept(made)

    def number(self, command: type[Command]) -> str:
        """A new canary of digits."""
        digits = int(hashlib.sha256(f"{self.id} {command.name} {len(self.canaries)}".encode()).hexdigest(), 16)
        return self._kept(f"+99 {digits % 10**20:020}")

    def _kept(self, canary: str) -> str:
        self.canaries.append(canary)
        return canary


class Planter:
    """Sends commands to a gateway as the people concerned."""

    def __init__(self, url: str, data: Path, client: httpx.AsyncClient, officer: Callable[[str, str], str]) -> None:
        self.url, self.base = url, f"{url}/v1/tenants/{TENANT}"
        self.client, self._officer = client, officer
        self._tokens = TokenIssuer.open(data / "keys" / "tokens.jwk")
        self._keys = count()
        self.consultation = self.organisation = ""

    def as_person(self, person: UUID) -> dict[str, str]:
        """Headers of that person."""
        return {"Authorization": f"Bearer {self._tokens.issue(person, 'Besa', 3600)}"}

    def as_officer(self, role: str, tenant: str = TENANT) -> dict[str, str]:
        """Headers of the demo official."""
        return {"Authorization": f"Bearer {self._officer(tenant, role)}"}

    async def get(self, path: str, headers: dict[str, str], tenant: str = TENANT) -> httpx.Response:
        """A query that is answered."""
        answer = await self.client.get(f"{self.url}/v1/tenants/{tenant}{path}", headers=headers)
        assert answer.status_code == 200, (path, answer.text)
        return answer

    async def post(
        self, path: str, body: dict[str, Any], headers: dict[str, str], tenant: str = TENANT
    ) -> dict[str, Any]:
        """A command that is taken, sent again under its key while mandates keep coming in, or are being taken away."""
        sent, address = headers | {"Idempotency-Key": f"canary-{next(self._keys)}"}, f"{self.url}/v1/tenants/{tenant}"
        until = time.monotonic() + PATIENCE
        answer = await self.client.post(address + path, json=body, headers=sent)
        while time.monotonic() < until and any(word in answer.text for word in WAITING):
            answer = await self.client.post(address + path, json=body, headers=sent)
        assert answer.status_code in (200, 201), (path, answer.text)
        made: dict[str, Any] = answer.json()
        return made

    async def until(self, path: str, state: str, headers: dict[str, str], tenant: str = TENANT) -> None:
        """Wait for something to be shown, and for the clock to bring it into that state."""
        address, until = f"{self.url}/v1/tenants/{tenant}{path}", time.monotonic() + PATIENCE
        while (await self.client.get(address, headers=headers)).json().get("state") != state:
            assert time.monotonic() < until, f"{path} does not become {state}"
            await asyncio.sleep(0.1)

    async def file(self, said: bytes, name: str, headers: dict[str, str]) -> dict[str, Any]:
        """An uploaded file as commands name it."""
        sent = headers | {"Content-Type": "application/pdf"}
        answer = await self.client.post(f"{self.base}/files", content=b"%PDF-1.7\n" + said, headers=sent)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json() | {"file_name": name}
        return made

    async def open_consultation(self) -> None:
        """A consultation that takes contributions."""
        officer = self.as_officer("consultation_coordinator")
        both = {"sq": {"text": "Ligj"}, "sr": {"text": "Zakon"}}
        body = {
            "title": both,
            "act_kind": "law",
            "summary": both,
            "unplanned_reason": both,
            "contact": {"office": "Zyra", "email": "zyra@example.org"},
        }
        self.consultation = (await self.post("/consultations", body, officer))["stream_id"]
        for kind in ("draft", "explanatory_memorandum"):
            files = [
                {"language": code, "file": await self.file(f"{kind} {code}".encode(), "akt.pdf", officer)}
                for code in ("sq", "sr")
            ]
            await self.post(f"/consultations/{self.consultation}/documents", {"kind": kind, "files": files}, officer)
        await self.post(f"/consultations/{self.consultation}/open", {}, officer)

    async def register_organisation(self) -> None:
        """A verified organisation."""
        claim = {
            "legal_name": {"sq": {"text": "Qendra"}},
            "legal_form": "association",
            "municipality": "prizren",
            "contact": {"office": "Zyra", "email": "zyra@example.org"},
        }
        claimant = self.as_person(derived_id("canary", "claimant"))
        self.organisation = (await self.post("/organisations", claim, claimant, NATION))["stream_id"]
        proof = {"decision_no": "1/2026", "identifiers": [{"scheme": "XK-NGO", "value": "5112345-6"}]}
        registrar = self.as_officer("registrar", NATION)
        await self.post(f"/organisations/{self.organisation}/verify", proof, registrar, NATION)

    def said(self, subject: Subject, command: type[Command]) -> dict[str, Any]:
        """The personal part of a contribution."""
        return {
            "consultation_id": self.consultation,
            "language": "sq",
            "body": "Neni 3 duhet të ndryshojë.",
            "contributor": {
                "name": subject.word(command),
                "email": f"{subject.word(command)}@example.org",
                "phone": subject.number(command),
                "address": subject.word(command),
            },
        }

    async def attached(self, subject: Subject, command: type[Command], headers: dict[str, str]) -> list[dict[str, Any]]:
        """A file whose bytes and whose name tell of the person."""
        file = await self.file(subject.word(command).encode(), f"{subject.word(command)}.pdf", headers)
        subject.files.add(file["sha256"])
        return [file]


async def _register(planter: Planter, subject: Subject) -> None:
    body = {
        "person_id": str(subject.id),
        "full_name": subject.word(RegisterMember),
        "email": f"{subject.word(RegisterMember)}@example.org",
    }
    await planter.post("/members", body, planter.as_officer("administrator"))


async def _revoke(planter: Planter, subject: Subject) -> None:
    member = member_id(tenant_ids()[TENANT], subject.id)
    officer = planter.as_officer("administrator")
    grant = {"role": "drafting_officer", "legal_basis": "Vendimi 1/2026", "valid_from": "2026-01-01"}
    await planter.post(f"/members/{member}/mandates", grant, officer)
    state = (await planter.get(f"/aggregates/{member}", officer)).json()["state"]
    body = {"mandate_id": next(iter(state["mandates"])), "reason": subject.word(RevokeMandate)}
    await planter.post(f"/members/{member}/revoke-mandate", body, officer)


async def _submit(planter: Planter, subject: Subject) -> None:
    headers = planter.as_person(subject.id)
    attachments = await planter.attached(subject, c.SubmitContribution, headers)
    body = planter.said(subject, c.SubmitContribution) | {"attachments": attachments}
    await planter.post("/contributions", body, headers)


async def _draft(planter: Planter, subject: Subject) -> None:
    headers = planter.as_person(subject.id)
    attachments = await planter.attached(subject, c.DraftContribution, headers)
    body = planter.said(subject, c.DraftContribution) | {"attachments": attachments}
    draft = (await planter.post("/contributions/drafts", body, headers))["stream_id"]
    attachments = await planter.attached(subject, c.ReviseContribution, headers)
    revised = {"language": "sq", "body": "Neni 4.", "attachments": attachments}
    await planter.post(f"/contributions/{draft}/revise", revised, headers)


async def _record(planter: Planter, subject: Subject) -> None:
    """Somebody who wrote by e-mail; the institution gives the person an id."""
    officer = planter.as_officer("drafting_officer")
    attachments = await planter.attached(subject, c.RecordContribution, officer)
    body = planter.said(subject, c.RecordContribution)
    body |= {"attachments": attachments, "channel": "email", "received_at": datetime.now(UTC).isoformat()}
    made = (await planter.post("/contributions/records", body, officer))["stream_id"]
    state = (await planter.get(f"/aggregates/{made}", officer)).json()["state"]
    subject.id = UUID(state["contributor_id"])


async def _audit(planter: Planter, subject: Subject) -> None:
    """An auditor of the nation looks for something here, and is dismissed: personal in both logs."""
    subject.tenants.append(NATION)
    supervisor = planter.as_officer("ogg_supervisor", NATION)
    body = {
        "person_id": str(subject.id),
        "full_name": subject.word(AppointAuditor),
        "email": f"{subject.word(AppointAuditor)}@example.org",
        "tenants": [TENANT],
        "legal_basis": "Vendimi 2/2026",
        "valid_from": "2026-01-01",
        "valid_to": "2099-12-31",
    }
    made = (await planter.post("/auditors", body, supervisor, NATION))["stream_id"]
    looked_for, until = subject.word(RecordAccess), time.monotonic() + PATIENCE
    subject.looked_for.add(looked_for)
    asked = f"{planter.base}/consultations?text={looked_for}"
    while (await planter.client.get(asked, headers=planter.as_person(subject.id))).status_code != 200:
        assert time.monotonic() < until, "the mandate does not come"
        await asyncio.sleep(0.1)
    dismissed = {"reason": subject.word(RevokeAppointment)}
    await planter.post(f"/auditors/{made}/revoke", dismissed, supervisor, NATION)


async def _office(planter: Planter, subject: Subject) -> None:
    """An officer of an organisation, who acted for it for a while: personal in the national log."""
    subject.tenants.append(NATION)
    registrar, here = planter.as_officer("registrar", NATION), f"/organisations/{planter.organisation}"
    officer = {
        "person_id": str(subject.id),
        "full_name": subject.word(RecordOfficer),
        "position": "chair",
        "since": "2026-01-01",
    }
    await planter.post(f"{here}/officers", officer, registrar, NATION)
    mandate = {
        "person_id": str(subject.id),
        "full_name": subject.word(MandateRepresentative),
        "email": f"{subject.word(MandateRepresentative)}@example.org",
        "legal_basis": "Statuti, neni 12",
        "valid_from": "2026-01-01",
    }
    await planter.post(f"{here}/representatives", mandate, registrar, NATION)
    supervisor = planter.as_officer("ogg_supervisor", NATION)
    state = (await planter.get(f"/aggregates/{planter.organisation}", supervisor, NATION)).json()["state"]
    [given] = [one for one in state["representatives"].values() if one["person_id"] == str(subject.id)]
    ended = {"mandate_id": given["mandate_id"], "reason": subject.word(RevokeRepresentative)}
    await planter.post(f"{here}/revoke-representative", ended, registrar, NATION)


Plant = Callable[[Planter, Subject], Awaitable[None]]
OF_MEMBERS: tuple[Plant, ...] = (_register, _revoke, _submit, _draft)
OF_OTHERS: tuple[Plant, ...] = (_record,)
OF_AUDITORS: tuple[Plant, ...] = (_audit, _submit)
OF_OFFICERS: tuple[Plant, ...] = (_office, _submit)
OF_TEN: tuple[tuple[Plant, ...], ...] = (
    *[OF_MEMBERS] * 4,
    OF_AUDITORS,
    *[OF_MEMBERS] * 2,
    OF_OFFICERS,
    OF_MEMBERS,
    OF_OTHERS,
)
"""Of ten persons one audits, one holds an office of an organisation, and one never signs in."""
PATIENCE = 120.0
"""Seconds for the worker to carry a mandate from one log to another, while others change what governs there."""
PLANTED: frozenset[type[Command]] = frozenset(
    {
        RegisterMember,
        RevokeMandate,
        AppointAuditor,
        RevokeAppointment,
        RecordAccess,
        RecordOfficer,
        MandateRepresentative,
        RevokeRepresentative,
        SubmitApplication,
        FormCommission,
        DeclareInterest,
        ExtendPool,
        AppointEvaluators,
        AppointAlternates,
        DeclareBidInterest,
        RegisterVolunteer,
        ReviseVolunteer,
        RecordGuardian,
        LogHours,
        RejectHours,
        CorrectHours,
        EndAgreement,
        IssueVolunteerCertificate,
        AcceptNomination,
        DeclareVotingInterest,
        NominatePerson,
        DeclineNominee,
        c.SubmitContribution,
        c.DraftContribution,
        c.ReviseContribution,
        c.RecordContribution,
    }
)
"""Every command that says something personal; a test finds them in the source and compares."""


async def plant(planter: Planter, canaries: int) -> list[Subject]:
    """At least so many canaries, said by as many people as it takes."""
    subjects: list[Subject] = []
    await planter.register_organisation()
    left = iter(range(canaries))

    async def work() -> None:
        for number in left:
            if sum(len(one.canaries) for one in subjects) >= canaries:
                return
            subject = Subject(derived_id("canary", number))
            subjects.append(subject)
            for step in OF_TEN[number % len(OF_TEN)]:
                await step(planter, subject)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return subjects


def found_below(*places: Path) -> Iterator[tuple[Path, set[str]]]:
    """Canaries in every file below the places, byte by byte; `?` for an encoded one."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if not path.is_file() or path.is_symlink():
                continue
            data = path.read_bytes()
            hits = {hit.decode() for hit in SEEN.findall(data)} | ({"?"} if HIDDEN.search(data) else set())
            if hits:
                yield path, hits
