"""The Council over HTTP: seats, a meeting with a lost quorum, votes by side, minutes, an action, and the clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.council.vocabulary import ResolutionKind, ResolutionSubject, Side, VoteChoice
from domain.kernel.deadline import end_of, local_day
from domain.kernel.ids import derived_id
from domain.organisations.seed import DEMO_ORGANISATIONS
from infra.clock import FixedClock
from services.bootstrap import System
from services.work.failures import Failures
from services.worker.timers import Timers
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.worker.test_worker import Held
from tests.support.council import MEMBERS, Sitting
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

BASE, PUBLIC = "/v1/tenants/opm", "/v1/public"
YOUTH, BRIDGE = DEMO_ORGANISATIONS
MEASURE = str(derived_id("test", "measure"))
WORDS = {code: {"text": words} for code, words in (("sq", "Masa shtyhet."), ("sr", "Mera se pomera."))}
SUBJECT = {"kind": "reschedule_measure", "tenant": "mflt", "stream_id": MEASURE}
NOW = datetime.now(UTC)
CSO, OTHER_CSO, STATE, OTHER_STATE = (person for person, _ in MEMBERS.values())


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path, clock: FixedClock) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


class Room:
    """Whoever speaks in the Council, over HTTP."""

    def __init__(self, system: System, caller: Caller) -> None:
        self.system, self.caller = system, caller

    async def says(self, path: str, body: dict[str, Any], person: Any = None) -> dict[str, Any]:
        who = self.caller.bearer("opm", "council_secretary") if person is None else self.caller.token(person)
        answer = await self.caller.post(f"{BASE}{path}", body, **who)
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, path: str, body: dict[str, Any], person: Any, rule: str) -> None:
        answer = await self.caller.post(f"{BASE}{path}", body, **self.caller.token(person))
        assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), answer.text
        assert answer.json()["rule"] == rule

    async def sees(self, path: str, person: Any = None) -> dict[str, Any]:
        await project(self.system, "opm")
        who = {} if person is None else self.caller.token(person)
        answer = await self.caller.get(path, **who)
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    async def file(self) -> dict[str, Any]:
        who = self.caller.bearer("opm", "council_secretary") | {"content-type": "text/plain"}
        answer = await self.caller.client.post(f"{BASE}/files", content=b"Procesverbali", headers=who)
        assert answer.status_code == 201, answer.text
        return {"language": "sq", "file": {**answer.json(), "file_name": "procesverbali.txt"}}


async def test_the_council_meets_votes_and_follows_what_it_resolved(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    room, council = Room(system, caller), str((await Sitting.of(system, clock)).council_id)
    chairs = (await room.sees(f"{PUBLIC}/councils/{council}"))["seats"]
    assert [(one["seat"]["side"], one["seat"]["number"]) for one in chairs if one["co_chair"]] == [
        ("cso", 1),
        ("institutions", 1),
    ]

    called = {"council_id": council, "title": WORDS, "venue": {"room": "Salla 1"}}
    begins = clock.at + timedelta(days=14)
    late = await caller.post(
        f"{BASE}/council-meetings",
        called | {"begins_at": str(clock.at + timedelta(days=2))},
        **caller.bearer("opm", "council_secretary"),
    )
    assert (late.status_code, late.json()["rule"]) == (422, "council.notice")
    made = await room.says("/council-meetings", called | {"begins_at": begins.isoformat()})
    at = f"/council-meetings/{made['stream_id']}"
    await room.says(f"{at}/agenda", {"items": [{"title": WORDS}]})
    clock.at = begins
    for person in (CSO, OTHER_CSO, STATE):
        await room.says(f"{at}/attend", {"council_id": council}, person)
    await room.says(f"{at}/attend", {"council_id": council, "person_id": str(OTHER_STATE)})
    await room.says(f"{at}/open", {"council_id": council})
    await room.says(f"{at}/motions", {"title": WORDS, "text": WORDS, "subject": SUBJECT}, STATE)
    (motion,) = (await room.sees(f"{PUBLIC}{at}"))["motions"]
    vote = {"motion_id": motion["motion_id"], "choice": "for"}

    await room.says(f"{at}/interests", {"motion_id": motion["motion_id"], "detail": "My brother leads it."}, OTHER_CSO)
    await room.refused(f"{at}/votes", vote, OTHER_CSO, "council.vote.interest")
    await room.says(f"{at}/votes", vote | {"choice": "against"}, CSO)
    await room.says(f"{at}/votes", vote, STATE)
    await room.refused(f"{at}/votes", vote, STATE, "council.vote.once")
    await room.says(f"{at}/leave", {}, CSO)
    await room.refused(f"{at}/votes", vote, OTHER_STATE, "council.quorum")
    await room.says(f"{at}/attend", {"council_id": council}, CSO)
    await room.says(f"{at}/votes", vote, OTHER_STATE)
    await room.says(f"{at}/count", {"motion_id": motion["motion_id"]})
    await room.refused(f"{at}/votes", vote, CSO, "council.vote.closed")
    await room.says(f"{at}/close", {})

    (resolution,) = (await room.sees(f"{PUBLIC}/council-resolutions?outvoted=cso"))["items"]
    assert (resolution["number"], resolution["about"], resolution["stream_id"]) == (
        f"1/{local_day(begins).year}",
        "mflt",
        MEASURE,
    )
    assert [(side["in_favour"], side["against"], side["interested"]) for side in resolution["votes"]] == [
        (0, 1, 1),
        (2, 0, 0),
    ]
    assert "brother" not in str(await room.sees(f"{PUBLIC}{at}"))
    await signed(room, at, council)


async def signed(room: Room, at: str, council: str) -> None:
    """The minutes of a meeting: a draft that nobody sees, signed by both co-chairs, and public."""
    file = await room.file()
    await room.says(f"{at}/minutes", {"minutes": {"text": WORDS, "files": [file]}})
    assert (await room.sees(f"{BASE}{at}", CSO))["drafted"]["text"]["sq"]["text"] == "Masa shtyhet."
    public = await room.sees(f"{PUBLIC}{at}")
    assert (public["minutes"], "drafted" in public) == (None, False)
    sha = file["file"]["sha256"]
    assert (await room.caller.get(f"{PUBLIC}{at}/files/{sha}")).status_code == 404
    await room.says(f"{at}/minutes/sign", {"council_id": council, "draft": 1}, CSO)
    await room.refused(f"{at}/minutes/sign", {"council_id": council, "draft": 1}, OTHER_STATE, "council.co_chair")
    await room.says(f"{at}/minutes/sign", {"council_id": council, "draft": 1}, STATE)
    public = await room.sees(f"{PUBLIC}{at}")
    assert (public["state"], public["minutes_late"]) == ("minutes_adopted", False)
    assert (await room.caller.get(f"{PUBLIC}{at}/files/{sha}")).content == b"Procesverbali"


async def test_an_action_is_overdue_in_public_when_its_day_is_over(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    room, sitting = Room(system, caller), await Sitting.of(system, clock)
    subject = ResolutionSubject(kind=ResolutionKind.OTHER)
    votes = {(Side.INSTITUTIONS, 1): VoteChoice.FOR, (Side.CSO, 1): VoteChoice.ABSTAIN}
    resolution, due = await sitting.resolve(subject, votes), sitting.today + timedelta(days=30)
    assign = {"resolution_id": str(resolution), "what": WORDS, "due": str(due)}
    made = await room.says("/council-actions", assign | {"organisation_id": str(YOUTH.organisation_id)})
    at = f"/council-actions/{made['stream_id']}"

    await project(system, "opm")
    broker, failures = Held(), Failures(system.engine.connections, system.auditing)
    timers = Timers(system, broker, failures)
    clock.at = end_of(due)
    assert await timers.scan() == 1
    for job in broker.jobs:
        await timers.perform(job)
    (overdue,) = (await room.sees(f"{PUBLIC}/council-actions?overdue=true"))["items"]
    assert (overdue["state"], overdue["overdue_since"] is not None) == ("assigned", True)
    work = await room.sees(f"{PUBLIC}/councils/{sitting.council_id}/workload")
    assert (work["actions_open"], work["actions_overdue"], work["minutes_overdue"]) == (1, 1, 1)
    assert await timers.scan() == 0

    evidence = {"note": WORDS, "files": [await room.file()]}
    await room.refused(f"{at}/evidence", evidence, BRIDGE.person.person_id, "council.action.responsible")
    await room.says(f"{at}/evidence", evidence, YOUTH.person.person_id)
    await room.says(f"{at}/close", {"outcome": "fulfilled", "note": WORDS})
    closed = await room.sees(f"{PUBLIC}{at}")
    assert (closed["state"], closed["late"], len(closed["evidence"])) == ("fulfilled", True, 1)
    sha = evidence["files"][0]["file"]["sha256"]
    assert (await caller.get(f"{PUBLIC}{at}/files/{sha}")).content == b"Procesverbali"


async def test_only_who_works_with_the_council_reads_drafts_and_nobody_of_another_institution(
    system: System, caller: Caller, clock: FixedClock
) -> None:
    sitting = await Sitting.of(system, clock)
    await project(system, "opm")
    one = f"/councils/{sitting.council_id}"

    seen = await caller.get(f"{BASE}{one}", **caller.token(CSO))
    assert (seen.status_code, len(seen.json()["holders"])) == (200, 4)
    assert "holders" not in (await caller.get(f"{PUBLIC}{one}")).json()
    assert (await caller.get(f"{BASE}{one}", **caller.token(YOUTH.person.person_id))).status_code == 403
    elsewhere = await caller.get(f"/v1/tenants/mflt{one}", **caller.bearer("mflt", "measure_lead"))
    assert elsewhere.status_code == 404
