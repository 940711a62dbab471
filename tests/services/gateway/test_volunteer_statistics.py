"""Statistics of volunteers: frozen when a half-year is over, whoever is erased, moves or takes a consent back after."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from domain.kernel.ids import derived_id
from domain.volunteering.commands.volunteer import GiveConsent, RegisterVolunteer, WithdrawConsent
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.statistics import VolunteerCell
from domain.volunteering.vocabulary import AgeBand, Gender, Purpose
from infra.clock import FixedClock
from services.bootstrap import System
from services.command_handling.request import Principal, Request
from services.dumps.building import Builder
from services.dumps.catalogue import dataset_of
from services.dumps.found_again import Finder
from services.gateway.desk import Reads
from services.gateway.routes.volunteer_statistics import statistics
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.standing import application
from tests.support.system import project

NATION = "opm"
BORN = {AgeBand.FROM_18: date(2004, 5, 1), AgeBand.FROM_65: date(1950, 5, 1)}


async def register(system: System, number: int, band: AgeBand, municipality: str, gender: Gender | None) -> UUID:
    person = derived_id("test", "volunteer", number)
    consents = (Purpose.STATISTICS,) if gender else ()
    command = RegisterVolunteer(
        person_id=person,
        full_name=f"Vullnetarja {number}",
        email=f"v{number}@example.org",
        birth_date=BORN[band],
        municipality=municipality,
        gender=gender,
        consents=consents,
    )
    await send(system, person, command)
    return person


async def send(system: System, person: UUID, command: RegisterVolunteer | WithdrawConsent | GiveConsent) -> None:
    stream = None if isinstance(command, RegisterVolunteer) else volunteer_id(person)
    command_id = derived_id("test", person, command.name, repr(command))
    await system.handler.execute(Request(NATION, command, command_id, Principal(person), stream_id=stream))


async def test_the_table_of_a_half_year_stays_as_it_was(system: System, caller: Caller) -> None:
    people = [await register(system, n, AgeBand.FROM_18, "prizren", Gender.FEMALE) for n in range(6)]
    for n in range(6, 10):
        await register(system, n, AgeBand.FROM_65, "prizren", Gender.MALE)  # four: not told
    for n in range(10, 16):
        await register(system, n, AgeBand.FROM_18, "peje", None)  # without consent to statistics: not counted
    await project(system, NATION)
    end, reads = datetime.now(UTC), Reads(system)
    before = await statistics(reads, 2026, 2, end)
    assert (before.volunteers, before.k) == (6, 5)
    assert before.cells == (
        VolunteerCell(municipality="prizren", age_band=AgeBand.FROM_18, gender=Gender.FEMALE, volunteers=6),
    )

    erased = await caller.post("/v1/me/erasures", {"ground": "consent_withdrawn"}, **caller.token(people[0]))
    assert erased.json()["complete"], erased.text
    for person in people[1:3]:
        await send(system, person, WithdrawConsent(purpose=Purpose.STATISTICS))
    await register(system, 17, AgeBand.FROM_65, "prizren", Gender.MALE)  # the fifth, too late
    await project(system, NATION)

    assert await statistics(reads, 2026, 2, end) == before
    now = await statistics(reads, 2026, 2, datetime.now(UTC))
    assert [(one.age_band, one.volunteers) for one in now.cells] == [(AgeBand.FROM_65, 5)]
    await reads.close()


async def test_nothing_is_told_before_the_half_year_is_over(system: System, caller: Caller) -> None:
    for path in ("2026/2", "2025/2", "2199/1", "2026/3", "2026/x", "2025/02"):
        answer = await caller.get(f"/v1/public/volunteer-statistics/{path}")
        assert answer.status_code == 404, (path, answer.text)
    for n in range(5):
        await register(system, n, AgeBand.FROM_18, "prizren", Gender.FEMALE)
    await project(system, NATION)

    later = replace(system, clock=FixedClock(datetime(2027, 1, 15, tzinfo=UTC)))
    async with application(later) as app, callers(app, system.tokens) as asking:
        answer = await asking.get("/v1/public/volunteer-statistics/2026/2")

    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.json()["cells"] == [
        {"municipality": "prizren", "age_band": "18_29", "gender": "female", "volunteers": 5}
    ]


async def test_the_dump_tells_every_half_year_that_is_over(system: System) -> None:
    for n in range(5):
        await register(system, n, AgeBand.FROM_18, "prizren", Gender.FEMALE)
    await project(system, NATION)
    later = replace(system, clock=FixedClock(datetime(2027, 1, 15, tzinfo=UTC)))
    builder, finder = Builder(later), Finder(later)
    try:
        dump = await builder.build(dataset_of("volunteer-statistics"), date(2027, 1, 15))
        [told] = (await later.objects.get(dump.files[0].sha256)).splitlines()
        again = await finder.again(dump)
    finally:
        await finder.close()

    assert msgspec.json.decode(told) == {
        "tenant": NATION,
        "year": 2026,
        "half": 2,
        "as_of": "2026-12-31T23:00:00Z",
        "k": 5,
        "municipality": "prizren",
        "age_band": "18_29",
        "gender": "female",
        "volunteers": 5,
    }
    assert (dump.rows, [one.same for one in again]) == (1, [True] * 3)
