"""A working group of the Council: who takes part for whom, and who coordinates it."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.group import DissolveGroup, ElectCoordinator, FormGroup, JoinGroup, LeaveGroup
from domain.council.council_state import CouncilState
from domain.council.events.group import (
    GroupCoordinatorElected,
    GroupDissolved,
    GroupFormed,
    GroupJoined,
    GroupLeft,
)
from domain.council.saying import require_said
from domain.council.standing import SeatStanding
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Title
from domain.tenants.register import InstitutionRegister, InstitutionState


def _council(command: Command) -> UUID | None:
    return command.council_id if isinstance(command, FormGroup) else None


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


OF_COUNCIL: References = {"council": (CouncilState, _council)}
SENT_BY: References = {"institutions": (InstitutionRegister, _institutions)}


class WorkingGroup(Aggregate):
    """Formed by a decision, joined and left, dissolved. `members` by id; `coordinator` is one of them."""

    initial = GroupFormed

    @classmethod
    @creates(FormGroup, references=OF_COUNCIL)
    def form(cls, command: FormGroup, ctx: Context, stream_id: UUID) -> Self:
        """Of a Council in its term."""
        ctx.tenant.require_national()
        ctx.reference("council", CouncilState).require_in_term(ctx)
        require_said(command.title, "/title", ctx)
        require_said(command.task, "/task", ctx)
        event = GroupFormed(
            council_id=command.council_id, title=command.title, task=command.task, decision_no=command.decision_no
        )
        return cls.begin(ctx, stream_id, event)

    @decides(JoinGroup, references=SENT_BY, register=(SeatStanding,))
    def join(self, command: JoinGroup, ctx: Context) -> None:
        """In person for an organisation in good standing, by its own mandate; for an institution by the secretariat."""
        self._require_there(command)
        name = _represented(command, ctx)
        if command.person_id in self.members:
            raise RuleViolated(
                "council.group.once", N_("That person takes part already."), citation=citations.PROCEDURE
            )
        event = GroupJoined(
            person_id=command.person_id,
            organisation_id=command.organisation_id,
            organisation_name=name,
            institution=command.institution,
        )
        self.trigger(ctx, event)

    @decides(LeaveGroup)
    def leave(self, command: LeaveGroup, ctx: Context) -> None:
        """In person, or by the secretariat."""
        self._require_there(command)
        self._require_member(command.person_id)
        if ctx.mandate.role != Role.COUNCIL_SECRETARY and command.person_id != ctx.actor:
            raise NotPermitted(command.name, (Role.COUNCIL_SECRETARY,))
        self.trigger(ctx, GroupLeft(person_id=command.person_id))

    @decides(ElectCoordinator)
    def elect(self, command: ElectCoordinator, ctx: Context) -> None:
        """A member, by more votes for than against, and no more votes than there are members."""
        self._require_there(command)
        self._require_member(command.person_id)
        if command.in_favour + command.against + command.abstained > len(self.members):
            raise InvalidValue("/in_favour", N_("The group has {members} members."), members=len(self.members))
        if command.in_favour <= command.against:
            raise RuleViolated(
                "council.group.majority",
                N_("A coordinator needs more votes in favour than against."),
                citation=citations.PROCEDURE,
            )
        event = GroupCoordinatorElected(
            person_id=command.person_id,
            in_favour=command.in_favour,
            against=command.against,
            abstained=command.abstained,
        )
        self.trigger(ctx, event)

    @decides(DissolveGroup)
    def dissolve(self, command: DissolveGroup, ctx: Context) -> None:
        """Once."""
        self._require_there(command)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, GroupDissolved(decision_no=command.decision_no, reason=command.reason))

    @applies(GroupFormed)
    def _formed(self, event: GroupFormed) -> None:
        self.council_id, self.dissolved = event.council_id, False
        self.members: frozenset[UUID] = frozenset()
        self.coordinator: UUID | None = None

    @applies(GroupJoined)
    def _joined(self, event: GroupJoined) -> None:
        self.members |= {event.person_id}

    @applies(GroupLeft)
    def _left(self, event: GroupLeft) -> None:
        self.members -= {event.person_id}
        self.coordinator = None if self.coordinator == event.person_id else self.coordinator

    @applies(GroupCoordinatorElected)
    def _elected(self, event: GroupCoordinatorElected) -> None:
        self.coordinator = event.person_id

    @applies(GroupDissolved)
    def _dissolved(self, _event: GroupDissolved) -> None:
        self.dissolved = True

    def _require_there(self, command: Command) -> None:
        if self.dissolved:
            raise IllegalTransition(state="dissolved", command=command.name)

    def _require_member(self, person_id: UUID) -> None:
        if person_id not in self.members:
            raise RuleViolated(
                "council.group.member", N_("That person does not take part."), citation=citations.PROCEDURE
            )


def _represented(command: JoinGroup, ctx: Context) -> Title | None:
    """The organisation's name; None for an institution. Raises: InvalidValue, NotPermitted, RuleViolated."""
    if (command.organisation_id is None) is (command.institution is None):
        raise InvalidValue("/organisation_id", N_("Somebody takes part for an organisation or for an institution."))
    if command.institution is not None:
        if ctx.mandate.role != Role.COUNCIL_SECRETARY:
            raise NotPermitted(command.name, (Role.COUNCIL_SECRETARY,))
        known = ctx.reference("institutions", InstitutionRegister).institutions.get(command.institution)
        if known is None or known.state is not InstitutionState.ACTIVE:
            raise InvalidValue("/institution", N_("The register has no such institution."))
        return None
    if command.organisation_id is None or not ctx.mandate.acts_for(command.organisation_id):
        raise NotPermitted(command.name, (Role.CSO_DELEGATE,))
    if command.person_id != ctx.actor:
        raise InvalidValue("/person_id", N_("Whoever takes part for an organisation says so in person."))
    standing = ctx.registered(SeatStanding)
    standing.require_own_entry(command.organisation_id)
    standing.require_in_good_standing(local_day(ctx.now))
    return standing.name
