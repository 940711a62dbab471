"""Verify a certificate of volunteering without Pakt and without asking anybody.

    python verify_credential.py CREDENTIAL --key VKEY --issuers LIST [--status FILE] [--name NAME] [--now TIME]

CREDENTIAL is a file of JSON: an Open Badge 3.0 with a proof in eddsa-jcs-2022, as it is attached to the printed
certificate. VKEY is the public key of the installation as `pakt keys list` prints it, `pakt.example.org+5a1b+AY...`, or
`name+hex`: the one thing to be trusted from elsewhere. LIST is the list of issuers that this key signed
(`/v1/public/issuers`): it says which keys are which institution's. FILE is the status list that the credential names,
with the same kind of proof: it says whether the certificate was revoked; without it that is not looked at. NAME is that
of the person who shows it.

What must hold: the proof is of this document, by a key of the institution, and today is a day of its; the log of the
same institution, under its signed checkpoint, holds the issue of just this certificate, with this person's hashed name,
these minutes, months and days; the status list is the same institution's, and it is the list, and the place in it, that
follow from the place of the issue in the log.

Exit codes: 0 it is valid; 1 it is not; 2 it could not be looked at: a file or a key is not what it should be.

Needs Python 3.11 and the package `cryptography`. The layout of an entry is in LEAF.md of Pakt.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import unicodedata
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VALID, INVALID, UNUSABLE = 0, 1, 2
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
ISSUED, PROOF, LIST = "volunteering.CertificateIssued.v1", "c2sp.org/tlog-proof@v1", "pakt-issuers/v1"
ENTRIES, LARGEST = 131_072, 1 << 20
HEAD = struct.Struct(">BBIIQ16sIqq16s16sHIII")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
SIGNATURE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
Json = dict[str, Any]
Key = tuple[str, bytes]  # name, public key
Issuers = dict[str, tuple[str, str, datetime, str]]  # by public key: institution, state, since when, name


class Refused(Exception):
    """An exit code and why."""


def require(holds: object, why: str, code: int = INVALID) -> None:
    if not holds:
        raise Refused(code, why)


# ---- texts and keys


def raw_of(text: str, size: int | None = None) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(UNUSABLE, f"{text[:60]!r} is not base64") from error
    require(size in {None, len(raw)} and base64.b64encode(raw).decode() == text, f"{text[:60]!r}: wrong base64", 2)
    return raw


def from_base58(text: str) -> bytes:
    """Bytes from base58btc behind a 'z'."""
    require(re.fullmatch(f"z[{LETTERS}]{{1,127}}", text), f"{text[:60]!r} is not base58btc")
    number = 0
    for letter in text[1:]:
        number = number * 58 + LETTERS.index(letter)
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def did_key(did: str) -> bytes:
    """The Ed25519 key of a did:key."""
    raw = from_base58(did.removeprefix("did:key:")) if did.startswith("did:key:") else b""
    require(raw[:2] == b"\xed\x01" and len(raw) == 34, f"{did[:80]!r} is no Ed25519 did:key")
    return raw[2:]


def id_of(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def key_of(vkey: str) -> Key:
    """A verifier key of C2SP signed-note, or `name+hex`."""
    name, _, rest = vkey.partition("+")
    if re.fullmatch(r"[0-9a-f]{64}", rest):
        return name, bytes.fromhex(rest)
    stated, _, encoded = rest.partition("+")
    raw = raw_of(encoded, 33)
    require(raw[0] == 1 and id_of(name, raw[1:]).hex() == stated, f"{vkey[:100]!r} is not a verifier key", UNUSABLE)
    return name, raw[1:]


def verify(public: bytes, signature: bytes, message: bytes, whose: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refused(INVALID, f"the signature of {whose} is false") from error


def signed_text(whole: str, name: str, keys: list[Key]) -> str:
    """The text of a note that one of the keys signed under that name."""
    text, blank, lines = whole.rpartition("\n\n")
    found = [SIGNATURE.fullmatch(line) for line in lines.splitlines()]
    require(blank and lines.endswith("\n") and all(found), "a note is a text, an empty line and signature lines", 2)
    for signer, raw in [(one[1], raw_of(one[2])) for one in found if one]:
        for _, public in keys:
            if (signer, raw[:4]) == (name, id_of(name, public)):
                verify(public, raw[4:], (text + "\n").encode(), name)
                return text + "\n"
    raise Refused(INVALID, f"what should be of {name} is not signed by a key that was given")


# ---- JSON


def read(path: Path) -> Json:
    """A JSON object in which no member is there twice."""

    def once(pairs: list[tuple[str, Any]]) -> Json:
        require(len(dict(pairs)) == len(pairs), f"{path.name} says a member twice")
        return dict(pairs)

    raw = path.read_bytes()
    require(len(raw) <= LARGEST, f"{path.name} is larger than {LARGEST} bytes", UNUSABLE)
    found = json.loads(raw, object_pairs_hook=once)
    require(isinstance(found, dict), f"{path.name} is no JSON object", UNUSABLE)
    return dict(found)


def canonical(value: object) -> str:
    """RFC 8785. What Pakt issues holds no fractions: they are refused, so that no number has two forms."""
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if abs(value) < 2**53:
            return str(value)
        case list():
            return f"[{','.join(map(canonical, value))}]"
        case dict():
            names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
        case _:
            raise Refused(INVALID, "it holds a number that Pakt does not write")


def proven(document: Json, issuer: str) -> None:
    """Refuse a document without exactly one proof in eddsa-jcs-2022 by the issuer's did:key."""
    proof = document.get("proof")
    require(isinstance(proof, dict), "it has no proof, or more than one")
    options = {name: value for name, value in dict(proof or {}).items() if name != "proofValue"}
    right = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"{issuer}#{issuer.removeprefix('did:key:')}",
        "@context": document.get("@context"),
        "created": options.get("created"),
    }
    require(options == right, "its proof is not one that Pakt makes")
    bare = {name: value for name, value in document.items() if name != "proof"}
    hashes = [hashlib.sha256(canonical(one).encode()).digest() for one in (options, bare)]
    verify(did_key(issuer), from_base58(str(dict(proof or {}).get("proofValue"))), b"".join(hashes), "the credential")


def instant(text: object) -> datetime:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused(INVALID, f"{str(text)[:40]!r} is no time as Pakt writes it") from error


def within(document: Json, now: datetime, what: str) -> None:
    require(instant(document.get("validFrom")) <= now, f"{what} is not valid yet")
    if "validUntil" in document:
        require(now <= instant(document["validUntil"]), f"{what} was valid until {document['validUntil']}")


# ---- whose key, which log


def issuers_of(text: str, keys: list[Key]) -> Issuers:
    """What the list says of each key."""
    lines = signed_text(text, f"{keys[0][0]}/issuers", keys).splitlines()
    require(lines[:2] == [f"{keys[0][0]}/issuers", LIST], "the list of issuers has another form", UNUSABLE)
    rows = [line.split(" ", 4) for line in lines[3:]]
    require(all(len(row) == 5 for row in rows), "the list of issuers has another form", UNUSABLE)
    return {key: (slug, state, datetime.fromisoformat(since), name) for slug, key, state, since, name in rows}


def included(leaf: bytes, index: int, size: int, hashes: list[bytes], root: bytes) -> bool:
    """Whether the leaf is in the tree, as RFC 9162 section 2.1.3.2 verifies it."""
    number, last, found = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            return False
        left = bool(number & 1) or number == last
        found = hashlib.sha256(b"\x01" + (sibling + found if left else found + sibling)).digest()
        while left and not number & 1 and number:
            number, last = number >> 1, last >> 1
        number, last = number >> 1, last >> 1
    return index < size and last == 0 and found == root


def logged(text: str, slug: str, keys: list[Key]) -> tuple[int, int, Json]:
    """Position, epoch and event of a tlog-proof of that institution's log."""
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    require(first == PROOF and len(lines) > 1 and lines[0].startswith("extra "), "the evidence is no proof of an event")
    entry, at = raw_of(lines[0][6:]), lines[1].removeprefix("index ")
    require(NUMBER.fullmatch(at), "the evidence names no place in the log")
    origin = note.split("\n", 1)[0]
    installation, _, rest = origin.rpartition(f"/{slug}/")
    require(installation == keys[0][0] and NUMBER.fullmatch(rest), f"the evidence is of {origin[:80]}, not of {slug}")
    size, root = signed_text(note, origin, keys).split("\n")[1:3]
    leaf, hashes = hashlib.sha256(b"\0" + entry).digest(), [raw_of(line, 32) for line in lines[2:]]
    require(NUMBER.fullmatch(size) and included(leaf, int(at), int(size), hashes, raw_of(root, 32)), "not in the log")
    return event_of(entry, int(at))


def event_of(entry: bytes, index: int) -> tuple[int, int, Json]:
    try:
        form, _, _, epoch, position, stream, _, at, stored, _, _, *sizes = HEAD.unpack_from(entry)
        ends = [HEAD.size + sum(sizes[:n]) for n in range(5)]
        name, data = entry[ends[0] : ends[1]].decode(), json.loads(entry[ends[2] : ends[3]])
    except (struct.error, ValueError) as error:
        raise Refused(INVALID, "the evidence holds no entry that can be read") from error
    require((form, position, len(entry)) == (1, index + 1, ends[4]), "the entry is not that of the position")
    require(name == ISSUED, f"the evidence is of a {name[:60]}, not of the issue of a certificate")
    when = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one) for one in (at, stored)]
    return position, epoch, data | {"id": uuid.UUID(bytes=stream).urn, "at": when[0], "stored": when[1]}


def told(credential: Json) -> Json:
    """What a credential says, in the words of the event."""
    subject = credential["credentialSubject"]
    (who,), results = subject["identifier"], {one["resultDescription"]: one["value"] for one in subject["result"]}
    programme = subject["achievement"]["id"]
    require(
        subject["type"] == ["AchievementSubject"] and (who["identityType"], who["hashed"]) == ("name", True), "form"
    )
    numbers = {name: int(results[f"{programme}#{name}"]) for name in ("minutes", "months", "entries")}
    return numbers | {
        "id": credential["id"],
        "subject": subject["id"],
        "programme_id": programme,
        "name_hash": who["identityHash"],
        "first_day": subject["activityStartDate"],
        "last_day": subject["activityEndDate"],
        "valid_until": credential.get("validUntil"),
        "at": credential["validFrom"],
        "issuer_key": did_key(credential["issuer"]["id"]).hex(),
    }


def recorded(event: Json) -> Json:
    """The same of the event."""
    until = event.get("valid_until")
    return {name: event[name] for name in ("minutes", "months", "entries", "id", "name_hash", "issuer_key")} | {
        "subject": uuid.UUID(event["subject"]).urn,
        "programme_id": uuid.UUID(event["programme_id"]).urn,
        "first_day": f"{event['first_day']}T00:00:00Z",
        "last_day": f"{event['last_day']}T00:00:00Z",
        "valid_until": until and f"{datetime.fromisoformat(until).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "at": f"{event['at']:%Y-%m-%dT%H:%M:%SZ}",
    }


# ---- revoked?


def bits_of(text: str) -> bytes:
    """The bits of a status list, unpacked no further than they may be long."""
    require(text[:1] == "u", "a status list is base64url behind a 'u'")
    unpacking = zlib.decompressobj(wbits=31)
    bits = unpacking.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)), ENTRIES // 8 + 1)
    require(len(bits) == ENTRIES // 8, f"a status list has {ENTRIES} entries", UNUSABLE)
    return bits


def revoked(status: Json, entry: Json, slug: str, known: Issuers, now: datetime) -> bool:
    """Whether the bit is set in the status list that the credential names; it is of the same institution."""
    issuer, subject = str(status.get("issuer")), status["credentialSubject"]
    whose, state, _, _ = known.get(did_key(issuer).hex(), ("", "", now, ""))
    require(whose == slug, "the status list is of another issuer")
    require(state == "current", "the status list is signed by a key that signs no more")
    proven(status, issuer)
    within(status, now, "the status list")
    require(status.get("id") == entry["statusListCredential"], "the status list is not the one that is named")
    require(subject["statusPurpose"] == "revocation", "the status list is for another purpose")
    index = int(entry["statusListIndex"])
    return bool(bits_of(subject["encodedList"])[index // 8] & 0x80 >> index % 8)


def placed(entry: Json, slug: str, epoch: int, position: int) -> None:
    """Refuse a place in a status list that does not follow from where the log holds the issue."""
    place, index = divmod(position - 1, ENTRIES)
    address = f"/{slug}/{epoch}/{place}"
    said = (entry["statusListCredential"][-len(address) :], entry["statusListIndex"], entry["statusPurpose"])
    require(said == (address, str(index), "revocation"), "it names another place of a status list than its own")


def compared(credential: Json, event: Json, name: str) -> str:
    """The name, when it is the holder's."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    salt = credential["credentialSubject"]["identifier"][0]["salt"]
    same = hashlib.sha256((plain + salt).encode()).hexdigest() == event["name_hash"].removeprefix("sha256$")
    require(same, "it is not of a person of that name")
    return plain


def issued(credential: Json, known: Issuers, keys: list[Key], now: datetime) -> tuple[str, Json]:
    """The institution, and the event by which its log holds the issue of this credential. Raises Refused."""
    issuer = credential["issuer"]["id"]
    right = credential["@context"] == CONTEXTS and credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    require(right, "it is no Open Badge of Pakt")
    require(did_key(issuer).hex() in known, "its issuer is no institution of the list")
    slug, state, since, _ = known[did_key(issuer).hex()]
    proven(credential, issuer)
    within(credential, now, "it")
    (evidence,) = credential["evidence"]
    position, epoch, event = logged(evidence["narrative"], slug, keys)
    said, held = told(credential), recorded(event)
    differing = sorted(one for one in held if held[one] != said[one])
    require(not differing, f"the log says otherwise: {', '.join(differing)}")
    require(state != "retired" or event["stored"] < since, "its key was retired before the log held it")
    placed(credential["credentialStatus"], slug, epoch, position)
    return slug, event


def look(given: argparse.Namespace) -> Json:
    """What a valid credential says. Raises Refused."""
    keys, now = [key_of(one) for one in given.key], instant(given.now) if given.now else datetime.now(UTC)
    credential, known = read(given.credential), issuers_of(given.issuers.read_text("utf-8"), keys)
    slug, event = issued(credential, known, keys, now)
    looked = who = ""
    if given.status:
        gone = revoked(read(given.status), credential["credentialStatus"], slug, known, now)
        require(not gone, "it was revoked, or superseded by another")
        looked = "no"
    if given.name:
        who = compared(credential, event, given.name)
    said = {name: event[name] for name in ("first_day", "last_day", "minutes", "months", "entries")}
    return {
        "valid": True,
        "institution": slug,
        "issuer": known[event["issuer_key"]][3],
        "achievement": credential["credentialSubject"]["achievement"]["name"],
        **said,
        "issued_at": credential["validFrom"],
        "holder": who or "not compared: give --name",
        "revoked": looked or "not looked at: give --status",
    }


def main() -> int:
    """Look at one credential; exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("credential", type=Path)
    asked.add_argument("--key", action="append", required=True)
    asked.add_argument("--issuers", type=Path, required=True)
    asked.add_argument("--status", type=Path)
    asked.add_argument("--name")
    asked.add_argument("--now", help="the time, as 2026-11-26T13:15:30Z; otherwise that of this machine")
    try:
        code, shown = VALID, json.dumps(look(asked.parse_args()), ensure_ascii=False, indent=2)
    except Refused as refused:
        code, shown = refused.args
    except (KeyError, TypeError, AttributeError) as error:
        code, shown = INVALID, f"it has not the form of a certificate: {error}"
    except (OSError, ValueError, RecursionError) as error:
        code, shown = UNUSABLE, str(error)
    sys.stdout.write(shown + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
