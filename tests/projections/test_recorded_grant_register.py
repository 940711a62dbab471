"""Given events of grants recorded elsewhere, then rows, and what their institution and everybody else is shown of them."""

from datetime import date, timedelta

import pytest

from domain.grants.events.recorded_grant import (
    GrantRecorded,
    RecipientResolved,
    RecordedGrantCorrected,
    RecordedGrantStruck,
)
from domain.kernel.money import Money
from infra.database.interface import Role
from projections import recorded_grant_queries as q
from projections.as_of import Past
from projections.catalogue import RECORDED_GRANTS
from projections.engine import Engine
from projections.grant_awards import awards, last_change
from projections.history import History, Moment
from projections.recorded_grant_queries import Filter
from projections.recorded_grant_register import Correction
from tests.domain.grants.examples.recorded_grant import AWARDED_ON, FACTS, ORGANISATION, REASON, facts
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, REGISTRY, TENANT, Story, derived_id

A, B, C = (derived_id("grant", n) for n in "ABC")
LATER = date(2014, 6, 6)
CORRECTED = RecordedGrantCorrected(
    reason=REASON,
    previous_amount=FACTS.amount,
    amount=Money(1, "GBP"),
    previous_awarded_on=AWARDED_ON,
    awarded_on=LATER,
)


def recorded(grant_id: str = FACTS.grant_id, **change) -> GrantRecorded:
    return GrantRecorded(facts=facts(grant_id=grant_id, **change))


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def test_a_grant_from_the_record_to_its_end(database, engine: Engine, story: Story):
    async def row():
        await engine.catch_up(TENANT)
        (found,) = await live_rows(database, RECORDED_GRANTS, TENANT)
        return found

    await story.tell(A, recorded(), source="360giving", source_id=FACTS.grant_id)
    first = await row()
    same = ("title", "awarded_on", "recipients", "funders", "description", "planned", "programmes", "places", "other")
    assert {name: getattr(first, name) for name in same} == {name: getattr(FACTS, name) for name in same}
    assert (first.amount, first.currency, first.year, first.state) == (4_000_000, "GBP", 2014, "recorded")
    assert (first.amount_applied_for, first.from_open_call, first.organisation_id) == (
        Money(5_000_000, "GBP"),
        True,
        None,
    )
    assert (first.source, first.source_id, first.public, first.version) == ("360giving", FACTS.grant_id, True, 1)
    assert first.changed_at == first.recorded_at

    await story.tell(A, CORRECTED)
    second = await row()
    assert (second.amount, second.awarded_on, second.version) == (1, LATER, 2)
    assert second.corrections == (Correction(second.changed_at, REASON, FACTS.amount, AWARDED_ON),)
    assert second.changed_at > second.recorded_at

    await story.tell(A, RecipientResolved(organisation_id=ORGANISATION))
    assert (await row()).organisation_id == ORGANISATION

    await story.tell(A, RecordedGrantStruck(reason=REASON))
    struck = await row()
    assert (struck.state, struck.public, struck.struck_reason) == ("struck", True, REASON)


async def test_what_is_found_by_which_filter(database, engine: Engine, story: Story):
    await story.tell(A, recorded("a", awarded_on=date(2013, 1, 1), title="Një shkollë"))
    await story.tell(B, recorded("b", amount=Money(5, "EUR"), amount_applied_for=None, amount_disbursed=None))
    await story.tell(B, RecipientResolved(organisation_id=ORGANISATION))
    await story.tell(C, recorded("c"), RecordedGrantStruck(reason=REASON))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        for chosen, found in (
            (Filter(), {"a", "b", "c"}),
            (Filter(year=2013), {"a"}),
            (Filter(currency="EUR"), {"b"}),
            (Filter(grant_id="c"), {"c"}),
            (Filter(state="struck"), {"c"}),
            (Filter(resolved=True), {"b"}),
            (Filter(resolved=False), {"a", "c"}),
            (Filter(organisation_id=ORGANISATION), {"b"}),
            (Filter(text="nje SHKOLLE"), {"a"}),
        ):
            assert {one.grant_id for one in (await q.recorded_grants(connection, chosen)).items} == found, chosen
        assert (await q.recorded_grant(connection, B)).currency == "EUR"
        assert await q.recorded_grant(connection, derived_id("none")) is None
        latest = await q.recorded_grants(connection, limit=2)
        assert [one.grant_id for one in (await q.recorded_grants(connection, after=latest.next)).items] == ["a"]


async def test_everybody_sees_what_counts_over_all_institutions(database, memory, engine: Engine, story: Story):
    other = Story(memory, OTHER_TENANT)
    await story.tell(A, recorded("a"), RecordedGrantStruck(reason=REASON))
    await story.tell(B, recorded("b", awarded_on=date(2013, 1, 1)))
    await other.tell(C, recorded("c"))
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await q.public_recorded_grants(connection)
        assert [(one.tenant, one.grant_id, one.state) for one in page.items if one.grant_id != "b"] in (
            [("tenant-3", "c", "recorded"), ("tenant-2", "a", "struck")],
            [("tenant-2", "a", "struck"), ("tenant-3", "c", "recorded")],
        )
        counted = Filter(state="recorded")
        own = await q.public_recorded_grants(connection, counted, tenant="tenant-2")
        assert [one.grant_id for one in own.items] == ["b"]
        assert (await q.public_recorded_grant(connection, A)).struck_reason == REASON
        assert (await q.public_recorded_grant(connection, B)).tenant == "tenant-2"
        told = await awards(connection)
        assert [(one.tenant, one.grant_id, one.amount) for one in told.items] == [
            ("tenant-2", "b", 4_000_000),
            ("tenant-3", "c", 4_000_000),
        ]
        assert await last_change(connection) == max(one.changed_at for one in told.items)
        first = await awards(connection, limit=1)
        assert (await awards(connection, after=first.next)).items == told.items[1:]
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert [one.grant_id for one in (await awards(connection)).items] == ["c"]


async def test_an_award_says_what_the_row_says(database, engine: Engine, story: Story):
    await story.tell(A, recorded())
    await engine.catch_up(TENANT)

    async with reading_in_public(database, TENANT) as connection:
        (award,) = (await awards(connection)).items
        (row,) = (await q.public_recorded_grants(connection)).items
    same = set(award.__struct_fields__) & set(row.__struct_fields__)
    assert len(same) >= 19
    assert {name: getattr(award, name) for name in same} == {name: getattr(row, name) for name in same}


async def test_a_grant_as_it_was(database, memory, engine: Engine, story: Story):
    await story.tell(A, recorded(), at=NOW)
    await story.tell(A, CORRECTED, at=NOW + timedelta(days=1))
    await story.tell(A, RecordedGrantStruck(reason=REASON), at=NOW + timedelta(days=2))
    await engine.catch_up(TENANT)
    past = Past(database, Role.GATEWAY, History(memory, REGISTRY))
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, amount, state in (
        (Moment(position=1), 4_000_000, "recorded"),
        (Moment(as_of=NOW + timedelta(days=1)), 1, "recorded"),
        (Moment(position=3), 1, "struck"),
    ):
        async with past.at(moment, [RECORDED_GRANTS], [TENANT]) as then:
            (row,) = (await q.recorded_grants(then)).items
            assert (row.amount, row.state) == (amount, state)
        async with public.at(moment, [RECORDED_GRANTS], [TENANT], shared=True) as then:
            assert [(one.amount, one.state) for one in (await q.public_recorded_grants(then)).items] == [
                (amount, state)
            ]
            assert [one.amount for one in (await awards(then)).items] == [amount] * (state == "recorded")
    await past.close()
    await public.close()


def test_everybody_reads_the_whole_row():
    hidden = {*RECORDED_GRANTS.row.__struct_fields__} - {*q.PublicRecordedGrant.__struct_fields__}

    assert hidden == {"other", "searched", "public"}
