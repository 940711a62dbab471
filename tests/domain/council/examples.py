"""A Council of three and three, and a meeting of it, as the tests tell them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.council.commands import meeting as m
from domain.council.council import Council
from domain.council.events import action as a
from domain.council.events import council as e
from domain.council.events import meeting as f
from domain.council.meeting_calling import NOTICE
from domain.council.meeting_ending import MINUTES
from domain.council.vocabulary import (
    ActionOutcome,
    AgendaItem,
    Minutes,
    ResolutionKind,
    ResolutionSubject,
    Seat,
    Seated,
    Seats,
    Side,
    SideVotes,
    Venue,
    VoteChoice,
)
from domain.kernel.context import Mandate
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, LanguageFile, MediaType
from domain.rules.shipped import shipped_calendar, shipped_rules
from tests.domain.organisations.examples import NAME
from tests.support.given import NOW, built

COUNCIL = derived_id("test", "council")
MEASURE = derived_id("test", "measure")
ORGANISATION = derived_id("test", "organisation")
MOTION = derived_id("test", "new", 0)
SECRETARY = Mandate(Role.COUNCIL_SECRETARY, "Appointment 3/2026")
MEMBER = Mandate(Role.COUNCIL_MEMBER, "Decision 7/2026")
CLOCK = Mandate(Role.CLOCK, "system")
REASON = text(sq="Arsyeja", sr="Razlog")
WORDS = text(sq="Masa 1.2 mbaron më 30 qershor 2027.", sr="Mera 1.2 završava se 30. juna 2027.")
NAMED = title(sq="Afati i masës 1.2", sr="Rok mere 1.2")
FILE = LanguageFile(
    language="sq", file=File(sha256="ab" * 32, media_type=MediaType.PDF, size=2048, file_name="dokument.pdf")
)
BEGINS = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
"""A Monday, two weeks after `NOW`."""
TERM = (date(2026, 1, 1), date(2028, 12, 31))


def seat(side: Side, number: int) -> Seat:
    """A seat of a side."""
    return Seat(side=side, number=number)


def cso(number: int) -> Seat:
    """A seat of civil society."""
    return seat(Side.CSO, number)


def institution(number: int) -> Seat:
    """A seat of the institutions."""
    return seat(Side.INSTITUTIONS, number)


def person(of: Seat) -> UUID:
    """Who sits there."""
    return derived_id("test", "member", of.side, of.number)


def sits(of: Seat) -> Seated:
    """Who sits where."""
    return Seated(seat=of, person_id=person(of))


def filled(of: Seat, **changes: Any) -> e.SeatFilled:
    """By a decision, for an organisation each and for the ministry."""
    whom: dict[str, Any] = {"institution": "mflt"}
    if of.side is Side.CSO:
        whom = {"organisation_id": derived_id("test", "organisation", of.number), "organisation_name": NAME}
    told: dict[str, Any] = {"seat": of, "person_id": person(of), "team": 1, "decision_no": "7/2026"} | whom | changes
    return e.SeatFilled(**told)


def due(rule: str, at: datetime, event: str) -> Deadline:
    """What the rule gives, counted from then."""
    return deadline(shipped_rules("national")[rule], at, event, shipped_calendar())


ALL = tuple(seat(side, number) for side in Side for number in (1, 2, 3))
CONSTITUTED = e.CouncilConstituted(
    decision_no="05/96", first_day=TERM[0], last_day=TERM[1], seats=Seats(cso=15, institutions=14, teams=4)
)
SEATED: tuple[Event, ...] = (CONSTITUTED, *map(filled, ALL))
CALLED = f.MeetingCalled(
    council_id=COUNCIL,
    title=title(sq="Mbledhja e parë", sr="Prva sednica"),
    begins_at=BEGINS,
    venue=Venue(room="Salla 1", page="https://example.org/call"),
    notice=due(NOTICE, NOW, "MeetingCalled"),
)
AGENDA = f.AgendaFixed(items=(AgendaItem(title=NAMED),))
SUBJECT = ResolutionSubject(
    kind=ResolutionKind.RESCHEDULE_MEASURE, tenant="mflt", stream_id=MEASURE, part="milestone:1.2.1"
)
OPENED = f.MeetingOpened(roll=tuple(map(sits, ALL)), present=6)
TABLED = f.MotionTabled(motion_id=MOTION, title=NAMED, text=WORDS, subject=SUBJECT, seat=cso(1))
OPEN: tuple[Event, ...] = (
    CALLED,
    AGENDA,
    *(f.MemberArrived(seat=one, person_id=person(one)) for one in ALL),
    OPENED,
    TABLED,
)
"""A meeting with everybody there, and one motion."""
MINUTES_BY = due(MINUTES, BEGINS, "MeetingClosed")


def votes(side: Side, in_favour: int, against: int, abstained: int = 0, interested: int = 0) -> SideVotes:
    """How one side of three voted."""
    return SideVotes(
        side=side, in_favour=in_favour, against=against, abstained=abstained, interested=interested, seated=3
    )


def cast(choice: VoteChoice, *seats: Seat, motion: UUID = MOTION) -> tuple[f.VoteCast, ...]:
    """The same vote of several."""
    return tuple(f.VoteCast(motion_id=motion, seat=one, choice=choice) for one in seats)


ADOPTED = f.ResolutionAdopted(
    resolution_id=MOTION,
    number="1/2026",
    subject=SUBJECT,
    title=NAMED,
    text=WORDS,
    votes=(votes(Side.CSO, 0, 3), votes(Side.INSTITUTIONS, 3, 0)),
)


def council(*events: Event) -> Council:
    """The Council from its events; without any, everybody sits."""
    found: Council = built(Council, events or SEATED, COUNCIL, at=NOW - timedelta(days=30))
    return found


ATTEND = m.AttendMeeting(council_id=COUNCIL)
CHAIRED: tuple[Event, ...] = (
    *SEATED,
    *(e.CoChairAppointed(seat=one, person_id=person(one), decision_no="8/2026") for one in (cso(1), institution(1))),
)
SAID = Minutes(text=WORDS, files=(FILE,))
DRAFTED = f.MinutesDrafted(draft=1, minutes=SAID)
SIGNED = tuple(f.MinutesSigned(draft=1, side=one.side, person_id=person(one)) for one in (cso(1), institution(1)))
MINUTED = f.MinutesAdopted(draft=1, minutes=SAID, late=False)
DUE = date(2026, 6, 30)
ASSIGNED = a.ActionAssigned(
    resolution_id=MOTION,
    resolution_number="1/2026",
    what=WORDS,
    organisation_id=ORGANISATION,
    organisation_name=NAME,
    due=DUE,
)
EVIDENCED = a.ActionEvidenceSubmitted(note=REASON, files=(FILE,))
OVERDUE = a.ActionFellOverdue(due=DUE)
FULFILLED = a.ActionClosed(outcome=ActionOutcome.FULFILLED, note=REASON, late=False)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        CONSTITUTED,
        filled(cso(1), institution="mflt", election_id=derived_id("test", "election")),
        e.SeatVacated(seat=cso(1), person_id=person(cso(1)), decision_no="9/2026", reason=REASON),
        e.CoChairAppointed(seat=cso(1), person_id=person(cso(1)), decision_no="8/2026"),
        e.CoordinatorAppointed(team=1, seat=cso(1), person_id=person(cso(1)), decision_no="8/2026"),
        f.MeetingCalled(
            council_id=COUNCIL,
            title=CALLED.title,
            begins_at=BEGINS,
            venue=CALLED.venue,
            team=1,
            notice=CALLED.notice,
        ),
        AGENDA,
        f.MeetingCalledOff(reason=REASON),
        f.MemberArrived(seat=cso(1), person_id=person(cso(1))),
        f.MemberLeft(seat=cso(1), person_id=person(cso(1))),
        OPENED,
        TABLED,
        f.VotingInterestDeclared(motion_id=MOTION, seat=cso(2)),
        *cast(VoteChoice.FOR, cso(1)),
        ADOPTED,
        f.MotionRejected(motion_id=MOTION, votes=ADOPTED.votes),
        f.MeetingAdjourned(lapsed=(MOTION,), minutes_by=MINUTES_BY),
        f.MeetingClosed(lapsed=(MOTION,), minutes_by=MINUTES_BY),
        DRAFTED,
        SIGNED[0],
        MINUTED,
        replace(ASSIGNED, institution="mflt"),
        EVIDENCED,
        OVERDUE,
        replace(FULFILLED, late=True),
    )
}
