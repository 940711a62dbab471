"""A strategy, a measure of it and what becomes of them, as the tests tell them."""

from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from domain.action_measures.awaiting import awaited
from domain.action_measures.commands import measure as mc
from domain.action_measures.commands import progress as pc
from domain.action_measures.commands import strategy as sc
from domain.action_measures.events import measure as m
from domain.action_measures.events import progress as p
from domain.action_measures.events import strategy as s
from domain.action_measures.planning import plan_findings
from domain.action_measures.vocabulary import (
    BudgetLine,
    BudgetSource,
    Completion,
    EarlyResults,
    Field,
    MeasurePlan,
    Milestone,
    Objective,
    OutputKind,
    OutputStatus,
    Partner,
    Side,
    Source,
)
from domain.kernel.context import Mandate
from domain.kernel.deadline import end_of, start_of
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, MediaType
from domain.tenants.events import InstitutionRegistered, InstitutionsMerged, RegisterFounded
from domain.tenants.register import InstitutionRegister
from tests.support.given import built, context

REFERENCE = "XK-GSCCS-2026-2030"
STRATEGY = s.strategy_id(REFERENCE)
MEASURE = s.measure_id(STRATEGY, "1.1.1")
RESOLUTION = derived_id("test", "resolution")
ORGANISATION = derived_id("test", "organisation")
SECRETARY = Mandate(Role.COUNCIL_SECRETARY, "Appointment 1/2026")
LEAD = Mandate(Role.MEASURE_LEAD, "Appointment 7/2026")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute", ORGANISATION, derived_id("test", "mandate"))
EVALUATOR = Mandate(Role.INDEPENDENT_EVALUATOR, "Contract 2/2026")
CLOCK = Mandate(Role.CLOCK, "system")
TITLE = title(sq="Konsultimet publike", sr="Javne konsultacije")
REASON = text(sq="Arsyeja", sr="Razlog")
FIRST, LAST = date(2026, 1, 15), date(2026, 12, 15)
SOURCE = Source(document="Official announcement", url="https://example.org/strategy")
FILE = File(sha256="a" * 64, media_type=MediaType.PDF, size=1200, file_name="evidence.pdf")
OTHER_FILE = replace(FILE, sha256="b" * 64)

OBJECTIVES = (
    Objective(code="SO1", field=Field.CONSULTATIONS, title=TITLE, also_titled=title(en="Participation")),
    Objective(code="SO2", field=Field.CONTRACTS, title=title(sq="Shërbimet", sr="Usluge")),
)
MILESTONES = (
    Milestone(
        code="1.1.1.a", title=title(sq="Udhëzuesi", sr="Vodič"), measurement="Published", target=date(2026, 4, 30)
    ),
    Milestone(code="1.1.1.b", title=title(sq="Trajnimi", sr="Obuka"), target=date(2026, 10, 31)),
)
BUDGET = (
    BudgetLine(code="state", source=BudgetSource.STATE_BUDGET, planned=Money(2_000_000)),
    BudgetLine(code="donor", source=BudgetSource.DONOR, planned=Money(500_000), funder="European Union"),
)
PLAN = MeasurePlan(
    code="1.1.1",
    objective="1.1",
    title=title(sq="Udhëzues për konsultimet", sr="Vodič za konsultacije"),
    description=text(sq="Përshkrimi", sr="Opis"),
    first_day=FIRST,
    last_day=LAST,
    partners=(
        Partner(institution="mj"),
        Partner(organisation_id=derived_id("test", "organisation")),
        Partner(other="UN"),
    ),
    budget=BUDGET,
    milestones=MILESTONES,
    weight=250_000,
    sources=(SOURCE,),
)
WORDS_ONLY = replace(
    PLAN,
    milestones=(
        replace(MILESTONES[0], target=None, target_words="within 30 days of publication"),
        replace(MILESTONES[1], target=date(2027, 1, 31)),
    ),
)
"""A plan as only a record of the past may have it."""

ADOPT = sc.AdoptStrategy(
    reference=REFERENCE,
    title=title(sq="Strategjia Qeveritare", sr="Vladina strategija"),
    first_day=date(2026, 1, 1),
    last_day=date(2030, 12, 31),
    adopted_on=date(2026, 1, 10),
    decision_no="05/96",
    adopting_body="Government of the Republic of Kosovo",
    coordinator="ogg",
    partner="CiviKos",
    objectives=OBJECTIVES,
    plan_known=False,
    note=text(sq="Tabela nuk dihet", sr="Tabela nije poznata"),
    sources=(SOURCE,),
)
DIVIDE = sc.AddSpecificObjective(objective="SO1", code="1.1", title=TITLE)
ASSIGN = sc.AssignMeasure(lead="mflt", plan=PLAN)
OUTPUT = sc.RecordOutput(
    objective="SO1",
    on="2026-02",
    kind=OutputKind.ACT,
    reference="GRK 05/2016",
    text=text(sq="Rregullorja", sr="Uredba"),
    figure=214,
    responsible=("opm",),
    status=OutputStatus.DONE,
    source=SOURCE,
)
END = sc.EndStrategy(decision_no="7/2031", reason=REASON)

_ADOPTED: dict[str, Any] = {field: getattr(ADOPT, field) for field in ADOPT.__struct_fields__}
ADOPTED = s.StrategyAdopted(**_ADOPTED)
DIVIDED = s.SpecificObjectiveAdded(objective="SO1", code="1.1", title=TITLE)
ASSIGNED = s.MeasureAssigned(measure_id=MEASURE, strategy=REFERENCE, lead="mflt", tenant_id=10, plan=PLAN)
RECORDED = s.OutputRecorded(**{field: getattr(OUTPUT, field) for field in OUTPUT.__struct_fields__})
ENDED = s.StrategyEnded(decision_no="7/2031", reason=REASON)

PLAN_MEASURE = mc.PlanMeasure(strategy=REFERENCE, lead="mflt", plan=PLAN)
PLANNED = m.MeasurePlanned(
    strategy_id=STRATEGY, strategy=REFERENCE, lead="mflt", plan=PLAN, risk_from=date(2026, 11, 15)
)
STARTED = m.MeasureStarted(on=date(2026, 3, 2), awaited=awaited("2026-H1", context()))
AT_RISK = m.MeasureAtRisk(last_day=LAST, reason=REASON)
FLAGGED = m.MeasureAtRisk(last_day=LAST)
CLEARED = m.MeasureRiskCleared(reason=REASON)
DELAYED = m.MeasureDelayed(last_day=LAST)
REACHED = tuple(
    m.MilestoneCompleted(milestone=one.code, on=date(2026, 3, 10), target=one.target, evidence=(FILE,))
    for one in MILESTONES
)
COMPLETED = m.MeasureCompleted(on=date(2026, 3, 16), summary=REASON, in_time=True, as_planned=True)
RESCHEDULED = m.MeasureRescheduled(
    revision=1,
    resolution_id=RESOLUTION,
    first_day_before=FIRST,
    last_day_before=LAST,
    first_day=FIRST,
    last_day=date(2027, 6, 30),
    risk_from=date(2027, 5, 31),
    milestones=(m.MovedTarget(milestone="1.1.1.b", before=MILESTONES[1].target, target=date(2027, 3, 31)),),
    reason=REASON,
)
DROPPED = m.MeasureDropped(
    resolution_id=RESOLUTION,
    reason=REASON,
    open=tuple(one.code for one in MILESTONES),
    awaited="2026-H1",
)
NEAR = start_of(PLANNED.risk_from)
OVER = end_of(LAST)


def institutions(*more: Event) -> InstitutionRegister:
    """The register with the national tenant, a ministry and a municipality."""
    kinds = (("opm", "national", 1), ("mflt", "ministry", 10), ("prizren", "municipality", 36))
    registered = [InstitutionRegistered(n, slug, slug, kind, {"sq": slug}, ("sq", "sr")) for slug, kind, n in kinds]
    made: InstitutionRegister = built(
        InstitutionRegister,
        (RegisterFounded(), *registered, *more),
        derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT),
        at=datetime.fromisoformat("2026-01-01T00:00:00Z"),
    )
    return made


MERGED = InstitutionsMerged(("mflt",), "opm", "3/2026")
JULY = datetime.fromisoformat("2026-07-06T09:00:00Z")
"""When the first half of the year is over, and its report is awaited."""
LEADER, VERIFIER = derived_id("test", "leader"), derived_id("test", "verifier")
H1 = "2026-H1"
REPORT = pc.ReportProgress(
    period=H1,
    narrative=REASON,
    completion=Completion.SUBSTANTIAL,
    early_results=EarlyResults.MARGINAL,
    evidence=(FILE,),
)
ATTACH = pc.AttachProgressEvidence(period=H1, evidence=(OTHER_FILE,))
VERIFY = pc.VerifyProgress(period=H1, evidence=(FILE.sha256,))
CONTEST = pc.ContestProgress(period=H1, organisation_id=ORGANISATION, completion=Completion.LIMITED, reason=REASON)
ACCEPT = pc.AcceptProgress(period=H1, resolution_id=RESOLUTION)
SCORE = pc.ScoreMeasure(
    period=H1,
    side=Side.CIVIL_SOCIETY,
    organisation_id=ORGANISATION,
    completion=Completion.LIMITED,
    early_results=EarlyResults.DID_NOT_CHANGE,
    reasons=REASON,
)
COMMIT = pc.RecordCommitment(line="state", amount=Money(900_000), on=date(2026, 3, 12), reference="Contract 4/2026")
SPEND = pc.RecordSpending(line="state", amount=Money(400_000), on=date(2026, 3, 13), reference="Invoice 9")
REPORTED = p.ProgressReported(
    period=H1,
    number=1,
    narrative=REASON,
    completion=Completion.SUBSTANTIAL,
    early_results=EarlyResults.MARGINAL,
    evidence=(FILE,),
    late=False,
    reported_by=LEADER,
    awaited=awaited("2026-H2", context()),
)
ATTACHED = p.EvidenceAttached(period=H1, number=1, evidence=(OTHER_FILE,), attached_by=LEADER)
VERIFIED = p.ProgressVerified(period=H1, number=1, evidence=(FILE.sha256,), verified_by=VERIFIER)
CONTESTED = p.ProgressContested(
    period=H1, number=1, organisation_id=ORGANISATION, completion=Completion.LIMITED, reason=REASON
)
ACCEPTED = p.ProgressAccepted(period=H1, number=1, resolution_id=RESOLUTION, contested=0)
OVERDUE = p.ProgressOverdue(period=H1, due_at=STARTED.awaited.due.due_at, awaited=awaited("2026-H2", context()))
SCORED = p.MeasureScored(**{field: getattr(SCORE, field) for field in SCORE.__struct_fields__})
COMMITTED = p.CommitmentRecorded(
    number=1,
    line="state",
    amount=COMMIT.amount,
    committed=Money(900_000),
    on=COMMIT.on,
    reference=COMMIT.reference,
)
SPENT = p.SpendingRecorded(
    number=2, line="state", amount=SPEND.amount, spent=Money(400_000), on=SPEND.on, reference=SPEND.reference
)
_FOUND = plan_findings(WORDS_ONLY)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        replace(ADOPTED, findings=_FOUND[:1]),
        DIVIDED,
        replace(ASSIGNED, findings=_FOUND),
        RECORDED,
        ENDED,
        replace(PLANNED, findings=_FOUND),
        STARTED,
        AT_RISK,
        CLEARED,
        DELAYED,
        REACHED[0],
        COMPLETED,
        replace(
            RESCHEDULED,
            decision_no="3/2026",
            findings=_FOUND[:1],
            milestones=(replace(RESCHEDULED.milestones[0], target_words="as soon as possible"),),
        ),
        replace(DROPPED, decision_no="3/2026", findings=_FOUND[:1]),
        REPORTED,
        ATTACHED,
        VERIFIED,
        CONTESTED,
        replace(ACCEPTED, decision_no="3/2026", findings=_FOUND[:1], contested=1),
        OVERDUE,
        SCORED,
        COMMITTED,
        SPENT,
    )
}
"""Every event with every field filled."""
