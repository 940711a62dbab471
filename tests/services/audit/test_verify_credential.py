"""Whoever is shown a certificate checks it alone; whatever was forged, altered, revoked or is another's is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.credentials.data_integrity import sign
from infra.credentials.issuers import KeyState
from tests.support.certificates import INSTALLATION, NAME, NOW, SLUG, Issued, issuers, key, public, status, told

PROGRAM = Path("services/audit/standalone/verify_credential.py")
CURRENT, EARLIER, RETIRED = KeyState.CURRENT, KeyState.EARLIER, KeyState.RETIRED
OURS = (SLUG, "issuer of mflt", CURRENT)
OTHERS = ("mj", "issuer of mj", CURRENT)
Json = dict[str, Any]


def run(
    folder: Path,
    credential: Json | str,
    listed: str | None = None,
    revoked: Json | None = None,
    name: str = NAME,
    trusted: str = "installation",
) -> tuple[int, str]:
    """Exit code and output of the program, in an interpreter that sees nothing of Pakt."""
    said = credential if isinstance(credential, str) else json.dumps(credential)
    files = {
        "credential.json": said,
        "issuers": listed or issuers(OURS, OTHERS),
        "status.json": json.dumps(revoked or status()),
    }
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    vkey = f"{INSTALLATION}+{public(trusted).hex()}"
    command = [sys.executable, "-I", PROGRAM.resolve(), "credential.json", "--key", vkey, "--issuers", "issuers"]
    command += ["--status", "status.json", "--name", name, "--now", told(NOW + timedelta(minutes=5))]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def test_a_certificate_verifies_and_says_what_it_is_worth(tmp_path: Path) -> None:
    code, said = run(tmp_path, Issued(valid_until=NOW + timedelta(days=400)).credential())
    assert code == 0, said
    shown = json.loads(said)
    assert (shown["institution"], shown["issuer"], shown["holder"]) == (SLUG, "Name of mflt", NAME)
    assert (shown["minutes"], shown["months"], shown["entries"], shown["revoked"]) == (4_830, 1, 23, "no")


def altered(**changes: Any) -> Json:
    return {**Issued().credential(), **changes}


def subject(**changes: Any) -> Json:
    """Signed by the issuer's own key, but other than the log has it."""
    bare = Issued().bare()
    return sign({**bare, "credentialSubject": {**bare["credentialSubject"], **changes}}, key(Issued().issuer), NOW)


def elsewhere(**changes: str) -> Json:
    bare = Issued().bare()
    return sign({**bare, "credentialStatus": {**bare["credentialStatus"], **changes}}, key(Issued().issuer), NOW)


REFUSED: list[tuple[str, Callable[[], Json], str]] = [
    ("altered", lambda: altered(name="Doctor"), "signature of the credential is false"),
    ("forged by a key of nobody", lambda: Issued(issuer="forger").credential(), "no institution of the list"),
    ("no proof", lambda: Issued().bare(), "no proof"),
    (
        "another suite",
        lambda: altered(proof={**Issued().credential()["proof"], "cryptosuite": "eddsa-rdfc-2022"}),
        "not one that",
    ),
    ("by another institution's key", lambda: Issued(issuer="issuer of mj").credential(), "evidence is of"),
    ("a log that the installation did not sign", lambda: Issued(log="forger").credential(), "not signed by a key"),
    ("another event", lambda: Issued(type_name="volunteering.HoursTotalled.v1").credential(), "not of the issue"),
    ("unconfirmed hours", lambda: Issued(changes={"minutes": 60}).credential(), "otherwise: minutes"),
    ("more months", lambda: Issued(changes={"months": 0}).credential(), "otherwise: months"),
    ("another's", lambda: Issued(changes={"name_hash": "sha256$00"}).credential(), "otherwise: name_hash"),
    ("longer", lambda: Issued(changes={"valid_until": told(NOW)}).credential(), "otherwise: valid_until"),
    ("other days", lambda: subject(activityStartDate="2020-01-01T00:00:00Z"), "otherwise: first_day"),
    ("another subject", lambda: subject(id="urn:uuid:00000000-0000-0000-0000-000000000001"), "otherwise: subject"),
    ("expired", lambda: Issued(valid_until=NOW).credential(), "was valid until"),
    ("of tomorrow", lambda: Issued(at=NOW + timedelta(days=1)).credential(), "not valid yet"),
    ("another place of the status list", lambda: elsewhere(statusListIndex="7"), "another place"),
    ("a list for suspensions", lambda: elsewhere(statusPurpose="suspension"), "another place"),
    ("another form", lambda: altered(issuer="did:key:z6Mk"), "form of a certificate"),
]


@pytest.mark.parametrize(("made", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(tmp_path: Path, made: Callable[[], Json], why: str) -> None:
    code, said = run(tmp_path, made())
    assert (code, why in said) == (1, True), said


def test_revoked_and_what_is_no_status_list_of_the_issuer(tmp_path: Path) -> None:
    credential = Issued().credential()
    for revoked, why in (
        (status(1), "it was revoked"),
        (status(issuer="issuer of mj"), "of another issuer"),
        (status(issuer="issuer of mj", slug="mj"), "of another issuer"),
        (status(issuer="forger"), "of another issuer"),
        (status(until=NOW), "was valid until"),
        ({**status(1), "credentialSubject": status()["credentialSubject"]}, "is false"),
    ):
        code, said = run(tmp_path, credential, revoked=revoked)
        assert (code, why in said) == (1, True), said
    assert run(tmp_path, credential, revoked=status(0, 2))[0] == 0


def test_keys_that_sign_no_more(tmp_path: Path) -> None:
    rotated = issuers((SLUG, "issuer of mflt", EARLIER), (SLUG, "next", CURRENT), OTHERS)
    credential, later = Issued().credential(), Issued(stored=NOW + timedelta(minutes=1)).credential()
    assert run(tmp_path, credential, rotated, status(issuer="next"))[0] == 0
    assert "signs no more" in run(tmp_path, credential, rotated, status())[1]
    gone = issuers((SLUG, "issuer of mflt", RETIRED), (SLUG, "next", CURRENT), since=NOW + timedelta(seconds=1))
    assert run(tmp_path, credential, gone, status(issuer="next"))[0] == 0
    assert "retired before" in run(tmp_path, later, gone, status(issuer="next"))[1]


def test_whom_to_trust_and_whose_it_is(tmp_path: Path) -> None:
    credential = Issued().credential()
    assert run(tmp_path, credential, issuers(OURS, signed_by="forger"))[0] == 1
    assert run(tmp_path, credential, trusted="another")[0] == 1
    assert "not of a person" in run(tmp_path, credential, name="Arta Krasniqi")[1]
    assert run(tmp_path, credential, name="  Vlora   Berisha ")[0] == 0


def test_what_cannot_be_looked_at(tmp_path: Path) -> None:
    twice = json.dumps(Issued().credential()).replace('"name"', '"id": "urn:x", "name"', 1)
    assert run(tmp_path, twice)[0] == 1
    assert run(tmp_path, "not json")[0] == 2
    assert run(tmp_path, "[" * 100_000)[0] == 2
    assert run(tmp_path, Issued().credential(), "no note")[0] == 2
