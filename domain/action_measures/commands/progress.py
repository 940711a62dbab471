"""Commands on what is reported of a measure, half-year by half-year, and how it is scored and paid for."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.action_measures.commands.measure import Evidence
from domain.action_measures.half_year import HalfYear
from domain.action_measures.vocabulary import Completion, EarlyResults, Side
from domain.kernel.command import Command
from domain.kernel.money import Money
from domain.kernel.text import Reference, Text
from domain.kernel.vocabulary import Code, DecisionNo, File, Sha256


class ReportProgress(Command, frozen=True, kw_only=True):
    """Tell what became of the measure in a half-year that is over, with the Government's own score.

    Told again before the Council accepts it, the report before is replaced, and what was verified of it with it.
    """

    period: HalfYear
    narrative: Text
    completion: Completion
    early_results: EarlyResults
    evidence: Annotated[tuple[File, ...], msgspec.Meta(max_length=20)] = ()


class AttachProgressEvidence(Command, frozen=True, kw_only=True):
    """Add files that show what was reported."""

    period: HalfYear
    evidence: Evidence


class VerifyProgress(Command, frozen=True, kw_only=True):
    """Say that the evidence shows what was reported; `evidence` are the SHA-256 of the files that were looked at."""

    period: HalfYear
    evidence: Annotated[tuple[Sha256, ...], msgspec.Meta(max_length=100)] = ()


class ContestProgress(Command, frozen=True, kw_only=True):
    """Say for an organisation that it is not as reported, and how far the measure has come in its view."""

    period: HalfYear
    organisation_id: UUID
    completion: Completion | None = None
    reason: Text


class AcceptProgress(Command, frozen=True, kw_only=True):
    """Put on record that the Council accepted the report; nothing of the half-year is reported any more."""

    period: HalfYear
    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None


class MarkProgressOverdue(Command, frozen=True, kw_only=True):
    """Note that a report did not come in time. The clock sends it."""

    progress_id: UUID


class ScoreMeasure(Command, frozen=True, kw_only=True):
    """Score the measure for a half-year, for one's own side; `organisation_id` is whom civil society speaks for."""

    period: HalfYear
    side: Side
    organisation_id: UUID | None = None
    completion: Completion
    early_results: EarlyResults
    reasons: Text


class RecordCommitment(Command, frozen=True, kw_only=True):
    """Put on record that money of a budget line was bound; less than nothing gives some back."""

    line: Code
    amount: Money
    on: date
    reference: Reference


class RecordSpending(Command, frozen=True, kw_only=True):
    """Put on record that bound money of a budget line was spent; less than nothing came back."""

    line: Code
    amount: Money
    on: date
    reference: Reference
