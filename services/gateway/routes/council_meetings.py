"""Meetings of the Council: who was there, what was moved, how each side voted, the minutes; and what it resolved."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.council.commands import meeting as c
from domain.kernel.vocabulary import LanguageFile
from projections import council_queries as q
from projections.catalogue import COUNCIL_MEETINGS, COUNCIL_RESOLUTIONS
from projections.council_meeting_register import CouncilMeetingRow
from projections.council_resolution_register import CouncilResolutionRow
from projections.reading import Page, ReadConnection
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routes.files import open_files
from services.gateway.routing import Routes
from services.gateway.views import view_of

_MEETING = "/council-meetings/{id}"
MeetingView = view_of(CouncilMeetingRow, "CouncilMeeting")
PublicMeetingView = view_of(q.PublicCouncilMeeting, "PublicCouncilMeeting")
ResolutionView = view_of(CouncilResolutionRow, "CouncilResolution")
PublicResolutionView = view_of(q.PublicCouncilResolution, "PublicCouncilResolution")


@listed("/council-meetings", "council_meetings", MeetingView, of=(COUNCIL_MEETINGS,), by=q.MeetingFilter)
async def council_meetings(asked: AtDeskAsked[q.MeetingFilter]) -> Page[CouncilMeetingRow]:
    """Meetings of the Council and its teams, the latest first; with `overdue=true` those whose minutes are."""
    return await q.MEETINGS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@shown("/council-meetings/{id:uuid}", "council_meeting", MeetingView, of=(COUNCIL_MEETINGS,))
async def council_meeting(asked: AtDeskAsked[NoFilter]) -> CouncilMeetingRow | None:
    """One meeting with its agenda, attendance, motions, votes, and the newest draft of its minutes."""
    return await q.MEETINGS.one(asked.connection, asked.id)


@open_listed(
    "/council-meetings",
    PublicMeetingView,
    of=(COUNCIL_MEETINGS,),
    by=q.MeetingFilter,
    operation_id="PublicCouncilMeetings",
)
async def public_meetings(asked: AtWindowAsked[q.MeetingFilter]) -> Page[q.PublicCouncilMeeting]:
    """Meetings of the Council and its teams, the latest first; with `overdue=true` those whose minutes are."""
    return await q.PUBLIC_MEETINGS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@open_shown(
    "/council-meetings/{id:uuid}", PublicMeetingView, of=(COUNCIL_MEETINGS,), operation_id="PublicCouncilMeeting"
)
async def public_meeting(asked: AtWindowAsked[NoFilter]) -> q.PublicCouncilMeeting | None:
    """One meeting with its agenda, attendance, motions, every vote, and its minutes once both co-chairs signed them."""
    return await q.PUBLIC_MEETINGS.one(asked.connection, asked.id)


async def _look(connection: ReadConnection, _now: datetime, meeting_id: UUID) -> q.PublicCouncilMeeting | None:
    return await q.PUBLIC_MEETINGS.one(connection, meeting_id)


@open_files("/council-meetings/{id:uuid}", COUNCIL_MEETINGS, _look, operation_id="PublicCouncilMeetingFile")
def public_meeting_file(found: q.PublicCouncilMeeting) -> Iterable[LanguageFile]:
    """A file of a meeting's minutes."""
    return found.minutes.files if found.minutes else ()


@listed("/council-resolutions", "council_resolutions", ResolutionView, of=(COUNCIL_RESOLUTIONS,), by=q.ResolutionFilter)
async def council_resolutions(asked: AtDeskAsked[q.ResolutionFilter]) -> Page[CouncilResolutionRow]:
    """What the Council resolved, the newest first; `outvoted=cso` where nobody of civil society was for it."""
    return await q.RESOLUTIONS.page(asked.connection, asked.chosen.conditions(), asked.after, asked.limit)


@shown("/council-resolutions/{id:uuid}", "council_resolution", ResolutionView, of=(COUNCIL_RESOLUTIONS,))
async def council_resolution(asked: AtDeskAsked[NoFilter]) -> CouncilResolutionRow | None:
    """One resolution with the votes of each side."""
    return await q.RESOLUTIONS.one(asked.connection, asked.id)


@open_listed(
    "/council-resolutions",
    PublicResolutionView,
    of=(COUNCIL_RESOLUTIONS,),
    by=q.ResolutionFilter,
    operation_id="PublicCouncilResolutions",
)
async def public_resolutions(asked: AtWindowAsked[q.ResolutionFilter]) -> Page[q.PublicCouncilResolution]:
    """What the Council resolved, the newest first; `outvoted=cso` where nobody of civil society was for it."""
    return await q.PUBLIC_RESOLUTIONS.page(asked.connection, asked.chosen.conditions(), asked.after, asked.limit)


@open_shown(
    "/council-resolutions/{id:uuid}",
    PublicResolutionView,
    of=(COUNCIL_RESOLUTIONS,),
    operation_id="PublicCouncilResolution",
)
async def public_resolution(asked: AtWindowAsked[NoFilter]) -> q.PublicCouncilResolution | None:
    """One resolution with the votes of each side."""
    return await q.PUBLIC_RESOLUTIONS.one(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/council-meetings", c.CallMeeting, reads=_MEETING),
        CommandRoute(f"{_MEETING}/agenda", c.FixAgenda),
        CommandRoute(f"{_MEETING}/call-off", c.CallOffMeeting),
        CommandRoute(f"{_MEETING}/attend", c.AttendMeeting),
        CommandRoute(f"{_MEETING}/leave", c.LeaveMeeting),
        CommandRoute(f"{_MEETING}/open", c.OpenMeeting),
        CommandRoute(f"{_MEETING}/motions", c.TableMotion),
        CommandRoute(f"{_MEETING}/interests", c.DeclareVotingInterest),
        CommandRoute(f"{_MEETING}/votes", c.VoteOnMotion),
        CommandRoute(f"{_MEETING}/count", c.CloseVote),
        CommandRoute(f"{_MEETING}/adjourn", c.AdjournMeeting),
        CommandRoute(f"{_MEETING}/close", c.CloseMeeting),
        CommandRoute(f"{_MEETING}/minutes", c.DraftMinutes),
        CommandRoute(f"{_MEETING}/minutes/sign", c.SignMinutes),
    ),
    queries=(council_meetings, council_meeting, council_resolutions, council_resolution),
    open=(public_meetings, public_meeting, public_meeting_file, public_resolutions, public_resolution),
)
