"""The Council at work, and its resolutions, for tests of domains that rest on them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from domain.council.commands.council import AppointCoChair, ConstituteCouncil, FillSeat
from domain.council.commands.meeting import (
    AttendMeeting,
    CallMeeting,
    CloseMeeting,
    CloseVote,
    FixAgenda,
    OpenMeeting,
    TableMotion,
    VoteOnMotion,
)
from domain.council.events.meeting import MotionTabled, ResolutionAdopted
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import AgendaItem, ResolutionSubject, Seat, Side, SideVotes, Venue, VoteChoice
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.kernel.text import text, title
from domain.organisations.seed import DEMO_ORGANISATIONS
from infra.clock import FixedClock
from infra.eventstore.codec import restore
from services.bootstrap import System
from tests.support.institution import Institution

Place = tuple[Side, int]
MEETING, RESOLUTION = derived_id("test", "meeting"), derived_id("test", "resolution")
SECRETARY = "council_secretary"
TITLE, WORDS = title(sq="Vendim", sr="Odluka"), text(sq="Këshilli vendosi.", sr="Savet je odlučio.")
MEMBERS: Mapping[Place, tuple[UUID, dict[str, Any]]] = {
    (Side.CSO, 1): (derived_id("demo", "co_chair_cso"), {"organisation_id": DEMO_ORGANISATIONS[0].organisation_id}),
    (Side.CSO, 2): (derived_id("demo", "council_cso"), {"organisation_id": DEMO_ORGANISATIONS[1].organisation_id}),
    (Side.INSTITUTIONS, 1): (derived_id("demo", "co_chair_institutions"), {"institution": NATIONAL_SLUG}),
    (Side.INSTITUTIONS, 2): (derived_id("demo", "council_institution"), {"institution": "mflt"}),
}
"""Who of the demo people sits where, and for whom."""
ALL_FOR = dict.fromkeys(MEMBERS, VoteChoice.FOR)


def adopted(subject: ResolutionSubject) -> ResolutionAdopted:
    """The event by which the Council resolved it, `RESOLUTION`; both sides were of one mind."""
    return ResolutionAdopted(
        resolution_id=RESOLUTION,
        number="3/2026",
        subject=subject,
        title=TITLE,
        text=WORDS,
        votes=tuple(SideVotes(side=side, in_favour=2, against=0, abstained=0, interested=0, seated=2) for side in Side),
    )


def resolved(subject: ResolutionSubject) -> Resolutions:
    """The fold of a decision that names `RESOLUTION`: `registers=(resolved(subject),)`."""
    fold = Resolutions()
    fold.apply(MEETING, adopted(subject))
    return fold


class Sitting(Institution):
    """The Council of the demo people, two on each side, as it sits in the national log."""

    council_id: UUID

    @classmethod
    async def of(cls, system: System, clock: FixedClock) -> Self:
        """Constituted today for a year, its seats filled and both co-chairs appointed; the first on each side."""
        made = cls(system, clock, NATIONAL_SLUG)
        begun = ConstituteCouncil(decision_no="05/96", first_day=made.today, last_day=made.today + timedelta(days=365))
        made.council_id = (await made.as_official(SECRETARY, begun)).stream_id
        for (side, number), (person_id, whom) in MEMBERS.items():
            fill = FillSeat(seat=Seat(side=side, number=number), person_id=person_id, decision_no="7/2026", **whom)
            await made.as_official(SECRETARY, fill, made.council_id)
        for side in Side:
            chair = AppointCoChair(seat=Seat(side=side, number=1), decision_no="8/2026")
            await made.as_official(SECRETARY, chair, made.council_id)
        return made

    async def resolve(self, subject: ResolutionSubject, votes: Mapping[Place, VoteChoice] = ALL_FOR) -> UUID:
        """What is voted on in a meeting two weeks from now, by default with one mind; the id of the resolution."""
        meeting = await self._opened()
        await self.as_official(SECRETARY, TableMotion(title=TITLE, text=WORDS, subject=subject), meeting)
        tabled = restore(self.system.registry, (await self.system.store.read_stream(NATIONAL_TENANT, meeting))[-1])
        assert isinstance(tabled, MotionTabled)
        for place, choice in votes.items():
            vote = VoteOnMotion(motion_id=tabled.motion_id, choice=choice)
            await self.as_person(MEMBERS[place][0], vote, meeting)
        await self.as_official(SECRETARY, CloseVote(motion_id=tabled.motion_id), meeting)
        await self.as_official(SECRETARY, CloseMeeting(), meeting)
        return tabled.motion_id

    async def _opened(self) -> UUID:
        begins = self.clock.at + timedelta(days=14)
        call = CallMeeting(council_id=self.council_id, title=TITLE, begins_at=begins, venue=Venue(room="Salla 1"))
        meeting = (await self.as_official(SECRETARY, call)).stream_id
        await self.as_official(SECRETARY, FixAgenda(items=(AgendaItem(title=TITLE),)), meeting)
        self.pass_days(14)
        for person_id, _ in MEMBERS.values():
            await self.as_person(person_id, AttendMeeting(council_id=self.council_id), meeting)
        await self.as_official(SECRETARY, OpenMeeting(council_id=self.council_id), meeting)
        return meeting
