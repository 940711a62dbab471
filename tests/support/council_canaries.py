"""Canaries in the Council: who stands for it by name, and what a member has to do with a motion."""

from datetime import UTC, datetime, timedelta

from domain.council.commands.election import AcceptNomination
from domain.council.commands.meeting import DeclareVotingInterest
from domain.kernel.deadline import local_day
from tests.support.canaries import NATION, Planter, Subject
from tests.support.grant_canaries import WORDS, dismiss, represent, seat, unseat

PLACES = 2
SEAT = {"side": "institutions", "number": 1}


async def plant_in_council(planter: Planter, subjects: list[Subject]) -> None:
    """One of them sits in it, another one would like to."""
    member, candidate = subjects[:PLACES]
    for one in (member, candidate):
        one.tenants.append(NATION)
    today = local_day(datetime.now(UTC))
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=700)).isoformat()}
    secretary = planter.as_officer("council_secretary", NATION)
    council = (await planter.post("/councils", {"decision_no": "30/2030"} | days, secretary, NATION))["stream_id"]
    await _declared(planter, member, council)
    await _nominated(planter, candidate, council)


async def _declared(planter: Planter, member: Subject, council: str) -> None:
    """Before the meeting is opened, on a motion of the secretariat."""
    secretary, headers = planter.as_officer("council_secretary", NATION), planter.as_person(member.id)
    await seat(planter, member, NATION, "council_member")
    filled = {"seat": SEAT, "person_id": str(member.id), "institution": "mflt", "decision_no": "31/2030"}
    await planter.post(f"/councils/{council}/seats", filled, secretary, NATION)
    begins = datetime.now(UTC) + timedelta(days=60)
    called = {"council_id": council, "title": WORDS, "begins_at": begins.isoformat(), "venue": {"room": "Salla 1"}}
    meeting = (await planter.post("/council-meetings", called, secretary, NATION))["stream_id"]
    here, about = f"/council-meetings/{meeting}", {"kind": "other"}
    tabled = {"title": WORDS, "text": WORDS, "subject": about}
    await planter.post(f"{here}/motions", tabled, secretary, NATION)
    state = (await planter.get(f"/aggregates/{meeting}", planter.as_officer("ogg_supervisor", NATION), NATION)).json()
    motion = next(iter(state["state"]["motions"]))
    await planter.post(f"{here}/attend", {"council_id": council}, headers, NATION)
    declared = {"motion_id": motion, "detail": member.word(DeclareVotingInterest)}
    await planter.post(f"{here}/interests", declared, headers, NATION)
    await unseat(planter, member, NATION)


async def _nominated(planter: Planter, candidate: Subject, council: str) -> None:
    """By the organisation that the candidate acts for."""
    secretary, headers = planter.as_officer("council_secretary", NATION), planter.as_person(candidate.id)
    opened = {"council_id": council, "seats": 1, "decision_no": "32/2030"}
    election = (await planter.post("/council-elections", opened, secretary, NATION))["stream_id"]
    organisation = await represent(planter, candidate)
    named = {"organisation_id": str(organisation), "person_id": str(candidate.id)}
    await planter.post(f"/council-elections/{election}/nominate", named, headers, NATION)
    stood = {"public_name": candidate.word(AcceptNomination)}
    await planter.post(f"/council-elections/{election}/accept", stood, headers, NATION)
    await dismiss(planter, candidate)
