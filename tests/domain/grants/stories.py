"""A funding plan and a call as their events tell them: what the tests of this domain start from.

The call is published on 17 March 2026 and open until the end of 20 April 2026: 20 working days, the first day left out.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.grants.call_window import CLARIFY, OPEN
from domain.grants.events import funding_plan as p
from domain.grants.events import grant_call as e
from domain.grants.facts import CallFacts
from domain.grants.form import Condition, Field, Form, Section
from domain.grants.funding import Commitments
from domain.grants.funding_plan import PUBLISH, REPORT, FundingPlan
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import ApplicantKind, GateBasis, HardGate, LineFunding, PlanFunding, RequiredCertificate
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline, start_of
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from domain.rules.shipped import shipped_calendar, shipped_rules
from domain.scoring.vocabulary import Aggregation, Criterion, TieRule
from tests.support.given import STREAM, built

RULES = shipped_rules("ministry")
CALENDAR = shipped_calendar()
CLOCK = Mandate(Role.CLOCK, "system")
OFFICER = Mandate(Role.GRANT_OFFICER, "Appointment 2/2026")

PLANNED_AT = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
PREPARED_AT = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
DEADLINE = deadline(RULES[OPEN], PUBLISHED_AT, "CallPublished", CALENDAR)
CLOSES_AT = DEADLINE.due_at
CLOSED_AT = CLOSES_AT + timedelta(seconds=5)
AFTER = CLOSES_AT + timedelta(days=10)

PLAN = derived_id("test", "funding plan")
LINE = derived_id("test", "plan line")
OTHER_LINE = derived_id("test", "plan line", 2)
CALL = STREAM
OTHER_CALL = derived_id("test", "call", 2)
CLARIFICATION = derived_id("test", "clarification")

TITLE = title(sq="Grante për kulturë", sr="Grantovi za kulturu")
SUMMARY = text(sq="Kush mund të aplikojë", sr="Ko se može prijaviti")
REASON = text(sq="Arsyeja", sr="Razlog", en="The reason")
QUESTION = text(sq="A paguhet qiraja?", sr="Da li se plaća zakup?")
CONTACT = Contact(office="Departamenti i kulturës", email="grante@example.org", phone="+383 38 200 000")
FILE = File(sha256="ab" * 32, media_type=MediaType.PDF, size=12_345, file_name="raporti.pdf")
FILES = tuple(LanguageFile(language=code, file=FILE) for code in ("sq", "sr"))


def euro(cents: int) -> Money:
    """An amount in euro, from cents."""
    return Money(cents, "EUR")


PUBLISH_DUE = deadline(RULES[PUBLISH], start_of(datetime(2026, 1, 1).date()), "FundingPlanDrafted", CALENDAR)
REPORT_DUE = deadline(RULES[REPORT], start_of(datetime(2027, 1, 1).date()), "FundingPlanDrafted", CALENDAR)
PLAN_DRAFTED = p.FundingPlanDrafted(year=2026, title=TITLE, currency="EUR", publish_due=PUBLISH_DUE)
LINE_ADDED = p.PlanLineAdded(
    line_id=LINE, budget_code="21200-CULT", purpose="culture", title=TITLE, amount=euro(10_000_000)
)
OTHER_ADDED = p.PlanLineAdded(
    line_id=OTHER_LINE, budget_code="21200-YOUTH", purpose="youth", title=TITLE, amount=euro(5_000_000)
)
PLAN_PUBLISHED = p.FundingPlanPublished(
    decision_no="3/2026",
    lines=2,
    total=euro(15_000_000),
    late=False,
    due_at=PUBLISH_DUE.due_at,
    report_due=REPORT_DUE,
)
DRAFTED_PLAN = (PLAN_DRAFTED, LINE_ADDED, OTHER_ADDED)
PUBLISHED_PLAN = (*DRAFTED_PLAN, PLAN_PUBLISHED)


def plan(*events: Event) -> FundingPlan:
    """A plan to rest on; published unless told otherwise."""
    made: FundingPlan = built(FundingPlan, events or PUBLISHED_PLAN, PLAN, at=PLANNED_AT)
    return made


def funding(cents: int = 6_000_000, line: UUID = LINE) -> PlanFunding:
    """So much of one line of the plan."""
    return PlanFunding(plan_id=PLAN, lines=(LineFunding(line_id=line, amount=euro(cents)),))


CRITERIA = (
    Criterion(code="relevance", title=TITLE, weight=400_000, max_points=40, threshold=20),
    Criterion(code="capacity", title=TITLE, weight=600_000, max_points=60),
)
GATE = HardGate(code="minority", title=TITLE, basis=GateBasis.TARGET_GROUP)
FACTS = CallFacts(
    title=TITLE,
    summary=SUMMARY,
    purpose="culture",
    plan=funding(),
    budget=euro(6_000_000),
    award_min=euro(100_000),
    award_max=euro(1_000_000),
    eligible=(ApplicantKind.ORGANISATIONS,),
    criteria=CRITERIA,
    certificates=(RequiredCertificate.TAX, RequiredCertificate.REGISTRATION),
    indirect_cost_cap=70_000,
    co_financing=True,
    external_experts=1,
    aggregation=Aggregation.MEAN,
    tie_rules=(TieRule.HEAVIEST_CRITERION, TieRule.LOT),
    contact=CONTACT,
)


def facts(**changes: Any) -> CallFacts:
    """Facts in which the linter finds nothing, but for the changes; None takes a fact away."""
    told = {name: getattr(FACTS, name) for name in FACTS.__struct_fields__}
    return CallFacts(**(told | changes))


def field(code: str, json_schema: dict[str, Any], **more: Any) -> Field:
    """A field of a form."""
    return Field(code=code, label=TITLE, json_schema=json_schema, **more)


WITH_PARTNER = Condition(section="project", field="partners", one_of=(True,))
FORM = Form(
    sections=(
        Section(
            code="project",
            title=TITLE,
            fields=(
                field("summary", {"type": "string", "minLength": 20, "maxLength": 2_000}, required=True),
                field("amount", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, required=True),
                field("starts_on", {"type": "string", "format": "date"}),
                field("partners", {"type": "boolean"}, required=True),
                field("role_of_partner", {"type": "string"}, required=True, shown_when=(WITH_PARTNER,)),
            ),
        ),
        Section(
            code="partner",
            title=TITLE,
            fields=(field("contact", {"type": "string", "format": "email"}, required=True),),
            shown_when=(WITH_PARTNER,),
        ),
    )
)
ANSWERS = {"project": {"summary": "Një festival i vogël në Prizren", "amount": 500_000, "partners": False}}

DRAFTED = e.CallDrafted(facts=FACTS)
FORM_SET = e.FormSet(version=1, form=FORM)
CHECKED = e.CallChecked(errors=0, warnings=0, findings=())
PUBLISHED = e.CallPublished(
    facts=FACTS, form_version=1, closes_at=CLOSES_AT, languages=("sq", "sr"), deadline=DEADLINE, plan_id=PLAN
)
CLOSED = e.CallClosed(closes_at=CLOSES_AT)
EVALUATING = e.EvaluationBegun()
CANCELLED = e.CallCancelled(reason=REASON, plan_id=PLAN)
VOIDED = e.CallVoided(decision_no="9/2026", reason=REASON, plan_id=PLAN)
CONTRACTED = e.CallContracted()
RELEASED = e.FundingReleased(plan_id=PLAN, lines=(LineFunding(line_id=LINE, amount=euro(150_000)),))
REPORTED = e.CallReported(files=FILES, summary=SUMMARY)
CLARIFIED = e.ClarificationIssued(
    clarification_id=CLARIFICATION,
    question=QUESTION,
    answer=REASON,
    notice=deadline(RULES[CLARIFY], DURING, "ClarificationIssued", CALENDAR),
)

PREPARED = (DRAFTED, FORM_SET)
OPEN_CALL = (*PREPARED, CHECKED, PUBLISHED)
OVER = (*OPEN_CALL, CLOSED)


def call(*events: Event, at: datetime = PREPARED_AT) -> GrantCall:
    """A call to rest on; published unless told otherwise."""
    made: GrantCall = built(GrantCall, events or OPEN_CALL, CALL, at=at)
    return made


def commitments(*told: tuple[UUID, Event]) -> Commitments:
    """The fold of what calls have taken of the plan."""
    fold = Commitments()
    for call_id, event in told:
        fold.apply(call_id, event)
    return fold


def resting(*plan_events: Event, committed: Commitments | None = None) -> dict[str, Any]:
    """What a decision on a call rests on: the plan, and what was taken of it."""
    return {"references": {"plan": plan(*plan_events)}, "boundary": committed or Commitments()}


ON_NOTHING: dict[str, Any] = {"references": {"plan": None}, "boundary": Commitments()}
