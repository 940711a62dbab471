"""Given events of applications, commissions, complaints and agreements, then rows: `grant_application_register`,
`grant_commission_register`, `grant_scoring_sheet`, `grant_complaint_register` and `grant_agreement_register`."""

from typing import Any

import pytest

from domain.grants.events import agreement as ag
from domain.grants.events import application as ap
from domain.grants.events import commission as co
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import ApplicationStage
from domain.scoring.vocabulary import ConflictBasis
from projections import (
    grant_agreement_queries,
    grant_application_queries,
    grant_call_queries,
    grant_commission_queries,
    grant_complaint_queries,
)
from projections.catalogue import (
    GRANT_AGREEMENTS,
    GRANT_APPLICATIONS,
    GRANT_CALLS,
    GRANT_COMMISSIONS,
    GRANT_COMPLAINTS,
    GRANT_SCORES,
)
from projections.engine import Engine
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants import commissions as k
from tests.domain.grants import complaints as q
from tests.domain.grants import stories as s
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.given import ACTOR

OTHER_ORGANISATION = k.ELSEWHERE


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def shown(database: Any, engine: Engine, model: Any) -> list[Any]:
    await engine.catch_up(TENANT)
    return await live_rows(database, model, TENANT)


async def test_an_application_from_draft_to_agreement(database, engine: Engine, story: Story):
    await story.tell(a.APPLICATION, *a.WRITTEN, a.ATTACHED, a.INVITED, actor=ACTOR)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.version, row.title, row.requested) == ("draft", 5, a.PROJECT.title, s.euro(450_000))
    assert (row.sections["project"].revision, row.sections["project"].answers) == (1, s.ANSWERS["project"])
    assert (row.people, row.evidence[0].title, row.submitted_at) == ((ACTOR, a.COLLEAGUE), "Statuti", None)

    await story.tell(a.APPLICATION, ap.EvidenceRemoved(file_id=a.FILE_ID), ap.EditorRemoved(person_id=a.COLLEAGUE))
    await story.tell(a.APPLICATION, a.SIGNED)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.evidence, row.people, row.signed_off) == ((), (ACTOR,), (ACTOR,))

    await story.tell(a.APPLICATION, a.SUBMITTED, a.ASKED, a.COMPLETED, a.ELIGIBLE, a.NOTED)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.submitted_at, row.digest) == ("eligible", s.DURING, "ab" * 32)
    assert (row.completion.due_at, row.completion.note) == (a.COMPLETION.due_at, s.REASON)
    assert (row.checked.eligible, row.overlapping[0].institution) == (True, "mkrs")

    declared = CoFinancing(source="MKRS", amount=s.euro(10_000), institution="mkrs")
    await story.tell(a.APPLICATION, ap.CoFinancingDeclared(**a.OF_CALL, co_financing=declared), a.RESERVED)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.outcome.rank, row.award, row.declared) == ("reserve", 4, None, (declared,))
    await story.tell(a.APPLICATION, ap.ReservePromoted(**a.OF_CALL, amount=s.euro(400_000), reason=s.REASON))
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.award) == ("awarded", s.euro(400_000))
    await story.tell(a.APPLICATION, ap.ApplicationContracted(**a.OF_CALL, agreement_id=g.AGREEMENT))
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.agreement_id) == ("contracted", g.AGREEMENT)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (ap.AwardLapsed(**a.OF_CALL, reason=s.REASON), "lapsed"),
        (ap.ApplicationWithdrawn(**a.OF_CALL, before=ApplicationStage.AWARDED, reason=s.REASON), "withdrawn"),
    ],
)
async def test_an_application_that_comes_to_nothing(last, state, database, engine: Engine, story: Story):
    await story.tell(a.APPLICATION, *a.WON, last)
    (row,) = await shown(database, engine, GRANT_APPLICATIONS)
    assert (row.state, row.reason) == (state, s.REASON)


async def test_a_draft_is_its_peoples_and_what_was_submitted_the_organisations(database, engine: Engine, story: Story):
    await story.tell(a.APPLICATION, *a.WRITTEN, a.INVITED, actor=ACTOR)
    await Story(story.store, OTHER_TENANT).tell(a.FILE_ID, *a.SENT)
    await engine.catch_up(TENANT)
    await engine.catch_up(OTHER_TENANT)

    async def seen(person: Any, *organisations: Any) -> int:
        async with reading(database, TENANT) as connection:
            page = await grant_application_queries.own_applications(connection, person, organisations)
            one = await grant_application_queries.own_application(connection, a.APPLICATION, person, organisations)
        assert (one is not None) == bool(page.items)
        return len(page.items)

    assert await seen(a.COLLEAGUE) == 1
    assert await seen(a.STRANGER, a.ORGANISATION) == 1
    assert await seen(a.STRANGER, OTHER_ORGANISATION) == 0
    async with reading(database, TENANT) as connection:
        assert (await grant_application_queries.applications(connection)).items == []
        assert await grant_application_queries.application(connection, a.APPLICATION) is None
    await story.tell(a.APPLICATION, a.SIGNED, a.SUBMITTED, a.NOTED)
    await engine.catch_up(TENANT)
    assert await seen(a.COLLEAGUE) == 0
    async with reading(database, TENANT) as connection:
        for overlapping, count in ((True, 1), (False, 0), (None, 1)):
            chosen = grant_application_queries.Filter(call_id=s.CALL, overlapping=overlapping)
            assert len((await grant_application_queries.applications(connection, chosen)).items) == count


async def test_the_public_gets_the_scores_with_the_ranking_and_not_before(database, engine: Engine, story: Story):
    await story.tell(s.CALL, *s.OVER, s.EVALUATING)
    await story.tell(k.COMMISSION, *k.SEALED)
    (row,) = await shown(database, engine, GRANT_COMMISSIONS)
    assert (row.state, row.committed, row.revealed, row.seed, row.public) == ("scoring", 6, 0, k.SEED, False)
    assert [one.number for one in row.members][:2] == [1, 2]
    sheet = await shown(database, engine, GRANT_SCORES)
    assert {score.points for one in sheet for score in one.scores} == {None}

    await story.tell(k.COMMISSION, *k.ALL_REVEALED, *q.SCORED)
    await engine.catch_up(TENANT)
    assert await _public_sheet(database) is None
    await story.tell(s.CALL, q.PROVISIONAL)
    await engine.catch_up(TENANT)
    public = await _public_sheet(database)
    assert public is not None
    assert [(one.application_id, one.provisional.rank) for one in public.applications if one.provisional] == [
        (k.FIRST, 1),
        (k.SECOND, 2),
    ]
    assert public.applications[0].scores[0].points == k.GOOD
    assert (public.draw_seed, public.tie_seed, public.budget) == (k.SEED, k.TIE_SEED, 6_000_000)
    assert [one.person_id for one in public.members] == list(k.PANEL)
    assert [(one.number, one.person_id) for one in public.pool] == [(one.number, one.person_id) for one in k.POOL]
    (call,) = await shown(database, engine, GRANT_CALLS)
    assert (call.state, call.ranking, call.complaints_until) == ("provisional", q.RANKING, q.UNTIL.due_at)

    reopened = co.ApplicationReopened(application_id=k.SECOND, complaint_id=k.COMPLAINT, round=2)
    again = (k.committed(k.ONE, k.SECOND, k.GOOD, 2), k.revealed(k.ONE, k.SECOND, k.GOOD, 2))
    recused = co.MemberRecused(
        person_id=k.TWO, application_id=k.SECOND, basis=ConflictBasis.OFFICER, substitute=k.DRAWN.alternates[0]
    )
    await story.tell(k.COMMISSION, reopened, *again, recused, *q.SCORED)
    await story.tell(s.CALL, g.FINAL)
    rows = {row.application_id: row for row in await shown(database, engine, GRANT_SCORES)}
    assert (rows[k.SECOND].round, len(rows[k.SECOND].scores), rows[k.SECOND].recused) == (2, 4, (k.TWO,))
    assert (rows[k.FIRST].final.rank, rows[k.FIRST].round) == (1, 1)
    (row,) = await shown(database, engine, GRANT_COMMISSIONS)
    assert (row.state, row.recused, row.public) == ("scored", 1, True)


async def _public_sheet(database: Any) -> Any:
    async with reading_in_public(database, TENANT) as connection:
        call = await grant_call_queries.public_call(connection, g.AFTER_PROJECT, s.CALL)
        found = await grant_commission_queries.public_commission(connection, s.CALL)
        if call is None or found is None:
            return None
        rows = await grant_commission_queries.public_scores(connection, found.commission_id)
        return grant_commission_queries.sheet(call.tenant, call.facts, s.CALL, found, rows)


async def test_a_complaint_and_what_it_came_to(database, engine: Engine, story: Story):
    await story.tell(k.COMPLAINT, q.FILED, at=q.FILED_AT)
    (row,) = await shown(database, engine, GRANT_COMPLAINTS)
    assert (row.state, row.rank, row.decide_by, row.decided_at) == ("filed", 1, q.DECIDE_BY.due_at, None)
    async with reading(database, TENANT) as connection:
        for overdue, count in ((True, 1), (False, 0)):
            chosen = grant_complaint_queries.Filter(overdue=overdue)
            page = await grant_complaint_queries.complaints(connection, q.DECIDE_BY.due_at, chosen)
            assert len(page.items) == count
    admitted = q.e.ComplaintAdmitted(call_id=s.CALL, application_id=k.FIRST)
    decided = q.e.ComplaintDecided(
        call_id=s.CALL,
        application_id=k.FIRST,
        commission_id=k.COMMISSION,
        decision="partly",
        reason=s.REASON,
        late=True,
    )
    await story.tell(k.COMPLAINT, admitted, decided)
    (row,) = await shown(database, engine, GRANT_COMPLAINTS)
    assert (row.state, row.decision, row.late, row.reason) == ("decided", "partly", True, s.REASON)
    await story.tell(k.SECOND, q.FILED, q.e.ComplaintDismissed(call_id=s.CALL, application_id=k.FIRST, reason=s.REASON))
    states = {row.state for row in await shown(database, engine, GRANT_COMPLAINTS)}
    assert states == {"decided", "inadmissible"}


async def test_an_agreement_with_its_money_and_its_reports(database, engine: Engine, story: Story):
    await story.tell(g.AGREEMENT, g.AGREED)
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.state, row.public, row.award, row.paid) == ("drafted", False, s.euro(450_000), s.euro(0))
    await story.tell(g.AGREEMENT, g.SIGNED, g.REQUESTED, g.CHECKED)
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        for state, count in (("checked", 1), ("requested", 0)):
            chosen = grant_agreement_queries.Filter(instalment=state, text="festival")
            assert len((await grant_agreement_queries.agreements(connection, chosen)).items) == count
    await story.tell(g.AGREEMENT, g.PAID, g.OVERDUE)
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.paid, row.overdue, row.late, row.reports[0].state) == (s.euro(300_000), 1, 0, "overdue")
    await story.tell(g.AGREEMENT, g.reported(1, g.EXPENSE, late=True, was_overdue=True))
    returned = ag.ReportReturned(number=1, reason=s.REASON, due_at=g.INTERIM_DUE)
    await story.tell(g.AGREEMENT, returned, g.reported(1, g.EXPENSE), g.accepted())
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.overdue, row.late, row.reports[0].state) == (0, 0, "accepted")
    assert row.reports[0].expenses == (g.EXPENSE,)
    amended = ag.AgreementAmended(ends_on=g.AGREED.ends_on, instalments=g.INSTALMENTS, reports=g.DUE, reason=s.REASON)
    ordered = ag.RecoveryOrdered(decision_no="14", amount=s.euro(50_000), reason=s.REASON)
    received = ag.RecoveryReceived(amount=s.euro(20_000), received_on=g.AGREED.ends_on, reference="T")
    withheld = ag.InstalmentWithheld(number=2, amount=s.euro(150_000), reason=s.REASON)
    await story.tell(g.AGREEMENT, amended, withheld, ordered, received)
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert (row.instalments[0].state, row.instalments[1].state) == ("paid", "payment_withheld")
    assert (row.to_recover, row.recovered) == (s.euro(50_000), s.euro(20_000))


@pytest.mark.parametrize(
    ("events", "state", "decision"),
    [
        ((ag.AgreementSuspended(reason=s.REASON),), "suspended", ""),
        ((ag.AgreementSuspended(reason=s.REASON), ag.AgreementResumed(reason=s.REASON)), "active", None),
        (
            (
                ag.AgreementTerminated(
                    call_id=s.CALL,
                    organisation_id=a.ORGANISATION,
                    decision_no="12",
                    reason=s.REASON,
                    unpaid=s.euro(1),
                    reports=2,
                ),
            ),
            "terminated",
            "12",
        ),
        (
            (ag.AgreementCompleted(call_id=s.CALL, organisation_id=a.ORGANISATION, paid=s.euro(1), unpaid=s.euro(0)),),
            "completed",
            "",
        ),
    ],
)
async def test_how_an_agreement_ends(events, state, decision, database, engine: Engine, story: Story):
    await story.tell(g.AGREEMENT, *g.IN_FORCE, *events)
    (row,) = await shown(database, engine, GRANT_AGREEMENTS)
    assert row.state == state
    assert (row.ending.decision_no if row.ending else None) == decision


async def test_everybody_sees_signed_agreements_and_nothing_of_their_reports(database, engine: Engine, story: Story):
    await story.tell(g.AGREEMENT, g.AGREED)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        assert (await grant_agreement_queries.public_agreements(connection)).items == []
    await story.tell(g.AGREEMENT, g.SIGNED)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        (one,) = (await grant_agreement_queries.public_agreements(connection)).items
        assert (one.award, one.organisation_name) == (s.euro(450_000), g.AGREED.organisation_name)
        found = await grant_agreement_queries.public_agreement(connection, g.AGREEMENT)
        assert found is not None
        none = grant_agreement_queries.Filter(overdue=True)
        assert (await grant_agreement_queries.public_agreements(connection, none)).items == []
