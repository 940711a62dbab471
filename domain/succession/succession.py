"""Who answers for an ended institution: a stream in its own log, which governs there."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.succession.commands import AssignDuty, BeginSuccession, CarryDuties, PassSuccessionOn
from domain.succession.events import (
    DutyAssigned,
    DutyCarried,
    SuccessionBegun,
    SuccessionPassed,
)
from domain.succession.vocabulary import Duty, Ending, Successor


class Succession(Aggregate):
    """Begun once, passed on as successors end themselves.

    `successors` are those of now with the decision of each, the first of them answers for what nobody was assigned;
    `ever` are all there have been. `duties` are those that were carried, `to` says to whom; `assigned` who answers for
    those that a decision gave to somebody. Where that has changed since, a duty is to be carried again.
    """

    initial = SuccessionBegun
    SINGLETON = "succession"

    @classmethod
    @creates(BeginSuccession)
    def begin_for(cls, command: BeginSuccession, ctx: Context, stream_id: UUID) -> Self:
        """Of an institution that the national register says has ended."""
        if not ctx.tenant.ended:
            raise RuleViolated("succession.ended", N_("{slug} has not ended."), slug=ctx.tenant.slug)
        _require_others(command.successors, ctx)
        return cls.begin(ctx, stream_id, SuccessionBegun(**msgspec.structs.asdict(command)))

    @decides(PassSuccessionOn)
    def pass_on(self, command: PassSuccessionOn, ctx: Context) -> None:
        """Nothing to say when none of those that ended answers here any more."""
        _require_others(command.successors, ctx)
        if any(slug in self.successors for slug in command.ended):
            self.trigger(ctx, SuccessionPassed(**msgspec.structs.asdict(command)))

    @decides(CarryDuties)
    def carry(self, command: CarryDuties, ctx: Context) -> None:
        """Each once, and again when whoever answered for it has ended."""
        for duty in command.duties:
            if not self.carries(duty):
                self.trigger(ctx, DutyCarried(duty.duty_id, duty.kind, self.answering(duty.duty_id), duty.due))

    @decides(AssignDuty)
    def assign(self, command: AssignDuty, ctx: Context) -> None:
        """A carried duty, to a successor of now that does not answer for it yet."""
        before = self.answering(command.duty_id)
        if command.duty_id not in self.duties:
            raise InvalidValue("/duty_id", N_("No such duty was carried."))
        if command.successor not in self.successors:
            raise RuleViolated("succession.successor", N_("{slug} is no successor."), slug=command.successor)
        if before == command.successor:
            raise RuleViolated("succession.assigned", N_("{slug} answers for it already."), slug=before)
        self.trigger(ctx, DutyAssigned(command.duty_id, before, command.successor, command.decision_no))

    @property
    def first(self) -> str:
        """Who answers for what was assigned to nobody."""
        return next(iter(self.successors))

    def answering(self, duty_id: UUID) -> str:
        """Who answers for a duty now."""
        return self.assigned.get(duty_id, self.first)

    def carries(self, duty: Duty) -> bool:
        """Whether an event says that whoever answers for it now does."""
        return self.to.get(duty.duty_id) == self.answering(duty.duty_id)

    def answers(self, slug: str, concerned: Iterable[UUID], said: Iterable[UUID] = ()) -> bool:
        """Whether that successor may act on what concerns these streams; on what nobody was assigned the first may.

        What a command only `said` to be about counts where no duty is concerned otherwise, and all of it does: whoever
        names a duty of their own beside another's does not act on both.
        """
        known = set(concerned)
        assigned = {self.assigned[one] for one in known if one in self.assigned}
        if assigned or not known.isdisjoint(self.to):
            return slug in (assigned or {self.first})
        told = {self.answering(one) for one in said if one in self.to}
        return {slug} == (told or {self.first})

    @applies(SuccessionBegun)
    def _begun(self, event: SuccessionBegun) -> None:
        self.how: Ending = event.how
        self.successors: dict[str, str] = {one.slug: event.decision_no for one in event.successors}
        self.ever: tuple[str, ...] = tuple(self.successors)
        self.duties: dict[UUID, Duty] = {}
        self.to: dict[UUID, str] = {}
        self.assigned: dict[UUID, str] = {}

    @applies(SuccessionPassed)
    def _passed(self, event: SuccessionPassed) -> None:
        new = [one.slug for one in event.successors]
        gone = {slug for slug in event.ended if slug in self.successors}
        stand: dict[str, str] = {}
        for slug, decision_no in self.successors.items():
            for other in new if slug in gone else [slug]:
                stand.setdefault(other, event.decision_no if slug in gone else decision_no)
        self.successors = stand
        self.ever = tuple(dict.fromkeys((*self.ever, *new)))
        self.assigned = {one: new[0] if slug in gone else slug for one, slug in self.assigned.items()}

    @applies(DutyCarried)
    def _carried(self, event: DutyCarried) -> None:
        self.duties[event.duty_id] = Duty(event.duty_id, event.kind, event.due)
        self.to[event.duty_id] = event.to

    @applies(DutyAssigned)
    def _assigned(self, event: DutyAssigned) -> None:
        self.to[event.duty_id] = self.assigned[event.duty_id] = event.to


def _require_others(successors: tuple[Successor, ...], ctx: Context) -> None:
    if any(one.slug == ctx.tenant.slug for one in successors):
        raise RuleViolated("succession.self", N_("{slug} cannot succeed itself."), slug=ctx.tenant.slug)
