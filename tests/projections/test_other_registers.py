"""Given events, then rows and answers: contributions, deadlines, audit trail, institutions, overviews."""

from datetime import timedelta

import pytest

from domain.consultations import events as e
from domain.consultations.vocabulary import (
    Channel,
    DeadlineKind,
    MeetingFormat,
    Outcome,
    WithheldReason,
)
from domain.kernel.errors import InvalidValue
from domain.kernel.text import text, title
from domain.tenants import events as tenants
from domain.tenants.commands import Kind
from infra.database.interface import Role
from infra.database.scope import scope
from projections import audit_queries, contribution_queries, deadline_queries, overview
from projections.catalogue import CONTRIBUTIONS, DEADLINES, DIRECTORY, TRAIL
from projections.contribution_queries import Filter
from projections.deadline_rows import deadline_id
from projections.engine import Engine
from projections.ministry_overview import ministry_overview
from projections.municipality_overview import municipality_overview
from projections.national_overview import national_overview
from projections.tenant_queries import tenants as all_tenants
from tests.projections.live import live_rows, reading
from tests.projections.story import (
    NOW,
    OTHER_TENANT,
    TENANT,
    Story,
    a_deadline,
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

A, B = derived_id("A"), derived_id("B")
K, L = derived_id("K"), derived_id("L")
CLOSES = NOW + timedelta(days=20)


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def test_a_contribution_from_draft_to_dispute(database, engine: Engine, story: Story):
    await story.tell(K, drafted(A, "një", title="Titulli"))
    await story.tell(K, e.ContributionRevised(language="sr", body="dva"))
    await story.tell(K, submitted(A), e.ContributionReceipted(via=Channel.EMAIL))
    await story.tell(K, e.ContributionPublished(consultation_id=A))
    await story.tell(A, planned(), e.ContributionsGrouped(group_id=B, title=title(sq="G"), members=(K, L, K)))
    await story.tell(K, answered(A, Outcome.NOTED))
    await story.tell(
        K,
        e.PositionRevised(
            consultation_id=A,
            previous=Outcome.NOTED,
            outcome=Outcome.ACCEPTED,
            reason=text(sq="Po"),
            why=text(sq="Gabim"),
        ),
    )
    await story.tell(K, e.AnswerDisputed(consultation_id=A, language="sr", grounds="Zašto?"))
    await story.tell(K, e.DisputeReplied(consultation_id=A, reply=text(sr="Zato.")))
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, CONTRIBUTIONS, TENANT)

    assert (row.state, row.body, row.language, row.title, row.version) == ("answered", "dva", "sr", "", 9)
    assert (row.outcome, row.group_id, row.public, row.dispute) == ("accepted", B, True, "Zašto?")
    assert [(one.outcome, one.why) for one in row.earlier] == [("noted", text(sq="Gabim"))]
    assert row.dispute_reply == text(sr="Zato.")
    await story.tell(K, e.AnswerDisputed(consultation_id=A, language="sr", grounds="Opet: zašto?"))
    await engine.catch_up(TENANT)
    (row,) = await live_rows(database, CONTRIBUTIONS, TENANT)
    assert (row.state, row.dispute, row.dispute_reply) == ("disputed", "Opet: zašto?", None)
    await story.tell(A, e.ContributionsUngrouped(group_id=B, members=(K,), reason=text(sq="x")))
    await engine.catch_up(TENANT)
    assert (await live_rows(database, CONTRIBUTIONS, TENANT))[0].group_id is None


async def test_what_was_answered_withheld_and_shown_again_is_answered(database, engine: Engine, story: Story):
    hidden = e.ContributionWithheld(
        consultation_id=A, reason_class=WithheldReason.SPAM, note=text(sq="x"), outcome=Outcome.NOTED
    )
    again = e.ContributionPublished(consultation_id=A, withheld=WithheldReason.SPAM, outcome=Outcome.NOTED)
    await story.tell(K, drafted(A, "një"), submitted(A), answered(A, Outcome.NOTED), hidden, again)
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, CONTRIBUTIONS, TENANT)

    assert (row.state, row.public, row.withheld_reason, row.withheld_note) == ("answered", True, "", None)


async def test_who_sees_a_contribution(database, engine: Engine, story: Story):
    author = derived_id("author")
    ids = [derived_id("c", n) for n in range(4)]
    for n, stream in enumerate(ids):
        draft = drafted(A, f"{n}", contributor_id=author)
        await story.tell(stream, *([draft, submitted(A, NOW + timedelta(hours=n))] if n else [draft]))
    await story.tell(ids[1], answered(A))
    await story.tell(
        ids[2], e.ContributionWithheld(consultation_id=A, reason_class=WithheldReason.SPAM, note=text(sq="x"))
    )
    await story.tell(ids[3], e.ContributionWithdrawn(consultation_id=A))
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:

        async def found(**chosen):
            page = await contribution_queries.contributions(connection, Filter(**chosen))
            return [ids.index(row.contribution_id) for row in page.items]

        assert await found() == [1, 2, 3]
        assert await found(consultation_id=B) == []
        assert await found(state="withheld") == [2]
        assert await found(answered=True, outcome="accepted") == [1]
        assert await found(answered=False) == []
        page = await contribution_queries.contributions(connection, limit=2)
        rest = await contribution_queries.contributions(connection, limit=2, after=page.next)
        assert [ids.index(row.contribution_id) for row in (*page.items, *rest.items)] == [1, 2, 3]
        assert rest.next is None
        own = await contribution_queries.own_contributions(connection, author)
        assert [ids.index(row.contribution_id) for row in own.items] == [3, 2, 1, 0]
        assert (await contribution_queries.own_contributions(connection, B)).items == []
        assert await contribution_queries.contribution(connection, ids[0], seen_by=B) is None
        assert (await contribution_queries.contribution(connection, ids[0], seen_by=author)).body == "0"
        assert (await contribution_queries.contribution(connection, ids[1])).outcome == "accepted"


async def test_deadlines_carry_their_proof_and_move(database, engine: Engine, story: Story):
    window, report = deadline_id(A, "window"), deadline_id(A, "report")
    later = CLOSES + timedelta(days=5)
    await story.tell(A, planned(), opened())
    await engine.catch_up(TENANT)
    (row,) = await live_rows(database, DEADLINES, TENANT)
    assert (row.deadline_id, row.kind, row.state, row.due_at) == (window, "window", "pending", CLOSES)
    assert (row.action, row.proof, row.rule) == ("CloseConsultation", a_deadline(CLOSES), "consultation.written.min")

    await story.tell(
        A,
        e.ConsultationExtended(
            previous_closes_at=CLOSES, closes_at=later, reason=text(sq="x"), deadline=a_deadline(later)
        ),
    )
    await engine.catch_up(TENANT)
    (row,) = await live_rows(database, DEADLINES, TENANT)
    assert (row.due_at, [moved.due_at for moved in row.moved]) == (later, [CLOSES])

    await story.tell(A, closed(later))
    moved = a_deadline(later + timedelta(days=33), calendar="xk-2026.2")
    await story.tell(A, e.DeadlineMoved(kind=DeadlineKind.REPORT, previous=a_deadline(later), deadline=moved))
    await engine.catch_up(TENANT)
    rows = {row.deadline_id: row for row in await live_rows(database, DEADLINES, TENANT)}
    assert (rows[window].state, rows[window].moved[0].due_at) == ("met", CLOSES)
    assert (rows[report].state, rows[report].due_at, rows[report].calendar) == ("pending", moved.due_at, "xk-2026.2")

    await story.tell(A, reported(late=True))
    await engine.catch_up(TENANT)
    rows = {row.deadline_id: row for row in await live_rows(database, DEADLINES, TENANT)}
    assert rows[report].state == "missed"


async def test_notices_and_cancelled_deadlines(database, engine: Engine, story: Story):
    def meeting(n: int, starts_at) -> e.MeetingScheduled:
        return e.MeetingScheduled(meeting_id=derived_id("m", n), format=MeetingFormat.ONLINE, title=title(sq="T"),
                                  place="x", starts_at=starts_at, notice=a_deadline(NOW + timedelta(days=10)))  # fmt: skip

    await story.tell(A, planned(), opened(), meeting(1, CLOSES), meeting(2, NOW))
    await story.tell(A, e.MeetingCancelled(meeting_id=derived_id("m", 1), reason=text(sq="x")))
    await story.tell(A, e.ConsultationWithdrawn(reason=text(sq="x")))
    await engine.catch_up(TENANT)

    rows = {row.deadline_id: row.state for row in await live_rows(database, DEADLINES, TENANT)}

    assert rows == {
        deadline_id(A, "window"): "cancelled",
        deadline_id(A, "notice", derived_id("m", 1)): "cancelled",
        deadline_id(A, "notice", derived_id("m", 2)): "missed",
    }


async def test_overdue_deadlines_come_first(database, engine: Engine, story: Story):
    await story.tell(A, planned("A"), opened(NOW - timedelta(days=40)), closed(NOW - timedelta(days=20), due_in=5))
    await story.tell(B, planned("B"), opened())
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        page = await deadline_queries.deadlines(connection, NOW)
        assert [(d.kind, d.state, d.overdue) for d in page.items] == [
            ("report", "pending", True), ("window", "pending", False), ("window", "met", False)]  # fmt: skip
        assert page.items[0].title == title(sq="A", sr="A sr")
        first = await deadline_queries.deadlines(connection, NOW, limit=1)
        second = await deadline_queries.deadlines(connection, NOW, limit=1, after=first.next)
        assert [*first.items, *second.items] == page.items[:2]
        overdue = deadline_queries.Filter(overdue=True)
        assert [d.kind for d in (await deadline_queries.deadlines(connection, NOW, overdue)).items] == ["report"]
        proof = await deadline_queries.deadline(connection, NOW, deadline_id(B, "window"))
        assert proof.proof == a_deadline(CLOSES)
        assert await deadline_queries.deadline(connection, NOW, derived_id("no")) is None


async def test_the_audit_trail_tells_who_what_when_why(database, engine: Engine, story: Story):
    boss = derived_id("boss")
    command = derived_id("a command")
    await story.tell(A, planned(), attached())
    await story.tell(A, e.ConsultationWithdrawn(reason=text(sq="x")), actor=boss, role="legal_officer", basis="Vendimi 7",
                     cause="1:1:9", command_id=command, source="eu", source_id="7", at=NOW + timedelta(days=2))  # fmt: skip
    await engine.catch_up(TENANT)
    rows = await live_rows(database, TRAIL, TENANT)
    assert [(row.position, row.action, row.operation) for row in rows] == [
        (1, "consultations.ConsultationPlanned", "create"),
        (2, "consultations.DocumentAttached", "modify"),
        (3, "consultations.ConsultationWithdrawn", "remove"),
    ]
    assert (rows[2].actor_id, rows[2].role, rows[2].cause, rows[2].command_id) == (
        boss,
        "legal_officer",
        "1:1:9",
        command,
    )

    async with reading(database, TENANT) as connection:

        async def found(words: str) -> list[int]:
            return [row.position for row in (await audit_queries.audit_trail(connection, words)).items]

        assert await found("") == [3, 2, 1]
        assert await found("action:consultations.ConsultationPlanned") == [1]
        assert await found("action:consultations.consultation*") == [3, 1]
        assert await found("action:consultations") == [3, 2, 1]
        assert await found(f"actor:{boss}") == [3]
        assert await found(f"-actor:{boss}") == [2, 1]
        assert await found("operation:create") == [1]
        assert await found('-operation:create mandate:"Vendimi 7"') == [3]
        assert await found(f"command:{command} stream:{A} cause:1:1:9 source:eu source_id:7") == [3]
        assert await found("subject:none on_behalf_of:none") == [3, 2, 1]
        assert await found("position:>=2 position:<3") == [2]
        assert await found("version:3") == [3]
        assert await found("occurred:>2026-03-16") == [3]
        assert await found("occurred:2026-03-16") == [2, 1]
        assert await found("occurred:<=2026-03-16 role:consultation_coordinator") == [2, 1]
        assert await found("created:<2026-01-01") == []
        assert await found("-created:<2026-01-01") == [3, 2, 1]
        page = await audit_queries.audit_trail(connection, limit=2)
        assert page.next == (2,)
        assert [r.position for r in (await audit_queries.audit_trail(connection, after=page.next)).items] == [1]
        assert (await audit_queries.audit_entry(connection, 3)).basis == "Vendimi 7"
        assert await audit_queries.audit_entry(connection, 9) is None


@pytest.mark.parametrize(
    "words",
    ["free", "actor:me", "what:ever", "created:yesterday", "position:many", "position:99999999999999999999",
     "role:>=x", "actor:>7", "a:b " * 900, "role:\x00", "created:9999-12-31", ":", '-"x"'],
)  # fmt: skip
async def test_a_filter_that_cannot_be_read_is_refused(words):
    with pytest.raises(InvalidValue):
        await audit_queries.audit_trail(None, words)


async def test_institutions_become_tenants(database, memory, engine: Engine):
    story, register = Story(memory, 1), derived_id("register")

    def registered(n: int, slug: str, kind: Kind) -> tenants.InstitutionRegistered:
        return tenants.InstitutionRegistered(
            n, slug, slug.upper(), kind, {"sq": f"Emri {slug}", "en": slug}, ("sq", "sr")
        )

    await story.tell(
        register,
        tenants.RegisterFounded(),
        registered(1, "opm", Kind.NATIONAL),
        registered(7, "mash", Kind.MINISTRY),
        registered(8, "mti", Kind.MINISTRY),
        registered(9, "gjakova", Kind.MUNICIPALITY),
    )
    await story.tell(register, tenants.InstitutionRenamed("mash", {"sq": "MASHTI"}, "3/2026"))
    await story.tell(register, tenants.InstitutionsMerged(("mti",), "mash", "4/2026"))
    await story.tell(register, tenants.InstitutionDissolved("gjakova", "5/2026"))
    await engine.catch_up(1)

    rows = {row.slug: row for row in await live_rows(database, DIRECTORY, 1)}
    assert {slug: row.state for slug, row in rows.items()} == {
        "opm": "active",
        "mash": "active",
        "mti": "merged",
        "gjakova": "dissolved",
    }
    async with reading(database, TENANT) as connection:
        known = {one.slug: one for one in await all_tenants(connection)}
        assert [one.slug for one in await all_tenants(connection, kind="ministry")] == ["mash", "mti"]
    assert (known["mash"].tenant_id, known["mash"].names, known["mti"].state) == (7, {"sq": "MASHTI"}, "merged")
    async with database.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM es.tenant_lock WHERE tenant_id IN (7, 8, 9)") == 3


async def test_overviews(database, memory, engine: Engine):
    async with database.connect() as connection:
        await connection.execute(f"UPDATE es.tenant SET kind = 'ministry' WHERE tenant_id = {TENANT}")
    story, other = Story(memory), Story(memory, OTHER_TENANT)
    await story.tell(A, planned(), attached(), opened())
    await story.tell(
        B,
        planned(unplanned_reason=text(sq="x")),
        opened(NOW - timedelta(days=400)),
        closed(NOW - timedelta(days=380)),
        reported(),
    )
    await story.tell(K, drafted(A), submitted(A), answered(A))
    late = derived_id("late")
    await other.tell(late, planned(), opened(NOW - timedelta(days=90)), closed(NOW - timedelta(days=70)))
    await engine.catch_up(TENANT)
    await engine.catch_up(OTHER_TENANT)

    async with reading(database, TENANT) as connection:
        (ministry,) = await ministry_overview(connection, NOW)
        assert await municipality_overview(connection, NOW) == []
    total = ministry.overview.total
    assert (total.consultations, total.open, total.reports_in_time, total.unplanned) == (2, 1, 1, 1)
    assert (total.contributions, total.admitted, total.answered, total.by_state) == (
        1,
        1,
        1,
        {"open": 1, "reported": 1},
    )
    assert (ministry.acts["law"], list(ministry.overview.years)) == (2, [2025, 2026])
    assert (total.opened_with_documents, total.with_language_parity) == (1, 0)
    async with reading(database, OTHER_TENANT) as connection:
        (municipality,) = await municipality_overview(connection, NOW)
    assert municipality.overview.total.reports_overdue == municipality.overview.total.reports_due == 1
    both = [TENANT, OTHER_TENANT]  # read as the gateway does: what is counted of volunteers is not public row by row
    async with database.connect(Role.AUDITOR) as raw, scope(raw, tenants=both, search_path="rm, es") as connection:
        nation = await national_overview(connection, NOW)
    assert (nation.total.consultations, nation.total.reports_overdue) == (3, 1)
    assert {kind: one.consultations for kind, one in nation.by_kind.items()} == {"ministry": 2, "municipality": 1}
    assert nation.positions == {TENANT: await memory.head(TENANT), OTHER_TENANT: await memory.head(OTHER_TENANT)}
    async with database.connect(Role.AUDITOR) as raw, scope(raw, tenants=[TENANT], search_path="rm, es") as connection:
        assert [one.tenant for one in await overview.overviews(connection, NOW)] == ["tenant-2"]
