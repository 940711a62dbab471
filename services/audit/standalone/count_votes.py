"""Count an election of the Council again, without Pakt.

    python count_votes.py SHEET.json [--key VKEY] [--receipt CODE]

SHEET is what `GET /v1/public/council-elections/{id}/count-sheet` answers: the election and every ballot as the log
holds them. What counts is read out of the entries of the log alone. Each must stand in the log under the one checkpoint
of the sheet; each ballot is of this election, of another organisation, in time, and names candidates, none twice and no
more than there are seats; there are as many as were counted; votes, lots between equals and who is elected come out as
published.

--key      the public key of the log or the installation, `name+id+base64` or hex, that must have signed the checkpoint
           (needs the package `cryptography`); without it whose checkpoint it is, is not looked at
--receipt  the code on a voter's receipt, again for more: its ballot must be among those counted

Exit codes: 0 all is equal; 1 it is not, and the first difference is printed; 2 SHEET is not a count sheet; 4 it is not
sealed yet. The layout of an entry is in LEAF.md of Pakt.
"""

import argparse
import base64
import json
import struct
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

HEAD = struct.Struct(">BBIIQ16sIqq16s16sHIII")
OPENED, VOTING, CAST, COUNTED = (
    f"council.{name}.v1" for name in ("ElectionOpened", "VotingOpened", "BallotCast", "ElectionCounted")
)
Told = dict[str, Any]
UNUSABLE = ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, struct.error


class Different(Exception):
    """What is not as it was published."""


def event_of(entry: bytes) -> Told:
    """What an entry of the log says of its event."""
    _, _, tenant, epoch, position, stream, _, at, _, _, _, *sizes = HEAD.unpack_from(entry)
    ends = [HEAD.size + sum(sizes[:n]) for n in range(5)]
    kind, data = entry[ends[0] : ends[1]].decode(), json.loads(entry[ends[2] : ends[3]])
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    told = {"log": (tenant, epoch), "position": position, "stream": str(uuid.UUID(bytes=stream)), "at": when}
    return told | {"type": kind, "data": data}


def included(leaf: bytes, index: int, size: int, hashes: list[bytes], root: bytes) -> bool:
    """Whether the leaf is in the tree, as RFC 9162 section 2.1.3.2 verifies it."""
    number, last, found = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            return False
        left = bool(number & 1) or number == last
        found = sha256(b"\x01" + (sibling + found if left else found + sibling)).digest()
        while left and not number & 1 and number:
            number, last = number >> 1, last >> 1
        number, last = number >> 1, last >> 1
    return index < size and last == 0 and found == root


def signed_by(note: str, vkey: str) -> bool:
    """Whether a checkpoint bears the signature of a key, as C2SP signed-note has it."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only who checks a key needs it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    text, _, lines = note.rpartition("\n\n")
    name, _, rest = vkey.partition("+") if "+" in vkey else ("", "", vkey)
    public = bytes.fromhex(rest) if len(rest) == 64 else base64.b64decode(rest.partition("+")[2], validate=True)[1:]
    origin = text.split("\n")[0]
    if name and origin != name and not origin.startswith(f"{name}/"):
        return False
    identity = sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
    for line in lines.splitlines():
        raw = base64.b64decode(line.rpartition(" ")[2], validate=True)
        if line.startswith(f"\u2014 {origin} ") and raw[:4] == identity:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], f"{text}\n".encode())
            except InvalidSignature:
                return False
            return True
    return False


def proven(sheet: Told) -> list[Told]:
    """The events of the sheet. Raises Different for one that is not in the log under the checkpoint."""
    _, size, root = sheet["checkpoint"].split("\n")[:3]
    found = []
    for one in sheet["events"]:
        entry, hashes = base64.b64decode(one["entry"]), [base64.b64decode(some) for some in one["hashes"]]
        if not included(sha256(b"\0" + entry).digest(), one["index"], int(size), hashes, base64.b64decode(root)):
            raise Different(f"position {one['index'] + 1}: the log does not hold this entry")
        found.append(event_of(entry))
        if found[-1]["position"] != one["index"] + 1:
            raise Different(f"position {one['index'] + 1}: the entry is that of another position")
    return found


def ballots_differ(ballots: list[Told], opened: Told, voting: Told, counted: Told) -> Iterator[str]:
    """What is wrong with a ballot."""
    voted, until = set(), datetime.fromisoformat(voting["data"]["voting"]["due_at"])
    for one in ballots:
        said, where = one["data"], f"ballot at position {one['position']}"
        chosen, who = said["candidates"], said["organisation_id"]
        if said["election_id"] != opened["stream"] or one["log"] != opened["log"]:
            yield f"{where}: of another election"
        if not (voting["position"] < one["position"] < counted["position"] and one["at"] < until):
            yield f"{where}: not while votes were cast"
        if who in voted:
            yield f"{where}: {who} voted twice"
        voted.add(who)
        if len(set(chosen)) != len(chosen) or not set(chosen) <= set(voting["data"]["candidates"]):
            yield f"{where}: names somebody twice, or who is no candidate"
        if not 1 <= len(chosen) <= opened["data"]["seats"]:
            yield f"{where}: names {len(chosen)} candidates"


def count_differs(ballots: list[Told], opened: Told, voting: Told, counted: Told) -> Iterator[str]:
    """What comes out otherwise than it was published."""
    told = counted["data"]
    if len(ballots) != told["ballots"]:
        yield f"{len(ballots)} ballots, published {told['ballots']}"
    seed = sha256(
        "\n".join([opened["stream"], *sorted(one["data"]["receipt"] for one in ballots)]).encode()
    ).hexdigest()
    if seed != told["seed"]:
        yield f"the receipts make the seed {seed}, published {told['seed']}"
    people = voting["data"]["candidates"]
    votes = {one: sum(one in ballot["data"]["candidates"] for ballot in ballots) for one in people}
    lots = {one: sha256(f"{seed}::{one}".encode()).hexdigest() for one in people}
    order = sorted(people, key=lambda one: (-votes[one], lots[one]))
    for place, one in enumerate(order):
        elected = place < opened["data"]["seats"] and votes[one] > 0
        found = {"person_id": one, "votes": votes[one], "lot": lots[one], "elected": elected}
        if found != (published := dict(enumerate(told["tallies"])).get(place)):
            yield f"place {place + 1}: found {found}, published {published}"
    if len(order) != len(told["tallies"]):
        yield f"{len(order)} candidates, published {len(told['tallies'])}"


def differs(sheet: Told, codes: list[str]) -> Iterator[str]:
    """Every difference."""
    told = proven(sheet)
    by_kind = {one["type"]: one for one in told}
    opened, voting, counted = by_kind[OPENED], by_kind[VOTING], by_kind[COUNTED]
    if {opened["stream"], voting["stream"], counted["stream"]} != {sheet["election_id"]}:
        yield "the sheet is made of several elections"
    ballots = [one for one in told if one["type"] == CAST]
    yield from ballots_differ(ballots, opened, voting, counted)
    yield from count_differs(ballots, opened, voting, counted)
    for code in set(codes) - {one["data"]["receipt"] for one in ballots}:
        yield f"the ballot of receipt {code} was left out"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("sheet", type=Path)
    asked.add_argument("--key", default="")
    asked.add_argument("--receipt", action="append", default=[])
    given = asked.parse_args()
    try:
        sheet = json.loads(given.sheet.read_bytes())
        if not sheet["checkpoint"]:
            print("not sealed yet: ask again in a moment")
            return 4
        found = next(differs(sheet, given.receipt), None)
        if found is None and given.key and not signed_by(sheet["checkpoint"], given.key):
            found = "the checkpoint is not signed by that key"
    except Different as different:
        found = str(different)
    except UNUSABLE as error:
        print(f"not a count sheet: {error!r}")
        return 2
    print(found or "equal")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
