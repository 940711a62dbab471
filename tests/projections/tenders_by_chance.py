"""Random but plausible histories of calls for services, their bids, scores and complaints; a seed tells the same."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as e
from domain.contracts.events import evaluation as v
from domain.contracts.facts import CallFacts
from domain.contracts.ranking import rank
from domain.contracts.vocabulary import BidSeat, Candidate, Evaluator
from domain.kernel.event import Event
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.contracts import bidding as x
from tests.domain.contracts import tendering as t
from tests.projections.awards_by_chance import of
from tests.projections.interleaved import Interleaved, Turn


class TendersByChance(Interleaved):
    """The events of several calls, each told in its order, and in between the others'."""

    kind = "tender"

    def _may(self, chance: float) -> bool:
        return self.random.random() < chance

    def begun(self) -> Iterator[Turn]:
        """A need, a call for it, and all that follows."""
        need, call = self.new_id("need"), self.new_id("call")
        yield need, (t.NEED_ASSESSED, t.NEED_APPROVED, *((t.NEED_WITHDRAWN,) if self._may(0.1) else ()))
        facts = t.FACTS.changed_by(CallFacts(need_id=need))
        yield call, (t.planned(facts), e.CallAmended(changes=CallFacts(open_days=25)), t.CHECKED)
        yield call, (t.published(facts, need_id=need),)
        if self._may(0.3):
            yield call, (t.CLARIFIED,)
        if self._may(0.1):
            yield call, (e.CallCancelled(reason=t.REASON, need_id=need),)
            return
        bids = {self.new_id("bid"): self.new_id("provider") for _ in range(self.random.randrange(1, 4))}
        for one, whose in bids.items():
            yield from self._sealed(one, call, whose)
        yield call, (t.CLOSED,)
        opened = yield from self._opened(call, bids)
        qualified = yield from self._qualified(call, opened)
        if not qualified:
            yield call, (e.CallUnsuccessful(reason=t.REASON, need_id=need),)
            return
        yield from self._awarded(call, need, qualified)

    def _sealed(self, bid: UUID, call: UUID, whose: UUID) -> Iterator[Turn]:
        ids: dict[str, Any] = {"call_id": call, "organisation_id": whose}
        yield bid, (replace(x.bid_sealed(), **ids, receipt=f"B-{self.number}-{bid}"),)
        if self._may(0.3):
            told: list[Event] = [b.BidWithdrawn(**ids, before="sealed")] if self._may(0.5) else []
            again = replace(x.bid_sealed(), **ids)
            kept = {name: getattr(again, name) for name in b.BidResealed.__struct_fields__}
            kept |= {"revision": 2, "receipt": f"R-{self.number}-{bid}"}
            yield bid, (*told, b.BidResealed(**kept))

    def _opened(self, call: UUID, bids: dict[UUID, UUID]) -> Iterator[Turn]:
        """Those that were opened; some were not."""
        opened = {one: whose for one, whose in bids.items() if self._may(0.9)}
        for one, whose in opened.items():
            yield one, (replace(x.opened(), call_id=call, organisation_id=whose),)
        unopened = tuple(one for one in bids if one not in opened)
        yield call, (e.QualificationBegun(bids=len(opened), unopened=unopened),)
        for one in unopened:
            yield one, (b.BidDisregarded(call_id=call, organisation_id=bids[one]),)
        return opened

    def _qualified(self, call: UUID, opened: dict[UUID, UUID]) -> Iterator[Turn]:
        kept: dict[UUID, UUID] = {}
        for one, whose in opened.items():
            if self._may(0.8):
                kept[one] = whose
                yield one, (replace(x.qualified(), call_id=call, organisation_id=whose),)
            else:
                yield one, (b.BidDisqualified(call_id=call, organisation_id=whose, reason=t.REASON),)
        return kept

    def _awarded(self, call: UUID, need: UUID, qualified: dict[UUID, UUID]) -> Iterator[Turn]:
        """Scored, proposed, set aside as often as there is a complaint, and at last confirmed or given up."""
        evaluation = self.new_id("evaluation")
        yield evaluation, (replace(x.APPOINTED, call_id=call),)
        candidates = tuple(
            Candidate(one, whose, t.euro(self.random.randrange(1, 6_000_000)), t.DURING)
            for one, whose in qualified.items()
        )
        anew: tuple[UUID, ...] = tuple(qualified)
        for number in range(1, 4):
            yield call, (e.EvaluationBegun(qualified=len(candidates)),)
            again = anew if number > 1 else ()
            opened = v.BidScoringOpened(candidates=candidates, tie_seed="0c" * 16, anew=again)
            yield evaluation, (opened,)
            yield from self._scored(evaluation, anew, number)
            points = {one.bid_id: [x.GOOD] for one in candidates}
            ranking = rank(t.FACTS, candidates, points, "0c" * 16)
            yield evaluation, (v.BidScoringClosed(call_id=call, ranking=ranking),)
            best = ranking[0]
            whose = {"bid_id": best.bid_id, "organisation_id": best.organisation_id}
            proposed = replace(
                x.proposed(), number=number, evaluation_id=evaluation, ranking=ranking, total=best.total, **whose
            )
            yield call, (proposed,)
            if not self._may(0.8):
                break
            yield from self._contested(call, best.bid_id, best.organisation_id)
            anew = (best.bid_id,)
        yield from self._ended(call, need, whose)

    def _scored(self, evaluation: UUID, bids: tuple[UUID, ...], number: int) -> Iterator[Turn]:
        for one in bids:
            panel, told = list(x.PANEL), list[Event]()
            if number == 1 and self._may(0.3):
                panel[0] = x.SPARE
                told.append(
                    v.EvaluatorRecused(person_id=x.FIRST, bid_id=one, basis=ConflictBasis.DECLARED, substitute=x.SPARE)
                )
            interests = list(Interest)
            if number == 1:
                told += [x.declared(person, one, self.random.choice(interests)) for person in panel]
            if number == 1 and self._may(0.2):
                late = x.declared(x.THIRD, one)
                told += [
                    replace(late, late_offices=(self.new_id("office"),)),  # type: ignore[arg-type] # it has that field
                    v.EvaluatorConflictDecided(
                        person_id=x.THIRD, bid_id=one, recused=False, decision_no="34/2026", reason=t.REASON
                    ),
                ]
            if self._may(0.1):
                told += self._replaced(one)
            yield evaluation, (*told, *(x.committed(person, one, x.GOOD, number) for person in panel))
            yield evaluation, [x.revealed(person, one, x.GOOD, number) for person in panel]

    def _replaced(self, bid: UUID) -> list[Event]:
        fresh = self.new_id("evaluator")
        return [
            v.EvaluatorReplaced(person_id=x.SECOND, decision_no="35/2026", reason=t.REASON, seats=(BidSeat(bid),)),
            v.AlternatesAppointed(
                decision_no="36/2026",
                alternates=(Evaluator(person_id=fresh, number=self.number + 10),),
                seats=(BidSeat(bid, fresh),),
            ),
        ]

    def _contested(self, call: UUID, bid: UUID, whose: UUID) -> Iterator[Turn]:
        complaint = self.new_id("complaint")
        ids: dict[str, Any] = {"call_id": call, "contested_id": bid, "bid_id": bid}
        yield complaint, (of(x.FILED, **ids, organisation_id=whose),)
        if self._may(0.2):
            yield complaint, (of(x.DISMISSED, **ids),)
        else:
            yield complaint, (of(x.ADMITTED, **ids), of(x.UPHELD, **ids))
        yield bid, (b.BidReopened(call_id=call, organisation_id=whose, complaint_id=complaint),)
        yield call, (e.AwardSetAside(complaint_id=complaint, bid_id=bid, organisation_id=whose),)
        yield bid, (replace(x.qualified(), call_id=call, organisation_id=whose),)

    def _ended(self, call: UUID, need: UUID, whose: dict[str, UUID]) -> Iterator[Turn]:
        if self._may(0.2):
            cancelled = e.CallCancelled(reason=t.REASON, need_id=need, organisation_id=whose["organisation_id"])
            yield call, (cancelled,)
            return
        if self._may(0.3):
            noted = e.OverlapNoted(
                overlap_id=self.new_id("overlap"), institution="prizren", contact="Zyra", similarity=500_000
            )
            yield call, (noted,)
        contract = e.contract_id(call, whose["organisation_id"])
        confirmed = e.AwardConfirmed(
            need_id=need,
            contract_id=contract,
            decision_no="40/2026",
            lines=x.proposed().lines,
            total=x.BEST.total,
            **whose,
            **x.LICENCE,
        )
        yield call, (confirmed,)
        ending = e.CallContracted(contract_id=contract) if self._may(0.7) else e.AwardLapsed(**whose, reason=t.REASON)
        yield call, (ending,)
