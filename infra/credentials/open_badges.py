"""The Open Badges 3.0 credential of volunteering: what the log says of a certificate, in the words of that standard.

`services/audit/standalone/verify_credential.py` takes each of these members apart again and compares it with the event
that the evidence proves: what is changed here is changed there.
"""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from infra.credentials.contexts import BADGES, CREDENTIALS
from infra.credentials.reading import Document
from infra.credentials.status_list import SIZE

MINUTES, MONTHS, ENTRIES = "minutes", "months", "entries"
PROOF_GENRE = "https://c2sp.org/tlog-proof@v1"
_RESULTS = {
    MINUTES: ("Minutes volunteered", "ext:Minutes"),
    MONTHS: ("Months of work experience recognised", "ext:Months"),
    ENTRIES: ("Confirmed entries of the ledger of hours", "ext:Entries"),
}


class Issuer(msgspec.Struct, frozen=True):
    """Who signs: a did:key, the institution's name, and its address on the web."""

    did: str
    name: str
    url: str


class Programme(msgspec.Struct, frozen=True):
    """What was achieved; texts stand in all languages of the institution, one after the other."""

    programme_id: UUID
    name: str
    criteria: str
    skills: tuple[str, ...]


class Badge(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate.

    `subject` is an id that stands nowhere else; `name_hash` is the salted name of whoever holds it (`sha256$` and the
    SHA-256 of name and salt, in hex).
    `evidence` is the C2SP tlog-proof of the event `event_id` at `position` of the issuer's log; `status_lists` is the
    address below which the lists of that epoch of the log are found.
    """

    certificate_id: UUID
    subject: UUID
    name_hash: str
    salt: str = ""
    issuer: Issuer
    programme: Programme
    issued_at: datetime
    valid_until: datetime | None
    first_day: date
    last_day: date
    numbers: dict[str, int]
    event_id: UUID
    position: int
    evidence: str = ""
    status_lists: str


def compose(badge: Badge) -> Document:
    """The credential without its proof."""
    made: Document = {
        "@context": [CREDENTIALS, BADGES],
        "id": badge.certificate_id.urn,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": badge.programme.name,
        "issuer": _profile(badge.issuer),
        "validFrom": stamp(badge.issued_at),
    }
    if badge.valid_until is not None:
        made["validUntil"] = stamp(badge.valid_until)
    made["credentialSubject"] = _subject(badge)
    made["evidence"] = [
        {
            "id": badge.event_id.urn,
            "type": ["Evidence"],
            "name": "Proof that the log of the issuer holds the issue of this certificate",
            "genre": PROOF_GENRE,
            "narrative": badge.evidence,
        }
    ]
    list_at, index = f"{badge.status_lists}/{(badge.position - 1) // SIZE}", (badge.position - 1) % SIZE
    made["credentialStatus"] = {
        "id": f"{list_at}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": list_at,
    }
    return made


def status_credential(issuer: Issuer, address: str, encoded_list: str, since: datetime, until: datetime) -> Document:
    """A status list as the credential that it is, without its proof."""
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": stamp(since),
        "validUntil": stamp(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list,
        },
    }


def stamp(at: datetime) -> str:
    """A time in whole seconds, UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _profile(issuer: Issuer) -> Document:
    return {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.url}


def _subject(badge: Badge) -> Document:
    return {
        "id": badge.subject.urn,
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "name",
                "hashed": True,
                "identityHash": badge.name_hash,
                "salt": badge.salt,
            }
        ],
        "activityStartDate": f"{badge.first_day}T00:00:00Z",
        "activityEndDate": f"{badge.last_day}T00:00:00Z",
        "achievement": _achievement(badge),
        "result": [
            {"type": ["Result"], "resultDescription": _result(badge, name), "value": str(badge.numbers[name])}
            for name in _RESULTS
        ],
    }


def _achievement(badge: Badge) -> Document:
    programme = badge.programme
    return {
        "id": programme.programme_id.urn,
        "type": ["Achievement"],
        "achievementType": "CommunityService",
        "name": programme.name,
        "description": programme.criteria,
        "criteria": {"narrative": programme.criteria},
        "creator": _profile(badge.issuer),
        "tag": list(programme.skills),
        "resultDescription": [
            {"id": _result(badge, name), "type": ["ResultDescription"], "name": label, "resultType": kind}
            for name, (label, kind) in _RESULTS.items()
        ],
    }


def _result(badge: Badge, name: str) -> str:
    return f"{badge.programme.programme_id.urn}#{name}"


def claims(document: Document) -> Document:
    """What a credential of `compose` says of whom and what, apart from texts: for comparing two of them.

    Raises: KeyError, TypeError, ValueError for a document that `compose` did not make.
    """
    subject = document["credentialSubject"]
    (who,), status = subject["identifier"], document["credentialStatus"]
    return {
        "id": document["id"],
        "issuer": document["issuer"]["id"],
        "subject": subject["id"],
        "name_hash": who["identityHash"],
        "programme": subject["achievement"]["id"],
        "days": (subject["activityStartDate"], subject["activityEndDate"]),
        "numbers": [(one["resultDescription"], one["value"]) for one in subject["result"]],
        "issued_at": document["validFrom"],
        "valid_until": document.get("validUntil"),
        "status": (status["statusListCredential"], status["statusListIndex"], status["statusPurpose"]),
    }
