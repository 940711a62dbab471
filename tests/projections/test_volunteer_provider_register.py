"""The register volunteer_provider_register: an institution's own list, and what everybody sees."""

from typing import Any

from msgspec.structs import replace

from domain.kernel.ids import derived_id
from domain.kernel.text import title
from infra.eventstore.memory import MemoryEventStore
from projections import volunteer_provider_queries as q
from projections.catalogue import VOLUNTEER_PROVIDERS
from projections.dealings import dealings
from projections.engine import Engine
from tests.domain.volunteering import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("provider", name) for name in "abc")


async def test_providers_as_the_institution_and_everybody_see_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    own = replace(x.APPLIED, organisation_id=None, title=title(sq="Kujdesi për pleqtë"), municipality="peje")
    await story.tell(A, *x.ACTIVE, x.RENEWED, x.SUSPENDED, x.REINSTATED)
    await story.tell(B, own, x.VERIFIED)
    await story.tell(C, x.APPLIED, replace(x.REFUSED, organisation_id=x.ORGANISATION))
    await engine.catch_up(TENANT)

    rows: dict[Any, Any] = {row.provider_id: row for row in await live_rows(database, VOLUNTEER_PROVIDERS, TENANT)}
    assert [(rows[one].state, rows[one].public) for one in (A, B, C)] == [
        ("active", True),
        ("verified", True),
        ("refused", False),
    ]
    assert (rows[A].version, rows[A].insured_until, len(rows[A].insurances)) == (6, x.FURTHER.valid_until, 2)
    assert [one.made for one in rows[A].decisions] == ["verified", "suspended", "reinstated"]
    async with reading(database, TENANT) as connection:
        for chosen, expected in (
            (q.Filter(), [C, B, A]),
            (q.Filter(text="PER rini", state="active"), [A]),
            (q.Filter(text="pleqte", municipality="peje"), [B]),
            (q.Filter(organisation_id=x.ORGANISATION), [C, A]),
        ):
            assert [one.provider_id for one in (await q.providers(connection, chosen)).items] == expected
        assert (await q.providers(connection, organisations=[])).items == []
        assert await q.provider(connection, C) == rows[C]
    async with reading_in_public(database, TENANT) as connection:
        assert [one.provider_id for one in (await q.public_providers(connection)).items] == [B, A]
        assert await q.public_provider(connection, C) is None
        seen = await q.public_provider(connection, A)
        assert seen is not None
        assert (seen.charter, seen.insured_until) == (x.WORDS, x.FURTHER.valid_until)
        dealt = (await dealings(connection, [x.ORGANISATION])).items
        assert [(one.kind, one.dealing_id, one.state) for one in dealt] == [("volunteer_provider", A, "active")]
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_providers(connection)).items == []
