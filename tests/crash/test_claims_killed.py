"""`kill -9` of PostgreSQL, worker and gateway while grants and the national ledger tell each other: nothing is lost.

The institutions' logs are told applications, outcomes and agreements; what follows from them in other logs is the
worker's. Consents go over HTTP. At the end every claim stands as its own log says, once, and nothing waits.
"""

import asyncio
import math
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import psutil
import pytest

from domain.funding_claims import events as f
from domain.funding_claims.claim import FundingClaim
from domain.grants.events import agreement as ge
from domain.grants.events import application as ae
from domain.grants.policies.funding_claims import agreement_id, claim_of
from domain.kernel.errors import Unavailable
from domain.kernel.event import Event, Metadata
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.money import Money
from domain.tenants.seed import tenant_ids
from infra.database.scope import scope
from infra.eventstore.codec import encode_metadata, restore
from infra.eventstore.interface import Append, Committed, Duplicate, NewEvent, StoredEvent
from services.bootstrap import System, assemble
from services.cli.exits import UNREACHABLE
from services.settings import Settings
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants.stories import CALL, REASON
from tests.support.running import Ended, Up, only

KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "4"))
PLACES = ("mflt", "prizren")
VICTIMS = ("database", "worker", "gateway")
BACK_WITHIN = 60.0
QUIET_WITHIN = 120.0
"""Seconds after the last kill within which everything has arrived; the machine may be busy."""

pytestmark = [pytest.mark.crash, pytest.mark.slow]
OF_AGREEMENT = {"call_id": CALL, "organisation_id": a.ORGANISATION}
REJECTED, AWARDED = ("application", a.REJECTED), ("application", a.AWARDED)
SIGNED = (AWARDED, ("agreement", g.AGREED), ("agreement", g.SIGNED))
COMPLETED = ge.AgreementCompleted(**OF_AGREEMENT, paid=Money(1), unpaid=Money(0))
TERMINATED = ge.AgreementTerminated(**OF_AGREEMENT, decision_no="12/2026", reason=REASON, unpaid=Money(0), reports=2)
WAIVED = ge.ReportWaived(number=1, organisation_id=a.ORGANISATION, decision_no="13/2026", reason=REASON)
FATES: dict[str, tuple[tuple[tuple[str, Event], ...], str, int]] = {
    "waits": ((), "reserved", 0),
    "withdrawn": ((("application", a.WITHDRAWN),), "released", 0),
    "rejected": ((REJECTED,), "released", 0),
    "reversed": ((REJECTED, AWARDED), "reserved", 0),
    "signed": (SIGNED, "confirmed", 0),
    "owing": ((*SIGNED, ("agreement", g.OVERDUE)), "confirmed", 1),
    "reported": (
        (*SIGNED, ("agreement", g.OVERDUE), ("agreement", g.reported(1, late=True, was_overdue=True))),
        "confirmed",
        0,
    ),
    "amended": ((*SIGNED, ("agreement", g.AMENDED)), "confirmed", 0),
    "waived": (
        (*SIGNED, ("agreement", g.OVERDUE), ("agreement", TERMINATED), ("agreement", WAIVED)),
        "closed",
        0,
    ),
    "completed": ((*SIGNED, ("agreement", COMPLETED)), "closed", 0),
}
"""What is told after the submission, as what the claim ends, and how many reports it owes then."""


class Teller:
    """Writes an institution's log until each event is known to stand in it."""

    def __init__(self, system: System, seed: int) -> None:
        self.system, self.seed, self.chance = system, seed, random.Random(seed)
        self.told: dict[tuple[str, UUID], str] = {}
        self.told_events = 0

    async def run(self, stop: asyncio.Event) -> None:
        """One application of each organisation in either institution, each with a fate of its own."""
        number = 0
        while not stop.is_set():
            number += 1
            organisation = derived_id("saga", "organisation", self.seed, number)
            await asyncio.gather(*(self._apply(place, organisation) for place in PLACES))

    async def _apply(self, place: str, organisation: UUID) -> None:
        application = derived_id("saga", place, organisation)
        fate = self.chance.choice(sorted(FATES))
        names = {"organisation_id": organisation, "application_id": application}
        await self._tell(place, application, names, a.DRAFTED, a.DESCRIBED, a.SUBMITTED)
        self.told[place, application] = fate
        streams = {"application": application, "agreement": agreement_id(application)}
        for where, event in FATES[fate][0]:
            await asyncio.sleep(self.chance.uniform(0, 0.3))
            await self._tell(place, streams[where], names, event)

    async def _tell(self, place: str, stream: UUID, names: dict[str, UUID], *events: Event) -> None:
        """The same command until it is answered; the worker writes to these streams, too."""
        tenant_id, store = tenant_ids()[place], self.system.store
        self.told_events += 1
        command_id = derived_id("saga", stream, self.told_events)
        own = [_renamed(event, names) for event in events]
        while True:
            try:
                version = len(await store.read_stream(tenant_id, stream)) + 1
                told = tuple(
                    NewEvent(stream, n, event.TOPIC, self.system.registry.encode(event), tags=event.tags())
                    for n, event in enumerate(own, version)
                )
                at = self.system.clock.now()
                outcome = await store.append(Append(tenant_id, command_id, at, _METADATA, told))
            except Unavailable:
                await asyncio.sleep(0.05)
                continue
            if isinstance(outcome, Committed | Duplicate):
                return


def _renamed(event: Event, names: dict[str, UUID]) -> Event:
    return msgspec.structs.replace(event, **{n: one for n, one in names.items() if n in event.__struct_fields__})


_METADATA = encode_metadata(Metadata(actor=derived_id("saga"), role="grant_officer", basis="Decision 1/2026"))


class Victims:
    """Three processes, of which one after the other is killed; while one starts again the next may be killed already."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.base = Up(data, *only("projector"))
        self._parts = {part: self._up(part) for part in ("worker", "gateway")}
        self.url = self._parts["gateway"].url
        self._starting: dict[str, asyncio.Future[None]] = {}
        self.killed: Counter[str] = Counter()

    async def kill(self, which: str) -> None:
        """Without a word, once it is back from the last time."""
        if which in self._starting:
            await self._starting.pop(which)
        self.killed[which] += 1
        if which == "database":
            (await asyncio.to_thread(self._server)).kill()
            return
        await asyncio.to_thread(self._parts[which].stop, signal.SIGKILL)
        self._starting[which] = asyncio.ensure_future(asyncio.to_thread(self._again, which))

    def _again(self, part: str) -> None:
        self._parts[part] = self._up(part, port=int(self.url.rsplit(":", 1)[1]) if part == "gateway" else 0)

    def _up(self, part: str, port: int = 0) -> Up:
        """A part of the system; started again, as by a supervisor, where the database is still away from its kill."""
        until = time.monotonic() + BACK_WITHIN
        while True:
            try:
                return Up(self._data, process=part, port=port)
            except Ended as ended:
                if ended.code != UNREACHABLE or time.monotonic() > until:
                    raise

    def _server(self) -> psutil.Process:
        """The database server, once it is back from the last time."""
        until = time.monotonic() + BACK_WITHIN
        while True:
            try:
                found = psutil.Process(int(next(self._data.rglob("postmaster.pid")).read_text().split()[0]))
                if found.name().startswith("postgres"):
                    return found
            except (psutil.NoSuchProcess, StopIteration, FileNotFoundError, IndexError):
                assert time.monotonic() < until, "the database did not come back"
            time.sleep(0.1)

    async def back(self) -> None:
        """Until all of them are."""
        while self._starting:
            await self._starting.popitem()[1]

    async def stop(self) -> None:
        """End them as an operator would."""
        try:
            await self.back()
        finally:
            for process in (*self._parts.values(), self.base):
                await asyncio.to_thread(process.stop)


async def test_no_claim_is_lost_doubled_or_stuck(tmp_path: Path) -> None:
    victims = await asyncio.to_thread(Victims, tmp_path)
    chance, stop = random.Random(5), asyncio.Event()
    try:
        async with assemble(Settings(data=tmp_path), migrated=True) as system:
            tellers = [Teller(system, seed) for seed in range(2)]
            telling = [asyncio.ensure_future(teller.run(stop)) for teller in tellers]
            consenting = asyncio.ensure_future(_consent(victims, tellers, stop))
            for n in range(KILLS):
                await asyncio.sleep(chance.uniform(0.2, 1.5))
                which = VICTIMS[n] if n < len(VICTIMS) else chance.choice(VICTIMS)
                await victims.kill(which)
            await victims.back()
            stop.set()
            await asyncio.gather(*telling)
            consents = await consenting
            await _quiet(system)
            report = await _compared(system, {k: v for teller in tellers for k, v in teller.told.items()}, consents)
    finally:
        stop.set()
        await victims.stop()

    print(f"claims: {KILLS} kills ({dict(victims.killed)}), {report}")
    assert (report["lost"], report["doubled"], report["stuck"], report["failed"]) == (0, 0, 0, 0)
    assert report["claims"] > KILLS
    assert report["overlaps"] > 0
    assert report["consents"] > 0


async def _consent(victims: Victims, tellers: list[Teller], stop: asyncio.Event) -> set[UUID]:
    """Overlaps to which an institution consented, as the gateway answered; at least one, once the killing is over.

    An overlap stands in the claim that came second, whichever that is.
    """
    answered, chance, until = set[UUID](), random.Random(3), math.inf
    while not stop.is_set() or (not answered and time.monotonic() < until):
        await asyncio.sleep(0.3)
        if stop.is_set():
            until = min(until, time.monotonic() + QUIET_WITHIN)
        applications = [one for teller in tellers for one in teller.told]
        for place, application in chance.sample(applications, min(3, len(applications))):
            overlap = await _ask(victims, tellers[0].system, place, application)
            if overlap is not None:
                answered.add(overlap)
    return answered


async def _ask(victims: Victims, system: System, place: str, application: UUID) -> UUID | None:
    """The overlap of the application, once consented to; None where there is none yet or nobody answered."""
    try:
        stored = await system.store.read_stream(NATIONAL_TENANT, claim_of(tenant_ids()[place], application))
        found = [event for event in _events(system, stored) if isinstance(event, f.OverlapFound)]
        if not found:
            return None
        body = {"organisation_id": str(found[0].organisation_id), "overlap_id": str(found[0].overlap_id)}
        token = victims.base.token(place, "grant_officer")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"consent-{found[0].overlap_id}"}
        async with httpx.AsyncClient(base_url=victims.url, timeout=5, headers=headers) as client:
            answer = await client.post(f"/v1/tenants/{place}/disclosure-consents", json=body)
    except (httpx.TransportError, Unavailable):
        return None
    assert answer.status_code in (200, 201, 503), answer.text
    return found[0].overlap_id if answer.status_code != 503 else None


async def _quiet(system: System) -> None:
    """Wait until both domains' policies stand at the end of every log, and nothing new comes."""
    ids, before = sorted(tenant_ids().values()), None
    async with asyncio.timeout(QUIET_WITHIN):
        while True:
            await asyncio.sleep(1.0)
            try:
                heads = {one: await system.store.head(one) for one in ids}
                async with system.auditing.borrow(ids[0]) as lent, scope(lent, tenants=ids) as connection:
                    rows = await connection.fetch("SELECT tenant_id, name, position FROM es.policy")
            except Unavailable:
                continue
            stands = {(row[0], row[1]): row[2] for row in rows}
            told = [tenant_ids()[place] for place in PLACES] + [NATIONAL_TENANT]
            done = all(
                stands.get((one, line), 0) == heads[one] for one in told for line in ("grants", "funding_claims")
            )
            if done and heads == before:
                return
            before = heads


def _events(system: System, stored: list[StoredEvent]) -> list[Event]:
    return [restore(system.registry, event) for event in stored]


async def _compared(system: System, told: dict[tuple[str, UUID], str], consents: set[UUID]) -> dict[str, Any]:
    """What the ledger holds against what was told."""
    head = await system.store.head(NATIONAL_TENANT)
    log = await system.store.read_log(NATIONAL_TENANT, 0, head)
    by_claim: dict[UUID, list[Event]] = {}
    for stored in log:
        if stored.type_name.startswith("funding_claims."):
            by_claim.setdefault(stored.stream_id, []).append(restore(system.registry, stored))
    wrong: list[str] = []
    for (place, application), fate in told.items():
        claim = _folded(by_claim.get(claim_of(tenant_ids()[place], application), []))
        ends, owes = FATES[fate][1:]
        if claim is None or (claim.stage, len(claim.overdue)) != (ends, owes):
            wrong.append(f"{place} {application} {fate}: {claim and (claim.stage, claim.overdue)}")
    found = [event for events in by_claim.values() for event in events if isinstance(event, f.OverlapFound)]
    carried = [event.overlap_id for events in by_claim.values() for event in events if _consented(event)]
    noted = await _noted(system, found, told)
    async with system.auditing.borrow(1) as lent, scope(lent, tenants=sorted(tenant_ids().values())) as connection:
        failed = await connection.fetch("SELECT kind, subject, reason FROM es.failed_work")
    print(wrong[:5], [tuple(row) for row in failed[:5]], noted[:5])
    pairs = Counter(event.overlap_id for event in found)
    return {
        "claims": len(told),
        "overlaps": len(found),
        "consents": len(consents),
        "lost": len(told) - len(by_claim) + len(consents - set(carried)),
        "doubled": sum(n > 1 for n in pairs.values()) + len(carried) - len(set(carried)),
        "stuck": len(wrong) + len(noted),
        "failed": len(failed),
    }


def _folded(events: list[Event]) -> FundingClaim | None:
    claim: Any = None
    for event in events:
        claim = event.mutate(claim)
    return claim  # type: ignore[no-any-return] # what the first event begins


def _consented(event: Event) -> bool:
    return isinstance(event, f.DisclosureConsented)


async def _noted(system: System, found: list[f.OverlapFound], told: dict[tuple[str, UUID], str]) -> list[str]:
    """Applications that live on and were not told of an overlap exactly once."""
    fates = {application: fate for (_, application), fate in told.items()}
    missing = []
    for event in found:
        for side in (event.this, event.other):
            stored = await system.store.read_stream(side.origin.tenant_id, side.origin.stream_id)
            notes = Counter(one.overlap_id for one in _events(system, stored) if isinstance(one, ae.OverlapNoted))
            lives_on = fates[side.origin.stream_id] not in ("withdrawn", "rejected", "reversed")
            if notes[event.overlap_id] > 1 or (lives_on and notes[event.overlap_id] != 1):
                missing.append(f"{side.institution} {side.origin.stream_id}: {notes[event.overlap_id]}")
    return missing
