"""Commands on a call for a service."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.contracts.facts import CallFacts
from domain.kernel.command import Command
from domain.kernel.text import Line, Slug, Text, Title
from domain.kernel.vocabulary import DecisionNo, Instant


class PlanServiceCall(CallFacts, Command, frozen=True, kw_only=True):
    """Begin a call; what is missing may come later, the linter says what publishing still needs."""

    title: Title


class AmendServiceCall(CallFacts, Command, frozen=True, kw_only=True):
    """Change facts before publication; what is left out stays."""


class CheckServiceCall(Command, frozen=True, kw_only=True):
    """Let the linter look and put its findings on record; names the need and the list that the call names."""

    need_id: UUID | None = None
    list_id: UUID | None = None


class PublishServiceCall(Command, frozen=True, kw_only=True):
    """Publish the call and take its budget out of the need's; refused with findings while there is an error.

    `closes_at` may be given only when history is imported, whose end was set elsewhere.
    """

    need_id: UUID | None = None
    list_id: UUID | None = None
    closes_at: Instant | None = None


class ClarifyServiceCall(Command, frozen=True, kw_only=True):
    """Answer to everybody what somebody asked, as long as the rule leaves bidders the time to use it."""

    question: Text
    answer: Text


class CloseServiceCall(Command, frozen=True, kw_only=True):
    """End the time to bid when it is over; sent by the clock."""


class RecomputeServiceCallDeadline(Command, frozen=True, kw_only=True):
    """Let the end follow the newest calendar; sent by the clock when the calendar changed."""


class BeginQualification(Command, frozen=True, kw_only=True):
    """End the opening of bids: when its time is over, or every sealed bid was opened. What was not is disregarded."""


class BeginBidEvaluation(Command, frozen=True, kw_only=True):
    """Hand the qualified bids to the evaluators; every opened one must have been decided on."""


class PublishQualifiedList(Command, frozen=True, kw_only=True):
    """Publish the providers that qualified, in a call which makes a list."""


class ProposeAward(Command, frozen=True, kw_only=True):
    """Notify the award to the best acceptable bid of the ranking; the standstill begins."""

    evaluation_id: UUID
    bid_id: UUID
    organisation_id: UUID


class SetAsideAward(Command, frozen=True, kw_only=True):
    """Go back to the qualification, since a complaint about `bid_id` was upheld; sent by the system."""

    complaint_id: UUID
    bid_id: UUID


class NoteAwardOverlap(Command, frozen=True, kw_only=True):
    """Note that the national ledger knows something much like the awarded service; sent by the system."""

    overlap_id: UUID
    institution: Slug
    contact: Line
    similarity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class ConfirmAward(Command, frozen=True, kw_only=True):
    """Award after the standstill, by a decision; everything that makes it lawful is looked at again on that day."""

    bid_id: UUID
    organisation_id: UUID
    decision_no: DecisionNo


class LapseServiceAward(Command, frozen=True, kw_only=True):
    """State that no contract comes of the award; the next bid may be proposed."""

    reason: Text


class RecordServiceContract(Command, frozen=True, kw_only=True):
    """Say that the award became a contract; sent by the system."""

    contract_id: UUID


class DeclareUnsuccessful(Command, frozen=True, kw_only=True):
    """State that nothing can be awarded. `evaluation_id` is named once the bids were evaluated."""

    reason: Text
    evaluation_id: UUID | None = None


class CancelServiceCall(Command, frozen=True, kw_only=True):
    """Give the call up before its award, or the list that it made."""

    reason: Text
