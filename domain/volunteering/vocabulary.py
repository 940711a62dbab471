"""Words shared by all of volunteering: ages and protection, risk, skills, insurance, and where each thing stands."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.text import END, Line, Slug, Text, Title
from domain.kernel.vocabulary import DecisionNo, LanguageCode
from domain.volunteering.schedule import Schedule

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


class Accessibility(StrEnum):
    """What makes the work possible for volunteers with disabilities."""

    STEP_FREE = "step_free"
    ACCESSIBLE_TOILET = "accessible_toilet"
    SIGN_LANGUAGE = "sign_language"
    EASY_LANGUAGE = "easy_language"
    COMPANION = "companion"
    REMOTE = "remote"


class Location(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A point on the map (WGS 84), in millionths of a degree: 42.212778 N is 42212778."""

    latitude: Annotated[int, msgspec.Meta(ge=-90_000_000, le=90_000_000)]
    longitude: Annotated[int, msgspec.Meta(ge=-180_000_000, le=180_000_000)]


class Gender(StrEnum):
    """As a volunteer says it, only for statistics and only with consent to them."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Purpose(StrEnum):
    """What a volunteer may consent to, each by itself, and withdraw."""

    MATCHING = "matching"
    STATISTICS = "statistics"
    CONTACT = "contact"
    CERTIFICATE = "certificate"


class Traits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """All that is openly said of a volunteer; `gender` only with consent to statistics."""

    band: AgeBand
    municipality: Slug
    gender: Gender | None = None


class Availability(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """On which days of the week somebody has time (1 is Monday), and how many minutes in a week at most."""

    weekdays: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...], msgspec.Meta(max_length=7)] = ()
    week_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] | None = None
    remote: bool = False


Age = Annotated[int, msgspec.Meta(ge=0, le=120, description="Whole years")]
Places = Annotated[int, msgspec.Meta(ge=1, le=100_000, description="How many volunteers are looked for")]
Languages = Annotated[tuple[LanguageCode, ...], msgspec.Meta(max_length=20)]


class Particulars(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an opportunity is: the work, where, when, for whom. `municipality` is a slug, `venue` the place in words."""

    title: Title
    summary: Text
    tasks: Text = Text()
    skills: Skills = ()
    places: Places
    municipality: Slug | None = None
    venue: Line | None = None
    location: Location | None = None
    min_age: Age | None = None
    max_age: Age | None = None
    accessibility: Annotated[tuple[Accessibility, ...], msgspec.Meta(max_length=len(Accessibility))] = ()
    languages: Languages = ()
    risk: RiskClass = RiskClass.LOW
    schedule: Schedule = Schedule()


class Frequency(StrEnum):
    """Whether something is done once or goes on."""

    ONCE = "once"
    ONGOING = "ongoing"


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What another register says of an opportunity beside its particulars, as it says it."""

    provider_name: Line
    category: Line | None = None
    frequency: Frequency | None = None
    hours: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
