"""Canaries of volunteers: in the nation's register, of their guardians, and why hours were told, reversed or rejected."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import to_builtins

from domain.kernel.deadline import local_day
from domain.kernel.ids import derived_id
from domain.volunteering.commands.agreement import EndAgreement
from domain.volunteering.commands.certificate import IssueVolunteerCertificate
from domain.volunteering.commands.hours import CorrectHours, LogHours, RejectHours
from domain.volunteering.commands.opportunity import DraftOpportunity
from domain.volunteering.commands.provider import ActivateProvider, ApplyAsProvider
from domain.volunteering.commands.volunteer import RecordGuardian, RegisterVolunteer, ReviseVolunteer
from domain.volunteering.hours_parts import ledger_id
from domain.volunteering.schedule import Schedule
from domain.volunteering.vocabulary import Insurance, Particulars
from infra.clock import SystemClock
from tests.domain.volunteering.examples import CONTACT
from tests.support.canaries import AT_ONCE, NATION, PATIENCE, TENANT, Planter, Subject
from tests.support.volunteering import COORDINATOR, OFFICER, TASKS, TITLE, WORDS, YEAR, worked

MINOR, GROWN = "2010-05-01", "1990-05-01"
WORKING = 3
"""So many of them work, and say why they do what they do with their hours."""
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
    site = await _site(planter)
    for subject in subjects[:WORKING]:
        await _work(planter, subject, site)
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
        "consents": ["statistics", "matching", "certificate"],
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


async def _site(planter: Planter) -> dict[str, str]:
    """Where people volunteer for the institution itself: what an offer names of it."""
    coordinator, today = planter.as_officer(COORDINATOR), local_day(SystemClock().now())
    apply = ApplyAsProvider(title=TITLE, summary=WORDS, municipality="prizren", contact=CONTACT)
    provider = (await planter.post("/volunteer-providers", to_builtins(apply), coordinator))["stream_id"]
    here = f"/volunteer-providers/{provider}"
    await planter.post(f"{here}/verify", {"decision_no": "1/2026"}, planter.as_officer(OFFICER))
    insured = Insurance(insurer="Siguria", policy_no="1", valid_from=today, valid_until=today + YEAR)
    active = ActivateProvider(insurance=insured, charter=WORDS)
    await planter.post(f"{here}/activate", to_builtins(active), coordinator)
    wanted = Particulars(
        title=TITLE,
        summary=WORDS,
        tasks=WORDS,
        places=WORKING,
        municipality="prizren",
        min_age=15,
        schedule=Schedule(first_day=today, last_day=today + YEAR),
    )
    draft = to_builtins(DraftOpportunity(provider_id=UUID(provider), particulars=wanted))
    opportunity = (await planter.post("/opportunities", draft, coordinator))["stream_id"]
    await planter.post(f"/opportunities/{opportunity}/publish", {"provider_id": provider}, coordinator)
    programme = {"title": to_builtins(TITLE), "criteria": to_builtins(WORDS), "min_minutes": 1, "decision_no": "5/2026"}
    adopted = (await planter.post("/volunteer-programmes", programme, coordinator))["stream_id"]
    return {"provider_id": provider, "opportunity_id": opportunity, "programme_id": adopted}


async def _work(planter: Planter, subject: Subject, site: dict[str, str]) -> None:
    """Hours that are rejected, hours that are reversed, and an end before its time, each with its reason."""
    subject.tenants.append(TENANT)
    her, coordinator = planter.as_person(subject.id), planter.as_officer(COORDINATOR)
    today = local_day(SystemClock().now())
    offer = {name: site[name] for name in ("provider_id", "opportunity_id")} | {
        "person_id": str(subject.id),
        "supervisor_id": str(derived_id("canary", "supervisor")),
        "tasks": to_builtins(TASKS),
        "place": "Kuzhina publike",
        "first_day": str(today),
        "last_day": str(today + YEAR / 52),
        "max_minutes": 600,
    }
    agreement = (await planter.post("/volunteer-agreements", offer, coordinator))["stream_id"]
    path, ledger = f"/volunteer-agreements/{agreement}", f"/hours-ledgers/{ledger_id(UUID(agreement))}"
    await planter.post(f"{path}/accept", {}, her)
    began, ended = await asyncio.to_thread(worked, SystemClock(), today)
    done = {"started_at": _at(began), "ended_at": _at(ended), "task": TASKS[0].code}
    await planter.until(path, "active", her)
    logged = await planter.post(f"{ledger}/log", done | {"reason": subject.word(LogHours)}, her)
    rejected = {"entry_id": await _entry(planter, her, logged), "reason": subject.word(RejectHours)}
    await planter.post(f"{ledger}/reject", rejected, coordinator)
    logged = await planter.post(f"{ledger}/log", done, her)
    reversed_ = {"reverses": await _entry(planter, her, logged), "reason": subject.word(CorrectHours)}
    logged = await planter.post(f"{ledger}/correct", done | reversed_, her)
    confirmed = {"entry_id": await _entry(planter, her, logged)}
    await planter.post(f"{ledger}/confirm", confirmed, coordinator)
    await planter.post(f"{ledger}/total", {}, coordinator)
    await _certify(planter, subject, site["programme_id"], agreement)
    await planter.post(f"{path}/end", {"reason": subject.word(EndAgreement)}, her)


async def _certify(planter: Planter, subject: Subject, programme: str, agreement: str) -> None:
    """A certificate with the holder's name, which the holder carries away once its log is sealed."""
    body = {
        "person_id": str(subject.id),
        "holder": subject.word(IssueVolunteerCertificate),
        "programme_id": programme,
        "agreement_ids": [agreement],
    }
    made = (await planter.post("/volunteer-certificates", body, planter.as_officer(COORDINATOR)))["stream_id"]
    address, until = f"{planter.base}/volunteer-certificates/{made}/credential", time.monotonic() + PATIENCE
    while (answer := await planter.client.get(address, headers=planter.as_person(subject.id))).status_code != 200:
        assert time.monotonic() < until, answer.text
        await asyncio.sleep(0.2)
    subject.credentials.append(answer.json())


async def _entry(planter: Planter, her: dict[str, str], logged: dict[str, Any]) -> str:
    """The id of the entry that counts."""
    asked = f"/me/volunteer-hours?at_least={logged['last_position']}"
    items = (await planter.get(asked, her)).json()["items"]
    (entry,) = [str(one["entry_id"]) for one in items if one["state"] in {"logged", "claimed"}]
    return entry


def _at(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
