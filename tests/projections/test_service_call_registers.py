"""Given events from a need to an award, then rows of each register, and what institution, bidders and public are shown.

service_need_register, service_call_register, service_bid_register, service_evaluation_register, service_bid_sheet,
service_complaint_register.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.contracts.events import bid as b
from domain.contracts.events import call as e
from domain.contracts.events import evaluation as v
from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import BidSeat, Evaluator
from domain.kernel.deadline import Deadline
from domain.kernel.text import title
from domain.scoring.vocabulary import Interest
from projections import (
    service_bid_queries,
    service_call_queries,
    service_complaint_queries,
    service_evaluation_queries,
    service_need_queries,
)
from projections.catalogue import (
    DEADLINES,
    SERVICE_BID_SHEETS,
    SERVICE_BIDS,
    SERVICE_CALLS,
    SERVICE_COMPLAINTS,
    SERVICE_EVALUATIONS,
    SERVICE_NEEDS,
)
from projections.engine import Engine
from projections.read_model import ReadModel
from tests.domain.contracts import bidding as x
from tests.domain.contracts import tendering as t
from tests.domain.contracts.bidding import BEST, BID_ONE, BID_TWO, COMPLAINT, EVALUATION
from tests.domain.contracts.tendering import CALL, DURING, NEED, ONE, TWO
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story

OVERLAP = e.OverlapNoted(overlap_id=COMPLAINT, institution="peje", contact="Zyra <a@b.org>", similarity=500_000)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def told(
    database, engine: Engine, story: Story, model: ReadModel[Any], stream: UUID, *events: Any, at: Any = None
):
    """The row of the stream after the events."""
    await story.tell(stream, *events, at=at)
    await engine.catch_up(TENANT)
    (found,) = [row for row in await live_rows(database, model, TENANT) if getattr(row, model.key[0]) == stream]
    return found


async def test_a_need_is_public_once_it_is_to_be_bought(database, engine: Engine, story: Story):
    row = await told(database, engine, story, SERVICE_NEEDS, NEED, t.NEED_ASSESSED, at=t.ASSESSED_AT)
    assert (row.state, row.public, row.service, row.estimate, row.budget) == (
        "assessed",
        False,
        "day_care",
        t.euro(8_000_000),
        None,
    )
    async with reading_in_public(database, TENANT) as connection:
        assert await service_need_queries.public_need(connection, NEED) is None

    row = await told(database, engine, story, SERVICE_NEEDS, NEED, t.NEED_APPROVED)
    assert (row.state, row.public, row.budget, row.decision_no) == ("approved", True, t.euro(7_000_000), "31/2026")
    async with reading_in_public(database, TENANT) as connection:
        page = await service_need_queries.public_needs(connection, service_need_queries.Filter(place="suhareke"))
        assert [(one.need_id, one.tenant) for one in page.items] == [(NEED, "tenant-2")]
    async with reading(database, TENANT) as connection:

        async def found(**chosen: Any) -> list[UUID]:
            page = await service_need_queries.needs(connection, service_need_queries.Filter(**chosen))
            return [one.need_id for one in page.items]

        assert await found(text="dnevni") == await found(service="day_care", year=2026) == [NEED]
        assert await found(state="withdrawn") == await found(place="peje") == []
    row = await told(database, engine, story, SERVICE_NEEDS, NEED, t.NEED_WITHDRAWN)
    assert (row.state, row.reason, row.public) == ("withdrawn", t.REASON, True)


async def test_a_call_from_planning_to_contract(database, engine: Engine, story: Story):
    row = await told(database, engine, story, SERVICE_CALLS, CALL, t.planned(CallFacts(title=t.TITLE)))
    assert (row.state, row.public, row.mode, row.need_id, row.lint_errors) == ("planning", False, "", None, None)
    found = replace(t.CHECKED, errors=1, warnings=2)
    row = await told(database, engine, story, SERVICE_CALLS, CALL, e.CallAmended(changes=t.FACTS), found)
    assert (row.mode, row.service, row.need_id, row.lint_errors, row.lint_warnings) == ("open", "day_care", NEED, 1, 2)
    row = await told(database, engine, story, SERVICE_CALLS, CALL, t.published(), at=t.PUBLISHED_AT)
    assert (row.state, row.public, row.closes_at, row.facts) == ("published", True, t.CLOSES_AT, t.FACTS)
    row = await told(database, engine, story, SERVICE_CALLS, CALL, t.CLARIFIED, t.CLOSED)
    assert [one.answer for one in row.clarifications] == [t.SUMMARY]
    assert (row.state, row.opening_until, row.bids) == ("closed", t.OPENING_DUE.due_at, None)
    later = replace(t.OPENING_DUE, due_at=t.OPENING_DUE.due_at + timedelta(days=1))
    row = await told(
        database, engine, story, SERVICE_CALLS, CALL, e.CallDeadlineMoved(previous=t.OPENING_DUE, deadline=later)
    )
    assert (row.opening_until, row.closes_at) == (later.due_at, t.CLOSES_AT)
    row = await told(database, engine, story, SERVICE_CALLS, CALL, t.QUALIFYING, t.PENDING, x.proposed(), OVERLAP)
    assert (row.state, row.bids, row.ranking, row.awards[0].state) == ("standstill", 2, x.RANKING, "proposed")
    assert (row.awards[0].standstill_until, row.overlapping[0].institution) == (x.STANDSTILL.due_at, "peje")

    aside = e.AwardSetAside(complaint_id=COMPLAINT, bid_id=BEST.bid_id, organisation_id=BEST.organisation_id)
    row = await told(database, engine, story, SERVICE_CALLS, CALL, aside)
    assert (row.state, row.awards[0].state) == ("qualification", "set_aside")
    row = await told(database, engine, story, SERVICE_CALLS, CALL, t.PENDING, x.proposed(number=2), confirmed())
    assert (row.state, [one.state for one in row.awards]) == ("awarded", ["set_aside", "confirmed"])
    assert row.awards[1].decision_no == "40/2026"
    row = await told(
        database, engine, story, SERVICE_CALLS, CALL, e.CallContracted(contract_id=row.awards[1].contract_id)
    )
    assert (row.state, row.contract_id) == ("contracted", row.awards[1].contract_id)


def confirmed() -> e.AwardConfirmed:
    return e.AwardConfirmed(
        need_id=NEED,
        bid_id=BEST.bid_id,
        organisation_id=BEST.organisation_id,
        contract_id=e.contract_id(CALL, BEST.organisation_id),
        decision_no="40/2026",
        lines=x.proposed().lines,
        total=BEST.total,
        **x.LICENCE,
    )


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((e.CallCancelled(reason=t.REASON, need_id=NEED),), "cancelled"),
        ((t.CLOSED, e.CallUnsuccessful(reason=t.REASON, need_id=NEED)), "unsuccessful"),
        (
            (
                t.CLOSED,
                t.QUALIFYING,
                t.PENDING,
                x.proposed(),
                confirmed(),
                e.AwardLapsed(organisation_id=BEST.organisation_id, bid_id=BEST.bid_id, reason=t.REASON),
            ),
            "award_pending",
        ),
        ((t.CLOSED, t.QUALIFYING, t.LISTED), "listed"),
    ],
)
async def test_how_else_a_call_ends(database, engine: Engine, story: Story, events: tuple[Any, ...], state: str):
    row = await told(database, engine, story, SERVICE_CALLS, CALL, *t.OPEN_CALL, *events)

    assert row.state == state
    assert row.reason == (None if state == "listed" else t.REASON)
    assert bool(row.providers) == (state == "listed")


async def test_calls_are_found_and_everybody_sees_the_published_ones(database, memory, engine: Engine, story: Story):
    draft = t.planned(t.facts(title=title(sq="Strehim", sr="Sklonište"), service="shelter"))
    await story.tell(CALL, *t.OPEN_CALL, at=t.PUBLISHED_AT)
    await story.tell(t.OTHER_CALL, draft, at=DURING)
    await Story(memory, OTHER_TENANT).tell(t.LIST, *t.OPEN_CALL, at=DURING)
    for tenant_id in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant_id)
    async with reading(database, TENANT) as connection:

        async def found(**chosen: Any) -> list[UUID]:
            page = await service_call_queries.calls(connection, DURING, service_call_queries.Filter(**chosen))
            return [one.call_id for one in page.items]

        assert await found() == [t.OTHER_CALL, CALL]
        assert await found(text="skloniste") == await found(service="shelter") == [t.OTHER_CALL]
        assert await found(state="published") == await found(open_at=DURING) == [CALL]
        assert await found(need_id=NEED, mode="open", place="prizren", year=2026) == [t.OTHER_CALL, CALL]
        assert await found(open_at=t.CLOSES_AT) == []
        call = await service_call_queries.call(connection, t.CLOSES_AT - timedelta(microseconds=1), CALL)
        assert call is not None
        assert call.is_open
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await service_call_queries.public_calls(connection, DURING)
        assert [(one.call_id, one.tenant) for one in page.items] == [(t.LIST, "tenant-3"), (CALL, "tenant-2")]
        assert await service_call_queries.public_call(connection, DURING, t.OTHER_CALL) is None
    async with reading_in_public(database, TENANT) as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT overlapping FROM service_call_register")
        await connection.execute("ROLLBACK; BEGIN")  # type: ignore[attr-defined] # the driver's own


async def test_nobody_knows_of_a_bid_until_it_is_opened_but_who_sealed_it(database, engine: Engine, story: Story):
    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, x.bid_sealed())
    assert (row.state, row.content, row.total, row.shown, row.revision) == ("sealed", None, None, False, 1)
    await told(database, engine, story, SERVICE_BIDS, BID_TWO, x.bid_sealed(TWO))
    async with reading(database, TENANT) as connection:
        assert (await service_bid_queries.bids(connection)).items == []
        assert await service_bid_queries.bid(connection, BID_ONE) is None
        own = await service_bid_queries.own_bids(connection, [ONE])
        assert [one.bid_id for one in own.items] == [BID_ONE]
        assert await service_bid_queries.own_bid(connection, BID_ONE, [TWO]) is None
    async with reading_in_public(database, TENANT) as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT * FROM service_bid_register")
        await connection.execute("ROLLBACK; BEGIN")  # type: ignore[attr-defined] # the driver's own

    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, x.opened())
    assert (row.state, row.content, row.total.amount, row.shown) == ("opened", x.CHEAP, 4_800_000, True)
    row = await told(database, engine, story, SERVICE_BIDS, BID_TWO, x.of_bid(b.BidDisregarded, TWO))
    assert (row.state, row.content, row.shown) == ("disregarded", None, True)
    async with reading(database, TENANT) as connection:
        chosen = service_bid_queries.Filter(call_id=CALL, state="opened")
        assert [one.bid_id for one in (await service_bid_queries.bids(connection, chosen)).items] == [BID_ONE]
        assert await service_bid_queries.bid(connection, BID_TWO) is not None
    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, x.qualified())
    assert (row.state, row.licence_origin) == ("qualified", "10:1:12")
    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, x.REOPENED, x.DISQUALIFIED)
    assert (row.state, row.reason, row.licence_origin) == ("disqualified", t.REASON, "")


async def test_a_bid_that_is_sealed_again(database, engine: Engine, story: Story):
    sealed = x.bid_sealed(of=x.DEAR)
    again = {name: getattr(sealed, name) for name in b.BidResealed.__struct_fields__} | {
        "revision": 2,
        "receipt": "R-2",
    }
    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, x.bid_sealed(), x.WITHDRAWN)
    assert (row.state, row.reason, row.shown) == ("withdrawn", t.REASON, False)
    row = await told(database, engine, story, SERVICE_BIDS, BID_ONE, b.BidResealed(**again))
    assert (row.state, row.reason, row.revision, row.commitment) == ("sealed", None, 2, sealed.commitment)


async def test_the_sheet_of_scores_is_public_with_the_award(database, engine: Engine, story: Story):
    row = await told(database, engine, story, SERVICE_EVALUATIONS, EVALUATION, *x.SEALED_SCORES)
    assert (row.state, row.bids, row.committed, row.revealed, row.public) == ("scoring", 2, 6, 0, False)
    recused = v.EvaluatorRecused(person_id=x.FIRST, bid_id=BID_ONE, basis="officer", substitute=x.SPARE)
    row = await told(database, engine, story, SERVICE_EVALUATIONS, EVALUATION, recused, *x.ALL_REVEALED, x.RANKED)
    assert (row.state, row.recused, row.revealed) == ("scored", 1, 6)
    sheets = {one.bid_id: one for one in await live_rows(database, SERVICE_BID_SHEETS, TENANT)}
    assert (sheets[BID_ONE].recused, sheets[BID_ONE].declared) == ((x.FIRST,), x.PANEL)
    assert [one.points for one in sheets[BID_TWO].scores] == [x.GOOD] * 3

    await story.tell(CALL, *t.AWARD_PENDING, x.proposed())
    anew = v.BidScoringOpened(candidates=x.CANDIDATES, tie_seed=x.SCORING.tie_seed, anew=(BID_TWO,))
    row = await told(
        database, engine, story, SERVICE_EVALUATIONS, EVALUATION, anew, x.committed(x.FIRST, BID_TWO, x.FAIR, 2)
    )
    assert (row.public, row.state) == (True, "scoring")
    sheets = {one.bid_id: one for one in await live_rows(database, SERVICE_BID_SHEETS, TENANT)}
    assert (sheets[BID_TWO].round, sheets[BID_ONE].round, len(sheets[BID_TWO].scores)) == (2, 1, 4)
    async with reading_in_public(database, TENANT) as connection:
        evaluated = await service_evaluation_queries.public_evaluation(connection, CALL)
        assert evaluated is not None
        rows = await service_evaluation_queries.public_scores(connection, evaluated.evaluation_id)
        sheet = service_evaluation_queries.sheet("tenant-2", t.FACTS, evaluated, rows)
        assert [one.bid_id for one in sheet.bids] == [one.bid_id for one in x.RANKING]
        assert [len(one.scores) for one in sheet.bids] == [3, 3], "what is sealed is not published"
        assert [(one.proposal, one.round) for bid in sheet.bids for one in bid.stood] == [(1, 1), (1, 1)]
        assert (sheet.budget, sheet.aggregation, len(sheet.evaluators)) == (6_000_000, "mean", 4)
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT declared FROM service_bid_sheet")
        await connection.execute("ROLLBACK; BEGIN")  # type: ignore[attr-defined] # the driver's own
    shown = x.revealed(x.FIRST, BID_TWO, x.FAIR, 2)
    await told(database, engine, story, SERVICE_EVALUATIONS, EVALUATION, shown)
    async with reading(database, TENANT) as connection:
        page = await service_evaluation_queries.sheet_rows(connection, EVALUATION, limit=1)
        (row,) = page.items
        assert (row.rank, row.bid_id, row.scores[-1].points) == (1, BID_TWO, x.FAIR)
        assert (row.shown.scores[-1].points, row.shown.scores[-1].salt) == (None, "")
        assert [one.points for one in row.shown.scores[:-1]] == [x.GOOD] * 3


async def test_who_scores_a_bid_and_who_does_not_any_more(database, engine: Engine, story: Story):
    late = v.EvaluatorInterestDeclared(
        person_id=x.FIRST, bid_id=BID_ONE, interest=Interest.NONE, late_offices=(COMPLAINT,)
    )
    await story.tell(EVALUATION, *x.AT_WORK, late)
    await engine.catch_up(TENANT)
    sheets = {one.bid_id: one for one in await live_rows(database, SERVICE_BID_SHEETS, TENANT)}
    assert (sheets[BID_ONE].late, sheets[BID_TWO].late) == ((x.FIRST,), ())
    decided = v.EvaluatorConflictDecided(
        person_id=x.FIRST, bid_id=BID_ONE, recused=False, decision_no="34", reason=t.REASON
    )
    seats = (BidSeat(BID_ONE, x.SPARE), BidSeat(BID_TWO))
    replaced = v.EvaluatorReplaced(person_id=x.FIRST, decision_no="35", reason=t.REASON, seats=seats)
    more = v.AlternatesAppointed(
        decision_no="36", alternates=(Evaluator(person_id=COMPLAINT, number=5),), seats=(BidSeat(BID_TWO, COMPLAINT),)
    )
    row = await told(database, engine, story, SERVICE_EVALUATIONS, EVALUATION, decided, replaced, more)
    assert [one.number for one in row.alternates] == [4, 5]
    sheets = {one.bid_id: one for one in await live_rows(database, SERVICE_BID_SHEETS, TENANT)}
    assert [(one.late, one.replaced) for one in sheets.values()] == [((), (x.FIRST,))] * 2


@pytest.mark.parametrize(
    ("event", "state", "decision"),
    [(x.UPHELD, "decided", "upheld"), (x.REJECTED, "decided", "rejected"), (x.DISMISSED, "inadmissible", "")],
)
async def test_a_complaint_and_its_day(database, engine: Engine, story: Story, event: Any, state: str, decision: str):
    row = await told(database, engine, story, SERVICE_COMPLAINTS, COMPLAINT, x.FILED, x.ADMITTED, at=t.AFTER)
    assert (row.state, row.contested_id, row.proposal) == ("admitted", BEST.bid_id, 1)
    late = x.FILED.decide_by.due_at
    async with reading(database, TENANT) as connection:
        overdue = service_complaint_queries.Filter(call_id=CALL, overdue=True)
        assert (await service_complaint_queries.complaints(connection, t.AFTER, overdue)).items == []
        assert len((await service_complaint_queries.complaints(connection, late, overdue)).items) == 1
        own = await service_complaint_queries.complaints(
            connection, late, service_complaint_queries.Filter(overdue=True), organisations=[x.FILED.organisation_id]
        )
        assert [one.complaint_id for one in own.items] == [COMPLAINT]
    row = await told(database, engine, story, SERVICE_COMPLAINTS, COMPLAINT, event)
    assert (row.state, row.decision, row.reason) == (state, decision, t.REASON)
    async with reading_in_public(database, TENANT) as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("SELECT * FROM service_complaint_register")
        await connection.execute("ROLLBACK; BEGIN")  # type: ignore[attr-defined] # the driver's own


async def due(database, engine: Engine) -> dict[str, Any]:
    await engine.catch_up(TENANT)
    return {one.kind: one for one in await live_rows(database, DEADLINES, TENANT)}


async def test_deadlines_of_a_call_and_what_the_clock_does(database, engine: Engine, story: Story):
    await story.tell(CALL, *t.OPEN_CALL)
    found = (await due(database, engine))["service_call"]
    assert (found.state, found.due_at, found.action) == ("pending", t.CLOSES_AT, "CloseServiceCall")
    moved = replace(t.BIDDING, due_at=t.CLOSES_AT + timedelta(days=1))
    await story.tell(CALL, e.CallDeadlineMoved(previous=t.BIDDING, deadline=moved), t.CLOSED)
    found = await due(database, engine)
    assert (found["service_call"].state, found["service_call"].due_at) == ("met", moved.due_at)
    opening = found["bid_opening"]
    assert (opening.state, opening.due_at, opening.action) == ("pending", t.OPENING_DUE.due_at, "BeginQualification")
    later = later_by_a_day(t.OPENING_DUE)
    await story.tell(CALL, e.CallDeadlineMoved(previous=t.OPENING_DUE, deadline=later))
    assert (await due(database, engine))["bid_opening"].due_at == later.due_at
    await story.tell(CALL, t.QUALIFYING, t.PENDING, x.proposed())
    found = await due(database, engine)
    assert (found["bid_opening"].state, found["standstill"].state) == ("met", "pending")

    await story.tell(COMPLAINT, x.FILED)
    assert (await due(database, engine))["service_complaint_decision"].state == "pending"
    await story.tell(COMPLAINT, x.UPHELD, at=x.FILED.decide_by.due_at)
    await story.tell(CALL, e.AwardSetAside(complaint_id=COMPLAINT, bid_id=BEST.bid_id))
    found = await due(database, engine)
    assert (found["service_complaint_decision"].state, found["standstill"].state) == ("missed", "cancelled")
    again = later_by_a_day(x.STANDSTILL)
    await story.tell(CALL, t.PENDING, x.proposed(number=2, standstill=again))
    found = (await due(database, engine))["standstill"]
    assert (found.state, found.due_at, len(found.moved)) == ("pending", again.due_at, 1)
    await story.tell(CALL, confirmed())
    assert (await due(database, engine))["standstill"].state == "met"


def later_by_a_day(deadline: Deadline) -> Deadline:
    return replace(deadline, due_at=deadline.due_at + timedelta(days=1))


async def test_what_is_given_up_is_not_due_any_more(database, engine: Engine, story: Story):
    await story.tell(CALL, *t.OPEN_CALL, e.CallCancelled(reason=t.REASON, need_id=NEED))

    assert (await due(database, engine))["service_call"].state == "cancelled"
