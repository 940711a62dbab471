"""The rankings of a call: provisional, open to complaints; what no complaint can change, early; then final."""

from uuid import UUID

from domain.grants import citations
from domain.grants.call_completion import CallCompletion
from domain.grants.commands.ranking import PublishFinalRanking, PublishProvisionalRanking, ReleaseRanks
from domain.grants.commission_state import CommissionState
from domain.grants.complaints import Complaints
from domain.grants.events.ranking import FinalRankingPublished, ProvisionalRankingPublished, RanksReleased
from domain.grants.freeze import unaffected
from domain.grants.vocabulary import CallStage, CommissionStage
from domain.kernel.aggregate import applies, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money

FILE = "grant.complaint.file"


def commission_named(command: Command) -> UUID | None:
    """The commission that a command rests on."""
    found: UUID | None = getattr(command, "commission_id", None)
    return found


ON_COMMISSION: References = {"commission": (CommissionState, commission_named)}


class CallRanking(CallCompletion):
    """Decisions between the commission's work and the awards."""

    @applies(ProvisionalRankingPublished)
    def _provisional(self, event: ProvisionalRankingPublished) -> None:
        self.stage, self.ranking = CallStage.PROVISIONAL, event.ranking
        self.complaints_until = event.complaints_until

    @applies(FinalRankingPublished)
    def _final(self, event: FinalRankingPublished) -> None:
        self.stage, self.ranking = CallStage.FINAL, event.ranking
        self.final_at = event.occurred_at

    @applies(RanksReleased)
    def _released(self, event: RanksReleased) -> None:
        self.released |= dict.fromkeys((one.application_id for one in event.released), event.occurred_at)

    @decides(PublishProvisionalRanking, references=ON_COMMISSION)
    def publish_provisional(self, command: PublishProvisionalRanking, ctx: Context) -> None:
        """What the commission came to, and no other ranking."""
        self.require(command, CallStage.EVALUATING)
        commission = self._scored(ctx)
        self.trigger(
            ctx,
            ProvisionalRankingPublished(
                commission_id=command.commission_id,
                ranking=commission.ranking,
                complaints_until=deadline(ctx.rules[FILE], ctx.now, "ProvisionalRankingPublished", ctx.calendar),
            ),
        )

    @decides(ReleaseRanks, references=ON_COMMISSION, boundary=Complaints)
    def release(self, command: ReleaseRanks, ctx: Context) -> None:
        """While complaints are open, the awards that none of them can change; which ones, the money decides.

        Contested are applications whose complaint is not decided, or upheld and not scored anew yet: their ranks, and
        every rank that they could take money from, stay frozen.
        """
        self.require(command, CallStage.PROVISIONAL)
        self.require_complaints_over(ctx.now)
        complaints, commission = ctx.folded(Complaints), self._commission(ctx)
        contested = {one.application_id for one in complaints.open.values()} | {
            application_id
            for complaint_id, application_id in complaints.upheld.items()
            if complaint_id not in commission.answered or commission.stage is not CommissionStage.SCORED
        }
        if not contested:
            raise RuleViolated(
                "grant.ranking.release",
                N_("No complaint is open: the final ranking can be published whole."),
                citation=citations.FINANCING,
            )
        asked = {key: one.requested for key, one in commission.candidates.items()}
        safe = unaffected(commission.ranking, contested, asked, self.facts.budget or Money(0))
        fresh = tuple(one for one in safe if one.application_id not in self.released)
        if not fresh:
            self._settled(complaints, ctx)
        self.trigger(
            ctx,
            RanksReleased(
                commission_id=command.commission_id,
                released=fresh,
                contested=tuple(sorted(contested)),
                frozen_until=max((one.decide_by.due_at for one in complaints.open.values()), default=None),
            ),
        )

    @decides(PublishFinalRanking, references=ON_COMMISSION, boundary=Complaints)
    def publish_final(self, command: PublishFinalRanking, ctx: Context) -> None:
        """Not before everybody could complain, every complaint is decided, and what was reopened is scored anew.

        Until then only what was released is contracted: an open complaint freezes the ranks that it may change.
        """
        self.require(command, CallStage.PROVISIONAL)
        self.require_complaints_over(ctx.now)
        ranking = self._settled(ctx.folded(Complaints), ctx).ranking
        self.trigger(
            ctx,
            FinalRankingPublished(
                commission_id=command.commission_id, ranking=ranking, changed=ranking != self.ranking
            ),
        )

    def _settled(self, complaints: Complaints, ctx: Context) -> CommissionState:
        """The commission, once nothing is left of any complaint."""
        complaints.require_decided(ctx)
        unheard = len(complaints.upheld.keys() - self._commission(ctx).answered)
        if unheard:
            raise RuleViolated(
                "grant.complaint.rescore",
                N_("{unheard} complaints were upheld whose applications the commission has not scored anew yet."),
                citation=citations.FINANCING,
                unheard=unheard,
            )
        return self._scored(ctx)

    def _commission(self, ctx: Context) -> CommissionState:
        commission = ctx.reference("commission", CommissionState)
        if commission.call_id != self.id:
            raise InvalidValue("/commission_id", N_("The commission is another call's."))
        return commission

    def _scored(self, ctx: Context) -> CommissionState:
        commission = self._commission(ctx)
        if commission.stage is not CommissionStage.SCORED:
            raise RuleViolated(
                "grant.score.all",
                N_("The commission has not closed its scoring."),
                citation=citations.FINANCING,
            )
        return commission
