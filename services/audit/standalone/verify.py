"""Check an auditor's kit without Pakt: `python verify.py kit.zip`. Needs Python 3.11 and the package `cryptography`.

--hash-only      events only as hashes: files, leaves, tree and checkpoints, not what the events say
--vkey VKEY      a key of the log that you trust, NAME+ID+BASE64 or NAME+HEX, again for more; else those in the kit
--witness VKEY   a witness that you trust, again for more; --quorum N of them must have cosigned (default: all)
--previous FILE  a checkpoint kept from earlier, again for more: the log must still begin with what it covers
Exit codes: 0 verified; 1 something is wrong, and where; 2 no kit that can be read, or a wrong call. --json: as JSON.
"""

import argparse
import heapq
import json
import re
import struct
import sys
import zipfile
from binascii import a2b_base64, b2a_base64
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, HEADS, SEGMENT = "pakt-kit/1", "checkpoints.ndjson", 1 << 16  # events in a file
CHUNK, LINE, SMALL, MEMBERS = 1 << 18, 16 << 20, 64 << 20, 200_000  # most bytes at once, of a line, of a file; files
NAME = re.compile(r"(\w+/){0,2}\w[\w-]*(\.\w+)*(?<!zip)", re.ASCII)  # never absolute, never `..`, no zip in the zip
HEAD = struct.Struct(">BBIIQ16sIqq16s16sHIII")  # as LEAF.md says
brief, decode = struct.Struct(">6xIQ68xHIII").unpack, json.JSONDecoder().raw_decode  # epoch, position, four lengths
CHANGES = {  # of a contribution: what is put in which place of (outcome, withheld, withdrawn)
    "PositionRecorded": (0, "outcome"), "PositionRevised": (0, "outcome"), "ContributionWithheld": (1, "reason_class"),
    "ContributionPublished": (1, ""), "ContributionWithdrawn": (2, "consultation_id")}  # fmt: skip
UNREADABLE = ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, struct.error, OSError
Key = tuple[str, bytes]  # a name; a byte for the kind (1 signs a text, 4 the text and when it was seen) and the key


class Wrong(Exception):
    """What does not hold, in which file, at which position, and in which field."""


class Kit:
    """The files of a kit, and its manifest. Nothing is unpacked: files are read where they lie, a chunk at a time."""

    def __init__(self, path: str) -> None:
        self.file, self.reading = open(path, "rb"), path  # noqa: SIM115, PTH123 - it is read until the program ends
        size, members = self.file.seek(0, 2), zipfile.ZipFile(self.file).infolist()
        self.members, self.hashes, self.seen = dict[str, zipfile.ZipInfo](), dict[str, str](), set[str]()
        for name, one in ((one.orig_filename, one) for one in members[:MEMBERS]):
            plain = NAME.fullmatch(name) and one.external_attr >> 28 in {0, 8} and not one.compress_type | one.flag_bits
            if not plain or name in self.members or max(one.file_size, one.header_offset) > size:
                raise Wrong("is there twice, a link, packed, longer than the zip, or no file of a kit", name[:200])
            self.members[name] = one
        self.manifest = Note(self.read("MANIFEST").decode(), "MANIFEST")
        first, header, *listed = self.manifest.text.splitlines()
        if first != FORMAT:
            raise Wrong(f"is not of the format {FORMAT}", "MANIFEST")
        self.header = json.loads(header)
        self.hashes = {name: digest for digest, _, name in (line.split(" ") for line in listed)}
        for name in sorted(self.hashes.keys() ^ (self.members.keys() - {"MANIFEST"})):
            raise Wrong("is in the zip or in the manifest, but not in both", name)

    def chunks(self, name: str) -> Iterator[bytes]:  # the bytes of a file; at the end they must be the manifest's
        if name not in self.members:
            raise Wrong("is missing", name)
        self.reading, member, digest = name, self.members[name], sha256()
        self.file.seek(member.header_offset + 26)
        at, left = member.header_offset + 30 + sum(struct.unpack("<HH", self.file.read(4))), member.file_size
        while left and self.file.seek(at) and (chunk := self.file.read(min(left, CHUNK))):
            at, left = at + len(chunk), left - len(chunk)
            digest.update(chunk)
            yield chunk
        self.seen.add(name)
        if digest.hexdigest() != self.hashes.get(name, digest.hexdigest()):
            raise Wrong("is not the file that the manifest lists", name)

    def read(self, name: str, size: int = 0) -> bytes:  # a small file, of that size if one is given
        there = self.members[name].file_size if name in self.members else size
        if there > SMALL or (size and there != size):
            raise Wrong(f"cannot have {there} bytes", name)
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[list[bytes]]:  # the lines of a file, together those that end in a chunk
        rest = b""
        for chunk in self.chunks(name):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LINE:
                raise Wrong("has a line longer than an event can be", name)
            yield lines
        yield [rest] if rest else []


def key_id(key: Key) -> bytes:  # four bytes that bind name, kind and key
    return sha256(key[0].encode() + b"\n" + key[1]).digest()[:4]


def parse_key(vkey: str) -> Key:  # a key as `name+id+base64`, or that of a log as `name+hex`
    name, stated, *encoded = vkey.strip().split("+", 2)
    key = a2b_base64(encoded[0]) if encoded else b"\1" + bytes.fromhex(stated)
    if len(key) != 33 or (encoded and key_id((name, key)).hex() != stated):
        raise ValueError(f"{vkey} is no key: NAME+ID+BASE64 or NAME+HEX")
    return name, key


class Note:
    """A text and its signatures (C2SP signed-note), often a checkpoint (tlog-checkpoint, tlog-cosignature)."""

    def __init__(self, note: str, file: str) -> None:
        text, _, lines = note.rpartition("\n\n")
        self.text, self.file = text + "\n", file
        self.signatures = [(name, a2b_base64(raw)) for name, raw in re.findall("\u2014 (\\S+) (\\S+)\n", lines)]
        self.exact = lines == "".join(f"\u2014 {name} {b2a_base64(raw).decode()}" for name, raw in self.signatures)

    def signed_by(self, keys: list[Key]) -> set[str]:  # names of those that signed; what they signed must hold
        found = set[str]()
        for name, raw in self.signatures if self.exact else ():  # a line in another form is no signature of this note
            for key in (key for key in keys if (key[0], key_id(key)) == (name, raw[:4])):
                seen, at = (f"cosignature/v1\ntime {int.from_bytes(raw[4:12])}\n", 12) if key[1][0] == 4 else ("", 4)
                try:
                    Ed25519PublicKey.from_public_bytes(key[1][1:]).verify(raw[at:], (seen + self.text).encode())
                except InvalidSignature as error:
                    raise Wrong(f"the signature of {name} does not hold", self.file) from error
                found.add(name)
        return found

    def require(self, log: list[Key], name: str) -> None:  # as `name`; all logs of an installation have its keys
        ours = [(name, key) for owner, key in log if owner.partition("/")[0] == name.partition("/")[0] and key[0] == 1]
        if not self.signed_by(ours):
            raise Wrong(f"no key that is trusted signed this as {name}", self.file)

    def checkpoint(self) -> tuple[int, int, bytes, str]:  # size, epoch, root and origin, which ends with the epoch
        origin, size, root, *_ = self.text.split("\n")
        return int(size), int(origin.rpartition("/")[2]), a2b_base64(root), origin


def over(hashes: bytes) -> bytes:  # the root over a power of two of hashes
    while len(hashes) > 32:
        hashes = b"".join([sha256(b"\1" + hashes[n : n + 64]).digest() for n in range(0, len(hashes), 64)])
    return hashes


class Tree:
    """The hashes of a tree (RFC 9162), n of level k over 256 ** k leaves; level 0 by segments, those above whole."""

    def __init__(self, kit: Kit) -> None:
        self.kit, self.size, self.levels, self.first = kit, kit.header["size"], dict[int, bytes](), 0
        self.epochs, self.restores = {1: 0}, dict[int, Note]()  # first positions; what epochs tell of those before them
        for level in range((self.size.bit_length() - 1) // 8, 0, -1):
            self._hold(level, kit.read(f"tiles/{level}", 32 * (self.size >> 8 * level)), 0)

    def _hold(self, level: int, held: bytes, first: int) -> None:  # the level above has the root of every 256 hashes
        self.levels[level], above = held, self.levels.get(level + 1, b"")
        for n in range(len(held) // 8192):
            if over(held[8192 * n : 8192 * (n + 1)]) != above[32 * (first + n) : 32 * (first + n + 1)]:
                raise Wrong("does not fit the level below", f"tiles/{level + 1}", 0, f"hash {first + n}")

    def load(self, segment: int) -> bytes:  # the leaf hashes of a segment
        self.first = segment * SEGMENT
        self._hold(0, self.kit.read(f"tiles/0/{segment:06d}", 32 * min(SEGMENT, self.size - self.first)), segment * 256)
        return self.levels[0]

    def compare(self, lines: list[bytes], first: int, history: "History | None") -> None:  # with what was sealed
        at, entries, right, position = 32 * (first - 1 - self.first), list[tuple[Any, int, int]](), False, first
        try:
            entries.extend(map(parts_of, lines))
            leaves = b"".join([sha256(b"".join(parts)).digest() for parts, _, _ in entries])
            right = leaves == self.levels[0][at : at + len(leaves)]
            right = right and [position for _, _, position in entries] == list(range(first, first + len(lines)))
            if right and history:
                for line, (parts, _, position) in zip(lines, entries, strict=True):
                    history.take(line, parts, position)
        except UNREADABLE as error:
            if right or len(lines) == 1:
                raise Wrong(f"cannot be read: {error!r}", "", position) from error
        for n, line in enumerate(lines if len(lines) > 1 and not right else ()):  # which is the first
            self.compare([line], first + n, history)
        if len(lines) == 1 and entries[0][2] != first:
            raise Wrong(f"position {entries[0][2]} stands in its place", "", first, "position")
        if len(lines) == 1 and not right:
            raise Wrong("is not the event that was sealed", "", first, "leaf")
        self.epochs.update({epoch: n for _, epoch, n in reversed(entries) if epoch not in self.epochs})

    def root(self, size: int, begin: int = 0) -> bytes:  # over the leaves from `begin` on, up to `size`
        level, height = divmod((size - begin).bit_length() - 1, 8)
        at = (begin >> 8 * level) - (0 if level else self.first)
        held = self.levels[level][32 * at : 32 * (at + (1 << height))]
        if at < 0 or len(held) != 32 << height:
            raise Wrong(f"the kit does not have what shows the tree of {size} leaves", "tiles")
        rest = begin + (1 << 8 * level + height)
        return over(held) if rest == size else over(over(held) + self.root(size, rest))


def parts_of(line: bytes) -> tuple[tuple[bytes, ...], int, int]:
    """0x00 and the parts (head, type, meta, data, pii) of the entry (LEAF.md) that a line shows, epoch and position."""
    head = a2b_base64(line[9:145])
    epoch, position, of_type, of_meta, of_data, of_pii = brief(head)
    if line[145:155] == b'","rest":"':  # parts that are no JSON
        return (b"\0", head, a2b_base64(line[155 : line.index(b'"', 155)])), epoch, position
    meta, data, pii = 164 + of_type, 172 + of_type + of_meta, 180 + of_type + of_meta + of_data
    sealed = a2b_base64(line[pii : pii + (of_pii + 2) // 3 * 4]) if of_pii else b""
    return (b"\0", head, line[155 : meta - 9], line[meta : data - 8], line[data : pii - 8], sealed), epoch, position


@lru_cache(1024)
def second(at: int) -> str:  # a time in seconds since 1970, written out
    return (datetime(1970, 1, 1) + timedelta(seconds=at)).isoformat() if abs(at) < 6e10 else str(at)  # noqa: DTZ001


def uuid(raw: bytes, given: int = 1) -> str:  # an id in quotes, or null
    return f'"{(text := raw.hex())[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"' if given else "null"


class History:
    """What the events say: each line its entry, streams without gaps, times that rise, deadlines and reports proven."""

    def __init__(self, kit: Kit, tree: Tree) -> None:
        self.tenant, self.first, self.newest = kit.header["tenant"], kit.header["from"], (1, -(2**63))
        self.versions, self.restores, known = dict[bytes, int](), tree.restores, json.loads(kit.read("calendars.json"))
        self.closed = {name: {date.fromisoformat(one["day"]) for one in days} for name, days in known.items()}
        self.tallies, self.proven = dict[str, dict[str, list[Any]]](), Counter[str]()

    def take(self, line: bytes, parts: tuple[bytes, ...], position: int) -> None:  # it is what is shown, what follows
        _, head, name, meta, data, sealed = parts
        _, flags, tenant, epoch, _, stream, version, at, recorded, command, subject, *_ = HEAD.unpack(head)
        pii, stream_id = f'"{b2a_base64(sealed, newline=False).decode()}"' if flags & 4 else "null", uuid(stream)
        tail = (
            f'"pii":{pii},"tenant":{tenant},"epoch":{epoch},"position":{position},"stream":{stream_id},'
            f'"version":{version},"occurred_at":"{second(at // 10**6)}.{at % 10**6:06d}Z",'
            f'"recorded_at":"{second(recorded // 10**6)}.{recorded % 10**6:06d}Z",'
            f'"command":{uuid(command, flags & 1)},"subject":{uuid(subject, flags & 2)}}}'
        ).encode()
        shown = b2a_base64(head, newline=False), b'","type":"', name, b'","meta":', meta, b',"data":', data, b",", tail
        made = b'{"head":"' + b"".join(shown)
        if made != line:
            same = made[: next((n for n, byte in enumerate(made) if line[n : n + 1] != bytes([byte])), len(made))]
            raise Wrong("is not what the entry says", "", position, re.findall(rb'"(\w+)":', same)[-1].decode())
        before = self.versions.get(stream, 0 if self.first == 1 else version - 1)
        holds = tenant == self.tenant, version == before + 1, epoch >= self.newest[0], recorded > self.newest[1]
        if False in holds:
            field = ("tenant", "version", "epoch", "recorded_at")[holds.index(False)]
            raise Wrong("does not follow from the events before it", "", position, field)
        self.versions[stream], self.newest = version, (epoch, recorded)
        texts = meta.decode(), data.decode()
        (mandate, one), (told, two) = map(decode, texts)
        if (one, two) != (len(texts[0]), len(texts[1])) or not (isinstance(mandate, dict) and isinstance(told, dict)):
            raise ValueError("no JSON object")
        if name == b"transparency.EpochBegun.v1":
            old = told["old_note"] or f"/{told['epoch'] - 1}\n0\n\n\n\n"  # nobody had seen anything
            note = self.restores[told["epoch"]] = Note(old, f"old_note of position {position}")
            if told["old_size"] != note.checkpoint()[0]:
                raise Wrong("is not that of old_note", "", position, "old_size")
        self.read(name.decode(), stream_id[1:-1], told, position)

    def read(self, name: str, stream: str, data: dict[str, Any], position: int) -> None:  # what it says must be right
        for field, value in data.items():
            if isinstance(value, dict) and "anchor_event" in value:
                if wrong := deadline(value, self.closed[value["calendar"]]):
                    raise Wrong(wrong, "", position, field)
                self.proven["deadlines"] += 1
        name = name.removeprefix("consultations.").removesuffix(".v1")
        tally = self.tallies.get(data.get("consultation_id", stream))
        if name == "ConsultationPlanned":
            self.tallies[stream] = {}
        elif tally is not None and name in {"AnalysisCompleted", "ReportPublished"}:
            for field, number in counts(tally).items():
                if data["counts"][field] != number:
                    raise Wrong(f"the events before it give {number}", "", position, f"counts.{field}")
            self.proven["reports"] += name == "ReportPublished"
        elif tally is not None and name == "ContributionSubmitted":
            tally[stream] = [None, None, None]
        elif tally is not None and name in CHANGES:
            tally[stream][CHANGES[name][0]] = data.get(CHANGES[name][1])


def counts(tally: dict[str, list[Any]]) -> dict[str, Any]:  # what a report has to say of these contributions
    there = {one: (outcome, withheld) for one, (outcome, withheld, withdrawn) in tally.items() if not withdrawn}
    admitted = {one: outcome for one, (outcome, withheld) in there.items() if not withheld}
    lines = "".join(sorted(f"{one} {outcome}\n" for one, outcome in admitted.items())).encode()
    held, said = Counter(withheld for _, withheld in there.values() if withheld), Counter(admitted.values())
    found = {"submitted": len(tally), "admitted": len(admitted), "withheld": held, "withdrawn": len(tally) - len(there)}
    return found | {"answered": len(admitted), "positions": said, "proof": sha256(lines).hexdigest()}


def deadline(proof: dict[str, Any], closed: set[date]) -> str:  # what is wrong with it: every day is counted again
    zone, due, left, day1 = ZoneInfo(proof["zone"]), datetime.fromisoformat(proof["due_at"]), proof["n"], timedelta(1)
    last = day = datetime.fromisoformat(proof["anchor"]).astimezone(zone).date()
    counted_first, skipped = proof["counting"] == "include_first", {one["on"]: one["reason"] for one in proof["trace"]}
    if proof["unit"] == "calendar_days":
        last = day + day1 * (left - (counted_first and left > 0))
    elif proof["unit"] == "date" and due.astimezone(zone).date() - day1 - day <= 366 * day1:  # the next such day
        last = max(due.astimezone(zone).date() - day1, day + day1)
    elif proof["unit"] == "working_days":
        day += day1 * (not counted_first)
        while left > 0:
            weekend, reason = day.weekday() >= 5, skipped.pop(str(day), None)
            if bool(reason) != (weekend or day in closed) or (reason and weekend != (reason == "weekend")):
                return f"{day} is counted or passed over wrongly"
            last, day, left = day, day + day1, left - (not reason)
    expected = datetime.combine(last + day1, time(), zone).astimezone(UTC)
    return "" if due == expected and not skipped else f"it is due at {expected}, and {list(skipped)} is outside of it"


def agrees(note: Note, tree: Tree, log: list[Key]) -> bool:  # the log begins so, or a restore came before the end
    (size, epoch, root, name), origin = note.checkpoint(), tree.kit.header["origin"]
    note.require(log, name)
    lost = max(one for one, begin in tree.epochs.items() if begin <= size) > epoch
    if name.rpartition("/")[0] != origin.rpartition("/")[0] or (size > tree.size and not lost):
        raise Wrong(f"covers {size} events of {name}; the kit has {tree.size} of {origin}", note.file)
    told = tree.restores.get(min((one for one in tree.restores if one > epoch), default=0), note).checkpoint()
    further = (epoch, size) > (told[1], told[0]) or ((size, epoch) == told[:2] and root != told[2])
    if further if lost else tree.root(size) != root:
        raise Wrong(f"the log does not {'tell of' if lost else 'begin with'} the {size} events it covers", note.file)
    return not lost


def entered(kit: Kit, closing: Note, log: list[Key], national: str) -> int:  # size of the national log that has it
    proof, _, signed = kit.read("national.proof").decode().partition("\n\n")
    (_, index, *hashes), note = proof.split("\n"), Note(signed, "national.proof")
    (size, _, root, name), at = note.checkpoint(), int(index[6:])
    note.require(log, name)
    found = sha256(b"\0" + closing.text.encode()).digest()
    for level in range((size - 1).bit_length()):
        if at >> level & 1 or at >> level < (size - 1) >> level:  # else it is alone, the last of its level
            one = a2b_base64(hashes.pop(0))
            found = over(one + found if at >> level & 1 else found + one)
    if found != root or name.rpartition("/")[0] != national:
        raise Wrong(f"does not show that {name} holds the newest checkpoint", "national.proof")
    return size


def check(kit: Kit, tree: Tree, log: list[Key], others: list[Note], history: History | None) -> Counter[str]:
    """Compare events, tree and checkpoints, a segment at a time; `others` begin with the kit's newest checkpoint."""
    origin, first, last, size = (kit.header[name] for name in ("origin", "from", "to", "size"))
    kit.manifest.require(log, f"{origin}/kit")
    if not 1 <= first <= last <= size or others[0].checkpoint()[::3] != (size, origin):
        raise Wrong("is not of what the manifest names", "checkpoint")
    notes = (Note(it["note"], f"{HEADS}, size {it['size']}") for few in kit.lines(HEADS) for it in map(json.loads, few))
    waiting = heapq.merge(notes, sorted(others, key=Note.checkpoint), key=Note.checkpoint)
    expected, found, head = first, Counter[str](), next(waiting, None)
    for segment in dict.fromkeys([*range((first - 1) // SEGMENT, (last - 1) // SEGMENT + 1), (size - 1) // SEGMENT]):
        _, upto = tree.load(segment), (segment + 1) * SEGMENT
        for lines in kit.lines(f"events/{segment:06d}.ndjson") if expected <= last else ():
            tree.compare(lines, expected, history)
            expected += len(lines)
        if expected != min(last, upto) + 1:
            raise Wrong("is missing", "", expected)
        while head and (upto >= size or head.checkpoint()[0] <= upto):
            found["checkpoints" if agrees(head, tree, log) else "superseded"] += 1
            head = next(waiting, None)
    return found + (history.proven if history else Counter())


def verify(kit: Kit, call: argparse.Namespace) -> dict[str, Any]:  # what was found to be right; raises Wrong
    known = [line.split(" ") for line in kit.read("keys.txt").decode().splitlines()]
    log, witnesses = ([parse_key(key) for kind, key in known if kind == wanted] for wanted in ("log", "witness"))
    kit.reading = "--vkey or --witness"  # the place of what is wrong with one
    log, witnesses = [parse_key(one) for one in call.vkey] or log, [parse_key(one) for one in call.witness] or witnesses
    tree, closing = Tree(kit), Note(kit.read("checkpoint").decode(), "checkpoint")
    others = [closing, *(Note(Path(one).read_text("utf-8"), one) for one in call.previous)]
    found = check(kit, tree, log, others, None if call.hash_only else History(kit, tree))
    for note in tree.restores.values():  # what a restore tells of the log before it is a checkpoint as all others are
        segment = (min(note.checkpoint()[0], tree.size) - 1) // SEGMENT
        if note.signatures and f"tiles/0/{segment:06d}" in kit.members and tree.load(segment):
            agrees(note, tree, log)
    if "national.proof" in kit.members:
        found["national"] = entered(kit, closing, log, f"{kit.header['origin'].rsplit('/', 2)[0]}/heads")
    cosigned = sorted(closing.signed_by(witnesses))
    if len(cosigned) < (len(call.witness) if call.quorum is None else call.quorum):
        raise Wrong(f"only {len(cosigned)} of the witnesses cosigned it: {cosigned}", "checkpoint")
    sum(len(chunk) for name in sorted(kit.hashes.keys() - kit.seen) for chunk in kit.chunks(name))  # not looked at yet
    if kit.header.get("differing"):
        raise Wrong(f"database and copies differ: {'; '.join(kit.header['differing'])}", "MANIFEST", 0, "differing")
    return {**kit.header, **found, "files": len(kit.hashes), "cosigned": cosigned, "believed": not call.vkey}


def main() -> int:  # the exit code
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("kit")
    for name in ("--vkey", "--witness", "--previous"):
        parser.add_argument(name, action="extend", nargs="+", default=[])
    for name in ("--hash-only", "--json"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--quorum", type=int)
    call, kit = parser.parse_args(), None
    try:
        code, result = 0, {"verified": True, **verify(kit := Kit(call.kit), call)}
    except Wrong as wrong:
        code, result = 1, dict(zip(("wrong", "file", "position", "field"), wrong.args, strict=False))
    except (*UNREADABLE, zipfile.BadZipFile, NotImplementedError) as error:
        code, result = 2, {"wrong": f"cannot be read: {error!r}", "file": kit.reading if kit else call.kit}
    print(json.dumps(result) if call.json else "\n".join(f"{name}: {value}" for name, value in result.items() if value))
    return code


if __name__ == "__main__":
    sys.exit(main())
