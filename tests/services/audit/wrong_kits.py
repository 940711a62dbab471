"""Wrong kits, each with the place in which the verifier must find it; a case a check at least."""

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from domain.transparency.events import EpochBegun
from infra.eventstore.leaf import entry_of, parse_entry
from infra.tlog.note import Note, Signature
from services.audit.kit import MANIFEST, event_line
from tests.services.audit.kits import LOG, Kit, signer, story, stream

ENTRIES = story(14)
"""336 events: more than a tile."""
HEADS = (3, 100, 256, 300)
EVENTS = "events/000000.ndjson"


def kit(**how: Any) -> Kit:
    return Kit(ENTRIES, heads=HEADS, **how)


class Case(NamedTuple):
    """A wrong kit, and where the verifier must find it; `after` is what happens to the zip once it is packed."""

    wrong: Callable[[], Kit]
    file: str = ""
    position: int = 0
    field: str = ""
    options: tuple[object, ...] = ()
    header: Mapping[str, Any] = MappingProxyType({})
    after: Callable[[Path], None] = lambda _: None
    code: int = 1


def sealed(position: int, **fields: Any) -> Kit:
    """A kit of a log in which an event was another from the start: its tree and signatures are right."""
    entries = list(ENTRIES)
    entries[position - 1] = changed(position, **fields)
    return Kit(entries, heads=HEADS)


def changed(position: int, **fields: Any) -> bytes:
    return entry_of(msgspec.structs.replace(parse_entry(ENTRIES[position - 1]), **fields))


def told(position: int, **data: Any) -> bytes:
    """The payload at that position with other fields."""
    return msgspec.json.encode(json.loads(parse_entry(ENTRIES[position - 1]).data) | data)


def find(name: str, nth: int = 0) -> int:
    """The position of the nth event of that name."""
    found = [n for n, entry in enumerate(ENTRIES, 1) if parse_entry(entry).type_name == f"consultations.{name}.v1"]
    return found[nth]


def put(position: int, entry: bytes) -> Kit:
    """A kit in which a line shows another event than the tree holds."""
    return kit().lines(lambda lines: lines.__setitem__(position - 1, event_line(entry)))


def late(field: str, position: int, **change: Any) -> Kit:
    proof = json.loads(parse_entry(ENTRIES[position - 1]).data)[field]
    return sealed(position, data=told(position, **{field: proof | change}))


def recount(position: int, **change: Any) -> Kit:
    before = json.loads(parse_entry(ENTRIES[position - 1]).data)["counts"]
    return sealed(position, data=told(position, counts=before | change))


def retold(line: int, old: bytes, new: bytes) -> Kit:
    def change(lines: list[bytes]) -> None:
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new, 1)

    return kit().lines(change)


def swapped(lines: list[bytes]) -> None:
    lines[9], lines[10] = lines[10], lines[9]


def rewritten(size: int = 200) -> Note:
    """A checkpoint of a log in which another event stood at position 50."""
    return sealed(50, data=b'{"body":"other"}').checkpoint(size)


def other_epoch(**how: Any) -> Kit:
    """A log that was restored at position 300 and went on in epoch 2, with the heads of both."""
    events = [parse_entry(entry) for entry in ENTRIES]
    entries = [entry_of(msgspec.structs.replace(one, epoch=1 + (one.position > 300))) for one in events]
    made = Kit(entries, heads=(310,), epoch=2)
    first = Kit(ENTRIES)
    old = b"".join(first.head_line(size, **how) for size in (100, 256, 330))
    return made.change("checkpoints.ndjson", lambda new: old + new)


def restarted(old_size: int, old_note: str | None = None, *heads: bytes, **header: Any) -> Kit:
    """A log that was restored at position 300 and says at 301 that a checkpoint of `old_size` had been seen."""
    events = [parse_entry(entry) for entry in ENTRIES]
    last = events[299]
    told = EpochBegun(2, 300, old_size, str(Kit(ENTRIES).checkpoint(old_size)) if old_note is None else old_note, "x")
    begun = msgspec.structs.replace(
        last,
        position=301,
        epoch=2,
        stream_id=stream("epoch"),
        version=1,
        type_name=EpochBegun.TOPIC,
        recorded_at=last.recorded_at + timedelta(microseconds=1),
        data=msgspec.json.encode(told),
    )
    after = [msgspec.structs.replace(one, epoch=2, position=one.position + 1) for one in events[300:]]
    made = Kit([*ENTRIES[:300], *map(entry_of, [begun, *after])], heads=(310,), epoch=2)
    first = Kit(ENTRIES)
    old = b"".join(heads or (first.head_line(size) for size in (100, 256, 330)))
    return made.change("checkpoints.ndjson", lambda new: old + new)


def proving(**how: Any) -> Kit:
    """A kit whose newest checkpoint is shown to be in a national log of that kind."""
    return kit().change("national.proof", lambda _: str(kit().national(**how)).encode())


def trace(position: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(parse_entry(ENTRIES[position - 1]).data)["deadline"]["trace"]
    return found


def without(name: str) -> Kit:
    made = kit()
    del made.files[name]
    return made


def trees_of(other: Kit) -> Kit:
    """The events of this log under the tree and checkpoints of another."""
    return other.change(EVENTS, lambda _: kit().files[EVENTS])


def with_head(line: bytes) -> Kit:
    return kit().change("checkpoints.ndjson", lambda held: line + held)


def stated(note: Note, size: int) -> bytes:
    return msgspec.json.encode({"size": size, "note": str(note)}) + b"\n"


def shorter() -> Kit:
    """An old state of the log, with a checkpoint that was signed later."""
    made = Kit(ENTRIES[:300], heads=HEADS)
    return made.change("checkpoints.ndjson", lambda held: held + kit().head_line(336))


def forged(note: Note) -> Note:
    """With the signature of another text."""
    first, *others = note.signatures
    return Note(note.text, (Signature(first.name, first.key_id, bytes(64)), *others))


def stolen() -> Kit:
    """Everything made again by somebody with a key of his own, which the kit names as the log's."""
    made = sealed(50, data=b'{"body":"other"}')
    made.log = "thief"
    made.files["keys.txt"] = f"log {signer(made.origin, 'thief').verifier}\n".encode()
    made.files["checkpoint"] = str(made.checkpoint(336, of="thief")).encode()
    made.files["checkpoints.ndjson"] = made.head_line(336, of="thief")
    return made


def torn() -> Kit:
    """A payload that closes its object early, sealed as it is, in a line that nobody but a forger writes."""
    forged, plain = b'{"a":1},"b":{"c":2}', b'{"a":"bcdefghijkl"}'
    made = sealed(30, data=forged)
    line = event_line(changed(30, data=plain)).replace(plain, forged)
    return made.lines(lambda lines: lines.__setitem__(29, line))


def linked(path: Path) -> None:
    """The same bytes, but whoever unpacks it gets a link of one file."""
    with zipfile.ZipFile(path) as zipped:
        files = {info: zipped.read(info) for info in zipped.infolist()}
    with zipfile.ZipFile(path, "w") as zipped:
        for info, content in files.items():
            info.external_attr = 0o120777 << 16 if info.filename == "README.md" else info.external_attr
            zipped.writestr(info, content)


def rezipped(change: Callable[[dict[str, bytes]], object]) -> Callable[[Path], None]:
    """What makes a zip anew of other content."""

    def after(path: Path) -> None:
        with zipfile.ZipFile(path) as zipped:
            files = {name: zipped.read(name) for name in zipped.namelist()}
        change(files)
        with zipfile.ZipFile(path, "w") as zipped:
            for name, content in files.items():
                zipped.writestr(name, content)

    return after


def resigned(files: dict[str, bytes]) -> None:
    """A manifest of a format that is not known here, rightly signed."""
    text = files[MANIFEST].decode().rpartition("\n\n")[0] + "\n"
    text = text.replace("pakt-kit/1", "pakt-kit/9", 1)
    files[MANIFEST] = f"{text}\n{signer(f'{LOG}/1/kit').sign(text)}".encode()


PROOF = find("ConsultationOpened")
CLOSING = find("ConsultationClosed")
REPORT = find("ReportPublished", 1)
DAY = 86_400

CASES: dict[str, Case] = {
    "position skipped": Case(lambda: kit().lines(lambda lines: lines.pop(9)), position=10, field="position"),
    "events swapped": Case(lambda: kit().lines(swapped), position=10, field="position"),
    "event doubled": Case(lambda: kit().lines(lambda lines: lines.insert(9, lines[9])), position=11, field="position"),
    "event inserted": Case(
        lambda: kit().lines(lambda lines: lines.append(event_line(ENTRIES[0]))), position=337, field="position"
    ),
    "tail cut": Case(lambda: kit().lines(lambda lines: lines.pop()), position=336),
    "no events": Case(lambda: kit().lines(lambda lines: lines.clear()), position=1),
    "line cut": Case(lambda: kit().change(EVENTS, lambda held: held[:-200]), position=336, field="stream"),
    "line garbled": Case(lambda: kit().lines(lambda lines: lines.__setitem__(4, b"{}\n")), position=5),
    "payload changed": Case(lambda: put(20, changed(20, data=b'{"body":"other"}')), position=20, field="leaf"),
    "payload changed, hashes only": Case(
        lambda: put(20, changed(20, data=b'{"body":"other"}')), position=20, field="leaf", options=("--hash-only",)
    ),
    "sealed data changed": Case(lambda: put(3, changed(3, pii=b"\x01other")), position=3, field="leaf"),
    "a readable field contradicts the entry": Case(
        lambda: retold(7, b'"occurred_at":"2026-', b'"occurred_at":"2025-'), position=7, field="occurred_at"
    ),
    "a readable id contradicts the entry": Case(
        lambda: retold(7, b'"command":"', b'"command":null,"":"'), position=7, field="command"
    ),
    "something stands behind the event": Case(lambda: retold(7, b"}\n", b"} \n"), position=7, field="subject"),
    "other tenant": Case(lambda: sealed(30, tenant_id=8), position=30, field="tenant"),
    "other tenant than the manifest's": Case(kit, position=1, field="tenant", header={"tenant": 8}),
    "version skipped": Case(lambda: sealed(30, version=9), position=30, field="version"),
    "stream begun in the middle": Case(
        lambda: sealed(30, stream_id=stream("new"), version=2), position=30, field="version"
    ),
    "epoch falls": Case(lambda: sealed(30, epoch=0), position=30, field="epoch"),
    "recorded earlier than the one before": Case(
        lambda: sealed(30, recorded_at=parse_entry(ENTRIES[28]).recorded_at), position=30, field="recorded_at"
    ),
    "payload that is no JSON": Case(lambda: sealed(30, data=b"{broken"), position=30),
    "payload that is no object": Case(lambda: sealed(30, data=b"[]"), position=30),
    "metadata that is no JSON": Case(lambda: sealed(30, metadata=b"\xff"), position=30),
    "payload with an end of its own": Case(lambda: sealed(30, data=b'{"a":1},"b":{"c":2}'), position=30),
    "deadline too late": Case(
        lambda: late("deadline", PROOF, due_at="2026-03-30T22:00:00Z"), position=PROOF, field="deadline"
    ),
    "deadline counts fewer days": Case(lambda: late("deadline", PROOF, n=14), position=PROOF, field="deadline"),
    "deadline counts a weekend": Case(lambda: late("deadline", PROOF, trace=[]), position=PROOF, field="deadline"),
    "deadline passes over a day outside": Case(
        lambda: late("deadline", PROOF, trace=[*trace(PROOF), {"on": "2027-01-02", "reason": "weekend"}]),
        position=PROOF,
        field="deadline",
    ),
    "deadline passes over a working day": Case(
        lambda: late("deadline", PROOF, trace=[{"on": "2026-03-04", "reason": "storm"}, *trace(PROOF)]),
        position=PROOF,
        field="deadline",
    ),
    "deadline on an unknown calendar": Case(lambda: late("deadline", PROOF, calendar="xk.99"), position=PROOF),
    "report due too late": Case(lambda: late("report_due", CLOSING, n=31), position=CLOSING, field="report_due"),
    "report names too few contributions": Case(
        lambda: recount(REPORT, submitted=4), position=REPORT, field="counts.submitted"
    ),
    "report names too few admitted ones": Case(
        lambda: recount(REPORT, admitted=2), position=REPORT, field="counts.admitted"
    ),
    "report hides what was withheld": Case(
        lambda: recount(REPORT, withheld={}), position=REPORT, field="counts.withheld"
    ),
    "report hides what was withdrawn": Case(
        lambda: recount(REPORT, withdrawn=0), position=REPORT, field="counts.withdrawn"
    ),
    "report misses a position": Case(lambda: recount(REPORT, answered=2), position=REPORT, field="counts.answered"),
    "report shifts a position": Case(
        lambda: recount(REPORT, positions={"accepted": 3}), position=REPORT, field="counts.positions"
    ),
    "report with another proof": Case(lambda: recount(REPORT, proof="0" * 64), position=REPORT, field="counts.proof"),
    "a contribution has no position": Case(
        lambda: sealed(
            find("PositionRecorded", 7), data=told(find("PositionRecorded", 7), consultation_id=str(stream("else")))
        ),
        position=REPORT,
        field="counts.positions",
    ),
    "tile of leaves changed": Case(
        lambda: kit().change("tiles/0/000000", lambda held: b"\0" * 32 + held[32:]), file="tiles/1", field="hash 0"
    ),
    "tile of leaves cut": Case(lambda: kit().change("tiles/0/000000", lambda held: held[32:]), file="tiles/0/000000"),
    "tile above changed": Case(lambda: kit().change("tiles/1", lambda _: bytes(32)), file="tiles/1", field="hash 0"),
    "tile above cut": Case(lambda: kit().change("tiles/1", lambda held: held[1:]), file="tiles/1"),
    "tiles missing": Case(lambda: without("tiles/1"), file="tiles/1"),
    "tree of another log": Case(lambda: trees_of(sealed(333, data=b'{"body":"other"}')), position=333, field="leaf"),
    "checkpoint of another tree": Case(
        lambda: with_head(stated(rewritten(), 200)), file="checkpoints.ndjson, size 200"
    ),
    "checkpoint beyond the log": Case(shorter, file="checkpoints.ndjson, size 336"),
    "checkpoint of another log": Case(
        lambda: with_head(kit().head_line(3, origin="pakt.example/kpm/1")),
        file="checkpoints.ndjson, size 3",
    ),
    "newest checkpoint of another size": Case(
        lambda: kit().change("checkpoint", lambda _: str(kit().checkpoint(300)).encode()), file="checkpoint"
    ),
    "checkpoint signed with another key": Case(
        lambda: with_head(kit().head_line(3, of="thief")),
        file="checkpoints.ndjson, size 3",
    ),
    "signature garbled": Case(
        lambda: kit().change("checkpoint", lambda _: str(forged(kit().checkpoint(336))).encode()), file="checkpoint"
    ),
    "everything signed with another key": Case(
        stolen, file="MANIFEST", options=("--vkey", signer(f"{LOG}/1").verifier)
    ),
    "cosigned by nobody that is trusted": Case(
        kit, file="checkpoint", options=("--witness", signer("newsroom.example", "newsroom", 4).verifier)
    ),
    "cosigned by too few": Case(kit, file="checkpoint", options=("--quorum", 2)),
    "old head of another history": Case(
        lambda: other_epoch().change("checkpoints.ndjson", lambda held: stated(rewritten(), 200) + held),
        file="checkpoints.ndjson, size 200",
    ),
    "a restore that tells of less than was shown": Case(lambda: restarted(320), file="checkpoints.ndjson, size 330"),
    "a restore that tells of nothing": Case(lambda: restarted(0, ""), file="checkpoints.ndjson, size 330"),
    "a restore that tells of another history": Case(
        lambda: restarted(330, str(sealed(50, data=b'{"body":"other"}').checkpoint(330))),
        file="checkpoints.ndjson, size 330",
    ),
    "a restore that tells of another history before it": Case(
        lambda: restarted(200, str(rewritten()), kit().head_line(100)), file="old_note of position 301"
    ),
    "a restore that states another size than its note": Case(
        lambda: restarted(331, str(kit().checkpoint(330))), position=301, field="old_size"
    ),
    "a restore with a note of another key": Case(
        lambda: restarted(330, str(kit().checkpoint(330, of="thief"))), file="old_note of position 301"
    ),
    "a restore with a note of another log": Case(
        lambda: restarted(330, str(kit().checkpoint(330, origin="pakt.example/kpm/1"))), file="old_note of position 301"
    ),
    "the national log holds another checkpoint": Case(lambda: proving(size=300), file="national.proof"),
    "the national log is signed by another key": Case(lambda: proving(of="thief"), file="national.proof"),
    "the log of another institution for the national one": Case(
        lambda: proving(name="pakt.example/kpm/1"), file="national.proof"
    ),
    "the national proof lacks a hash": Case(
        lambda: kit().lines(lambda lines: lines.pop(2), "national.proof"), file="national.proof", code=2
    ),
    "the national proof is of another index": Case(
        lambda: kit().change("national.proof", lambda held: held.replace(b"index 4\n", b"index 5\n")),
        file="national.proof",
    ),
    "a published head is gone from the database": Case(
        kit, file="MANIFEST", field="differing", header={"differing": ("no head of 60 events in the database",)}
    ),
    "deadline swaps a weekend for a working day": Case(
        lambda: late("deadline", PROOF, trace=[{"on": "2026-03-04", "reason": "storm"}, *trace(PROOF)[1:]]),
        position=PROOF,
        field="deadline",
    ),
    "payload that ends before its end": Case(torn, position=30),
    "line without an end": Case(lambda: kit().change(EVENTS, lambda _: b"x" * (17 << 20)), file=EVENTS),
    "file that is a link": Case(kit, file="README.md", after=linked),
    "key that is none": Case(
        kit, file="--vkey or --witness", options=("--vkey", f"{LOG}/1+00000000+{'A' * 44}"), code=2
    ),
    "range that ends before it begins": Case(kit, file="checkpoint", header={"first": 9, "last": 8}),
    "file changed": Case(
        kit, file="README.md", after=rezipped(lambda files: files.update({"README.md": b"# Rewritten"}))
    ),
    "file not in the manifest": Case(
        kit, file="rules/extra.json", after=rezipped(lambda files: files.update({"rules/extra.json": b"{}"}))
    ),
    "file of the manifest missing": Case(kit, file="README.md", after=rezipped(lambda files: files.pop("README.md"))),
    "manifest changed": Case(
        kit,
        file="MANIFEST",
        after=rezipped(
            lambda files: files.update({"MANIFEST": files["MANIFEST"].replace(b'"slug":"mj"', b'"slug":"kp"')})
        ),
    ),
    "other format": Case(kit, file="MANIFEST", after=rezipped(resigned)),
}
