"""The registers funding_claim_register and funding_overlap_register, and what an institution sees of another's file."""

from collections import Counter
from datetime import date

import pytest

from domain.catalogue import REGISTRY
from domain.funding_claims import events as e
from domain.funding_claims.ledger import Claims
from domain.funding_claims.settling import overlaps_of, wanting
from domain.funding_claims.vocabulary import Amounts, CoFinancing, ReleaseReason
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.money import Money
from infra.eventstore.codec import restore
from infra.eventstore.memory import MemoryEventStore
from projections import funding_queries as queries
from projections.catalogue import FUNDING_CLAIMS, FUNDING_OVERLAPS
from projections.engine import Engine
from projections.funding_claim_register import OwedReport
from tests.domain.funding_claims.examples import (
    CONTRACT,
    MINISTRY,
    MUNICIPALITY,
    ORGANISATION,
    OURS,
    OVERLAP,
    REASON,
    REPORT,
    SHARE,
    THEIRS,
    facts,
    found,
    reserved,
    stream,
)
from tests.projections.claims_by_chance import ClaimsByChance
from tests.projections.live import live_rows, reading
from tests.projections.story import Story
from tests.support.postgres import TestDatabase

OF = {"organisation_id": ORGANISATION}
US, THEM = stream(OURS), stream(THEIRS)
ALL, TURNS = 1_000, 400
ALL_OF_IT, LESS = CoFinancing(institution="prizren", amount=THEIRS.amount), Money(300_000)
RELEASED = e.ClaimReleased(**OF, reason=ReleaseReason.WITHDRAWN)


class Ledger:
    """The national log told, and asked as one institution or as the nation (None)."""

    def __init__(self, database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> None:
        self.database, self.engine, self.story = database, engine, Story(memory, NATIONAL_TENANT)

    async def both(self) -> None:
        await self.story.tell(THEM, reserved(THEIRS))
        await self.story.tell(US, reserved(OURS), found())

    async def overlap(self, seen_by: int | None) -> queries.Overlap | None:
        await self.engine.catch_up(NATIONAL_TENANT)
        async with reading(self.database, NATIONAL_TENANT) as connection:
            return await queries.funding_overlap(connection, seen_by, ALL, OVERLAP)

    async def overlaps(self, seen_by: int | None, **chosen: object) -> list[queries.Overlap]:
        await self.engine.catch_up(NATIONAL_TENANT)
        async with reading(self.database, NATIONAL_TENANT) as connection:
            by = queries.OverlapFilter(**chosen)  # type: ignore[arg-type] # as a query string gives it
            return (await queries.funding_overlaps(connection, seen_by, ALL, by)).items

    async def claims(self, seen_by: int | None, **chosen: object) -> list[object]:
        await self.engine.catch_up(NATIONAL_TENANT)
        async with reading(self.database, NATIONAL_TENANT) as connection:
            by = queries.ClaimFilter(**chosen)  # type: ignore[arg-type] # as a query string gives it
            return [one.claim_id for one in (await queries.funding_claims(connection, seen_by, by)).items]


@pytest.fixture
def ledger(database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> Ledger:
    return Ledger(database, engine, memory)


async def test_a_claim_from_its_reservation_to_its_end(ledger: Ledger) -> None:
    async def row():
        await ledger.engine.catch_up(NATIONAL_TENANT)
        (one,) = await live_rows(ledger.database, FUNDING_CLAIMS, NATIONAL_TENANT)
        return one

    await ledger.story.tell(US, reserved(OURS))
    first = await row()
    assert (first.state, first.version, first.institution, first.institution_id) == ("reserved", 1, "mflt", MINISTRY)
    assert (first.title, first.requested, first.amount, first.costs) == (
        OURS.title,
        OURS.amount,
        OURS.amount,
        OURS.costs,
    )

    await ledger.story.tell(US, RELEASED)
    assert ((await row()).state, (await row()).released) == ("released", "withdrawn")
    await ledger.story.tell(US, e.ClaimReopened(**OF), e.CoFinancingAdded(**OF, co_financing=SHARE))
    assert ((await row()).state, (await row()).released) == ("reserved", "")
    assert (await row()).co_financing == {"prizren": SHARE.amount}
    await ledger.story.tell(US, e.ClaimAmended(**OF, last_day=date(2027, 1, 31), elsewhere=Money(5)))
    assert ((await row()).last_day, (await row()).elsewhere, (await row()).amount) == (
        date(2027, 1, 31),
        Money(5),
        OURS.amount,
    )
    await ledger.story.tell(US, e.ClaimConfirmed(**OF, contract_id=CONTRACT, amount=Money(7)))
    await ledger.story.tell(US, e.OverdueReportFlagged(**OF, report_id=REPORT, due_on=date(2026, 2, 1)))
    owing = await row()
    assert (owing.state, owing.amount, owing.contract_id) == ("confirmed", Money(7), CONTRACT)
    assert owing.overdue == (OwedReport(REPORT, date(2026, 2, 1)),)
    await ledger.story.tell(US, e.OverdueReportCleared(**OF, report_id=REPORT), e.ClaimClosed(**OF, spent=Money(6)))
    last = await row()
    assert (last.state, last.amount, last.overdue, last.version) == ("closed", Money(6), (), 9)


async def test_the_ledger_is_the_nations(ledger: Ledger) -> None:
    await ledger.both()
    await ledger.story.tell(US, e.OverdueReportFlagged(**OF, report_id=REPORT, due_on=date(2026, 2, 1)))

    assert await ledger.claims(None) == [US, THEM]
    assert await ledger.claims(MINISTRY) == [US]
    assert await ledger.claims(MUNICIPALITY) == [THEM]
    assert await ledger.claims(99) == []
    assert await ledger.claims(None, overdue=True) == [US]
    assert await ledger.claims(None, overdue=False, state="reserved", organisation_id=ORGANISATION) == [THEM]


async def test_each_side_sees_itself_first_and_of_the_other_where_to_ask(ledger: Ledger) -> None:
    await ledger.both()
    mine, theirs = await ledger.overlap(MINISTRY), await ledger.overlap(MUNICIPALITY)

    assert mine is not None
    assert theirs is not None
    assert (mine.this.claim_id, mine.other.claim_id) == (US, THEM) == (theirs.other.claim_id, theirs.this.claim_id)
    assert (mine.other.institution, mine.other.contact) == ("prizren", THEIRS.contact)
    assert (mine.state, mine.similarity.total, mine.threshold) == ("standing", 1_000_000, 450_000)
    for seen in (mine, theirs):
        assert (seen.disclosed, seen.file) == (False, None)
    assert await ledger.overlap(99) is None
    assert await ledger.overlaps(99) == []


async def test_a_consent_opens_ones_own_file_to_the_other_and_an_order_both(ledger: Ledger) -> None:
    await ledger.both()
    await ledger.story.tell(US, e.DisclosureConsented(**OF, overlap_id=OVERLAP, claim_id=THEM))
    mine, theirs = await ledger.overlap(MINISTRY), await ledger.overlap(MUNICIPALITY)
    assert mine is not None
    assert theirs is not None
    assert mine.file is not None
    assert (mine.disclosed, mine.file.claim_id, mine.file.activity) == (True, THEM, THEIRS.activity)
    assert (theirs.disclosed, theirs.file, theirs.this.consented) == (False, None, True)

    await ledger.story.tell(US, e.DisclosureOrdered(**OF, overlap_id=OVERLAP, decision_no="7/2026", reason=REASON))
    theirs = await ledger.overlap(MUNICIPALITY)
    assert theirs is not None
    assert theirs.file is not None
    assert (theirs.file.claim_id, theirs.ruling[0].act, theirs.ruling[0].decision_no) == (US, "disclosed", "7/2026")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ((US, RELEASED), "moot"),
        ((THEM, RELEASED), "moot"),
        ((US, e.CoFinancingAdded(**OF, co_financing=SHARE)), "standing"),
        ((US, e.CoFinancingAdded(**OF, co_financing=ALL_OF_IT), e.ClaimAmended(**OF, amount=LESS)), "declared"),
        ((US, e.OverlapDismissed(**OF, overlap_id=OVERLAP, decision_no="8/2026", reason=REASON)), "dismissed"),
    ],
    ids=["released", "other released", "more than the costs", "declared", "dismissed"],
)
async def test_what_became_of_an_overlap(ledger: Ledger, told: tuple, state: str) -> None:
    await ledger.both()
    stream_id, *events = told
    await ledger.story.tell(stream_id, *events)

    assert [one.state for one in await ledger.overlaps(None)] == [state]
    if state != "standing":
        assert await ledger.overlaps(MINISTRY, state="standing") == []
    assert len(await ledger.overlaps(MUNICIPALITY, state=state, organisation_id=ORGANISATION)) == 1
    assert len(await live_rows(ledger.database, FUNDING_OVERLAPS, NATIONAL_TENANT)) == 1


async def test_claims_of_one_institution_are_no_secret_to_it(ledger: Ledger) -> None:
    again = facts(MINISTRY, 1)
    await ledger.story.tell(stream(again), reserved(again))
    await ledger.story.tell(US, reserved(OURS), found(theirs=again))

    (seen,) = await ledger.overlaps(MINISTRY)
    assert (seen.disclosed, seen.other.claim_id) == (True, stream(again))


async def test_what_an_overlap_wants_is_told_and_who_confirmed(ledger: Ledger) -> None:
    async def wants(*events: e.ClaimEvent) -> str:
        for event in events:
            await ledger.story.tell(US, event)
        (one,) = await ledger.overlaps(MINISTRY)
        return one.wants

    await ledger.both()
    assert await wants() == "declaration"
    assert await wants(e.CoFinancingAdded(**OF, co_financing=SHARE)) == "consistency"
    assert await wants(e.ClaimAmended(**OF, amount=LESS)) == "confirmation"
    ours, theirs = Amounts(own=LESS, other=THEIRS.amount), Amounts(own=THEIRS.amount, other=LESS)
    assert await wants(e.ConfirmationRecorded(**OF, overlap_id=OVERLAP, claim_id=US, amounts=ours)) == "confirmation"
    (one,) = await ledger.overlaps(MUNICIPALITY, state="standing")
    assert (one.this.confirmed, one.other.confirmed) == (False, True)
    assert await wants(e.ConfirmationRecorded(**OF, overlap_id=OVERLAP, claim_id=THEM, amounts=theirs)) == ""
    assert [one.state for one in await ledger.overlaps(None)] == ["declared"]


async def test_claims_and_overlaps_go_with_their_organisation(ledger: Ledger) -> None:
    survivor = derived_id("test", "survivor")
    await ledger.both()
    for claim_id, overlaps in ((US, (OVERLAP,)), (THEM, ())):
        moved = e.ClaimTransferred(organisation_id=survivor, merged_id=ORGANISATION, overlaps=overlaps)
        await ledger.story.tell(claim_id, moved)

    assert await ledger.claims(None, organisation_id=ORGANISATION) == []
    assert await ledger.claims(None, organisation_id=survivor) == [US, THEM]
    assert [one.organisation_id for one in await ledger.overlaps(None, organisation_id=survivor)] == [survivor]


async def test_the_registers_say_of_overlaps_what_the_ledger_says(ledger: Ledger) -> None:
    """The rule stands in the domain and, for lists, in SQL: both say the same after whatever happened."""
    chance, fold, states = ClaimsByChance(4), Claims(), Counter[str]()
    for turn in range(TURNS):
        stream_id, events = chance.next()
        await ledger.story.tell(stream_id, *events)
        for stored in (await ledger.story.store.read_stream(NATIONAL_TENANT, stream_id))[-len(events) :]:
            fold.apply(stream_id, restore(REGISTRY, stored))
        if turn % 5:
            continue
        for shown in await ledger.overlaps(None):
            states[shown.wants or shown.state] += 1
            of = {one.overlap_id: one for one in overlaps_of(shown.this.claim_id, fold.claims)}
            want = wanting(of[shown.overlap_id], fold.claims, ALL)
            assert (shown.wants, shown.state == "standing") == (want or "", want is not None), shown

    assert set(states) == {"declaration", "consistency", "confirmation", "declared", "dismissed", "moot"}, states
