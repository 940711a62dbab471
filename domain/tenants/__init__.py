"""Institutions, their languages, members, mandates, auditors, and the clocks of sandboxes."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import ANYBODY, NATION, WATCHERS
from domain.tenants.auditing import AuditAccess, AuditAppointment, AuditMandate
from domain.tenants.commands import (
    AppointAuditor,
    DeclareLanguages,
    DissolveInstitution,
    FoundRegister,
    GrantAudit,
    GrantMandate,
    MergeInstitutions,
    MoveSandboxClock,
    RecordAccess,
    RegisterInstitution,
    RegisterMember,
    RenameInstitution,
    RetryFailedWork,
    RevokeAppointment,
    RevokeAudit,
    RevokeMandate,
    SetInstitutionQuota,
    SetSandboxPace,
    SplitInstitution,
    StartSandboxClock,
)
from domain.tenants.events import (
    AppointmentRevoked,
    AuditAccessed,
    AuditMandateGranted,
    AuditMandateRevoked,
    AuditorAppointed,
    FailedWorkRetried,
    InstitutionDissolved,
    InstitutionQuotaSet,
    InstitutionRegistered,
    InstitutionRenamed,
    InstitutionsMerged,
    InstitutionSplit,
    LanguagesDeclared,
    MandateGranted,
    MandateRevoked,
    MemberRegistered,
    RegisterFounded,
    SandboxClockMoved,
    SandboxClockStarted,
    SandboxPaceSet,
)
from domain.tenants.failed_work import WorkRetry
from domain.tenants.languages import LanguageDeclaration
from domain.tenants.membership import Membership
from domain.tenants.register import InstitutionRegister
from domain.tenants.sandbox_clock import SandboxClock

_NATIONAL = frozenset({Role.NATIONAL_SUPERVISOR, Role.OGG_SUPERVISOR})
_ADMINISTRATION = frozenset({Role.ADMINISTRATOR, Role.NATIONAL_SUPERVISOR})
_SANDBOX = frozenset({Role.ADMINISTRATOR, Role.CONSULTATION_COORDINATOR, Role.DRAFTING_OFFICER, Role.LEGAL_OFFICER})

DOMAIN = Domain(
    name="tenants",
    aggregates=(
        InstitutionRegister,
        LanguageDeclaration,
        Membership,
        AuditAppointment,
        AuditMandate,
        AuditAccess,
        WorkRetry,
        SandboxClock,
    ),
    events=(
        RegisterFounded,
        InstitutionRegistered,
        InstitutionRenamed,
        InstitutionsMerged,
        InstitutionSplit,
        InstitutionDissolved,
        InstitutionQuotaSet,
        LanguagesDeclared,
        MemberRegistered,
        MandateGranted,
        MandateRevoked,
        AuditorAppointed,
        AppointmentRevoked,
        AuditMandateGranted,
        AuditMandateRevoked,
        AuditAccessed,
        FailedWorkRetried,
        SandboxClockStarted,
        SandboxClockMoved,
        SandboxPaceSet,
    ),
    permissions={
        FoundRegister: frozenset({Role.SEED}),
        RegisterInstitution: _NATIONAL,
        RenameInstitution: _NATIONAL,
        MergeInstitutions: _NATIONAL,
        SplitInstitution: _NATIONAL,
        DissolveInstitution: _NATIONAL,
        SetInstitutionQuota: _NATIONAL | {Role.ADMINISTRATOR},
        DeclareLanguages: frozenset({Role.ADMINISTRATOR, Role.LEGAL_OFFICER}),
        RegisterMember: _ADMINISTRATION | {Role.OPERATOR},
        GrantMandate: _ADMINISTRATION | {Role.OPERATOR},
        RevokeMandate: _ADMINISTRATION,
        AppointAuditor: _NATIONAL,
        RevokeAppointment: _NATIONAL,
        GrantAudit: frozenset({Role.CLOCK}),
        RevokeAudit: frozenset({Role.CLOCK}),
        RecordAccess: frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.OPERATOR}),
        RetryFailedWork: _ADMINISTRATION,
        StartSandboxClock: _SANDBOX,
        MoveSandboxClock: _SANDBOX,
        SetSandboxPace: _SANDBOX,
    },
    queries={
        "auditors": WATCHERS,
        "failed_work": _ADMINISTRATION | {Role.AUDITOR},
        "mandates": ANYBODY,
        "quotas": _ADMINISTRATION | {Role.AUDITOR},
        "national_institutions": NATION,
    },
    inward=frozenset({RecordAccess}),
    public=frozenset(
        {
            RegisterFounded,
            InstitutionRegistered,
            InstitutionRenamed,
            InstitutionsMerged,
            InstitutionSplit,
            InstitutionDissolved,
            LanguagesDeclared,
        }
    ),
    granted=frozenset({SandboxClockStarted, SandboxClockMoved, SandboxPaceSet}),
)
