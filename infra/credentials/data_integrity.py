"""Proofs of W3C Data Integrity 1.0 with Ed25519: made in eddsa-jcs-2022, verified in eddsa-rdfc-2022 too.

What is signed is SHA-256 over the canonical proof options, then SHA-256 over the canonical document (Data Integrity
EdDSA Cryptosuites 1.0, sections 3.2 and 3.3). The infra/adr 0027 says why Pakt issues the one and reads both.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyoxigraph as ox
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infra.credentials.contexts import Contexts, UnknownContext, inlined, kept
from infra.credentials.multikey import did_key, from_did_key, from_multibase, method_of, multibase
from infra.credentials.rdf_canonical import TooEntangled, canonical
from infra.credentials.reading import Document, listed
from infra.credentials.refusal import CredentialRefused

JCS, RDFC = "eddsa-jcs-2022", "eddsa-rdfc-2022"
MOST_PROOFS = 4
_UNDEFINED = {"@vocab": "urn:undefined:", "@base": "urn:undefined:"}
"""With it before the contexts, a word that they do not define becomes visible."""
Resolve = Callable[[str], bytes | None]
"""The Ed25519 key of a verification method; None for one that is not known."""


class Proven(msgspec.Struct, frozen=True):
    """A proof that holds: by which suite and key, and when it says that it was made."""

    suite: str
    method: str
    public: bytes
    created: datetime | None


def sign(document: Document, key: Ed25519PrivateKey, created: datetime) -> Document:
    """The document with a proof in eddsa-jcs-2022 by the did:key of `key`; the same input gives the same bytes."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": JCS,
        "created": f"{created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "verificationMethod": method_of(did_key(key.public_key().public_bytes_raw())),
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    value = multibase(key.sign(hashed(document, options)))
    return document | {"proof": options | {"proofValue": value}}


def hashed(document: Document, options: Document, contexts: Contexts | None = None) -> bytes:
    """The 64 bytes that are signed. Raises: CredentialRefused."""
    suite = options.get("cryptosuite")
    if suite not in (JCS, RDFC):  # it may be of whatever type
        raise CredentialRefused("suite", f"{str(suite)[:60]!r} is no suite known here")
    canonise = _by_jcs if suite == JCS else lambda one: _by_rdfc(one, contexts or kept())
    return b"".join(hashlib.sha256(canonise(one)).digest() for one in (options, document))


def verify(document: Document, resolve: Resolve = from_did_key, contexts: Contexts | None = None) -> tuple[Proven, ...]:
    """Every proof of the document. Raises: CredentialRefused when there is none, or one that does not hold."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    proofs = listed(document.get("proof"))
    if not 0 < len(proofs) <= MOST_PROOFS:
        raise CredentialRefused("proof", f"a credential has 1 to {MOST_PROOFS} proofs")
    return tuple(_verified(bare, proof, resolve, contexts) for proof in proofs)


def _verified(bare: Document, proof: Any, resolve: Resolve, contexts: Contexts | None) -> Proven:
    if not isinstance(proof, dict) or proof.get("type") != "DataIntegrityProof":
        raise CredentialRefused("proof", "a proof is a DataIntegrityProof")
    if proof.get("proofPurpose") != "assertionMethod" or "previousProof" in proof:
        raise CredentialRefused("proof", "a credential's proof asserts it, and depends on no other")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare, options = _with_contexts(bare, options)
    method = str(options.get("verificationMethod", ""))
    public = resolve(method)
    if public is None:
        raise CredentialRefused("key", f"the key {method[:120]!r} is not known")
    signature = from_multibase(str(proof.get("proofValue", "")))
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, hashed(bare, options, contexts))
    except (InvalidSignature, ValueError) as error:
        raise CredentialRefused("signature", "the signature is not of this document by this key") from error
    return Proven(options["cryptosuite"], method, public, moment(options.get("created")))


def _with_contexts(bare: Document, options: Document) -> tuple[Document, Document]:
    """Document and options as they are hashed: contexts of a JCS proof begin the document's (section 3.3.2)."""
    named = options.get("@context")
    if options.get("cryptosuite") != JCS:
        return bare, options | {"@context": bare.get("@context")}
    if named is None:
        return bare, options
    if listed(bare.get("@context"))[: len(listed(named))] != listed(named):
        raise CredentialRefused("context", "the document does not begin with the contexts of its proof")
    return bare | {"@context": named}, options


def moment(said: object) -> datetime | None:
    """A time of a credential (XML Schema dateTimeStamp). Raises: CredentialRefused for what is there and is none."""
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise CredentialRefused("time", f"{str(said)[:40]!r} is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _by_jcs(document: Document) -> bytes:
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        raise CredentialRefused("json", "RFC 8785 has no form for this document") from error


def _by_rdfc(document: Document, contexts: Contexts) -> bytes:
    """Refuses words that no context defines: RDF leaves them out, so nobody would have signed them."""
    try:
        written = inlined(document, contexts)
        found = canonical(_quads(written))
        revealed = canonical(_quads(written | {"@context": [_UNDEFINED, *written["@context"]]}))
    except UnknownContext as error:
        raise CredentialRefused("context", f"the context {error} is not kept here") from error
    except (TooEntangled, RecursionError) as error:
        raise CredentialRefused("size", "its parts are too alike to be put into an order") from error
    except (SyntaxError, ValueError, KeyError) as error:
        raise CredentialRefused("json", "this is not JSON-LD") from error
    if found != revealed:
        raise CredentialRefused("context", "it says something that none of its contexts defines")
    return found


def _quads(document: Document) -> list[ox.Quad]:
    return list(ox.parse(json.dumps(document).encode(), format=ox.RdfFormat.JSON_LD))
