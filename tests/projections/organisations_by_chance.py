"""Random but plausible histories of organisations; the same seed tells the same one."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.organisations import events as e
from domain.organisations.vocabulary import Holdings, Identifier, Scheme
from tests.domain.organisations import examples as x
from tests.projections.interleaved import Turn


class OrganisationsByChance:
    """Entries claimed and verified, what they show, and now and then two that are one."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed, self.turn = random.Random(seed), seed, 0
        self.entries: list[UUID] = []

    def next(self) -> Turn:
        """A new entry, or what happens to an old one, in turn."""
        self.turn += 1
        if self.turn % 3 == 1:
            return self._claim()
        if self.turn % 10 == 0 and len(self.entries) > 2:
            return self._absorb()
        entry = self.random.choice(self.entries)
        return entry, (self.random.choice(_HAPPENINGS)(self, entry),)

    def new_id(self, kind: str) -> UUID:
        return derived_id("chance", kind, self.seed, self.turn)

    def day(self) -> timedelta:
        return timedelta(days=self.random.randrange(400))

    def _claim(self) -> Turn:
        entry, number = self.new_id("organisation"), Identifier(Scheme.NGO, f"51{self.turn:05}-1")
        self.entries.append(entry)
        claim = x.claimed(organisation_id=entry, identifiers=(number,))
        return entry, (claim, x.verified(entry, (number,))) if self.random.random() < 0.8 else (claim,)

    def _absorb(self) -> Turn:
        gone = self.entries.pop(self.random.randrange(len(self.entries)))
        held = Holdings(identifiers=(x.FISCAL,), certificates=(x.TAX,), officers=(x.OFFICER,))
        survivor = self.random.choice(self.entries)
        return survivor, (e.OrganisationAbsorbed(organisation_id=survivor, merged_id=gone, holdings=held),)

    def certified(self, entry: UUID) -> Event:
        until = x.TODAY + self.day()
        certificate = msgspec.structs.replace(x.TAX, certificate_id=self.new_id("certificate"), valid_until=until)
        return e.CertificateRecorded(organisation_id=entry, certificate=certificate)

    def officer(self, entry: UUID) -> Event:
        officer = msgspec.structs.replace(x.OFFICER, officer_id=self.new_id("office"), since=x.TODAY - self.day())
        return e.OfficerRecorded(organisation_id=entry, officer=officer)

    def mandated(self, entry: UUID) -> Event:
        return x.mandated(self.new_id("person"), organisation_id=entry, mandate_id=self.new_id("mandate"))


_HAPPENINGS: tuple[Callable[[OrganisationsByChance, UUID], Event], ...] = (
    OrganisationsByChance.certified,
    OrganisationsByChance.officer,
    OrganisationsByChance.mandated,
    lambda _, entry: e.MembershipRecorded(organisation_id=entry, membership=x.MEMBERSHIP),
    lambda _, entry: e.PublicBenefitGranted(organisation_id=entry, status=x.STATUS),
    lambda _, entry: msgspec.structs.replace(x.SUSPENDED, organisation_id=entry),
    lambda _, entry: msgspec.structs.replace(x.REINSTATED, organisation_id=entry),
    lambda _, entry: e.OrganisationAmended(organisation_id=entry, municipality="peje"),
)
