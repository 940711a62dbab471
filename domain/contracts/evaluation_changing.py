"""Evaluators who may not or do not score: decided about, replaced by the next alternate, by `domain/scoring`."""

from domain.contracts import citations
from domain.contracts.commands.evaluation import AppointAlternates, DecideEvaluatorConflict, ReplaceEvaluator
from domain.contracts.evaluation_state import PANEL, EvaluationState
from domain.contracts.events.evaluation import AlternatesAppointed, EvaluatorConflictDecided, EvaluatorReplaced
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import BidSeat, EvaluationStage, Evaluator
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.event import Personal
from domain.organisations.standing import Standing
from domain.scoring.composition import composition
from domain.scoring.vocabulary import ConflictBasis, Nominee


def evaluator(nominee: Nominee, number: int) -> Evaluator:
    """The nominee as the log knows them: by id and number, without a name."""
    return Evaluator(person_id=nominee.person_id, number=number, employers=nominee.employers)


class Changing(EvaluationState):
    """Decisions about who evaluates, once bids are scored."""

    @decides(DecideEvaluatorConflict, register=(Standing,))
    def decide_conflict(self, command: DecideEvaluatorConflict, ctx: Context) -> None:
        """By somebody who neither evaluates nor belongs to the bidder, with a reason."""
        self.require(command, EvaluationStage.SCORING)
        self.require_owner(command.bid_id, command.organisation_id)
        self.require_outsider(ctx)
        ctx.registered(Standing).require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)
        require_languages(command.reason, ctx)
        self.undecided(command.bid_id, command.person_id)
        self.trigger(
            ctx,
            EvaluatorConflictDecided(
                person_id=command.person_id,
                bid_id=command.bid_id,
                recused=command.recused,
                decision_no=command.decision_no,
                reason=command.reason,
            ),
        )
        if command.recused:
            self.recuse(ctx, command.bid_id, command.person_id, ConflictBasis.LATE_OFFICER)

    @decides(ReplaceEvaluator)
    def replace(self, command: ReplaceEvaluator, ctx: Context) -> None:
        """When the evaluator's time is over, by somebody outside; not below what the evaluators of a bid must be."""
        self.require(command, EvaluationStage.SCORING)
        self.require_outsider(ctx)
        require_languages(command.reason, ctx)
        asked = composition(PANEL, ctx.rules)
        self.require_silent(command.person_id, asked, ctx)
        self.trigger(
            ctx,
            EvaluatorReplaced(
                person_id=command.person_id,
                decision_no=command.decision_no,
                reason=command.reason,
                seats=tuple(BidSeat(*one) for one in self.vacated(command.person_id, asked, ctx)),
            ),
        )

    @decides(AppointAlternates)
    def appoint_alternates(self, command: AppointAlternates, ctx: Context) -> None:
        """By somebody outside, behind the alternates there are; nobody twice."""
        self.require(command, EvaluationStage.FORMED, EvaluationStage.SCORING)
        self.require_outsider(ctx)
        begins = self.require_new(command.alternates, "alternates", ctx)
        order = [one.person_id for one in command.alternates]
        event = AlternatesAppointed(
            decision_no=command.decision_no,
            alternates=tuple(evaluator(one, n) for n, one in enumerate(command.alternates, begins)),
            seats=tuple(BidSeat(*one) for one in self.judging.filled(order, composition(PANEL, ctx.rules))),
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in command.alternates))
        self.trigger(ctx, event)
