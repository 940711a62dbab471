"""A platform of civil society with many members, over addresses alone: its registration, its process, a consultation."""

import asyncio
import csv
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import httpx

from domain.clients.commands import SetClientQuota
from domain.kernel.manifest import Role, Scope
from domain.organisations.commands import MandateRepresentative
from services.bootstrap import assemble
from services.civikos.client.pakt import Pakt
from services.seeding.seed import seed
from services.settings import Settings
from tests.support import clients, organisations
from tests.support.running import ENDS_WITHIN, ROOT, STARTS_WITHIN, Up

TENANT = "sandbox-ministry"
WITNESS = "civikos.example/w1"
WIDE = 16
"""Requests that officials have under way at once."""
WINDOW_SECONDS = 3_456_000
REASON = {"sq": {"text": "Pranohet."}, "sr": {"text": "Prihvata se."}}


class Officials:
    """People with mandates at an installation, each with an own connection."""

    def __init__(self, up: Up) -> None:
        self._up, self._stack, self._keys = up, AsyncExitStack(), 0
        self._http: httpx.AsyncClient

    async def __aenter__(self) -> Self:
        self._http = await self._stack.enter_async_context(httpx.AsyncClient(base_url=self._up.url, timeout=60))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def send(self, role: str, path: str, body: Any, *, tenant: str = TENANT, key: str = "") -> dict[str, Any]:
        """What a command is answered with."""
        self._keys += 1
        headers = self._headers(tenant, role) | {"idempotency-key": key or f"journey-{self._keys}"}
        answer = await self._http.post(f"/v1/tenants/{tenant}{path}", json=body, headers=headers)
        assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    async def ask(self, path: str, role: str = "", tenant: str = TENANT) -> Any:
        """What is answered to a question, to everybody where no role is named."""
        where = f"/v1/tenants/{tenant}{path}" if role else path
        answer = await self._http.get(where, headers=self._headers(tenant, role) if role else {})
        assert answer.status_code == 200, f"{where}: {answer.text}"
        return answer.json()

    async def file(self, name: str, language: str) -> dict[str, Any]:
        """A text that was uploaded, as a document in one language."""
        text = f"{name} {language}".encode()
        headers = self._headers(TENANT, "drafting_officer") | {"content-type": "text/plain"}
        answer = await self._http.post(f"/v1/tenants/{TENANT}/files", content=text, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        facts = {"media_type": "text/plain", "size": len(text), "file_name": f"{name}-{language}.txt"}
        return {"language": language, "file": {"sha256": answer.json()["sha256"]} | facts}

    def _headers(self, tenant: str, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._up.token(tenant, role)}"}


async def each(many: Iterable[Any], work: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """The results of work on each, several at once."""
    width = asyncio.Semaphore(WIDE)

    async def one(item: Any) -> Any:
        async with width:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in many))


async def with_members(data: Path, members: int) -> UUID:
    """A fresh installation in the folder whose register has so many organisations, each with a mandate for a client.

    Its id. What a register takes years to gather is sent to the command path, before anybody serves the folder.
    """
    async with assemble(Settings(data=data)) as system:
        await seed(system)
        scopes = (Scope.FEED, Scope.WEBHOOKS, Scope.CONTRIBUTIONS, Scope.MEMBERS, Scope.WITNESS)
        client_id = await clients.registered(system, *scopes, tenants=("all", TENANT))
        await clients.administered(system, SetClientQuota(per_minute=10_000), client_id)
        for organisation_id in await organisations.verified(system.handler, members):
            mandate = MandateRepresentative(
                person_id=client_id,
                full_name="CiviKos",
                email="api@civikos.example",
                legal_basis="Member agreement, Article 4",
                valid_from=date(2020, 1, 1),
            )
            await clients.administered(system, mandate, organisation_id, role=Role.REGISTRAR)
        return client_id


async def equipped(officials: Officials, folder: Path, client_id: UUID, members: int) -> None:
    """The client's secret and the file of its members, in the folder."""
    issued = await officials.send("administrator", f"/api-clients/{client_id}/secrets", {}, tenant="opm")
    (folder / "secret").write_text(issued["secret"] + "\n")
    with (folder / "members.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["number", "title", "scheme", "identifier"])
        known = [organisations.number_of(n) for n in range(members)]
        rows.writerows([f"M-{n:03}", f"Organizata {n}", one.scheme.value, one.value] for n, one in enumerate(known))


async def opened(officials: Officials) -> str:
    """A consultation that is open."""
    plan = {
        "title": {"sq": {"text": "Projektligji për vullnetarizmin"}, "sr": {"text": "Nacrt zakona o volontiranju"}},
        "act_kind": "law",
        "unplanned_reason": {"sq": {"text": "Urgjente"}, "sr": {"text": "Hitno"}},
        "contact": {"office": "Zyra ligjore", "email": "konsultime@example.org"},
    }
    consultation = (await officials.send("consultation_coordinator", "/consultations", plan))["stream_id"]
    for kind in ("draft", "explanatory_memorandum"):
        document = {"kind": kind, "files": [await officials.file(kind, language) for language in ("sq", "sr")]}
        await officials.send("drafting_officer", f"/consultations/{consultation}/documents", document)
    await officials.send("consultation_coordinator", f"/consultations/{consultation}/open", {})
    return str(consultation)


async def reported(officials: Officials, consultation: str, contributions: list[str]) -> None:
    """The window is over, every contribution is answered, and the report public."""
    role, path = "consultation_coordinator", f"/consultations/{consultation}"
    await officials.send("administrator", "/clock/move", {"by": WINDOW_SECONDS})
    await until(lambda: _is_closed(officials, consultation), "the window is closed")

    async def answer(contribution: str) -> None:
        said = {"consultation_id": consultation, "outcome": "accepted", "reason": REASON}
        await officials.send(role, f"/contributions/{contribution}/position", said)

    await each(contributions, answer)
    await officials.send(role, f"{path}/complete-analysis", {})
    report = {"files": [await officials.file("report", language) for language in ("sq", "sr")]}
    await officials.send(role, f"{path}/publish-report", report)


async def _is_closed(officials: Officials, consultation: str) -> bool:
    return bool((await officials.ask(f"/v1/public/consultations/{consultation}"))["state"] == "closed")


async def until(holds: Callable[[], Awaitable[bool]], what: str, within: float = 180.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + within
    while not await holds():
        assert time.monotonic() < end, f"{what}: not within {within:g} s"
        await asyncio.sleep(0.2)


class Simulated:
    """`pakt civikos simulate` as a process of its own; `url` is where its webhooks come in."""

    def __init__(self, up: Up, folder: Path, client_id: UUID, *, port: int, log: Path) -> None:
        command = [sys.executable, "-m", "services.cli", "civikos", "simulate", "--url", up.url, "--port", str(port)]
        command += [
            "--client-id",
            str(client_id),
            "--secret-file",
            str(folder / "secret"),
            "--state",
            str(folder / "civikos"),
        ]
        command += ["--members", str(folder / "members.csv"), "--tenant", TENANT, "--witness", WITNESS]
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        self.url = f"http://127.0.0.1:{port}"

    async def ready(self) -> None:
        """Until webhooks can come in."""
        assert self.process.stdout is not None
        stdout = self.process.stdout
        async with asyncio.timeout(STARTS_WITHIN):
            while not (line := await asyncio.to_thread(stdout.readline)).startswith("ready"):
                assert line, f"it ended with {self.process.wait()}: {Path(self._log.name).read_text()[-3000:]}"

    async def standing(self) -> dict[str, int]:
        """How things stand."""
        async with httpx.AsyncClient(timeout=30) as http:
            found: dict[str, int] = (await http.get(f"{self.url}/standing")).json()
            return found

    async def proved(self) -> int:
        """Events that it proves to stand in the signed logs."""
        async with httpx.AsyncClient(timeout=30) as http:
            answer = await http.get(f"{self.url}/proof")
            assert answer.status_code == 200, answer.text
            return int(answer.json()["proved"])

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        with self.process:
            self.process.wait(ENDS_WITHIN)
        self._log.close()

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.terminate()
        with self.process:
            code = self.process.wait(ENDS_WITHIN)
        self._log.close()
        return code


async def told_to(up: Up, client_id: UUID, secret: Path) -> list[str]:
    """Types of the events of consultations in the sandbox that a client with this secret is told."""
    async with Pakt(up.url, str(client_id), secret.read_text().strip()) as pakt:
        feed, cursor, found = pakt.feed(tenant=TENANT, type="consultations.*"), "", list[str]()
        while True:
            told = await feed.after(cursor)
            if not told.events:
                return found
            found += [one.type.removeprefix("xk.pakt.") for one in told.events]
            cursor = told.cursor
