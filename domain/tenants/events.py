"""Events of institutions, languages, members, mandates, auditors and sandbox clocks. All but a look at them govern."""

from datetime import date
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.governing import governs
from domain.tenants.commands import Act, Kind, Names
from domain.tenants.quotas import Resource


class RegisterFounded(InitialEvent, frozen=True):
    """The register of institutions began."""

    TOPIC = "tenants.RegisterFounded.v1"
    tags = governs


class InstitutionRegistered(Event, frozen=True):
    """An institution became a tenant. Tenant ids are 1, 2, 3 … without a gap; 1 is the national tenant.

    `languages` are those it must publish in (Law No. 02/L-37 on the Use of Languages).
    """

    TOPIC = "tenants.InstitutionRegistered.v1"
    tags = governs
    tenant_id: int
    slug: str
    code: str
    kind: Kind
    names: Names
    languages: tuple[str, ...]
    sandbox: bool = False


class InstitutionRenamed(Event, frozen=True):
    """An institution got another name; what it did before stays under the old one."""

    TOPIC = "tenants.InstitutionRenamed.v1"
    tags = governs
    slug: str
    names: Names
    decision_no: str


class InstitutionsMerged(Event, frozen=True):
    """Institutions went into another, which inherits their open duties."""

    TOPIC = "tenants.InstitutionsMerged.v1"
    tags = governs
    sources: tuple[str, ...]
    into: str
    decision_no: str


class InstitutionSplit(Event, frozen=True):
    """An institution ended and others share its duties."""

    TOPIC = "tenants.InstitutionSplit.v1"
    tags = governs
    slug: str
    successors: tuple[str, ...]
    decision_no: str


class InstitutionDissolved(Event, frozen=True):
    """An institution ended without a successor."""

    TOPIC = "tenants.InstitutionDissolved.v1"
    tags = governs
    slug: str
    decision_no: str


class InstitutionQuotaSet(Event, frozen=True):
    """From here on the institution may use so much of a resource, in that resource's measure."""

    TOPIC = "tenants.InstitutionQuotaSet.v1"
    tags = governs
    slug: str
    resource: Resource
    limit: int


class LanguagesDeclared(InitialEvent, frozen=True):
    """An institution set the languages it must publish in; the newest declaration counts."""

    TOPIC = "tenants.LanguagesDeclared.v1"
    tags = governs
    languages: tuple[str, ...]
    decision_no: str


class MemberRegistered(InitialEvent, frozen=True):
    """A person became known to the institution; name and address are sealed, not in here."""

    TOPIC = "tenants.MemberRegistered.v1"
    tags = governs
    person_id: UUID


class MandateGranted(Event, frozen=True):
    """The member may act in a role from the beginning of `valid_from` to the end of `valid_to`, days in Kosovo."""

    TOPIC = "tenants.MandateGranted.v1"
    tags = governs
    mandate_id: UUID
    role: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    organisation_id: UUID | None = None


class MandateRevoked(Event, frozen=True):
    """A mandate ended before its time; the reason speaks of a person and is sealed."""

    TOPIC = "tenants.MandateRevoked.v1"
    tags = governs
    mandate_id: UUID


class AuditorAppointed(InitialEvent, frozen=True):
    """Somebody may audit the institutions named; the stream's id is the mandate's. Name and address are sealed."""

    TOPIC = "tenants.AuditorAppointed.v1"
    tags = governs
    person_id: UUID
    tenants: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_to: date


class AppointmentRevoked(Event, frozen=True):
    """An auditor's appointment ended before its time, everywhere at once; the reason is sealed."""

    TOPIC = "tenants.AppointmentRevoked.v1"
    tags = governs


class AuditMandateGranted(InitialEvent, frozen=True):
    """A national auditor may look at this institution from the first to the last day, both within, days in Kosovo."""

    TOPIC = "tenants.AuditMandateGranted.v1"
    tags = governs
    mandate_id: UUID
    person_id: UUID
    tenants: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_to: date


class AuditMandateRevoked(Event, frozen=True):
    """A national auditor's mandate over this institution ended before its time."""

    TOPIC = "tenants.AuditMandateRevoked.v1"
    tags = governs
    mandate_id: UUID


class AuditAccessed(InitialEvent, frozen=True):
    """Something of this institution was asked for on an auditor's mandate, or by the operator (then without one).

    Also what is held about a person, by a data protection officer: the event's metadata says on which role.

    Recorded before the answer. `parameters` hold no free text: words are sealed beside the event.
    """

    TOPIC = "tenants.AuditAccessed.v1"
    act: Act
    what: str
    parameters: dict[str, str]
    mandate_id: UUID | None = None
    request_id: UUID | None = None


class FailedWorkRetried(InitialEvent, frozen=True):
    """Somebody had work tried again that the system could not do. `subject` is made of ids."""

    TOPIC = "tenants.FailedWorkRetried.v1"
    kind: str
    subject: str


class SandboxClockStarted(InitialEvent, frozen=True):
    """A sandbox got a clock of its own, at the real time and pace."""

    TOPIC = "tenants.SandboxClockStarted.v1"
    tags = governs


class SandboxClockMoved(Event, frozen=True):
    """The sandbox's time jumped forward by `milliseconds`."""

    TOPIC = "tenants.SandboxClockMoved.v1"
    tags = governs
    milliseconds: int


class SandboxPaceSet(Event, frozen=True):
    """From the sandbox time of this event on, its time runs `factor` times as fast as the real one."""

    TOPIC = "tenants.SandboxPaceSet.v1"
    tags = governs
    factor: int
