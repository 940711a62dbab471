"""Given agreements and recorded grants, then awards, figures, the report of a year and what should make somebody look."""

from datetime import date

import msgspec
import pytest

from domain.grants.events.application import ApplicationChecked
from domain.grants.events.recorded_grant import GrantRecorded, RecipientResolved, RecordedGrantStruck
from domain.grants.recorded_facts import Party
from domain.kernel.money import Money
from domain.kernel.rules import Rules
from domain.rules.shipped import shipped_rules
from projections.engine import Engine
from projections.grant_annual_report import annual_report
from projections.grant_awards import awards
from projections.grant_figures import GrantFigures, grant_figures
from projections.grant_red_flags import NO_FILTER, REPEATED, Filter, RedFlag, red_flags
from services.open_data.publisher import Publisher
from services.open_data.threesixty_grant import grant_of
from services.open_data.threesixty_schema import faults
from tests.domain.grants import agreements as g
from tests.domain.grants import applications as a
from tests.domain.grants import stories as s
from tests.domain.grants.examples.recorded_grant import REASON, facts
from tests.projections.live import reading as reading_one
from tests.projections.live import reading_in_public
from tests.projections.story import NOW, OTHER_TENANT, TENANT, Story, derived_id

AGREEMENT = derived_id("agreement")
RULES = shipped_rules("national")
TENANTS = {TENANT: ("tenant-2", "ministry"), OTHER_TENANT: ("tenant-3", "municipality")}


def recorded(grant_id: str, **change) -> GrantRecorded:
    return GrantRecorded(facts=facts(**{"grant_id": grant_id, "amount_disbursed": None} | change))


@pytest.fixture
def story(memory) -> Story:
    return Story(memory)


async def reported(database, year: int = 2014):
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        return await annual_report(connection, NOW, year, TENANTS)


async def flagged(database, chosen: Filter = NO_FILTER, rules: Rules = RULES) -> list[RedFlag]:
    async with reading_one(database, TENANT) as connection:
        return (await red_flags(connection, rules, chosen)).items


async def test_a_signed_agreement_is_an_award_and_told_as_360giving(database, engine: Engine, story: Story):
    await story.tell(AGREEMENT, g.AGREED)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        assert (await awards(connection)).items == [], "what is not signed is nobody's business yet"

    await story.tell(AGREEMENT, g.SIGNED, g.REQUESTED, g.CHECKED, g.PAID)
    await story.tell(derived_id("r"), recorded("360G-x-1"))
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        early, own = (await awards(connection)).items
    assert (early.grant_id, own.grant_id, own.amount, own.currency) == ("360G-x-1", "", 450_000, "EUR")
    assert (own.awarded_on, own.organisation_id) == (g.SIGNED.signed_on, g.SIGNED.organisation_id)
    told = grant_of(own, Publisher("360G-pakt", {"tenant-2": "Ministry"}))
    assert faults(told) == []
    assert told["id"] == f"360G-pakt-tenant-2-{AGREEMENT}"
    assert (told["amountAwarded"], told["amountDisbursed"], told["fromOpenCall"]) == (4500, 3000, "Yes")
    assert told["recipientOrganization"][0]["name"] == g.AGREED.organisation_name.sq.text
    (first, *_) = g.AGREED.identifiers
    assert told["recipientOrganization"][0]["id"] == f"{first.scheme}-{first.value}"
    assert told["fundingOrganization"] == [{"id": "360G-pakt:org:tenant-2", "name": "Ministry"}]


async def test_the_report_of_a_year_is_what_the_logs_say(database, memory, engine: Engine, story: Story):
    """Failure 6: what went to recipients whom the register does not know is in the sum, and not in that of the known."""
    other = Story(memory, OTHER_TENANT)
    await story.tell(derived_id(1), recorded("1", amount=Money(2_400, "EUR"), amount_applied_for=None))
    await story.tell(derived_id(2), recorded("2", amount=Money(900, "EUR"), amount_applied_for=None))
    await story.tell(derived_id(2), RecipientResolved(organisation_id=a.ORGANISATION))
    await story.tell(derived_id(3), recorded("3", from_open_call=False), RecordedGrantStruck(reason=REASON))
    await other.tell(derived_id(4), recorded("4", from_open_call=False))
    await other.tell(AGREEMENT, *g.IN_FORCE, g.OVERDUE)
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)
    report = await reported(database)

    ministry = GrantFigures(
        grants=2, awarded={"EUR": 3_300}, registered=1, awarded_to_registered={"EUR": 900}, struck=1
    )
    municipality = GrantFigures(grants=1, awarded={"GBP": 4_000_000}, without_open_call=1)
    assert [(one.tenant, one.figures) for one in report.institutions] == [
        ("tenant-2", ministry),
        ("tenant-3", municipality),
    ]
    assert report.by_kind == {"ministry": ministry, "municipality": municipality}
    assert report.total.awarded == {"EUR": 3_300, "GBP": 4_000_000}
    assert (report.total.grants, report.total.registered, report.total.struck) == (3, 1, 1)
    assert report.positions == {TENANT: 5, OTHER_TENANT: 6}

    of_2026 = (await reported(database, 2026)).total
    assert (of_2026.agreements, of_2026.awarded, of_2026.reports_overdue) == (1, {"EUR": 450_000}, 1)
    assert of_2026.awarded_to_registered == of_2026.awarded
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        every = await grant_figures(connection, NOW, None)
    assert {tenant: one.grants for tenant, one in every.items()} == {TENANT: 2, OTHER_TENANT: 2}


async def both(memory, engine: Engine, *turns: tuple[int, int, GrantRecorded]) -> None:
    """Grants recorded by two institutions, one after the other."""
    stories = {tenant: Story(memory, tenant) for tenant in (TENANT, OTHER_TENANT)}
    for tenant, n, event in turns:
        await stories[tenant].tell(derived_id(tenant, n), event)
    for tenant in stories:
        await engine.catch_up(tenant)


async def test_a_grant_that_two_institutions_have_on_record_counts_once_and_is_named(database, memory, engine: Engine):
    """By the funder's own identifier of it, whatever else the records say."""
    corrected = recorded("360G-x-1", amount=Money(7, "GBP"), amount_applied_for=None)
    await both(memory, engine, (OTHER_TENANT, 1, recorded("360G-x-1")), (TENANT, 1, corrected))
    report = await reported(database)

    (twice,) = report.recorded_twice
    assert (twice.tenant, twice.recorded_grant_id, twice.same) == ("tenant-2", derived_id(TENANT, 1), "grant_id")
    assert (twice.counted_tenant, twice.counted_id) == ("tenant-3", derived_id(OTHER_TENANT, 1))
    assert (twice.amount, twice.currency, twice.grant_id) == (7, "GBP", "360G-x-1")
    assert (report.total.grants, report.total.awarded) == (1, {"GBP": 4_000_000}), "what was recorded first counts"
    assert (report.total.recorded_twice, report.total.awarded_twice) == (1, {"GBP": 7})
    assert [(one.tenant, one.figures.grants, one.figures.recorded_twice) for one in report.institutions] == [
        ("tenant-2", 0, 1),
        ("tenant-3", 1, 0),
    ]
    async with reading_in_public(database, TENANT) as connection:
        own = await grant_figures(connection, NOW, None)
    assert (own[TENANT].grants, own[TENANT].recorded_twice) == (1, 0), "alone it has recorded what it has recorded"
    assert (await reported(database, 2015)).recorded_twice == []


@pytest.mark.parametrize(
    ("change", "twice"),
    [
        ({}, 1),
        ({"title": "Something else", "description": None}, 1),
        ({"amount": Money(3_999_999, "GBP")}, 0),
        ({"awarded_on": date(2014, 6, 7)}, 0),
        ({"funders": (Party(name="Another", identifier="GB-COH-1"),)}, 0),
        ({"recipients": (Party(name="Another", identifier="GB-CHC-1"),)}, 0),
    ],
    ids=["all the same", "other words", "amount", "day", "funder", "recipient"],
)
async def test_of_one_award_under_two_identifiers_one_counts(database, memory, engine: Engine, change, twice: int):
    await both(memory, engine, (TENANT, 1, recorded("one")), (OTHER_TENANT, 1, recorded("two", **change)))
    report = await reported(database)

    assert [one.same for one in report.recorded_twice] == ["award"] * twice
    assert report.total.grants == 2 - twice


async def test_a_recipient_is_known_by_the_register_under_any_of_its_identifiers(database, memory, engine: Engine):
    by_number = recorded("one", recipients=(Party(name="A", identifier="XK-NGO-5110001-1"),))
    by_fiscal = recorded("two", recipients=(Party(name="A", identifier="XK-FISCAL-600000101"),))
    resolved = {
        n: msgspec.structs.replace(one, organisation_id=a.ORGANISATION) for n, one in enumerate((by_number, by_fiscal))
    }
    await both(memory, engine, (TENANT, 1, resolved[0]), (OTHER_TENANT, 1, resolved[1]))

    assert [one.counted_tenant for one in (await reported(database)).recorded_twice] == ["tenant-2"]


async def test_two_equal_grants_of_one_institution_are_two_and_each_is_matched_once(database, memory, engine: Engine):
    mine = [(TENANT, n, recorded(f"mine-{n}")) for n in range(2)]
    theirs = [(OTHER_TENANT, n, recorded(f"theirs-{n}")) for n in range(3)]
    await both(memory, engine, *mine, *theirs)
    report = await reported(database)

    assert (report.total.grants, report.total.recorded_twice) == (3, 2)
    assert {one.counted_id for one in report.recorded_twice} == {derived_id(TENANT, n) for n in range(2)}


async def test_what_was_struck_leaves_the_other_record_to_count(database, memory, engine: Engine):
    stories = {tenant: Story(memory, tenant) for tenant in (TENANT, OTHER_TENANT)}
    for tenant, story in stories.items():
        await story.tell(derived_id(tenant, 1), recorded("360G-x-1"))
    await stories[TENANT].tell(derived_id(TENANT, 1), RecordedGrantStruck(reason=REASON))
    for tenant in stories:
        await engine.catch_up(tenant)
    report = await reported(database)

    assert (report.total.grants, report.total.struck, report.recorded_twice) == (1, 1, [])


async def of_call(story: Story, *, gates: dict[str, bool], purpose: str = "culture", target: bool = True) -> None:
    """One applicant, who won."""
    change = {"target_group": s.SUMMARY, "gates": (s.GATE,)} if target else {}
    published = msgspec.structs.replace(s.PUBLISHED, facts=s.facts(**change))
    await story.tell(s.CALL, s.DRAFTED, s.FORM_SET, s.CHECKED, published, s.CLOSED, s.EVALUATING)
    checked = ApplicationChecked(**a.OF_CALL, eligible=True, gates=gates)
    await story.tell(g.AGREED.application_id, *a.SENT, checked, a.AWARDED)
    await story.tell(AGREEMENT, msgspec.structs.replace(g.AGREED, purpose=purpose), g.SIGNED)


@pytest.mark.parametrize(("gates", "drifts"), [({"minority": True}, 0), ({"minority": False}, 1), ({}, 1)])
async def test_winners_outside_the_target_group_are_flagged(database, engine: Engine, story: Story, gates, drifts):
    """Failure 5: a call for a target group, and of its winners nobody said that they belong to it."""
    await of_call(story, gates=gates)
    await engine.catch_up(TENANT)
    found = await flagged(database, Filter(kind="purpose_drift"))

    assert [(one.subject_id, one.number, one.among) for one in found] == [(s.CALL, 1, 1)] * drifts


async def test_another_purpose_a_single_applicant_and_late_reports_are_flagged(database, engine: Engine, story: Story):
    """Failure 4: money outside the purpose, and a report that never came."""
    await of_call(story, gates={}, purpose="sports", target=False)
    await story.tell(AGREEMENT, g.OVERDUE)
    await engine.catch_up(TENANT)
    found = await flagged(database)

    assert [(one.kind, one.subject_id) for one in found] == [
        ("late_report", AGREEMENT),
        ("purpose_drift", AGREEMENT),
        ("single_applicant", s.CALL),
    ]
    assert found[0].number == found[0].among == 1
    assert [one.kind for one in await flagged(database, Filter(call_id=s.CALL, kind="late_report"))] == ["late_report"]


async def test_who_wins_again_and_again_is_flagged(database, memory, engine: Engine, story: Story):
    for n in range(3):
        assert await flagged(database) == []
        await story.tell(derived_id(n), recorded(str(n)), RecipientResolved(organisation_id=a.ORGANISATION))
        await engine.catch_up(TENANT)
    (flag,) = await flagged(database)
    assert (flag.kind, flag.subject_id, flag.number, flag.tenant) == ("repeated_winner", a.ORGANISATION, 3, "tenant-2")
    rule = RULES[REPEATED]
    assert (rule.value, rule.confidence, bool(rule.citation)) == (3, "low", True)
    for value, flags in ((2, 1), (4, 0)):
        changed = Rules("xk-2027.1", {REPEATED: msgspec.structs.replace(rule, value=value)})
        assert len(await flagged(database, rules=changed)) == flags
    assert await flagged(database, rules=Rules("older", {})) == [], "a pack that does not say how many flags nobody"

    await story.tell(derived_id(0), RecordedGrantStruck(reason=REASON))
    await engine.catch_up(TENANT)
    assert await flagged(database) == [], "what was struck counts nowhere"
