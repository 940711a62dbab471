"""Events of a call for grants. Each carries the tag `call:<id>`, as do those of everything that belongs to the call."""

from datetime import datetime
from uuid import UUID

from domain.grants.events.funding_plan import funding_tag
from domain.grants.facts import CallFacts
from domain.grants.form import Form
from domain.grants.vocabulary import LineFunding
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text
from domain.kernel.vocabulary import DecisionNo, LanguageCode, LanguageFile


def call_tag(call_id: UUID) -> str:
    """Boundary of a call and of everything that belongs to it: applications, commission, complaints, agreements."""
    return f"call:{call_id}"


class CallEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An event of a call's own stream."""

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call, once it is known which call it is."""
        call_id = self.__dict__.get("originator_id")
        return () if call_id is None else (call_tag(call_id),)


class FundedCallEvent(CallEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An event that takes money out of a plan's lines, or gives it back."""

    plan_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the call, and that of the plan's money."""
        funded = () if self.plan_id is None else (funding_tag(self.plan_id),)
        return super().tags() + funded


class CallDrafted(CallEvent, InitialEvent, frozen=True, kw_only=True):
    """Work on a call began; what it still owes the linter says."""

    TOPIC = "grants.CallDrafted.v1"

    facts: CallFacts


class CallAmended(CallEvent, frozen=True, kw_only=True):
    """Facts of a call that is not published yet were changed; what is None stays."""

    TOPIC = "grants.CallAmended.v1"

    changes: CallFacts


class FormSet(CallEvent, frozen=True, kw_only=True):
    """Applicants will fill in this form; `version` counts the forms of the call, and answers name theirs."""

    TOPIC = "grants.FormSet.v1"

    version: int
    form: Form


class CallChecked(CallEvent, frozen=True, kw_only=True):
    """The linter looked at the call as it stands; each finding names its article."""

    TOPIC = "grants.CallChecked.v1"

    errors: int
    warnings: int
    findings: tuple[Finding, ...]


class CallPublished(FundedCallEvent, frozen=True, kw_only=True):
    """The call is public and frozen: facts, criteria, weights, thresholds and the form of that version stay.

    Applications are taken until `closes_at` (exclusive). `deadline` proves it; None only on imported history.
    """

    TOPIC = "grants.CallPublished.v1"

    facts: CallFacts
    form_version: int
    closes_at: datetime
    languages: tuple[LanguageCode, ...]
    deadline: Deadline | None = None


class ClarificationIssued(CallEvent, frozen=True, kw_only=True):
    """What one asked is answered to all. `notice` proves that enough days were left; None on imported history."""

    TOPIC = "grants.ClarificationIssued.v1"

    clarification_id: UUID
    question: Text
    answer: Text
    notice: Deadline | None = None


class CallDeadlineMoved(CallEvent, frozen=True, kw_only=True):
    """The call closes later because the calendar changed; both proofs stay."""

    TOPIC = "grants.CallDeadlineMoved.v1"

    previous: Deadline
    deadline: Deadline


class CallClosed(CallEvent, frozen=True, kw_only=True):
    """The time to apply ended at `closes_at`."""

    TOPIC = "grants.CallClosed.v1"

    closes_at: datetime


class EvaluationBegun(CallEvent, frozen=True, kw_only=True):
    """The applications are with the commission."""

    TOPIC = "grants.EvaluationBegun.v1"

    note: Text | None = None


class CallContracted(CallEvent, frozen=True, kw_only=True):
    """Whoever was awarded a grant has an agreement, or lost the award."""

    TOPIC = "grants.CallContracted.v1"

    note: Text | None = None


class CallReported(CallEvent, frozen=True, kw_only=True):
    """What came of the call is on record, and public."""

    TOPIC = "grants.CallReported.v1"

    files: tuple[LanguageFile, ...]
    summary: Text


class CallCancelled(FundedCallEvent, frozen=True, kw_only=True):
    """The institution gave the call up; what it had taken of the plan is free again."""

    TOPIC = "grants.CallCancelled.v1"

    reason: Text


class CallVoided(FundedCallEvent, frozen=True, kw_only=True):
    """A decision declared the call void, whatever it had come to."""

    TOPIC = "grants.CallVoided.v1"

    decision_no: DecisionNo
    reason: Text


class FundingReleased(FundedCallEvent, frozen=True, kw_only=True):
    """The call has ended, and what of the plan's lines no agreement took, or gave back, is free again."""

    TOPIC = "grants.FundingReleased.v1"

    lines: tuple[LineFunding, ...]


EVENTS: tuple[type[Event], ...] = (
    CallDrafted,
    CallAmended,
    FormSet,
    CallChecked,
    CallPublished,
    ClarificationIssued,
    CallDeadlineMoved,
    CallClosed,
    EvaluationBegun,
    CallContracted,
    CallReported,
    CallCancelled,
    CallVoided,
    FundingReleased,
)
"""Every event of a call but those of its rankings, in the order of a life."""
