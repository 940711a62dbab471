"""A database of another version: every process and every command refuses it with 5, says what to do, and changes nothing.

An older one is brought up to date by `pakt migrate` and `pakt up`, and by no command that somebody runs beside others.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import asyncpg
import pytest
from cyclopts import App

from domain.kernel.ids import derived_id
from services.cli.__main__ import app, run
from services.cli.exits import SCHEMA
from tests.support.postgres import Cluster, TestDatabase, apart
from tests.support.running import ROOT

NEWER = "INSERT INTO pakt.migration (number, name, sha256) VALUES (9999, '9999_of_tomorrow.sql', '')"
OLDER = "DELETE FROM pakt.migration WHERE number = (SELECT max(number) FROM pakt.migration)"
SUMS = """SELECT (SELECT count(*) FROM pakt.migration), (SELECT count(*) FROM es.event), (SELECT count(*) FROM es.tenant),
    (SELECT count(*) FROM es.event_type), (SELECT count(*) FROM es.checkpoint)"""
REASON, TENANT = ("--reason", "Vendim"), ("--tenant", "mj")
CALLS: dict[str, tuple[str, ...]] = {
    "up": ("--port", "0"),
    "migrate": (),
    "seed": (),
    "rebuild": ("all",),
    "gateway": ("--port", "0"),
    "projector": (),
    "worker": (),
    "sealer": (),
    "egress": (),
    "import consultations": ("FILE", *TENANT, "--mapping", "MAPPING"),
    "import contributions": (
        "FILE",
        *TENANT,
        "--consultation",
        str(derived_id("test", 1)),
        "--mapping",
        "CONTRIBUTIONS",
    ),
    "import organisations": ("FILE", "--mapping", "MAPPING"),
    "import grants": ("FILE", *TENANT),
    "import opportunities": ("FILE", *TENANT),
    "import contracts": ("FILE", *TENANT),
    "import plan": ("xk-gsccs-2013-2017", "--tenant", "opm"),
    "export 360giving": ("-o", "OUT"),
    "export ocds": ("-o", "OUT"),
    "export iati": ("-o", "OUT"),
    "open-data dump": (),
    "open-data verify": (),
    "indicators evaluate": ("consultations_opened", "--period", "2026"),
    "indicators verify": (),
    "audit diff": (*TENANT, "--from", "1"),
    "audit what-if": ("--rules", str(ROOT / "domain/rules/data/xk-2026.1.json")),
    "audit snapshots": TENANT,
    "audit replay": TENANT,
    "audit erasures": TENANT,
    "audit export": (*TENANT, "-o", "OUT"),
    "audit recorder": TENANT,
    "audit verify": TENANT,
    "audit witnesses": (),
    "keys list": (),
    "keys rotate": REASON,
    "keys retire": ("KEY", *REASON),
    "issuers list": TENANT,
    "issuers rotate": (*TENANT, *REASON),
    "issuers retire": ("KEY", *TENANT, *REASON),
    "tenant export": ("mj", "--to", "OUT"),
    "tenant import": ("FILE",),
    "tenant move": ("mj", "--to", "main"),
    "appoint": (*TENANT, "--name", "Arta", "--email", "arta@example.org", "--legal-basis", "Vendim 1"),
    "epoch check": (),
    "epoch begin": REASON,
}
ELSEWHERE = {
    "doctor": "says it, among everything else, and ends with 1",
    "settings": "reads settings alone",
    "bench": "makes databases of its own",
    "open-data check": "reads a file",
    "audit promise": "reads a file",
    "indicators list": "lists what this version knows",
    "keys tokens issue": "files of keys alone",
    "keys tokens list": "files of keys alone",
    "keys tokens rotate": "files of keys alone",
    "keys tokens retire": "files of keys alone",
    "keys prepare": "files of keys alone",
    "keys make": "files of keys alone",
    "backup run": "copies bytes, of whatever version",
    "backup take": "copies bytes, of whatever version",
    "backup list": "reads the store of backups",
    "backup verify": "reads the store of backups",
    "restore": "makes a new installation, and looks at its schema then",
    "witness": "has files of its own",
    "witness evidence": "has files of its own",
    "civikos simulate": "speaks HTTP to a gateway",
    "civikos witness-key": "has files of its own",
}


def commands(of: App, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command by its words."""
    for name in of:
        if not name.startswith("-"):
            yield from commands(of[name], (*path, name))
            if of[name].default_command:
                yield " ".join((*path, name))


@pytest.fixture(scope="module")
def newer(embedded_cluster: Cluster) -> Iterator[TestDatabase]:
    yield from _changed(embedded_cluster, NEWER)


@pytest.fixture(scope="module")
def older(embedded_cluster: Cluster) -> Iterator[TestDatabase]:
    yield from _changed(embedded_cluster, OLDER)


def _changed(cluster: Cluster, statement: str) -> Iterator[TestDatabase]:
    database = apart(cluster.clone())

    async def change() -> None:
        async with database.connect() as connection:
            await connection.execute(statement)

    apart(change())
    yield database
    apart(cluster.drop(database))


def sums(database: TestDatabase) -> Sequence[int]:
    async def count() -> "asyncpg.Record":
        async with database.connect() as connection:
            [row] = await connection.fetch(SUMS)
            return row

    return tuple(apart(count()))


def test_every_command_is_tried_or_named_with_its_reason() -> None:
    assert set(commands(app)) == {*CALLS, *ELSEWHERE}


@pytest.fixture
def called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, TestDatabase], str]:
    """Run a command on a database that it must refuse; what it said."""
    (tmp_path / "file.csv").write_text("id,title,day\n1,Erste,2026-01-05\n")
    own = 'source = "own"\nformat = "csv"\n'
    (tmp_path / "own.toml").write_text(f'{own}[consultations]\nid = "id"\ntitle = "title"\n')
    (tmp_path / "all.toml").write_text(f'{own}[contributions]\nid = "id"\nbody = "title"\nsubmitted = "day"\n')
    named = {"FILE": "file.csv", "MAPPING": "own.toml", "CONTRIBUTIONS": "all.toml", "OUT": "out", "KEY": "key"}
    monkeypatch.setenv("PAKT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PAKT_WAIT", "1")

    def call(name: str, database: TestDatabase) -> str:
        monkeypatch.setenv("PAKT_DATABASE_URL", database.url)
        before = sums(database)
        arguments = [str(tmp_path / named[word]) if word in named else word for word in CALLS[name]]
        code = run([*name.split(), *arguments])
        said = capsys.readouterr().err
        assert code == SCHEMA, said
        assert sums(database) == before
        return said

    return call


@pytest.mark.parametrize("name", CALLS)
def test_a_newer_schema_is_refused(name: str, newer: TestDatabase, called: Callable[[str, TestDatabase], str]) -> None:
    said = called(name, newer)

    assert "the database's schema is newer than this version of Pakt: migration 9999 was applied to it" in said
    assert "Start the version that brought it, or restore the backup from before" in said


@pytest.mark.parametrize(
    "name",
    ["projector", "seed", "rebuild", "import grants", "audit verify", "open-data dump", "keys rotate", "epoch begin"],
)
def test_an_older_schema_is_left_to_who_upgrades(
    name: str, older: TestDatabase, called: Callable[[str, TestDatabase], str]
) -> None:
    assert "the database lacks 1 migrations" in called(name, older)
