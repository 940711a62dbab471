"""Commands on institutions, languages, members, mandates and the sandbox's clock."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.manifest import Role
from domain.kernel.text import Email, Language, Line, Prose, Reference, Slug
from domain.tenants.quotas import Limit, Resource

Names = dict[Language, Line]
Languages = Annotated[tuple[Language, ...], msgspec.Meta(min_length=1, max_length=6)]
Decision = Annotated[Reference, msgspec.Meta(min_length=1)]
Slugs = Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=40)]
WorkKind = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,99}$")]
WorkSubject = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .:>_-]{0,299}$")]
"""Made of ids, names of datasets, days and positions: nothing that a person would write."""
Audited = Annotated[tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=1_000)]


class Kind(StrEnum):
    """Kinds of institutions."""

    NATIONAL = "national"
    MINISTRY = "ministry"
    MUNICIPALITY = "municipality"


class FoundRegister(Command, frozen=True):
    """Begin the register of institutions with the national tenant itself."""

    slug: Slug
    code: Line
    names: Names


class RegisterInstitution(Command, frozen=True):
    """Make an institution a tenant. `languages` are those it must publish in; a sandbox's clock may be moved."""

    slug: Slug
    code: Line
    kind: Kind
    names: Names
    languages: Languages = (Language.ALBANIAN, Language.SERBIAN)
    sandbox: bool = False


class RenameInstitution(Command, frozen=True):
    """Give an institution another name; its slug and its history stay."""

    slug: Slug
    names: Names
    decision_no: Decision


class MergeInstitutions(Command, frozen=True):
    """Let one institution take over others; it inherits their open duties."""

    sources: Slugs
    into: Slug
    decision_no: Decision


class SplitInstitution(Command, frozen=True):
    """Let registered institutions take over one that ends."""

    slug: Slug
    successors: Slugs
    decision_no: Decision


class DissolveInstitution(Command, frozen=True):
    """End an institution that nobody succeeds."""

    slug: Slug
    decision_no: Decision


class SetInstitutionQuota(Command, frozen=True):
    """Set how much of a resource an institution may use."""

    slug: Slug
    resource: Resource
    limit: Limit


class DeclareLanguages(Command, frozen=True):
    """Set the languages in which this institution must publish, beside Albanian and Serbian."""

    languages: Languages
    decision_no: Decision


class RegisterMember(Command, frozen=True):
    """Make a person known to this institution. Name and address are sealed under the person's own key."""

    person_id: UUID
    full_name: Line
    email: Email


class GrantMandate(Command, frozen=True):
    """Give the member a role for a time, on a legal basis; days are Kosovo's, both within. A delegate acts for one."""

    role: Role
    legal_basis: Line
    valid_from: date
    valid_to: date | None = None
    organisation_id: UUID | None = None


class RevokeMandate(Command, frozen=True):
    """End a mandate before its time."""

    mandate_id: UUID
    reason: Prose


class AppointAuditor(Command, frozen=True):
    """Let a person audit the institutions named, for a time, on a legal basis; days are Kosovo's, both within."""

    person_id: UUID
    full_name: Line
    email: Email
    tenants: Audited
    legal_basis: Line
    valid_from: date
    valid_to: date


class RevokeAppointment(Command, frozen=True):
    """End an auditor's appointment before its time, in every institution it names."""

    reason: Prose


class GrantAudit(Command, frozen=True):
    """Put a national auditor's mandate into the log of an institution that it names."""

    mandate_id: UUID
    person_id: UUID
    tenants: Audited
    legal_basis: Line
    valid_from: date
    valid_to: date


class RevokeAudit(Command, frozen=True):
    """Say in the institution's log that a national auditor's mandate has ended before its time."""

    mandate_id: UUID


class Act(StrEnum):
    """Ways in which an auditor looks."""

    QUERY = "query"
    EXPORT = "export"
    REPLAY = "replay"


class RecordAccess(Command, frozen=True):
    """Put on record what an auditor asks for, or who opens what is held about a person, before it is shown.

    `what` names the query; `parameters` are ids, numbers, days and codes; `words` are free text, to be sealed.
    """

    act: Act
    what: Line
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
    words: dict[str, str] = msgspec.field(default_factory=dict)
    request_id: UUID | None = None


class RetryFailedWork(Command, frozen=True):
    """Have the system try work again that failed, at once: as the list of failed work names it."""

    kind: WorkKind
    subject: WorkSubject


class StartSandboxClock(Command, frozen=True):
    """Give a sandbox a clock of its own; it starts at the real time and pace."""


class MoveSandboxClock(Command, frozen=True):
    """Move the sandbox's time forward, either to an instant or by seconds."""

    to: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    by: Annotated[int, msgspec.Meta(ge=1, le=10 * 366 * 86_400)] | None = None


class SetSandboxPace(Command, frozen=True):
    """Let the sandbox's time run `factor` times as fast as the real one."""

    factor: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
