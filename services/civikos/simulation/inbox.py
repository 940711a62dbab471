"""What the platform knows, in one SQLite file: events by their id, members, and what members say.

An event may come by webhook and by feed, more than once and in any order; here it is one row, and what follows from it
follows once.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.completeness import place_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, epoch INTEGER NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL,
    subject TEXT NOT NULL, leaf TEXT NOT NULL, by_webhook INTEGER NOT NULL, by_feed INTEGER NOT NULL,
    handled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS comment (
    key TEXT PRIMARY KEY, tenant TEXT NOT NULL, consultation TEXT NOT NULL, mandate TEXT NOT NULL,
    organisation TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL,
    receipt TEXT NOT NULL DEFAULT '', refused TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS report (consultation TEXT PRIMARY KEY);
"""
WEBHOOK, FEED = "by_webhook", "by_feed"


class Known(msgspec.Struct, frozen=True):
    """An event that came: what follows from it needs no more."""

    id: str
    tenant: str
    type: str
    subject: str


class Comment(msgspec.Struct, frozen=True):
    """What a member says in a consultation, on its mandate and under the Idempotency-Key `key`."""

    key: str
    tenant: str
    consultation: str
    mandate: str
    organisation: str
    language: str
    body: str


class Standing(msgspec.Struct, frozen=True):
    """Numbers: events in all, by each way, by both, still to handle; comments forwarded for, handed in, refused."""

    events: int
    by_webhook: int
    by_feed: int
    by_both: int
    unhandled: int
    comments: int
    submitted: int
    refused: int
    reports: int
    cosigned: int = 0


class Inbox:
    """The file, of one process. Every call is one transaction that is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def take(self, events: Sequence[CloudEvent], way: str) -> None:
        """Note that events came by `WEBHOOK` or `FEED`. Raises: NotAnEvent."""
        rows = []
        for event in events:
            place = place_of(event)
            at = (place.tenant, place.epoch, place.position)
            rows.append((event.id, *at, event.type, event.subject, event.text("leafhash"), way == WEBHOOK, way == FEED))
        with self._changing() as database:
            database.executemany(
                "INSERT INTO event (id, tenant, epoch, position, type, subject, leaf, by_webhook, by_feed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " by_webhook = max(by_webhook, excluded.by_webhook), by_feed = max(by_feed, excluded.by_feed)",
                rows,
            )

    def waiting(self) -> list[Known]:
        """Events from which what follows has not followed yet, log by log in their order."""
        found = self._database.execute(
            "SELECT id, tenant, type, subject FROM event WHERE NOT handled ORDER BY tenant, epoch, position"
        )
        return [Known(*row) for row in found]

    def handled(self, event: Known, comments: Sequence[Comment] = (), *, reported: bool = False) -> None:
        """Note what followed from an event, together with that it did."""
        with self._changing() as database:
            database.executemany(
                "INSERT INTO comment (key, tenant, consultation, mandate, organisation, language, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [msgspec.structs.astuple(one) for one in comments],
            )
            if reported:
                database.execute("INSERT INTO report VALUES (?) ON CONFLICT DO NOTHING", (event.subject,))
            database.execute("UPDATE event SET handled = 1 WHERE id = ?", (event.id,))

    def unsent(self, most: int) -> list[Comment]:
        """Comments of one institution that were neither taken nor refused, the first ones."""
        found = self._database.execute(
            "SELECT key, tenant, consultation, mandate, organisation, language, body FROM comment"
            " WHERE receipt = '' AND refused = '' ORDER BY tenant, key LIMIT ?",
            (most,),
        )
        rows = [Comment(*row) for row in found]
        return [one for one in rows if one.tenant == rows[0].tenant]

    def answered(self, answers: Sequence[tuple[Comment, str, str]]) -> None:
        """Note what became of comments: each with its receipt's code, or with why it was refused."""
        with self._changing() as database:
            database.executemany(
                "UPDATE comment SET receipt = ?, refused = ? WHERE key = ?",
                [(receipt, refused, one.key) for one, receipt, refused in answers],
            )

    def leaves(self, tenant: str, epoch: int) -> list[tuple[int, str]]:
        """Position and leaf of the log, in base64, of each event that came."""
        found = self._database.execute(
            "SELECT position, leaf FROM event WHERE tenant = ? AND epoch = ? ORDER BY position", (tenant, epoch)
        )
        return [(int(position), str(leaf)) for position, leaf in found]

    def standing(self) -> Standing:
        """How things stand."""
        events = self._database.execute(
            "SELECT count(*), total(by_webhook), total(by_feed), total(by_webhook AND by_feed), total(NOT handled)"
            " FROM event"
        ).fetchone()
        comments = self._database.execute(
            "SELECT count(*), total(receipt <> ''), total(refused <> '') FROM comment"
        ).fetchone()
        reports = self._database.execute("SELECT count(*) FROM report").fetchone()
        return Standing(*(int(value) for value in (*events, *comments, *reports)))
