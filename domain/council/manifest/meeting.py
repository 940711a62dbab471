"""Meetings of the Council: the secretariat runs them, members are there, move and vote."""

from domain.council.commands import meeting as c
from domain.council.events import meeting as e
from domain.council.manifest.council import MEMBERS, READERS, SECRETARIAT
from domain.council.meeting import CouncilMeeting
from domain.kernel.manifest import Domain

MEETINGS = Domain(
    name="council",
    aggregates=(CouncilMeeting,),
    events=e.EVENTS,
    permissions={
        c.CallMeeting: SECRETARIAT,
        c.FixAgenda: SECRETARIAT,
        c.CallOffMeeting: SECRETARIAT,
        c.AttendMeeting: SECRETARIAT | MEMBERS,
        c.LeaveMeeting: SECRETARIAT | MEMBERS,
        c.OpenMeeting: SECRETARIAT,
        c.TableMotion: SECRETARIAT | MEMBERS,
        c.DeclareVotingInterest: MEMBERS,
        c.VoteOnMotion: MEMBERS,
        c.CloseVote: SECRETARIAT,
        c.AdjournMeeting: SECRETARIAT,
        c.CloseMeeting: SECRETARIAT,
        c.DraftMinutes: SECRETARIAT,
        c.SignMinutes: MEMBERS,
    },
    queries={
        "council_meetings": READERS,
        "council_meeting": READERS,
        "council_resolutions": READERS,
        "council_resolution": READERS,
    },
    public=frozenset(
        {
            e.MeetingCalled,
            e.AgendaFixed,
            e.MeetingCalledOff,
            e.MotionTabled,
            e.ResolutionAdopted,
            e.MotionRejected,
            e.MeetingAdjourned,
            e.MeetingClosed,
            e.MinutesAdopted,
        }
    ),
    granted=frozenset({e.MeetingOpened, e.VotingInterestDeclared, e.VoteCast}),
)
