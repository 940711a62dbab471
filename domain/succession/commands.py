"""Commands on what becomes of an ended institution's duties; all but `AssignDuty` follow from what happened."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Slug
from domain.succession.vocabulary import Duty, Ending, Successor, TreeHead
from domain.tenants.commands import Decision, Slugs

Successors = Annotated[tuple[Successor, ...], msgspec.Meta(min_length=1, max_length=40)]
Duties = Annotated[tuple[Duty, ...], msgspec.Meta(min_length=1, max_length=500)]
DutyIds = Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=500)]


class BeginSuccession(Command, frozen=True):
    """Say in the ended institution's log who succeeds it; `origin` is the national event, `tenant:epoch:position`."""

    how: Ending
    successors: Successors
    decision_no: Decision
    origin: str


class PassSuccessionOn(Command, frozen=True):
    """Say in a log that was taken over before: successors of it (`ended`) have ended, and these take their place."""

    ended: Slugs
    successors: Successors
    decision_no: Decision
    origin: str


class CarryDuties(Command, frozen=True):
    """Carry open duties to the first-named successor, until somebody assigns them."""

    duties: Duties


class AssignDuty(Command, frozen=True):
    """Let another of the successors answer for a duty."""

    duty_id: UUID
    successor: Slug
    decision_no: Decision


class TakeSuccession(Command, frozen=True):
    """Say in the successor's log whom it succeeds, and how far the predecessor's log was sealed."""

    predecessor: Slug
    decision_no: Decision
    head: TreeHead | None
    origin: str


class TakeDuties(Command, frozen=True):
    """Say in the successor's log which duties of the predecessor are its own now."""

    duties: Duties


class HandOverDuties(Command, frozen=True):
    """Say in a successor's log that another answers for these duties now."""

    duty_ids: DutyIds
