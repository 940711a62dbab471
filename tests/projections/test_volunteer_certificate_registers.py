"""volunteer_programme_register, volunteer_certificate_register and issuer_key_register: for the institution and for all."""

from msgspec.structs import replace

from domain.kernel.ids import derived_id
from domain.volunteering.issuer_keys import RING
from infra.eventstore.memory import MemoryEventStore
from projections import volunteer_certificate_queries as q
from projections.catalogue import ISSUER_KEYS, VOLUNTEER_CERTIFICATES, VOLUNTEER_PROGRAMMES
from projections.engine import Engine
from tests.domain.volunteering import certifying as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("certificate", name) for name in "abc")


async def test_certificates_as_the_institution_and_everybody_see_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    await story.tell(A, x.ISSUED, x.HELD, x.REVOKED)
    await story.tell(B, x.ISSUED, x.HELD, replace(x.SUPERSEDED, by=C))
    await story.tell(C, x.ISSUED, replace(x.HELD, supersedes=(B,)))
    await engine.catch_up(TENANT)

    rows = {row.certificate_id: row for row in await live_rows(database, VOLUNTEER_CERTIFICATES, TENANT)}
    assert [rows[one].state for one in (A, B, C)] == ["revoked", "superseded", "issued"]
    assert (rows[A].ground, rows[A].decision_no, rows[B].superseded_by) == ("hours_corrected", "9/2026", C)
    assert (rows[C].person_id, rows[C].agreement_ids, rows[C].supersedes) == (x.PERSON, (x.KITCHEN,), (B,))
    assert [rows[one].position for one in (A, B, C)] == [1, 4, 7]
    async with reading(database, TENANT) as connection:
        for chosen, expected in (
            (q.Filter(), {A, B, C}),
            (q.Filter(state="issued", person_id=x.PERSON), {C}),
            (q.Filter(programme_id=A), set()),
        ):
            found = (await q.certificates(connection, chosen)).items
            assert {one.certificate_id for one in found} == expected
        assert await q.certificate(connection, A) == rows[A]
    async with reading_in_public(database, TENANT) as connection:
        seen = await q.public_certificate(connection, A)
        assert seen is not None
        assert (seen.state, seen.minutes, seen.position) == ("revoked", 4_830, 1)
        assert await q.ended(connection, TENANT, 1, 1, 100) == [1, 4]
        assert await q.ended(connection, TENANT, 1, 7, 100) == []
        assert await q.ended(connection, TENANT, 2, 1, 100) is None
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert await q.public_certificate(connection, A) is None


async def test_programmes_and_keys(database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> None:
    story = Story(memory)
    await story.tell(A, x.ADOPTED)
    await story.tell(B, x.ADOPTED, x.RETIRED)
    await story.tell(RING, x.MADE, x.ROTATED, x.LOST)
    await engine.catch_up(TENANT)

    rows = {row.programme_id: row for row in await live_rows(database, VOLUNTEER_PROGRAMMES, TENANT)}
    assert [(rows[one].state, rows[one].decision_no) for one in (A, B)] == [
        ("adopted", "5/2026"),
        ("retired", "6/2026"),
    ]
    async with reading(database, TENANT) as connection:
        found = (await q.programmes(connection, q.ProgrammeFilter(state="adopted"))).items
        assert [one.programme_id for one in found] == [A]
        assert await q.programme(connection, B) == rows[B]
    assert len(await live_rows(database, ISSUER_KEYS, TENANT)) == 2
    async with reading_in_public(database, TENANT) as connection:
        public = (await q.public_programmes(connection, q.ProgrammeFilter())).items
        assert {one.programme_id for one in public} == {A, B}
        keys = {one.public_key: one.state for one in await q.issuer_keys(connection)}
        assert keys == {x.KEYS[0]: "retired", x.KEYS[1]: "current"}
        assert [one.state for one in await q.issuer_keys(connection, public_key=x.KEYS[1])] == ["current"]
