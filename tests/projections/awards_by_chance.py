"""Random but plausible histories of what follows from a call: applications, the commission, complaints, agreements."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from domain.grants.commission_parts import Member, Seat
from domain.grants.events import application as a
from domain.grants.events import commission as k
from domain.grants.events import complaint as q
from domain.grants.events.ranking import FinalRankingPublished, ProvisionalRankingPublished
from domain.grants.ranking import Candidate, Ranked
from domain.grants.vocabulary import AwardOutcome, ComplaintDecision, MemberKind
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.grants import agreements, applications, commissions, complaints, stories
from tests.domain.grants.examples import agreement
from tests.domain.grants.stories import DURING, REASON
from tests.projections.interleaved import Interleaved, Turn

T = TypeVar("T", bound=Event)
RUNNING = agreement.EXAMPLES[2:]
"""What may become of an agreement in force: one event of each kind."""


def of(event: T, **facts: Any) -> T:
    """The event with other facts, as far as it has fields for them."""
    return replace(event, **{name: fact for name, fact in facts.items() if name in event.__struct_fields__})


class AwardsByChance(Interleaved):
    """The events of several calls, each told in its order, and in between the others'."""

    kind = "award"

    def begun(self) -> Iterator[Turn]:
        """A published call and all that follows from it, by a commission that two applications reach."""
        call, commission = self.new_id("call"), self.new_id("commission")
        yield call, stories.OPEN_CALL
        judged = [self._application(call) for _ in range(2)]
        for applied in judged:
            yield from self._applied(applied)
        yield from self._left_out(self._application(call))
        yield call, (stories.CLOSED, stories.EVALUATING)
        yield from self._scored(call, commission, judged)
        yield from self._ranked(call, commission, judged)

    def _application(self, call: UUID) -> dict[str, Any]:
        """The ids of an application, by the names that its events have for them."""
        ids = {kind: self.new_id(kind) for kind in ("application", "organisation")}
        return {"call_id": call} | {f"{kind}_id": one for kind, one in ids.items()}

    def _applied(self, ids: dict[str, Any]) -> Iterator[Turn]:
        """One that the commission will see; on the way there, whatever may happen to it."""
        stream = ids["application_id"]
        yield stream, [of(one, **ids) for one in (*applications.WRITTEN, applications.ATTACHED, applications.INVITED)]
        if self.random.random() < 0.3:
            again = replace(applications.SAVED, revision=2, answers={"summary": "Shkurt"})
            removed = a.EditorRemoved(person_id=applications.COLLEAGUE)
            yield stream, (applications.SIGNED, a.EvidenceRemoved(file_id=applications.FILE_ID), again, removed)
        told: list[Event] = [applications.SIGNED, self._submitted(ids)]
        if self.random.random() < 0.5:
            told += [applications.ASKED, applications.COMPLETED]
        if self.random.random() < 0.5:
            paid_by = applications.PROJECT.co_financing[0]
            told += [applications.NOTED, a.CoFinancingDeclared(**applications.OF_CALL, co_financing=paid_by)]
        yield stream, [of(one, **ids) for one in (*told, applications.ELIGIBLE)]

    def _left_out(self, ids: dict[str, Any]) -> Iterator[Turn]:
        """A draft that nobody submitted, an application taken back, or one that is not eligible."""
        stream = ids["application_id"]
        yield stream, [of(one, **ids) for one in applications.SIGNED_OFF]
        ending = self.random.choice((None, applications.WITHDRAWN, applications.INELIGIBLE))
        if ending is not None:
            yield stream, (self._submitted(ids), of(ending, **ids))

    def _submitted(self, ids: dict[str, Any]) -> Event:
        self.number += 1
        project = replace(applications.PROJECT, requested=self._amount())
        return of(applications.SUBMITTED, **ids, receipt=f"R-{self.number}", project=project)

    def _scored(self, call: UUID, commission: UUID, judged: Sequence[dict[str, Any]]) -> Iterator[Turn]:
        candidates = tuple(
            Candidate(one["application_id"], one["organisation_id"], self._amount(), DURING) for one in judged
        )
        opened = k.ScoringOpened(candidates=candidates, tie_seed=commissions.TIE_SEED)
        yield commission, (of(commissions.FORMED, call_id=call), commissions.DRAWN, opened)
        for one in judged:
            yield from self._judged(commission, one["application_id"], 1)

    def _judged(self, commission: UUID, judged: UUID, number: int) -> Iterator[Turn]:
        """All declare, some are recused; who judges commits to points and tells them."""
        panel, told = list(commissions.PANEL), list[Event]()
        if number == 1:
            told += [commissions.declared(one, judged, self.random.choice(list(Interest))) for one in panel]
        if self.random.random() < 0.3:
            why = self.random.choice(list(ConflictBasis))
            told += [k.MemberRecused(person_id=panel.pop(), application_id=judged, basis=why)]
        if self.random.random() < 0.3:
            told += self._judges_change(judged, panel)
        points = {one: self.random.choice((commissions.GOOD, commissions.FAIR)) for one in panel}
        yield commission, [*told, *(commissions.committed(one, judged, points[one], number) for one in panel)]
        yield commission, [commissions.revealed(one, judged, points[one], number) for one in panel]

    def _judges_change(self, judged: UUID, panel: list[UUID]) -> Iterator[Event]:
        """Somebody is suspected, somebody replaced, and the pool extended; who takes a place judges from then on."""
        yield commissions.suspected(panel[0], judged)
        if self.random.random() < 0.5:
            yield commissions.decided(panel[0], judged, recused=False)
        new = self.new_id("expert")
        pool = (Member(person_id=new, kind=MemberKind.EXTERNAL, number=self.number),)
        yield commissions.replaced(panel.pop(), {judged: None})
        yield replace(commissions.EXTENDED, pool=pool, alternates=(new,), seats=(Seat(judged, new),))
        panel.append(new)

    def _ranked(self, call: UUID, commission: UUID, judged: Sequence[dict[str, Any]]) -> Iterator[Turn]:
        provisional = self._ranking(judged)
        yield commission, (k.ScoringClosed(ranking=provisional),)
        published = ProvisionalRankingPublished(
            commission_id=commission, ranking=provisional, complaints_until=complaints.UNTIL
        )
        yield call, (published,)
        yield from self._complained(commission, judged[-1])
        final = self._ranking(judged[:: self.random.choice((1, -1))])
        yield call, (FinalRankingPublished(commission_id=commission, ranking=final, changed=final != provisional),)
        for ranked in final:
            (ids,) = (one for one in judged if one["application_id"] == ranked.application_id)
            yield from self._decided(ids, ranked)

    def _ranking(self, judged: Sequence[dict[str, Any]]) -> tuple[Ranked, ...]:
        """The first is awarded, the other, too, or it waits or is rejected."""
        first, other = (one["application_id"] for one in judged)
        outcome = self.random.choice((AwardOutcome.AWARDED, *AwardOutcome))
        below = outcome is AwardOutcome.REJECTED
        second = Ranked(other, 2, 600_000, outcome, None if below else self._amount(), ("relevance",) if below else ())
        return Ranked(first, 1, 900_000, AwardOutcome.AWARDED, self._amount()), second

    def _complained(self, commission: UUID, ids: dict[str, Any]) -> Iterator[Turn]:
        stream = self.new_id("complaint")
        yield stream, (of(complaints.FILED, **ids, rank=2),)
        about = {name: ids[name] for name in ("call_id", "application_id")}
        if self.random.random() < 0.3:
            yield stream, (q.ComplaintDismissed(**about, reason=REASON),)
            return
        decision = self.random.choice(list(ComplaintDecision))
        late = self.random.random() < 0.3
        decided = q.ComplaintDecided(**about, commission_id=commission, decision=decision, reason=REASON, late=late)
        yield stream, (q.ComplaintAdmitted(**about), decided)
        if decision is not ComplaintDecision.REJECTED:
            judged = ids["application_id"]
            yield commission, (k.ApplicationReopened(application_id=judged, complaint_id=stream, round=2),)
            yield from self._judged(commission, judged, 2)

    def _decided(self, ids: dict[str, Any], ranked: Ranked) -> Iterator[Turn]:
        stream = ids["application_id"]
        facts = {"outcome": ranked.outcome, "rank": ranked.rank, "score": ranked.score, "amount": ranked.amount}
        yield stream, (of(applications.AWARDED, **ids, **facts),)
        if ranked.outcome is AwardOutcome.AWARDED:
            yield from self._agreed(ids, ranked.amount)
        elif ranked.amount is not None and self.random.random() < 0.5:
            of_call = {name: ids[name] for name in applications.OF_CALL}
            yield stream, (a.ReservePromoted(**of_call, amount=ranked.amount, reason=REASON),)

    def _agreed(self, ids: dict[str, Any], award: Money | None) -> Iterator[Turn]:
        """Two agreements of three come into force; in them anything may happen once, in any order."""
        of_call = {name: ids[name] for name in applications.OF_CALL}
        agreed = ids | {"agreement_id": self.new_id("agreement"), "award": award}
        signed = self.random.random() < 0.7
        yield agreed["agreement_id"], [of(one, **agreed) for one in agreements.IN_FORCE[: 1 + signed]]
        if not signed:
            yield ids["application_id"], (a.AwardLapsed(**of_call, reason=REASON),)
            return
        yield ids["application_id"], (a.ApplicationContracted(**of_call, agreement_id=agreed["agreement_id"]),)
        happens = self.random.sample(RUNNING, self.random.randrange(4, len(RUNNING) + 1))
        for n in range(0, len(happens), 5):
            yield agreed["agreement_id"], [of(one, **ids, amount=self._amount()) for one in happens[n : n + 5]]

    def _amount(self) -> Money:
        return stories.euro(self.random.randrange(100_000, 1_000_000))
