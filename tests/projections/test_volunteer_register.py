"""The register volunteer_register of the national tenant: by id, with what volunteers say and consent to."""

from typing import Any

from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.vocabulary import Availability, Purpose
from infra.eventstore.memory import MemoryEventStore
from projections import volunteer_queries as q
from projections.catalogue import VOLUNTEERS
from projections.engine import Engine
from tests.domain.volunteering import examples as x
from tests.projections.live import live_rows, reading
from tests.projections.story import Story
from tests.support.postgres import TestDatabase

OTHER, THIRD = derived_id("test", "other volunteer"), derived_id("test", "third volunteer")


async def test_volunteers_by_id_and_who_may_be_found(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory, NATIONAL_TENANT)
    ids = [volunteer_id(one) for one in (x.PERSON_ID, OTHER, THIRD)]
    await story.tell(ids[0], x.REGISTERED, x.GUARDED, x.WITHDREW, x.CONSENTED, x.CALENDAR_RENEWED)
    await story.tell(
        ids[1],
        replace(x.REGISTERED, person_id=OTHER, consents=(Purpose.CONTACT,)),
        replace(x.GUARDED, person_id=OTHER),
        replace(x.VOLUNTEER_REVISED, person_id=OTHER),
        replace(x.UNGUARDED, person_id=OTHER),
    )
    await story.tell(ids[2], replace(x.REGISTERED, person_id=THIRD), replace(x.FORGOTTEN, person_id=THIRD))
    await engine.catch_up(NATIONAL_TENANT)

    rows: dict[Any, Any] = {row.volunteer_id: row for row in await live_rows(database, VOLUNTEERS, NATIONAL_TENANT)}
    first, second, third = (rows[one] for one in ids)
    assert (first.band, first.gender, first.consents) == ("15_17", "other", ("matching", "statistics"))
    assert (first.calendar, second.calendar) == (1, 0)
    assert (first.guardians, second.guardians) == ((x.GUARDIAN,), ())
    assert (second.band, second.municipality, second.skills) == ("18_29", "peje", ("teaching", "driving"))
    assert (third.state, third.consents, third.availability) == ("forgotten", (), Availability())
    async with reading(database, NATIONAL_TENANT) as connection:
        for chosen, expected in (
            (q.Filter(), [ids[2], ids[1], ids[0]]),
            (q.Filter(skill="driving", language="sr"), [ids[1]]),
            (q.Filter(guarded=True), [ids[0]]),
            (q.Filter(guarded=False, state="registered", band="18_29", municipality="peje"), [ids[1]]),
        ):
            assert [one.volunteer_id for one in (await q.volunteers(connection, chosen)).items] == expected
        assert await q.volunteer(connection, ids[0]) == first
        assert [one.person_id for one in (await q.matches(connection)).items] == [x.PERSON_ID]
        assert (await q.matches(connection, q.Filter(municipality="peje"))).items == []
