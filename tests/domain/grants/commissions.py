"""A commission as its events tell it: two from the institution, one expert drawn, two alternates, two applications."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.grants.applicants import Applicants
from domain.grants.candidates import Candidates
from domain.grants.commission import Commission
from domain.grants.commission_parts import Member, Seat
from domain.grants.events import commission as e
from domain.grants.ranking import Candidate
from domain.grants.vocabulary import MemberKind
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.organisations import events as o
from domain.organisations.vocabulary import Officer, Position
from domain.scoring.lots import drawn
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import ConflictBasis, Interest
from tests.domain.grants.applications import ELIGIBLE, ELSEWHERE, ORGANISATION, SUBMITTED, registered, standing
from tests.domain.grants.stories import AFTER, CALL, DURING, EVALUATING, OVER, PUBLISHED_AT, REASON, call, euro
from tests.support.given import Scenario, built, given

COMMISSION = derived_id("commission", CALL)
ONE, TWO, EXPERT, SECOND_EXPERT, THIRD_EXPERT = (derived_id("test", "judge", n) for n in range(1, 6))
FIRST, SECOND = derived_id("test", "application"), derived_id("test", "application", 2)
COMPLAINT = derived_id("complaint", SECOND)
LATE_OFFICE = derived_id("test", "late office")
NEW_EXPERTS = tuple(derived_id("test", "new expert", n) for n in range(2))
SEED, TIE_SEED = "0a" * 16, "0b" * 16
OTHER_EMPLOYER = derived_id("test", "former employer")
COMMISSIONER = Mandate(Role.COMMISSIONER, "Decision 7/2026")
SALT = "5a" * 16
GOOD, FAIR = {"relevance": 36, "capacity": 54}, {"relevance": 24, "capacity": 45}

MEMBERS = (
    Member(person_id=ONE, kind=MemberKind.INTERNAL, number=1),
    Member(person_id=TWO, kind=MemberKind.INTERNAL, number=2, employers=(OTHER_EMPLOYER,)),
)
POOL = tuple(
    Member(person_id=one, kind=MemberKind.EXTERNAL, number=n)
    for n, one in enumerate((EXPERT, SECOND_EXPERT, THIRD_EXPERT), 3)
)
FORMED = e.CommissionFormed(
    call_id=CALL, decision_no="7/2026", members=MEMBERS, pool=POOL, experts=1, published_at=PUBLISHED_AT
)
ORDER = drawn(SEED, [one.person_id for one in POOL])
DRAWN = e.ExpertsDrawn(seed=SEED, experts=ORDER[:1], alternates=ORDER[1:])
PANEL = (ONE, TWO, ORDER[0])


def candidate(application_id: UUID, organisation_id: UUID, cents: int, at: datetime = DURING) -> Candidate:
    """An eligible application."""
    return Candidate(application_id, organisation_id, euro(cents), at)


CANDIDATES = (
    candidate(FIRST, ORGANISATION, 450_000),
    candidate(SECOND, ELSEWHERE, 300_000, DURING + timedelta(hours=1)),
)
OPENED = e.ScoringOpened(candidates=CANDIDATES, tie_seed=TIE_SEED)
AT_WORK = (FORMED, DRAWN, OPENED)
NEW_POOL = tuple(
    Member(person_id=one, kind=MemberKind.EXTERNAL, number=n) for n, one in enumerate(NEW_EXPERTS, len(POOL) + 3)
)
NEW_ORDER = drawn(TIE_SEED, NEW_EXPERTS)
EXTENDED = e.PoolExtended(
    decision_no="9/2026", pool=NEW_POOL, seed=TIE_SEED, alternates=NEW_ORDER, seats=(Seat(SECOND, NEW_ORDER[0]),)
)


def declared(person: UUID, application_id: UUID = FIRST, interest: Interest = Interest.NONE) -> Event:
    """A declaration."""
    return e.InterestDeclared(person_id=person, application_id=application_id, interest=interest)


def suspected(person: UUID, application_id: UUID = FIRST) -> Event:
    """The applicant had an office of the member recorded when the call was public."""
    return e.ConflictSuspected(
        person_id=person, application_id=application_id, basis=ConflictBasis.LATE_OFFICER, officers=(LATE_OFFICE,)
    )


def decided(person: UUID, application_id: UUID = FIRST, *, recused: bool) -> Event:
    """Somebody outside the commission looked at it."""
    return e.ConflictDecided(
        person_id=person,
        application_id=application_id,
        officers=(LATE_OFFICE,),
        recused=recused,
        decision_no="8/2026",
        reason=REASON,
    )


def replaced(person: UUID, seats: Mapping[UUID, UUID | None]) -> Event:
    """A member who did not judge in time."""
    taken = tuple(Seat(key, one) for key, one in seats.items())
    return e.MemberReplaced(person_id=person, decision_no="8/2026", reason=REASON, seats=taken)


def committed(person: UUID, application_id: UUID, points: dict[str, int], number: int = 1) -> Event:
    """A commitment to points."""
    sealed = commitment(application_id, person, points, SALT)
    return e.ScoreCommitted(person_id=person, application_id=application_id, round=number, commitment=sealed)


def revealed(person: UUID, application_id: UUID, points: dict[str, int], number: int = 1) -> Event:
    """The points behind it."""
    return e.ScoreRevealed(person_id=person, application_id=application_id, round=number, points=points, salt=SALT)


ALL_DECLARED = tuple(declared(person, one) for one in (FIRST, SECOND) for person in PANEL)
POINTS = {FIRST: GOOD, SECOND: FAIR}
ALL_COMMITTED = tuple(committed(person, one, POINTS[one]) for one in (FIRST, SECOND) for person in PANEL)
ALL_REVEALED = tuple(revealed(person, one, POINTS[one]) for one in (FIRST, SECOND) for person in PANEL)
SEALED = (*AT_WORK, *ALL_DECLARED, *ALL_COMMITTED)
KNOWN = (*SEALED, *ALL_REVEALED)


def field(*told: tuple[UUID, Event]) -> Candidates:
    """What the call's applications told; both eligible unless told otherwise."""
    fold = Candidates()
    for application_id, event in told or (
        (FIRST, SUBMITTED),
        (SECOND, SUBMITTED),
        (FIRST, ELIGIBLE),
        (SECOND, ELIGIBLE),
    ):
        fold.apply(application_id, event)
    return fold


def commission(*events: Event) -> Commission:
    """A commission to rest on; at work unless told otherwise."""
    made: Commission = built(Commission, events or AT_WORK, COMMISSION, at=AFTER)
    return made


def told(*events: Event) -> Scenario:
    """A commission with a past."""
    return given(Commission, events, stream_id=COMMISSION, at=AFTER)


def as_member(person: UUID = ONE, **overrides: Any) -> dict[str, Any]:
    """A member at work."""
    resting = {"references": {"call": call(*OVER, EVALUATING)}, "registers": (standing(),)}
    return {"actor": person, "mandate": COMMISSIONER, "now": AFTER + timedelta(days=1)} | resting | overrides


def office_of(person: UUID) -> Event:
    """The applicant's register gets an entry with that person in an office that ended long ago."""
    return o.OfficerRecorded(
        organisation_id=ORGANISATION,
        officer=Officer(
            officer_id=LATE_OFFICE,
            person_id=person,
            position=Position.BOARD_MEMBER,
            since=DURING.date().replace(year=2020),
            until=DURING.date().replace(year=2021),
        ),
    )


def applicants(*more: Event, **told: Any) -> Applicants:
    """The applicants as the register knows them: the first one as `registered` tells, of the other nothing."""
    fold = Applicants()
    for event in registered(*more, **told):
        fold.apply(ORGANISATION, event)
    return fold


def as_chair(**overrides: Any) -> dict[str, Any]:
    """An officer who keeps the commission's business."""
    resting = {
        "references": {"call": call(*OVER, EVALUATING)},
        "boundary": field(),
        "registers": (applicants(), standing()),
    }
    officer = Mandate(Role.GRANT_OFFICER, "Appointment 2/2026")
    return {"mandate": officer, "now": AFTER + timedelta(days=2)} | resting | overrides
