"""Migrations leave the release before them working: they expand; the contract step comes when nothing uses the old any more.

Files from before the rule stand here as they are. A released file never changes.
"""

import hashlib
import re

import pytest

from infra.database.migrate import FOLDER, Migration, read_folder
from tests.support.migration_rules import Breach, breaches, contract_of
from tests.support.releases import RELEASES, releases

INDEX = "makes an index while nobody may write: CREATE INDEX CONCURRENTLY"
BEFORE_THE_RULE = {
    "0046_append_in_fewer_steps.sql": {"drops a function"},
    "0047_load_columns.sql": {"drops a function"},
    "0048_key_statistics.sql": {"changes a type"},
    "0053_policy_lines.sql": {"changes rows of a whole table in one transaction"},
    "0054_deadline_parts.sql": {"renames"},
    "0060_organisation_register.sql": {INDEX},
    "0074_funding_past.sql": {"drops a column"},
    "0077_funding_execution.sql": {INDEX},
}
"""What files did before there was the rule. Those from 0053 on are felt by processes of 2026.11.0a1 alone."""
MIGRATIONS = read_folder(FOLDER)
OLDER = Migration(1, "0001_a.sql", "CREATE TABLE es.event (n int); CREATE TABLE rm.a (n int);")


def test_every_migration_leaves_the_release_before_it_working() -> None:
    found = {}
    for number, migration in enumerate(MIGRATIONS):
        if contract_of(migration) is None:
            found[migration.name] = {one.what for one in breaches(migration, MIGRATIONS[:number])}

    assert {name: what for name, what in found.items() if what} == BEFORE_THE_RULE


def test_a_contract_step_names_a_release_that_is_out() -> None:
    """What it takes away was used by some release before that one; two releases run beside each other, never three."""
    out = [one.name for one in releases()]
    named = {one.name: contract_of(one) for one in MIGRATIONS if contract_of(one)}

    assert {name: since for name, since in named.items() if since not in out} == {}


def test_a_released_migration_never_changes() -> None:
    now = {one.name: hashlib.sha256((FOLDER / one.name).read_bytes()).hexdigest() for one in MIGRATIONS}

    for release in releases():
        assert {name for name, digest in release.migrations.items() if now.get(name) != digest} == set(), release.name


def test_a_released_number_lies_below_those_that_come_later() -> None:
    """A database at a release has a beginning of the list; nothing is put in between afterwards."""
    newest = max(int(name[:4]) for name in releases()[-1].migrations)
    added = [one for one in MIGRATIONS if one.name not in releases()[-1].migrations]

    assert [one.name for one in added if one.number < newest] == []


def test_this_release_is_kept() -> None:
    version = re.search(r'^version = "(.+)"$', (RELEASES.parents[2] / "pyproject.toml").read_text(), re.MULTILINE)

    assert version is not None
    assert version[1] in {one.name for one in releases()}, "python .ci/make_release.py VERSION"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE rm.b (n int NOT NULL); CREATE INDEX ON rm.b (n); ALTER TABLE rm.b ALTER n SET NOT NULL;",
        "ALTER TABLE es.event ADD COLUMN t text, ADD COLUMN n int NOT NULL DEFAULT 0;",
        "ALTER TABLE es.event ADD CONSTRAINT c CHECK (n > 0) NOT VALID; ALTER TABLE es.event VALIDATE CONSTRAINT c;",
        "CREATE FUNCTION es.f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE x; UPDATE es.event SET n = 1; END $$;",
        "REVOKE EXECUTE ON FUNCTION es.f FROM PUBLIC; GRANT SELECT ON rm.a TO pakt_public;",
        "-- outside a transaction\nDROP INDEX CONCURRENTLY IF EXISTS es.e_n;\nCREATE INDEX CONCURRENTLY e_n ON es.event (n);\n",
        "COMMENT ON TABLE es.event IS 'DROP TABLE es.event; ';",
        "ALTER TABLE es.event DROP CONSTRAINT c;",
    ],
)
def test_what_expands_is_let_through(sql: str) -> None:
    assert breaches(Migration(2, "0002_b.sql", sql), [OLDER]) == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("DROP TABLE rm.a;", "drops a table"),
        ("DROP FUNCTION es.append;", "drops a function"),
        ("ALTER TABLE rm.a DROP COLUMN n;", "drops a column"),
        ("ALTER TABLE rm.a DROP n;", "drops a column"),
        ("ALTER TABLE rm.a RENAME COLUMN n TO m;", "renames"),
        ("ALTER TABLE rm.a RENAME TO b;", "renames"),
        ("ALTER TABLE IF EXISTS rm.a ALTER COLUMN n TYPE bigint;", "changes a type"),
        ("ALTER TABLE rm.a ALTER n SET DATA TYPE bigint USING n::bigint;", "changes a type"),
        ("ALTER TABLE rm.a ALTER n SET NOT NULL;", "asks for values that an older release does not write"),
        (
            "ALTER TABLE rm.a ADD m int NOT NULL;",
            "adds a column that an older release does not write, without a default",
        ),
        (
            "ALTER TABLE rm.a ADD o text DEFAULT 'a, b', ADD COLUMN m int NOT NULL;",
            "adds a column that an older release does not write, without a default",
        ),
        ("ALTER TABLE rm.a ADD m uuid DEFAULT gen_random_uuid();", "writes every row anew"),
        ("ALTER TABLE rm.a ADD CHECK (n > 0);", "checks every row while nobody may write: NOT VALID, then VALIDATE CONSTRAINT"),
        ("CREATE UNIQUE INDEX a_n ON rm.a (n);", INDEX),
        ("/* a */ create index on es.event (n);", INDEX),
        ("UPDATE rm.a SET n = 1 WHERE n = 2;", "changes rows of a whole table in one transaction"),
        ("LOCK TABLE rm.a;", "locks or empties a whole table"),
        ("TRUNCATE rm.a;", "locks or empties a whole table"),
        ("REVOKE SELECT ON rm.a FROM pakt_gateway;", "takes a right away"),
        ("DO $$ BEGIN DROP TABLE rm.a; END $$;", "drops a table"),
        ("DO $$ BEGIN EXECUTE format('DROP TABLE rm.%I', 'a'); END $$;", "drops a table"),
        ("CREATE INDEX CONCURRENTLY a_n ON rm.a (n);", "CONCURRENTLY stands in a file `-- outside a transaction`"),
        (
            "-- outside a transaction\nCREATE INDEX CONCURRENTLY a_n ON rm.a (n);\n",
            "an index made concurrently is dropped first, if a killed migrator left it",
        ),
    ],
)  # fmt: skip
def test_what_breaks_a_running_release_is_found(sql: str, what: str) -> None:
    assert [one.what for one in breaches(Migration(2, "0002_b.sql", sql), [OLDER])] == [what]


def test_a_contract_step_says_since_when() -> None:
    sql = "-- The old register.\n-- contract: unused since 2026.12.0\nDROP TABLE rm.a;"

    assert contract_of(Migration(2, "0002_b.sql", sql)) == "2026.12.0"
    assert contract_of(Migration(2, "0002_b.sql", "-- nothing\nDROP TABLE rm.a;")) is None
    assert breaches(Migration(2, "0002_b.sql", sql), [OLDER]) == [Breach("drops a table", "DROP TABLE rm.a")]
