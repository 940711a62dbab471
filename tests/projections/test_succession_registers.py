"""Given events, then rows of `succession_register` and `duty_register`: who succeeds whom, who answers for what."""

from domain.kernel.ids import derived_id
from domain.succession import events as e
from domain.succession.vocabulary import DutyKind, Ending, Successor, TreeHead
from infra.database.interface import Role
from infra.database.scope import scope
from projections.catalogue import DUTIES, SUCCESSIONS
from projections.duty_register import CARRIED, TAKEN
from projections.engine import Engine
from projections.genealogy import steps
from tests.projections.live import live_rows
from tests.projections.story import NOW, OTHER_TENANT, TENANT, Story

ENDED, HEIR = derived_id("succession"), derived_id("inheritance")
ROAD, SCHOOL, ARTA = derived_id("road"), derived_id("school"), derived_id("member of A")
HEAD = TreeHead(1, 40, "ab" * 32)
NORTH, SOUTH = Successor("north", HEAD), Successor("south")


async def test_who_succeeds_whom(database, engine: Engine, memory):
    story = Story(memory)
    await story.tell(ENDED, e.SuccessionBegun(Ending.SPLIT, (NORTH, SOUTH), "4/2026", "1:1:60"))
    await story.tell(ENDED, e.SuccessionPassed(("south",), (NORTH, Successor("whole")), "9/2026", "1:1:80"))
    await story.tell(HEIR, e.SuccessionTaken("mapl", "2/2020", HEAD, "1:1:20"))
    await engine.catch_up(TENANT)

    rows = {row.succession_id: row for row in await live_rows(database, SUCCESSIONS, TENANT)}

    to, back = rows[ENDED], rows[HEIR]
    assert (to.direction, to.how, back.direction, back.how) == ("to", "split", "from", "")
    assert [(one.slug, one.decision_no, one.head) for one in to.others] == [
        ("north", "4/2026", HEAD),
        ("south", "4/2026", None),
        ("whole", "9/2026", None),
    ]
    assert [one.slug for one in to.others if one.passed_at is not None] == ["south"]
    assert [(one.slug, one.head) for one in back.others] == [("mapl", HEAD)]


async def test_who_answers_for_what(database, engine: Engine, memory):
    story = Story(memory)
    await story.tell(ENDED, e.SuccessionBegun(Ending.SPLIT, (NORTH, SOUTH), "4/2026", "1:1:60"))
    await story.tell(
        ENDED,
        e.DutyCarried(ROAD, DutyKind.CONSULTATION, "north", NOW),
        e.DutyCarried(SCHOOL, DutyKind.LICENCE, "north"),
        e.DutyCarried(ARTA, DutyKind.MANDATE, "north"),
        e.DutyAssigned(SCHOOL, "north", "south", "5/2026"),
    )
    await story.tell(
        HEIR,
        e.SuccessionTaken("mapl", "2/2020", HEAD, "1:1:20"),
        e.DutyTaken("mapl", ROAD, DutyKind.DEADLINE),
        e.DutyHandedOver("mapl", ROAD),
    )
    await engine.catch_up(TENANT)

    rows = {(row.direction, row.duty_id): row for row in await live_rows(database, DUTIES, TENANT)}

    assert len(rows) == 4
    assert (rows[CARRIED, ROAD].other, rows[CARRIED, ROAD].due, rows[CARRIED, ROAD].earlier) == ("north", NOW, ())
    moved, over = rows[CARRIED, SCHOOL], rows[TAKEN, ROAD]
    assert (moved.other, moved.earlier, moved.decision_no) == ("south", ("north",), "5/2026")
    assert (over.other, over.handed_over_at is not None) == ("mapl", True)


async def test_a_step_has_what_both_logs_say_and_nobodys_mandates(database, engine: Engine, memory):
    story, other = Story(memory), Story(memory, OTHER_TENANT)
    await story.tell(ENDED, e.SuccessionBegun(Ending.MERGED, (NORTH,), "4/2026", "1:1:60"))
    await story.tell(
        ENDED,
        e.DutyCarried(ROAD, DutyKind.CONSULTATION, "north"),
        e.DutyCarried(SCHOOL, DutyKind.CONSULTATION, "north"),
        e.DutyCarried(ARTA, DutyKind.MANDATE, "north"),
    )
    await other.tell(HEIR, e.SuccessionTaken("old", "4/2026", HEAD, "1:1:60"))
    for tenant_id in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant_id)
    slugs = {TENANT: "old", OTHER_TENANT: "north"}

    async with (
        database.connect(role=Role.PUBLIC) as lent,
        scope(lent, tenants=list(slugs), search_path="rm, es") as connection,
    ):
        [step] = await steps(connection, slugs)

    assert (step.predecessor, step.successor, step.how) == ("old", "north", "merged")
    assert (step.successor_head, step.predecessor_head, step.taken_at is not None) == (HEAD, HEAD, True)
    assert step.duties == {"consultation": 2}, "what the public may know"
