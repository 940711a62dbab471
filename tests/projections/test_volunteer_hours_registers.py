"""volunteer_agreement_register, volunteer_hours_register and volunteer_time_register, their deadlines and figures."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.deadline import end_of, start_of
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.volunteering.events import hours as h
from domain.volunteering.hours_parts import ledger_id, time_id
from infra.eventstore.memory import MemoryEventStore
from projections import volunteer_agreement_queries as aq
from projections import volunteer_hours_queries as hq
from projections.catalogue import DEADLINES, VOLUNTEER_AGREEMENTS, VOLUNTEER_HOURS, VOLUNTEER_TIME
from projections.engine import Engine
from projections.volunteer_agreement_queries import Providers
from projections.volunteering_figures import VolunteeringFigures, volunteering_figures
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.projections.live import live_rows, reading
from tests.projections.story import NOW, TENANT, Story
from tests.support.postgres import TestDatabase

A, B = y.AGREEMENT, derived_id("other", "agreement")
LEDGER = ledger_id(A)
OTHER = derived_id("other", "volunteer")


@pytest.fixture
def story(memory: MemoryEventStore) -> Story:
    return Story(memory)


async def rows(database: TestDatabase, engine: Engine, model: Any, tenant_id: int = TENANT) -> list[Any]:
    await engine.catch_up(tenant_id)
    return await live_rows(database, model, tenant_id)


def other(*events: Event, **changes: Any) -> tuple[Event, ...]:
    """The same of another volunteer's agreement with the institution itself."""
    known = {"agreement_id": B, "person_id": OTHER} | changes
    return tuple(replace(event, **{k: v for k, v in known.items() if k in event.__struct_fields__}) for event in events)


async def test_an_agreement_and_what_its_hours_come_to(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, y.OF_MINOR, y.MINOR_ACCEPTED)
    (asked,) = await rows(database, engine, VOLUNTEER_AGREEMENTS)
    assert (asked.state, asked.guardians, asked.protection, asked.signed_at) == (
        "consent_pending",
        (y.GUARDIAN,),
        "minor",
        None,
    )
    assert (asked.ledger_id, asked.tasks, asked.insurances) == (LEDGER, y.TASKS, (x.INSURED,))

    await story.tell(A, y.CONSENTED, y.SIGNED, y.ACTIVE)
    second = y.logged(y.MORNING + timedelta(days=1), 30, y.NEXT)
    await story.tell(LEDGER, y.OPENED, y.logged(), second, y.CLAIMED, y.CONFIRMED, y.TOTALLED)
    (active,) = await rows(database, engine, VOLUNTEER_AGREEMENTS)
    assert (active.state, active.version, active.minutes_logged) == ("active", 5, 150)
    assert (active.minutes_confirmed, active.entries_confirmed, active.total_minutes) == (120, 1, 120)
    assert active.total_digest == y.TOTALLED.digest

    await story.tell(LEDGER, y.CORRECTED, y.of_entry(h.HoursRejected, y.NEXT, 30, rejected_by=y.OFFICE))
    await story.tell(A, y.CONSENT_WITHDRAWN, y.ENDED)
    (over,) = await rows(database, engine, VOLUNTEER_AGREEMENTS)
    assert (over.state, over.side, over.last_day) == ("ended", "volunteer", y.ENDED.last_day)
    assert (over.minutes_logged, over.minutes_confirmed, over.entries_confirmed) == (0, 0, 0)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (y.DECLINED, "declined"),
        (y.WITHDRAWN, "withdrawn"),
        (y.LAPSED, "lapsed"),
        (y.CONSENT_REFUSED, "refused"),
        (y.COMPLETED, "completed"),
    ],
)
async def test_other_ends(database: TestDatabase, engine: Engine, story: Story, last: Event, state: str) -> None:
    await story.tell(A, *((*y.ADULTS, last) if last is y.COMPLETED else (y.OFFERED, last)), at=NOW)

    (one,) = await rows(database, engine, VOLUNTEER_AGREEMENTS)
    assert (one.state, one.over_at) == (state, NOW)


async def test_an_entry_and_what_is_decided_about_it(database: TestDatabase, engine: Engine, story: Story) -> None:
    refused = y.of_entry(h.HoursRefused, y.NEXT, 30, refusal=y.OVERLAP)
    await story.tell(LEDGER, y.OPENED, y.logged(), y.logged(y.MORNING, 30, y.NEXT), refused, y.CLAIMED, at=NOW)
    found = {one.entry_id: one for one in await rows(database, engine, VOLUNTEER_HOURS)}
    assert (found[y.ENTRY].state, found[y.ENTRY].minutes, found[y.ENTRY].day) == ("claimed", 120, y.BEGINS)
    assert (found[y.NEXT].state, found[y.NEXT].refusal) == ("refused", y.OVERLAP)

    await story.tell(LEDGER, y.CONFIRMED, at=NOW)
    confirmed = next(one for one in await rows(database, engine, VOLUNTEER_HOURS) if one.entry_id == y.ENTRY)
    assert (confirmed.state, confirmed.decided_by, confirmed.decided_at) == ("confirmed", y.OFFICE, NOW)
    await story.tell(LEDGER, replace(y.NOT_LOGGED, entry_id=derived_id("shift")))
    shift = next(one for one in await rows(database, engine, VOLUNTEER_HOURS) if one.checked_out)
    assert (shift.state, shift.minutes, shift.refusal.rule) == ("refused", 0, "volunteer.hours.overlap")
    await story.tell(LEDGER, y.CORRECTED)
    corrected = next(one for one in await rows(database, engine, VOLUNTEER_HOURS) if one.entry_id == y.ENTRY)
    assert (corrected.state, corrected.corrected_by) == ("corrected", y.NEXT)


async def test_whose_agreements_and_hours(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, *y.MINORS)
    await story.tell(B, *other(*y.ADULTS, organisation_id=None))
    await story.tell(LEDGER, y.OPENED, y.logged(), y.CLAIMED)
    late = y.logged(y.MORNING + timedelta(days=3), 60, y.NEXT)
    await story.tell(ledger_id(B), *other(y.OPENED, late))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        for providers, own in (
            (Providers([x.ORGANISATION]), [A]),
            (Providers([], institution=True), [B]),
            (Providers([x.ORGANISATION], institution=True), [B, A]),
            (Providers([derived_id("stranger")]), []),
        ):
            found = await aq.agreements(connection, aq.Filter(), providers=providers)
            assert [one.agreement_id for one in found.items] == own
            entries = await hq.hours(connection, hq.Filter(), providers=providers)
            assert [one.agreement_id for one in entries.items] == own
        for person, mine in ((y.PERSON, [A]), (OTHER, [B]), (y.GUARDIAN, [A]), (y.SUPERVISOR, [B, A]), (y.OFFICE, [])):
            found = await aq.agreements(connection, aq.Filter(), person_id=person)
            assert [one.agreement_id for one in found.items] == mine
            entries = await hq.hours(connection, hq.Filter(), person_id=person)
            assert [one.agreement_id for one in entries.items] == mine
        for chosen, entry in (
            (hq.Filter(state="claimed"), [y.ENTRY]),
            (hq.Filter(first_day=y.BEGINS + timedelta(days=1)), [y.NEXT]),
            (hq.Filter(last_day=y.BEGINS), [y.ENTRY]),
            (hq.Filter(agreement_id=B), [y.NEXT]),
        ):
            assert [one.entry_id for one in (await hq.hours(connection, chosen)).items] == entry
        assert (await aq.agreements(connection, aq.Filter(protection="minor"))).items[0].agreement_id == A
        assert await aq.agreement(connection, derived_id("nobody's")) is None


async def test_everybodys_time_in_the_national_log(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    nation = Story(memory, NATIONAL_TENANT)
    second = replace(y.TIME_CLAIMED, entry_id=y.NEXT, institution="peje", started_at=y.MORNING + timedelta(days=1))
    await nation.tell(time_id(y.PERSON), y.TIME_OPENED, y.TIME_CLAIMED, y.TIME_REFUSED, second, y.TIME_RELEASED)
    await engine.catch_up(NATIONAL_TENANT)

    assert len(await rows(database, engine, VOLUNTEER_TIME, NATIONAL_TENANT)) == 2
    async with reading(database, NATIONAL_TENANT) as connection:
        found = (await hq.own_time(connection, y.PERSON)).items
        assert [(one.institution, one.state, one.minutes) for one in found] == [
            ("peje", "claimed", 120),
            ("prizren", "released", 120),
        ]
        assert (await hq.own_time(connection, OTHER)).items == []


async def test_what_the_clock_has_to_do(database: TestDatabase, engine: Engine, story: Story) -> None:
    async def due() -> dict[str, tuple[str, str, datetime]]:
        return {one.kind: (one.state, one.action, one.due_at) for one in await rows(database, engine, DEADLINES)}

    await story.tell(A, y.OFFERED, y.ACCEPTED)
    assert await due() == {"volunteer_offer": ("pending", "LapseAgreement", end_of(y.BEGINS))}
    await story.tell(A, y.SIGNED)
    begins = ("ActivateAgreement", start_of(y.BEGINS))
    assert await due() == {
        "volunteer_offer": ("met", "LapseAgreement", end_of(y.BEGINS)),
        "volunteer_begin": ("pending", *begins),
    }
    await story.tell(A, y.ACTIVE)
    ends = ("CompleteVolunteering", end_of(y.ENDS))
    assert (await due())["volunteer_begin"] == ("met", *begins)
    assert (await due())["volunteer_end"] == ("pending", *ends)
    await story.tell(A, y.ENDED)
    assert (await due())["volunteer_end"] == ("cancelled", *ends)
    assert (await due())["volunteer_begin"] == ("met", *begins)


@pytest.mark.parametrize(("last", "state"), [(y.LAPSED, "missed"), (y.DECLINED, "cancelled")])
async def test_an_offer_that_came_to_nothing(
    database: TestDatabase, engine: Engine, story: Story, last: Event, state: str
) -> None:
    await story.tell(A, y.OFFERED, last)

    (one,) = await rows(database, engine, DEADLINES)
    assert (one.kind, one.state) == ("volunteer_offer", state)


async def test_figures_of_an_institution(database: TestDatabase, engine: Engine, story: Story) -> None:
    """By year of the signature and of the work: one volunteer comes back in the next year."""
    again, third = derived_id("again"), derived_id("third")
    next_year = NOW + timedelta(days=365)
    await story.tell(A, *y.ADULTS, at=NOW)
    await story.tell(B, *other(*y.MINORS), at=NOW)
    await story.tell(third, *other(y.OFFERED, agreement_id=third), at=NOW)
    await story.tell(LEDGER, y.OPENED, y.logged(), y.CLAIMED, y.CONFIRMED, at=NOW)
    refused = other(y.of_entry(h.HoursRefused, y.NEXT, 60, refusal=y.CAPPED))
    await story.tell(ledger_id(B), *other(y.OPENED, y.logged(y.MORNING, 60, y.NEXT), *refused), at=NOW)
    waiting = derived_id("waiting entry")
    await story.tell(LEDGER, y.logged(y.MORNING + timedelta(days=300), 45, waiting), at=next_year)
    signed = tuple(replace(event, agreement_id=again) for event in y.ADULTS)
    await story.tell(again, *signed, at=next_year)
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        figures = {
            year: (await volunteering_figures(connection, NOW, year)).get(TENANT) for year in (None, 2026, 2027, 2025)
        }
    work = {"entries_confirmed": 1, "minutes_confirmed": 120, "minutes_refused": 60}
    assert figures[2026] == VolunteeringFigures(agreements=2, by_state={"active": 2}, minors=1, volunteers=2, **work)
    assert figures[2027] == VolunteeringFigures(
        agreements=1, by_state={"active": 1}, volunteers=1, retained=1, minutes_to_confirm=45
    )
    assert figures[None] == VolunteeringFigures(
        agreements=3, by_state={"active": 3}, minors=1, volunteers=2, retained=1, minutes_to_confirm=45, **work
    )
    assert figures[2025] is None
    assert date(2027, 1, 10) == y.MORNING.date() + timedelta(days=300)
