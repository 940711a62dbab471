"""Given events of calls, bids and contracts, then red flags, each with what it was seen in."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as k
from domain.contracts.events import contract as e
from domain.contracts.facts import BidContent
from domain.contracts.vocabulary import ProcurementMode
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.licences.vocabulary import LicenceStage
from domain.rules.shipped import shipped_rules
from projections.contract_red_flags import Filter, Thresholds, red_flags, thresholds
from projections.engine import Engine
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.examples.contract import EXAMPLES
from tests.domain.contracts.service_contracts import CALL, CONTRACT, ORGANISATION, euro
from tests.domain.contracts.test_contract_signing import AWARD, CALLED
from tests.projections.live import reading
from tests.projections.story import NOW, OTHER_TENANT, TENANT, Story

BY = thresholds(shipped_rules("municipality"))
AMENDED = next(one for one in EXAMPLES if isinstance(one, e.ContractAmended))
OTHERS = tuple(derived_id("test", "other bidder", n) for n in range(3))


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


def published(days: int = 30, mode: ProcurementMode = ProcurementMode.OPEN) -> tuple[Event, ...]:
    """A call that was open for so many days."""
    facts = replace(CALLED, mode=mode)
    closes_at = NOW + timedelta(days=days, hours=1)
    return (
        k.CallPlanned(facts=facts),
        k.CallPublished(facts=facts, closes_at=closes_at, languages=("sq", "sr"), need_id=s.NEED),
    )


async def bid(story: Story, organisation: Any, cents: int, *, out: bool = False) -> None:
    """An opened bid; one that is out was disqualified."""
    of = {"call_id": CALL, "organisation_id": organisation}
    stream = b.bid_id(CALL, organisation)
    sealed = b.BidSealed(
        **of,
        commitment="ab" * 32,
        received_at=NOW,
        receipt=f"R-{organisation}",
        revision=1,
        organisation_name=s.TITLE,
        municipality="prizren",
        identifiers=(),
        language="sq",
    )
    opened = b.BidOpened(**of, content=BidContent(statement="Oferta"), salt="cd" * 16, total=euro(cents))
    await story.tell(stream, sealed, opened, *((b.BidDisqualified(**of, reason=s.REASON),) if out else ()))


async def award(story: Story, cents: int) -> None:
    """The award to the provider, proposed and confirmed."""
    total = euro(cents)
    proposed = k.AwardProposed(
        number=1,
        evaluation_id=derived_id("test", "evaluation"),
        ranking=(),
        bid_id=AWARD.bid_id,
        organisation_id=ORGANISATION,
        contract_id=CONTRACT,
        lines=AWARD.lines,
        total=total,
        standstill=s.PERIODS[0].proof,  # type: ignore[arg-type] # a deadline as any other
        complaints_until=s.PERIODS[0].proof,  # type: ignore[arg-type]
        title=s.TITLE,
        summary=s.REASON,
        first_day=s.FIRST_DAY,
        last_day=s.LAST_DAY,
    )
    await story.tell(CALL, proposed, replace(AWARD, total=total))


async def seen(database: Any, engine: Engine, by: Thresholds = BY, chosen: Filter | None = None) -> dict[str, Any]:
    """What is flagged, by its kind: code, number and among."""
    await engine.catch_up(TENANT)
    async with reading(database, OTHER_TENANT) as connection:
        assert (await red_flags(connection, by)).items == []
    async with reading(database, TENANT) as connection:
        page = await red_flags(connection, by, chosen or Filter())
    return {one.kind: (one.code, one.number, one.among) for one in page.items}


async def test_a_call_in_order_is_not_flagged(database, engine: Engine, story: Story):
    await story.tell(CALL, *published())
    await bid(story, ORGANISATION, 360_000)
    await bid(story, OTHERS[0], 390_000)
    await award(story, 360_000)
    assert await seen(database, engine) == {}


async def test_a_short_period_and_a_single_bid(database, engine: Engine, story: Story):
    await story.tell(CALL, *published(days=9))
    await bid(story, ORGANISATION, 360_000)
    await award(story, 360_000)
    assert await seen(database, engine) == {"short_period": ("R003", 9, 15), "single_bid": ("R018", 1, 1)}
    assert await seen(database, engine, chosen=Filter(code="R018")) == {"single_bid": ("R018", 1, 1)}
    assert await seen(database, engine, Thresholds()) == {"single_bid": ("R018", 1, 1)}


async def test_a_direct_call_has_one_bid_by_its_nature(database, engine: Engine, story: Story):
    await story.tell(CALL, *published(days=9, mode=ProcurementMode.DIRECT))
    await bid(story, ORGANISATION, 399_000)
    await award(story, 399_000)
    assert await seen(database, engine) == {}


async def test_prices_that_are_too_close_too_far_or_the_same(database, engine: Engine, story: Story):
    await story.tell(CALL, *published())
    await bid(story, ORGANISATION, 360_000)
    await bid(story, OTHERS[0], 370_000)
    await bid(story, OTHERS[1], 390_000)
    await bid(story, OTHERS[2], 390_000)
    await award(story, 360_000)
    assert await seen(database, engine) == {
        "close_bids": ("R024", 10_000, 360_000),
        "identical_bids": ("R028", 2, 390_000),
    }


async def test_an_award_at_half_the_price_of_the_next(database, engine: Engine, story: Story):
    await story.tell(CALL, *published())
    await bid(story, ORGANISATION, 180_000)
    await bid(story, OTHERS[0], 360_000)
    await award(story, 180_000)
    assert await seen(database, engine) == {"heavy_discount": ("R058", 180_000, 360_000)}


async def test_disqualified_bids_beside_the_award(database, engine: Engine, story: Story):
    await story.tell(CALL, *published())
    await bid(story, ORGANISATION, 398_000)
    await bid(story, OTHERS[0], 300_000, out=True)
    await bid(story, OTHERS[1], 350_000, out=True)
    await award(story, 398_000)
    assert await seen(database, engine) == {
        "others_disqualified": ("R035", 2, 3),
        "lowest_disqualified": ("R036", 300_000, 398_000),
        "near_estimate": ("", 398_000, 400_000),
    }


async def test_a_contract_whose_licence_is_lost_and_which_changes_and_is_late(database, engine: Engine, story: Story):
    noted = e.LicenceNoted(entry_id=s.ENTRY, status=LicenceStage.REVOKED, since=date(2026, 8, 4), origin="12:1:77")
    await story.tell(CONTRACT, *s.ACTIVE, s.reported(late=True), AMENDED, AMENDED)
    assert await seen(database, engine) == {"late_delivery": ("", 1, 3)}
    await story.tell(CONTRACT, AMENDED, noted)
    assert await seen(database, engine) == {
        "late_delivery": ("", 1, 3),
        "licence_lost": ("", 1, 1),
        "repeated_amendment": ("", 3, 3),
    }
