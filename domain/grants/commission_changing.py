"""Members who may not or do not judge: decided about, replaced by the next of the published draw."""

from domain.grants.application_state import ON_CALL
from domain.grants.commands.commission import DecideConflict, ExtendPool, ReplaceMember
from domain.grants.commission_forming import Forming, numbered
from domain.grants.commission_parts import Seat
from domain.grants.events.commission import ConflictDecided, MemberReplaced, PoolExtended
from domain.grants.grant_call import GrantCall
from domain.grants.impartiality import require_impartial
from domain.grants.languages import require_languages
from domain.grants.panels import composition
from domain.grants.vocabulary import CommissionStage, MemberKind
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.event import Personal
from domain.organisations.standing import Standing
from domain.scoring.lots import drawn
from domain.scoring.vocabulary import ConflictBasis


class Changing(Forming):
    """Decisions about who judges, once applications are scored: nobody chooses."""

    @decides(DecideConflict, register=(Standing,))
    def decide_conflict(self, command: DecideConflict, ctx: Context) -> None:
        """By somebody who neither judges nor belongs to the applicant, with a reason."""
        self.require(command, CommissionStage.SCORING)
        self.require_owner(command.application_id, command.organisation_id)
        self.require_outsider(ctx)
        require_impartial(ctx.registered(Standing), ctx)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ConflictDecided(
                person_id=command.person_id,
                application_id=command.application_id,
                officers=self.undecided(command.application_id, command.person_id),
                recused=command.recused,
                decision_no=command.decision_no,
                reason=command.reason,
            ),
        )
        if command.recused:
            self.recuse(ctx, command.application_id, command.person_id, ConflictBasis.LATE_OFFICER)

    @decides(ReplaceMember, references=ON_CALL)
    def replace(self, command: ReplaceMember, ctx: Context) -> None:
        """When the member's time is over, by somebody outside the commission; not below what a panel must be."""
        self.require(command, CommissionStage.SCORING)
        self.require_call(command.call_id)
        self.require_outsider(ctx)
        require_languages(command.reason, ctx)
        asked = composition(ctx.reference("call", GrantCall).facts, ctx.rules)
        self.require_silent(command.person_id, asked, ctx)
        self.trigger(
            ctx,
            MemberReplaced(
                person_id=command.person_id,
                decision_no=command.decision_no,
                reason=command.reason,
                seats=tuple(Seat(*one) for one in self.vacated(command.person_id, asked, ctx)),
            ),
        )

    @decides(ExtendPool, references=ON_CALL)
    def extend(self, command: ExtendPool, ctx: Context) -> None:
        """By somebody outside the commission; drawn by a new seed, behind the alternates there are."""
        self.require(command, CommissionStage.DRAWN, CommissionStage.SCORING)
        self.require_call(command.call_id)
        self.require_outsider(ctx)
        begins = self.require_new(command.pool, "pool", ctx)
        seed = ctx.new_secret().hex()
        order = drawn(seed, [one.person_id for one in command.pool])
        asked = composition(ctx.reference("call", GrantCall).facts, ctx.rules)
        event = PoolExtended(
            decision_no=command.decision_no,
            pool=tuple(numbered(one, MemberKind.EXTERNAL, n) for n, one in enumerate(command.pool, begins)),
            seed=seed,
            alternates=order,
            seats=tuple(Seat(*one) for one in self.judging.filled(order, asked)),
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in command.pool))
        self.trigger(ctx, event)
