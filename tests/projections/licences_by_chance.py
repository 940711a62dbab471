"""Random but plausible histories of licences and of their entries; the same seed tells the same one."""

import random
from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.licences import events as e
from domain.licences.vocabulary import LicenceStage, Reliance
from tests.domain.licences import examples as x
from tests.projections.interleaved import Turn


class LicencesByChance:
    """What one issuer is asked to license, and what it decides, from whichever day on."""

    def __init__(self, seed: int) -> None:
        self.random, self.seed = random.Random(seed), seed
        self.licences: list[UUID] = []

    def next(self) -> Turn:
        """A new application, or what happens to one that was granted."""
        if len(self.licences) < 2 or self.random.random() < 0.3:
            stream = derived_id("chance", "licence", self.seed, len(self.licences))
            self.licences.append(stream)
            return stream, (x.APPLIED, x.INSPECTED, x.REFUSED if self.random.random() < 0.2 else x.GRANTED)
        day = x.FIRST + timedelta(days=self.random.randrange(360))
        happening = self.random.choice(
            (
                replace(x.SUSPENDED, first_day=day),
                replace(x.REINSTATED, first_day=day),
                replace(x.REVOKED, first_day=day),
                x.INSPECTED,
                x.RENEWED,
                x.EXPIRED,
            )
        )
        return self.random.choice(self.licences), (happening,)


class EntriesByChance:
    """What the national log holds of several issuers' licences, and who relies on them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.entries: list[UUID] = []
        self.told = 100

    def next(self) -> Turn:
        """A new entry, a change of one, or a contract that rests on it."""
        self.told += 1
        if len(self.entries) < 2 or self.random.random() < 0.3:
            licence = derived_id("chance", "entered licence", len(self.entries))
            entered = x.entered(licence=licence, event_id=x.told_by(self.told), origin=f"10:1:{self.told}")
            self.entries.append(x.stream(entered))
            return self.entries[-1], (entered,)
        entry = self.random.choice(self.entries)
        if self.random.random() < 0.3:
            return entry, (self._relied_on(),)
        day = x.FIRST + timedelta(days=self.random.randrange(360))
        status = self.random.choice((LicenceStage.SUSPENDED, LicenceStage.GRANTED, LicenceStage.REVOKED))
        term = x.term(*x.FURTHER) if status is LicenceStage.GRANTED and self.random.random() < 0.3 else None
        return entry, (x.changed(status, day, self.told, decision_no="1/2026", term=term),)

    def _relied_on(self) -> Event:
        return e.LicenceReliedOn(
            organisation_id=x.ORGANISATION,
            reliance=Reliance(tenant_id=36, stream_id=derived_id("chance", "contract", self.told)),
            status=LicenceStage.GRANTED,
            since=x.FIRST,
            origin="10:1:101",
        )
