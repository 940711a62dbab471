"""The register publication_register: every version, and what was withdrawn, for everybody."""

from domain.kernel.ids import derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import publication_queries as q
from projections.catalogue import PUBLICATIONS
from projections.engine import Engine
from tests.domain.publications import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

A, B = (derived_id("publication", name) for name in "ab")


async def test_publications_as_everybody_sees_them(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    await story.tell(A, x.PUBLISHED, x.REVISED)
    await story.tell(B, x.PUBLISHED, x.WITHDRAWN)
    await engine.catch_up(TENANT)

    rows = {row.publication_id: row for row in await live_rows(database, PUBLICATIONS, TENANT)}
    async with reading(database, TENANT) as connection:
        for chosen, expected in (
            (q.Filter(), [B, A]),
            (q.Filter(kind="strategy", state="published"), [A]),
            (q.Filter(kind="minutes"), []),
            (q.Filter(text="BASHKEPUNIM"), [B, A]),
            (q.Filter(concerns=derived_id("test", "strategy")), [B, A]),
            (q.Filter(concerns=A), []),
        ):
            assert [one.publication_id for one in (await q.publications(connection, chosen)).items] == expected
        assert await q.publication(connection, A) == rows[A]
    async with reading_in_public(database, TENANT) as connection:
        assert [one.publication_id for one in (await q.public_publications(connection)).items] == [B, A]
        seen, gone = (await q.public_publication(connection, A), await q.public_publication(connection, B))
        assert seen is not None
        assert gone is not None
        assert [(one.number, one.files, one.change) for one in seen.versions] == [
            (1, x.PUBLISHED.files, None),
            (2, x.REVISED.files, x.REVISED.change),
        ]
        assert (seen.concerns, seen.decision_no, seen.version) == (x.PUBLISHED.concerns, "02/90", 2)
        assert (gone.state, gone.reason, gone.versions[-1].files) == (
            "withdrawn",
            x.WITHDRAWN.reason,
            x.PUBLISHED.files,
        )
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_publications(connection)).items == []
