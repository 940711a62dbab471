"""An installation in which a little of everything has happened, and its dumps."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.consultations import commands as c
from domain.consultations.vocabulary import WithheldReason
from domain.kernel.deadline import local_day
from domain.kernel.text import text
from services.bootstrap import System
from services.dumps.dump import Dump
from services.importing.plans import import_shipped
from tests.services.gateway.scenario import adopted_plan
from tests.support.consultation import COORDINATOR, contributed, opened
from tests.support.grant import published_call
from tests.support.system import project, send

TENANT, SANDBOX = "mj", "sandbox-ministry"


class Lived(NamedTuple):
    """The consultation of a ministry, a published contribution to it, and a consultation of a sandbox."""

    consultation: UUID
    contribution: UUID
    sandboxed: UUID


async def lived(system: System) -> Lived:
    """Strategies, a plan, two consultations, a contribution and a call; all of it projected."""
    await import_shipped(system)
    await adopted_plan(system, TENANT)
    consultation, sandboxed = await opened(system, TENANT), await opened(system, SANDBOX)
    contribution = await published(system, consultation)
    await published_call(system, TENANT)
    for tenant in (TENANT, "opm", SANDBOX):
        await project(system, tenant)
    return Lived(consultation, contribution, sandboxed)


async def published(system: System, consultation: UUID, *, key: object = "=1+1") -> UUID:
    """A contribution that everybody sees, whose words a spreadsheet would compute."""
    contribution = await contributed(system, TENANT, consultation, key=key)
    await send(system, TENANT, COORDINATOR, c.PublishContribution(consultation_id=consultation), contribution)
    return contribution


async def withheld(system: System, consultation: UUID, contribution: UUID) -> None:
    """The contribution is taken from view, and the registers know it."""
    withhold = c.WithholdContribution(
        consultation_id=consultation,
        reason_class=WithheldReason.PERSONAL_DATA_OF_OTHERS,
        note=text(sq="Emër", sr="Ime"),
    )
    await send(system, TENANT, COORDINATOR, withhold, contribution)
    await project(system, TENANT)


async def content(system: System, dump: Dump, form: str) -> bytes:
    """The bytes of a dump's file."""
    file = dump.file(form)
    assert file is not None
    found = await system.objects.get(file.sha256)
    assert len(found) == file.size
    return found


def today(system: System) -> date:
    """The day in Kosovo."""
    return local_day(system.clock.now())
