"""Proofs of W3C Data Integrity: the vectors of the Recommendation, and what must not verify."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyoxigraph as ox
import pytest
import rfc8785

from infra.credentials.contexts import Contexts, context_of, inlined, kept
from infra.credentials.data_integrity import JCS, RDFC, hashed, verify
from infra.credentials.multikey import did_key, from_did_key, from_multibase, key_of, method_of, multibase
from infra.credentials.rdf_canonical import TooEntangled, canonical
from infra.credentials.reading import MOST_BYTES, MOST_DEPTH, read
from infra.credentials.refusal import CredentialRefused
from tests.support.certificates import Issued, public
from tests.support.running import SHARED

VECTORS = SHARED / "vc_eddsa"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
data = pytest.mark.skipif(not VECTORS.exists(), reason="the W3C vectors (../shared/data/vc_eddsa) are not here")
SUITES = {JCS: "JCS", RDFC: "DataInt"}


def contexts() -> Contexts:
    """Those that ship, and that of the W3C's examples, which defines every word and so belongs to no product."""
    file = SHARED / "openbadges/contexts/credentials-examples-v2.jsonld"
    return {**kept(), EXAMPLES: context_of(file.read_bytes())}


def vector(suite: str, name: str) -> str:
    return (VECTORS / suite / name).read_text("utf-8")


@data
@pytest.mark.parametrize("suite", SUITES)
def test_the_vectors_of_the_recommendation(suite: str) -> None:
    tail = SUITES[suite]
    document = read((VECTORS / "unsigned.json").read_bytes())
    options = json.loads(vector(suite, f"proofConfig{tail}.json"))
    for one, name in ((document, f"canonDoc{tail}.txt"), (options, f"proofCanon{tail}.txt")):
        quads = ox.parse(json.dumps(inlined(one, contexts())).encode(), format=ox.RdfFormat.JSON_LD)
        assert (rfc8785.dumps(one) if suite == JCS else canonical(quads)).decode() == vector(suite, name)
    combined = hashed(document, options, contexts())
    assert combined.hex() == vector(suite, f"combinedHash{tail}.txt")
    assert combined.hex() == vector(suite, f"proofHash{tail}.txt") + vector(suite, f"docHash{tail}.txt")
    signed = read(vector(suite, f"signed{tail}.json").encode())
    assert from_multibase(signed["proof"]["proofValue"]).hex() == vector(suite, f"sigHex{tail}.txt")
    assert signed["proof"]["proofValue"] == vector(suite, f"sigBTC58{tail}.txt")
    pair = json.loads((VECTORS / "keyPair.json").read_bytes())
    (proven,) = verify(signed, contexts=contexts())
    assert (proven.suite, proven.public) == (suite, key_of(pair["publicKeyMultibase"]))
    for changed in ({"name": "Another"}, {"id": "urn:uuid:00000000-0000-0000-0000-000000000000"}):
        with pytest.raises(CredentialRefused) as refused:
            verify(signed | changed, contexts=contexts())
        assert refused.value.code == "signature"


def spoilt(**changes: Any) -> dict[str, Any]:
    credential = Issued().credential()
    return credential | {"proof": {**credential["proof"], **changes}}


def resigned(**changes: Any) -> dict[str, Any]:
    return {**Issued().credential(), **changes}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: resigned(name="Another"), "signature"),
        (lambda: resigned(unknown="a member that JSON-LD would leave out"), "signature"),
        (lambda: {name: value for name, value in Issued().credential().items() if name != "proof"}, "proof"),
        (lambda: resigned(proof=[Issued().credential()["proof"]] * 5), "proof"),
        (lambda: resigned(proof="signed"), "proof"),
        (lambda: spoilt(type="Ed25519Signature2020"), "proof"),
        (lambda: spoilt(proofPurpose="authentication"), "proof"),
        (lambda: spoilt(previousProof="urn:x"), "proof"),
        (lambda: spoilt(cryptosuite="eddsa-2022"), "suite"),
        (lambda: spoilt(cryptosuite=[RDFC]), "suite"),
        (lambda: spoilt(cryptosuite=RDFC), "signature"),
        (lambda: spoilt(created="2026-11-26T12:00:01Z"), "signature"),
        (lambda: spoilt(proofValue="z" + "1" * 88), "signature"),
        (lambda: spoilt(proofValue="u0OIl"), "encoding"),
        (lambda: spoilt(verificationMethod=method_of(did_key(public("another")))), "signature"),
        (lambda: spoilt(verificationMethod=f"{did_key(public('one'))}#z6Mk"), "key"),
        (lambda: spoilt(verificationMethod="https://example.com/issuers/1#key"), "key"),
        (lambda: spoilt(**{"@context": ["https://www.w3.org/ns/credentials/v1"]}), "context"),
        (lambda: resigned(credits=2**60), "json"),
    ],
)
def test_what_does_not_verify(made: Callable[[], dict[str, Any]], code: str) -> None:
    with pytest.raises(CredentialRefused) as refused:
        verify(made())
    assert refused.value.code == code


def test_a_proof_is_the_same_each_time_and_holds() -> None:
    first, second = Issued().credential(), Issued().credential()
    assert first == second
    assert verify(first)[0].public == public(Issued().issuer)
    later = Issued(at=Issued().at + timedelta(seconds=1)).credential()
    assert first["proof"]["proofValue"] != later["proof"]["proofValue"]


@data
def test_a_word_that_no_context_defines_is_not_taken_as_signed() -> None:
    sample = read((SHARED / "openbadges/samples/simple-did-key-method.json").read_bytes())
    assert verify(sample)
    with pytest.raises(CredentialRefused) as refused:
        verify(sample | {"salary": "1,000,000"})
    assert refused.value.code == "context"


def test_blank_nodes_made_to_keep_us_busy_are_refused() -> None:
    """A complete graph of blank nodes that are all alike: its orders are more than anybody can walk."""
    nodes = [ox.BlankNode(f"n{number}") for number in range(9)]
    link = ox.NamedNode("urn:link")
    with pytest.raises(TooEntangled):
        canonical(ox.Quad(one, link, other) for one in nodes for other in nodes if one != other)


def test_a_chain_made_to_reach_the_end_of_the_stack_is_refused() -> None:
    """Nodes that are alike but for what lies a thousand steps away, twice, so that their surroundings decide."""
    bare = Issued().bare()
    links = [{"id": f"_:{side}{n}", "source": {"id": f"_:{side}{n + 1}"}} for side in "ab" for n in range(900)]
    document = bare | {"credentialSubject": links, "proof": {"cryptosuite": RDFC, "proofPurpose": "assertionMethod"}}
    document["proof"] |= {
        "type": "DataIntegrityProof",
        "verificationMethod": did_key(public("one")),
        "proofValue": "z1",
    }
    with pytest.raises(CredentialRefused) as refused:
        verify(document)
    assert refused.value.code in {"size", "context"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[]", "json"),
        (b"{", "json"),
        (b"\xff", "json"),
        (b'{"a": 1, "a": 2}', "json"),
        (b'{"a": NaN}', "json"),
        (rb'{"a": ["\ud800"]}', "json"),
        (rb'{"\udfff": 1}', "json"),
        (b"[" * 100_000, "size"),
        (b"[" * 60_000, "json"),
        (b'{"a": ' * (MOST_DEPTH + 1) + b"1" + b"}" * (MOST_DEPTH + 1), "size"),
        (b'{"a": "' + b"x" * MOST_BYTES + b'"}', "size"),
    ],
)
def test_what_is_not_read(raw: bytes, code: str) -> None:
    with pytest.raises(CredentialRefused) as refused:
        read(raw)
    assert refused.value.code == code


def test_keys_and_their_texts() -> None:
    did = did_key(public("one"))
    assert from_did_key(method_of(did)) == from_did_key(did) == public("one")
    assert from_did_key("https://example.com") is None
    zeros = b"\0\0" + hashlib.sha256(b"x").digest()
    assert from_multibase(multibase(zeros)) == zeros
    with pytest.raises(CredentialRefused):
        key_of(multibase(b"\x12\x00" + public("one")))  # a P-256 key
