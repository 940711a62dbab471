"""What the checker says of the standard's own tests and examples, and of an activity with one thing wrong in it."""

from pathlib import Path

import msgspec
import pytest

from services.cli.__main__ import run
from services.open_data.iati_check import Severity, Source, check
from tests.services.open_data.iati_samples import (
    EXPECTED,
    FOLDER,
    SCHEMA_TESTS,
    TODAY,
    activities,
    needs_iati,
    valid_elsewhere,
)
from tests.support.running import SHARED

ANNOTATED = "iati/samples/activity-standard-example-annotated.xml"


def content(name: str) -> bytes:
    return (SHARED / name).read_bytes()


@needs_iati
def test_there_are_as_many_schema_tests_as_the_standard_says() -> None:
    valid = [name for name in SCHEMA_TESTS if EXPECTED[name]["valid"]]

    assert (len(SCHEMA_TESTS), len(valid)) == (229, 78)


@needs_iati
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_document_is_judged_by_the_schema_as_is_known_of_it(name: str) -> None:
    wanted = EXPECTED[name]
    verdict = check(content(name), TODAY)
    found = verdict.of(Source.SCHEMA)

    assert (verdict.root, not found, len(found)) == (wanted["root"], wanted["valid"], wanted["errors"])
    assert not found or found[0].reason.startswith(wanted["first"])


@needs_iati
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_another_implementation_of_xml_schema_says_the_same(name: str) -> None:
    """But of words where only elements may stand: those it passes over."""
    assert valid_elsewhere(content(name)) == (EXPECTED[name]["valid"] or "contains-text" in name)


@needs_iati
def test_the_annotated_examples_are_told_what_the_ruleset_says_of_them() -> None:
    """The standard's example of activities shows every element at once, so it breaks rules on what excludes what."""
    activity = check(content(ANNOTATED), TODAY)
    organisation = check((FOLDER / "samples" / "organisation-standard-example-annotated.xml").read_bytes(), TODAY)

    assert {found.rule for found in activity.errors if found.source is Source.RULESET} == {
        "3.4.2",  # 25 % + 25 % to countries and 25 % to a region of each vocabulary
        "3.6.2",  # a country of the activity, and one of a transaction
        "6.6.2",  # a sector of the activity, and one of a transaction
        "6.13.1",  # a policy marker of its own without a narrative
        "8.11.1",  # references of a result and of its indicator
    }
    assert [found.reason for found in activity.of(Source.CODELIST)] == ["'616' is not in the codelist Region."]
    assert organisation.findings == ()


def test_an_activity_in_which_nothing_is_wrong_has_no_finding() -> None:
    verdict = check(activities(), TODAY)

    assert (verdict.root, verdict.items, verdict.findings) == ("iati-activities", 1, ())
    assert verdict.unasked == ("1.14.8", "1.18.8")
    assert valid_elsewhere(activities())


SECTORS = '<sector vocabulary="1" code="15150" percentage="{}"/><sector vocabulary="1" code="15160" percentage="{}"/>'
SECTOR = '<sector vocabulary="1" code="15150"/>'
COUNTRY = '<recipient-country code="XK"/>'
INDICATOR = (
    '</transaction><result type="1"><title><narrative>R</narrative></title><indicator measure="1"><title><narrative>I'
    '</narrative></title><period><period-start iso-date="2026-01-01"/><period-end iso-date="{}"/>{}</period>'
    "</indicator></result>"
)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("1.1.3", ("XK-COA-1-A<", "XK-COA-1<")),
        ("1.1.21", ("XK-COA-1-A<", "XK-COA-2-A<")),
        ("1.3.1", ("XK-COA-1-A<", "XK-COA-1-A <")),
        ("1.3.13", ("XK-COA-1-A<", "XK-COA-1-A?<")),
        ("2.1.1", (SECTOR, SECTORS.replace(' percentage="{}"', "", 1).format(100))),
        ("2.1.2", (SECTOR, SECTORS.format(50, 49))),
        ("2.1.4", (SECTOR, SECTOR.replace("/>", ' percentage="99"/>'))),
        ("2.2.1", (SECTOR, f'{SECTOR}<sector vocabulary="99" code="A"/>')),
        ("3.7.1", (COUNTRY, "")),
        ("3.1.4", ('code="XK"', 'code="XK" percentage="40"')),
        ("12.1.1", ('code="XK"', 'code="XK" percentage="101"')),
        ("4.1.1", ('xml:lang="en" ', "")),
        ("4.3.1", ("<narrative>A measure</narrative>", "<narrative/>")),
        ("6.2.2", (SECTOR, "")),
        ("6.10.1", ('<participating-org ref="XK-COA-1" ', "<participating-org ")),
        ("6.11.1", ('<activity-date type="1" iso-date="2026-01-01"/>', "")),
        ("7.5.3", ('<period-end iso-date="2026-12-31"/>', '<period-end iso-date="2027-01-02"/>')),
        ("7.8.1", (' default-currency="EUR"', "")),
        ("8.6.1", ("</transaction>", INDICATOR.format("2025-12-31", ""))),
        ("8.6.3", ('<period-end iso-date="2026-12-31"/>', '<period-end iso-date="2025-12-31"/>')),
        ("8.9.1", ("</transaction>", INDICATOR.format("2026-06-30", "<target/>"))),
        ("8.10.2", ("</transaction>", INDICATOR.format("2026-06-30", '<actual value="many"/>'))),
        ("11.1.1", ('datetime="2026-11-01', 'datetime="2026-11-28')),
        ("11.1.2", ('type="3" iso-date="2026-12-31"', 'type="3" iso-date="2025-12-31"')),
        ("11.1.4", ('type="1" iso-date="2026-01-01"', 'type="2" iso-date="2026-11-28"')),
        ("11.2.1", ('<transaction-date iso-date="2026-03-01"/>', '<transaction-date iso-date="2026-11-28"/>')),
    ],
)
def test_what_breaks_a_rule_is_told_by_its_number(rule: str, change: tuple[str, str]) -> None:
    verdict = check(activities(change), TODAY)

    assert rule in {found.rule for found in verdict.of(Source.RULESET)}
    assert verdict.of(Source.SCHEMA) == ()


def test_a_period_may_be_a_year_long_and_not_a_day_longer() -> None:
    def told(start: str, end: str) -> set[str]:
        changed = activities(
            ('start iso-date="2026-01-01"', f'start iso-date="{start}"'),
            ('end iso-date="2026-12-31"', f'end iso-date="{end}"'),
        )
        return {found.rule for found in check(changed, TODAY).findings}

    assert told("2026-01-01", "2027-01-01") == set()
    assert told("2024-02-29", "2025-03-01") == set()
    assert told("2024-02-29", "2025-03-02") == {"7.5.3"}


def test_a_sum_is_exact() -> None:
    thirds = "".join(
        f'<sector vocabulary="2" code="11{n}" percentage="{share}"/>'
        for n, share in enumerate(("33.3", "33.3", "33.4"), start=1)
    )
    verdict = check(activities((SECTOR, SECTOR + thirds)), TODAY)
    short = check(activities((SECTOR, SECTOR + thirds.replace("33.4", "33.39"))), TODAY)

    assert verdict.findings == ()
    assert [found.rule for found in short.errors] == ["2.1.2"]


def test_what_a_document_says_is_never_part_of_a_path() -> None:
    quoted = "<sector vocabulary=\"x' or '1'='1\" code=\"A\"/>"
    verdict = check(activities((SECTOR, SECTOR + quoted)), TODAY)

    assert [(found.source, found.rule) for found in verdict.errors] == [(Source.CODELIST, "SectorVocabulary")]


@pytest.mark.parametrize(
    ("codelist", "change"),
    [
        ("Country", ('code="XK"', 'code="KX"')),
        ("ActivityStatus", ('<activity-status code="2"/>', '<activity-status code="9"/>')),
        ("Sector", ('code="15150"', 'code="1"')),
        ("Currency", ('default-currency="EUR"', 'default-currency="EURO"')),
        ("OrganisationRole", ('role="4"', 'role="5"')),
        ("TransactionType", ('<transaction-type code="2"/>', '<transaction-type code="99"/>')),
    ],
)
def test_what_is_outside_of_a_codelist_is_told_with_its_name(codelist: str, change: tuple[str, str]) -> None:
    (found,) = check(activities(change), TODAY).findings

    assert (found.source, found.rule, found.severity) == (Source.CODELIST, codelist, Severity.ERROR)


def test_codes_of_ones_own_vocabulary_are_not_looked_up() -> None:
    own = '<sector vocabulary="99" code="SO1"><narrative>Participation</narrative></sector>'

    assert check(activities((SECTOR, SECTOR + own)), TODAY).findings == ()


@pytest.mark.parametrize(
    ("document", "source", "reason"),
    [
        (b"", Source.XML, "It cannot be read"),
        (b"<iati-activities>", Source.XML, "It cannot be read"),
        (b"<html/>", Source.SCHEMA, "The root element is html"),
        (b"<iati-activities/>", Source.SCHEMA, "Element 'iati-activities': The attribute 'version' is required"),
    ],
)
def test_what_is_no_file_of_iati_is_told_so(document: bytes, source: Source, reason: str) -> None:
    first = check(document, TODAY).findings[0]

    assert (first.source, first.severity) == (source, Severity.ERROR)
    assert first.reason.startswith(reason)


def test_an_entity_brings_nothing_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    hostile = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>\n'.encode() + activities(("A measure", "&e;"))

    assert [found.reason for found in check(hostile, TODAY).findings] == [
        "It cannot be read: it declares a document type."
    ]


def test_the_command_says_what_is_wrong_and_ends_accordingly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(activities())
    bad.write_bytes(activities((COUNTRY, "")))
    call = ("--today", TODAY.isoformat())

    assert run(["open-data", "check", str(good), *call]) == 0
    assert "errors 0, warnings 0" in capsys.readouterr().out
    assert run(["open-data", "check", str(bad), *call]) == 1
    assert "3.7.1" in capsys.readouterr().out
    assert run(["open-data", "check", str(bad), *call, "--json"]) == 1
    assert msgspec.json.decode(capsys.readouterr().out)["valid"] is False
    assert run(["open-data", "check", str(tmp_path / "none.xml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
