"""`pakt appoint` and `pakt keys tokens issue`: how the first person of an installation without a demo gets in."""

import json
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from infra.identity.tokens import TokenIssuer
from services.settings import Settings, token_key_file
from tests.support.running import Up, pakt

pytestmark = pytest.mark.slow

ARTA = ("--name", "Arta Gashi", "--email", "arta@example.org", "--legal-basis", "Decision 12/2026")


def test_the_first_administrator_is_appointed_and_gets_a_token(seeded_data: Path) -> None:
    data = seeded_data
    appointed = pakt("appoint", "--tenant", "mj", *ARTA, data=data)
    assert appointed.returncode == 0, appointed.stderr
    person = UUID(appointed.stdout.strip())
    again = pakt("appoint", "--tenant", "mj", *ARTA, "--person", str(person), data=data)
    assert (again.returncode, "holds a mandate as administrator" in again.stderr) == (2, True)
    nowhere = pakt("appoint", "--tenant", "nowhere", *ARTA, data=data)
    assert (nowhere.returncode, "no institution has that slug" in nowhere.stderr) == (2, True)
    unmeant = pakt("appoint", "--tenant", "mj", *ARTA[:2], "--email", "nobody", *ARTA[4:], data=data)
    assert (unmeant.returncode, "$.email" in unmeant.stderr) == (2, True)

    issued = pakt("keys", "tokens", "issue", str(person), "--name", "Arta Gashi", "--days", "2", data=data)
    claims = TokenIssuer.open(token_key_file(Settings(data=data))).verify(issued.stdout.strip())
    assert (claims.person_id, claims.name) == (person, "Arta Gashi")
    for days in ("0", "367", "many"):
        refused = pakt("keys", "tokens", "issue", str(person), "--name", "Arta", "--days", days, data=data)
        assert (refused.returncode, refused.stdout) == (2, "")


def test_nobody_is_appointed_where_no_institution_is(tmp_path: Path) -> None:
    empty = pakt("appoint", "--tenant", "opm", *ARTA, data=tmp_path / "none")
    assert (empty.returncode, "holds no database" in empty.stderr) == (3, True)
    assert not (tmp_path / "none").exists()


def test_an_installation_without_a_demo_has_nobody_and_no_restart_gives_it_its_key(tmp_path: Path) -> None:
    """Seeded beside the process that runs: what has signed since is in the log, and everybody can verify by it."""
    data = tmp_path / "data"
    up = Up(data, "--no-demo")
    try:
        early = up.pakt("appoint", "--tenant", "opm", *ARTA)
        assert (early.returncode, "`pakt seed --no-demo` first" in early.stderr) == (2, True)
        assert up.pakt("keys", "list").stdout == "no key has signed yet\n"
        seeded = up.pakt("seed", "--no-demo", "--json")
        assert json.loads(seeded.stdout)["tenants"] > 50
        told = httpx.get(f"{up.url}/v1/public/signing-keys").json()["keys"]
        listed = up.pakt("keys", "list").stdout.splitlines()
    finally:
        assert up.stop() == 0
    assert listed[:2] == ["current, private half here", told[0]["public_key"]]
    assert not (data / "credentials.json").exists()
