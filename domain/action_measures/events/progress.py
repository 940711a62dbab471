"""What became true of a measure's half-years: reported, verified, contested, accepted, scored; and of its money."""

from datetime import date, datetime
from uuid import UUID

from domain.action_measures.events.measure import Awaited
from domain.action_measures.half_year import HalfYear
from domain.action_measures.vocabulary import Completion, EarlyResults, Side
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import Reference, Text
from domain.kernel.vocabulary import Code, DecisionNo, File, Sha256


def progress_id(period: str) -> UUID:
    """The part of a measure's stream that is about a half-year."""
    return derived_id("progress", period)


class ProgressReported(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The lead tells what became of the measure; the `number`th report on the half-year, counted from 1.

    `awaited` is the half-year after it, where another report is due.
    """

    TOPIC = "action_measures.ProgressReported.v1"

    period: HalfYear
    number: int
    narrative: Text
    completion: Completion
    early_results: EarlyResults
    evidence: tuple[File, ...] = ()
    late: bool
    reported_by: UUID
    awaited: Awaited | None = None


class EvidenceAttached(Event, frozen=True, kw_only=True):
    """Files show what was reported."""

    TOPIC = "action_measures.EvidenceAttached.v1"

    period: HalfYear
    number: int
    evidence: tuple[File, ...]
    attached_by: UUID


class ProgressVerified(Event, frozen=True, kw_only=True):
    """Somebody else looked at these files: they show what was reported, and none is exchanged any more."""

    TOPIC = "action_measures.ProgressVerified.v1"

    period: HalfYear
    number: int
    evidence: tuple[Sha256, ...]
    verified_by: UUID


class ProgressContested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation says that it is not as reported; that stands beside the report."""

    TOPIC = "action_measures.ProgressContested.v1"

    period: HalfYear
    number: int
    organisation_id: UUID
    completion: Completion | None = None
    reason: Text


class ProgressAccepted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The Council accepted the report; `contested` organisations had contested it."""

    TOPIC = "action_measures.ProgressAccepted.v1"

    period: HalfYear
    number: int
    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None
    contested: int
    findings: tuple[Finding, ...] = ()


class ProgressOverdue(Event, frozen=True, kw_only=True, omit_defaults=True):
    """No report came in time; `awaited` is the half-year after it, where another report is due."""

    TOPIC = "action_measures.ProgressOverdue.v1"

    period: HalfYear
    due_at: datetime
    awaited: Awaited | None = None


class MeasureScored(Event, frozen=True, kw_only=True, omit_defaults=True):
    """One side scored the measure; an earlier score of whoever scores again stays in the log."""

    TOPIC = "action_measures.MeasureScored.v1"

    period: HalfYear
    side: Side
    organisation_id: UUID | None = None
    completion: Completion
    early_results: EarlyResults
    reasons: Text


class CommitmentRecorded(Event, frozen=True, kw_only=True):
    """Money of a budget line is bound: so much, and `committed` of the line in all. `number` counts from 1."""

    TOPIC = "action_measures.CommitmentRecorded.v1"

    number: int
    line: Code
    amount: Money
    committed: Money
    on: date
    reference: Reference


class SpendingRecorded(Event, frozen=True, kw_only=True):
    """Bound money of a budget line is spent: so much, and `spent` of the line in all. `number` counts from 1."""

    TOPIC = "action_measures.SpendingRecorded.v1"

    number: int
    line: Code
    amount: Money
    spent: Money
    on: date
    reference: Reference


EVENTS: tuple[type[Event], ...] = (
    ProgressReported,
    EvidenceAttached,
    ProgressVerified,
    ProgressContested,
    ProgressAccepted,
    ProgressOverdue,
    MeasureScored,
    CommitmentRecorded,
    SpendingRecorded,
)
