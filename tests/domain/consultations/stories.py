"""A consultation and its contributions as their events tell them: what the tests of this domain start from.

The window runs from 17 March 2026 to the end of 10 April 2026: 15 working days, the first day left out.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.consultations import events as e
from domain.consultations.consultation import Consultation
from domain.consultations.parts import GroupAnswer
from domain.consultations.plan import ConsultationPlan
from domain.consultations.tally import Tally
from domain.consultations.vocabulary import (
    ActKind,
    Channel,
    ContributorKind,
    Counts,
    DocumentKind,
    Outcome,
    PlanItemReference,
)
from domain.consultations.window import NOTICE, REPORT, WRITTEN
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from domain.rules.shipped import shipped_calendar, shipped_rules
from tests.support.given import ACTOR, STREAM, built

RULES = shipped_rules("ministry")
CALENDAR = shipped_calendar()

PREPARED_AT = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
OPENED_AT = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 4, 10, 22, 0, tzinfo=UTC)
CLOSED_AT = datetime(2026, 4, 10, 22, 0, 5, tzinfo=UTC)
AFTER = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)

WINDOW = deadline(RULES[WRITTEN], OPENED_AT, "ConsultationOpened", CALENDAR)
REPORT_DUE = deadline(RULES[REPORT], CLOSES_AT - timedelta(microseconds=1), "ConsultationClosed", CALENDAR)
NOTICE_GIVEN = deadline(RULES[NOTICE], PREPARED_AT, "MeetingScheduled", CALENDAR)

PLAN = derived_id("test", "plan")
ITEM = derived_id("test", "item")
DRAFT_ID = derived_id("test", "draft")
MEMORANDUM_ID = derived_id("test", "memorandum")
ANNEX_ID = derived_id("test", "annex")
MEETING = derived_id("test", "meeting")
GROUP = derived_id("test", "group")
ORGANISATION = derived_id("test", "organisation")
CONTRIBUTOR = derived_id("test", "contributor")

TITLE = title(sq="Projektligji për vullnetarizmin", sr="Nacrt zakona o volonterstvu")
SUMMARY = text(sq="Çka ndryshon", sr="Šta se menja")
REASON = text(sq="Arsyeja", sr="Razlog", en="The reason")
CONTACT = Contact(office="Njësia për politika", email="konsultime@example.org", phone="+383 38 200 000")
PLAN_ITEM = PlanItemReference(plan_id=PLAN, item_id=ITEM)
FILE = File(sha256="ab" * 32, media_type=MediaType.PDF, size=12_345, file_name="dokumenti.pdf")
ANSWER = GroupAnswer(Outcome.REJECTED, REASON, None)


def in_languages(*languages: str) -> tuple[LanguageFile, ...]:
    """One file per language."""
    return tuple(LanguageFile(language=code, file=FILE) for code in languages)


BOTH = in_languages("sq", "sr")


def planned(**changes: Any) -> e.ConsultationPlanned:
    """A consultation that names everything."""
    facts: dict[str, Any] = {
        "title": TITLE,
        "act_kind": ActKind.ADMINISTRATIVE_INSTRUCTION,
        "summary": SUMMARY,
        "plan_item": PLAN_ITEM,
        "contact": CONTACT,
    }
    return e.ConsultationPlanned(**(facts | changes))


def attached(
    kind: DocumentKind = DocumentKind.DRAFT, *languages: str, document_id: UUID | None = None, version: int = 1
) -> e.DocumentAttached:
    """A document in sq and sr unless told otherwise."""
    default = {DocumentKind.DRAFT: DRAFT_ID, DocumentKind.EXPLANATORY_MEMORANDUM: MEMORANDUM_ID}
    return e.DocumentAttached(
        document_id=document_id or default.get(kind, ANNEX_ID),
        version=version,
        kind=kind,
        files=in_languages(*(languages or ("sq", "sr"))),
    )


PAPERS = (attached(), attached(DocumentKind.EXPLANATORY_MEMORANDUM))
CHECKED = e.LegalityChecked(errors=0, warnings=0, findings=())
OPENED = e.ConsultationOpened(starts_at=OPENED_AT, closes_at=CLOSES_AT, languages=("sq", "sr"), deadline=WINDOW)
CLOSED = e.ConsultationClosed(closes_at=CLOSES_AT, report_due=REPORT_DUE)
SCHEDULED = e.MeetingScheduled(
    meeting_id=MEETING,
    format="public_hearing",
    title=title(sq="Dëgjim publik", sr="Javna rasprava"),
    place="Prishtinë",
    starts_at=datetime(2026, 4, 8, 9, 0, tzinfo=UTC),
    notice=NOTICE_GIVEN,
)
ZERO = Counts(
    submitted=0,
    admitted=0,
    withheld={},
    withdrawn=0,
    answered=0,
    positions={},
    proof="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
)
ANALYSED = e.AnalysisCompleted(counts=ZERO)
REPORTED = e.ReportPublished(counts=ZERO, files=BOTH, late=False, due_at=REPORT_DUE.due_at)
ADOPTED = e.ActAdopted(adopted_on=date(2026, 4, 18), decision_no="7/2026", files=BOTH)
WITHDRAWN = e.ConsultationWithdrawn(reason=REASON)
ANNULLED = e.ConsultationAnnulled(decision_no="9/2026", reason=REASON)
CONCLUDED = e.ConsultationConcluded(conclusion="no_act", note=REASON)

PREPARED = (planned(), *PAPERS)
OPEN = (*PREPARED, CHECKED, OPENED)
OVER = (*OPEN, CLOSED)
GROUPED = e.ContributionsGrouped(
    group_id=GROUP, title=TITLE, members=(derived_id("test", "contribution", 1), derived_id("test", "contribution", 2))
)

OF_ONE = derived_id("test", "contribution", 1)
OF_TWO = derived_id("test", "contribution", 2)
OF_THREE = derived_id("test", "contribution", 3)


def plan_drafted(year: int = 2026) -> e.PlanDrafted:
    """A plan without items."""
    return e.PlanDrafted(year=year, title=TITLE)


ITEM_ADDED = e.PlanItemAdded(item_id=ITEM, title=TITLE, act_kind=ActKind.LAW, quarter=2)
PLAN_CONSULTED = e.PlanConsulted(starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 30), remarks=4, summary=SUMMARY)
PLAN_ADOPTED = e.PlanAdopted(decision_no="1/2026", adopted_on=date(2026, 2, 2), items=1)
DRAFTED_PLAN = (plan_drafted(), ITEM_ADDED)
ADOPTED_PLAN = (*DRAFTED_PLAN, PLAN_CONSULTED, PLAN_ADOPTED)


def plan(*events: Event) -> ConsultationPlan:
    """A plan to refer to."""
    made: ConsultationPlan = built(ConsultationPlan, events or ADOPTED_PLAN, PLAN, at=datetime(2026, 1, 2, tzinfo=UTC))
    return made


def consultation(*events: Event, at: datetime = PREPARED_AT) -> Consultation:
    """A consultation to refer to; open unless told otherwise."""
    made: Consultation = built(Consultation, events or OPEN, STREAM, at=at)
    return made


def refers(*events: Event) -> dict[str, Consultation]:
    """The references of a command on a contribution."""
    return {"consultation": consultation(*events)}


def drafted(**changes: Any) -> e.ContributionDrafted:
    """A citizen's contribution."""
    facts: dict[str, Any] = {
        "consultation_id": STREAM,
        "contributor_id": ACTOR,
        "kind": ContributorKind.CITIZEN,
        "language": "sq",
        "body": "Neni 4 duhet të ndryshojë.",
    }
    return e.ContributionDrafted(**(facts | changes))


def submitted(channel: Channel = Channel.WEB, **changes: Any) -> e.ContributionSubmitted:
    """What makes it count."""
    facts: dict[str, Any] = {
        "consultation_id": STREAM,
        "channel": channel,
        "language": "sq",
        "received_at": DURING,
        "receipt": "ABCD-EFGH-IJKL-MNOP",
        "digest": "cd" * 32,
    }
    return e.ContributionSubmitted(**(facts | changes))


PUBLISHED = e.ContributionPublished(consultation_id=STREAM)
WITHHELD = e.ContributionWithheld(consultation_id=STREAM, reason_class="spam", note=REASON)
TAKEN_BACK = e.ContributionWithdrawn(consultation_id=STREAM)
ANSWERED = e.PositionRecorded(consultation_id=STREAM, outcome=Outcome.ACCEPTED, reason=REASON, article="4")
DISPUTED = e.AnswerDisputed(consultation_id=STREAM, language="sq", grounds="Nuk u përgjigj.")


def tally(*told: tuple[UUID, Iterable[Event]]) -> Tally:
    """The fold of some contributions, each with its events in order."""
    fold = Tally()
    for contribution_id, events in told:
        for event in events:
            fold.apply(contribution_id, event)
    return fold
