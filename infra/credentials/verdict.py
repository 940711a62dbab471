"""What is to be thought of a badge that somebody shows: its form, its days, its proofs; not whose its keys are."""

import json
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import msgspec

from infra.credentials.contexts import Contexts
from infra.credentials.data_integrity import Proven, Resolve, moment, verify
from infra.credentials.multikey import from_did_key
from infra.credentials.reading import Document, listed
from infra.credentials.refusal import CredentialRefused

OLD_FORM = "https://www.w3.org/2018/credentials/v1"
_SCHEMA = Path(__file__).with_name("open_badges.schema.json")
_MOST_FINDINGS = 10


class Standing(StrEnum):
    """`valid`: it is what it says. `unproven`: nothing is wrong with it, and nothing here shows who made it."""

    VALID = "valid"
    UNPROVEN = "unproven"
    REFUSED = "refused"


class Finding(msgspec.Struct, frozen=True):
    """One thing to know of a credential: a word for programs, a sentence for people who look into it.

    Words: size, json, form, context, old-form, time, early, expired, proof, no-proof, suite, key, encoding, signature;
    of what Pakt issues further issuer, evidence, altered, status, revoked.
    """

    code: str
    reason: str


class Verdict(msgspec.Struct, frozen=True):
    """What was found, and the proofs that hold."""

    standing: Standing
    findings: tuple[Finding, ...] = ()
    proofs: tuple[Proven, ...] = ()


_OPEN = frozenset({"old-form", "no-proof", "key", "issuer"})
"""Findings that say that something is missing here, not that something is wrong."""


def judge(
    document: Document, now: datetime, resolve: Resolve = from_did_key, contexts: Contexts | None = None
) -> Verdict:
    """The verdict on an Open Badge 3.0. It asks nobody: a key that `resolve` does not know leaves it unproven."""
    findings = [*_old(document)] or [*_form(document), *_days(document, now)]
    proofs: tuple[Proven, ...] = ()
    if not any(one.code == "old-form" for one in findings):
        try:
            proofs = _proofs(document, resolve, contexts)
        except CredentialRefused as refused:
            findings.append(Finding(refused.code, str(refused)))
    return Verdict(standing_of(findings), tuple(findings), proofs)


def standing_of(findings: list[Finding]) -> Standing:
    """What the findings come to."""
    if not findings:
        return Standing.VALID
    return Standing.UNPROVEN if all(one.code in _OPEN for one in findings) else Standing.REFUSED


def _proofs(document: Document, resolve: Resolve, contexts: Contexts | None) -> tuple[Proven, ...]:
    if "proof" not in document:
        raise CredentialRefused("no-proof", "nobody has signed it")
    proofs = verify(document, resolve, contexts)
    issuer = document.get("issuer")
    named = str(issuer.get("id") if isinstance(issuer, dict) else issuer)
    if named.startswith("did:") and any(one.method.partition("#")[0] != named for one in proofs):
        raise CredentialRefused("signature", "somebody else than its issuer has signed it")
    return proofs


def _old(document: Document) -> list[Finding]:
    if listed(document.get("@context"))[:1] != [OLD_FORM]:
        return []
    return [Finding("old-form", "it has the form of Verifiable Credentials 1.1, which is not read here")]


def _form(document: Document) -> list[Finding]:
    errors = islice(_validator().iter_errors(document), _MOST_FINDINGS)
    places = ("/" + "/".join(map(str, error.absolute_path)) for error in errors)
    return [Finding("form", f"{place} is not as Open Badges 3.0 has it") for place in places]


def _days(document: Document, now: datetime) -> list[Finding]:
    try:
        begins, ends = moment(document.get("validFrom")), moment(document.get("validUntil"))
    except CredentialRefused as refused:
        return [Finding(refused.code, str(refused))]
    early = [Finding("early", f"it is valid from {document['validFrom']}")] if begins and now < begins else []
    return early + ([Finding("expired", f"it was valid until {document['validUntil']}")] if ends and ends < now else [])


@cache
def _validator() -> Any:
    return jsonschema.Draft202012Validator(json.loads(_SCHEMA.read_bytes()))
