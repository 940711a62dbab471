"""The registers of the Council: council_register, council_meeting_register, council_resolution_register and
council_action_register, its deadlines and its workload; what everybody sees, and drafts that nobody else does.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg import InsufficientPrivilegeError
from msgspec.structs import replace

from domain.council.events import council as e
from domain.council.events import meeting as f
from domain.council.vocabulary import ActionOutcome, Side, VoteChoice
from domain.kernel.deadline import end_of
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import council_queries as q
from projections.catalogue import COUNCIL_ACTIONS, COUNCIL_MEETINGS, COUNCIL_RESOLUTIONS, COUNCILS, DEADLINES
from projections.council_workload import workload
from projections.dealings import dealings
from projections.engine import Engine
from tests.domain.council import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, Story
from tests.support.postgres import TestDatabase

MEETING, NEXT, ACTION = (derived_id("council story", name) for name in ("meeting", "next", "action"))
SECOND = derived_id("test", "second motion")
HELD: tuple[Event, ...] = (
    *x.OPEN,
    f.MemberLeft(seat=x.cso(3), person_id=x.person(x.cso(3))),
    f.VotingInterestDeclared(motion_id=x.MOTION, seat=x.institution(3)),
    *x.cast(VoteChoice.AGAINST, x.cso(1), x.cso(2)),
    *x.cast(VoteChoice.FOR, x.institution(1), x.institution(2)),
    replace(x.ADOPTED, votes=(x.votes(Side.CSO, 0, 2), x.votes(Side.INSTITUTIONS, 2, 0, interested=1))),
    replace(x.TABLED, motion_id=SECOND, seat=None),
    f.MeetingClosed(lapsed=(SECOND,), minutes_by=x.MINUTES_BY),
)
AFTER = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
async def story(memory: MemoryEventStore, engine: Engine, database: TestDatabase) -> Story:
    told = Story(memory, NATIONAL_TENANT)
    await told.tell(x.COUNCIL, *x.CHAIRED, at=NOW)
    await told.tell(MEETING, *HELD, at=x.BEGINS)
    await engine.catch_up(NATIONAL_TENANT)
    return told


async def one(database: TestDatabase, engine: Engine, model: Any) -> Any:
    await engine.catch_up(NATIONAL_TENANT)
    (found,) = await live_rows(database, model, NATIONAL_TENANT)
    return found


async def test_every_seat_is_shown_with_whom_it_is_for(database: TestDatabase, engine: Engine, story: Story) -> None:
    coordinated = e.CoordinatorAppointed(team=1, seat=x.cso(2), person_id=x.person(x.cso(2)), decision_no="8/2026")
    await story.tell(
        x.COUNCIL,
        coordinated,
        replace(coordinated, seat=x.cso(3), person_id=x.person(x.cso(3))),
        e.CoChairAppointed(seat=x.cso(2), person_id=x.person(x.cso(2)), decision_no="9/2026"),
        e.SeatVacated(seat=x.institution(1), person_id=x.person(x.institution(1)), reason=x.REASON),
    )
    row = await one(database, engine, COUNCILS)

    assert (row.teams, row.vacant, len(row.seats), len(row.holders)) == (4, 24, 29, 5)
    seats = {seat.seat: seat for seat in row.seats}
    assert [seat.seat for seat in row.seats if seat.co_chair] == [x.cso(2)]
    assert [(seat.seat, seat.coordinates) for seat in row.seats if seat.coordinates] == [(x.cso(3), 1)]
    assert (seats[x.institution(2)].institution, seats[x.institution(2)].since) == ("mflt", NOW)
    assert seats[x.institution(1)].since is None
    assert [(sat.seat, sat.institution, sat.reason) for sat in row.past] == [(x.institution(1), "mflt", x.REASON)]


async def test_a_meeting_shows_how_everybody_voted_and_which_side_was_outvoted(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    row = await one(database, engine, COUNCIL_MEETINGS)

    assert (row.state, row.adjourned, row.minutes_due_at) == ("held", False, x.MINUTES_BY.due_at)
    assert (row.roll, row.agenda) == (x.ALL, x.AGENDA.items)
    assert [(there.seat, there.left_at is None) for there in row.attendance] == [
        (seat, seat != x.cso(3)) for seat in x.ALL
    ]
    resolved, lapsed = row.motions
    assert (resolved.state, resolved.number, resolved.outvoted) == ("adopted", "1/2026", (Side.CSO,))
    assert [(vote.seat, vote.choice.value) for vote in resolved.votes] == [
        (x.cso(1), "against"),
        (x.cso(2), "against"),
        (x.institution(1), "for"),
        (x.institution(2), "for"),
    ]
    assert resolved.interested == (x.institution(3),)
    assert (lapsed.state, lapsed.seat, lapsed.counted) == ("lapsed", None, ())


async def test_minutes_are_public_when_both_co_chairs_signed_them(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    await story.tell(MEETING, x.DRAFTED, x.SIGNED[0], replace(x.DRAFTED, draft=2), replace(x.SIGNED[0], draft=2))
    row = await one(database, engine, COUNCIL_MEETINGS)
    assert (row.state, row.draft, row.drafted, row.signed) == ("minutes_drafted", 2, x.SAID, (Side.CSO,))
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        public = await q.PUBLIC_MEETINGS.one(connection, MEETING)
        assert public is not None
        assert (public.tenant, public.minutes, hasattr(public, "drafted")) == ("tenant-1", None, False)
    for hidden in ("SELECT drafted FROM council_meeting_register", "SELECT holders FROM council_register"):
        with pytest.raises(InsufficientPrivilegeError):
            async with reading_in_public(database, NATIONAL_TENANT) as connection:
                await connection.fetch(hidden)

    await story.tell(MEETING, replace(x.SIGNED[1], draft=2), replace(x.MINUTED, draft=2, late=True))
    row = await one(database, engine, COUNCIL_MEETINGS)
    assert (row.state, row.minutes, row.minutes_late) == ("minutes_adopted", x.SAID, True)
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        public = await q.PUBLIC_MEETINGS.one(connection, MEETING)
        assert public is not None
        assert public.minutes == x.SAID


async def test_resolutions_are_found_by_what_they_are_about_and_who_was_outvoted(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    row = await one(database, engine, COUNCIL_RESOLUTIONS)
    assert (row.resolution_id, row.meeting_id, row.number, row.year) == (x.MOTION, MEETING, "1/2026", 2026)
    assert (row.kind, row.about, row.stream_id, row.part) == (
        "reschedule_measure",
        "mflt",
        x.MEASURE,
        "milestone:1.2.1",
    )
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        for chosen, found in (
            (q.ResolutionFilter(), True),
            (q.ResolutionFilter(outvoted="cso", about="mflt", year=2026, stream_id=x.MEASURE), True),
            (q.ResolutionFilter(outvoted="institutions"), False),
            (q.ResolutionFilter(text="Afati i masës", kind="reschedule_measure", meeting_id=MEETING), True),
            (q.ResolutionFilter(text="nothing"), False),
        ):
            page = await q.PUBLIC_RESOLUTIONS.page(connection, chosen.conditions(), None, 9)
            assert [one.resolution_id for one in page.items] == ([x.MOTION] if found else []), chosen


async def test_an_action_is_overdue_in_public_until_it_is_closed(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    await story.tell(ACTION, x.ASSIGNED, x.OVERDUE)
    row = await one(database, engine, COUNCIL_ACTIONS)
    assert (row.state, row.due, row.overdue_since is not None) == ("assigned", x.DUE, True)
    assert (await one(database, engine, COUNCIL_RESOLUTIONS)).actions == 1

    async def overdue(at: datetime) -> list[UUID]:
        async with reading_in_public(database, NATIONAL_TENANT) as connection:
            where = q.ActionFilter(overdue=True, organisation_id=x.ORGANISATION).conditions(at)
            return [one.action_id for one in (await q.PUBLIC_ACTIONS.page(connection, where, None, 9)).items]

    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        (dealt,) = (await dealings(connection, [x.ORGANISATION])).items
    assert (dealt.kind, dealt.dealing_id, dealt.about_id, dealt.title) == (
        "council_action",
        ACTION,
        x.MOTION,
        x.NAMED,
    )
    over = end_of(x.DUE)
    assert [await overdue(over - timedelta(seconds=1)), await overdue(over)] == [[], [ACTION]]
    await story.tell(ACTION, x.EVIDENCED, replace(x.FULFILLED, late=True))
    row = await one(database, engine, COUNCIL_ACTIONS)
    assert (row.state, row.late, [shown.files for shown in row.evidence]) == ("fulfilled", True, [(x.FILE,)])
    assert await overdue(over) == []


async def test_deadlines_of_notice_minutes_and_actions(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(NEXT, x.CALLED, f.MeetingCalledOff(reason=x.REASON))
    await story.tell(ACTION, x.ASSIGNED)
    closed = derived_id("council story", "closed action")
    await story.tell(closed, x.ASSIGNED, replace(x.FULFILLED, outcome=ActionOutcome.DROPPED))
    await engine.catch_up(NATIONAL_TENANT)

    async def known() -> dict[tuple[UUID, str], tuple[str, str]]:
        await engine.catch_up(NATIONAL_TENANT)
        rows = await live_rows(database, DEADLINES, NATIONAL_TENANT)
        return {(row.stream_id, row.kind): (row.state, row.action) for row in rows}

    assert await known() == {
        (MEETING, "notice"): ("met", ""),
        (MEETING, "council_minutes"): ("pending", ""),
        (NEXT, "notice"): ("cancelled", ""),
        (ACTION, "council_action"): ("pending", "NoteActionOverdue"),
        (closed, "council_action"): ("met", "NoteActionOverdue"),
    }
    await story.tell(ACTION, x.OVERDUE, x.EVIDENCED, x.FULFILLED)
    await story.tell(MEETING, x.DRAFTED, *x.SIGNED, replace(x.MINUTED, late=True))
    after = await known()
    assert after[ACTION, "council_action"] == ("missed", "NoteActionOverdue")
    assert after[MEETING, "council_minutes"] == ("missed", "")


async def test_a_meeting_called_too_late_missed_its_notice(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory, NATIONAL_TENANT)
    await story.tell(MEETING, replace(x.CALLED, begins_at=NOW + timedelta(days=1)))
    await story.tell(NEXT, replace(x.CALLED, notice=None))

    found = await one(database, engine, DEADLINES)
    assert (found.stream_id, found.kind, found.state) == (MEETING, "notice", "missed")


async def test_the_workload_counts_what_is_done_open_and_overdue(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    begins = AFTER + timedelta(days=30)
    await story.tell(NEXT, replace(x.CALLED, begins_at=begins), x.AGENDA, x.TABLED)
    await story.tell(derived_id("council story", "none came"), x.CALLED, f.MeetingAdjourned(minutes_by=x.MINUTES_BY))
    await story.tell(ACTION, x.ASSIGNED)
    await story.tell(derived_id("council story", "done"), x.ASSIGNED, x.EVIDENCED, x.FULFILLED)
    await engine.catch_up(NATIONAL_TENANT)

    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        found = await workload(connection, AFTER, x.COUNCIL)
        assert await workload(connection, AFTER, MEETING) is None
    async with reading(database, NATIONAL_TENANT) as connection:
        assert await workload(connection, AFTER, x.COUNCIL) == found
    assert found is not None
    assert (found.tenant, found.vacant, found.meetings_called, found.next_meeting_at) == ("tenant-1", 23, 1, begins)
    assert (found.meetings_opened, found.meetings_adjourned) == (1, 1)
    assert (found.minutes_due, found.minutes_overdue) == (2, 2)
    assert (found.motions_open, found.motions_rejected, found.motions_lapsed) == (1, 0, 1)
    assert (found.resolutions, found.against_all_cso, found.against_all_institutions) == (1, 1, 0)
    assert (found.actions_open, found.actions_overdue, found.actions_fulfilled) == (1, 1, 1)


async def test_meetings_and_councils_are_found_by_their_state(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    await story.tell(NEXT, replace(x.CALLED, team=1))
    await engine.catch_up(NATIONAL_TENANT)
    async with reading(database, NATIONAL_TENANT) as connection:
        for chosen, at, expected in (
            (q.MeetingFilter(council_id=x.COUNCIL), AFTER, {MEETING, NEXT}),
            (q.MeetingFilter(team=1, state="called"), AFTER, {NEXT}),
            (q.MeetingFilter(overdue=True), AFTER, {MEETING}),
            (q.MeetingFilter(overdue=True), x.BEGINS, set()),
            (q.MeetingFilter(overdue=False), AFTER, {NEXT}),
        ):
            page = await q.MEETINGS.page(connection, chosen.conditions(at), None, 9)
            assert {meeting.meeting_id for meeting in page.items} == expected
        for sitting, found in ((True, 1), (False, 0), (None, 1)):
            where = q.CouncilFilter(sitting=sitting).conditions(AFTER)
            assert len((await q.COUNCILS.page(connection, where, None, 9)).items) == found
