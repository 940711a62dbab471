"""What befalls the judges of an application, as tests say it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.grants.commands import commission as c
from domain.grants.events import commission as e
from domain.kernel.event import Event
from domain.kernel.rules import Rules
from domain.scoring.sealing import commitment
from domain.scoring.vocabulary import ConflictBasis, Nominee
from tests.domain.grants import commissions as k
from tests.domain.grants.applications import (
    ORGANISATION,
)
from tests.domain.grants.commissions import (
    DRAWN,
    FIRST,
    GOOD,
    NEW_EXPERTS,
    ONE,
    POINTS,
    SALT,
)
from tests.domain.grants.stories import AFTER, CALL, REASON, RULES

NEXT, LAST = DRAWN.alternates
LATE = AFTER + timedelta(days=20)
"""When everybody has had their time."""
NO_ALTERNATES = e.ExpertsDrawn(seed=k.SEED, experts=DRAWN.experts, alternates=())
CLOSE = c.CloseScoring(call_id=CALL)


def replace(person: UUID = ONE, **more: Any) -> c.ReplaceMember:
    return c.ReplaceMember(**{"call_id": CALL, "person_id": person, "decision_no": "8/2026", "reason": REASON} | more)


def extend(*people: UUID, **more: Any) -> c.ExtendPool:
    nominees = tuple(Nominee(person_id=one, full_name=f"Person {n}") for n, one in enumerate(people or NEW_EXPERTS))
    return c.ExtendPool(**{"call_id": CALL, "decision_no": "9/2026", "pool": nominees} | more)


def decide(person: UUID = ONE, *, recused: bool, **more: Any) -> c.DecideConflict:
    told_otherwise = {"organisation_id": ORGANISATION, "decision_no": "8/2026", "reason": REASON} | more
    return c.DecideConflict(application_id=FIRST, person_id=person, recused=recused, **told_otherwise)


def seal(person: UUID = ONE) -> c.CommitScore:
    sealed = commitment(FIRST, person, GOOD, SALT)
    return c.CommitScore(application_id=FIRST, organisation_id=ORGANISATION, commitment=sealed)


def show(application: UUID = FIRST) -> c.RevealScore:
    return c.RevealScore(call_id=CALL, application_id=application, points=POINTS[application], salt=SALT)


def declare() -> c.DeclareInterest:
    return c.DeclareInterest(application_id=FIRST, organisation_id=ORGANISATION, interest="none")


def recused(person: UUID, substitute: UUID | None, basis: ConflictBasis = ConflictBasis.OFFICER) -> Event:
    return e.MemberRecused(person_id=person, application_id=FIRST, basis=basis, substitute=substitute)


def even_parity() -> Rules:
    """The shipped rules, where any number of members is allowed."""
    any_number = msgspec.structs.replace(RULES["grant.commission.parity"], value="any")
    return Rules("proposed", {**RULES.by_key, any_number.key: any_number})


def of(person: UUID, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events without what the person committed and showed."""
    return tuple(
        one for one in events if not (isinstance(one, e.ScoreCommitted | e.ScoreRevealed) and one.person_id == person)
    )
