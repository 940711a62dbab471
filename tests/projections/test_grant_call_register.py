"""Given events of calls for grants, then rows, and what their institution and everybody else is shown of them."""

from datetime import timedelta

import msgspec
import pytest

from domain.grants.events import grant_call as e
from domain.kernel.text import title
from infra.database.interface import Role
from projections import grant_call_queries as queries
from projections.as_of import Past
from projections.catalogue import GRANT_CALLS
from projections.engine import Engine
from projections.history import History, Moment
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, REGISTRY, TENANT, Story, derived_id

A, B, C = (derived_id("call", name) for name in "ABC")
DURING, AFTER = s.DURING, s.CLOSES_AT + timedelta(days=1)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def told(database, engine: Engine, story: Story, *events, at=None, call=A):
    """The row after the events."""
    await story.tell(call, *events, at=at)
    await engine.catch_up(TENANT)
    (found,) = [row for row in await live_rows(database, GRANT_CALLS, TENANT) if row.call_id == call]
    return found


async def test_a_call_from_draft_to_report(database, engine: Engine, story: Story):
    row = await told(database, engine, story, s.DRAFTED, at=NOW)
    assert (row.call_id, row.state, row.public, row.version, row.year) == (A, "draft", False, 1, 2026)
    assert (row.title, row.purpose, row.plan_id, row.facts) == (s.TITLE, "culture", s.PLAN, s.FACTS)
    assert (row.form, row.form_version, row.lint_errors, row.closes_at) == (None, 0, None, None)

    found = msgspec.structs.replace(s.CHECKED, errors=1, warnings=2)
    row = await told(database, engine, story, s.FORM_SET, found)
    assert (row.form, row.form_version, row.state, row.lint_errors, row.lint_warnings) == (s.FORM, 1, "draft", 1, 2)
    row = await told(database, engine, story, s.CHECKED)
    assert (row.state, row.lint_errors, row.lint_warnings) == ("ready", 0, 0)

    changes = e.CallFacts(title=title(sq="Tjetër", sr="Drugi"), purpose="youth", open_days=30)
    row = await told(database, engine, story, e.CallAmended(changes=changes))
    assert (row.state, row.title, row.purpose) == ("draft", changes.title, "youth")
    assert (row.facts.open_days, row.facts.budget) == (30, s.FACTS.budget)

    row = await told(database, engine, story, s.CHECKED, s.PUBLISHED, at=s.PUBLISHED_AT)
    assert (row.state, row.public, row.published_at, row.closes_at) == (
        "published",
        True,
        s.PUBLISHED_AT,
        s.CLOSES_AT,
    )
    assert (row.facts, row.title, row.languages) == (s.FACTS, s.TITLE, ("sq", "sr")), "what was published counts"

    row = await told(database, engine, story, s.CLARIFIED, at=DURING)
    assert [(one.question, one.answer, one.issued_at) for one in row.clarifications] == [(s.QUESTION, s.REASON, DURING)]
    later = msgspec.structs.replace(s.DEADLINE, due_at=AFTER)
    row = await told(database, engine, story, e.CallDeadlineMoved(previous=s.DEADLINE, deadline=later))
    assert row.closes_at == AFTER

    row = await told(database, engine, story, e.CallClosed(closes_at=AFTER), at=AFTER)
    assert (row.state, row.closes_at, row.closed_at) == ("closed", AFTER, AFTER)
    states = [(await told(database, engine, story, event)).state for event in (s.EVALUATING, s.CONTRACTED)]
    assert states == ["evaluating", "contracted"]
    row = await told(database, engine, story, s.REPORTED)
    assert (row.state, row.report.files, row.report.summary) == ("reported", s.FILES, s.SUMMARY)
    assert row.version == 13


async def test_a_call_that_comes_to_nothing_says_why(database, engine: Engine, story: Story):
    cancelled = await told(database, engine, story, *s.OPEN_CALL, s.CANCELLED)
    voided = await told(database, engine, story, *s.OPEN_CALL, s.VOIDED, call=B)
    draft = await told(database, engine, story, *s.PREPARED, s.CANCELLED, call=C)

    assert (cancelled.state, cancelled.ending.reason, cancelled.ending.decision_no) == ("cancelled", s.REASON, "")
    assert (voided.state, voided.ending.decision_no) == ("void", "9/2026")
    assert (draft.state, draft.public) == ("cancelled", False)


async def test_calls_are_found(database, engine: Engine, story: Story):
    await story.tell(A, *s.OPEN_CALL, at=s.PUBLISHED_AT)
    await story.tell(B, s.DRAFTED, at=DURING, source="old", source_id="Ë-7")
    other = e.CallDrafted(facts=s.facts(purpose="youth", plan=None, title=title(sq="Rinia", sr="Omladina")))
    await story.tell(C, other, at=AFTER)
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:

        async def found(**chosen):
            page = await queries.calls(connection, DURING, queries.Filter(**chosen))
            return [one.call_id for one in page.items]

        assert await found() == [C, B, A]
        assert await found(state="published") == await found(open_at=DURING) == [A]
        assert await found(purpose="youth") == await found(text="omladina") == await found(text="ОМЛАДИНА") == [C]
        assert await found(plan_id=s.PLAN) == [B, A]
        assert await found(year=2026) == [C, B, A]
        assert await found(source="old") == await found(text="e-7") == [B]
        assert await found(open_at=s.CLOSES_AT - timedelta(microseconds=1)) == [A]
        assert await found(open_at=s.CLOSES_AT) == []
        first = await queries.calls(connection, DURING, limit=2)
        rest = await queries.calls(connection, DURING, limit=2, after=first.next)
        assert [one.call_id for one in rest.items] == [A]
        assert [(await queries.call(connection, at, A)).is_open for at in (DURING, s.CLOSES_AT)] == [True, False]
        assert await queries.call(connection, DURING, s.PLAN) is None
        form = await queries.call_form(connection, A)
        assert (form.form, form.form_version) == (s.FORM, 1)
        assert form.json_schema["properties"].keys() == {"project", "partner"}
        assert await queries.call_form(connection, C) is None
    async with reading(database, OTHER_TENANT) as connection:
        assert (await queries.calls(connection, DURING)).items == []
        assert await queries.call_form(connection, A) is None


async def test_everybody_sees_what_is_published_and_no_draft(database, memory, engine: Engine, story: Story):
    await story.tell(A, *s.OPEN_CALL, at=s.PUBLISHED_AT)
    await story.tell(C, *s.PREPARED, s.CHECKED, s.CANCELLED)
    other = Story(memory, OTHER_TENANT)
    await other.tell(B, *s.OPEN_CALL, s.CANCELLED, at=DURING)
    for tenant_id in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant_id)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await queries.public_calls(connection, DURING)
        assert [(one.call_id, one.tenant, one.is_open) for one in page.items] == [
            (B, "tenant-3", False),
            (A, "tenant-2", True),
        ]
        assert [one.call_id for one in (await queries.public_calls(connection, DURING, tenant="tenant-2")).items] == [A]
        open_now = queries.Filter(open_at=DURING)
        assert [one.call_id for one in (await queries.public_calls(connection, DURING, open_now)).items] == [A]
        assert (await queries.public_call(connection, DURING, A)).facts == s.FACTS
        assert await queries.public_call(connection, DURING, C) is None
        assert (await queries.public_form(connection, DURING, A)).form == s.FORM
        assert await queries.public_form(connection, DURING, C) is None
        assert await connection.fetch("SELECT call_id FROM grant_call_register WHERE call_id = $1", C) == []
    async with reading_in_public(database, TENANT) as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT lint_errors FROM grant_call_register")
        await connection.execute("ROLLBACK; BEGIN")


async def test_a_call_as_it_was(database, memory, engine, story: Story):
    await story.tell(A, *s.PREPARED)
    await story.tell(A, s.CHECKED, s.PUBLISHED, at=NOW + timedelta(days=1))
    await story.tell(A, s.CANCELLED, at=NOW + timedelta(days=2))
    await engine.catch_up(TENANT)
    past = Past(database, Role.GATEWAY, History(memory, REGISTRY))
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, state in (
        (Moment(position=2), "draft"),
        (Moment(as_of=NOW + timedelta(days=1)), "published"),
        (Moment(position=5), "cancelled"),
    ):
        async with past.at(moment, [GRANT_CALLS], [TENANT]) as then:
            assert (await queries.call(then, DURING, A)).state == state
        async with public.at(moment, [GRANT_CALLS], [TENANT], shared=True) as then:
            shown = (await queries.public_calls(then, DURING)).items
            assert [one.state for one in shown] == [state] * (state != "draft")
    await past.close()
    await public.close()
