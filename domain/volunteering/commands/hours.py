"""Commands on the hours of an agreement. Those of the clock tell what the national log answered."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Prose
from domain.kernel.vocabulary import Code, Instant
from domain.volunteering.hours_parts import TimeRefusal

Break = Annotated[int, msgspec.Meta(ge=0, le=1440, description="Whole minutes within the time that were not work")]


class OpenHoursLedger(Command, frozen=True, kw_only=True):
    """Begin the ledger of a signed agreement; sent by the system."""

    agreement_id: UUID
    person_id: UUID
    organisation_id: UUID | None = None


class LogHours(Command, frozen=True, kw_only=True):
    """Tell of work that was done, from whole minute to whole minute; sent by the volunteer or the supervisor.

    `task` is a code of the agreement's tasks. `reason` says why it is told late, where it is.
    """

    started_at: Instant
    ended_at: Instant
    break_minutes: Break = 0
    task: Code
    reason: Prose | None = None


class LogShift(Command, frozen=True, kw_only=True):
    """Log what the volunteer's phone checked in and out of; sent by the system. `checked_out` is the check-out's id."""

    person_id: UUID
    opportunity_id: UUID
    checked_out: UUID
    started_at: Instant
    ended_at: Instant
    task: Code


class NoteTimeClaimed(Command, frozen=True, kw_only=True):
    """Tell that nothing else of the volunteer's takes that time, in whatever institution; sent by the system."""

    entry_id: UUID


class NoteTimeRefused(Command, frozen=True, kw_only=True):
    """Tell why the time cannot count; sent by the system."""

    entry_id: UUID
    refusal: TimeRefusal


class ConfirmHours(Command, frozen=True, kw_only=True):
    """Confirm an entry; sent by the provider's people, never by who worked, who logged it, or a guardian."""

    entry_id: UUID


class RejectHours(Command, frozen=True, kw_only=True):
    """Reject an entry that is not confirmed, and say why."""

    entry_id: UUID
    reason: Prose


class CorrectHours(Command, frozen=True, kw_only=True):
    """Reverse an entry and log another in its place, and say why; the new one is confirmed anew."""

    reverses: UUID
    started_at: Instant
    ended_at: Instant
    break_minutes: Break = 0
    task: Code
    reason: Prose


class StateTotal(Command, frozen=True, kw_only=True):
    """State what the confirmed entries add up to: what a certificate may prove."""
