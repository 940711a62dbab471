"""A member of a platform: an organisation of the register, as one client's directory lists it."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.message import N_
from domain.platforms import citations
from domain.platforms.commands.member import AmendMember, DelistMember, ListMember, RelistMember
from domain.platforms.events.member import MemberAmended, MemberDelisted, MemberListed, MemberRelisted, member_id
from domain.platforms.place import Place
from domain.platforms.vocabulary import MemberStage


class Member(Aggregate):
    """listed, amended, delisted, listed again; its stream follows from client and number, so nobody lists another's."""

    initial = MemberListed

    @classmethod
    @creates(ListMember, boundary=Place)
    def enter(cls, command: ListMember, ctx: Context, stream_id: UUID) -> Self:
        """By the client itself, of an organisation that the register knows by this identifier."""
        ctx.tenant.require_national()
        _require_own(command, ctx.actor, ctx)
        if stream_id != member_id(command.client_id, command.number):
            raise InvalidValue("/number", N_("The address is that of another member."))
        _require_place(command, ctx, stream_id)
        event = MemberListed(
            client_id=command.client_id,
            number=command.number,
            organisation_id=command.organisation_id,
            facts=command.facts,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(AmendMember, boundary=Place)
    def amend(self, command: AmendMember, ctx: Context) -> None:
        """As long as it is listed; what is said already is not said again."""
        self._require(command, ctx, MemberStage.LISTED)
        _require_place(command, ctx, self.id)
        if (command.organisation_id, command.facts) == (self.organisation_id, self.facts):
            return
        moved = command.organisation_id != self.organisation_id
        event = MemberAmended(
            client_id=self.client_id,
            number=self.number,
            organisation_id=command.organisation_id,
            facts=command.facts,
            former_organisation_id=self.organisation_id if moved else None,
        )
        self.trigger(ctx, event)

    @decides(RelistMember, boundary=Place)
    def relist(self, command: RelistMember, ctx: Context) -> None:
        """Once it was delisted."""
        self._require(command, ctx, MemberStage.DELISTED)
        _require_place(command, ctx, self.id)
        event = MemberRelisted(
            client_id=self.client_id,
            number=self.number,
            organisation_id=command.organisation_id,
            facts=command.facts,
        )
        self.trigger(ctx, event)

    @decides(DelistMember)
    def delist(self, command: DelistMember, ctx: Context) -> None:
        """As long as it is listed."""
        self._require(command, ctx, MemberStage.LISTED)
        event = MemberDelisted(client_id=self.client_id, number=self.number, organisation_id=self.organisation_id)
        self.trigger(ctx, event)

    @applies(MemberListed)
    def _listed(self, event: MemberListed) -> None:
        self.stage = MemberStage.LISTED
        self.client_id, self.number = event.client_id, event.number
        self.organisation_id, self.facts = event.organisation_id, event.facts

    @applies(MemberAmended)
    def _amended(self, event: MemberAmended) -> None:
        self.organisation_id, self.facts = event.organisation_id, event.facts

    @applies(MemberDelisted)
    def _delisted(self, _event: MemberDelisted) -> None:
        self.stage = MemberStage.DELISTED

    @applies(MemberRelisted)
    def _relisted(self, event: MemberRelisted) -> None:
        self.stage = MemberStage.LISTED
        self.organisation_id, self.facts = event.organisation_id, event.facts

    def _require(self, command: AmendMember | RelistMember | DelistMember, ctx: Context, stage: MemberStage) -> None:
        _require_own(command, self.client_id, ctx)
        if self.stage is not stage:
            raise IllegalTransition(state=self.stage, command=command.name)


def _require_own(command: Command, owner: UUID, ctx: Context) -> None:
    """Raises: NotPermitted to everybody but the client whose directory it is."""
    named: UUID = getattr(command, "client_id")  # noqa: B009 - of whichever command names one
    if not named == owner == ctx.actor:
        raise NotPermitted(command.name, ("owner",))


def _require_place(command: ListMember | AmendMember | RelistMember, ctx: Context, stream_id: UUID) -> None:
    """Raises: RuleViolated unless the register knows it so, and it has no other number; InvalidValue of tomorrow."""
    place = ctx.folded(Place)
    if place.holder(command.facts.identifier) != command.organisation_id:
        raise RuleViolated(
            "member.identifier",
            N_("No verified organisation of the register has this identifier, or another one has it."),
            citation=citations.STRATEGY,
        )
    if place.held_by(command.organisation_id) not in (None, stream_id):
        raise RuleViolated(
            "member.organisation.once",
            N_("The organisation is in the directory under another number."),
            citation=citations.STRATEGY,
        )
    joined = command.facts.joined_on
    if joined is not None and joined > local_day(ctx.now):
        raise InvalidValue("/facts/joined_on", N_("{day} is still to come."), day=joined.isoformat())
