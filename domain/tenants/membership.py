"""Members of an institution and their mandates: a role, the legal basis it rests on, and the days it is valid."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.tenants.commands import GrantMandate, RegisterMember, RevokeMandate
from domain.tenants.events import MandateGranted, MandateRevoked, MemberRegistered

GRANTABLE = frozenset(Role) - {
    Role.CLOCK,
    Role.SEED,
    Role.OPERATOR,
    Role.IMPORTER,
    Role.SIGNED_IN,
    Role.API_CLIENT,
    Role.NATIONAL_SUPERVISOR,
}
"""Roles a mandate may give; the others belong to the system or follow from something else."""
_NATIONAL = frozenset({Role.OGG_SUPERVISOR, Role.REGISTRAR})


class Granted(msgspec.Struct, frozen=True):
    """A mandate as it stands in a member's stream; both days are within."""

    mandate_id: UUID
    role: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    organisation_id: UUID | None = None

    def valid_at(self, at: datetime) -> bool:
        """Whether it holds at that instant."""
        day = local_day(at)
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: "Granted") -> bool:
        """Whether both hold on some day."""
        begins = max(self.valid_from, other.valid_from)
        return all(to is None or begins <= to for to in (self.valid_to, other.valid_to))


class Membership(Aggregate):
    """One person in one institution. `mandates` by id, revoked ones taken out."""

    initial = MemberRegistered

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A person is a member once."""
        return member_id(tenant_id, command.person_id) if isinstance(command, RegisterMember) else None

    @classmethod
    @creates(RegisterMember)
    def register(cls, command: RegisterMember, ctx: Context, stream_id: UUID) -> Self:
        """The event names the person by id only."""
        person = command.person_id
        event = MemberRegistered(person)
        event.about(Personal(person, "full_name", command.full_name), Personal(person, "email", command.email))
        return cls.begin(ctx, stream_id, event)

    @decides(GrantMandate)
    def grant(self, command: GrantMandate, ctx: Context) -> None:
        """Nobody gives a mandate to themselves; the same one does not run twice at a time."""
        _check_role(command, ctx)
        if ctx.actor == self.person_id:
            raise RuleViolated("mandate.self", N_("Nobody grants a mandate to themselves."))
        if command.valid_to is not None and command.valid_to < command.valid_from:
            raise InvalidValue("/valid_to", N_("The period ends before it begins."))
        granted = Granted(
            ctx.new_id(),
            str(command.role),
            command.legal_basis,
            command.valid_from,
            command.valid_to,
            command.organisation_id,
        )
        if any(
            (one.role, one.organisation_id) == (granted.role, granted.organisation_id) and one.overlaps(granted)
            for one in self.mandates.values()
        ):
            raise RuleViolated(
                "mandate.overlap", N_("The member holds a mandate as {role} in this period."), role=granted.role
            )
        self.trigger(ctx, MandateGranted(**msgspec.structs.asdict(granted)))

    @decides(RevokeMandate)
    def revoke(self, command: RevokeMandate, ctx: Context) -> None:
        """Only a mandate that stands."""
        if command.mandate_id not in self.mandates:
            raise InvalidValue("/mandate_id", N_("The member holds no such mandate."))
        event = MandateRevoked(command.mandate_id)
        event.about(Personal(self.person_id, "reason", command.reason, needed=False))
        self.trigger(ctx, event)

    @applies(MemberRegistered)
    def _registered(self, event: MemberRegistered) -> None:
        self.person_id = event.person_id
        self.mandates: dict[UUID, Granted] = {}

    @applies(MandateGranted)
    def _granted(self, event: MandateGranted) -> None:
        self.mandates[event.mandate_id] = Granted(**msgspec.structs.asdict(event))

    @applies(MandateRevoked)
    def _revoked(self, event: MandateRevoked) -> None:
        del self.mandates[event.mandate_id]


def member_id(tenant_id: int, person_id: UUID) -> UUID:
    """The stream of a person's membership in a tenant."""
    return derived_id("member", tenant_id, person_id)


def _check_role(command: GrantMandate, ctx: Context) -> None:
    role = command.role
    if role not in GRANTABLE:
        raise InvalidValue("/role", N_("The role {role} cannot be granted."), role=role)
    if role in _NATIONAL and ctx.tenant.kind != "national":
        raise RuleViolated("mandate.national", N_("The role {role} exists in the national tenant only."), role=role)
    if (role is Role.CSO_DELEGATE) != (command.organisation_id is not None):
        raise InvalidValue("/organisation_id", N_("A delegate acts for an organisation, nobody else does."))
    if role is Role.AUDITOR and command.valid_to is None:
        raise InvalidValue("/valid_to", N_("An auditor's mandate names the day on which it ends."))
