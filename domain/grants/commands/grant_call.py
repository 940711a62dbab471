"""Commands on a call for grants, but for those of its rankings."""

from uuid import UUID

from domain.grants.facts import CallFacts
from domain.grants.form import Form
from domain.kernel.command import Command
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import DecisionNo, Files, Instant


class DraftCall(CallFacts, Command, frozen=True, kw_only=True):
    """Begin a call; what is missing may come later, the linter says what publishing still needs."""

    title: Title


class AmendCall(CallFacts, Command, frozen=True, kw_only=True):
    """Change facts before publication; what is left out stays. Of the plan, the lines are named anew as a whole."""


class SetForm(Command, frozen=True, kw_only=True):
    """Give the call its form, or another one, before publication."""

    form: Form


class CheckCall(Command, frozen=True, kw_only=True):
    """Let the linter look and put its findings on record; without errors the call is ready.

    `plan_id` is the plan that the call cites, where it cites one.
    """

    plan_id: UUID | None = None


class PublishCall(Command, frozen=True, kw_only=True):
    """Publish the call and take its money out of the plan's lines; refused with findings while there is an error.

    `closes_at` may be given only when history is imported, whose end was set elsewhere.
    """

    plan_id: UUID | None = None
    closes_at: Instant | None = None


class IssueClarification(Command, frozen=True, kw_only=True):
    """Answer to everybody what somebody asked, as long as the rule leaves applicants the time to use it."""

    question: Text
    answer: Text


class CloseCall(Command, frozen=True, kw_only=True):
    """End the time to apply when it is over; sent by the clock."""


class RecomputeCallDeadline(Command, frozen=True, kw_only=True):
    """Let the end follow the newest calendar; sent by the clock when the calendar changed."""


class BeginEvaluation(Command, frozen=True, kw_only=True):
    """Hand the applications of a closed call to the commission."""

    note: Text | None = None


class MarkContracted(Command, frozen=True, kw_only=True):
    """State that every award of the final ranking has become an agreement or lapsed."""

    note: Text | None = None


class ReleaseFunding(Command, frozen=True, kw_only=True):
    """Give back to the plan's lines what an ended call has taken of them and its agreements do not need.

    Sent by the system whenever an agreement of such a call ends with money unpaid.
    """


class ReportCall(Command, frozen=True, kw_only=True):
    """Publish what came of the call."""

    files: Files
    summary: Text


class CancelCall(Command, frozen=True, kw_only=True):
    """Give the call up before its final ranking."""

    reason: Text


class VoidCall(Command, frozen=True, kw_only=True):
    """Declare a published call void by a decision."""

    decision_no: DecisionNo
    reason: Text
