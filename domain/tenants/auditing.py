"""Auditors: appointed nationally over named institutions, mandated in each one's own log, and on record when they look.

An appointment stands in the national log; the worker carries it into the log of every institution it names, as a
mandate with the appointment's id. So an institution's own history says who may look at it, until which day, and what
was looked at. An institution appoints an auditor of its own by an ordinary mandate (`membership.py`).
"""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.tenants.commands import AppointAuditor, GrantAudit, RecordAccess, RevokeAppointment, RevokeAudit
from domain.tenants.events import (
    AppointmentRevoked,
    AuditAccessed,
    AuditMandateGranted,
    AuditMandateRevoked,
    AuditorAppointed,
)
from domain.tenants.register import InstitutionRegister


class AuditPeriod(msgspec.Struct, frozen=True):
    """An auditor's mandate as it stands: both days are within, `tenants` are slugs."""

    mandate_id: UUID
    legal_basis: str
    valid_from: date
    valid_to: date | None
    tenants: tuple[str, ...] = ()
    revoked: bool = False

    def state_at(self, at: datetime) -> str:
        """What it is worth at that instant: in_force, not_yet, expired or revoked."""
        day = local_day(at)
        if self.revoked:
            return "revoked"
        if day < self.valid_from:
            return "not_yet"
        return "expired" if self.valid_to is not None and day > self.valid_to else "in_force"


def _register(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


class AuditAppointment(Aggregate):
    """One auditor, appointed for a time over institutions; its id is that of the mandate in each of their logs."""

    initial = AuditorAppointed

    @classmethod
    @creates(AppointAuditor, references={"register": (InstitutionRegister, _register)})
    def appoint(cls, command: AppointAuditor, ctx: Context, stream_id: UUID) -> Self:
        """By the national tenant, somebody else, over registered institutions (ended ones too), not for the past."""
        ctx.tenant.require_national()
        if ctx.actor == command.person_id:
            raise RuleViolated("mandate.self", N_("Nobody grants a mandate to themselves."))
        known = ctx.reference("register", InstitutionRegister).institutions
        for n, slug in enumerate(command.tenants):
            if slug not in known:
                raise InvalidValue(f"/tenants/{n}", N_("No institution has the slug {slug}."), slug=slug)
        if len(set(command.tenants)) < len(command.tenants):
            raise InvalidValue("/tenants", N_("An institution is named twice."))
        _check_period(command, ctx)
        event = AuditorAppointed(
            command.person_id, command.tenants, command.legal_basis, command.valid_from, command.valid_to
        )
        event.about(
            Personal(command.person_id, "full_name", command.full_name),
            Personal(command.person_id, "email", command.email),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(RevokeAppointment)
    def revoke(self, command: RevokeAppointment, ctx: Context) -> None:
        """Once; the reason speaks of a person and is sealed."""
        if self.revoked:
            raise IllegalTransition(state="revoked", command=command.name)
        event = AppointmentRevoked()
        event.about(Personal(self.person_id, "reason", command.reason, needed=False))
        self.trigger(ctx, event)

    @applies(AuditorAppointed)
    def _appointed(self, event: AuditorAppointed) -> None:
        self.person_id, self.tenants, self.legal_basis = event.person_id, event.tenants, event.legal_basis
        self.valid_from, self.valid_to, self.revoked = event.valid_from, event.valid_to, False

    @applies(AppointmentRevoked)
    def _revoked(self, _event: AppointmentRevoked) -> None:
        self.revoked = True


class AuditMandate(Aggregate):
    """A national auditor's mandate in the log of one institution that it names."""

    initial = AuditMandateGranted

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An appointment gives one mandate in each log."""
        return audit_mandate_id(tenant_id, command.mandate_id) if isinstance(command, GrantAudit) else None

    @classmethod
    @creates(GrantAudit)
    def grant(cls, command: GrantAudit, ctx: Context, stream_id: UUID) -> Self:
        """As appointed; the institution itself is among those that the mandate names."""
        if ctx.tenant.slug not in command.tenants:
            raise RuleViolated("audit.named", N_("The mandate does not name {slug}."), slug=ctx.tenant.slug)
        return cls.begin(ctx, stream_id, AuditMandateGranted(**msgspec.structs.asdict(command)))

    @decides(RevokeAudit)
    def revoke(self, command: RevokeAudit, ctx: Context) -> None:
        """Nothing to say the second time."""
        if command.mandate_id != self.period.mandate_id:
            raise InvalidValue("/mandate_id", N_("The member holds no such mandate."))
        if not self.period.revoked:
            self.trigger(ctx, AuditMandateRevoked(command.mandate_id))

    @applies(AuditMandateGranted)
    def _granted(self, event: AuditMandateGranted) -> None:
        self.person_id = event.person_id
        self.period = AuditPeriod(event.mandate_id, event.legal_basis, event.valid_from, event.valid_to, event.tenants)

    @applies(AuditMandateRevoked)
    def _revoked(self, _event: AuditMandateRevoked) -> None:
        self.period = msgspec.structs.replace(self.period, revoked=True)


class AuditAccess(Aggregate):
    """One look at an institution on an auditor's mandate: a stream of its own, so that no two looks wait in line."""

    initial = AuditAccessed

    @classmethod
    @creates(RecordAccess)
    def record(cls, command: RecordAccess, ctx: Context, stream_id: UUID) -> Self:
        """What was asked, on which mandate; words that may tell of a person are sealed under the auditor's key."""
        event = AuditAccessed(command.act, command.what, command.parameters, ctx.mandate.mandate_id, command.request_id)
        event.about(*(Personal(ctx.actor, f"parameter {name}", value) for name, value in command.words.items()))
        return cls.begin(ctx, stream_id, event)

    @applies(AuditAccessed)
    def _accessed(self, event: AuditAccessed) -> None:
        self.act, self.what, self.parameters = event.act, event.what, event.parameters
        self.mandate_id = event.mandate_id


def audit_mandate_id(tenant_id: int, mandate_id: UUID) -> UUID:
    """The stream of a national auditor's mandate in a tenant's log."""
    return derived_id("audit_mandate", tenant_id, mandate_id)


def _check_period(command: AppointAuditor, ctx: Context) -> None:
    if command.valid_to < command.valid_from:
        raise InvalidValue("/valid_to", N_("The period ends before it begins."))
    if command.valid_to < local_day(ctx.now):
        raise InvalidValue("/valid_to", N_("The period is over."))
