"""Members who do not judge in time: the next of the published draw takes the place, and nobody chooses.

A member is replaced as a whole, wherever their points are not known: whoever could choose the applications would choose
the scores that fall out. Known points stay, whoever gave them; a substitute commits before showing, as everybody did.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.grants.application_state import ON_CALL
from domain.grants.commands.commission import ExtendPool, ReplaceMember
from domain.grants.commission_conflicts import Conflicting
from domain.grants.commission_forming import numbered
from domain.grants.commission_parts import Member, Seat
from domain.grants.events.commission import MemberReplaced, PoolExtended
from domain.grants.grant_call import GrantCall
from domain.grants.languages import require_languages
from domain.grants.panels import Composition, composition, require_panel
from domain.grants.vocabulary import CommissionStage, MemberKind
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.scoring.lots import drawn

SILENCE = "grant.commission.silence"


class Replacing(Conflicting):
    """Decisions by which no call is stuck."""

    @decides(ReplaceMember, references=ON_CALL)
    def replace(self, command: ReplaceMember, ctx: Context) -> None:
        """When the member's time is over, by somebody outside the commission; not below what a panel must be."""
        self.require(command, CommissionStage.SCORING)
        self.require_call(command.call_id)
        self.require_outsider(ctx)
        require_languages(command.reason, ctx)
        call = ctx.reference("call", GrantCall)
        self._require_silent(command.person_id, call, ctx)
        self.trigger(
            ctx,
            MemberReplaced(
                person_id=command.person_id,
                decision_no=command.decision_no,
                reason=command.reason,
                seats=tuple(self._vacated(command.person_id, call, ctx)),
            ),
        )

    @decides(ExtendPool, references=ON_CALL)
    def extend(self, command: ExtendPool, ctx: Context) -> None:
        """By somebody outside the commission; drawn by a new seed, behind the alternates there are."""
        self.require(command, CommissionStage.DRAWN, CommissionStage.SCORING)
        self.require_call(command.call_id)
        self.require_outsider(ctx)
        pool = self._new_members(command, ctx)
        seed = ctx.new_secret().hex()
        order = drawn(seed, [one.person_id for one in pool])
        event = PoolExtended(
            decision_no=command.decision_no,
            pool=pool,
            seed=seed,
            alternates=order,
            seats=tuple(self._filled(order, composition(ctx.reference("call", GrantCall).facts, ctx.rules))),
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in command.pool))
        self.trigger(ctx, event)

    def require_panels(self, call: GrantCall, ctx: Context, application_ids: tuple[UUID, ...]) -> None:
        """Refuse to go on while an application whose round is not over lacks judges, or a kind of them.

        Raises: RuleViolated, which names the first of them and says what to do.
        """
        for key in application_ids:
            if self.is_open(key):
                panel = self.panels[key]
                require_panel(key, len(panel), self.experts_among(panel), call.facts, ctx)

    def _require_silent(self, person_id: UUID, call: GrantCall, ctx: Context) -> None:
        since = self._silent_since(person_id, composition(call.facts, ctx.rules))
        if since is None:
            raise InvalidValue("/person_id", N_("The person owes the commission nothing now."))
        until = deadline(ctx.rules[SILENCE], since, "ScoringOpened", ctx.calendar)
        if ctx.now < until.due_at:
            raise RuleViolated(
                SILENCE,
                N_("The member has time until {until}."),
                citation=until.citation,
                until=until.due_at.isoformat(),
            )

    def _silent_since(self, person_id: UUID, asked: Composition) -> datetime | None:
        """Since when others wait for the person's commitment, or for their points once all may show them."""
        sits = [key for key, panel in self.panels.items() if person_id in panel and self.is_open(key)]
        uncommitted = [self.owing_since[key, person_id] for key in sits if (key, person_id) not in self.commitments]
        if uncommitted:
            return min(uncommitted)
        hidden = any((key, person_id) not in self.points for key in sits)
        return self.sealed_since if hidden and self._may_show(asked) else None

    def _may_show(self, asked: Composition) -> bool:
        lawful = all(
            asked.broken_by(len(panel), self.experts_among(panel)) is None
            for key, panel in self.panels.items()
            if self.is_open(key)
        )
        return lawful and not self.suspected and not self.waiting

    def _vacated(self, person_id: UUID, call: GrantCall, ctx: Context) -> Iterator[Seat]:
        for key, panel in self.panels.items():
            if person_id in panel and self.is_open(key) and (key, person_id) not in self.points:
                substitute = next(iter(self.alternates_of(key)), None)
                if substitute is None:
                    rest = tuple(one for one in panel if one != person_id)
                    require_panel(key, len(rest), self.experts_among(rest), call.facts, ctx)
                yield Seat(key, substitute)

    def _new_members(self, command: ExtendPool, ctx: Context) -> tuple[Member, ...]:
        seen = {*self.people, ctx.actor}
        for n, one in enumerate(command.pool):
            if one.person_id in seen:
                raise InvalidValue(f"/pool/{n}/person_id", N_("The person is of the commission already, or decides."))
            seen.add(one.person_id)
        begins = len(self.people) + 1
        return tuple(numbered(one, MemberKind.EXTERNAL, n) for n, one in enumerate(command.pool, begins))

    def _filled(self, order: tuple[UUID, ...], asked: Composition) -> Iterator[Seat]:
        """Empty places, each taken by the next: as few as make the panel what it must be, or none."""
        for key, panel in self.panels.items():
            size, experts, following = len(panel), self.experts_among(panel), (*self.alternates_of(key), *order)
            enough = [n for n in range(len(following) + 1) if asked.broken_by(size + n, experts + n) is None]
            if self.is_open(key) and enough:
                yield from (Seat(key, one) for one in following[: enough[0]])
