"""One example of every event, all fields filled: the golden payloads are made of these."""

from datetime import UTC, date, datetime

from domain.consultations import events as e
from domain.consultations.vocabulary import (
    ActKind,
    ArticleComment,
    Channel,
    Conclusion,
    ContributorKind,
    Counts,
    DeadlineKind,
    DocumentKind,
    MeetingFormat,
    Outcome,
    WithheldReason,
)
from domain.kernel.deadline import Deadline, Skipped
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.message import Message
from domain.kernel.rules import Counting, Unit
from tests.domain.consultations import stories as s
from tests.support.given import ACTOR, STREAM

COUNTS = Counts(
    submitted=4,
    admitted=2,
    withheld={WithheldReason.SPAM: 1},
    withdrawn=1,
    answered=2,
    positions={Outcome.ACCEPTED: 1, Outcome.NOTED: 1},
    proof="ef" * 32,
)
FINDING = Finding(
    "window-too-short",
    "error",
    Message("The window has {days} days.", {"days": 14}),
    "Regulation (GRK) No. 05/2016",
    "consultation.written.min",
    "/window_days",
)
DEADLINE = Deadline(
    rule="consultation.written.min",
    rule_pack="xk-2026.1",
    citation="Regulation (GRK) No. 05/2016",
    anchor_event="ConsultationOpened",
    anchor=datetime(2026, 5, 7, 8, tzinfo=UTC),
    n=2,
    unit=Unit.WORKING_DAYS,
    counting=Counting.EXCLUDE_FIRST,
    zone="Europe/Belgrade",
    calendar="xk.1",
    due_at=datetime(2026, 5, 12, 22, tzinfo=UTC),
    trace=(
        Skipped(date(2026, 5, 9), "weekend"),
        Skipped(date(2026, 5, 10), "weekend"),
        Skipped(date(2026, 5, 11), "Europe Day (observed)", {"sq": "Dita e Evropës", "sr": "Dan Evrope"}),
    ),
)
LATER = datetime(2026, 4, 20, 22, tzinfo=UTC)

_EXAMPLES: tuple[Event, ...] = (
    e.PlanDrafted(year=2026, title=s.TITLE),
    e.PlanItemAdded(
        item_id=s.ITEM, title=s.TITLE, act_kind=ActKind.LAW, quarter=2, unit="Departamenti ligjor", reason=s.REASON
    ),
    e.PlanItemMoved(item_id=s.ITEM, from_year=2026, from_quarter=2, to_year=2027, to_quarter=1, reason=s.REASON),
    e.PlanItemDropped(item_id=s.ITEM, reason=s.REASON),
    s.PLAN_CONSULTED,
    s.PLAN_ADOPTED,
    s.planned(complex=True, unplanned_reason=s.REASON, window_days=20),
    e.DraftAmended(
        title=s.TITLE, summary=s.SUMMARY, act_kind=ActKind.LAW, complex=True, contact=s.CONTACT, window_days=20
    ),
    e.PlanItemCited(plan_item=s.PLAN_ITEM),
    e.UnplannedReasonGiven(reason=s.REASON),
    e.InitialRoundOpened(questions=s.REASON, ends_on=date(2026, 2, 20)),
    e.InitialRoundFinished(participants=7, summary=s.SUMMARY),
    e.DocumentAttached(document_id=s.DRAFT_ID, version=1, kind=DocumentKind.DRAFT, files=s.BOTH, title=s.TITLE),
    e.DocumentRemoved(document_id=s.DRAFT_ID),
    e.LegalityChecked(errors=1, warnings=0, findings=(FINDING,)),
    e.ConsultationOpened(starts_at=s.OPENED_AT, closes_at=s.CLOSES_AT, languages=("sq", "sr"), deadline=DEADLINE),
    e.DocumentVersionPublished(
        document_id=s.DRAFT_ID,
        version=2,
        kind=DocumentKind.DRAFT,
        files=s.BOTH,
        substantive=True,
        note=s.REASON,
        title=s.TITLE,
    ),
    e.ConsultationExtended(previous_closes_at=s.CLOSES_AT, closes_at=LATER, reason=s.REASON, deadline=DEADLINE),
    e.ConsultationRestarted(
        previous_closes_at=s.CLOSES_AT, starts_at=s.DURING, closes_at=LATER, reason=s.REASON, deadline=DEADLINE
    ),
    e.MeetingScheduled(
        meeting_id=s.MEETING,
        format=MeetingFormat.PUBLIC_HEARING,
        title=s.TITLE,
        place="Prishtinë",
        starts_at=s.DURING,
        notice=DEADLINE,
    ),
    e.MeetingCancelled(meeting_id=s.MEETING, reason=s.REASON),
    e.MeetingHeld(meeting_id=s.MEETING, minutes=s.BOTH, participants=31, organisations=4),
    e.ConsultationClosed(closes_at=s.CLOSES_AT, report_due=DEADLINE),
    e.DeadlineMoved(kind=DeadlineKind.WINDOW, previous=DEADLINE, deadline=DEADLINE),
    s.GROUPED,
    e.ContributionsUngrouped(group_id=s.GROUP, members=(s.OF_ONE,), reason=s.REASON),
    e.GroupAnswered(
        group_id=s.GROUP, outcome=Outcome.REJECTED, reason=s.REASON, members=(s.OF_ONE, s.OF_TWO), article="4"
    ),
    e.AnalysisCompleted(counts=COUNTS, summary=s.SUMMARY),
    e.ReportPublished(counts=COUNTS, files=s.BOTH, late=True, due_at=LATER, summary=s.SUMMARY),
    e.ActAdopted(adopted_on=date(2026, 4, 18), decision_no="7/2026", files=s.BOTH, title=s.TITLE),
    e.GazetteLinked(act_id="ActID=15036", url="https://gazette.example.org/15036", published_on=date(2026, 4, 19)),
    e.ConsultationConcluded(conclusion=Conclusion.NOT_ADOPTED, note=s.REASON),
    s.WITHDRAWN,
    s.ANNULLED,
    e.ContributionDrafted(
        consultation_id=STREAM,
        contributor_id=ACTOR,
        kind=ContributorKind.CIVIL_SOCIETY,
        language="sq",
        body="Neni 4 duhet të ndryshojë.",
        title="Neni 4",
        comments=(ArticleComment(article="4", comment="Shih më lart.", document_id=s.DRAFT_ID),),
        attachments=(s.FILE,),
        organisation_id=s.ORGANISATION,
        organisation_name="OJQ Shembull",
        anonymous=True,
    ),
    e.ContributionRevised(
        language="sr",
        body="Član 4.",
        title="Član 4",
        comments=(ArticleComment(article="4", comment="Vidi gore."),),
        attachments=(s.FILE,),
    ),
    s.submitted(Channel.MEETING, meeting_id=s.MEETING),
    e.ContributionReceipted(via=Channel.EMAIL),
    e.ContributionPublished(consultation_id=STREAM, withheld=WithheldReason.SPAM, outcome=Outcome.ACCEPTED),
    e.ContributionWithheld(
        consultation_id=STREAM, reason_class=WithheldReason.SPAM, note=s.REASON, outcome=Outcome.ACCEPTED
    ),
    s.TAKEN_BACK,
    e.PositionRecorded(
        consultation_id=STREAM, outcome=Outcome.ACCEPTED, reason=s.REASON, article="4", group_id=s.GROUP
    ),
    e.PositionRevised(
        consultation_id=STREAM,
        previous=Outcome.ACCEPTED,
        outcome=Outcome.NOTED,
        reason=s.REASON,
        why=s.REASON,
        article="4",
    ),
    s.DISPUTED,
    e.DisputeReplied(consultation_id=STREAM, reply=s.REASON),
)

EXAMPLES: dict[type[Event], Event] = {type(event): event for event in _EXAMPLES}
