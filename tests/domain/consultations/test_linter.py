"""The linter: each finding, with the act or article it rests on, in every language Pakt speaks to its users."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.consultations import citations
from domain.consultations.consultation import Consultation
from domain.consultations.linter import lint
from domain.consultations.parts import Draft
from domain.consultations.vocabulary import ActKind, DocumentKind
from domain.kernel.errors import Finding
from domain.kernel.findings import ERROR, WARNING, count_errors
from domain.kernel.rules import Rules
from domain.kernel.text import Status, Title, text, title
from tests.domain.consultations.stories import (
    OPENED_AT,
    PAPERS,
    REASON,
    SCHEDULED,
    attached,
    in_languages,
    planned,
)
from tests.support.given import MUNICIPALITY, built, context

STANDARDS = "Regulation (GRK) No. 05/2016"
MUNICIPAL = "Administrative Instruction (MLGA) No. 06/2018"
USE_OF_LANGUAGES = "Law No. 02/L-037"


def draft(*papers: Any, **changes: Any) -> Draft:
    consultation: Consultation = built(Consultation, [planned(**changes), *papers])
    return consultation.draft()


def findings(it: Draft, **overrides: Any) -> dict[str, Finding]:
    return {finding.code: finding for finding in lint(it, context(now=OPENED_AT, **overrides))}


def test_a_lawful_draft_has_no_findings() -> None:
    assert lint(draft(*PAPERS), context(now=OPENED_AT)) == ()


@pytest.mark.parametrize(
    ("it", "code", "cites", "pointer"),
    [
        (draft(PAPERS[1]), "draft-missing", STANDARDS, "/documents/draft"),
        (draft(PAPERS[0]), "memorandum-missing", STANDARDS, "/documents/explanatory_memorandum"),
        (
            draft(attached(DocumentKind.DRAFT, "sq"), PAPERS[1]),
            "language-missing",
            USE_OF_LANGUAGES,
            "/documents/draft/sr",
        ),
        (draft(*PAPERS, title=title(sq="Vetëm shqip")), "title-language-missing", USE_OF_LANGUAGES, "/title/sr"),
        (draft(*PAPERS, contact=None), "contact-missing", STANDARDS, "/contact"),
        (draft(*PAPERS, plan_item=None), "plan-missing", STANDARDS, "/plan_item"),
        (draft(*PAPERS, window_days=14), "window-too-short", STANDARDS, "/window_days"),
    ],
)
def test_an_error_names_its_act_and_its_place(it: Draft, code: str, cites: str, pointer: str) -> None:
    found = lint(it, context(now=OPENED_AT))

    assert [finding.code for finding in found] == [code]
    assert found[0].severity == ERROR
    assert found[0].citation.startswith(cites)
    assert found[0].pointer == pointer
    assert found[0].rule
    assert "{" not in str(found[0].message)


@pytest.mark.parametrize(
    ("it", "code", "cites"),
    [
        (draft(*PAPERS, summary=None), "summary-language-missing", USE_OF_LANGUAGES),
        (draft(*PAPERS, summary=text(sq="Vetëm shqip")), "summary-language-missing", USE_OF_LANGUAGES),
        (draft(*PAPERS, act_kind=ActKind.LAW), "initial-round-missing", STANDARDS),
        (draft(*PAPERS, complex=True), "initial-round-missing", STANDARDS),
        (draft(*PAPERS, window_days=61), "window-too-long", STANDARDS),
    ],
)
def test_a_warning_does_not_stand_in_the_way(it: Draft, code: str, cites: str) -> None:
    found = lint(it, context(now=OPENED_AT))

    assert {finding.code for finding in found} == {code}
    assert {finding.severity for finding in found} == {WARNING}
    assert all(finding.citation.startswith(cites) for finding in found)
    assert not count_errors(found)


def test_errors_come_first() -> None:
    found = lint(draft(), context(now=OPENED_AT))
    assert count_errors(found)

    with_warning = lint(draft(PAPERS[0], summary=None), context(now=OPENED_AT))
    assert [finding.severity for finding in with_warning] == [ERROR, WARNING, WARNING]


def test_a_reason_stands_for_a_plan_item() -> None:
    assert findings(draft(*PAPERS, plan_item=None, unplanned_reason=REASON)) == {}


def test_a_machine_translation_is_not_a_language() -> None:
    sr = msgspec.structs.replace(title(sr="Naslov").sr, status=Status.MACHINE)

    assert set(findings(draft(*PAPERS, title=Title(sq=title(sq="Titulli").sq, sr=sr)))) == {"title-language-missing"}


def test_a_municipality_owes_its_own_languages_and_its_own_window() -> None:
    found = lint(draft(*PAPERS, window_days=29), context(now=OPENED_AT, tenant=MUNICIPALITY))
    by_code = {finding.code: finding for finding in found if finding.severity == ERROR}

    assert set(by_code) == {"language-missing", "title-language-missing", "window-too-short"}
    assert by_code["window-too-short"].rule == "consultation.municipal.min"
    assert by_code["window-too-short"].citation.startswith(MUNICIPAL)
    assert by_code["window-too-short"].message.values["least"] == 30
    assert {f.pointer for f in found if f.code == "language-missing"} == {
        "/documents/draft/tr",
        "/documents/explanatory_memorandum/tr",
    }


def test_a_municipality_cites_its_own_standards() -> None:
    found = findings(draft(contact=None, plan_item=None), tenant=MUNICIPALITY)

    assert found["draft-missing"].citation == citations.MUNICIPAL_STANDARDS
    assert found["contact-missing"].citation == citations.MUNICIPAL_STANDARDS
    assert found["plan-missing"].citation == citations.MUNICIPAL_STANDARDS


def test_a_rule_that_no_pack_holds_is_not_asked() -> None:
    rules = context().rules
    without = Rules(rules.pack, {k: r for k, r in rules.by_key.items() if not k.endswith("complex_max")})

    assert findings(draft(*PAPERS, window_days=61), rules=without) == {}


def test_a_window_into_an_unpublished_calendar_cannot_be_promised() -> None:
    found = lint(draft(*PAPERS), context(now=datetime(2199, 1, 4, tzinfo=UTC)))

    assert [finding.code for finding in found] == ["window-not-countable"]
    assert found[0].rule == "calendar.published"
    assert found[0].citation.startswith(STANDARDS)


def test_notice_of_a_meeting_counts_only_from_the_opening() -> None:
    """Announced in a draft that nobody could read, a hearing has had no notice."""
    assert findings(draft(*PAPERS, SCHEDULED)) == {}

    late = context(now=datetime(2026, 3, 25, 8, tzinfo=UTC))
    found = lint(draft(*PAPERS, SCHEDULED), late)

    assert [finding.code for finding in found] == ["notice-too-short"]
    assert found[0].rule == "consultation.meeting.notice"
    assert found[0].citation.startswith(STANDARDS)
    assert found[0].message.values["from_at"] == "2026-04-10T22:00:00+00:00"


def test_meetings_that_are_over_need_no_notice() -> None:
    meeting = draft(*PAPERS, SCHEDULED).meetings[0]
    late = context(now=datetime(2026, 3, 25, 8, tzinfo=UTC))

    for over in ({"cancelled": True}, {"held": True}):
        it = msgspec.structs.replace(draft(*PAPERS), meetings=(msgspec.structs.replace(meeting, **over),))
        assert lint(it, late) == ()


def test_notice_that_cannot_be_counted_is_an_error() -> None:
    found = lint(draft(*PAPERS, SCHEDULED), context(now=datetime(2199, 1, 4, tzinfo=UTC)))

    assert {finding.code for finding in found} == {"window-not-countable", "notice-not-countable"}


def test_a_window_of_the_past_is_measured_as_the_rule_counts() -> None:
    it = msgspec.structs.replace(draft(*PAPERS), closes_at=OPENED_AT + timedelta(days=10))
    found = findings(it, imported=True)

    assert found["window-too-short"].message.values["days"] == 7, "20 March is Eid"


def test_english_or_german_papers_do_not_stand_in_for_the_official_languages() -> None:
    english = msgspec.structs.replace(PAPERS[0], files=in_languages("en", "de"))
    found = lint(draft(english, PAPERS[1]), context(now=OPENED_AT))

    assert [finding.pointer for finding in found] == ["/documents/draft/sq", "/documents/draft/sr"]
