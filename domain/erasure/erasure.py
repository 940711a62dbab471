"""The erasure of one person in one institution: decided once, then completed."""

from typing import Self
from uuid import UUID

import msgspec

from domain.erasure import citations
from domain.erasure.commands import CompleteErasure, EraseSubject, RestoreErasure
from domain.erasure.events import ErasureCompleted, SubjectErased
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.governing import GOVERNS
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.organisations.representation import Representation
from domain.tenants.events import (
    AppointmentRevoked,
    AuditMandateGranted,
    AuditMandateRevoked,
    AuditorAppointed,
    MandateGranted,
    MandateRevoked,
    MemberRegistered,
)
from domain.tenants.membership import Granted

_FOR_OTHERS = (Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR)


class StandingMandates(Boundary):
    """Who is a member and which mandates were granted and not revoked, of the whole institution."""

    def __init__(self) -> None:
        self._persons: dict[UUID, UUID] = {}
        self._granted: dict[UUID, dict[UUID, Granted]] = {}
        self._representation = Representation()

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """All governing events."""
        del stream_id, command
        return GOVERNS

    def apply(self, stream_id: UUID, event: object) -> None:
        """Streams of members and of auditors only."""
        match event:
            case MemberRegistered():
                self._persons[stream_id] = event.person_id
            case MandateGranted():
                granted = Granted(**msgspec.structs.asdict(event))
                self._granted.setdefault(stream_id, {})[granted.mandate_id] = granted
            case MandateRevoked():
                del self._granted[stream_id][event.mandate_id]
            case AuditMandateGranted():
                self._audits(stream_id, event.mandate_id, event)
            case AuditorAppointed():
                self._audits(stream_id, stream_id, event)
            case AuditMandateRevoked() | AppointmentRevoked():
                del self._granted[stream_id]
            case Event():
                self._representation.apply(event)
            case _:
                pass

    def _audits(self, stream_id: UUID, mandate_id: UUID, event: AuditMandateGranted | AuditorAppointed) -> None:
        """An auditor's mandate has a stream of its own, in the national log the appointment's."""
        self._persons[stream_id] = event.person_id
        granted = Granted(mandate_id, Role.AUDITOR, event.legal_basis, event.valid_from, event.valid_to)
        self._granted[stream_id] = {mandate_id: granted}

    def held_by(self, person_id: UUID) -> list[Granted]:
        """The person's mandates, ended ones too."""
        streams = [stream for stream, person in self._persons.items() if person == person_id]
        represents = [
            Granted(
                one.mandate_id, Role.CSO_DELEGATE, one.legal_basis, one.valid_from, one.valid_to, one.organisation_id
            )
            for one in self._representation.held_by(person_id)
        ]
        return [one for stream in streams for one in self._granted.get(stream, {}).values()] + represents


class Erasure(Aggregate):
    """erased, then completed. There is no way back."""

    initial = SubjectErased

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A person is erased once."""
        if isinstance(command, EraseSubject | RestoreErasure):
            return erasure_id(tenant_id, command.subject_id)
        return None

    @classmethod
    @creates(EraseSubject, boundary=StandingMandates)
    def erase(cls, command: EraseSubject, ctx: Context, stream_id: UUID) -> Self:
        """For oneself, or on a mandate; whoever holds an office is not forgotten while holding it."""
        if ctx.actor != command.subject_id and ctx.mandate.role not in _FOR_OTHERS:
            raise NotPermitted(command.name, tuple(str(role) for role in _FOR_OTHERS))
        today = local_day(ctx.now)
        standing = [
            one
            for one in ctx.folded(StandingMandates).held_by(command.subject_id)
            if one.valid_to is None or one.valid_to >= today
        ]
        if standing:
            raise RuleViolated(
                "erasure.mandate",
                N_("The person holds a mandate as {role}; it must end before."),
                citation=citations.PERSONAL_DATA,
                role=standing[0].role,
            )
        event = SubjectErased(
            subject_id=command.subject_id,
            ground=command.ground,
            legal_basis=command.legal_basis or citations.PERSONAL_DATA,
            erased_at=ctx.now,
        )
        return cls.begin(ctx, stream_id, event)

    @classmethod
    @creates(RestoreErasure)
    def restore(cls, command: RestoreErasure, ctx: Context, stream_id: UUID) -> Self:
        """What was erased once stays erased, whatever the log still knows of it."""
        event = SubjectErased(
            subject_id=command.subject_id,
            ground=command.ground,
            legal_basis=command.legal_basis,
            erased_at=command.erased_at,
            restored=True,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(CompleteErasure)
    def complete(self, command: CompleteErasure, ctx: Context) -> None:
        """Once."""
        if self.completed:
            raise IllegalTransition(state="completed", command=command.name)
        self.trigger(ctx, ErasureCompleted(values=command.values, files=command.files))

    @applies(SubjectErased)
    def _erased(self, event: SubjectErased) -> None:
        self.subject_id = event.subject_id
        self.completed = False

    @applies(ErasureCompleted)
    def _completed(self, _event: ErasureCompleted) -> None:
        self.completed = True


def erasure_id(tenant_id: int, subject_id: UUID) -> UUID:
    """The stream of a person's erasure in a tenant."""
    return derived_id("erasure", tenant_id, subject_id)
