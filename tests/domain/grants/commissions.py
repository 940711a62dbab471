"""A commission as its events tell it: two from the institution, one expert drawn, two alternates, two applications."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.grants.candidates import Candidates
from domain.grants.commission import Commission, commitment
from domain.grants.commission_parts import Member
from domain.grants.drawing import drawn
from domain.grants.events import commission as e
from domain.grants.ranking import Candidate
from domain.grants.vocabulary import Interest, MemberKind
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from tests.domain.grants.applications import ELIGIBLE, ELSEWHERE, ORGANISATION, SUBMITTED, standing
from tests.domain.grants.stories import AFTER, CALL, DURING, EVALUATING, OVER, call, euro
from tests.support.given import Scenario, built, given

COMMISSION = derived_id("commission", CALL)
ONE, TWO, EXPERT, SECOND_EXPERT, THIRD_EXPERT = (derived_id("test", "judge", n) for n in range(1, 6))
FIRST, SECOND = derived_id("test", "application"), derived_id("test", "application", 2)
COMPLAINT = derived_id("complaint", SECOND)
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
FORMED = e.CommissionFormed(call_id=CALL, decision_no="7/2026", members=MEMBERS, pool=POOL, experts=1)
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


def declared(person: UUID, application_id: UUID = FIRST, interest: Interest = Interest.NONE) -> Event:
    """A declaration."""
    return e.InterestDeclared(person_id=person, application_id=application_id, interest=interest)


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


def as_chair(**overrides: Any) -> dict[str, Any]:
    """An officer who keeps the commission's business."""
    resting = {"references": {"call": call(*OVER, EVALUATING)}, "boundary": field()}
    officer = Mandate(Role.GRANT_OFFICER, "Appointment 2/2026")
    return {"mandate": officer, "now": AFTER + timedelta(days=2)} | resting | overrides
