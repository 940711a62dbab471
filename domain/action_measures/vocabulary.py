"""Words shared by strategies and measures: what a plan holds, where a measure stands, and how it is scored."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import END, Line, Slug, Text, Title
from domain.kernel.vocabulary import Code, PerMillion, Url

PlanCode = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        pattern=rf"^[A-Za-z0-9][A-Za-z0-9._/-]*{END}",
        description="Number of a part of the plan, as the plan itself gives it: SO1, 1.2, 1.2.3",
    ),
]
Words = Annotated[str, msgspec.Meta(max_length=1000, description="What a source says, in its own words; or nothing")]


class Field(StrEnum):
    """What an objective is about: the part of the platform whose events tell of it."""

    CONSULTATIONS = "consultations"
    CONTRACTS = "contracts"
    GRANTS = "grants"
    VOLUNTEERING = "volunteering"
    OTHER = "other"


class MeasureStage(StrEnum):
    """Where a measure stands. `done` and `dropped` are final."""

    PLANNED = "planned"
    ACTIVE = "active"
    AT_RISK = "at_risk"
    DELAYED = "delayed"
    DONE = "done"
    DROPPED = "dropped"


class Completion(StrEnum):
    """How far a measure has come, on the scale of the Open Government Partnership; in rising order."""

    NO_EVIDENCE = "no_evidence"
    NOT_STARTED = "not_started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"


class EarlyResults(StrEnum):
    """What has changed by it, on the scale of the Open Government Partnership; in rising order."""

    WORSENED = "worsened"
    DID_NOT_CHANGE = "did_not_change"
    MARGINAL = "marginal"
    MAJOR = "major"
    OUTSTANDING = "outstanding"


class Side(StrEnum):
    """Who scores a measure: those who lead it, civil society, or an independent evaluator."""

    GOVERNMENT = "government"
    CIVIL_SOCIETY = "civil_society"
    EVALUATOR = "evaluator"


class ProgressStage(StrEnum):
    """Where a report on a half-year stands. `accepted` is final."""

    REPORTED = "reported"
    EVIDENCE_ATTACHED = "evidence_attached"
    VERIFIED = "verified"
    CONTESTED = "contested"
    ACCEPTED = "accepted"


class BudgetSource(StrEnum):
    """Whose money it is."""

    STATE_BUDGET = "state_budget"
    MUNICIPAL_BUDGET = "municipal_budget"
    DONOR = "donor"
    OTHER = "other"


class OutputKind(StrEnum):
    """What a recorded output of a strategy is."""

    ACT = "act"
    ENTRY_INTO_FORCE = "entry_into_force"
    SYSTEM = "system"
    EVENT = "event"
    FIGURE = "figure"
    FINDING = "finding"
    DOCUMENT = "document"


class OutputStatus(StrEnum):
    """What the source says of an output."""

    DONE = "done"
    LATE = "late"
    MEASURED = "measured"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where something is said: a document or page, and its address where it has one."""

    document: Line
    url: Url | None = None


Sources = Annotated[tuple[Source, ...], msgspec.Meta(max_length=20)]


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A strategic objective. `also_titled` is what other sources call it."""

    code: PlanCode
    field: Field = Field.OTHER
    title: Title
    also_titled: Title | None = None


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who takes part beside the lead: an institution by its slug, an organisation by its id, or others by a name."""

    institution: Slug | None = None
    organisation_id: UUID | None = None
    other: Line | None = None


class BudgetLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Money foreseen for a measure from one source; `funder` names a donor."""

    code: Code
    source: BudgetSource
    planned: Money
    funder: Line | None = None


class Milestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A step of a measure, to be reached on a day.

    `target_words` is what a source says where it names no day; only what was recorded elsewhere comes with it.
    """

    code: PlanCode
    title: Title
    measurement: Words = ""
    target: date | None = None
    target_words: Words = ""


class MeasurePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A measure as the plan has it. `objective` is the code of a specific objective, or of a strategic one.

    The days are within, days in Kosovo. `weight` is its share of the objective in millionths.
    """

    code: PlanCode
    objective: PlanCode
    title: Title
    description: Text = Text()
    first_day: date
    last_day: date
    partners: Annotated[tuple[Partner, ...], msgspec.Meta(max_length=40)] = ()
    budget: Annotated[tuple[BudgetLine, ...], msgspec.Meta(max_length=20)] = ()
    milestones: Annotated[tuple[Milestone, ...], msgspec.Meta(max_length=100)] = ()
    weight: PerMillion | None = None
    sources: Sources = ()
