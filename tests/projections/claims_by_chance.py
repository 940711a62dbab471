"""Random but plausible histories of the national ledger; the same seed tells the same one."""

import random
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from domain.funding_claims import events as e
from domain.funding_claims.vocabulary import Amounts, ClaimFacts, CoFinancing, ReleaseReason
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from tests.domain.funding_claims import examples as x
from tests.projections.interleaved import Turn

SURVIVOR = derived_id("test", "survivor")
_CENTS = (1, 100_000, 300_000, 500_000)
_REPORT = {"organisation_id": x.ORGANISATION, "report_id": x.REPORT}


class ClaimsByChance:
    """What institutions promise to one organisation, what became of it, and what two of them pay for."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.claims: list[ClaimFacts] = []
        self.overlaps: dict[UUID, list[e.OverlapFound]] = {}
        self.owed: set[UUID] = set()

    def next(self) -> Turn:
        """A new claim, one that is found to be like an older one, or what happens to one."""
        if len(self.claims) < 2 or (len(self.claims) < 8 and self.random.random() < 0.3):
            return self._claim()
        claim = x.stream(self.random.choice(self.claims))
        return claim, (self._happening(claim),)

    def _happening(self, claim: UUID) -> Event:
        if self.overlaps.get(claim) and self.random.random() < 0.3:
            return self._of_overlap(self.random.choice(self.overlaps[claim]))
        of, money = {"organisation_id": x.ORGANISATION}, Money(self.random.choice(_CENTS))
        owed = e.OverdueReportCleared(**_REPORT) if claim in self.owed else self._owed()
        institution = self.random.choice(("mflt", "prizren"))
        happened = self.random.choice(
            (
                e.ClaimConfirmed(**of, contract_id=x.CONTRACT, amount=money),
                e.ClaimReleased(**of, reason=ReleaseReason.WITHDRAWN),
                e.ClaimReopened(**of),
                e.ClaimAmended(**of, amount=money, last_day=date(2027, 1, self.random.randint(1, 31))),
                e.ClaimAmended(**of, elsewhere=money),
                e.ClaimClosed(**of, spent=money),
                e.CoFinancingAdded(**of, co_financing=CoFinancing(institution=institution, amount=money)),
                e.ClaimTransferred(
                    organisation_id=SURVIVOR,
                    merged_id=x.ORGANISATION,
                    overlaps=tuple(one.overlap_id for one in self.overlaps.get(claim, ())),
                ),
                owed,
            )
        )
        self.owed ^= {claim} if happened is owed else set()
        return happened

    def _of_overlap(self, found: e.OverlapFound) -> Event:
        of = {"organisation_id": x.ORGANISATION, "overlap_id": found.overlap_id}
        if self.random.random() < 0.1:
            return e.OverlapDismissed(**of, decision_no="8/2026", reason=x.REASON)
        own, other = (Money(self.random.choice(_CENTS[1:])) for _ in range(2))
        side = self.random.choice((found.this, found.other))
        return e.ConfirmationRecorded(**of, claim_id=side.claim_id, amounts=Amounts(own=own, other=other))

    def _claim(self) -> Turn:
        n = len(self.claims)
        declared = [
            CoFinancing(institution=one, amount=Money(self.random.choice(_CENTS))) for one in ("mflt", "prizren")
        ]
        claim = x.facts(
            self.random.choice((x.MINISTRY, x.MUNICIPALITY)),
            n,
            amount=Money(self.random.choice(_CENTS)),
            co_financing=tuple(self.random.sample(declared, self.random.randint(0, 1))),
        )
        alike = [self._alike(claim, self.random.choice(self.claims))] if self.claims else []
        self.claims.append(claim)
        self.overlaps[x.stream(claim)] = alike
        return x.stream(claim), (x.reserved(claim), *alike)

    def _alike(self, this: ClaimFacts, other: ClaimFacts) -> e.OverlapFound:
        early = bool(self.random.random() < 0.3 and (this.co_financing or other.co_financing))
        return replace(x.found(ours=this, theirs=other), declared=early)

    @staticmethod
    def _owed() -> Event:
        return e.OverdueReportFlagged(**_REPORT, due_on=date(2026, 10, 10))
