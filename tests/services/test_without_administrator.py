"""No process needs the database's administrator: the address that it gets names nobody, and the server asks for passwords."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.catalogue import REGISTRY
from infra.database.administration import NotAdministrator, RoleRefused, administers
from infra.database.external import ExternalDatabase
from infra.database.interface import RUNTIME_ROLES, Role
from infra.database.migrate import compare_schema, migrate
from infra.database.nodes import Nodes
from infra.database.provision import raise_epoch
from services.bootstrap import assemble
from services.cli.__main__ import run
from services.cli.exits import DONE, SCHEMA, UNREACHABLE
from services.configuration.loading import load_settings
from services.doctor import examine
from services.seeding.credentials import write_credentials
from tests.support.guarded import PASSWORD, Guarded
from tests.support.postgres import Cluster, TestDatabase, apart
from tests.support.running import Up
from tests.support.system import seeded_system

pytestmark = pytest.mark.slow
OPERATORS = {
    "migrate": (),
    "tenant move": ("mj", "--to", "main"),
    "backup take": (),
}
TITLE = {"sq": {"text": "Plani"}, "sr": {"text": "Plan"}}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Guarded]:
    server = Guarded(tmp_path / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    server = Guarded(tmp_path_factory.mktemp("guarded") / "server")
    server.start()
    apart(migrate(server.at("postgres"), REGISTRY.names, role_password=PASSWORD))
    yield server
    server.stop()


async def test_everything_runs_and_serves_by_an_address_that_names_nobody(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as system:
        write_credentials(tmp_path / "credentials.json", system.tokens)
        assert isinstance(system.database, TestDatabase)
        nobody = system.database.of_processes
        assert not await administers(ExternalDatabase(nobody).dsn(Role.ADMIN))
        await asyncio.to_thread(_serve, Up(tmp_path, "--no-demo", environment={"PAKT_DATABASE_URL": nobody}))


def _serve(up: Up) -> None:
    """A command and a query, and a stop that takes nothing from them."""
    try:
        with up.client("mj", "consultation_coordinator") as client:
            sent = client.post("/plans", json={"year": 2026, "title": TITLE}, headers={"Idempotency-Key": "plan"})
            assert sent.status_code == 201, sent.text
            told = sent.json()
            seen = client.get(f"/plans/{told['stream_id']}", params={"at_least": told["last_position"]})
        assert seen.json()["year"] == 2026
    finally:
        assert up.stop() == 0


def test_a_server_that_nobody_has_migrated_waits_for_its_administrator(
    empty: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(user: str, *command: str) -> tuple[int, str]:
        for name, value in empty.environment(tmp_path / "data", user).items():
            monkeypatch.setenv(name, value)
        return run(command), capsys.readouterr().err

    for user, command in [("", "projector"), ("postgres", "projector"), ("", "up"), ("", "seed")]:
        code, why = said(user, command)
        assert (code, "run `pakt migrate` with the administrator's address, which makes the roles" in why) == (
            SCHEMA,
            True,
        ), why
    code, why = said("", "migrate")
    assert (code, "this needs the database's administrator" in why) == (UNREACHABLE, True), why
    assert said("postgres", "migrate")[0] == DONE


async def test_nodes_that_nobody_has_migrated_are_reached_and_migrated(empty: Guarded) -> None:
    nodes = Nodes(empty.at("postgres"), {"east": empty.at("postgres", "east")})
    await nodes.start()
    with pytest.raises(RoleRefused, match="the database lacks the role"):
        await compare_schema(nodes)
    await migrate(nodes, ["test.Happened.v1"], role_password=PASSWORD)
    await nodes.stop()

    process = Nodes(empty.at(), {"east": empty.at(name="east")})
    await process.start()
    found = await compare_schema(process, ["test.Happened.v1"])
    await process.stop()
    assert (found.missing, found.types) == ((), ())


@pytest.mark.parametrize("command", OPERATORS)
def test_what_needs_the_administrator_says_so(
    command: str, migrated: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in migrated.environment(tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PAKT_BACKUP_URL", f"file://{tmp_path}/backup")

    named = [str(tmp_path / word.lower()) if word == "OUT" else word for word in OPERATORS[command]]

    code = run([*command.split(), *named])

    said = capsys.readouterr().err
    assert code == UNREACHABLE, said
    assert "this needs the database's administrator" in said


async def test_a_wrong_password_of_the_roles_is_named_and_given_to_nobody(migrated: Guarded, tmp_path: Path) -> None:
    """Only `pakt migrate` gives roles a password: a command that was told another one does not shut processes out."""
    mistaken = migrated.environment(tmp_path, "postgres", "another")

    with pytest.raises(RoleRefused, match="password authentication failed"):
        async with assemble(load_settings(mistaken)):
            pass
    assert (await compare_schema(migrated.at())).missing == ()


async def test_a_start_that_upgrades_gives_the_roles_their_new_password(empty: Guarded, tmp_path: Path) -> None:
    await migrate(empty.at("postgres"), REGISTRY.names, role_password=PASSWORD)
    told: list[str] = []

    async with assemble(load_settings(empty.environment(tmp_path, "postgres", "another")), upgrading=told.append):
        pass

    assert (await compare_schema(empty.at(password="another"))).missing == ()
    assert told == []


async def test_the_doctor_says_who_holds_an_administrators_address(migrated: Guarded, tmp_path: Path) -> None:
    found = {}
    for user in ("", "postgres"):
        looked = examine(load_settings(migrated.environment(tmp_path, user)))
        [found[user]] = [one async for one in looked if one.what == "administrator of the database"]

    assert (found[""].ok, found[""].soon) == (True, False)
    assert (found["postgres"].ok, found["postgres"].soon) == (True, True)
    assert "PAKT_DATABASE_URL is an administrator's: no process needs that" in found["postgres"].detail


async def test_no_role_of_processes_administers(migrated: Guarded) -> None:
    for role in RUNTIME_ROLES:
        named = migrated.at(f"{role}:{PASSWORD}")
        assert not await administers(named.dsn(Role.ADMIN)), role
        with pytest.raises(NotAdministrator, match="permission denied"):
            await raise_epoch(named, 1, 1, 2)
        with pytest.raises(NotAdministrator, match="permission denied"):
            await migrate(named, REGISTRY.names)
    assert await administers(migrated.at("postgres").dsn(Role.ADMIN))
