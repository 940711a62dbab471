"""Given events of a commission whose judges change, then rows of `grant_scoring_sheet` and `grant_commission_register`."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.grants.commission_parts import Seat
from domain.grants.events import commission as e
from domain.scoring.composition import Composition
from domain.scoring.vocabulary import ConflictBasis
from projections import grant_commission_queries
from projections.catalogue import GRANT_COMMISSIONS, GRANT_SCORES
from projections.engine import Engine
from projections.grant_commission_register import Extension
from projections.grant_scoring_sheet import Change
from tests.domain.grants import commissions as k
from tests.domain.grants import complaints as q
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading_in_public
from tests.projections.story import TENANT, Story

NEXT, LAST = k.DRAWN.alternates
RECUSED = e.MemberRecused(person_id=k.TWO, application_id=k.FIRST, basis=ConflictBasis.OFFICER, substitute=NEXT)
REPLACED = k.replaced(k.ONE, {k.FIRST: LAST, k.SECOND: NEXT})
TWICE = replace(k.EXTENDED, seats=(Seat(k.SECOND, k.NEW_ORDER[0]), Seat(k.SECOND, k.NEW_ORDER[1])))


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def sheet_rows(database: Any, engine: Engine) -> dict[Any, Any]:
    await engine.catch_up(TENANT)
    return {row.application_id: row for row in await live_rows(database, GRANT_SCORES, TENANT)}


async def test_who_left_and_who_joined_is_told_in_order(database, engine: Engine, story: Story):
    await story.tell(k.COMMISSION, *k.AT_WORK, RECUSED, REPLACED, TWICE)
    rows = await sheet_rows(database, engine)
    assert rows[k.FIRST].changes == (Change(1, "recused", k.TWO, NEXT), Change(1, "replaced", k.ONE, LAST))
    assert rows[k.SECOND].changes == (
        Change(1, "replaced", k.ONE, NEXT),
        Change(1, "filled", None, k.NEW_ORDER[0]),
        Change(1, "filled", None, k.NEW_ORDER[1]),
    )
    (row,) = await live_rows(database, GRANT_COMMISSIONS, TENANT)
    assert (row.extensions, row.alternates) == (
        (Extension("9/2026", k.EXTENDED.seed, k.NEW_POOL),),
        (NEXT, LAST, *k.NEW_ORDER),
    )
    assert [(one.person_id, one.decision_no, one.reason) for one in row.replacements] == [(k.ONE, "8/2026", s.REASON)]
    assert row.version == 6


async def test_what_is_to_be_decided_is_shown_until_it_is(database, engine: Engine, story: Story):
    await story.tell(k.COMMISSION, *k.AT_WORK, *(k.suspected(one) for one in (k.ONE, k.TWO, k.PANEL[2], k.ONE)))
    rows = await sheet_rows(database, engine)
    assert (rows[k.FIRST].suspected, rows[k.SECOND].suspected) == ((k.TWO, k.PANEL[2], k.ONE), ())
    out = replace(RECUSED, person_id=k.PANEL[2])
    await story.tell(k.COMMISSION, k.decided(k.TWO, recused=False), out, k.replaced(k.ONE, {k.FIRST: LAST}))
    assert (await sheet_rows(database, engine))[k.FIRST].suspected == ()


async def test_no_points_are_shown_before_the_scoring_is_closed(database, engine: Engine, story: Story):
    await story.tell(k.COMMISSION, *k.KNOWN)
    row = (await sheet_rows(database, engine))[k.FIRST]
    assert ({one.points is None for one in row.scores}, row.closed) == ({False}, 0)
    assert {(one.points, one.salt, one.comment) for one in row.shown.scores} == {(None, "", None)}
    await story.tell(k.COMMISSION, *q.SCORED)
    row = (await sheet_rows(database, engine))[k.FIRST]
    assert (row.closed, row.shown) == (1, row)
    again = e.ApplicationReopened(application_id=k.FIRST, complaint_id=k.COMPLAINT, round=2)
    await story.tell(k.COMMISSION, again, k.committed(k.ONE, k.FIRST, k.FAIR, 2), k.revealed(k.ONE, k.FIRST, k.FAIR, 2))
    row = (await sheet_rows(database, engine))[k.FIRST]
    assert [one.points for one in row.shown.scores if one.person_id == k.ONE] == [k.GOOD, None]


async def test_the_public_sheet_names_judges_by_number_and_nothing_of_why(database, engine: Engine, story: Story):
    await story.tell(s.CALL, *s.OVER, s.EVALUATING)
    await story.tell(k.COMMISSION, *k.KNOWN, RECUSED, REPLACED, TWICE, *q.SCORED)
    await story.tell(s.CALL, q.PROVISIONAL)
    again = e.ApplicationReopened(application_id=k.FIRST, complaint_id=k.COMPLAINT, round=2)
    anew = (k.committed(NEXT, k.FIRST, k.FAIR, 2), k.revealed(NEXT, k.FIRST, k.FAIR, 2))
    await story.tell(k.COMMISSION, again, *anew)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        found = await grant_commission_queries.public_commission(connection, s.CALL)
        assert found is not None
        rows = await grant_commission_queries.public_scores(connection, found.commission_id)
    sheet = grant_commission_queries.sheet("mj", s.FACTS, s.CALL, found, rows)
    numbers = {one.person_id: one.number for one in (*k.MEMBERS, *k.POOL, *k.NEW_POOL)}
    by_id = {one.application_id: one for one in sheet.applications}
    assert [(one.why, one.left, one.joined) for one in by_id[k.SECOND].changes] == [
        ("replaced", 1, numbers[NEXT]),
        ("filled", None, numbers[k.NEW_ORDER[0]]),
        ("filled", None, numbers[k.NEW_ORDER[1]]),
    ]
    assert {one.round for one in by_id[k.FIRST].scores} == {1}, "a round that is not over"
    assert sheet.composition == Composition(3, 1, odd=True)
    assert [one.seed for one in sheet.extensions] == [k.EXTENDED.seed]
    assert "officer" not in str(sheet)
