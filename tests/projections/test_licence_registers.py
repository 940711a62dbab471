"""The registers licence_register and licence_entry_register, the deadlines of licences, and an organisation's page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.deadline import end_of
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.licences import events as e
from domain.licences.vocabulary import LicenceStage
from infra.database.interface import Role
from infra.eventstore.memory import MemoryEventStore
from projections import licence_queries as q
from projections.as_of import Past
from projections.catalogue import DEADLINES, LICENCE_ENTRIES, LICENCES
from projections.dealings import dealings
from projections.engine import Engine
from projections.history import History, Moment
from projections.licence_queries import EntryFilter, Filter
from tests.domain.licences import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, REGISTRY, TENANT, Story
from tests.support.postgres import TestDatabase

A, B, C = (derived_id("licence", name) for name in "abc")
SUMMER = datetime(2026, 7, 15, 9, tzinfo=UTC)
WINTER = datetime(2027, 2, 15, 9, tzinfo=UTC)
ENTRY = x.stream(x.entered())


@pytest.fixture
def story(memory: MemoryEventStore) -> Story:
    return Story(memory)


async def row(database: TestDatabase, engine: Engine) -> Any:
    await engine.catch_up(TENANT)
    (one,) = await live_rows(database, LICENCES, TENANT)
    return one


async def test_a_licence_from_its_application_to_its_end(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, x.APPLIED, at=NOW)
    asked = await row(database, engine)
    assert (asked.state, asked.public, asked.applied_at, asked.terms) == ("applied", False, NOW, ())
    assert (asked.places, asked.capacity, asked.staff) == (x.PLACES, 30, x.STAFF)
    assert asked.decide_by == x.decide_by().due_at

    await story.tell(A, x.INSPECTED, replace(x.GRANTED, term=x.term(capacity=20, places=("prizren",))))
    held = await row(database, engine)
    assert (held.state, held.public, held.version) == ("granted", True, 3)
    assert (held.places, held.capacity, held.valid_from, held.valid_until) == (("prizren",), 20, x.FIRST, x.LAST)
    assert [one.inspected_on for one in held.inspections] == [x.INSPECTED.inspected_on]

    await story.tell(A, x.SUSPENDED)
    cut = await row(database, engine)
    assert (cut.state, cut.interruptions[0].first_day, cut.interruptions[0].ended) == (
        "suspended",
        x.SUSPENDED.first_day,
        None,
    )
    await story.tell(A, x.REINSTATED, x.RENEWED)
    longer = await row(database, engine)
    assert (longer.state, longer.interruptions[0].ended) == ("granted", x.REINSTATED.first_day)
    assert (longer.valid_from, longer.valid_until, longer.renewable_from) == (
        x.FIRST,
        x.FURTHER[1],
        x.RENEWED.renewable_from,
    )
    await story.tell(A, x.REVOKED)
    over = await row(database, engine)
    assert (over.state, over.version) == ("revoked", 7)
    assert [(one.made, one.decision_no, one.first_day) for one in over.decisions] == [
        ("granted", "12/2026", x.FIRST),
        ("suspended", "14/2026", x.SUSPENDED.first_day),
        ("reinstated", "16/2026", x.REINSTATED.first_day),
        ("renewed", "20/2027", x.FURTHER[0]),
        ("revoked", "18/2026", x.REVOKED.first_day),
    ]


@pytest.mark.parametrize(("last", "state"), [(x.REFUSED, "refused"), (x.EXPIRED, "expired")])
async def test_other_ends(database: TestDatabase, engine: Engine, story: Story, last: Event, state: str) -> None:
    await story.tell(A, *((x.APPLIED, last) if last is x.REFUSED else (*x.HELD, last)))

    one = await row(database, engine)
    assert (one.state, one.public) == (state, state == "expired")


async def found(database: TestDatabase, engine: Engine, now: datetime, **chosen: Any) -> list[Any]:
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        return [one.licence_id for one in (await q.licences(connection, now, Filter(**chosen))).items]


async def test_what_an_issuer_asks(database: TestDatabase, engine: Engine, story: Story) -> None:
    shelter = replace(x.APPLIED, service="shelter", places=("peje",), decide_by=None)
    await story.tell(A, x.APPLIED, x.INSPECTED, x.GRANTED, at=NOW)
    await story.tell(B, shelter, at=NOW + timedelta(days=1))
    await story.tell(C, *x.HELD, x.SUSPENDED, at=NOW + timedelta(days=2))

    assert await found(database, engine, SUMMER) == [C, B, A]
    assert await found(database, engine, SUMMER, state="granted") == [A]
    assert await found(database, engine, SUMMER, service="shelter") == await found(
        database, engine, SUMMER, place="peje"
    )
    assert await found(database, engine, SUMMER, text="rini", organisation_id=x.ORGANISATION) == [C, B, A]
    assert await found(database, engine, SUMMER, text="nobody") == []
    for day, valid in ((x.FIRST - x.DAY, []), (x.FIRST, [C, A]), (x.SUSPENDED.first_day, [A]), (x.LAST + x.DAY, [])):
        assert await found(database, engine, SUMMER, valid_on=day) == valid
    assert await found(database, engine, SUMMER, expiring_within=90) == []
    assert await found(database, engine, WINTER, expiring_within=44) == [C, A]
    assert await found(database, engine, WINTER, expiring_within=43) == []
    assert await found(database, engine, SUMMER, renewable=True) == []
    assert await found(database, engine, WINTER, renewable=True) == [A], "a suspended one is not renewed"
    assert await found(database, engine, WINTER, renewable=False) == [C, B]
    assert await found(database, engine, SUMMER, overdue=True) == [], "two are decided, of one there is no rule"
    assert await found(database, engine, SUMMER, overdue=False) == [C, B, A]


async def test_a_decision_is_overdue_from_its_instant_on(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, x.APPLIED)
    due = x.decide_by().due_at

    assert await found(database, engine, due - timedelta(seconds=1), overdue=True) == []
    assert await found(database, engine, due, overdue=True) == [A]


async def test_an_organisation_sees_its_own(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, x.APPLIED)
    await engine.catch_up(TENANT)

    async with reading(database, TENANT) as connection:
        own = await q.licences(connection, SUMMER, organisations=[x.ORGANISATION])
        others = await q.licences(connection, SUMMER, organisations=[A])
        assert await q.licence(connection, B) is None
    assert ([one.licence_id for one in own.items], others.items) == ([A], [])


async def test_everybody_sees_granted_licences_of_all_issuers(
    database: TestDatabase, memory: MemoryEventStore, engine: Engine, story: Story
) -> None:
    other = Story(memory, OTHER_TENANT)
    await story.tell(A, x.APPLIED, x.INSPECTED)
    await story.tell(B, *x.HELD, x.SUSPENDED, x.REINSTATED, at=NOW)
    await other.tell(C, *x.HELD, x.REVOKED, at=NOW + timedelta(days=1))
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)

    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        page = await q.public_licences(connection, SUMMER)
        assert [(one.tenant, one.licence_id, one.state, one.valid) for one in page.items] == [
            ("tenant-3", C, "revoked", False),
            ("tenant-2", B, "granted", True),
        ]
        may = await q.public_licences(connection, datetime(2026, 5, 2, tzinfo=UTC))
        assert [one.valid for one in may.items] == [True, False], "a suspension that is over counts on its own days"
        own = await q.public_licences(connection, SUMMER, Filter(state="granted"), tenant="tenant-2")
        assert [one.licence_id for one in own.items] == [B]
        assert await q.public_licence(connection, SUMMER, A) is None
        shown = await q.public_licence(connection, SUMMER, B)
        assert shown is not None
        assert shown.decisions[1].reason == x.REASON
        first = await q.public_licences(connection, SUMMER, limit=1)
        assert [one.licence_id for one in (await q.public_licences(connection, SUMMER, after=first.next)).items] == [B]
        told = await dealings(connection, [x.ORGANISATION])
        assert [
            (one.kind, one.dealing_id, one.tenant, one.state, one.title.in_language("sq")) for one in told.items
        ] == [
            ("licence", C, "tenant-3", "revoked", x.SERVICE),
            ("licence", B, "tenant-2", "granted", x.SERVICE),
        ]


def test_what_is_between_issuer_and_organisation_is_not_public() -> None:
    hidden = {*LICENCES.row.__struct_fields__} - {*q.PublicLicence.__struct_fields__}

    assert hidden == {"decide_by", "renewable_from", "inspections", "searched", "public"}


async def test_a_licence_as_it_was(
    database: TestDatabase, memory: MemoryEventStore, engine: Engine, story: Story
) -> None:
    await story.tell(A, *x.HELD, at=NOW)
    await story.tell(A, x.SUSPENDED, at=NOW + timedelta(days=1))
    await engine.catch_up(TENANT)
    public = Past(database, Role.PUBLIC, History(memory, REGISTRY))

    for moment, state in ((Moment(position=3), "granted"), (Moment(as_of=NOW + timedelta(days=1)), "suspended")):
        async with public.at(moment, [LICENCES], [TENANT], shared=True) as then:
            assert [one.state for one in (await q.public_licences(then, SUMMER)).items] == [state]
    await public.close()


async def entries(
    database: TestDatabase, engine: Engine, now: datetime = SUMMER, seen_by: int = 36, **chosen: Any
) -> Any:
    await engine.catch_up(NATIONAL_TENANT)
    async with reading(database, NATIONAL_TENANT) as connection:
        return (await q.licence_entries(connection, now, seen_by, EntryFilter(**chosen))).items


async def test_an_entry_tells_buyers_how_a_licence_stands(
    database: TestDatabase, memory: MemoryEventStore, engine: Engine
) -> None:
    national = Story(memory, NATIONAL_TENANT)
    await national.tell(ENTRY, x.entered())
    (first,) = await entries(database, engine)
    assert (first.state, first.institution, first.institution_id, first.licence_id) == (
        "granted",
        "mflt",
        10,
        x.LICENCE,
    )
    assert (first.since, first.origin, first.valid_from, first.valid_until) == (x.FIRST, "10:1:12", x.FIRST, x.LAST)

    suspended = x.changed(LicenceStage.SUSPENDED, x.SUSPENDED.first_day, 13, decision_no="14/2026", reason=x.REASON)
    relied = x.EXAMPLES[e.LicenceReliedOn]
    await national.tell(ENTRY, suspended, relied)
    (cut,) = await entries(database, engine)
    assert (cut.state, cut.since, cut.origin) == ("suspended", x.SUSPENDED.first_day, "10:1:13")
    assert (cut.interruptions[0].origin, cut.relied_on_by, cut.version) == ("10:1:13", (x.CONTRACT,), 3)
    assert [(one.status, one.origin, one.decision_no) for one in cut.changes] == [
        ("granted", "10:1:12", "12/2026"),
        ("suspended", "10:1:13", "14/2026"),
    ]

    further = x.changed(LicenceStage.GRANTED, x.FURTHER[0], 15, term=x.term(*x.FURTHER, capacity=5))
    await national.tell(ENTRY, x.changed(LicenceStage.GRANTED, x.REINSTATED.first_day, 14), further)
    (longer,) = await live_rows(database, LICENCE_ENTRIES, NATIONAL_TENANT) if await entries(database, engine) else ()
    assert (longer.state, longer.valid_until, longer.capacity) == ("granted", x.FURTHER[1], 5)
    assert longer.interruptions[0].ended == x.REINSTATED.first_day


async def test_what_buyers_ask(database: TestDatabase, memory: MemoryEventStore, engine: Engine) -> None:
    national = Story(memory, NATIONAL_TENANT)
    sooner = x.entered(x.term(valid_until=date(2026, 9, 30), places=("peje",)), B, service="shelter")
    await national.tell(ENTRY, x.entered(), x.EXAMPLES[e.LicenceReliedOn])
    await national.tell(x.stream(sooner), sooner)

    async def asked(now: datetime = SUMMER, seen_by: int = 36, **chosen: Any) -> Sequence[Any]:
        return [one.licence_id for one in await entries(database, engine, now, seen_by, **chosen)]

    assert await asked() == [B, x.LICENCE], "what ends first first"
    assert await asked(relied_on=True) == [x.LICENCE]
    assert await asked(relied_on=False) == [B]
    assert await asked(seen_by=10, relied_on=True) == []
    assert await asked(expiring_within=90) == [B]
    assert await asked(WINTER, expiring_within=90, relied_on=True) == [x.LICENCE]
    assert await asked(service="shelter", place="peje", institution="mflt", state="granted") == [B]
    assert await asked(institution="mj") == []
    assert await asked(valid_on=date(2026, 10, 1), organisation_id=x.ORGANISATION) == [x.LICENCE]
    async with reading(database, NATIONAL_TENANT) as connection:
        assert (await q.licence_entry(connection, ENTRY)) is not None
        assert await q.licence_entry(connection, B) is None


async def due(database: TestDatabase, engine: Engine) -> dict[str, Any]:
    await engine.catch_up(TENANT)
    return {row.kind: row for row in await live_rows(database, DEADLINES, TENANT)}


async def test_the_clock_ends_a_licence_with_its_last_day(database: TestDatabase, engine: Engine, story: Story) -> None:
    await story.tell(A, x.APPLIED, at=NOW)
    asked = await due(database, engine)
    assert {kind: (one.state, one.due_at, one.action, one.rule) for kind, one in asked.items()} == {
        "licence_decision": ("pending", x.decide_by().due_at, "", "licence.decide")
    }
    await story.tell(A, x.INSPECTED, x.GRANTED)
    held = await due(database, engine)
    assert {kind: (one.state, one.due_at, one.action) for kind, one in held.items()} == {
        "licence_decision": ("met", x.decide_by().due_at, ""),
        "licence_expiry": ("pending", end_of(x.LAST), "ExpireLicence"),
    }
    await story.tell(A, x.RENEWED)
    assert (await due(database, engine))["licence_expiry"].due_at == end_of(x.FURTHER[1])
    await story.tell(A, replace(x.EXPIRED, last_day=x.FURTHER[1]))
    assert (await due(database, engine))["licence_expiry"].state == "met"


@pytest.mark.parametrize(
    ("events", "late", "states"),
    [
        ((x.APPLIED, x.REFUSED), False, {"licence_decision": "met"}),
        ((x.APPLIED, x.REFUSED), True, {"licence_decision": "missed"}),
        ((*x.HELD, x.REVOKED), True, {"licence_decision": "missed", "licence_expiry": "cancelled"}),
        ((replace(x.APPLIED, decide_by=None), x.GRANTED), False, {"licence_expiry": "pending"}),
        ((replace(x.APPLIED, decide_by=None), x.REFUSED), False, {}),
    ],
)
async def test_what_became_of_deadlines(
    database: TestDatabase, engine: Engine, story: Story, events: tuple[Event, ...], late: bool, states: dict[str, str]
) -> None:
    await story.tell(A, events[0], at=NOW)
    await story.tell(A, *events[1:], at=x.decide_by().due_at if late else NOW + timedelta(days=1))

    assert {kind: one.state for kind, one in (await due(database, engine)).items()} == states
