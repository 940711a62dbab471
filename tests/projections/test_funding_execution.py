"""Given a plan, calls, awards and agreements, then what became of the money of each line, for its institution and all."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest

from domain.grants.events import agreement as ag
from domain.grants.events import application as ap
from domain.grants.events import funding_plan as p
from domain.grants.events import grant_call as g
from domain.grants.events import ranking as r
from domain.grants.ranking import Ranked
from domain.grants.vocabulary import ApplicationStage, AwardOutcome, LineFunding, PlanFunding
from domain.kernel.event import Event
from projections.catalogue import FUNDING_PLANS, GRANT_CALLS
from projections.engine import Engine
from projections.funding_execution import FundingExecution, funding_execution, public_funding_execution
from tests.domain.grants import agreements as a
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, TENANT, Story, derived_id

CALL, OTHER_CALL = derived_id("call", "A"), derived_id("call", "B")
FIRST, SECOND, THIRD = (derived_id("application", n) for n in range(3))
BOTH = PlanFunding(
    plan_id=s.PLAN,
    lines=tuple(LineFunding(line_id=one, amount=s.euro(400_000)) for one in (s.LINE, s.OTHER_LINE)),
)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


def of_call(event: Event, call_id: UUID, **changes) -> Event:
    return msgspec.structs.replace(event, call_id=call_id, **changes)


def ranked(*awards: tuple[UUID, int]) -> r.FinalRankingPublished:
    ranking = (
        *(Ranked(one, n, 900_000, AwardOutcome.AWARDED, s.euro(amount)) for n, (one, amount) in enumerate(awards, 1)),
        Ranked(THIRD, 9, 500_000, AwardOutcome.RESERVE, s.euro(100_000)),
    )
    return r.FinalRankingPublished(commission_id=derived_id("commission"), ranking=ranking, changed=False)


async def publish(story: Story, call_id: UUID, funding: PlanFunding, *events: Event) -> None:
    published = msgspec.structs.replace(s.PUBLISHED, facts=s.facts(plan=funding))
    await story.tell(call_id, *s.PREPARED, s.CHECKED, published, s.CLOSED, s.EVALUATING, *events)


async def agree(story: Story, call_id: UUID, application: UUID, award: int, *events: Event) -> None:
    """An agreement of two instalments, the first of which takes two thirds."""
    terms = {"application_id": application, "award": s.euro(award)}
    agreed, signed = of_call(a.AGREED, call_id, **terms), of_call(a.SIGNED, call_id, **terms)
    await story.tell(derived_id("agreement", application), agreed, signed, *events)


async def seen(database, engine: Engine) -> FundingExecution:
    """The same for the institution and for everybody."""
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        own = await funding_execution(connection, "tenant-2", s.PLAN)
        assert await funding_execution(connection, "tenant-2", CALL) is None
    async with reading_in_public(database, TENANT) as connection:
        public = await public_funding_execution(connection, NOW, s.PLAN)
    assert own == public
    assert own is not None
    return own


def figures(found: FundingExecution) -> list[tuple[int, ...]]:
    """Of each line and in all: planned, committed, awarded, contracted, paid, recovered, free."""
    for one in (*found.lines, found.total):
        assert one.planned == one.committed + one.free
    return [
        tuple(getattr(one, field).amount for field in type(found.total).__struct_fields__)
        for one in (*found.lines, found.total)
    ]


async def test_a_line_is_used_up_before_the_next_that_pays_for_the_call(database, engine: Engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    await publish(story, CALL, BOTH, ranked((FIRST, 300_000), (SECOND, 200_000)))
    paid = ag.InstalmentPaid(number=1, amount=s.euro(200_000), paid_on=date(2026, 7, 2), reference="T")
    back = ag.RecoveryReceived(amount=s.euro(50_000), received_on=date(2026, 9, 2), reference="T")
    await agree(story, CALL, FIRST, 300_000, paid, back)

    assert figures(await seen(database, engine)) == [
        (10_000_000, 400_000, 400_000, 300_000, 200_000, 50_000, 9_600_000),
        (5_000_000, 400_000, 100_000, 0, 0, 0, 4_600_000),
        (15_000_000, 800_000, 500_000, 300_000, 200_000, 50_000, 14_200_000),
    ]


async def test_an_ended_call_gives_back_what_it_does_not_use(database, engine: Engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    released = g.FundingReleased(
        plan_id=s.PLAN,
        lines=(
            LineFunding(line_id=s.LINE, amount=s.euro(100_000)),
            LineFunding(line_id=s.OTHER_LINE, amount=s.euro(400_000)),
        ),
    )
    await publish(story, CALL, BOTH, ranked((FIRST, 300_000)), s.CONTRACTED, released)
    paid = ag.InstalmentPaid(number=1, amount=s.euro(200_000), paid_on=date(2026, 7, 2), reference="T")
    await agree(story, CALL, FIRST, 300_000, paid)

    assert figures(await seen(database, engine))[:2] == [
        (10_000_000, 300_000, 300_000, 300_000, 200_000, 0, 9_700_000),
        (5_000_000, 0, 0, 0, 0, 0, 5_000_000),
    ]
    (plan,) = await live_rows(database, FUNDING_PLANS, TENANT)
    assert [[(one.amount, one.released) for one in line.calls] for line in plan.lines] == [
        [(s.euro(300_000), s.euro(100_000))],
        [(s.euro(0), s.euro(400_000))],
    ]

    ended = ag.AgreementTerminated(
        call_id=CALL,
        organisation_id=a.ORGANISATION,
        decision_no="12/2026",
        reason=s.REASON,
        unpaid=s.euro(100_000),
        reports=2,
    )
    await story.tell(derived_id("agreement", FIRST), ended)
    more = msgspec.structs.replace(released, lines=(LineFunding(line_id=s.LINE, amount=s.euro(100_000)),))
    await story.tell(CALL, more, at=NOW + timedelta(days=1))

    assert figures(await seen(database, engine))[0] == (10_000_000, 200_000, 300_000, 200_000, 200_000, 0, 9_800_000)
    (plan,) = await live_rows(database, FUNDING_PLANS, TENANT)
    assert plan.lines[0].calls[0].released == s.euro(200_000)


async def test_awards_lapse_and_the_reserve_takes_their_place(database, engine: Engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    await publish(story, CALL, s.funding(800_000), ranked((FIRST, 300_000), (SECOND, 200_000)))
    own = {"call_id": CALL, "organisation_id": a.ORGANISATION}
    await story.tell(FIRST, ap.AwardLapsed(**own, reason=s.REASON))
    await story.tell(SECOND, ap.ApplicationWithdrawn(**own, before=ApplicationStage.AWARDED))
    await story.tell(THIRD, ap.ReservePromoted(**own, amount=s.euro(100_000), reason=s.REASON))

    assert figures(await seen(database, engine))[0][:4] == (10_000_000, 800_000, 100_000, 0)
    (call,) = await live_rows(database, GRANT_CALLS, TENANT)
    assert [(one.application_id, one.amount) for one in call.awards] == [(THIRD, s.euro(100_000))]


async def test_an_award_that_stood_early_and_lapsed_does_not_come_back_with_the_final_ranking(
    database, engine: Engine, story: Story
):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    final = ranked((FIRST, 300_000), (SECOND, 200_000))
    early = r.RanksReleased(
        commission_id=final.commission_id, released=final.ranking[:1], contested=(THIRD,), frozen_until=None
    )
    await publish(story, CALL, s.funding(800_000), early)
    assert figures(await seen(database, engine))[0][2] == 300_000

    own = {"call_id": CALL, "organisation_id": a.ORGANISATION}
    await story.tell(FIRST, ap.AwardLapsed(**own, reason=s.REASON))
    await story.tell(CALL, final)
    assert figures(await seen(database, engine))[0][2] == 200_000


async def test_of_a_void_call_only_what_was_agreed_on_stands(database, engine: Engine, story: Story):
    await story.tell(s.PLAN, *s.PUBLISHED_PLAN)
    await publish(story, CALL, s.funding(800_000), ranked((FIRST, 300_000), (SECOND, 200_000)))
    await agree(story, CALL, FIRST, 300_000)
    back = LineFunding(line_id=s.LINE, amount=s.euro(500_000))
    void = msgspec.structs.replace(s.VOIDED, plan_id=None)
    await story.tell(CALL, void, g.FundingReleased(plan_id=s.PLAN, lines=(back,)))
    await publish(story, OTHER_CALL, s.funding(700_000))
    await story.tell(OTHER_CALL, s.CANCELLED)

    assert figures(await seen(database, engine))[0] == (10_000_000, 300_000, 300_000, 300_000, 0, 0, 9_700_000)


async def test_a_draft_plan_is_executed_for_nobody_else(database, engine: Engine, story: Story):
    dropped = p.PlanLineDropped(line_id=s.OTHER_LINE)
    await story.tell(s.PLAN, *s.DRAFTED_PLAN, dropped)
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        found = await funding_execution(connection, "tenant-2", s.PLAN)
    assert found is not None
    assert [one.line_id for one in found.lines] == [s.LINE]
    assert found.total.free == s.euro(10_000_000)
    async with reading_in_public(database, TENANT) as connection:
        assert await public_funding_execution(connection, NOW, s.PLAN) is None
