"""What is to be thought of a credential that somebody shows, by what log and registers know; nothing is fetched."""

from datetime import datetime
from uuid import UUID

import msgspec

from infra.credentials.open_badges import claims
from infra.credentials.reading import Document
from infra.credentials.verdict import Finding, Standing, judge, standing_of

_URN = "urn:uuid:"


class Known(msgspec.Struct, frozen=True):
    """What Pakt knows of the certificate that a credential says to be: the claims that it must have, how it stands."""

    claims: Document
    state: str


class Verification(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found. `institution` is whose key signed, `state` how the certificate stands in the register there."""

    standing: Standing
    findings: tuple[Finding, ...] = ()
    institution: str = ""
    state: str = ""


def certificate_of(document: Document) -> UUID | None:
    """The certificate that a credential says to be; None for what names none."""
    said = document.get("id")
    try:
        return UUID(said.removeprefix(_URN)) if isinstance(said, str) and said.startswith(_URN) else None
    except ValueError:
        return None


def signed_by(document: Document) -> str:
    """The did:key of the issuer, '' for another form."""
    issuer = document.get("issuer")
    said = issuer.get("id") if isinstance(issuer, dict) else issuer
    return said if isinstance(said, str) else ""


def verify(document: Document, now: datetime, institution: str, known: Known | None) -> Verification:
    """The verdict, where the issuer's key is that of `institution` ('' for nobody's) and its register has `known`."""
    findings = list(judge(document, now).findings)
    if not institution:
        findings.append(Finding("issuer", "its issuer is no institution of this installation"))
    elif known is None or known.claims != _claimed(document):
        findings.append(Finding("altered", "the log of the institution does not hold the issue of this certificate"))
    elif known.state != "issued":
        findings.append(Finding("revoked", f"the certificate is {known.state}"))
    return Verification(standing_of(findings), tuple(findings), institution, known.state if known else "")


def _claimed(document: Document) -> Document | None:
    try:
        return claims(document)
    except (KeyError, TypeError, ValueError):
        return None
