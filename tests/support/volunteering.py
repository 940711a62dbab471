"""Institutions that have volunteers, the volunteers, and agreements between them, told as commands."""

import asyncio
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.deadline import local_day, start_of
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from domain.volunteering.agreement_parts import AgreedTask
from domain.volunteering.commands.agreement import AcceptAgreement, OfferAgreement
from domain.volunteering.commands.opportunity import DraftOpportunity, PublishOpportunity
from domain.volunteering.commands.provider import ActivateProvider, ApplyAsProvider, VerifyProvider
from domain.volunteering.commands.volunteer import RegisterVolunteer
from domain.volunteering.hours_parts import ledger_id
from domain.volunteering.schedule import Schedule
from domain.volunteering.vocabulary import Insurance, Particulars
from infra.clock import Clock
from services.bootstrap import System
from services.command_handling.request import Answer, Principal, Request
from services.work.failures import Failures
from services.worker.policies import Policies
from tests.support.system import official, project, send

COORDINATOR, OFFICER = "volunteer_coordinator", "volunteering_officer"
WORDS = text(sq="Ndihmë në kuzhinë.", sr="Pomoć u kuhinji.", tr="Mutfakta yardım.")
TITLE = title(sq="Kuzhina", sr="Kuhinja", tr="Mutfak")
TASKS = (AgreedTask(code="kitchen", what=WORDS),)
YEAR = timedelta(days=364)
MINUTE = timedelta(minutes=1)


class Providing:
    """An institution that is a provider itself, with one published opportunity."""

    def __init__(self, system: System, tenant: str, provider_id: UUID, opportunity_id: UUID) -> None:
        self.system, self.tenant = system, tenant
        self.provider_id, self.opportunity_id = provider_id, opportunity_id

    def offer(self, person_id: UUID, supervisor_id: UUID, **changes: Any) -> OfferAgreement:
        """A place from today on, for a month."""
        today = local_day(self.system.clock.now())
        told: dict[str, Any] = {"first_day": today, "last_day": today + timedelta(days=30), "max_minutes": 6000}
        return OfferAgreement(
            opportunity_id=self.opportunity_id,
            provider_id=self.provider_id,
            person_id=person_id,
            supervisor_id=supervisor_id,
            tasks=TASKS,
            place="Kuzhina publike",
            **(told | changes),
        )

    async def agree(self, person_id: UUID, supervisor_id: UUID, **changes: Any) -> UUID:
        """Offered and accepted; the ledger of it, which the worker opens."""
        offer = self.offer(person_id, supervisor_id, **changes)
        offered = await send(self.system, self.tenant, COORDINATOR, offer)
        await in_person(self.system, self.tenant, person_id, AcceptAgreement(), offered.stream_id)
        return ledger_id(offered.stream_id)


async def providing(system: System, tenant: str, *, places: int = 5, municipality: str = "prizren") -> Providing:
    """Applied for, verified by the official, insured, and published."""
    today = local_day(system.clock.now())
    contact = Contact(office="Zyra", email="zyra@qendra.example")
    apply = ApplyAsProvider(title=TITLE, summary=WORDS, municipality=municipality, contact=contact)
    provider = (await send(system, tenant, COORDINATOR, apply)).stream_id
    await send(system, tenant, OFFICER, VerifyProvider(decision_no="1/2026"), provider)
    insured = Insurance(insurer="Siguria", policy_no="1", valid_from=today, valid_until=today + YEAR)
    await send(system, tenant, COORDINATOR, ActivateProvider(insurance=insured, charter=WORDS), provider)
    wanted = Particulars(
        title=TITLE,
        summary=WORDS,
        tasks=WORDS,
        places=places,
        municipality=municipality,
        min_age=15,
        schedule=Schedule(first_day=today, last_day=today + YEAR),
    )
    draft = DraftOpportunity(provider_id=provider, particulars=wanted)
    opportunity = (await send(system, tenant, COORDINATOR, draft)).stream_id
    await send(system, tenant, COORDINATOR, PublishOpportunity(provider_id=provider), opportunity)
    return Providing(system, tenant, provider, opportunity)


def worked(clock: Clock, first_day: date, most: int = 3) -> tuple[datetime, datetime]:
    """From when to when somebody has just worked: whole minutes, at most so many, none before the agreement's first day.

    An agreement begins today at the earliest, so there is no such work in the first minute of a day: the second is
    waited for.
    """
    begins = start_of(first_day)
    while (ended := clock.now().replace(second=0, microsecond=0)) <= begins:
        time.sleep(1)
    return max(begins, ended - most * MINUTE), ended


async def registered(system: System, person_id: UUID, birth_date: date = date(1990, 5, 1)) -> None:
    """A volunteer of Prizren, by themselves."""
    command = RegisterVolunteer(
        person_id=person_id,
        full_name="Arta Krasniqi",
        email="arta@mail.example",
        birth_date=birth_date,
        municipality="prizren",
    )
    await in_person(system, "opm", person_id, command, None)


async def in_person(
    system: System, tenant: str, person_id: UUID, command: Command, stream_id: UUID | None, *, key: object = ""
) -> Answer:
    """A command on no mandate."""
    command_id = derived_id("test", tenant, command.name, stream_id, repr(command), person_id, key)
    request = Request(tenant, command, command_id, Principal(person_id), stream_id=stream_id)
    return (await system.handler.execute(request)).answer


async def relay(*systems: System, tenants: Sequence[str]) -> None:
    """What projectors and the worker of each system do by themselves, until nothing waits."""
    while True:
        for tenant in ("opm", *tenants):
            await project(systems[0], tenant)
        workers = (Policies(one, Failures(one.engine.connections, one.auditing)) for one in systems)
        if not any(await asyncio.gather(*(worker.run_once() for worker in workers))):
            return


def coordinator(tenant: str) -> UUID:
    """The demo person who runs the institution's own volunteering."""
    return official(tenant, COORDINATOR).person_id
