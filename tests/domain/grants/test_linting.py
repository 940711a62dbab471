"""The linter of calls: each finding with the act or article it rests on."""

from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import msgspec
import pytest

from domain.grants.events.grant_call import CallPublished
from domain.grants.funding import Commitments
from domain.grants.funding_plan import FundingPlan
from domain.grants.linting import CallDraft, lint
from domain.grants.vocabulary import ApplicantKind, GateBasis, HardGate, LineFunding, PlanFunding, RequiredCertificate
from domain.kernel.errors import Finding
from domain.kernel.findings import ERROR, WARNING, count_errors
from domain.kernel.money import Money
from domain.kernel.text import Status, Title, text, title
from domain.scoring.vocabulary import Criterion
from tests.domain.grants.stories import (
    CANCELLED,
    CLOSES_AT,
    CRITERIA,
    DRAFTED_PLAN,
    FORM,
    GATE,
    LINE,
    OTHER_CALL,
    OTHER_LINE,
    PLAN,
    PUBLISHED,
    PUBLISHED_AT,
    REASON,
    SUMMARY,
    TITLE,
    commitments,
    euro,
    facts,
    field,
    funding,
    plan,
)
from tests.support.given import MUNICIPALITY, context

ACT = "Regulation (MF) No. 04/2017"
ARTICLE = "Regulation MF-NR-04/2017 on Public Financing of Non-Governmental Organisations, Art. 3 §1.6"
USE_OF_LANGUAGES = "Law No. 02/L-037"


def draft(**changes: Any) -> CallDraft:
    rest = {name: changes.pop(name) for name in ("form", "committed", "closes_at") if name in changes}
    if isinstance(changes.get("plan"), FundingPlan):
        rest["plan"] = changes.pop("plan")
    told: dict[str, Any] = {"facts": facts(**changes), "form": FORM, "plan": plan(), "committed": Commitments()}
    return CallDraft(**(told | rest))


def found(it: CallDraft, **overrides: Any) -> tuple[Finding, ...]:
    return lint(it, context(now=PUBLISHED_AT, **overrides))


def two_lines(first: Money, second: Money) -> PlanFunding:
    lines = (LineFunding(line_id=LINE, amount=first), LineFunding(line_id=OTHER_LINE, amount=second))
    return PlanFunding(plan_id=PLAN, lines=lines)


def weighing(*weights: int) -> tuple[Criterion, ...]:
    return tuple(Criterion(code=f"c{n}", title=TITLE, weight=w, max_points=10) for n, w in enumerate(weights))


def test_a_lawful_call_has_no_findings() -> None:
    assert found(draft()) == ()


def test_failure_3_individuals_are_never_eligible() -> None:
    [finding] = found(draft(eligible=(ApplicantKind.ORGANISATIONS, ApplicantKind.INDIVIDUALS)))

    assert (finding.code, finding.severity, finding.citation) == ("individuals-eligible", ERROR, ARTICLE)
    assert finding.pointer == "/eligible/1"


@pytest.mark.parametrize(
    ("it", "code", "cites", "pointer"),
    [
        (draft(eligible=None), "organisations-not-eligible", ARTICLE, "/eligible"),
        (
            draft(eligible=(ApplicantKind.ORGANISATIONS, ApplicantKind.COMPANIES)),
            "others-eligible",
            ARTICLE,
            "/eligible/1",
        ),
        (draft(open_days=19), "open-too-short", ACT, "/open_days"),
        (draft(external_experts=0), "external-expert-missing", ACT, "/external_experts"),
        (draft(external_experts=None), "external-expert-missing", ACT, "/external_experts"),
        (draft(purpose="youth"), "purpose-not-in-plan", ACT, "/purpose"),
        (draft(purpose=None), "purpose-not-in-plan", ACT, "/purpose"),
        (draft(plan=None), "plan-missing", ACT, "/plan"),
        (draft(plan=plan(*DRAFTED_PLAN)), "plan-not-published", ACT, "/plan/plan_id"),
        (draft(plan=funding(line=PLAN), purpose=None), "line-not-in-plan", ACT, "/plan/lines/0/line_id"),
        (draft(plan=funding(10_000_001), budget=euro(10_000_001)), "budget-over-balance", ACT, "/plan/lines/0/amount"),
        (draft(budget=None), "budget-missing", ACT, "/budget"),
        (draft(budget=euro(5_999_999)), "budget-not-the-sum", ACT, "/budget"),
        (draft(award_max=None, award_min=None), "award-missing", ACT, "/award_max"),
        (draft(award_max=euro(6_000_001)), "award-over-budget", ACT, "/award_max"),
        (draft(award_min=euro(1_000_001)), "award-range", ACT, "/award_min"),
        (draft(award_max=Money(5, "USD"), award_min=None), "currency-mixed", ACT, "/award_max/currency"),
        (draft(criteria=()), "criteria-missing", ACT, "/criteria"),
        (draft(criteria=weighing(400_000, 600_001)), "weights-do-not-add-up", ACT, "/criteria"),
        (draft(criteria=weighing(999_999)), "weights-do-not-add-up", ACT, "/criteria"),
        (draft(tie_rules=()), "tie-rules-missing", ACT, "/tie_rules"),
        (draft(aggregation=None), "aggregation-missing", ACT, "/aggregation"),
        (draft(form=None), "form-missing", ACT, "/form"),
        (draft(contact=None), "contact-missing", ACT, "/contact"),
        (draft(title=title(sq="Vetëm shqip")), "language-missing", USE_OF_LANGUAGES, "/title/sr"),
        (
            draft(target_group=text(sr="Manjine"), gates=(GATE,)),
            "language-missing",
            USE_OF_LANGUAGES,
            "/target_group/sq",
        ),
    ],
)
def test_an_error_names_its_act_and_its_place(it: CallDraft, code: str, cites: str, pointer: str) -> None:
    [finding] = [one for one in found(it) if one.code == code]

    assert finding.severity == ERROR
    assert finding.citation.startswith(cites)
    assert finding.pointer == pointer
    assert finding.rule
    assert "{" not in str(finding.message)


@pytest.mark.parametrize(
    ("it", "code"),
    [
        (draft(certificates=(RequiredCertificate.REGISTRATION,)), "certificate-missing"),
        (draft(indirect_cost_cap=None), "indirect-cost-cap-missing"),
        (draft(target_group=REASON), "target-group-without-gate"),
        (
            draft(target_group=REASON, gates=(HardGate(code="place", title=TITLE, basis=GateBasis.PLACE),)),
            "target-group-without-gate",
        ),
    ],
)
def test_a_warning_does_not_stand_in_the_way(it: CallDraft, code: str) -> None:
    [finding] = found(it)

    assert (finding.code, finding.severity) == (code, WARNING)
    assert finding.citation.startswith(ACT)
    assert count_errors((finding,)) == 0


def test_failure_5_a_gate_on_the_target_group_makes_it_binding() -> None:
    assert found(draft(target_group=REASON, gates=(GATE,))) == ()


def test_no_certificate_at_all_is_two_warnings() -> None:
    codes = [finding.message.values["certificate"] for finding in found(draft(certificates=()))]

    assert codes == ["tax", "registration"]


def test_errors_come_first() -> None:
    severities = [finding.severity for finding in found(draft(certificates=(), open_days=1))]

    assert severities == [ERROR, WARNING, WARNING]


def test_a_threshold_at_the_maximum_can_be_reached_and_above_it_cannot() -> None:
    def at(threshold: int) -> CallDraft:
        return draft(criteria=(msgspec.structs.replace(CRITERIA[0], threshold=threshold), CRITERIA[1]))

    assert found(at(40)) == ()
    [finding] = found(at(41))
    assert (finding.code, finding.pointer) == ("threshold-over-maximum", "/criteria/0/threshold")


def test_a_budget_may_come_out_of_several_lines_to_the_cent() -> None:
    split = two_lines(euro(2_000_000), euro(4_000_000))
    it = msgspec.structs.replace(draft(), facts=facts(plan=split))
    assert found(it) == ()
    off_by_a_cent = msgspec.structs.replace(it, facts=facts(plan=two_lines(euro(2_000_000), euro(4_000_001))))
    assert [finding.code for finding in found(off_by_a_cent)] == ["budget-not-the-sum"]


def test_the_purpose_is_that_of_one_of_the_lines() -> None:
    split = facts(plan=two_lines(euro(1_000_000), euro(5_000_000)), purpose="youth")

    assert found(msgspec.structs.replace(draft(), facts=split)) == ()


def test_what_published_calls_took_is_no_balance() -> None:
    taken = commitments((OTHER_CALL, PUBLISHED))
    it = msgspec.structs.replace(draft(), committed=taken)
    [finding] = found(it)
    assert (finding.code, finding.message.values["balance"]) == ("budget-over-balance", "40000.00 EUR")

    exactly = facts(plan=funding(4_000_000), budget=euro(4_000_000))
    assert found(msgspec.structs.replace(it, facts=exactly)) == ()
    given_back = commitments((OTHER_CALL, PUBLISHED), (OTHER_CALL, CANCELLED))
    assert found(msgspec.structs.replace(it, committed=given_back)) == ()


@pytest.mark.parametrize(
    ("told", "pointers"),
    [
        ({"plan": two_lines(euro(1), Money(1, "CHF"))}, {"/plan/lines/1/amount/currency", "/budget/currency"}),
        ({"plan": PlanFunding(plan_id=PLAN, lines=(LineFunding(line_id=LINE, amount=Money(1, "CHF")),))}, None),
        ({"budget": Money(6_000_000, "CHF")}, {"/budget/currency", "/award_min/currency"}),
    ],
)
def test_currencies_are_never_mixed(told: dict[str, Any], pointers: set[str] | None) -> None:
    mixed = found(msgspec.structs.replace(draft(), facts=facts(**told)))

    assert {finding.code for finding in mixed} == {"currency-mixed"}
    assert pointers is None or {finding.pointer for finding in mixed} == pointers


def test_a_call_that_says_nothing_is_told_everything() -> None:
    it = CallDraft(facts=facts(**{name: None for name in facts().__struct_fields__ if name != "title"}))
    codes = {finding.code for finding in found(it)}

    assert codes >= {"organisations-not-eligible", "plan-missing", "budget-missing", "criteria-missing", "form-missing"}
    assert "language-missing" in codes, "nothing is summed up"


def test_every_text_of_the_form_owes_every_language() -> None:
    albanian = title(sq="Vetëm shqip")
    machine = Title(sq=albanian.sq, sr=msgspec.structs.replace(title(sr="Naslov").sr, status=Status.MACHINE))
    fields = (msgspec.structs.replace(field("a", {"type": "boolean"}), label=albanian, hint=text(sr="Pomoć")),)
    section = msgspec.structs.replace(FORM.sections[0], title=machine, intro=text(sq="Hyrje"), fields=fields)
    it = draft(form=msgspec.structs.replace(FORM, sections=(section,)))

    assert {finding.pointer for finding in found(it)} == {
        "/form/sections/0/title/sr",
        "/form/sections/0/intro/sr",
        "/form/sections/0/fields/0/label/sr",
        "/form/sections/0/fields/0/hint/sq",
    }


def test_a_municipality_owes_its_own_languages() -> None:
    pointers = [finding.pointer for finding in found(draft(), tenant=MUNICIPALITY)]

    assert "/title/tr" in pointers
    assert all(pointer.endswith("/tr") for pointer in pointers)


def test_criteria_and_gates_are_read_by_everybody() -> None:
    half = title(sr="Samo srpski")
    criteria = (msgspec.structs.replace(CRITERIA[0], title=half), CRITERIA[1])
    it = draft(criteria=criteria, gates=(msgspec.structs.replace(GATE, title=half),), target_group=SUMMARY)

    assert [finding.pointer for finding in found(it)] == ["/criteria/0/title/sq", "/gates/0/title/sq"]


def test_an_opening_into_an_unpublished_calendar_cannot_be_promised() -> None:
    [finding] = lint(draft(), context(now=datetime(2199, 1, 4, tzinfo=UTC)))

    assert (finding.code, finding.rule) == ("opening-not-countable", "calendar.published")


def test_an_opening_of_the_past_is_measured_as_the_rule_counts() -> None:
    assert found(draft(closes_at=CLOSES_AT), imported=True) == ()
    [finding] = found(draft(closes_at=CLOSES_AT - timedelta(days=1)), imported=True)
    assert finding.message.values["days"] == 19


def test_every_finding_is_a_template_with_its_values() -> None:
    for finding in found(CallDraft(facts=facts(title=None, criteria=weighing(1), open_days=3))):
        named = {name for _, name, _, _ in Formatter().parse(finding.message.template) if name}
        assert named == set(finding.message.values)


def test_commitments_follow_only_what_moves_money() -> None:
    fold = commitments((OTHER_CALL, PUBLISHED), (OTHER_CALL, CANCELLED), (PLAN, msgspec.structs.replace(PUBLISHED)))

    assert fold.of_line(LINE, "EUR") == euro(6_000_000)
    assert isinstance(PUBLISHED, CallPublished)
