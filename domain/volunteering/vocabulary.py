"""Words shared by all of volunteering: ages and protection, risk, skills, insurance, and where each thing stands."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.text import END, Line
from domain.kernel.vocabulary import DecisionNo

Minutes = Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Whole minutes of real elapsed time")]
Skill = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[a-z][a-z0-9_]{{0,39}}{END}",
        description="Code of a skill: first_aid, driving, teaching, …",
    ),
]
Skills = Annotated[tuple[Skill, ...], msgspec.Meta(max_length=30)]


class RiskClass(StrEnum):
    """How dangerous the work is; rule `volunteer.minor.risk` says how much of it minors may do. In rising order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def degree(self) -> int:
        """Its place in the rising order, from 0."""
        return list(RiskClass).index(self)


class AgeBand(StrEnum):
    """All that is openly known of a volunteer's age; in rising order."""

    UNDER_15 = "under_15"
    FROM_15 = "15_17"
    FROM_18 = "18_29"
    FROM_30 = "30_44"
    FROM_45 = "45_64"
    FROM_65 = "65_plus"

    @property
    def least(self) -> int:
        """The youngest whole years in it."""
        return 0 if self is AgeBand.UNDER_15 else int(self[:2])

    @property
    def is_minor(self) -> bool:
        """Whether somebody of that age is protected as a minor."""
        return self in (AgeBand.UNDER_15, AgeBand.FROM_15)


class Protection(StrEnum):
    """By which rules somebody's work is bounded; judged once, it lasts for the agreement."""

    MINOR = "minor"
    ADULT = "adult"


class ProviderStage(StrEnum):
    """Where a provider stands. Only an active one publishes and signs; `refused` is final."""

    APPLIED = "applied"
    REFUSED = "refused"
    VERIFIED = "verified"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class OpportunityStage(StrEnum):
    """Where an opportunity stands. `filled`: every place is taken, until one is free again; `closed` is final."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FILLED = "filled"
    CLOSED = "closed"


class Insurance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A policy that covers volunteers at their work; both days are within."""

    insurer: Line
    policy_no: DecisionNo
    valid_from: date
    valid_until: date

    def covers(self, day: date) -> bool:
        """Whether volunteers are insured on that day."""
        return self.valid_from <= day <= self.valid_until
