"""Verified organisations in a system's national register, as many as a test needs."""

import asyncio
from uuid import UUID, uuid4

from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import title
from domain.kernel.vocabulary import Contact
from domain.organisations.commands import ClaimOrganisation, VerifyOrganisation
from domain.organisations.vocabulary import Identifier, LegalForm, Scheme
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Principal, Request

SEED = Principal(derived_id("test", "seed"), system_role=Role.SEED)


def number_of(n: int) -> Identifier:
    """The identifier by which the nth is known."""
    return Identifier(Scheme.NGO, f"512{n:05}")


async def verified(handler: CommandHandler, count: int) -> list[UUID]:
    """Their ids; the nth is known by `number_of(n)`."""

    async def one(n: int) -> UUID:
        organisation_id = derived_id("test", "verified organisation", n)
        name = title(sq=f"Organizata {n}", sr=f"Organizacija {n}")
        claim = ClaimOrganisation(
            legal_name=name,
            legal_form=LegalForm.ASSOCIATION,
            municipality="prizren",
            identifiers=(number_of(n),),
            contact=Contact(office="Zyra", email="zyra@organizata.example"),
        )
        proof = VerifyOrganisation(decision_no=f"Decision {n}", identifiers=(number_of(n),))
        commands: tuple[Command, ...] = (claim, proof)
        for command in commands:
            await handler.execute(Request(NATIONAL_SLUG, command, uuid4(), SEED, stream_id=organisation_id))
        return organisation_id

    width = asyncio.Semaphore(16)

    async def in_turn(n: int) -> UUID:
        async with width:
            return await one(n)

    return await asyncio.gather(*(in_turn(n) for n in range(count)))
