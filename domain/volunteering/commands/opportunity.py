"""Commands on opportunities; those of the clock follow from agreements."""

from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Text
from domain.volunteering.vocabulary import Origin, Particulars


class DraftOpportunity(Command, frozen=True, kw_only=True):
    """Begin an opportunity of a provider; nobody sees it but the institution and the provider.

    `organisation_id` is whose mandate is used where one has several.
    """

    provider_id: UUID
    organisation_id: UUID | None = None
    particulars: Particulars


class RecordOpportunity(Command, frozen=True, kw_only=True):
    """Take over an opportunity of another register as a draft; whoever provides it may not be known here."""

    origin: Origin
    particulars: Particulars


class ReviseOpportunity(Command, frozen=True, kw_only=True):
    """Say anew what it is, whole. A draft of another register gets a provider by it."""

    provider_id: UUID
    organisation_id: UUID | None = None
    particulars: Particulars


class PublishOpportunity(Command, frozen=True, kw_only=True):
    """Ask for volunteers."""

    provider_id: UUID


class CloseOpportunity(Command, frozen=True, kw_only=True):
    """End it, and say why: what was agreed goes on, nothing new is. The official names no provider."""

    provider_id: UUID | None = None
    reason: Text


class MarkFilled(Command, frozen=True, kw_only=True):
    """Say that every place is taken; sent by the clock."""


class MarkVacant(Command, frozen=True, kw_only=True):
    """Say that a place is free again; sent by the clock."""
