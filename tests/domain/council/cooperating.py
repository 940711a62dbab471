"""Working groups, workshops and memoranda, as the tests tell them."""

from datetime import date, timedelta

from msgspec.structs import replace

from domain.council.commands import group as gc
from domain.council.commands import memorandum as mc
from domain.council.commands import workshop as wc
from domain.council.events import group as g
from domain.council.events import memorandum as m
from domain.council.events import workshop as w
from domain.council.memorandum_parts import Obligation, Party
from domain.council.workshop_parts import Attendance, AttendingSide, WorkshopLevel, WorkshopPlace
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, LanguageFile, MediaType
from tests.domain.council.examples import COUNCIL
from tests.domain.organisations.examples import NAME
from tests.support.given import NOW

ORGANISATION, OTHER = derived_id("test", "organisation"), derived_id("test", "other organisation")
ANA, BEN = derived_id("test", "candidate", "a"), derived_id("test", "candidate", "b")
TITLE, WORDS = title(sq="Punëtori", sr="Radionica", tr="Çalıştay"), text(sq="Fjalë.", sr="Reči.", tr="Sözler.")
BEGINS = NOW + timedelta(days=14)
PAPERS = (
    LanguageFile(
        language="sq",
        file=File(sha256="ab" * 32, media_type=MediaType.PDF, size=1000, file_name="nenshkruar.pdf"),
    ),
)

FORM = gc.FormGroup(council_id=COUNCIL, title=TITLE, task=WORDS, decision_no="4/2026")
JOIN = gc.JoinGroup(person_id=ANA, organisation_id=ORGANISATION)
SENT = gc.JoinGroup(person_id=BEN, institution="mflt")
ELECT = gc.ElectCoordinator(person_id=ANA, in_favour=1, against=0, abstained=1)
FORMED = g.GroupFormed(council_id=COUNCIL, title=TITLE, task=WORDS, decision_no="4/2026")
ANA_JOINED = g.GroupJoined(person_id=ANA, organisation_id=ORGANISATION, organisation_name=NAME)
BEN_JOINED = g.GroupJoined(person_id=BEN, institution="mflt")
ELECTED = g.GroupCoordinatorElected(person_id=ANA, in_favour=1, against=0, abstained=1)
ANA_LEFT = g.GroupLeft(person_id=ANA)
DISSOLVED = g.GroupDissolved(decision_no="9/2026", reason=WORDS)
GROUP: tuple[Event, ...] = (FORMED, ANA_JOINED, BEN_JOINED, ELECTED)

PLACE = WorkshopPlace(room="Salla 1", page="https://example.org/join", municipality="prizren")
ANNOUNCE = wc.AnnounceWorkshop(
    level=WorkshopLevel.LOCAL,
    title=TITLE,
    summary=WORDS,
    begins_at=BEGINS,
    ends_at=BEGINS + timedelta(hours=3),
    place=PLACE,
    measure_id=derived_id("test", "measure"),
)
CAME = (
    Attendance(side=AttendingSide.CSO, women=7, men=5, undisclosed=1),
    Attendance(side=AttendingSide.INSTITUTIONS, women=3, men=4),
)
ATTEND = wc.RecordAttendance(attendance=CAME)
CONCLUDE = wc.RecordOutputs(outputs=WORDS, files=PAPERS)
ANNOUNCED = w.WorkshopAnnounced(
    level=ANNOUNCE.level,
    title=TITLE,
    summary=WORDS,
    begins_at=ANNOUNCE.begins_at,
    ends_at=ANNOUNCE.ends_at,
    place=PLACE,
    measure_id=ANNOUNCE.measure_id,
)
ATTENDED = w.AttendanceRecorded(attendance=CAME)
CONCLUDED = w.OutputsRecorded(outputs=WORDS, files=PAPERS)
CALLED_OFF = w.WorkshopCancelled(reason=WORDS)

SIGNED_ON, DUE, REVIEW_BY = date(2026, 3, 2), date(2026, 6, 30), date(2026, 9, 1)
PARTIES = (
    Party(code="youth", organisation_id=ORGANISATION),
    Party(code="finance", institution="mflt"),
    Party(code="donor", named=title(en="A donor")),
)
OBLIGATIONS = (
    Obligation(code="train", party="youth", what=WORDS, due=DUE),
    Obligation(code="rooms", what=WORDS),
)
SIGN = mc.SignMemorandum(
    title=TITLE,
    parties=PARTIES,
    obligations=OBLIGATIONS,
    signed_on=SIGNED_ON,
    ends_on=date(2027, 12, 31),
    review_by=REVIEW_BY,
    files=PAPERS,
)
FULFIL = mc.FulfilObligation(code="train", organisation_id=ORGANISATION, on=date(2026, 3, 10), what=WORDS, files=PAPERS)
REVIEW = mc.ReviewMemorandum(findings=WORDS, review_by=date(2026, 12, 1))
END = mc.EndMemorandum(decision_no="9/2026", reason=WORDS)
SIGNED = m.MemorandumSigned(
    title=TITLE,
    parties=(Party(code="youth", organisation_id=ORGANISATION, named=NAME), *PARTIES[1:]),
    signed_on=SIGNED_ON,
    ends_on=date(2027, 12, 31),
    review_by=REVIEW_BY,
    files=PAPERS,
)
TRAIN = m.ObligationAgreed(code="train", party="youth", what=WORDS, due=DUE)
ROOMS = m.ObligationAgreed(code="rooms", what=WORDS)
IN_FORCE: tuple[Event, ...] = (SIGNED, TRAIN, ROOMS)
FULFILLED = m.ObligationFulfilled(
    code="train", on=date(2026, 3, 10), late=False, what=WORDS, files=PAPERS, organisation_id=ORGANISATION
)
REVIEWED = m.MemorandumReviewed(findings=WORDS, open=("train", "rooms"), review_by=date(2026, 12, 1))
ENDED = m.MemorandumEnded(decision_no="9/2026", reason=WORDS, open=("train", "rooms"))
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        FORMED,
        replace(ANA_JOINED, institution="mflt"),
        ANA_LEFT,
        ELECTED,
        DISSOLVED,
        ANNOUNCED,
        ATTENDED,
        CONCLUDED,
        CALLED_OFF,
        SIGNED,
        TRAIN,
        FULFILLED,
        REVIEWED,
        ENDED,
    )
}
"""Every event of groups, workshops and memoranda with every field filled."""
