"""A call with so many signed-off applications, each of an organisation of its own, ready to be submitted."""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from domain.grants.grant_call import GrantCall
from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.text import title
from domain.kernel.vocabulary import Contact
from domain.organisations.commands import (
    ClaimOrganisation,
    MandateRepresentative,
    RecordCertificate,
    VerifyOrganisation,
)
from domain.organisations.seed import DemoOrganisation
from domain.organisations.vocabulary import CertificateKind, Identifier, LegalForm, Scheme
from domain.tenants.seed import MANDATES_FROM
from infra.clock import SystemClock
from services.bootstrap import System
from services.command_handling.request import Request
from services.seeding.seed import SEED
from tests.benchmarks.load import Call
from tests.support.granting import Granting

TENANT = "mj"
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONCE = 64
T = TypeVar("T")


class ShiftedClock(SystemClock):
    """The machine's clock, so much earlier or later that it is `at` when it is set."""

    def __init__(self, at: datetime) -> None:
        self._shift = at - super().now()

    def now(self) -> datetime:
        """The shifted time."""
        return super().now() + self._shift

    @property
    def at(self) -> datetime:
        """The time, as stories ask for it."""
        return self.now()

    def jump(self, to: datetime) -> None:
        """It is that time from here on, and goes on."""
        self._shift = to - super().now()

    def by_the_machine(self, at: datetime) -> float:
        """Seconds since the epoch at which the machine's clock shows when it is `at` here."""
        return (at - self._shift).timestamp()


class Applicants:
    """Organisations in the register, and their applications in one call."""

    def __init__(self, system: System, clock: ShiftedClock) -> None:
        self.system, self.clock = system, clock
        self.granting = Granting(system, clock, TENANT)  # type: ignore[arg-type] # asked for `at` and no more

    async def ready(self, count: int) -> list[Call]:
        """The submissions of `count` applications, not sent yet."""
        await self.granting.publish()
        crowd = [_organisation(n) for n in range(count)]
        for n in range(len(_proved(crowd[0]))):
            await _side_by_side([self._send(of, _proved(of)[n]) for of in crowd])
        for of in crowd:  # what governs the nation is decided on all that governed it before
            await self._send(of, _represented(of))
        return await _side_by_side([self._submission(of) for of in crowd])

    async def closes_at(self) -> datetime:
        """The end of the call."""
        tenant = await self.system.handler.authority.tenant(TENANT)
        call_id = self.granting.call_id
        held = await self.system.handler.aggregates.read(tenant.tenant_id, GrantCall, call_id, fresh=True)
        call: Any = held.aggregate
        ends_at: datetime = call.ends_at()
        return ends_at

    async def _send(self, of: DemoOrganisation, command: Command) -> None:
        command_id = derived_id("bench", "organisation", of.organisation_id, repr(command))
        request = Request(NATIONAL_SLUG, command, command_id, SEED, stream_id=of.organisation_id)
        await self.system.handler.execute(request)

    async def _submission(self, of: DemoOrganisation) -> Call:
        draft = await self.granting.draft(of)
        told = {"call_id": str(self.granting.call_id), "organisation_id": str(of.organisation_id)}
        token = self.system.tokens.issue(of.person.person_id, of.representative, 3_600)
        where = f"/v1/tenants/{TENANT}/grant-applications/{draft}/submit"
        return Call(where, json.dumps(told), f"Bearer {token}")


def _organisation(n: int) -> DemoOrganisation:
    return DemoOrganisation(
        organisation_id=derived_id("bench", "organisation", n),
        role=f"applicant_{n}",
        legal_name=title(sq=f"Shoqata {n}", sr=f"Udruženje {n}", en=f"Association {n}"),
        legal_form=LegalForm.ASSOCIATION,
        municipality="prizren",
        numbers=(f"{5_200_000 + n}-1", f"{610_000_000 + n}"),
        representative=f"Besa Krasniqi {n}",
        officer="Valon Morina",
    )


def _proved(of: DemoOrganisation) -> tuple[Command, ...]:
    """Claimed, verified, certified."""
    ngo, fiscal = of.numbers
    identifiers = (Identifier(Scheme.NGO, ngo), Identifier(Scheme.FISCAL, fiscal))
    claim = ClaimOrganisation(
        legal_name=of.legal_name,
        legal_form=of.legal_form,
        municipality=of.municipality,
        identifiers=identifiers,
        contact=Contact(office="Zyra", email=f"{of.role}@organisation.example"),
    )
    certificates = (
        RecordCertificate(kind=kind, number=f"{kind}-{ngo}", issued_on=MANDATES_FROM, valid_until=of.certified_until)
        for kind in CertificateKind
    )
    return (claim, VerifyOrganisation(decision_no="1", identifiers=identifiers), *certificates)


def _represented(of: DemoOrganisation) -> Command:
    return MandateRepresentative(
        person_id=of.person.person_id,
        full_name=of.representative,
        email=f"{of.role}@person.example",
        legal_basis="Statuti",
        valid_from=MANDATES_FROM,
    )


async def _side_by_side(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Results in order; never more than `AT_ONCE` under way."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(job: Coroutine[Any, Any, T]) -> T:
        async with free:
            return await job

    return list(await asyncio.gather(*(one(job) for job in work)))
