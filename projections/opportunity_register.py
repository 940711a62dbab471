"""The register of opportunities to volunteer: what work, where, when, for how many, and whether there is a place."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.deadline import last_day, local_day
from domain.kernel.text import Text, Title
from domain.volunteering.events import opportunity as e
from domain.volunteering.schedule import Schedule, Shift
from domain.volunteering.vocabulary import Accessibility, OpportunityStage, Origin, Particulars
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class OpportunityFacts(msgspec.Struct, frozen=True):
    """What everybody may know of an opportunity. `state` is draft, published, filled or closed.

    `latitude` and `longitude` in millionths of a degree. `days` are those in Kosovo on which a shift goes on; without
    shifts the work is arranged between first and last day, both within. `origin` is what another register said of it.
    """

    tenant_id: int
    opportunity_id: UUID
    provider_id: UUID | None
    organisation_id: UUID | None
    state: str
    version: int
    drafted_at: datetime
    changed_at: datetime
    title: Title
    summary: Text
    tasks: Text
    skills: tuple[str, ...]
    places: int
    municipality: str | None
    venue: str | None
    latitude: int | None
    longitude: int | None
    min_age: int | None
    max_age: int | None
    accessibility: tuple[Accessibility, ...]
    languages: tuple[str, ...]
    risk: str
    schedule: Schedule
    shifts: tuple[Shift, ...]
    days: tuple[date, ...]
    first_day: date
    last_day: date
    origin: Origin | None = None
    published_at: datetime | None = None
    closed_at: datetime | None = None
    closed_why: Text | None = None


class OpportunityRow(OpportunityFacts, frozen=True):
    """An opportunity as its institution sees it; `public` once it was published."""

    searched: str = ""
    public: bool = False


Row = OpportunityRow


class OpportunityRegister(ReadModel[OpportunityRow]):
    """Folds the opportunities of an institution."""

    name = "opportunity_register"
    table = "opportunity_register"
    row = OpportunityRow
    key = ("opportunity_id",)

    @folds(e.OpportunityDrafted, begins=True)
    def drafted(self, _row: None, event: Stored, told: e.OpportunityDrafted) -> Row:
        """Written down; nobody's business yet but the institution's and the provider's."""
        return Row(
            tenant_id=event.tenant_id,
            opportunity_id=event.stream_id,
            state=OpportunityStage.DRAFT.value,
            version=event.version,
            drafted_at=event.occurred_at,
            changed_at=event.occurred_at,
            origin=told.origin,
            searched=_searched(told.particulars, told.origin),
            **_told(told),
        )

    @folds(e.OpportunityRevised)
    def revised(self, row: Row, _event: Stored, told: e.OpportunityRevised) -> Row:
        """It is this now."""
        return replace(row, searched=_searched(told.particulars, row.origin), **_told(told))

    @folds(e.OpportunityPublished)
    def published(self, row: Row, event: Stored, _told: e.OpportunityPublished) -> Row:
        """For everybody to see."""
        return replace(row, state=OpportunityStage.PUBLISHED.value, public=True, published_at=event.occurred_at)

    @folds(e.OpportunityFilled)
    def filled(self, row: Row, _event: Stored, _told: e.OpportunityFilled) -> Row:
        """Every place is taken."""
        return replace(row, state=OpportunityStage.FILLED.value)

    @folds(e.OpportunityVacant)
    def vacant(self, row: Row, _event: Stored, _told: e.OpportunityVacant) -> Row:
        """A place is free again."""
        return replace(row, state=OpportunityStage.PUBLISHED.value)

    @folds(e.OpportunityClosed)
    def closed(self, row: Row, event: Stored, told: e.OpportunityClosed) -> Row:
        """It is over."""
        return replace(row, state=OpportunityStage.CLOSED.value, closed_at=event.occurred_at, closed_why=told.reason)


def _told(told: e.OpportunityDrafted | e.OpportunityRevised) -> dict[str, Any]:
    """The columns that follow from what it is."""
    what, place = told.particulars, told.particulars.location
    days = {day for shift in told.shifts for day in (local_day(shift.starts_at), last_day(shift.ends_at))}
    return {
        "provider_id": told.provider_id,
        "organisation_id": told.organisation_id,
        "title": what.title,
        "summary": what.summary,
        "tasks": what.tasks,
        "skills": what.skills,
        "places": what.places,
        "municipality": what.municipality,
        "venue": what.venue,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "min_age": what.min_age,
        "max_age": what.max_age,
        "accessibility": what.accessibility,
        "languages": what.languages,
        "risk": what.risk.value,
        "schedule": what.schedule,
        "shifts": told.shifts,
        "days": tuple(sorted(days)),
        "first_day": told.first_day,
        "last_day": told.last_day,
    }


def _searched(what: Particulars, origin: Origin | None) -> str:
    provider = origin.provider_name if origin else None
    category = origin.category if origin else None
    return searchable(what.title, what.summary, what.tasks, what.venue, what.municipality, provider, category)
