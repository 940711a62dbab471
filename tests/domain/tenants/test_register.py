"""The register of institutions: tenant ids without a gap, successors, names that change."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.tenants.commands import (
    DissolveInstitution,
    FoundRegister,
    Kind,
    MergeInstitutions,
    RegisterInstitution,
    RenameInstitution,
    SetInstitutionQuota,
    SplitInstitution,
)
from domain.tenants.events import (
    InstitutionDissolved,
    InstitutionQuotaSet,
    InstitutionRegistered,
    InstitutionRenamed,
    InstitutionsMerged,
    InstitutionSplit,
    RegisterFounded,
)
from domain.tenants.quotas import USUAL, Resource
from domain.tenants.register import InstitutionRegister, lineage
from tests.support.given import MUNICIPALITY, NATIONAL, Outcome, built, given, given_nothing

NAMES = {"sq": "Zyra", "sr": "Ured", "en": "Office"}
OPM = InstitutionRegistered(1, "opm", "OPM", Kind.NATIONAL, NAMES, ("sq", "sr"))
FINANCE = InstitutionRegistered(2, "mf", "MF", Kind.MINISTRY, NAMES, ("sq", "sr"))
LABOUR = InstitutionRegistered(3, "mlsw", "MLSW", Kind.MINISTRY, NAMES, ("sq", "sr"))
SANDBOX = InstitutionRegistered(4, "try", "TRY", Kind.MINISTRY, NAMES, ("sq", "sr"), sandbox=True)
PAST = [RegisterFounded(), OPM, FINANCE, LABOUR, SANDBOX]
REGISTER = RegisterInstitution(slug="md", code="MD", kind=Kind.MINISTRY, names=NAMES)


def when(command: Command, *more: InstitutionsMerged) -> Outcome:
    return given(InstitutionRegister, [*PAST, *more]).when(command, tenant=NATIONAL)


def test_the_national_tenant_is_the_first() -> None:
    command = FoundRegister(slug="opm", code="OPM", names=NAMES)

    given_nothing(InstitutionRegister).when(command, tenant=NATIONAL).then([RegisterFounded(), OPM])


@pytest.mark.parametrize(("slug", "tenant"), [("opm", MUNICIPALITY), ("mf", NATIONAL)])
def test_nobody_else_founds(slug: str, tenant: object) -> None:
    command = FoundRegister(slug=slug, code="OPM", names=NAMES)

    given_nothing(InstitutionRegister).when(command, tenant=tenant).then_refused(RuleViolated, rule="tenant.national")


def test_a_quota_is_set_once_and_the_usual_one_needs_no_event() -> None:
    command = SetInstitutionQuota(slug="mf", resource=Resource.REQUESTS, limit=6_000)
    event = InstitutionQuotaSet("mf", Resource.REQUESTS, 6_000)

    when(command).then([event])
    given(InstitutionRegister, [*PAST, event]).when(command, tenant=NATIONAL).then_nothing()
    when(replace(command, limit=USUAL[Resource.REQUESTS])).then_nothing()
    when(replace(command, slug="md")).then_refused(InvalidValue)
    institutions = built(InstitutionRegister, [*PAST, event]).institutions
    assert {slug: one.quota(Resource.REQUESTS) for slug, one in institutions.items() if slug != "try"} == {
        "opm": USUAL[Resource.REQUESTS],
        "mf": 6_000,
        "mlsw": USUAL[Resource.REQUESTS],
    }


def test_tenant_ids_have_no_gap() -> None:
    when(REGISTER).then([InstitutionRegistered(5, "md", "MD", Kind.MINISTRY, NAMES, ("sq", "sr"))])


def test_a_municipality_with_turkish_and_a_sandbox() -> None:
    command = replace(REGISTER, kind=Kind.MUNICIPALITY, languages=("sq", "sr", "tr"), sandbox=True)

    when(command).then(
        [InstitutionRegistered(5, "md", "MD", Kind.MUNICIPALITY, NAMES, ("sq", "sr", "tr"), sandbox=True)]
    )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": Kind.NATIONAL}, "institution.national"),
        ({"slug": "mf"}, "institution.slug"),
        ({"code": "MF"}, "institution.code"),
        ({"languages": ("sq", "en")}, "language.official"),
    ],
)
def test_registrations_that_break_a_rule(change: dict[str, object], rule: str) -> None:
    when(replace(REGISTER, **change)).then_refused(RuleViolated, rule=rule)


def test_a_slug_is_never_given_again() -> None:
    merged = InstitutionsMerged(("mlsw",), "mf", "1/2026")

    when(replace(REGISTER, slug="mlsw"), merged).then_refused(RuleViolated, rule="institution.slug")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"names": {"sq": "a", "sr": "b"}}, "/names"), ({"languages": ("sq", "sr", "sq")}, "/languages")],
)
def test_registrations_that_cannot_be_meant(change: dict[str, object], pointer: str) -> None:
    when(replace(REGISTER, **change)).then_refused(InvalidValue, pointer=pointer)


def test_renaming_keeps_the_old_name() -> None:
    new = {**NAMES, "en": "Ministry of Finance and Transfers"}

    outcome = when(RenameInstitution(slug="mf", names=new, decision_no="1/2026"))

    outcome.then([InstitutionRenamed("mf", new, "1/2026")])
    institution = outcome.aggregate.institutions["mf"]
    assert (institution.names, institution.former_names) == (new, (NAMES,))
    [renamed] = institution.renamed_at
    assert institution.names_at(renamed - timedelta(microseconds=1)) == NAMES
    assert institution.names_at(renamed) == new


def test_the_same_name_is_no_news() -> None:
    when(RenameInstitution(slug="mf", names=NAMES, decision_no="1/2026")).then_nothing()


def test_a_name_needs_all_languages() -> None:
    when(RenameInstitution(slug="mf", names={"sq": "a"}, decision_no="1")).then_refused(InvalidValue, pointer="/names")


def test_merging() -> None:
    outcome = when(MergeInstitutions(sources=("mlsw",), into="mf", decision_no="1/2026"))

    outcome.then([InstitutionsMerged(("mlsw",), "mf", "1/2026")])
    institution = outcome.aggregate.institutions["mlsw"]
    assert (institution.state, institution.successors) == ("merged", ("mf",))


def test_splitting() -> None:
    outcome = when(SplitInstitution(slug="mf", successors=("mlsw",), decision_no="1/2026"))

    outcome.then([InstitutionSplit("mf", ("mlsw",), "1/2026")])
    assert outcome.aggregate.institutions["mf"].state == "split"


def test_dissolving() -> None:
    outcome = when(DissolveInstitution(slug="mf", decision_no="1/2026"))

    outcome.then([InstitutionDissolved("mf", "1/2026")])
    assert outcome.aggregate.institutions["mf"].state == "dissolved"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (MergeInstitutions(sources=("opm",), into="mf", decision_no="1"), "institution.national"),
        (MergeInstitutions(sources=("try",), into="mf", decision_no="1"), "institution.sandbox"),
        (SplitInstitution(slug="mf", successors=("try",), decision_no="1"), "institution.sandbox"),
        (SplitInstitution(slug="opm", successors=("mf",), decision_no="1"), "institution.national"),
        (DissolveInstitution(slug="opm", decision_no="1"), "institution.national"),
    ],
)
def test_ends_that_break_a_rule(command: Command, rule: str) -> None:
    when(command).then_refused(RuleViolated, rule=rule)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (MergeInstitutions(sources=("mf",), into="mf", decision_no="1"), "/sources"),
        (MergeInstitutions(sources=("mlsw", "mlsw"), into="mf", decision_no="1"), "/sources"),
        (MergeInstitutions(sources=("none",), into="mf", decision_no="1"), "/sources"),
        (MergeInstitutions(sources=("mf",), into="none", decision_no="1"), "/into"),
        (SplitInstitution(slug="mf", successors=("mf",), decision_no="1"), "/successors"),
        (SplitInstitution(slug="mf", successors=("none",), decision_no="1"), "/successors/0"),
        (RenameInstitution(slug="none", names=NAMES, decision_no="1"), "/slug"),
    ],
)
def test_ends_that_cannot_be_meant(command: Command, pointer: str) -> None:
    when(command).then_refused(InvalidValue, pointer=pointer)


def test_what_has_ended_does_not_act() -> None:
    merged = InstitutionsMerged(("mlsw",), "mf", "1/2026")

    for command in (
        DissolveInstitution(slug="mlsw", decision_no="2"),
        RenameInstitution(slug="mlsw", names=NAMES, decision_no="2"),
        MergeInstitutions(sources=("mf", "mlsw"), into="mf", decision_no="2"),
    ):
        when(command, merged).then_refused(RuleViolated, rule="institution.active")


@pytest.mark.parametrize(
    "command",
    [
        MergeInstitutions(sources=("mf",), into="mlsw", decision_no="3"),
        MergeInstitutions(sources=("mh",), into="mlsw", decision_no="3"),
        MergeInstitutions(sources=("mf", "mh"), into="mlsw", decision_no="3"),
        SplitInstitution(slug="mh", successors=("mlsw", "mf"), decision_no="3"),
    ],
)
def test_nobody_takes_over_whom_it_went_into(command: Command) -> None:
    """Neither at once nor over others: mlsw went into mf, and that into mh."""
    health = InstitutionRegistered(5, "mh", "MH", Kind.MINISTRY, NAMES, ("sq", "sr"))
    past = [*PAST, health, InstitutionsMerged(("mlsw",), "mf", "1"), InstitutionsMerged(("mf",), "mh", "2")]

    given(InstitutionRegister, past).when(command, tenant=NATIONAL).then_refused(
        RuleViolated, rule="institution.circular"
    )
    assert lineage("mlsw", built(InstitutionRegister, past).institutions) == ("mf", "mh")
