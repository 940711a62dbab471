"""Verify a receipt without Pakt: the proof that an event stands in a log, or the promise that it will.

    python verify_receipt.py RECEIPT --key VKEY [--witness VKEY] [--quorum N] [--checkpoint NOTE] [--proof PROOF]

RECEIPT is a file: a proof (C2SP tlog-proof) or a promise (a signed note, form pakt-promise/v1). VKEY is a public key as
C2SP signed-note writes it, `name+id+base64`, or `name+hex`: of the log by its name, `pakt.example.org/mj/1+4f0c...`, of
a witness by its own. The key of an installation as `pakt keys list` prints it, `pakt.example.org+5a1b+AY...` or hex
digits alone, stands for every log that it signs: the answer says which one it was. To a promise give what its log
showed later: checkpoints that witnesses signed, and proofs. All of these may be given again for more.

Exit codes: 0 the receipt is valid, or the promise kept; 1 it is not valid, or the promise broken; 2 it could not be
looked at: a file or a key is not what it should be; 4 the promise is not due yet, or what was given decides nothing.

Needs Python 3.11 and the package `cryptography`. The layout of an entry is in LEAF.md of Pakt.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VALID, INVALID, UNUSABLE, OPEN = 0, 1, 2, 4
SIGNS, COSIGNS = 1, 4
PROOF, PROMISE, TIME = "c2sp.org/tlog-proof@v1", "pakt-promise/v1", "%Y-%m-%dT%H:%M:%SZ"
HEAD = struct.Struct(">BBIIQ16sIqq16s16sHIII")
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
SIGNATURE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")
Key = tuple[str, int, bytes]  # name, kind (1 signs, 4 cosigns), public key
Note = tuple[str, list[tuple[str, bytes, bytes]]]  # text; name, key id and bytes of each signature


class Refused(Exception):
    """An exit code and why: INVALID, the receipt does not hold; UNUSABLE, nothing could be decided."""


def raw_of(text: str, size: int | None = None) -> bytes:
    """Bytes from base64."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(UNUSABLE, f"{text[:60]!r} is not base64") from error
    if size not in {None, len(raw)} or base64.b64encode(raw).decode() != text:
        raise Refused(UNUSABLE, f"{text[:60]!r} is not the base64 of {size or 'some'} bytes")
    return raw


def id_of(name: str, kind: int, public: bytes) -> bytes:
    """The key id that C2SP signed-note binds to a name and a key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def key_of(vkey: str) -> Key:
    """A verifier key."""
    name, _, rest = vkey.partition("+") if "+" in vkey else ("", "", vkey)
    if re.fullmatch(r"[0-9a-f]{64}", rest):
        return name, SIGNS, bytes.fromhex(rest)
    stated, _, encoded = rest.partition("+")
    raw = raw_of(encoded, 33)
    if raw[0] not in {SIGNS, COSIGNS} or id_of(name, raw[0], raw[1:]).hex() != stated:
        raise Refused(UNUSABLE, f"{vkey[:100]!r} is not a verifier key")
    return name, raw[0], raw[1:]


def note_of(whole: str) -> Note:
    """A signed note."""
    text, blank, lines = whole.rpartition("\n\n")
    found = [SIGNATURE.fullmatch(line) for line in lines.splitlines()]
    if not blank or not lines.endswith("\n") or not all(found):
        raise Refused(UNUSABLE, "a note is a text, an empty line and signature lines")
    signatures = [(one[1], raw_of(one[2])) for one in found if one]
    return text + "\n", [(name, raw[:4], raw[4:]) for name, raw in signatures]


def signed_at(note: Note, key: Key) -> int | None:
    """When the key signed: seconds for a witness, 0 for a log, None when it did not. Raises Refused for a false one."""
    name, kind, public = key
    for signer, identity, raw in note[1]:
        if (signer, identity) != (name, id_of(name, kind, public)):
            continue
        at, signature = (0, raw) if kind == SIGNS else (int.from_bytes(raw[:8]), raw[8:])
        message = note[0] if kind == SIGNS else f"cosignature/v1\ntime {at}\n{note[0]}"
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message.encode())
        except InvalidSignature as error:
            raise Refused(INVALID, f"the signature of {name} is false") from error
        return at
    return None


def binds(log: str, origin: str) -> bool:
    """Whether the origin is that log, a later epoch of it (the last part of its name) or a log of that installation."""
    if not log or (origin.startswith(f"{log}/") and origin.count("/") == log.count("/") + 2):
        return True
    (name, _, epoch), (other, _, later) = log.rpartition("/"), origin.rpartition("/")
    return log == origin or (name == other and all(map(NUMBER.fullmatch, (epoch, later))) and int(later) > int(epoch))


def checkpoint_of(note: Note, log: str, keys: list[Key]) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint of this log, as `binds` says, signed by one of its keys."""
    lines = note[0].split("\n")
    if len(lines) < 4 or not NUMBER.fullmatch(lines[1]):
        raise Refused(UNUSABLE, "a checkpoint is three lines: origin, size and root")
    if not binds(log, lines[0]):
        raise Refused(INVALID, f"the checkpoint is of {lines[0]}, the key of {log}")
    if all(signed_at(note, (lines[0], SIGNS, public)) is None for _, _, public in keys):
        raise Refused(INVALID, f"the checkpoint is not signed by a known key of {lines[0]}")
    return lines[0], int(lines[1]), raw_of(lines[2], 32)


def proof_of(text: str) -> tuple[bytes, int, list[bytes], Note]:
    """Entry, index, hashes and note of a tlog-proof."""
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    entry = raw_of(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    if first != PROOF or not lines or not NUMBER.fullmatch(lines[0].removeprefix("index ")):
        raise Refused(UNUSABLE, f"a proof begins with {PROOF!r} and an index")
    return entry, int(lines[0].removeprefix("index ")), [raw_of(line, 32) for line in lines[1:]], note_of(note)


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


def event_of(entry: bytes, index: int) -> dict[str, Any]:
    """What the entry says of its event."""
    try:
        form, _, tenant, epoch, position, stream, version, at, stored, _, _, *sizes = HEAD.unpack_from(entry)
        ends = [HEAD.size + sum(sizes[:n]) for n in range(5)]
        name, data = entry[ends[0] : ends[1]].decode(), json.loads(entry[ends[2] : ends[3]])
    except (struct.error, ValueError) as error:
        raise Refused(INVALID, "the receipt holds no entry that can be read") from error
    if (form, position, len(entry)) != (1, index + 1, ends[4]):
        raise Refused(INVALID, "the entry is not that of the position")
    when = [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one)).isoformat() for one in (at, stored)]
    said = {"tenant": tenant, "epoch": epoch, "position": position, "stream": str(uuid.UUID(bytes=stream))}
    return said | {"version": version, "type": name, "occurred_at": when[0], "recorded_at": when[1], "data": data}


def seen(note: Note, witnesses: list[Key]) -> list[int]:
    """When the known witnesses saw a checkpoint."""
    return [at for one in witnesses if one[1] == COSIGNS and (at := signed_at(note, one)) is not None]


def verify_proof(text: str, keys: list[Key], witnesses: list[Key], quorum: int) -> dict[str, Any]:
    """What a valid proof says. Raises Refused."""
    entry, index, hashes, note = proof_of(text)
    if not entry:
        raise Refused(UNUSABLE, "the receipt holds no entry: it was made for a reader who may not see it")
    origin, size, root = checkpoint_of(note, keys[0][0], keys)
    if not included(hashlib.sha256(b"\0" + entry).digest(), index, size, hashes, root):
        raise Refused(INVALID, f"the entry is not at position {index + 1} of {origin}")
    if len(times := seen(note, witnesses)) < quorum:
        raise Refused(INVALID, f"{len(times)} of the known witnesses saw the checkpoint, it takes {quorum}")
    return {"log": origin, "size": size, "witnesses": len(times), "event": event_of(entry, index)}


def judge(
    promise: Note, keys: list[Key], witnesses: list[Key], quorum: int, given: argparse.Namespace
) -> tuple[int, str]:
    """Exit code for a promise, and why. Raises Refused."""
    name, form, log, position, leaf, _, due, *rest = (promise[0] + "\n" * 7).split("\n")
    if (name, form, rest) != (f"{log}/promise", PROMISE, [""] * 8) or not NUMBER.fullmatch(position):
        raise Refused(UNUSABLE, "a promise is seven lines")
    if not any(binds(log, key[0]) or binds(key[0], log) for key in keys):
        raise Refused(INVALID, f"the promise is of {log}, the keys are not")
    if all(signed_at(promise, (name, SIGNS, public)) is None for _, _, public in keys):
        raise Refused(INVALID, "the promise is not signed by a known key of its log")
    shown, kept, end = [note_of(path.read_text("utf-8")) for path in given.checkpoint], False, instant(due)
    for path in given.proof:
        entry, index, hashes, note = proof_of(path.read_text("utf-8"))
        _, size, root = checkpoint_of(note, log, keys)
        found = hashlib.sha256(b"\0" + entry).digest() if entry else raw_of(leaf, 32)
        if index != int(position) - 1 or not included(found, index, size, hashes, root):
            raise Refused(INVALID, "a proof given is not one of that position")
        if found != raw_of(leaf, 32):
            return INVALID, f"broken: position {position} holds another entry"
        kept, shown = True, [*shown, note]
    for note in shown:
        size = checkpoint_of(note, log, keys)[1]
        if size < int(position) and sum(at > end for at in seen(note, witnesses)) >= max(quorum, 1):
            return INVALID, f"broken: {size} entries when witnesses saw the log after {due}"
    if kept:
        return VALID, "kept: the log holds the entry"
    now = instant(given.now) if given.now else datetime.now(UTC).timestamp()
    return OPEN, f"not due before {due}" if now <= end else "undecided: give a proof, or a later checkpoint"


def instant(text: str) -> float:
    """Seconds since 1970."""
    return datetime.strptime(text, TIME).replace(tzinfo=UTC).timestamp()


def look(given: argparse.Namespace) -> tuple[int, str]:
    """Exit code for what was given, and what to say. Raises Refused."""
    text, keys, witnesses = given.receipt.read_text("utf-8"), [*map(key_of, given.key)], [*map(key_of, given.witness)]
    if not text.startswith(PROOF):
        return judge(note_of(text), keys, witnesses, given.quorum, given)
    return VALID, json.dumps(verify_proof(text, keys, witnesses, given.quorum), ensure_ascii=False, indent=2)


def main() -> int:
    """Look at one receipt; exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("receipt", type=Path)
    asked.add_argument("--key", action="append", required=True)
    asked.add_argument("--witness", action="append", default=[])
    for option in ("--checkpoint", "--proof"):
        asked.add_argument(option, action="append", type=Path, default=[])
    asked.add_argument("--quorum", type=int, default=0)
    asked.add_argument("--now", help="the time, as 2026-11-26T13:15:30Z; otherwise that of this machine")
    try:
        code, told = look(asked.parse_args())
    except Refused as refused:
        code, told = refused.args
    except (OSError, ValueError) as error:
        code, told = UNUSABLE, str(error)
    sys.stdout.write(told + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
