"""The register opportunity_register: found by words, place, distance, day, skill and age; its sums; what is public."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.ids import derived_id
from domain.kernel.text import title
from domain.volunteering.events import opportunity as o
from domain.volunteering.vocabulary import Location, RiskClass
from infra.database.interface import Role
from infra.eventstore.memory import MemoryEventStore
from projections import opportunity_queries as q
from projections.catalogue import OPPORTUNITIES, VOLUNTEER_PROVIDERS
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History
from projections.rebuild import rebuild
from tests.domain.volunteering import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("opportunity", name) for name in "abc")
SPRING, AUTUMN = datetime(2026, 4, 7, 9, tzinfo=UTC), datetime(2026, 10, 7, 9, tzinfo=UTC)
PRIZREN, PEJE = (42_212_778, 20_739_722), (42_659_167, 20_288_333)
"""About 62 km apart."""


async def tell(story: Story, engine: Engine) -> None:
    elsewhere = replace(
        x.PARTICULARS,
        title=title(sq="Çiklizëm për fëmijë", sr="Бициклизам за децу", tr="Çocuklar"),
        municipality="peje",
        location=Location(latitude=PEJE[0], longitude=PEJE[1]),
        skills=("driving",),
        min_age=18,
        max_age=None,
        risk=RiskClass.HIGH,
        schedule=x.ARRANGED,
    )
    arranged = replace(
        x.DRAFTED,
        organisation_id=None,
        particulars=elsewhere,
        shifts=(),
        first_day=x.RECORDED.first_day,
        last_day=x.RECORDED.last_day,
    )
    await story.tell(derived_id("test", "provider"), *x.ACTIVE)
    await story.tell(A, x.DRAFTED, x.PUBLISHED, x.REVISED, o.OpportunityFilled(), o.OpportunityVacant())
    await story.tell(B, arranged, x.PUBLISHED, x.CLOSED)
    await story.tell(C, x.RECORDED)
    await engine.catch_up(TENANT)


@pytest.fixture
def story(memory: MemoryEventStore) -> Story:
    return Story(memory)


async def test_opportunities_as_their_institution_sees_them(
    database: TestDatabase, engine: Engine, story: Story
) -> None:
    await tell(story, engine)

    rows: dict[Any, Any] = {row.opportunity_id: row for row in await live_rows(database, OPPORTUNITIES, TENANT)}
    assert [(rows[one].state, rows[one].public, rows[one].version) for one in (A, B, C)] == [
        ("published", True, 5),
        ("closed", True, 3),
        ("draft", False, 1),
    ]
    assert rows[A].days == tuple(date(2026, 4, day) for day in (6, 8, 11, 12, 15)), "a night is on two days"
    assert (rows[A].places, rows[A].latitude, rows[B].closed_why) == (20, PRIZREN[0], x.REASON)
    assert (rows[C].origin, rows[C].provider_id, rows[C].days) == (x.ORIGIN, None, ())
    async with reading(database, TENANT) as connection:
        sums = (await q.opportunity_sums(connection)).items
        assert [(one.state, one.category, one.frequency, one.places, one.hours) for one in sums] == [
            ("closed", "", "", 12, 0),
            ("draft", "Education", "ongoing", 12, 1),
            ("published", "", "", 20, 0),
        ]
        assert await q.opportunity(connection, C) == rows[C]
        own = await q.opportunities(connection, SPRING, organisations=[x.ORGANISATION])
        assert [one.opportunity_id for one in own.items] == [A]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [A, B]),
        ({"text": "MESIM natyre"}, [A]),
        ({"text": "biciklizam"}, [B]),
        ({"text": "ciklizem femije"}, [B]),
        ({"text": "ciklizem natyre"}, []),
        ({"municipality": "peje"}, [B]),
        ({"latitude": PRIZREN[0], "longitude": PRIZREN[1], "within": 60}, [A]),
        ({"latitude": PRIZREN[0], "longitude": PRIZREN[1], "within": 65}, [A, B]),
        ({"latitude": -90_000_000, "longitude": 180_000_000, "within": 20_000}, [A, B]),
        ({"on": date(2026, 4, 12)}, [A, B]),
        ({"on": date(2026, 4, 7)}, [B]),
        ({"on": date(2026, 10, 1)}, []),
        ({"skill": "first_aid"}, [A]),
        ({"language": "tr", "accessibility": "step_free", "provider_id": x.PROVIDER}, [A, B]),
        ({"age": 16}, [A]),
        ({"age": 31}, [B]),
        ({"risk": "high", "state": "closed"}, [B]),
        ({"organisation_id": x.ORGANISATION}, [A]),
    ],
    ids=str,
)
async def test_everybody_searches_what_is_public(
    database: TestDatabase, engine: Engine, story: Story, chosen: dict[str, Any], expected: list[Any]
) -> None:
    await tell(story, engine)

    async with reading_in_public(database, TENANT) as connection:
        found = (await q.public_opportunities(connection, SPRING, q.Filter(**chosen))).items
    assert [one.opportunity_id for one in found] == expected


async def test_what_is_over_and_what_is_nobodys_business(database: TestDatabase, engine: Engine, story: Story) -> None:
    await tell(story, engine)

    async with reading_in_public(database, TENANT) as connection:
        for now, over, expected in ((SPRING, True, []), (AUTUMN, True, [A, B]), (SPRING, False, [A, B])):
            found = (await q.public_opportunities(connection, now, q.Filter(over=over))).items
            assert [one.opportunity_id for one in found] == expected
        assert await q.public_opportunity(connection, C) is None
        seen = await q.public_opportunity(connection, A)
        assert seen is not None
        assert (seen.provider_title, seen.shifts) == (x.APPLIED.title, x.SHIFTS)
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_opportunities(connection, SPRING)).items == []
    assert [q.Filter(**one).names_a_point for one in ({}, {"within": 5}, {"latitude": 1, "longitude": 1, "within": 5})] == [
        False,
        None,
        True,
    ]  # fmt: skip


async def test_a_rebuild_gives_the_same_rows(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore, story: Story
) -> None:
    await tell(story, engine)
    connections = Connections(database, Role.PROJECTOR)

    for model in (OPPORTUNITIES, VOLUNTEER_PROVIDERS):
        before = await live_rows(database, model, TENANT)
        done = await rebuild(connections, History(memory, REGISTRY, 2), model, TENANT)
        assert (done.differing_rows, await live_rows(database, model, TENANT)) == (0, before)
        assert before
    await connections.close()
