"""A commission while it is put together: named, drawn, and handed the applications."""

from typing import Self
from uuid import UUID

from domain.grants import citations
from domain.grants.application_state import ON_CALL
from domain.grants.candidates import Candidates
from domain.grants.commands.commission import DrawExperts, FormCommission, OpenScoring
from domain.grants.commission_parts import Member
from domain.grants.commission_state import CommissionState
from domain.grants.complaints import DECIDE
from domain.grants.events.commission import CommissionFormed, ExpertsDrawn, ScoringOpened
from domain.grants.grant_call import GrantCall
from domain.grants.panels import require_commission
from domain.grants.vocabulary import CallStage, CommissionStage, MemberKind
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.scoring.lots import drawn
from domain.scoring.vocabulary import Nominee

_BEFORE_RANKING = (CallStage.PUBLISHED, CallStage.CLOSED, CallStage.EVALUATING)


def commission_id(call_id: UUID) -> UUID:
    """The stream of a call's one commission."""
    return derived_id("commission", call_id)


class Forming(CommissionState):
    """Decisions up to the scoring."""

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A call has one commission."""
        del tenant_id
        return commission_id(command.call_id) if isinstance(command, FormCommission) else None

    @classmethod
    @creates(FormCommission, references=ON_CALL)
    def form(cls, command: FormCommission, ctx: Context, stream_id: UUID) -> Self:
        """As many members, external ones among them, as rules and call ask; nobody twice, nor whoever forms it."""
        call = ctx.reference("call", GrantCall)
        call.require(command, *_BEFORE_RANKING)
        cls._require_people(command, ctx)
        _require_size(command, call, ctx)
        members = tuple(numbered(one, MemberKind.INTERNAL, n) for n, one in enumerate(command.members, 1))
        begins = len(members) + 1
        pool = tuple(numbered(one, MemberKind.EXTERNAL, n) for n, one in enumerate(command.pool, begins))
        event = CommissionFormed(
            call_id=command.call_id,
            decision_no=command.decision_no,
            members=members,
            pool=pool,
            experts=command.experts,
            published_at=call.published_at,
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in (*command.members, *command.pool)))
        return cls.begin(ctx, stream_id, event)

    @decides(DrawExperts)
    def draw(self, command: DrawExperts, ctx: Context) -> None:
        """Once: a second draw would be a choice."""
        self.require(command, CommissionStage.FORMED)
        seed = ctx.new_secret().hex()
        order = drawn(seed, self.pool)
        self.trigger(ctx, ExpertsDrawn(seed=seed, experts=order[: self.experts], alternates=order[self.experts :]))

    @decides(OpenScoring, references=ON_CALL, boundary=Candidates)
    def open(self, command: OpenScoring, ctx: Context) -> None:
        """When the call is evaluated, each application was checked, and no complaint can add another one."""
        self.require(command, CommissionStage.DRAWN)
        self.require_call(command.call_id)
        ctx.reference("call", GrantCall).require(command, CallStage.EVALUATING)
        field = ctx.folded(Candidates)
        _require_final_checks(field, ctx)
        if field.unchecked:
            raise RuleViolated(
                "grant.check.all",
                N_("{count} applications were not checked yet; the commission gets all eligible ones together."),
                citation=citations.FINANCING,
                count=field.unchecked,
            )
        admitted = field.admitted()
        if not admitted:
            raise RuleViolated(
                "grant.check.none",
                N_("No application is eligible; the call can only be cancelled."),
                citation=citations.FINANCING,
            )
        self.trigger(ctx, ScoringOpened(candidates=admitted, tie_seed=ctx.new_secret().hex()))

    @classmethod
    def _require_people(cls, command: FormCommission, ctx: Context) -> None:
        """Nobody twice, and not whoever forms it."""
        seen: set[UUID] = set()
        for part, people in (("members", command.members), ("pool", command.pool)):
            for n, one in enumerate(people):
                if one.person_id == ctx.actor:
                    raise InvalidValue(f"/{part}/{n}/person_id", cls.TERMS.named_already)
                if one.person_id in seen:
                    raise InvalidValue(f"/{part}/{n}/person_id", N_("The same person is named twice."))
                seen.add(one.person_id)


def _require_final_checks(field: Candidates, ctx: Context) -> None:
    """No complaint about a check is open, and none can come any more."""
    if field.contested:
        raise RuleViolated(
            DECIDE,
            N_("{count} complaints about the check are not decided yet, which is due by {until}."),
            citation=ctx.rules[DECIDE].citation,
            count=len(field.contested),
            until=max(one.due_at for one in field.contested.values()).isoformat(),
        )
    until = field.contestable_until(ctx.now)
    if until is not None:
        raise RuleViolated(
            until.rule,
            N_("Whoever was found ineligible may complain until {until}; the commission gets all eligible together."),
            citation=until.citation,
            until=until.due_at.isoformat(),
        )


def numbered(nominee: Nominee, kind: MemberKind, number: int) -> Member:
    """The nominee as the log knows them: by id and number, without a name."""
    return Member(person_id=nominee.person_id, kind=kind, number=number, employers=nominee.employers)


def _require_size(command: FormCommission, call: GrantCall, ctx: Context) -> None:
    experts = command.experts
    require_commission(len(command.members) + experts, experts, call.facts, ctx)
    if experts > len(command.pool):
        raise InvalidValue(
            "/pool", N_("Out of a pool of {pool}, {experts} cannot be drawn."), pool=len(command.pool), experts=experts
        )
