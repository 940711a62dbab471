"""Words shared by the aggregates of grants: purposes, gates, funding, and where each thing stands."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import END, Title
from domain.kernel.vocabulary import Code

Purpose = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[a-z][a-z0-9-]{{1,59}}{END}", description="What money is for, as the funding plan names it"
    ),
]
Experts = Annotated[int, msgspec.Meta(ge=0, le=99, description="Members of the commission from outside")]


class FundingPlanStage(StrEnum):
    """Where a funding plan stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    AMENDED = "amended"
    REPORTED = "reported"


class CallStage(StrEnum):
    """Where a call stands. `ready` is a draft in which the linter found no error."""

    DRAFT = "draft"
    READY = "ready"
    PUBLISHED = "published"
    CLOSED = "closed"
    EVALUATING = "evaluating"
    PROVISIONAL = "provisional"
    FINAL = "final"
    CONTRACTED = "contracted"
    REPORTED = "reported"
    CANCELLED = "cancelled"
    VOID = "void"


class ApplicantKind(StrEnum):
    """Who may apply; by law organisations alone, and the linter says so of every other."""

    ORGANISATIONS = "organisations"
    INDIVIDUALS = "individuals"
    COMPANIES = "companies"
    PUBLIC_BODIES = "public_bodies"


class RequiredCertificate(StrEnum):
    """A certificate that an applicant must hold, valid on the day it is looked at."""

    TAX = "tax"
    REGISTRATION = "registration"


class GateBasis(StrEnum):
    """What a hard gate asks about."""

    TARGET_GROUP = "target_group"
    LEGAL_STATUS = "legal_status"
    PLACE = "place"
    EXPERIENCE = "experience"
    OTHER = "other_condition"


class HardGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A condition that an applicant meets or is ineligible."""

    code: Code
    title: Title
    basis: GateBasis


class LineFunding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much of a plan line a call takes."""

    line_id: UUID
    amount: Money


class PlanFunding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The lines of a funding plan that pay for a call."""

    plan_id: UUID
    lines: Annotated[tuple[LineFunding, ...], msgspec.Meta(min_length=1, max_length=20)]


class ApplicationStage(StrEnum):
    """Where an application stands. `reserve` moves up when an award lapses; `lapsed` is an award that was lost."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COMPLETION_REQUESTED = "completion_requested"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    AWARDED = "awarded"
    RESERVE = "reserve"
    REJECTED = "rejected"
    CONTRACTED = "contracted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class AwardOutcome(StrEnum):
    """What the final ranking says of an application."""

    AWARDED = "awarded"
    RESERVE = "reserve"
    REJECTED = "rejected"


class CostKind(StrEnum):
    """What a cost line pays for. `indirect` are costs that no activity causes; a call caps them."""

    STAFF = "staff"
    SERVICES = "services"
    EQUIPMENT = "equipment"
    TRAVEL = "travel"
    ACTIVITIES = "activities"
    OTHER = "other_costs"
    INDIRECT = "indirect"


class CommissionStage(StrEnum):
    """Where a commission stands. `drawn`: its external experts are known; `scored`: every score is public to it."""

    FORMED = "formed"
    DRAWN = "drawn"
    SCORING = "scoring"
    SCORED = "scored"


class MemberKind(StrEnum):
    """Whether a member works for the institution, or was drawn from the pool of experts."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class ComplaintStage(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    ADMITTED = "admitted"
    INADMISSIBLE = "inadmissible"
    DECIDED = "decided"


class ComplaintSubject(StrEnum):
    """What an applicant complains about: where the application stands, or that it was found ineligible."""

    RANKING = "ranking"
    CHECK = "check"


class ComplaintDecision(StrEnum):
    """What a complaint came to; `upheld` and `partly` have the application scored anew."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class AgreementStage(StrEnum):
    """Where an agreement stands. What was terminated may still have money to give back."""

    DRAFTED = "drafted"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class InstalmentStage(StrEnum):
    """Where an instalment stands. What is withheld is never paid."""

    PLANNED = "planned"
    REQUESTED = "requested"
    CHECKED = "checked"
    PAID = "paid"
    WITHHELD = "payment_withheld"


class ReportStage(StrEnum):
    """Where a report stands. `overdue`: its day passed, and it had not come."""

    DUE = "due"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"


class ReportKind(StrEnum):
    """An interim report tells of a period, the final one of the whole project."""

    INTERIM = "interim"
    FINAL = "final"
