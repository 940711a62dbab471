"""Canaries of volunteers: said by themselves to the nation's register, and by an official who saw a guardian's proof."""

import asyncio
from uuid import UUID

from domain.kernel.ids import derived_id
from domain.volunteering.commands.volunteer import RecordGuardian, RegisterVolunteer, ReviseVolunteer
from tests.support.canaries import AT_ONCE, NATION, Planter, Subject

MINOR, GROWN = "2010-05-01", "1990-05-01"
EVERY_SO_MANY = 5
"""One of so many is a minor, in the care of the one before."""


async def plant_volunteers(planter: Planter, number: int) -> list[Subject]:
    """So many volunteers; each says everything that is personal, and says it anew."""
    subjects = [Subject(derived_id("canary", "volunteer", n), tenants=[NATION]) for n in range(number)]
    left = iter(range(number))

    async def work() -> None:
        for n in left:
            minor = n % EVERY_SO_MANY == EVERY_SO_MANY - 1
            await _volunteer(planter, subjects[n], MINOR if minor else GROWN)
            if minor:
                await _guard(planter, subjects[n].id, subjects[n - 1])

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return subjects


async def _volunteer(planter: Planter, subject: Subject, born: str) -> None:
    headers = planter.as_person(subject.id)
    said = {
        "person_id": str(subject.id),
        "full_name": subject.word(RegisterVolunteer),
        "email": f"{subject.word(RegisterVolunteer)}@example.org",
        "phone": subject.number(RegisterVolunteer),
        "birth_date": born,
        "municipality": "prizren",
        "gender": "female",
        "consents": ["statistics", "matching"],
    }
    made = (await planter.post("/volunteers", said, headers, NATION))["stream_id"]
    anew = {"full_name": subject.word(ReviseVolunteer), "email": f"{subject.word(ReviseVolunteer)}@example.org"}
    await planter.post(f"/volunteers/{made}/revise", anew, headers, NATION)


async def _guard(planter: Planter, minor: UUID, guardian: Subject) -> None:
    officer = planter.as_officer("volunteering_officer", NATION)
    volunteer = derived_id("volunteer", minor)
    body = {
        "guardian_id": str(guardian.id),
        "full_name": guardian.word(RecordGuardian),
        "proof": "Certifikata e lindjes",
    }
    await planter.post(f"/volunteers/{volunteer}/guardians", body, officer, NATION)
