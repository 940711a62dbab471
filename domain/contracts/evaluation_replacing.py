"""Evaluators who may not or do not score: decided about, replaced by the next alternate, so that no call is stuck.

An evaluator is replaced as a whole, wherever their points are not known: whoever could choose the bids would choose the
scores that fall out. Known points stay, whoever gave them; a substitute commits before showing, as everybody did.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.contracts import citations
from domain.contracts.commands.evaluation import AppointAlternates, DecideEvaluatorConflict, ReplaceEvaluator
from domain.contracts.evaluation_state import EvaluationState
from domain.contracts.events.evaluation import (
    AlternatesAppointed,
    EvaluatorConflictDecided,
    EvaluatorRecused,
    EvaluatorReplaced,
)
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import BidSeat, EvaluationStage, Evaluator
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.kernel.rules import Rules
from domain.organisations.standing import Standing
from domain.scoring.vocabulary import ConflictBasis, Nominee

SIZE, PARITY, SILENCE = "contract.evaluation.size", "contract.evaluation.parity", "contract.evaluation.silence"


def broken_by(size: int, rules: Rules) -> str | None:
    """The rule that so many evaluators break; None where they may score together."""
    if size < rules.number(SIZE):
        return SIZE
    return PARITY if rules[PARITY].value == "odd" and size % 2 == 0 else None


def evaluator(nominee: Nominee, number: int) -> Evaluator:
    """The nominee as the log knows them: by id and number, without a name."""
    return Evaluator(person_id=nominee.person_id, number=number, employers=nominee.employers)


class Replacing(EvaluationState):
    """Decisions about who evaluates, once bids are scored."""

    @decides(DecideEvaluatorConflict, register=(Standing,))
    def decide_conflict(self, command: DecideEvaluatorConflict, ctx: Context) -> None:
        """By somebody who neither evaluates nor belongs to the bidder, with a reason."""
        self.require(command, EvaluationStage.SCORING)
        self.require_candidate(command.bid_id, command.organisation_id)
        self._require_outsider(ctx)
        ctx.registered(Standing).require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)
        require_languages(command.reason, ctx)
        if (command.bid_id, command.person_id) not in self.suspected:
            raise InvalidValue("/person_id", N_("Nothing is to be decided about this evaluator and bid."))
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
        self._require_outsider(ctx)
        require_languages(command.reason, ctx)
        self._require_silent(command.person_id, ctx)
        self.trigger(
            ctx,
            EvaluatorReplaced(
                person_id=command.person_id,
                decision_no=command.decision_no,
                reason=command.reason,
                seats=tuple(self._vacated(command.person_id, ctx)),
            ),
        )

    @decides(AppointAlternates)
    def appoint_alternates(self, command: AppointAlternates, ctx: Context) -> None:
        """By somebody outside, behind the alternates there are; nobody twice."""
        self.require(command, EvaluationStage.FORMED, EvaluationStage.SCORING)
        self._require_outsider(ctx)
        seen = {*self.people, ctx.actor}
        for n, one in enumerate(command.alternates):
            if one.person_id in seen:
                raise InvalidValue(
                    f"/alternates/{n}/person_id", N_("The person evaluates or is an alternate already, or decides.")
                )
            seen.add(one.person_id)
        begins = len(self.people) + 1
        alternates = tuple(evaluator(one, n) for n, one in enumerate(command.alternates, begins))
        event = AlternatesAppointed(
            decision_no=command.decision_no,
            alternates=alternates,
            seats=tuple(self._filled([one.person_id for one in alternates], ctx.rules)),
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in command.alternates))
        self.trigger(ctx, event)

    def recuse(self, ctx: Context, bid_id: UUID, person_id: UUID, basis: ConflictBasis) -> None:
        """The next alternate scores the bid, if there is one."""
        self.trigger(
            ctx,
            EvaluatorRecused(
                person_id=person_id,
                bid_id=bid_id,
                basis=basis,
                substitute=next(iter(self.judging.alternates_of(bid_id)), None),
            ),
        )

    def require_panels(self, ctx: Context, bids: Iterable[UUID]) -> None:
        """Refuse to go on while a bid whose round is not over lacks evaluators, or a recusal is still to be decided.

        Raises: RuleViolated, which says what to do.
        """
        if self.suspected:
            raise RuleViolated(
                "contract.interest.undecided",
                N_("{count} conflicts of interest are to be decided first: offices recorded since the call is public."),
                citation=citations.PROCUREMENT,
                count=len(self.suspected),
            )
        for bid in bids:
            if self.judging.is_open(bid):
                _require_panel(bid, len(self.judging.panels[bid]), ctx)

    def _require_outsider(self, ctx: Context) -> None:
        if ctx.actor in self.people:
            raise RuleViolated(
                "contract.evaluation.own",
                N_("No evaluator or alternate decides who evaluates."),
                citation=citations.PROCUREMENT,
            )

    def _require_silent(self, person_id: UUID, ctx: Context) -> None:
        since = self.judging.silent_since(person_id)
        if since is None:
            raise InvalidValue("/person_id", N_("The person owes no score now."))
        until = deadline(ctx.rules[SILENCE], since, "BidScoringOpened", ctx.calendar)
        if ctx.now < until.due_at:
            raise RuleViolated(
                SILENCE,
                N_("The evaluator has time until {until}."),
                citation=until.citation,
                until=until.due_at.isoformat(),
            )

    def _vacated(self, person_id: UUID, ctx: Context) -> Iterator[BidSeat]:
        judging = self.judging
        for bid in judging.open:
            if person_id in judging.panels[bid] and (bid, person_id) not in judging.points:
                substitute = next(iter(judging.alternates_of(bid)), None)
                if substitute is None:
                    _require_panel(bid, len(judging.panels[bid]) - 1, ctx)
                yield BidSeat(bid, substitute)

    def _filled(self, more: list[UUID], rules: Rules) -> Iterator[BidSeat]:
        """Empty places, each taken by the next: as few as make the panel what it must be, or none."""
        for bid in self.judging.open:
            size, following = len(self.judging.panels[bid]), (*self.judging.alternates_of(bid), *more)
            enough = [n for n in range(len(following) + 1) if broken_by(size + n, rules) is None]
            if enough:
                yield from (BidSeat(bid, one) for one in following[: enough[0]])


def _require_panel(bid: UUID, size: int, ctx: Context) -> None:
    broken = broken_by(size, ctx.rules)
    if broken == SIZE:
        raise RuleViolated(
            SIZE,
            N_(
                "Bid {bid} would be scored by {size}; it takes {least}. Appoint alternates: they take the empty places."
            ),
            citation=ctx.rules[SIZE].citation,
            bid=str(bid),
            size=size,
            least=ctx.rules.number(SIZE),
        )
    if broken == PARITY:
        raise RuleViolated(
            PARITY,
            N_(
                "Bid {bid} would be scored by {size}; their number must be odd. "
                "Appoint alternates: they take the empty places."
            ),
            citation=ctx.rules[PARITY].citation,
            bid=str(bid),
            size=size,
        )
