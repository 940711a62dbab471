"""Steady load through the real processes: nothing is refused or lost, nothing grows; a noisy institution beside it.

The numbers that fail a test are counts. Times and memory are printed, minute by minute: at a release's length, on a
machine that does nothing else, they tell whether latencies and memory are flat, and what the others notice of one that
asks ten times what it may.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx
import pytest

from tests.benchmarks.steady_load import Plan, Request, Source, Told, Window, load
from tests.support.running import Up, only

SECONDS = float(os.environ.get("PAKT_STEADY_SECONDS", "14"))
RATE = float(os.environ.get("PAKT_STEADY_RATE", "100"))
"""Requests a second at most, 0 for half of the measured peak."""
WINDOW = 60.0 if SECONDS >= 300 else 2.0
ROUNDS = int(os.environ.get("PAKT_STEADY_ROUNDS", "1"))
PEAK, CALM, NOISY = (30.0, 30.0, 30.0) if ROUNDS > 1 else (3.0, 4.0, 14.0)
"""Seconds: as fast as it goes, everybody within their quotas, one beyond it; of these two so many rounds, in turn."""
TIMES, SHARE, WITHIN = 10, 0.1, 0.9
"""How many times its quota the noisy one asks, what part of all requests its quota is, and how much of it it asks for
when it is not noisy."""
CONNECTIONS = 32
OTHERS, LOUD = ("mj", "mesti"), "mflt"
DRAFTS = 8
TEXT = '{"summary": {"sq": {"text": "Teksti {n}"}, "sr": {"text": "Tekst {n}"}}}'
NEW: dict[str, Any] = {
    "title": {"sq": {"text": "Ligji"}, "sr": {"text": "Zakon"}},
    "act_kind": "administrative_instruction",
    "contact": {"office": "Zyra", "email": "zyra@example.org"},
    "unplanned_reason": {"sq": {"text": "Urgjente"}, "sr": {"text": "Hitno"}},
}
ROOM = 100 << 20
"""Bytes by which a process may grow while caches fill."""
LATER = 4
"""Connections that open with their first use, such as those of dumps of open data; a leak would be hundreds."""

pytestmark = [pytest.mark.slow, pytest.mark.crash]


class Draft(NamedTuple):
    """A consultation that is amended again and again, and its version before."""

    tenant: str
    path: str
    version: int


class Held(NamedTuple):
    """What a process holds."""

    memory: int
    files: int


class Installation:
    """A gateway of its own, beside everything else in one process."""

    def __init__(self, data: Path) -> None:
        self._base = Up(data, *only("projector", "worker", "sealer", "egress"))
        self._gateway = Up(data, process="gateway")
        self.port = int(self._gateway.url.rsplit(":", 1)[1])
        self._postmaster = int((data / "postgresql/cluster/postmaster.pid").read_text().split()[0])

    def client(self, tenant: str, role: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._gateway.token(tenant, role)}"}
        return httpx.Client(base_url=f"{self._gateway.url}/v1/tenants/{tenant}", headers=headers, timeout=60)

    def token(self, tenant: str) -> str:
        return f"Bearer {self._gateway.token(tenant, 'drafting_officer')}"

    def held(self) -> dict[str, Held]:
        """What the two processes hold; of the database server's how many they are, as its files."""
        backends = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text().split()
        pids = {"gateway": self._gateway.process.pid, "others": self._base.process.pid}
        found = {name: Held(_memory(pid), len(os.listdir(f"/proc/{pid}/fd"))) for name, pid in pids.items()}
        return found | {"server": Held(0, len(backends))}

    def stop(self) -> list[int]:
        return [self._gateway.stop(), self._base.stop()]


def _memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def drafted(running: Installation, tenant: str) -> list[Draft]:
    """Drafts of an institution."""
    found = []
    with running.client(tenant, "drafting_officer") as client:
        for n in range(DRAFTS):
            answer = client.post("/consultations", json=NEW, headers={"Idempotency-Key": f"draft-{n}"})
            assert answer.status_code == 201, answer.text
            told = answer.json()
            found.append(Draft(tenant, f"/consultations/{told['stream_id']}", told["version"]))
    return found


def source(name: str, running: Installation, drafts: Sequence[Draft], rate: float) -> Source:
    """Amends each draft and reads it, in turn."""
    requests = []
    for draft in drafts:
        where, token = f"/v1/tenants/{draft.tenant}{draft.path}", running.token(draft.tenant)
        requests += [Request("POST", f"{where}/amend", token, TEXT), Request("GET", where, token)]
    return Source(name, rate, CONNECTIONS, requests)


async def watched(running: Installation, every: float, seen: list[dict[str, Held]]) -> None:
    while True:
        await asyncio.sleep(every)
        seen.append(running.held())


async def settled(running: Installation, before: dict[str, Held]) -> dict[str, Held]:
    """What is held once all is as before; after some time whatever it is."""
    until = time.monotonic() + 20
    while True:
        now = running.held()
        if all(now[name].files <= before[name].files + LATER for name in before) or time.monotonic() > until:
            return now
        await asyncio.sleep(0.2)


def shown(window: Window) -> str:
    return f"{window.p50:.1f}/{window.p99:.1f}/{window.p999:.1f} ms"


def say(rate: float, told: Told, seen: Sequence[dict[str, Held]]) -> None:
    for n, window in enumerate(told.windows):
        held = seen[min(n, len(seen) - 1)]
        memory = ", ".join(f"{name} {held[name].memory >> 20} MB" for name in ("gateway", "others"))
        print(f"window {n}: {window.requests} requests, p50/p99/p99.9 {shown(window)}, {memory}")
    third = max(1, len(told.windows) // 3)
    first, last = told.windows[third], told.windows[-1]
    flat = last.p99 <= 1.25 * first.p99
    begun, ended = seen[min(third, len(seen) - 1)]["gateway"].memory, seen[-1]["gateway"].memory
    slope = 100 * (ended - begun) / begun / max(len(seen) - third, 1) * 600 / WINDOW
    print(
        f"steady: {rate:.0f} requests/s for {SECONDS:.0f} s, p50/p99/p99.9 {shown(told.whole)}; p99 of the last window "
        f"{last.p99 / max(first.p99, 0.01):.2f} x that after a third ({'flat' if flat else 'not flat'}); gateway "
        f"{seen[0]['gateway'].memory >> 20} -> {ended >> 20} MB, {slope:+.1f} % in 10 minutes"
    )


async def kept(running: Installation, drafts: Sequence[Draft], done: Sequence[int]) -> list[str]:
    """Drafts whose version is not what was answered: one more for each amendment."""
    wrong = []
    for draft, times in zip(drafts, done, strict=True):
        with running.client(draft.tenant, "drafting_officer") as client:
            until = time.monotonic() + 60
            while (version := int(client.get(draft.path).headers["etag"].strip('"').split(".")[0])) < (
                draft.version + times
            ) and time.monotonic() < until:
                await asyncio.sleep(0.2)
        if version != draft.version + times:
            wrong.append(f"{draft.path}: {version}, not {draft.version} + {times}")
    return wrong


async def test_steady_load_loses_nothing_and_grows_nothing_and_a_noisy_one_is_not_noticed(tmp_path: Path) -> None:
    running = await asyncio.to_thread(Installation, tmp_path)
    try:
        drafts = [draft for tenant in OTHERS for draft in drafted(running, tenant)]
        amended = [0] * len(drafts)

        async def sent(seconds: float, window: float, asking: Source) -> list[Told]:
            told = await load(Plan(running.port, seconds, window, [asking]), tmp_path)
            for n, times in enumerate(told[0].done[::2]):
                amended[n] += times
            assert set(told[0].statuses) == {200}, told[0].statuses
            return told

        [peak] = await sent(PEAK, PEAK, source("peak", running, drafts, 0))
        half = peak.whole.requests / PEAK / 2
        rate = min(half, RATE) if RATE else half
        before, seen = await settled(running, running.held()), list[dict[str, Held]]()
        watching = asyncio.ensure_future(watched(running, WINDOW, seen))
        [steady] = await sent(SECONDS, WINDOW, source("steady", running, drafts, rate))
        watching.cancel()
        say(rate, steady, seen)
        after = await settled(running, before)

        await noisy(running, drafts, rate, sent, tmp_path)
        lost = await kept(running, drafts, amended)
    finally:
        codes = await asyncio.to_thread(running.stop)

    assert lost == []
    more = {name: after[name].files - before[name].files for name in before}
    assert all(number <= LATER for number in more.values()), more
    assert all(after[name].memory <= 1.5 * before[name].memory + ROOM for name in before), (before, after)
    assert codes == [0, 0]


async def noisy(running: Installation, drafts: Sequence[Draft], rate: float, sent: Any, folder: Path) -> None:
    """One institution asks ten times what it may: it is told so, and the others are answered as before.

    At half of the steady rate, in turn with rounds in which it keeps to its quota: the same processors send all this.
    """
    rate /= 2
    quota = max(1, round(rate * SHARE * 60))
    with running.client("opm", "administrator") as client:
        asked = {"slug": LOUD, "resource": "requests", "limit": quota}
        answer = client.post("/institutions/quota", json=asked, headers={"Idempotency-Key": "quota"})
        assert answer.status_code == 200, answer.text
    own = drafted(running, LOUD)
    others = source("others", running, drafts, rate * (1 - SHARE))
    calm, loud = (source("loud", running, own, rate * SHARE * times) for times in (WITHIN, TIMES))
    before, beside, refused = list[float](), list[float](), 0

    async def both(seconds: float, asking: Source) -> tuple[Told, Told]:
        """Sent by two processes: in one the others would wait for the sender of the noisy one as well."""
        plan = Plan(running.port, seconds, seconds, [asking], nice=10)
        [answered], [own_answers] = await asyncio.gather(sent(seconds, seconds, others), load(plan, folder))
        return answered, own_answers

    for _ in range(ROUNDS):
        quiet, _ = await both(CALM, calm)
        told, turned_away = await both(NOISY, loud)
        assert set(turned_away.statuses) == {200, 429}, turned_away.statuses
        assert turned_away.statuses[200] <= quota * (2 + int(NOISY // 60))
        before, beside = [*before, quiet.whole.p99], [*beside, told.whole.p99]
        refused += turned_away.statuses[429]
    ratios = [there / max(here, 0.01) for here, there in zip(before, beside, strict=True)]
    print(
        f"noisy: {rate:.0f} requests/s, one institution at {TIMES} x its quota refused {refused} times; the others p99 "
        f"{median(before):.1f} -> {median(beside):.1f} ms, {median(ratios):.2f} x (to be at most 1.25), "
        f"of {ROUNDS}: {', '.join(f'{one:.2f}' for one in ratios)}"
    )
