"""Given events of contracts recorded elsewhere, then rows of recorded_contract_register, and their exact sums."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.contracts.events.recorded_contract import (
    AnnexRecorded,
    ContractRecorded,
    PaymentRecorded,
    RecordedContractCorrected,
    RecordedContractStruck,
    SupplierResolved,
)
from domain.contracts.recorded_facts import AnnexFacts, ContractType, PaymentFacts, amount_of
from infra.database.interface import Role
from projections import recorded_contract_queries as q
from projections.as_of import Past
from projections.catalogue import RECORDED_CONTRACTS
from projections.engine import Engine
from projections.history import History, Moment
from projections.recorded_contract_queries import Filter, SumsFilter
from projections.recorded_contract_register import ContractCorrection
from tests.domain.contracts.examples.recorded_contract import (
    ANNEX,
    CORRECTED,
    FACTS,
    ORGANISATION,
    PAYMENT,
    REASON,
    SIGNED_ON,
    facts,
)
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, REGISTRY, TENANT, Story, derived_id

A, B, C = (derived_id("contract", n) for n in "ABC")


def recorded(contract_id: str = FACTS.contract_id, **change) -> ContractRecorded:
    return ContractRecorded(facts=facts(contract_id=contract_id, **change))


def euro(amount: str):
    return amount_of(Decimal(amount), "EUR")


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def test_a_contract_from_the_record_to_its_end(database, engine: Engine, story: Story):
    async def row():
        await engine.catch_up(TENANT)
        (found,) = await live_rows(database, RECORDED_CONTRACTS, TENANT)
        return found

    await story.tell(A, recorded(), source="kosovo-procurement-register", source_id=FACTS.contract_id)
    first = await row()
    same = set(FACTS.__struct_fields__)
    assert {name: getattr(first, name) for name in same} == {name: getattr(FACTS, name) for name in same}
    assert (first.priced, first.estimated, first.annexed, first.paid) == ("17650.808", "20000.00", "", "")
    assert (first.told_on, first.state, first.version, first.public, first.consortium) == (
        SIGNED_ON,
        "recorded",
        1,
        True,
        False,
    )
    assert (first.source, first.source_id) == ("kosovo-procurement-register", FACTS.contract_id)

    await story.tell(A, AnnexRecorded(annex=ANNEX))
    await story.tell(A, AnnexRecorded(annex=AnnexFacts(number=2, price=euro("0.0005"))))
    await story.tell(A, PaymentRecorded(payment=PAYMENT), PaymentRecorded(payment=PaymentFacts(number=2)))
    second = await row()
    assert [one.number for one in second.annexes] == [1, 2]
    assert (second.annexed, second.paid, second.version) == ("778.8005", "40634.92", 5)

    await story.tell(A, CORRECTED)
    third = await row()
    assert (third.priced, third.signed_on, third.told_on) == ("17650.00", date(2016, 3, 16), date(2016, 3, 16))
    assert third.corrections == (ContractCorrection(third.changed_at, REASON, FACTS.price, SIGNED_ON),)

    await story.tell(A, SupplierResolved(organisation_id=ORGANISATION))
    assert (await row()).supplier_id == ORGANISATION

    await story.tell(A, RecordedContractStruck(reason=REASON))
    struck = await row()
    assert (struck.state, struck.public, struck.struck_reason, struck.version) == ("struck", True, REASON, 8)


async def test_what_has_no_day_or_price_has_its_place_all_the_same(database, engine: Engine, story: Story):
    await story.tell(A, recorded(signed_on=None, price=None), at=datetime(2016, 12, 30, 23, tzinfo=UTC))
    await story.tell(A, RecordedContractCorrected(reason=REASON, price=euro("5")))
    await engine.catch_up(TENANT)
    (row,) = await live_rows(database, RECORDED_CONTRACTS, TENANT)

    assert (row.signed_on, row.told_on, row.priced) == (None, date(2016, 12, 31), "5.00")


async def test_what_is_found_by_which_filter(database, engine: Engine, story: Story):
    (supplier,) = FACTS.suppliers
    joint = type(supplier)(name="A&B", consortium=True)
    await story.tell(A, recorded("a", year=2013, signed_on=date(2013, 1, 1), title="Një shkollë"))
    await story.tell(B, recorded("b", contract_type=ContractType.WORKS, suppliers=(joint,)))
    await story.tell(B, SupplierResolved(organisation_id=ORGANISATION))
    await story.tell(C, recorded("c", currency="GBP", price=None, estimate=None), RecordedContractStruck(reason=REASON))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        for chosen, found in (
            (Filter(), {"a", "b", "c"}),
            (Filter(year=2013), {"a"}),
            (Filter(currency="GBP"), {"c"}),
            (Filter(contract_id="c"), {"c"}),
            (Filter(state="struck"), {"c"}),
            (Filter(contract_type="works"), {"b"}),
            (Filter(procedure="open_procedure"), {"a", "b", "c"}),
            (Filter(consortium=True), {"b"}),
            (Filter(resolved=True), {"b"}),
            (Filter(resolved=False), {"a", "c"}),
            (Filter(supplier_id=ORGANISATION), {"b"}),
            (Filter(text="nje SHKOLLE"), {"a"}),
            (Filter(text="a&b"), {"b"}),
        ):
            assert {one.contract_id for one in (await q.recorded_contracts(connection, chosen)).items} == found, chosen
        assert (await q.recorded_contract(connection, C)).currency == "GBP"
        assert await q.recorded_contract(connection, derived_id("none")) is None
        latest = await q.recorded_contracts(connection, limit=2)
        assert [one.contract_id for one in (await q.recorded_contracts(connection, after=latest.next)).items] == ["a"]


async def test_sums_are_exact_of_one_institution_and_of_all(database, memory, engine: Engine, story: Story):
    other = Story(memory, OTHER_TENANT)
    await story.tell(A, recorded("a", price=euro("9845.700000000001")), AnnexRecorded(annex=ANNEX))
    await story.tell(B, recorded("b", price=None, estimate=None), RecordedContractStruck(reason=REASON))
    await other.tell(C, recorded("c", price=euro("9264.950000000001"), unread=()), PaymentRecorded(payment=PAYMENT))
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        (total,) = (await q.recorded_contract_sums(connection)).items
        assert total == q.RecordedContractSums(
            year=2016,
            currency="EUR",
            contracts=2,
            priced=2,
            price="19110.650000000002",
            estimated=2,
            estimate="40000.00",
            annexed=1,
            annex_price="778.80",
            paid=1,
            payments="40634.92",
            unread=1,
        )
        assert (await q.recorded_contract_sums(connection, SumsFilter(year=2015))).items == []
        assert (await q.recorded_contract_sums(connection, SumsFilter(currency="EUR"))).items == [total]
        counted = Filter(state="recorded")
        own = await q.public_recorded_contracts(connection, counted, tenant="tenant-2")
        assert [one.contract_id for one in own.items] == ["a"]
        assert (await q.public_recorded_contract(connection, B)).struck_reason == REASON
    async with reading(database, TENANT) as connection:
        (own_sum,) = (await q.recorded_contract_sums(connection)).items
        assert (own_sum.contracts, own_sum.price, own_sum.paid) == (1, "9845.700000000001", 0)


async def test_a_contract_and_its_sum_as_they_were(database, memory, engine: Engine, story: Story):
    await story.tell(A, recorded(), at=NOW)
    await story.tell(A, CORRECTED, at=NOW + timedelta(days=1))
    await story.tell(A, RecordedContractStruck(reason=REASON), at=NOW + timedelta(days=2))
    await engine.catch_up(TENANT)
    past = Past(database, Role.GATEWAY, History(memory, REGISTRY))
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, price, state in (
        (Moment(position=1), "17650.808", "recorded"),
        (Moment(as_of=NOW + timedelta(days=1)), "17650.00", "recorded"),
        (Moment(position=3), "17650.00", "struck"),
    ):
        async with past.at(moment, [RECORDED_CONTRACTS], [TENANT]) as then:
            (row,) = (await q.recorded_contracts(then)).items
            assert (row.priced, row.state) == (price, state)
        async with public.at(moment, [RECORDED_CONTRACTS], [TENANT], shared=True) as then:
            assert [one.priced for one in (await q.public_recorded_contracts(then)).items] == [price]
            sums = [one.price for one in (await q.recorded_contract_sums(then)).items]
            assert sums == [price] * (state == "recorded")
    await past.close()
    await public.close()


def test_everybody_reads_the_whole_row():
    hidden = {*RECORDED_CONTRACTS.row.__struct_fields__} - {*q.PublicRecordedContract.__struct_fields__}

    assert hidden == {"other", "searched", "public"}
