"""The Council in session, through the command path: it meets, votes, and what it adopts may be acted on."""

import json
from datetime import timedelta
from uuid import UUID

from domain.council.commands import meeting as m
from domain.council.commands.council import ConstituteCouncil, FillSeat
from domain.council.vocabulary import AgendaItem, ResolutionSubject, Seat, Side, Venue, VoteChoice
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.organisations.seed import DEMO_ORGANISATIONS
from tests.support.institution import Institution

NAMED = title(sq="Mocioni", sr="Predlog")
MEMBERS = {
    "co_chair_institutions": (Side.INSTITUTIONS, 1),
    "council_institution": (Side.INSTITUTIONS, 2),
    "co_chair_cso": (Side.CSO, 1),
}
"""Who sits where, by what they sign in as: the institutions outvote civil society."""


async def constituted(nation: Institution) -> UUID:
    """A Council of three."""
    term = ConstituteCouncil(decision_no="05/96", first_day=nation.today, last_day=nation.today + timedelta(days=1090))
    council = (await nation.as_official(Role.COUNCIL_SECRETARY, term)).stream_id
    for alias, (side, number) in MEMBERS.items():
        seat = FillSeat(
            seat=Seat(side=side, number=number),
            person_id=derived_id("demo", alias),
            organisation_id=DEMO_ORGANISATIONS[0].organisation_id if side is Side.CSO else None,
            institution="mflt" if side is Side.INSTITUTIONS else None,
            decision_no="06/96",
        )
        await nation.as_official(Role.COUNCIL_SECRETARY, seat, council)
    return council


async def resolved_by_institutions(nation: Institution, council: UUID, subject: ResolutionSubject) -> UUID:
    """A resolution on the subject, adopted two weeks from now against the vote of civil society; its id."""
    secretary = Role.COUNCIL_SECRETARY
    begins_at = nation.clock.at + timedelta(days=14)
    call = m.CallMeeting(council_id=council, title=NAMED, begins_at=begins_at, venue=Venue(room="Salla 1"))
    meeting = (await nation.as_official(secretary, call)).stream_id
    await nation.as_official(secretary, m.FixAgenda(items=(AgendaItem(title=NAMED),)), meeting)
    nation.clock.at = begins_at
    people = {derived_id("demo", alias): side for alias, (side, _) in MEMBERS.items()}
    for person in people:
        await nation.as_person(person, m.AttendMeeting(council_id=council), meeting)
    await nation.as_official(secretary, m.OpenMeeting(council_id=council), meeting)
    words = text(sq="Masa shtyhet.", sr="Mera se odlaže.")
    tabled = await nation.as_official(secretary, m.TableMotion(title=NAMED, text=words, subject=subject), meeting)
    (event,) = await nation.system.store.read_stream(NATIONAL_TENANT, meeting, tabled.version - 1)
    motion = UUID(json.loads(event.data)["motion_id"])
    for person, side in people.items():
        choice = VoteChoice.FOR if side is Side.INSTITUTIONS else VoteChoice.AGAINST
        await nation.as_person(person, m.VoteOnMotion(motion_id=motion, choice=choice), meeting)
    await nation.as_official(secretary, m.CloseVote(motion_id=motion), meeting)
    return motion
