"""Given events, then rows and answers of the consultation register and the public register."""

from datetime import date, timedelta

import pytest

from domain.consultations import events as e
from domain.consultations.vocabulary import (
    Conclusion,
    DeadlineKind,
    DocumentKind,
    MeetingFormat,
    Outcome,
    PlanItemReference,
    WithheldReason,
)
from domain.kernel.text import text, title
from projections import consultation_queries as queries
from projections.catalogue import CONSULTATIONS
from projections.consultation_queries import Filter
from projections.engine import Engine
from projections.public_register import (
    overdue_reports,
    public_consultation,
    public_consultations,
    public_contributions,
)
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import (
    NOW,
    OTHER_TENANT,
    TENANT,
    Story,
    a_deadline,
    a_file,
    answered,
    attached,
    closed,
    derived_id,
    drafted,
    opened,
    planned,
    reported,
    submitted,
)

A, B, C = derived_id("A"), derived_id("B"), derived_id("C")
CLOSES = NOW + timedelta(days=20)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def one_row(database, engine: Engine):
    await engine.catch_up(TENANT)
    rows = await live_rows(database, CONSULTATIONS, TENANT)
    assert len(rows) == 1
    return rows[0]


async def test_a_plan_becomes_a_row(database, engine, story: Story):
    await story.tell(A, planned("Ligji për ujërat", summary=text(en="Water")), source="us", source_id="EPA-1")

    row = await one_row(database, engine)

    assert (row.consultation_id, row.state, row.version, row.year) == (A, "planned", 1, 2026)
    assert row.title == title(sq="Ligji për ujërat", sr="Ligji për ujërat sr")
    assert (row.source, row.source_id, row.public) == ("us", "EPA-1", False)
    assert row.planned_at == row.changed_at == NOW + timedelta(minutes=1)


async def test_drafting_until_ready(database, engine, story: Story):
    citation = PlanItemReference(plan_id=B, item_id=C)
    await story.tell(A, planned())
    await story.tell(A, e.InitialRoundOpened(questions=text(sq="?")))
    assert (await one_row(database, engine)).state == "initial"
    await story.tell(A, e.InitialRoundFinished(participants=1, summary=text(sq=".")))
    await story.tell(
        A,
        attached(),
        attached(DocumentKind.ANNEX),
        e.DocumentRemoved(document_id=derived_id("document", DocumentKind.ANNEX)),
    )
    await story.tell(A, e.LegalityChecked(errors=1, warnings=2, findings=()))
    assert (await one_row(database, engine)).state == "drafting"
    await story.tell(A, e.LegalityChecked(errors=0, warnings=2, findings=()))
    row = await one_row(database, engine)
    assert (row.state, row.lint_errors, row.lint_warnings, len(row.documents)) == ("ready", 0, 2, 1)

    await story.tell(A, e.DraftAmended(title=title(sq="Tjetër"), complex=True), e.PlanItemCited(plan_item=citation))

    row = await one_row(database, engine)
    assert (row.state, row.complex, row.plan_item) == ("drafting", True, citation)
    assert row.title == title(sq="Tjetër")
    await story.tell(A, e.UnplannedReasonGiven(reason=text(sq="Urgjent")))
    assert (await one_row(database, engine)).unplanned_reason == text(sq="Urgjent")


async def test_a_window_opens_moves_and_closes(database, engine, story: Story):
    later = CLOSES + timedelta(days=5)
    await story.tell(A, planned(), opened())
    row = await one_row(database, engine)
    assert (row.state, row.opens_at, row.closes_at, row.public) == ("open", NOW, CLOSES, True)
    await story.tell(A, e.ConsultationExtended(previous_closes_at=CLOSES, closes_at=later, reason=text(sq="x")))
    row = await one_row(database, engine)
    assert (row.closes_at, row.extensions) == (later, 1)
    await story.tell(
        A,
        e.ConsultationRestarted(
            previous_closes_at=later,
            starts_at=later,
            closes_at=later + timedelta(days=20),
            reason=text(sq="x"),
            deadline=a_deadline(later),
        ),
    )
    await story.tell(
        A,
        e.DeadlineMoved(
            kind=DeadlineKind.WINDOW, previous=a_deadline(later), deadline=a_deadline(later + timedelta(days=21))
        ),
    )
    row = await one_row(database, engine)
    assert (row.opens_at, row.closes_at) == (later, later + timedelta(days=21))
    await story.tell(A, closed(row.closes_at))
    await story.tell(
        A,
        e.DeadlineMoved(
            kind=DeadlineKind.REPORT, previous=a_deadline(later), deadline=a_deadline(later + timedelta(days=60))
        ),
    )
    row = await one_row(database, engine)
    assert (row.state, row.report_due_at) == ("closed", later + timedelta(days=60))


async def test_meetings_report_act_and_gazette(database, engine, story: Story):
    first, second = derived_id("m1"), derived_id("m2")
    for meeting in (first, second):
        await story.tell(A, *([planned(), opened()] if meeting == first else []), e.MeetingScheduled(
            meeting_id=meeting, format=MeetingFormat.PUBLIC_HEARING, title=title(sq="Takim"), place="Pejë", starts_at=CLOSES))  # fmt: skip
    await story.tell(A, e.MeetingCancelled(meeting_id=first, reason=text(sq="x")))
    await story.tell(A, e.MeetingHeld(meeting_id=second, minutes=(a_file(),), participants=12, organisations=3))
    await story.tell(A, closed(CLOSES), e.AnalysisCompleted(counts=reported().counts), reported(late=True))
    await story.tell(A, e.ActAdopted(adopted_on=date(2026, 9, 1), decision_no="9", files=(a_file(),)))
    await story.tell(A, e.GazetteLinked(act_id="12", url="https://gzk.example/12", published_on=date(2026, 9, 9)))
    await story.tell(A, e.ConsultationConcluded(conclusion=Conclusion.ADOPTED))

    row = await one_row(database, engine)

    assert [(m.state, m.participants) for m in row.meetings] == [("cancelled", 0), ("held", 12)]
    assert (row.state, row.report_late, row.conclusion) == ("concluded", True, "adopted")
    assert (row.adoption.decision_no, row.adoption.act_id, row.adoption.published_on) == ("9", "12", date(2026, 9, 9))


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (e.ConsultationWithdrawn(reason=text(sq="x")), "withdrawn"),
        (e.ConsultationAnnulled(decision_no="1", reason=text(sq="x")), "annulled"),
    ],
)
async def test_the_ways_out(database, engine, story: Story, event, state):
    await story.tell(A, planned(), event)

    assert (await one_row(database, engine)).state == state


async def test_contributions_are_counted(database, engine, story: Story):
    await story.tell(A, planned(), opened())
    for n in range(6):
        await story.tell(derived_id(n), drafted(A, f"{n}"), submitted(A))
    await story.tell(
        derived_id(0), e.ContributionWithheld(consultation_id=A, reason_class=WithheldReason.SPAM, note=text(sq="x"))
    )
    await story.tell(derived_id(1), e.ContributionWithdrawn(consultation_id=A))
    await story.tell(derived_id(2), answered(A, Outcome.ACCEPTED))
    await story.tell(
        derived_id(3),
        answered(A, Outcome.NOTED),
        e.PositionRevised(
            consultation_id=A, previous=Outcome.NOTED, outcome=Outcome.REJECTED, reason=text(sq="x"), why=text(sq="x")
        ),
    )
    await story.tell(derived_id(3), e.AnswerDisputed(consultation_id=A, language="sq", grounds="x"))

    row = await one_row(database, engine)

    assert (row.submitted, row.withheld, row.withdrawn, row.answered, row.disputed) == (6, 1, 1, 2, 1)
    assert (row.admitted, row.withheld_by_reason, row.positions) == (4, {"spam": 1}, {"accepted": 1, "rejected": 1})
    assert row.version == 2  # the contributions' streams are not the consultation's


async def test_what_is_withheld_and_shown_again_is_counted_as_the_report_counts_it(database, engine, story: Story):
    spam, noted = WithheldReason.SPAM, Outcome.NOTED
    hidden = e.ContributionWithheld(consultation_id=A, reason_class=spam, note=text(sq="x"), outcome=noted)
    await story.tell(A, planned(), opened())
    for n in range(2):
        await story.tell(derived_id(n), drafted(A, f"{n}"), submitted(A), answered(A, noted), hidden)
    shown = e.ContributionPublished(consultation_id=A, withheld=spam, outcome=noted)
    await story.tell(derived_id(0), shown, hidden, shown)

    row = await one_row(database, engine)

    assert (row.submitted, row.admitted, row.withheld, row.answered) == (2, 1, 1, 1)
    assert (row.withheld_by_reason, row.positions) == ({"spam": 1}, {"noted": 1})


async def test_language_parity(database, engine, story: Story):
    await story.tell(A, planned(), attached(), attached(DocumentKind.EXPLANATORY_MEMORANDUM, "sq"), opened())
    assert (await one_row(database, engine)).language_parity is False

    await story.tell(A, e.DocumentVersionPublished(
        document_id=derived_id("document", DocumentKind.EXPLANATORY_MEMORANDUM), version=2,
        kind=DocumentKind.EXPLANATORY_MEMORANDUM, files=(a_file("sr"),), substantive=False, note=text(sq="x")))  # fmt: skip

    row = await one_row(database, engine)
    assert row.language_parity is True
    assert [file.language for file in row.documents[-1].files] == ["sq", "sr"]


async def test_filters_and_pages(database, engine, story: Story):
    ids = [derived_id("list", n) for n in range(7)]
    for n, stream in enumerate(ids):
        await story.tell(
            stream, planned(f"Projektligji Nr. {n} për mbrojtjen e ujërave" if n % 2 else f"Strategjia {n}")
        )
    await story.tell(ids[1], opened())
    await story.tell(ids[3], opened(NOW - timedelta(days=30), days=10), closed(NOW - timedelta(days=20), due_in=10))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:

        async def found(**chosen) -> list[int]:
            page = await queries.consultations(connection, NOW, Filter(**chosen))
            assert await queries.count_consultations(connection, NOW, Filter(**chosen)) == len(page.items)
            return sorted(ids.index(item.consultation_id) for item in page.items)

        assert await found() == list(range(7))
        assert await found(state="open") == [1]
        assert await found(year=2025) == []
        assert await found(act_kind="law", year=2026) == list(range(7))
        assert await found(text="UJERAVE") == [1, 3, 5]
        assert await found(text="стратегјиа") == [0, 2, 4, 6]
        assert await found(text="%") == []
        assert await found(open_at=NOW) == [1]
        assert await found(open_at=NOW - timedelta(days=25)) == [3]
        assert await found(open_at=CLOSES) == []
        assert await found(overdue=True) == [3]
        assert await found(overdue=False) == [0, 1, 2, 4, 5, 6]

        seen, after = [], None
        while True:
            page = await queries.consultations(connection, NOW, after=after, limit=3)
            seen += [ids.index(item.consultation_id) for item in page.items]
            after = page.next
            if after is None:
                break
        assert seen == list(range(6, -1, -1))
        item = await queries.consultation(connection, NOW, ids[3])
        assert (item.is_open, item.report_overdue) == (False, True)
        assert (await queries.consultation(connection, NOW, ids[1])).is_open
        assert await queries.consultation(connection, NOW, derived_id("no")) is None
    async with reading(database, OTHER_TENANT) as connection:
        assert (await queries.consultations(connection, NOW)).items == []
        assert await queries.consultation(connection, NOW, ids[1]) is None


async def test_the_public_sees_what_is_open_of_every_tenant_and_nothing_withheld(
    database, memory, engine, story: Story
):
    other = Story(memory, OTHER_TENANT)
    await story.tell(A, planned("Fshehtë"))
    await story.tell(B, planned("Hapur"), opened())
    await other.tell(C, planned("Tjetër"), opened(NOW - timedelta(days=60)), closed(NOW - timedelta(days=40)))
    shown, hidden, draft = derived_id("shown"), derived_id("hidden"), derived_id("draft")
    await story.tell(shown, drafted(B, "e dukshme"), submitted(B), e.ContributionPublished(consultation_id=B))
    await story.tell(
        hidden,
        drafted(B, "FSHEHUR"),
        submitted(B),
        e.ContributionWithheld(consultation_id=B, reason_class=WithheldReason.HATE_SPEECH, note=text(sq="x")),
    )
    await story.tell(draft, drafted(B, "DRAFT"))
    await engine.catch_up(TENANT)
    await engine.catch_up(OTHER_TENANT)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await public_consultations(connection, NOW)
        assert [(item.consultation_id, item.tenant, item.is_open) for item in page.items] == [
            (B, "tenant-2", True), (C, "tenant-3", False)]  # fmt: skip
        assert [i.consultation_id for i in (await public_consultations(connection, NOW, tenant="tenant-3")).items] == [
            C
        ]
        assert [
            i.consultation_id for i in (await public_consultations(connection, NOW, Filter(text="hapur"))).items
        ] == [B]
        assert [i.consultation_id for i in (await overdue_reports(connection, NOW)).items] == [C]
        assert await public_consultation(connection, NOW, A) is None
        item = await public_consultation(connection, NOW, B)
        assert (item.submitted, item.withheld, item.withheld_by_reason) == (2, 1, {"hate_speech": 1})
        contributions = await public_contributions(connection, B)
        assert [one.body for one in contributions.items] == ["e dukshme"]
        everything = await connection.fetch("SELECT body FROM contribution_register")
        assert [row[0] for row in everything] == ["e dukshme"]
    for forbidden in ("contributor_id", "receipt", "withheld_note", "dispute"):
        async with reading_in_public(database, TENANT) as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.fetch(f"SELECT {forbidden} FROM contribution_register")
            await connection.execute("ROLLBACK; BEGIN")
