"""A register read whole gives each row once and in order, as its pages by themselves do, out of one run of its query."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Connection
from infra.database.scope import scope
from projections.paging import After
from projections.public_register import PublicContribution, public_contributions
from projections.reading import ReadConnection
from projections.whole import Whole
from services.bootstrap import System
from tests.support.many_contributions import fill

ROWS = 450


class Counting(Whole):
    """Counts the queries that are run beside the cursors."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.beside = 0

    async def fetch(self, query: str, /, *args: Any) -> list[Any]:
        self.beside += 1
        return await super().fetch(query, *args)


@pytest.fixture
async def snapshot(system: System) -> AsyncIterator[Connection]:
    await fill(system, ROWS)
    known = (await system.handler.authority.national(fresh=True)).institutions
    tenants = [one.tenant_id for one in known.values() if not one.sandbox]
    async with (
        system.public.borrow(NATIONAL_TENANT) as lent,
        scope(lent, tenants=tenants, search_path="rm, es", snapshot=True) as connection,
    ):
        yield connection


async def every(connection: ReadConnection, limit: int) -> list[PublicContribution]:
    found: list[PublicContribution] = []
    after: After | None = None
    while True:
        page = await public_contributions(connection, after=after, limit=limit)
        found += page.items
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 7, 150, 200])
async def test_it_is_what_the_pages_are(snapshot: Connection, limit: int) -> None:
    whole = Counting(snapshot)
    found = await every(whole, limit)

    assert found == await every(snapshot, 200)
    assert len({one.contribution_id for one in found}) == ROWS
    assert whole.beside == 0


async def test_a_page_out_of_turn_is_found_by_its_key(snapshot: Connection) -> None:
    whole = Counting(snapshot)
    first = await public_contributions(whole, limit=100)
    second = await public_contributions(whole, after=first.next, limit=100)
    again = await public_contributions(whole, after=first.next, limit=100)
    third = await public_contributions(whole, after=second.next, limit=50)

    assert (again, whole.beside) == (second, 1)
    assert [*first.items, *second.items, *third.items] == (await every(snapshot, 200))[:250]


async def test_two_questions_do_not_meet(snapshot: Connection) -> None:
    whole = Counting(snapshot)
    chosen = (await public_contributions(snapshot, limit=1)).items[0].consultation_id
    one = await public_contributions(whole, limit=10)
    other = await public_contributions(whole, outcome="accepted", limit=10)
    none = await public_contributions(whole, chosen, after=other.next, limit=10)
    more = [
        await public_contributions(whole, after=one.next, limit=10),
        await public_contributions(whole, outcome="accepted", after=other.next, limit=10),
    ]

    assert more[0] == more[1] == await public_contributions(snapshot, after=one.next, limit=10)
    assert none == await public_contributions(snapshot, chosen, after=other.next, limit=10)
