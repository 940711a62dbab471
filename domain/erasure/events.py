"""Events of an erasure. They name the person by id alone, and stay."""

from datetime import datetime
from uuid import UUID

from domain.erasure.commands import Ground
from domain.kernel.event import Event, InitialEvent

ERASURES = "erasures"
"""Tag of all erasures of a tenant."""


class SubjectErased(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody may read what is sealed about the person from here on, and nothing can be sealed about them again.

    `erased_at` is when it was decided first; `restored` says that a restored log had lost it and it was recorded again.
    """

    TOPIC = "erasure.SubjectErased.v1"

    subject_id: UUID
    ground: Ground
    legal_basis: str
    erased_at: datetime
    restored: bool = False

    def tags(self) -> tuple[str, ...]:
        """The list of erasures."""
        return (ERASURES,)


class ErasureCompleted(Event, frozen=True, kw_only=True):
    """The key is destroyed: `values` sealed values became unreadable, `files` that only this person brought went."""

    TOPIC = "erasure.ErasureCompleted.v1"

    values: int
    files: int

    def tags(self) -> tuple[str, ...]:
        """The list of erasures."""
        return (ERASURES,)


class DataExported(InitialEvent, frozen=True, kw_only=True):
    """The person was given everything held about them here (GDPR Articles 15 and 20)."""

    TOPIC = "erasure.DataExported.v1"

    subject_id: UUID
