"""Folds of governing events: the same whoever folds, in order, and true to the aggregates."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.governance import Governance, NationalGovernance
from domain.kernel.aggregate import Aggregate, create, decide
from domain.kernel.context import Mandate, Tenant
from domain.kernel.event import Event, Metadata, RecordedEvent
from domain.kernel.ids import derived_id
from domain.organisations.events import RepresentativeMandated
from domain.rules import DOMAIN as RULES
from domain.rules.events import CalendarFounded, OverrideLifted, RuleOverridden, RulePackDrafted, RulePackPublished
from domain.rules.shipped import default_pack, shipped_calendar, shipped_rules
from domain.rules.values import RuleEntry
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.events import (
    LanguagesDeclared,
    MandateGranted,
    MandateRevoked,
    MemberRegistered,
    SandboxClockMoved,
    SandboxClockStarted,
)
from domain.tenants.seed import DEMO_TENANTS, SeedCommand, demo_people, seed_commands, tenant_ids
from tests.support.given import NOW, context

WINDOW = "consultation.written.min"
PERSON = derived_id("test", "person")


class Log:
    """A tenant's log in memory: streams get versions, the log gets positions."""

    def __init__(self, fold: Governance) -> None:
        self.fold, self.versions, self.positions = fold, dict[UUID, int](), count(1)

    def add(self, stream: str | UUID, *events: Event, at: datetime = NOW) -> "Log":
        for event in events:
            stream_id = stream if isinstance(stream, UUID) else derived_id("test", stream)
            version = self.versions[stream_id] = self.versions.get(stream_id, 0) + 1
            self.fold.apply(recorded(event, stream_id, version, next(self.positions), at))
        return self


def recorded(event: Event, stream_id: UUID, version: int, position: int, at: datetime = NOW) -> RecordedEvent:
    return RecordedEvent(
        tenant_id=1,
        epoch=1,
        position=position,
        stream_id=stream_id,
        version=version,
        type_name=event.TOPIC,
        occurred_at=at,
        recorded_at=at,
        command_id=None,
        subject_id=None,
        metadata=Metadata(actor=PERSON, role="seed", basis="system"),
        event=msgspec.structs.replace(event),
    )


def mandate(name: str, role: str = "auditor", valid_to: date | None = None) -> MandateGranted:
    return MandateGranted(derived_id("mandate", name), role, "Decision 1", date(2026, 1, 1), valid_to)


def test_mandates_and_their_days() -> None:
    fold = Governance()
    Log(fold).add(
        "m", MemberRegistered(PERSON), mandate("a", valid_to=date(2026, 3, 16)), mandate("b", "legal_officer")
    )

    auditor = Mandate("auditor", "Decision 1", mandate_id=derived_id("mandate", "a"))
    assert fold.mandates(PERSON, NOW) == (auditor, Mandate("legal_officer", "Decision 1"))
    assert fold.mandates(PERSON, NOW + timedelta(days=1)) == (Mandate("legal_officer", "Decision 1"),)
    assert fold.mandates(PERSON, datetime(2025, 1, 1, tzinfo=UTC)) == ()
    assert fold.mandates(derived_id("nobody"), NOW) == ()
    assert fold.position == 3


def test_a_revoked_mandate_is_none() -> None:
    fold = Governance()
    Log(fold).add("m", MemberRegistered(PERSON), mandate("a"), MandateRevoked(derived_id("mandate", "a")))

    assert fold.mandates(PERSON, NOW) == ()


def test_what_was_seen_changes_nothing() -> None:
    fold = Governance()
    log = Log(fold).add("m", MemberRegistered(PERSON), mandate("a"))

    fold.apply(recorded(mandate("a"), derived_id("test", "m"), 2, 2))

    assert fold.position == 2
    assert len(log.fold.mandates(PERSON, NOW)) == 1


def test_what_governs_everybody_is_not_a_tenants_own() -> None:
    fold = Governance()
    Log(fold).add("c", CalendarFounded("Law No. 03/L-064"))

    assert fold.position == 1


def test_the_newest_declaration_of_languages_counts() -> None:
    fold = Governance()
    log = Log(fold)
    assert fold.languages == ()

    log.add("l1", LanguagesDeclared(("sq", "sr", "tr"), "1")).add("l2", LanguagesDeclared(("sq", "sr"), "2"))

    assert fold.languages == ("sq", "sr")


def test_the_clock() -> None:
    fold = Governance()
    log = Log(fold)
    assert fold.now(NOW) == NOW

    log.add("c", SandboxClockStarted(), SandboxClockMoved(60_000))

    assert fold.now(NOW) == NOW + timedelta(minutes=1)


def override(value: int, decision_no: str = "") -> RuleOverridden:
    return RuleOverridden(WINDOW, value, 15, "xk-2026.1", "x", decision_no)


def test_the_newest_override_counts_and_only_it_can_be_lifted() -> None:
    fold = Governance()
    log = Log(fold).add("o1", override(20)).add("o2", override(25))
    before = fold.overrides

    log.add("o1", OverrideLifted(WINDOW, "x"))
    assert fold.overrides[WINDOW].value == 25
    log.add("o2", OverrideLifted(WINDOW, "x"))

    assert fold.overrides == {}
    assert before[WINDOW].value == 25


@pytest.fixture
def national() -> NationalGovernance:
    """The national fold after the whole seed."""
    folds = seeded(())
    fold = folds["opm"]
    assert isinstance(fold, NationalGovernance)
    return fold


def seeded(demo: Iterable[str]) -> dict[str, Governance]:
    """Decide the whole seed and fold what comes of it, tenant by tenant."""
    logs: dict[str, Log] = {}
    streams: dict[tuple[str, UUID], Aggregate] = {}
    decided = {c: a for d in (RULES, TENANTS) for a in d.aggregates for c in a.decisions}
    ids = tenant_ids()
    for seed in seed_commands(demo):
        log = logs.setdefault(seed.tenant, Log(NationalGovernance() if seed.tenant == "opm" else Governance()))
        aggregate = _decided(seed, streams, decided[type(seed.command)], ids)
        log.add(seed.stream_id, *aggregate.collect(), at=aggregate.modified_on)
    return {slug: log.fold for slug, log in logs.items()}


def _decided(
    seed: SeedCommand, streams: dict[tuple[str, UUID], Aggregate], of: type[Aggregate], ids: dict[str, int]
) -> Aggregate:
    kind = "national" if seed.tenant == "opm" else "ministry"
    tenant = Tenant(ids[seed.tenant], seed.tenant, kind, sandbox="sandbox" in seed.tenant)
    ctx = context(tenant=tenant)
    key = (seed.tenant, seed.stream_id)
    if of.decisions[type(seed.command)].creates:
        assert of.settled_id(tenant.tenant_id, seed.command) == seed.stream_id
        streams[key] = create(of, seed.command, ctx, seed.stream_id)
    else:
        decide(streams[key], seed.command, ctx)
    return streams[key]


def test_the_seed_makes_what_ships(national: NationalGovernance) -> None:
    assert {slug: one.tenant_id for slug, one in national.institutions.items()} == tenant_ids()
    kinds = [one.kind for one in national.institutions.values()]
    assert (kinds.count("national"), kinds.count("ministry"), kinds.count("municipality")) == (1, 16, 39)
    assert sum(one.sandbox for one in national.institutions.values()) == 2
    assert national.institutions["prizren"].languages == ("sq", "sr", "tr")
    assert (national.calendar().days, national.calendar().years) == (shipped_calendar().days, shipped_calendar().years)
    assert national.calendar().version == "xk.23"
    for kind in ("ministry", "municipality"):
        assert national.rules(kind, {}, date(2026, 3, 16)) == shipped_rules(kind)


def test_seed_ids_are_the_same_every_time_and_differ() -> None:
    first, again = list(seed_commands()), list(seed_commands())

    assert first == again
    assert len({seed.command_id for seed in first}) == len(first)


def test_every_demo_person_holds_the_mandate_shown() -> None:
    folds = seeded(DEMO_TENANTS)

    for person in demo_people():
        if person.role == "citizen":
            continue
        found = folds[person.tenant].mandates(person.person_id, NOW)
        assert [(one.role, one.organisation_id) for one in found] == [(person.role, person.organisation_id)]
    assert folds["sandbox-ministry"].now(NOW) >= NOW


def test_by_tenant(national: NationalGovernance) -> None:
    found = national.by_tenant(1)

    assert found is not None
    assert found.slug == "opm"
    assert national.by_tenant(999) is None


def test_before_anything_is_published() -> None:
    fold = NationalGovernance()

    assert fold.rules("ministry", {}, date(2026, 3, 16)).pack == ""
    assert fold.calendar().years == frozenset()


def test_packs_bind_from_their_day() -> None:
    names = {"sq": "a", "sr": "b", "en": "c"}
    entry = default_pack().rules[0]
    fold = NationalGovernance()

    def pack(name: str, value: int, day: date) -> None:
        changed: RuleEntry = msgspec.structs.replace(entry, value=value)
        log.add(name, RulePackDrafted(name, names, (changed,)), RulePackPublished(day, "1"))

    log = Log(fold)
    log.add("draft", RulePackDrafted("xk-2030.1", names, (entry,)))
    pack("xk-2027.1", 20, date(2027, 1, 1))
    pack("xk-2026.1", 15, date(2026, 1, 1))
    pack("xk-2026.2", 16, date(2026, 1, 1))

    def value(day: date) -> int:
        return fold.rules("ministry", {}, day).number(WINDOW)

    assert [value(date(y, m, d)) for y, m, d in ((2025, 6, 1), (2026, 1, 1), (2026, 12, 31), (2027, 1, 1))] == [
        15,
        16,
        16,
        20,
    ]


def test_an_override_without_a_decision_yields_to_a_stricter_law(national: NationalGovernance) -> None:
    own, other = Governance(), Governance()
    Log(own).add("o", override(20))
    Log(other).add("o", override(10, "7/2026"))
    on = date(2026, 3, 16)

    longer = national.rules("ministry", own.overrides, on)
    shorter = national.rules("ministry", other.overrides, on)

    assert (longer.number(WINDOW), longer.pack) == (20, "xk-2026.1+")
    assert (shorter.number(WINDOW), shorter[WINDOW].overridden_by) == (10, "7/2026")
    assert national.rules("municipality", own.overrides, on).pack == "xk-2026.1"
    assert national.rules("ministry", own.overrides, on) is longer
    strict = msgspec.structs.replace(default_pack().rules[0], value=30)
    Log(national).add("none")  # the log goes on after the seed
    for n, event in enumerate(
        (RulePackDrafted("xk-2026.9", {"sq": "a", "sr": "b", "en": "c"}, (strict,)), RulePackPublished(on, "1")), 1
    ):
        national.apply(recorded(event, derived_id("strict"), n, national.position + 1))
    assert national.rules("ministry", own.overrides, on).number(WINDOW) == 30
    assert national.rules("ministry", other.overrides, on).number(WINDOW) == 10


def test_the_memory_of_answers_is_bounded(national: NationalGovernance) -> None:
    for n in range(4_200):
        national.rules("ministry", {}, date(2026, 1, 1) + timedelta(days=n % 3_000))

    assert len(national._rules) <= 4_097


members = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["auditor", "legal_officer"]), st.booleans()), max_size=12
)


@for_all(members, st.integers(0, 40))
def test_a_fold_in_two_parts_is_the_fold(steps: list[tuple[int, str, bool]], cut: int) -> None:
    """Folding up to any position and then on equals folding at once: what a cache does."""
    events: list[tuple[str, Event]] = [(f"m{n}", MemberRegistered(derived_id("p", n))) for n in range(4)]
    for n, (who, role, revoke) in enumerate(steps):
        granted = MandateGranted(derived_id("mandate", n), role, f"Decision {n}", date(2026, 1, 1))
        events.append((f"m{who}", granted))
        if revoke:
            events.append((f"m{who}", MandateRevoked(granted.mandate_id)))
    whole, parts = Log(Governance()), Log(Governance())
    for stream, event in events:
        whole.add(stream, event)
    for stream, event in events[:cut]:
        parts.add(stream, event)
    for stream, event in events[cut:]:
        parts.add(stream, event)

    people = [derived_id("p", n) for n in range(4)]
    assert whole.fold.position == parts.fold.position == len(events)
    assert [whole.fold.mandates(p, NOW) for p in people] == [parts.fold.mandates(p, NOW) for p in people]
    kept = sum(not revoke for _, _, revoke in steps)
    assert sum(len(whole.fold.mandates(p, NOW)) for p in people) == kept


def test_representatives_are_folded_for_the_nation_and_passed_over_elsewhere() -> None:
    mandated = RepresentativeMandated(
        organisation_id=derived_id("organisation"),
        mandate_id=derived_id("mandate"),
        person_id=PERSON,
        legal_basis="Statute",
        valid_from=date(2026, 1, 1),
    )
    national, own = NationalGovernance(), Governance()
    for fold in (national, own):
        Log(fold).add("organisation", mandated).add("m", MemberRegistered(PERSON))

    assert [one.organisation_id for one in national.representation.mandates(PERSON, NOW)] == [mandated.organisation_id]
    assert (own.mandates(PERSON, NOW), own.position) == ((), 2)
    assert national.mandates(PERSON, NOW) == (), "they are nobody's office"
