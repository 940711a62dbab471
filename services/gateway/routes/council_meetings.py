"""Meetings of the Council: called, attended, what was moved and how each side voted."""

from domain.council.commands import meeting as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

_MEETING = "/council-meetings/{id}"

ROUTES = Routes(
    commands=(
        CommandRoute("/council-meetings", c.CallMeeting),
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
    ),
)
