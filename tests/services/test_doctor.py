"""The doctor says what is wrong around Pakt, and what to do: certificates, clocks, files, brokers, modes of files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from infra.clock import FixedClock
from services.bootstrap import System
from services.doctor import around, examine
from services.finding import Finding
from services.health import Probe
from services.peers import certificates, peers
from services.settings import Settings
from tests.support.disk import disk
from tests.support.rabbitmq import SHARED, require_shared
from tests.support.tls import certificate, saying, showing

YEAR = timedelta(days=365)
NOW = datetime.now(UTC)


async def found(settings: Settings, what: str) -> Finding:
    [one] = [finding async for finding in examine(settings) if finding.what == what]
    return one


@pytest.mark.parametrize(
    ("begins", "ends", "ok", "soon", "said"),
    [
        (-YEAR, timedelta(days=90), True, False, "holds until"),
        (-YEAR, timedelta(days=10, hours=1), True, True, "in 10 days: renew it"),
        (-YEAR, -timedelta(days=1), False, False, "expired on"),
        (timedelta(days=1), YEAR, False, False, "is our clock right?"),
    ],
)
async def test_a_certificate_is_looked_at_before_it_ends(
    tmp_path: Path, begins: timedelta, ends: timedelta, ok: bool, soon: bool, said: str
) -> None:
    path = certificate(tmp_path, begins, ends)
    async with (
        showing(path) as https,
        showing(path) as amqps,
        showing(path, as_postgresql=True) as postgresql,
    ):
        settings = Settings(
            database_url=f"postgresql://pakt:secret@127.0.0.1:{postgresql}/pakt?sslmode=verify-full&sslrootcert={path}",
            broker_url=f"amqps://pakt:secret@localhost:{amqps}/pakt",
            public_url=f"https://localhost:{https}",
        )
        findings = [one async for one in certificates(settings, NOW)]

    assert [(one.ok, one.soon) for one in findings] == [(ok, soon)] * 4
    assert all(said in one.detail for one in findings), findings
    assert "secret" not in str(findings)


async def test_who_does_not_encrypt_is_told_apart_from_who_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with saying(b"N") as port:
        url = f"postgresql://pakt@127.0.0.1:{port}/pakt"
        [near] = [one async for one in certificates(Settings(database_url=url), NOW)]
        monkeypatch.setattr("services.peers._HERE", frozenset())
        [far] = [one async for one in certificates(Settings(database_url=url), NOW)]
    assert (near.ok, far.ok) == (True, False)
    assert "sslmode=verify-full" in far.detail


async def test_who_shows_none_is_minded_where_the_process_must_reach_him() -> None:
    settings = Settings(broker_url="amqps://u:p@127.0.0.1:1/vhost", public_url="https://127.0.0.1:2")
    broker, public = [one async for one in certificates(settings, NOW)]
    assert (broker.ok, public.ok) == (False, True)
    assert "shows none" in broker.detail and "cannot be looked at from here" in public.detail


def test_every_server_of_the_settings_is_known_once() -> None:
    known = peers(
        Settings(
            database_url="postgresql://u:p%40x@db1.example,db2.example:6432/pakt",
            broker_url="amqps://u:p@rabbit.example/vhost;amqps://u:p@rabbit.example/vhost",
            public_url="https://pakt.example",
        )
    )
    assert [(one.host, one.port) for one in known] == [
        ("db1.example", 5432),
        ("db2.example", 6432),
        ("rabbit.example", 5671),
        ("pakt.example", 443),
    ]
    for silent in ("postgresql://u@/pakt?host=/run/postgresql", "postgresql://u@db/pakt?sslmode=disable", ""):
        assert list(peers(Settings(database_url=silent))) == []


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_wrong_is_said_and_takes_the_process_out_of_service(system: System, hours: int) -> None:
    clock = FixedClock(datetime.now(UTC) + timedelta(hours=hours))
    [apart, _] = [one async for one in around(replace(system, clock=clock))]
    ready = await Probe(system.reading, clock).readiness()
    word = "behind" if hours > 0 else "ahead of"

    assert (apart.what, apart.ok) == ("clock", False)
    assert word in apart.detail and "chrony" in apart.detail
    assert ready.status == "not-ready" and word in ready.checks["clock"]
    assert (await Probe(system.reading).readiness()).checks["clock"] == "ok"


async def test_files_are_stored_given_back_and_taken_away(system: System, tmp_path: Path) -> None:
    folder = system.settings.data / "objects"
    before = {path for path in folder.rglob("*") if path.is_file()}
    [clock, files] = [one async for one in around(system)]
    assert (clock.ok, files.ok) == (True, True)
    assert {path for path in folder.rglob("*") if path.is_file()} == before

    from infra.objectstore.obstore import local_objects

    with disk(tmp_path / "disk", 1) as small:
        objects = local_objects(small.folder)
        with small.closed():
            [_, refused] = [one async for one in around(replace(system, objects=objects))]
    assert not refused.ok and "may it be written" in refused.detail


@pytest.mark.broker
async def test_a_broker_that_lets_nobody_in_is_told_from_one_that_is_away(tmp_path: Path) -> None:
    await require_shared()
    for broker_url, ok, said in (
        (SHARED, True, "lets us in"),
        ("amqp://guest:wrong-secret@127.0.0.1:5672", False, "user or password"),
        (f"{SHARED}/nowhere-{id(tmp_path)}", False, "add_vhost"),
        ("amqp://guest:guest@127.0.0.1:1", False, "is it running"),
    ):
        one = await found(Settings(data=tmp_path, broker_url=broker_url), "broker")
        assert (one.ok, said in one.detail) == (ok, True), one
        assert "wrong-secret" not in one.detail


async def test_files_that_others_may_read_and_folders_without_room_are_said(tmp_path: Path) -> None:
    (tmp_path / "keys" / "issuers").mkdir(parents=True)
    secrets = [tmp_path / "keys" / "issuers" / "one.pem", tmp_path / "credentials.json", tmp_path / "signing.pem"]
    settings = Settings(data=tmp_path, signing_key=secrets[2])
    for path in secrets:
        path.write_bytes(b"secret")
        path.chmod(0o644)
    advice = await found(settings, f"keys in {tmp_path / 'keys'}")
    assert not advice.ok and advice.detail == f"chmod 600 {' '.join(map(str, secrets))}"
    for path in secrets:
        path.chmod(0o600)
    assert (await found(settings, f"keys in {tmp_path / 'keys'}")).ok

    with disk(tmp_path / "disk", 8) as small:
        copies = small.folder / "copies"  # nobody has copied anything yet
        narrow = Settings(data=small.folder, backup_url=f"file://{copies}")
        for folder in (small.folder, copies):
            one = await found(narrow, f"folder {folder}")
            assert (one.ok, "make room" in one.detail) == (False, True)


def test_what_is_not_so_yet_is_not_said() -> None:
    assert msgspec.to_builtins(Finding(ok=True, what="a", detail="b")) == {"ok": True, "what": "a", "detail": "b"}


@pytest.mark.parametrize(
    ("name", "is_minded"),
    [("pakt.example.org", True), ("logs.example", True), ("pakt.localhost", False), ("example.rks-gov.net", False)],
)
async def test_an_examples_name_of_the_logs_is_minded_before_it_stands_for_ever(
    name: str, is_minded: bool, tmp_path: Path
) -> None:
    found = [one async for one in examine(Settings(data=tmp_path, log_name=name)) if one.what == "name of the logs"]

    assert [(one.ok, one.soon) for one in found] == [(True, True)] * is_minded
