"""Erased means erased: canaries planted by every command that says something personal are looked for byte by byte."""

import ast
import asyncio
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from domain.catalogue import COMMANDS
from domain.consultations.commands import SubmitContribution
from domain.erasure.commands import EraseSubject
from infra.database.embedded import AttachedDatabase
from infra.database.interface import Role
from services.databases import database_folder
from tests.architecture.source import modules, tree
from tests.support.canaries import NATION, PLANTED, SEEN, TENANT, Planter, Subject, found_below, plant
from tests.support.council_canaries import PLACES, plant_in_council
from tests.support.grant_canaries import PEOPLE, plant_in_grants
from tests.support.platform_canaries import plant_nominees
from tests.support.running import Up
from tests.support.service_canaries import plant_in_services
from tests.support.volunteer_canaries import plant_volunteers

CANARIES = int(os.environ.get("PAKT_CANARIES", "300"))
VOLUNTEERS = int(os.environ.get("PAKT_VOLUNTEERS", "20"))
ERASURES = int(os.environ.get("PAKT_ERASURES", "10"))
EVERY = 4
"""One of so many volunteers has themselves erased."""
MAKERS = frozenset({"Personal", "personal_file"})
LEAVES = (
    "SELECT sha256(string_agg(sha256(e::text::bytea), '' ORDER BY e.tenant_id, e.position)) FROM es.event e"
    " JOIN unnest($1::int[], $2::bigint[]) h(tenant_id, position)"
    " ON h.tenant_id = e.tenant_id AND e.position <= h.position"
)
EMPTYING = "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"

pytestmark = [pytest.mark.slow, pytest.mark.crash]


def test_every_command_that_says_something_personal_is_planted() -> None:
    """Found in the source: decisions that lead, within their module, to where personal values are made."""
    found = {name for path in modules("domain") for name in _personal_commands(path)}

    assert found == {command.__name__ for command in PLANTED}


def _personal_commands(path: Path) -> Iterator[str]:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    makers: set[str] = set(MAKERS)
    while more := {one.name for one in functions if _called(one) & makers and not _decides(one)} - makers:
        makers |= more
    for one in functions:
        if _called(one) & makers:
            yield from _decides(one)


def _called(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func).split(".")[-1] for node in ast.walk(function) if isinstance(node, ast.Call)}


def _decides(function: ast.FunctionDef) -> list[str]:
    """Names of the commands that a decision is on."""
    marks = [node for node in function.decorator_list if isinstance(node, ast.Call)]
    named = [ast.unparse(mark.args[0]) for mark in marks if ast.unparse(mark.func) in {"creates", "decides"}]
    return [name for name in named if name in COMMANDS]


class Collector(BaseHTTPRequestHandler):
    """Keeps what telemetry sends."""

    folder: Path

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / f"{time.monotonic_ns()}.otlp").write_bytes(data)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def collector(folder: Path) -> Iterator[str]:
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Collector,), {"folder": folder}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_whoever_is_erased_is_nowhere(tmp_path: Path) -> None:
    data, spans, exports, log = (tmp_path / name for name in ("data", "spans", "exports", "process.log"))
    exports.mkdir()
    with collector(spans) as address, log.open("wb") as said:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_BSP_SCHEDULE_DELAY": "500"}
        running = await asyncio.to_thread(lambda: Up(data, environment=environment, log=said))
        try:
            story = Story(running, data, exports)
            async with httpx.AsyncClient(timeout=60) as client:
                erased, kept = await story.tell(client)
        finally:
            assert await asyncio.to_thread(running.stop) == 0

    found = dict(found_below(data, spans, exports, log))
    statements = data / "postgresql" / "postgresql.log"
    if statements in found:  # a search's words are a statement's parameter, and here the server was told to write those
        found[statements] -= {word for one in (*erased, *kept) for word in one.looked_for}
        found = {path: hits for path, hits in found.items() if hits}
    objects = {path.name: hits for path, hits in found.items() if path.is_relative_to(data / "objects")}
    elsewhere = {str(path): hits for path, hits in found.items() if not path.is_relative_to(data / "objects")}
    gone = {canary for one in erased for canary in one.canaries}
    leaked = gone & {hit for hits in found.values() for hit in hits}
    print(
        f"\nerasure: {sum(len(one.canaries) for one in (*erased, *kept))} canaries, {len(erased)} of "
        f"{len(erased) + len(kept)} persons erased, {len(gone)} canaries looked for in {_size(tmp_path):,} bytes, "
        f"{len(leaked)} hits, {len(elsewhere)} files with others' outside of objects; {story.measured}"
    )
    assert leaked == set(), sorted(elsewhere)
    assert elsewhere == {}
    assert set(objects) == {sha256 for one in kept for sha256 in one.files}  # the control: what is kept is found
    told = b"".join(path.read_bytes() for path in (*spans.iterdir(), log))
    assert b"http.server.request.duration" in told
    assert running.token(TENANT, "administrator").encode() not in told  # nor was anybody's key to the door told
    assert b"es.append" in statements.read_bytes()  # the server wrote down every statement with its parameters


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


class Story:
    """Plants, erases, looks at every way to read, and sweeps the database as time would."""

    def __init__(self, running: Up, data: Path, exports: Path) -> None:
        self.running, self.data, self.exports = running, data, exports
        self.measured = ""

    async def tell(self, client: httpx.AsyncClient) -> tuple[list[Subject], list[Subject]]:
        """Those who were erased, and those who were not."""
        database = AttachedDatabase(database_folder(self.data))
        await database.start()
        admin = await asyncpg.connect(**database.dsn(Role.ADMIN))
        try:
            return await self._tell(client, admin)
        finally:
            await admin.close()

    async def _tell(self, client: httpx.AsyncClient, admin: Any) -> tuple[list[Subject], list[Subject]]:
        await _configure(admin, "log_min_duration_statement = 0", "log_parameter_max_length = -1")
        planter = Planter(self.running.url, self.data, client, self.running.token)
        await planter.open_consultation()
        subjects = await plant(planter, CANARIES)
        people = [one for one in subjects if one.tenants == [TENANT]]
        await plant_in_grants(planter, people[:PEOPLE])
        await plant_in_services(planter, people[PEOPLE:])
        await plant_in_council(planter, people[-PLACES:])
        erased, kept = self._chosen(subjects)
        volunteers = await plant_volunteers(planter, VOLUNTEERS)
        erased += volunteers[::EVERY]
        kept += [one for one in volunteers if one not in erased]
        nominees = await plant_nominees(planter)
        erased += nominees[::3]
        kept += [one for one in nominees if one not in erased]
        heads = await admin.fetch("SELECT tenant_id, max(position) AS position FROM es.event GROUP BY tenant_id")
        before = await self._leaves(admin, heads)
        keys = await self._keys(admin, erased)
        for one in erased:
            await self._misuse(planter, one)
        times = [await self._erase(planter, n, one) for n, one in enumerate(erased)]
        await self._read_everything(planter, erased, kept)
        assert await self._leaves(admin, heads) == before  # every proof still verifies: not a byte of it moved
        assert [key for key in await self._keys(admin, erased) if key] == []
        still = self._keys_left(keys)
        await _sweep(admin)
        swept = self._keys_left(keys)
        self.measured = (
            f"erasing took {sorted(times)[len(times) // 2] * 1000:.0f} ms (median), {max(times) * 1000:.0f} ms at most; "
            f"wrapped keys on disk: {still} after erasure, {swept} after vacuum and recycling of the WAL"
        )
        assert swept == 0
        return erased, kept

    def _chosen(self, subjects: list[Subject]) -> tuple[list[Subject], list[Subject]]:
        every = max(len(subjects) // ERASURES, 1)
        erased = [one for n, one in enumerate(subjects) if n % every == every - 1][:ERASURES]
        assert len(erased) == ERASURES
        return erased, [one for one in subjects if one not in erased]

    async def _leaves(self, admin: Any, heads: list[Any]) -> bytes:
        """Over each log up to its own head."""
        upto = ([row["tenant_id"] for row in heads], [row["position"] for row in heads])
        found: bytes = await admin.fetchval(LEAVES, *upto)
        return found

    async def _keys(self, admin: Any, subjects: list[Subject]) -> list[bytes]:
        sql = "SELECT wrapped_dek FROM es.subject_key WHERE subject_id = ANY ($1)"
        return [row["wrapped_dek"] for row in await admin.fetch(sql, [one.id for one in subjects])]

    def _keys_left(self, keys: list[bytes]) -> int:
        """How many of the wrapped keys still lie somewhere in the files of the database."""
        left = set(keys)
        for path in database_folder(self.data).rglob("*"):
            if left and path.is_file():
                content = path.read_bytes()
                left -= {key for key in left if key in content}
        return len(keys) - len(left)

    async def _misuse(self, planter: Planter, subject: Subject) -> None:
        """Requests that are refused, with somebody's data in them: no refusal is kept with its words."""
        word = subject.canaries[0]
        bodies: tuple[dict[str, Any], ...] = (
            planter.said(subject, SubmitContribution) | {"contributor": {"name": word, "email": word}},
            {word: word},
            planter.said(subject, SubmitContribution) | {"consultation_id": word},
        )
        for body in bodies:
            answer = await planter.client.post(
                f"{planter.base}/contributions",
                json=body,
                headers=planter.as_person(subject.id) | {"Idempotency-Key": f"wrong-{word}"},
            )
            assert answer.status_code in {400, 422}, answer.text

    async def _erase(self, planter: Planter, number: int, subject: Subject) -> float:
        """By the person or by an officer, wherever there is something about the person; seconds for the last one."""
        if subject.tenants[0] == NATION:
            return await self._erase_everywhere(planter, subject)
        own = number % 2 and not _wrote_by_mail(subject)
        headers = planter.as_person(subject.id) if own else planter.as_officer("administrator")
        body = {"subject_id": str(subject.id), "ground": "consent_withdrawn"}
        for tenant in subject.tenants[1:]:
            await planter.post("/erasures", body, planter.as_person(subject.id), tenant)
        began = time.perf_counter()
        made = await planter.post("/erasures", body, headers)
        took = time.perf_counter() - began
        assert made["events"][0]["type"].startswith(f"erasure.{EraseSubject.__name__.removeprefix('Erase')}Erased")
        return took

    async def _erase_everywhere(self, planter: Planter, subject: Subject) -> float:
        """By the one request that needs no institution's name."""
        headers = planter.as_person(subject.id) | {"Idempotency-Key": "everywhere"}
        began = time.perf_counter()
        answer = await planter.client.post(
            f"{planter.url}/v1/me/erasures", json={"ground": "consent_withdrawn"}, headers=headers
        )
        told = answer.json()
        assert (told["complete"], [one["tenant"] for one in told["institutions"]]) == (True, sorted(subject.tenants))
        return time.perf_counter() - began

    async def _read_everything(self, planter: Planter, erased: list[Subject], kept: list[Subject]) -> None:
        for one in erased:
            for tenant in one.tenants:
                held = (await planter.get(f"/subjects/{one.id}", planter.as_person(one.id), tenant)).json()
                assert held["state"] == "erased"
                assert {value["value"] for value in held["values"]} == {None}
            told = (await planter.get(f"/erasures/{one.id}", planter.as_person(one.id), one.tenants[0])).json()
            assert told["files"] == len(one.files)
            assert told["certificate"]
            for credential in one.credentials:  # in the holder's own hands it goes on to be worth what it was
                judged = await planter.client.post(
                    f"{planter.url}/v1/public/credentials/verify", json=credential, headers={}
                )
                assert (judged.json()["standing"], judged.json()["state"]) == ("valid", "issued"), judged.text
        assert [one for one in erased if one.credentials]
        for one in kept[:: max(len(kept) // 20, 1)]:
            values: set[str] = set()
            for tenant in one.tenants:
                held = (await planter.get(f"/subjects/{one.id}", planter.as_person(one.id), tenant)).json()
                said = {value["value"].partition("@")[0].removesuffix(".pdf") for value in held["values"]}
                values |= {value for value in said if SEEN.fullmatch(value.encode())}
            assert values == set(one.canaries) - set(await self._contents(planter, one))
        officer = planter.as_officer("administrator")
        for n, path in enumerate(
            ("/audit", "/erasures", f"/consultations/{planter.consultation}/contributions", "/consultations")
        ):
            for kind in ("text/csv", "application/x-ndjson"):
                answer = await planter.get(path, officer | {"Accept": kind})
                (self.exports / f"{n}.{kind.rpartition('/')[2]}").write_bytes(answer.content)
        for name in ("erasures", "replay"):
            done = await asyncio.to_thread(self.running.pakt, "audit", name, "--tenant", TENANT, "--json")
            assert done.returncode == 0, done.stderr
            (self.exports / f"{name}.json").write_text(done.stdout + done.stderr)
        dumped = await asyncio.to_thread(
            self.running.pakt, "open-data", "dump", "--json"
        )  # files beside the people's own
        assert dumped.returncode == 0, dumped.stderr

    async def _contents(self, planter: Planter, subject: Subject) -> list[str]:
        """Canaries that are the bytes of the person's files."""
        officer, found = planter.as_officer("administrator"), []
        for sha256 in subject.files:
            content = (await planter.get(f"/files/{sha256}", officer)).content
            assert hashlib.sha256(content).hexdigest() == sha256
            found.append(content.partition(b"\n")[2].decode())
        return found


def _wrote_by_mail(subject: Subject) -> bool:
    return len(subject.files) == 1


async def _sweep(admin: Any) -> None:
    """What vacuum and the recycling of the WAL do in time, done now."""
    for (table,) in await admin.fetch(f"{EMPTYING} WHERE c.relkind = 'r' AND n.nspname IN ('es', 'rm')"):
        await admin.execute(f"VACUUM FULL {table}")
    await _configure(admin, "wal_recycle = off", "min_wal_size = '32MB'")
    for _ in range(2 + await admin.fetchval("SELECT count(*) FROM pg_ls_waldir()")):  # those recycled before, too
        await admin.execute("SELECT pg_logical_emit_message(false, 'swept', ''), pg_switch_wal()")
        await admin.execute("CHECKPOINT")


async def _configure(admin: Any, *settings: str) -> None:
    for setting in settings:
        await admin.execute(f"ALTER SYSTEM SET {setting}")
    await admin.execute("SELECT pg_reload_conf()")
