"""Random but plausible histories of the national ledger; the same seed tells the same one."""

import random
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.funding_claims import events as e
from domain.funding_claims.vocabulary import ClaimFacts, ReleaseReason
from domain.kernel.event import Event
from domain.kernel.money import Money
from tests.domain.funding_claims import examples as x

Turn = tuple[UUID, Sequence[Event]]
_OF = {"organisation_id": x.ORGANISATION}
_HAPPENINGS: tuple[Event, ...] = (
    e.ClaimConfirmed(**_OF, contract_id=x.CONTRACT, amount=Money(400_000)),
    e.ClaimReleased(**_OF, reason=ReleaseReason.WITHDRAWN),
    e.ClaimClosed(**_OF, spent=Money(390_000)),
    e.CoFinancingAdded(**_OF, co_financing=x.SHARE),
    e.OverdueReportFlagged(**_OF, report_id=x.REPORT, due_on=date(2026, 10, 10)),
    e.OverdueReportCleared(**_OF, report_id=x.REPORT),
)


class ClaimsByChance:
    """What institutions promise to one organisation, what became of it, and what two of them pay for."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.claims: list[ClaimFacts] = []

    def next(self) -> Turn:
        """A new claim, one that is found to be like an older one, or what happens to one."""
        if len(self.claims) < 2 or self.random.random() < 0.3:
            return self._claim()
        claim = x.stream(self.random.choice(self.claims))
        return claim, (self.random.choice(_HAPPENINGS),)

    def _claim(self) -> Turn:
        n = len(self.claims)
        claim = x.facts(self.random.choice((x.MINISTRY, x.MUNICIPALITY)), n, amount=Money(100_000 + n))
        alike = [self._alike(claim, self.random.choice(self.claims))] if self.claims else []
        self.claims.append(claim)
        return x.stream(claim), (x.reserved(claim), *alike)

    def _alike(self, this: ClaimFacts, other: ClaimFacts) -> Event:
        sides = [x.ledger((x.reserved(one),)).claims[x.stream(one)].side for one in (this, other)]
        overlap = e.overlap_id(x.stream(this), x.stream(other))
        return replace(x.found(), overlap_id=overlap, this=sides[0], other=sides[1])
