"""Kits made without a database: a small log that tells of consultations, its tree, and whatever a test changes in them."""

import contextlib
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.consultations.tally import proof_of
from domain.kernel.deadline import deadline
from domain.rules.shipped import shipped_calendar, shipped_rules
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import inclusion_parts, leaf_hash, perfect_root, proved
from infra.tlog.note import COSIGNATURE, Note, Signer, sign_note
from infra.tlog.proof import TlogProof
from infra.tlog.tiles import GrowingTree, Tiles, root_of
from services.audit.kit import SEGMENT, Header, event_line, events_file, hashes_file, leaves_file, segments, write_zip

VERIFIER = Path(__file__).parents[3] / "services" / "audit" / "standalone" / "verify.py"
LOG = "pakt.example/mj"
TENANT = 7
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def signer(name: str, of: str = "log", kind: int = 1) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(of.encode()).digest()), kind)


WITNESS = signer("witness.example", "witness", COSIGNATURE)


def stream(name: object) -> UUID:
    return UUID(bytes=hashlib.sha256(str(name).encode()).digest()[:16])


class Teller:
    """Writes a log down, event by event."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.versions: dict[UUID, int] = {}
        self.epoch = 1

    def tell(self, of: UUID, name: str, *, pii: bytes | None = None, **data: Any) -> None:
        version = self.versions[of] = self.versions.get(of, 0) + 1
        at = BEGAN + timedelta(seconds=len(self.events), microseconds=len(self.events) * 7)
        self.events.append(
            StoredEvent(
                tenant_id=TENANT,
                position=len(self.events) + 1,
                epoch=self.epoch,
                stream_id=of,
                version=version,
                type_name=f"consultations.{name}.v1",
                occurred_at=at,
                recorded_at=at + timedelta(milliseconds=3),
                command_id=stream(f"command {len(self.events)}"),
                subject_id=None if pii is None else stream("person"),
                metadata=b'{"actor":"00000000-0000-0000-0000-000000000001","mandate":"Zyra ligjore \xc3\xab"}',
                data=msgspec.json.encode(data),
                pii=pii,
            )
        )

    def consultation(self, name: str, contributions: int = 5) -> None:
        """One from plan to report: with deadlines, one contribution withheld, one withdrawn, one answered anew."""
        of, calendar = stream(name), shipped_calendar()
        rules = shipped_rules("ministry")
        window = deadline(rules["consultation.written.min"], BEGAN, "ConsultationOpened", calendar)
        report = deadline(rules["consultation.report.due"], window.due_at, "ConsultationClosed", calendar)
        self.tell(of, "ConsultationPlanned", title={"sq": name})
        self.tell(of, "ConsultationOpened", starts_at=BEGAN, closes_at=window.due_at, deadline=window)
        said = [stream(f"{name} {n}") for n in range(contributions)]
        for one in said:
            self.tell(one, "ContributionDrafted", pii=b"\x01sealed" + one.bytes, consultation_id=of, body="Ide")
            self.tell(one, "ContributionSubmitted", consultation_id=of, channel="web")
        outcomes = {one: "accepted" if n % 2 else "rejected" for n, one in enumerate(said)}
        for one, outcome in outcomes.items():
            self.tell(one, "PositionRecorded", consultation_id=of, outcome=outcome)
        self.tell(said[0], "ContributionWithheld", consultation_id=of, reason_class="offensive")
        self.tell(said[1], "ContributionWithdrawn", consultation_id=of)
        self.tell(said[2], "ContributionWithheld", consultation_id=of, reason_class="personal_data")
        self.tell(said[2], "ContributionPublished", consultation_id=of)
        self.tell(said[3], "PositionRevised", consultation_id=of, outcome="partly_accepted")
        admitted = outcomes | {said[3]: "partly_accepted"}
        del admitted[said[0]], admitted[said[1]]
        self.tell(of, "ConsultationClosed", report_due=report)
        self.tell(of, "ReportPublished", counts=counts(admitted, contributions), files=[], late=False)


def counts(admitted: Mapping[UUID, str], contributions: int) -> dict[str, Any]:
    return {
        "submitted": contributions,
        "admitted": len(admitted),
        "withheld": {"offensive": 1},
        "withdrawn": 1,
        "answered": len(admitted),
        "positions": {one: list(admitted.values()).count(one) for one in set(admitted.values())},
        "proof": proof_of(dict(admitted)),
    }


def story(consultations: int = 4) -> list[bytes]:
    """Entries of a log."""
    teller = Teller()
    for n in range(consultations):
        teller.consultation(f"consultation {n}")
    return [entry_of(event) for event in teller.events]


class Kit:
    """A kit to be: its files by name, made from entries, and what a test does to them before it is packed."""

    def __init__(
        self, entries: Sequence[bytes], *, first: int = 1, last: int = 0, heads: Iterable[int] = (), epoch: int = 1
    ) -> None:
        self.origin, self.size, self.log = f"{LOG}/{epoch}", len(entries), "log"
        self.first, self.last = first, last or len(entries)
        self.hashes = [leaf_hash(entry) for entry in entries]
        self.files: dict[str, bytes] = {
            "README.md": b"# Read me\n",
            "keys.txt": f"log {signer(self.origin).verifier}\nwitness {WITNESS.verifier}\n".encode(),
            "checkpoint": str(self.checkpoint(self.size)).encode(),
            "checkpoints.ndjson": b"".join(self.head_line(size) for size in sorted({*heads, self.size})),
            "calendars.json": calendars(),
        }
        self.files["national.proof"] = str(self.national()).encode()
        level, hashes = 1, [perfect_root(self.hashes[n : n + 256]) for n in range(0, self.size - 255, 256)]
        while hashes:
            self.files[hashes_file(level)] = b"".join(hashes)
            hashes = [perfect_root(hashes[n : n + 256]) for n in range(0, len(hashes) - 255, 256)]
            level += 1
        for segment in dict.fromkeys((*segments(self.first, self.last), *segments(self.size, self.size))):
            self.files[leaves_file(segment)] = b"".join(self.hashes[segment * SEGMENT : (segment + 1) * SEGMENT])
        for segment in segments(self.first, self.last):
            begin, end = max(self.first - 1, segment * SEGMENT), min(self.last, (segment + 1) * SEGMENT)
            self.files[events_file(segment)] = b"".join(event_line(entry) for entry in entries[begin:end])

    def checkpoint(self, size: int, *, of: str = "log", origin: str = "") -> Note:
        text = Checkpoint(origin or self.origin, size, root_of(self.hashes[:size])).text
        return sign_note(text, signer(origin or self.origin, of)).adding([WITNESS.sign(text, 1_764_000_000)])

    def national(
        self, *, size: int = 0, of: str = "log", name: str = "pakt.example/heads/1", index: int = 4, heads: int = 7
    ) -> TlogProof:
        """That a log of `heads` heads holds the checkpoint of `size` leaves, the newest by default."""
        entries = [b"another head %d" % n for n in range(heads)]
        entries[index] = self.checkpoint(size or self.size).text.encode()
        leaves, growing = [leaf_hash(entry) for entry in entries], GrowingTree()
        hashes = proved(inclusion_parts(index, heads), Tiles(growing.extend(leaves)))
        return TlogProof(index, hashes, sign_note(Checkpoint(name, heads, growing.root()).text, signer(name, of)))

    def head_line(self, size: int, **how: Any) -> bytes:
        return msgspec.json.encode({"size": size, "note": str(self.checkpoint(size, **how))}) + b"\n"

    def change(self, name: str, change: Callable[[bytes], bytes]) -> "Kit":
        self.files[name] = change(self.files[name])
        return self

    def lines(self, change: Callable[[list[bytes]], object], name: str = events_file(0)) -> "Kit":
        """Let `change` work on the list of lines of a file."""
        lines = self.files[name].splitlines(keepends=True)
        change(lines)
        return self.change(name, lambda _: b"".join(lines))

    def pack(self, folder: Path, **header: Any) -> Path:
        """The zip, with a manifest of what is in it now, signed by the log."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        plain = {
            "origin": self.origin, "slug": "mj", "tenant": TENANT, "first": self.first, "last": self.last,
            "size": self.size, "read_models": {},
        }  # fmt: skip
        path = folder / "kit.zip"
        signs = signer(f"{header.get('origin', self.origin)}/kit", self.log)
        for _ in write_zip(path, folder, list(self.files), Header(**plain | header), signs):
            pass
        return path


def calendars() -> bytes:
    calendar = shipped_calendar()
    return msgspec.json.encode({calendar.version: list(calendar.days.values()), "xk.0": []})


Answer = tuple[int, dict[str, Any]]


def run_apart(path: Path, *options: object) -> Answer:
    """Run the verifier as an auditor does; its exit code and what it said."""
    command = [sys.executable, "-I", str(VERIFIER), str(path), "--json", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def verifier(source: str = "") -> Callable[..., Answer]:
    """The verifier, or a changed one, as a function in this process; whatever it raises comes out."""
    opened: list[Any] = []

    def remember(*how: Any) -> Any:
        opened.append(Path.open(Path(how[0]), *how[1:]))
        return opened[-1]

    program: dict[str, Any] = {"__name__": "verify", "open": remember}
    exec(compile(source or VERIFIER.read_text("utf-8"), VERIFIER, "exec"), program)  # noqa: S102 - our own program

    def run(path: Path, *options: object) -> Answer:
        said = io.StringIO()
        before, sys.argv = sys.argv, [str(VERIFIER), str(path), "--json", *map(str, options)]
        try:
            with contextlib.redirect_stdout(said):
                code = program["main"]()
        finally:
            sys.argv = before
            while opened:
                opened.pop().close()
        return code, json.loads(said.getvalue())

    return run


verify = verifier()
