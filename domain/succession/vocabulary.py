"""Words of succession: how an institution ended, whose log says what, and which duties there are."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.manifest import Role
from domain.kernel.text import Slug


class Ending(StrEnum):
    """Ways in which an institution ends that others succeed."""

    MERGED = "merged"
    SPLIT = "split"


class DutyKind(StrEnum):
    """What a stream with an open duty is about; `DEADLINE` is a pending deadline of anything else."""

    CONSULTATION = "consultation"
    FUNDING_PLAN = "funding_plan"
    GRANT_CALL = "grant_call"
    GRANT_COMPLAINT = "grant_complaint"
    GRANT_AGREEMENT = "grant_agreement"
    SERVICE_CALL = "service_call"
    SERVICE_COMPLAINT = "service_complaint"
    SERVICE_CONTRACT = "service_contract"
    LICENCE = "licence"
    VOLUNTEER_PROVIDER = "volunteer_provider"
    OPPORTUNITY = "opportunity"
    VOLUNTEER_AGREEMENT = "volunteer_agreement"
    MEASURE = "measure"
    MANDATE = "mandate"
    """A member's mandates, to be revoked or replaced by whoever administers them now."""
    AUDIT_MANDATE = "audit_mandate"
    """An auditor's mandate over the institution: it stays one over the institution's own log."""
    DEADLINE = "deadline"


class TreeHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest published head of a log's tree: epoch, number of events, SHA-256 root in hex."""

    epoch: Annotated[int, msgspec.Meta(ge=1)]
    size: Annotated[int, msgspec.Meta(ge=0)]
    root: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Successor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An institution that takes over, by its slug, and how far its log was sealed; None where nothing of it was."""

    slug: Slug
    head: TreeHead | None = None


class Duty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stream in the ended institution's log with something still to be done, until `due` where a day is set."""

    duty_id: UUID
    kind: DutyKind
    due: datetime | None = None


PERSONAL = frozenset(
    {
        Role.AUDITOR,
        Role.CSO_DELEGATE,
        Role.OGG_SUPERVISOR,
        Role.REGISTRAR,
        Role.COUNCIL_SECRETARY,
        Role.COUNCIL_MEMBER,
    }
)
"""Roles that succeed to nothing: they name their institutions, act for an organisation, or are the nation's own."""
