"""pyld, rfc8785 and cryptography, without a line of Pakt, say what Pakt says of credentials, right and altered.

pyld is no dependency, since it brings a package under the LGPL. Part of `make qualify`.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.credentials.contexts import kept
from tests.support.certificates import NOW, Issued
from tests.support.elsewhere import asks_a_registry, environment, told
from tests.support.running import SHARED

pytestmark = asks_a_registry
VECTORS = SHARED / "vc_eddsa"
PROGRAM = """
import hashlib, json, sys
import base58, rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

contexts = json.loads(sys.stdin.readline())
jsonld.set_document_loader(lambda url, _: {"contextUrl": None, "documentUrl": url, "document": contexts[url]})

def canonical(suite, document):
    if suite == "eddsa-jcs-2022":
        return rfc8785.dumps(document)
    return jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads"}).encode()

def verified(credential):
    proof = credential.pop("proof")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options.setdefault("@context", credential["@context"])
    suite = proof["cryptosuite"]
    hashed = b"".join(hashlib.sha256(canonical(suite, one)).digest() for one in (options, credential))
    key = base58.b58decode(proof["verificationMethod"].rpartition("#z")[2])
    try:
        Ed25519PublicKey.from_public_bytes(key[2:]).verify(base58.b58decode(proof["proofValue"][1:]), hashed)
    except InvalidSignature:
        return False
    return key[:2] == bytes([0xED, 0x01])

for line in sys.stdin:
    credential, lost = json.loads(line), []
    jsonld.expand(credential, {"on_property_dropped": lost.append})
    print(json.dumps([verified(credential), lost]))
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    packages = ("pyld==3.3.0", "cachetools", "frozendict", "rfc8785==0.1.4", "cryptography", "base58")
    return environment(tmp_path_factory.mktemp("elsewhere"), *packages)


def judged(python: Path, credentials: list[dict[str, Any]]) -> list[Any]:
    contexts = {address: {"@context": parts} for address, parts in kept().items()}
    return [json.loads(line) for line in told(python, PROGRAM, [json.dumps(one) for one in (contexts, *credentials)])]


def test_what_pakt_issues_verifies_and_no_word_of_it_is_lost(elsewhere: Path) -> None:
    issued = [Issued(at=NOW + timedelta(hours=n), issuer=f"issuer {n % 5}").credential() for n in range(50)]

    assert judged(elsewhere, issued) == [[True, []]] * 50


def test_what_was_altered_does_not_verify(elsewhere: Path) -> None:
    right = Issued().credential()
    altered = [
        right | {"validFrom": "2020-01-01T00:00:00Z"},
        right | {"credentialSubject": right["credentialSubject"] | {"id": "urn:uuid:other"}},
        right | {"proof": right["proof"] | {"created": "2020-01-01T00:00:00Z"}},
    ]

    assert [fine for fine, _ in judged(elsewhere, altered)] == [False] * 3


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors (../shared/data/vc_eddsa) are not here")
def test_it_verifies_the_vectors_of_the_standard_as_well(elsewhere: Path) -> None:
    names = ("eddsa-jcs-2022/signedJCS.json", "eddsa-rdfc-2022/signedDataInt.json")
    vectors = [json.loads((VECTORS / name).read_bytes()) for name in names]
    examples = json.loads((SHARED / "openbadges/contexts/credentials-examples-v2.jsonld").read_bytes())
    address = "https://www.w3.org/ns/credentials/examples/v2"
    contexts = {one: {"@context": parts} for one, parts in kept().items()} | {address: examples}

    found = told(elsewhere, PROGRAM, [json.dumps(one) for one in (contexts, *vectors)])
    assert [json.loads(line)[0] for line in found] == [True, True]
