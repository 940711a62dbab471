"""The certification validator's ten cases, judged as they are named; and what Pakt issues, judged by others' means."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from infra.credentials.data_integrity import sign
from infra.credentials.multikey import from_did_key, key_of
from infra.credentials.reading import read
from infra.credentials.verdict import Standing, judge
from tests.support.certificates import NOW, Issued, key
from tests.support.running import SHARED

BADGES = SHARED / "openbadges"
data = pytest.mark.skipif(not BADGES.exists(), reason="the samples (../shared/data/openbadges) are not here")
FOUND = {
    "complete": (Standing.VALID, set()),
    "simple": (Standing.VALID, set()),
    "simple-did-key-method": (Standing.VALID, set()),
    "simple-eddsa-2022": (Standing.UNPROVEN, {"old-form"}),
    "simple-noproof": (Standing.UNPROVEN, {"old-form"}),
    "simple-err-context": (Standing.REFUSED, {"form", "context"}),
    "simple-err-credential-subject-type": (Standing.REFUSED, {"form", "context"}),
    "simple-err-expired": (Standing.REFUSED, {"expired"}),
    "simple-err-issuer-type": (Standing.REFUSED, {"form", "context"}),
    "simple-err-proof-value": (Standing.REFUSED, {"signature"}),
}


def given(method: str) -> bytes | None:
    """The keys of hosts that answer nobody, as their issuers' web pages would say: behind the mark."""
    return from_did_key(method) or key_of(method.partition("#")[2])


@data
@pytest.mark.parametrize("name", FOUND)
def test_each_sample_is_judged_as_its_name_says(name: str) -> None:
    expected = json.loads((BADGES / "expected.json").read_bytes())["files"][f"{name}.json"]
    document = read((BADGES / "samples" / f"{name}.json").read_bytes())
    verdict = judge(document, NOW, given)
    assert (verdict.standing, {one.code for one in verdict.findings}) == FOUND[name]
    assert (verdict.standing is Standing.REFUSED) == (expected["name_says"] == "must be refused")
    schema = json.loads((BADGES / "schema/achievementcredential-derived.json").read_bytes())
    assert len(list(jsonschema.Draft202012Validator(schema).iter_errors(document))) == expected["schema_errors"]
    alone = judge(document, NOW)
    assert (alone.standing is Standing.VALID) == (expected["proof_verifies"] is True)


@data
def test_every_sample_is_there() -> None:
    assert {path.stem for path in (BADGES / "samples").iterdir()} == set(FOUND)


def test_what_pakt_issues_has_the_form_of_a_badge_on_its_days() -> None:
    credential = Issued(valid_until=NOW + timedelta(days=1)).credential()
    assert judge(credential, NOW).standing is Standing.VALID
    assert [one.code for one in judge(credential, NOW - timedelta(days=1)).findings] == ["early"]
    assert [one.code for one in judge(credential, NOW + timedelta(days=2)).findings] == ["expired"]


def test_a_badge_in_the_name_of_a_key_is_signed_by_that_key() -> None:
    forged = sign(Issued().bare(), key("forger"), NOW)
    assert [one.code for one in judge(forged, NOW).findings] == ["signature"]


def test_what_nobody_signed_is_unproven_and_what_is_no_badge_refused() -> None:
    bare = Issued().bare()
    assert judge(bare, NOW).standing is Standing.UNPROVEN
    assert judge({"hello": "world"}, NOW).standing is Standing.REFUSED
    assert judge(bare | {"validFrom": "yesterday"}, NOW).standing is Standing.REFUSED


def test_another_implementation_finds_every_word_defined() -> None:
    """Issued by JCS, a credential is JSON-LD all the same: no member falls away in RDF. pyld is not among our packages."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="the package pyld is not installed")
    from infra.credentials.contexts import inlined, kept

    lost: list[Any] = []
    bare = inlined(Issued().bare(), kept())
    written = jsonld.expand(bare, {"on_property_dropped": lost.append})
    assert (lost, len(written)) == ([], 1)
