"""The rankings of a call: provisional, open to complaints; then final."""

from uuid import UUID

from domain.grants import citations
from domain.grants.call_completion import CallCompletion
from domain.grants.commands.ranking import PublishFinalRanking, PublishProvisionalRanking
from domain.grants.commission_state import CommissionState
from domain.grants.complaints import Complaints
from domain.grants.events.ranking import FinalRankingPublished, ProvisionalRankingPublished
from domain.grants.vocabulary import CallStage, CommissionStage
from domain.kernel.aggregate import applies, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_

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

    @decides(PublishFinalRanking, references=ON_COMMISSION, boundary=Complaints)
    def publish_final(self, command: PublishFinalRanking, ctx: Context) -> None:
        """Not before everybody could complain, every complaint is decided, and what was reopened is scored anew.

        Until then nothing is contracted: an open complaint freezes the ranks that it may change.
        """
        self.require(command, CallStage.PROVISIONAL)
        until = self.complaints_until
        if until is not None and ctx.now < until.due_at:
            raise RuleViolated(
                until.rule,
                N_("Applicants may complain until {until}."),
                citation=until.citation,
                until=until.due_at.isoformat(),
            )
        complaints, commission = ctx.folded(Complaints), self._scored(ctx)
        waiting = complaints.waiting
        if waiting:
            raise RuleViolated(
                "grant.complaint.decide",
                N_("{waiting} complaints are not decided yet; until then the ranking is frozen."),
                citation=ctx.rules["grant.complaint.decide"].citation,
                waiting=waiting,
            )
        unheard = len(complaints.upheld - commission.answered)
        if unheard:
            raise RuleViolated(
                "grant.complaint.rescore",
                N_("{unheard} complaints were upheld whose applications the commission has not scored anew yet."),
                citation=citations.FINANCING,
                unheard=unheard,
            )
        ranking = commission.ranking
        self.trigger(
            ctx,
            FinalRankingPublished(
                commission_id=command.commission_id, ranking=ranking, changed=ranking != self.ranking
            ),
        )

    def _scored(self, ctx: Context) -> CommissionState:
        commission = ctx.reference("commission", CommissionState)
        if commission.call_id != self.id:
            raise InvalidValue("/commission_id", N_("The commission is another call's."))
        if commission.stage is not CommissionStage.SCORED:
            raise RuleViolated(
                "grant.score.all",
                N_("The commission has not closed its scoring."),
                citation=citations.FINANCING,
            )
        return commission
