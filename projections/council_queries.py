"""Questions to the registers of the Council: its seats, meetings, resolutions and actions, which everybody may see."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.deadline import local_day
from projections.council_action_register import CouncilActionRow
from projections.council_meeting_register import CouncilMeetingFacts, CouncilMeetingRow
from projections.council_register import CouncilFacts, CouncilRow
from projections.council_resolution_register import CouncilResolutionFacts, CouncilResolutionRow
from projections.lookup import Lookup, all_published
from projections.reading import Conditions
from projections.searching import Words, folded

_OPEN = "state IN ('assigned', 'evidenced')"
OutvotedSide = Annotated[str, msgspec.Meta(pattern="^(cso|institutions)$", description="A side of the Council")]
Year = Annotated[int, msgspec.Meta(ge=1999, le=2200)]


class CouncilFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What Councils to look for; None asks nothing. `sitting`: today is a day of its term."""

    sitting: bool | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        where = Conditions()
        if self.sitting is not None:
            today = "? BETWEEN first_day AND last_day"
            where.add(today if self.sitting else f"NOT {today}", local_day(now))
        return where


class MeetingFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What meetings to look for; None asks nothing. `overdue`: its minutes are."""

    state: str | None = None
    council_id: UUID | None = None
    team: int | None = None
    overdue: bool | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(state=self.state, council_id=self.council_id, team=self.team)
        if self.overdue is not None:
            late = "coalesce(minutes_at IS NULL AND minutes_due_at <= ?, false)"
            where.add(late if self.overdue else f"NOT {late}", now)
        return where


class ResolutionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What resolutions to look for; None asks nothing. `outvoted` is a side none of whom voted for it."""

    year: Year | None = None
    kind: str | None = None
    about: str | None = None
    stream_id: UUID | None = None
    meeting_id: UUID | None = None
    outvoted: OutvotedSide | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            year=self.year, kind=self.kind, about=self.about, stream_id=self.stream_id, meeting_id=self.meeting_id
        )
        if self.outvoted is not None:
            where.add("jsonb_exists(outvoted, ?)", self.outvoted)
        return where.add("strpos(searched, ?) > 0", folded(self.text)) if self.text else where


class ActionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What actions to look for; None asks nothing. `overdue`: its day is over, and it is not closed."""

    state: str | None = None
    resolution_id: UUID | None = None
    institution: str | None = None
    organisation_id: UUID | None = None
    overdue: bool | None = None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            resolution_id=self.resolution_id,
            institution=self.institution,
            organisation_id=self.organisation_id,
        )
        if self.overdue is not None:
            late = f"({_OPEN} AND due < ?)"
            where.add(late if self.overdue else f"NOT {late}", local_day(now))
        return where


class PublicCouncil(CouncilFacts, frozen=True):
    """A Council as everybody sees it."""

    tenant: str = ""


class PublicCouncilMeeting(CouncilMeetingFacts, frozen=True):
    """A meeting as everybody sees it."""

    tenant: str = ""


class PublicCouncilResolution(CouncilResolutionFacts, frozen=True):
    """A resolution as everybody sees it."""

    tenant: str = ""


class PublicCouncilAction(CouncilActionRow, frozen=True):
    """An action as everybody sees it."""

    tenant: str = ""


_COUNCIL, _MEETING = "council_register", "council_meeting_register"
_RESOLUTION, _ACTION = "council_resolution_register", "council_action_register"
_COUNCIL_KEY, _MEETING_KEY = ("first_day", "council_id"), ("begins_at", "meeting_id")
_RESOLUTION_KEY, _ACTION_KEY = ("adopted_at", "resolution_id"), ("due", "action_id")
COUNCILS = Lookup(CouncilRow, _COUNCIL, *_COUNCIL_KEY, descending=True)
PUBLIC_COUNCILS = Lookup(PublicCouncil, all_published(CouncilFacts, _COUNCIL), *_COUNCIL_KEY, descending=True)
MEETINGS = Lookup(CouncilMeetingRow, _MEETING, *_MEETING_KEY, descending=True)
PUBLIC_MEETINGS = Lookup(
    PublicCouncilMeeting, all_published(CouncilMeetingFacts, _MEETING), *_MEETING_KEY, descending=True
)
RESOLUTIONS = Lookup(CouncilResolutionRow, _RESOLUTION, *_RESOLUTION_KEY, descending=True)
PUBLIC_RESOLUTIONS = Lookup(
    PublicCouncilResolution, all_published(CouncilResolutionRow, _RESOLUTION), *_RESOLUTION_KEY, descending=True
)
ACTIONS = Lookup(CouncilActionRow, _ACTION, *_ACTION_KEY)
PUBLIC_ACTIONS = Lookup(PublicCouncilAction, all_published(CouncilActionRow, _ACTION), *_ACTION_KEY)
DEALING_ACTIONS = (
    "SELECT a.tenant_id, 'council_action' AS kind, a.action_id AS dealing_id, t.slug AS tenant, a.organisation_id,"
    " a.resolution_id AS about_id, r.title, a.state, a.assigned_at AS at, NULL::jsonb AS amount"
    " FROM council_action_register a JOIN council_resolution_register r USING (tenant_id, resolution_id)"
    " JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id) WHERE a.organisation_id IS NOT NULL"
)
"""What organisations are to do by resolutions, each called as its resolution, for `projections/dealings.py`."""
