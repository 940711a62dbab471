"""Given events of contracts on services, then rows of `service_contract_register`, deadlines, dealings and figures."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.contracts.contract_parts import ContractStage, DeliveryStage
from domain.contracts.events import contract as e
from domain.kernel.deadline import start_of
from domain.licences.vocabulary import LicenceStage
from projections import deadline_queries, dealings, service_contract_queries
from projections.catalogue import DEADLINES, SERVICE_CONTRACTS
from projections.contract_figures import ContractFigures, contract_figures
from projections.engine import Engine
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.examples.contract import EXAMPLES
from tests.domain.contracts.service_contracts import CONTRACT, ORGANISATION, REASON, euro
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story

NOW = datetime(2026, 8, 20, tzinfo=UTC)
AMENDED = next(one for one in EXAMPLES if isinstance(one, e.ContractAmended))
PROPOSED = next(one for one in EXAMPLES if isinstance(one, e.AmendmentProposed))


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def shown(database: Any, engine: Engine, model: Any = SERVICE_CONTRACTS) -> list[Any]:
    await engine.catch_up(TENANT)
    return await live_rows(database, model, TENANT)


async def test_a_contract_from_draft_to_payment(database, engine: Engine, story: Story):
    await story.tell(CONTRACT, s.DRAFTED)
    (row,) = await shown(database, engine)
    assert (row.state, row.public, row.value, row.beneficiaries) == ("drafted", False, euro(360_000), 60)
    assert [one.state for one in row.deliveries] == ["awaited"] * 3

    await story.tell(CONTRACT, s.SIGNED, *s.SCHEDULED, s.ACTIVATED)
    (row,) = await shown(database, engine)
    assert (row.state, row.public, row.decision_no) == (ContractStage.ACTIVE, True, "21/2026")

    await story.tell(CONTRACT, s.OVERDUE, s.reported(late=True, was_overdue=True, files=(s.FILE,)), s.INSPECTED)
    await story.tell(CONTRACT, s.PENALTY, s.accepted(amount=s.WORTH - euro(5_000)))
    await story.tell(CONTRACT, s.paid(amount=s.WORTH - euro(5_000)))
    (row,) = await shown(database, engine)
    first = row.deliveries[0]
    assert (first.state, first.amount, first.penalty) == (DeliveryStage.PAID, s.WORTH - euro(5_000), euro(5_000))
    assert (first.beneficiaries, first.k, first.findings) == (s.SERVED[:2], 5, (s.FOUND,))
    assert (row.paid, row.penalties, row.overdue, row.late) == (s.WORTH - euro(5_000), euro(5_000), 0, 1)
    assert (row.files[0].files, row.files[0].reference) == ((s.FILE,), "TRX-1")


async def test_a_returned_report_counts_no_more(database, engine: Engine, story: Story):
    await story.tell(CONTRACT, *s.ACTIVE, s.reported(), s.INSPECTED, s.PENALTY)
    await story.tell(CONTRACT, e.DeliveryReturned(number=1, reason=REASON, due_at=NOW))
    (row,) = await shown(database, engine)
    first = row.deliveries[0]
    assert (first.state, first.units, first.beneficiaries, first.reason) == ("returned", (), (), REASON)
    assert (row.penalties, first.due_at) == (euro(0), NOW)


async def test_amendments_and_licences_are_on_record(database, engine: Engine, story: Story):
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=LicenceStage.SUSPENDED, since=date(2026, 8, 4), origin="12:1:77")
    await story.tell(CONTRACT, *s.ACTIVE, PROPOSED, noted)
    (row,) = await shown(database, engine)
    assert row.proposal is not None
    assert (row.proposal.value, row.value) == (euro(397_200), euro(360_000))
    assert [(one.state, one.origin) for one in row.licences] == [("suspended", "12:1:77")]

    await story.tell(CONTRACT, AMENDED)
    (row,) = await shown(database, engine)
    assert (row.proposal, row.value, row.signed_value) == (None, euro(397_200), euro(360_000))
    assert [(one.number, one.decision_no) for one in row.amendments] == [(2, "33/2026")]


async def test_an_ended_contract_drops_what_was_to_come(database, engine: Engine, story: Story):
    end = e.ContractTerminated(
        organisation_id=ORGANISATION, decision_no="31/2026", reason=REASON, last_day=date(2026, 7, 31), dropped=(2, 3)
    )
    await story.tell(CONTRACT, *s.ACTIVE, end)
    (row,) = await shown(database, engine)
    assert (row.state, row.last_day, [one.number for one in row.deliveries]) == ("terminated", date(2026, 7, 31), [1])
    by_kind = {(one.kind, one.state) for one in await shown(database, engine, DEADLINES)}
    assert by_kind == {
        ("contract_beginning", "met"),
        ("service_delivery", "pending"),
        ("service_delivery", "cancelled"),
    }


async def test_deadlines_of_a_contract(database, engine: Engine, story: Story):
    await story.tell(CONTRACT, *s.WAITING)
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        page = await deadline_queries.deadlines(connection, NOW)
    first = next(one for one in page.items if one.kind == "contract_beginning")
    assert (first.action, first.due_at) == ("ActivateContract", start_of(s.FIRST_DAY))
    assert [one.due_at for one in page.items if one.kind == "service_delivery"] == [one.due_at for one in s.PERIODS]

    await story.tell(CONTRACT, s.ACTIVATED, s.reported())
    states = {one.kind: one.state for one in await shown(database, engine, DEADLINES) if one.settled_at}
    assert states == {"contract_beginning": "met", "service_delivery": "met"}


async def test_the_public_sees_signed_contracts_without_what_is_between_the_two_sides(
    database, engine: Engine, story: Story
):
    await story.tell(CONTRACT, s.DRAFTED)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        assert (await service_contract_queries.public_contracts(connection)).items == []
        assert await service_contract_queries.public_contract(connection, CONTRACT) is None

    await story.tell(CONTRACT, s.SIGNED, *s.SCHEDULED, s.ACTIVATED, s.reported(files=(s.FILE,)))
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        (one,) = (await service_contract_queries.public_contracts(connection)).items
        (dealing,) = (await dealings.dealings(connection, [ORGANISATION])).items
    assert (one.contract_id, one.deliveries[0].state) == (CONTRACT, "reported")
    assert (dealing.kind, dealing.amount, dealing.about_id) == ("service_contract", euro(360_000), s.CALL)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (service_contract_queries.Filter(), True),
        (service_contract_queries.Filter(service="home_help", place="prizren"), True),
        (service_contract_queries.Filter(place="peje"), False),
        (service_contract_queries.Filter(overdue=True), False),
        (service_contract_queries.Filter(delivery="accepted"), True),
        (service_contract_queries.Filter(delivery="paid"), False),
        (service_contract_queries.Filter(text="ngrohtë"), True),
        (service_contract_queries.Filter(call_id=s.NEED), False),
    ],
)
async def test_contracts_are_chosen(database, engine: Engine, story: Story, chosen, found: bool):
    await story.tell(CONTRACT, *s.ACTIVE, s.reported(), s.accepted())
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        page = await service_contract_queries.contracts(connection, chosen)
        others = await service_contract_queries.contracts(connection, chosen, organisations=[s.ELSEWHERE])
    assert (len(page.items), others.items) == (found, [])
    async with reading(database, OTHER_TENANT) as connection:
        assert (await service_contract_queries.contracts(connection)).items == []


async def test_figures_by_tenant_and_year(database, engine: Engine, story: Story):
    await story.tell(CONTRACT, *s.ACTIVE, s.OVERDUE, s.reported(late=True), s.accepted(), s.paid(), AMENDED)
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        assert await contract_figures(connection, NOW, 2026) == {
            TENANT: ContractFigures(
                contracts=1,
                by_service={"home_help": 1},
                signed_value={"EUR": 360_000},
                amended_value={"EUR": 37_200},
                paid={"EUR": s.WORTH.amount},
                deliveries_late=1,
                beneficiaries=23,
            )
        }
        assert await contract_figures(connection, NOW, 2025) == {}
