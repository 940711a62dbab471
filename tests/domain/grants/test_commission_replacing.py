"""Members who do not judge, command by command: replaced by lot, out of a pool that may be extended."""

from datetime import timedelta

import msgspec
import pytest

from domain.grants.commands import commission as c
from domain.grants.commission_parts import Seat
from domain.grants.events import commission as e
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.rules import Rules
from domain.kernel.text import text
from domain.scoring.lots import drawn
from tests.domain.grants import commissions as k
from tests.domain.grants.commissions import (
    AT_WORK,
    DRAWN,
    EXTENDED,
    FIRST,
    FORMED,
    GOOD,
    KNOWN,
    NEW_EXPERTS,
    ONE,
    PANEL,
    POINTS,
    SEALED,
    SECOND,
    TWO,
    as_chair,
    as_member,
    committed,
    declared,
    revealed,
    suspected,
    told,
)
from tests.domain.grants.panels import (
    CLOSE,
    LAST,
    LATE,
    NEXT,
    NO_ALTERNATES,
    declare,
    even_parity,
    extend,
    of,
    recused,
    replace,
    seal,
    show,
)
from tests.domain.grants.stories import AFTER, CALENDAR, EVALUATING, OTHER_CALL, OVER, RULES, call
from tests.support.given import STREAM


def test_a_silent_member_is_replaced_by_the_next_of_the_draw() -> None:
    silent = (*AT_WORK, *of(ONE, (*k.ALL_DECLARED, *k.ALL_COMMITTED)))
    outcome = told(*silent).when(replace(), **as_chair(now=LATE))
    outcome.then([k.replaced(ONE, {FIRST: NEXT, SECOND: NEXT})])
    assert outcome.aggregate.judging.panels == dict.fromkeys((FIRST, SECOND), (TWO, PANEL[2], NEXT))
    past = (*silent, k.replaced(ONE, {FIRST: NEXT, SECOND: NEXT}))
    for command in (declare(), seal(), show()):
        told(*past).when(command, **as_member()).then_refused(RuleViolated, rule="grant.commission.replaced")
    told(*past).when(declare(), **as_member(NEXT)).then([declared(NEXT)])
    again = told(*past).when(replace(TWO), **as_chair(now=LATE)).then_refused(InvalidValue, pointer="/person_id")
    assert "owes" in str(again.refusal)


def test_everybody_has_their_time() -> None:
    silent = (*AT_WORK, declared(ONE))
    until = deadline(RULES["grant.commission.silence"], AFTER + timedelta(minutes=3), "ScoringOpened", CALENDAR).due_at
    early = told(*silent).when(replace(), **as_chair(now=until - timedelta(microseconds=1)))
    early.then_refused(RuleViolated, rule="grant.commission.silence")
    told(*silent).when(replace(), **as_chair(now=until)).then_events(e.MemberReplaced)
    substitute = (*silent, k.replaced(ONE, {FIRST: NEXT, SECOND: NEXT}))
    told(*substitute).when(replace(NEXT), **as_chair(now=AFTER + timedelta(days=1))).then_refused(
        RuleViolated, rule="grant.commission.silence"
    )


def test_who_lost_the_salt_is_replaced_where_nobody_knows_the_points_and_nowhere_else() -> None:
    """Known points stay: nobody chooses which of them fall out, and the substitute commits before showing."""
    shown = (
        *SEALED,
        revealed(ONE, FIRST, GOOD),
        *(revealed(one, key, POINTS[key]) for one in PANEL[1:] for key in POINTS),
    )
    outcome = told(*shown).when(replace(), **as_chair(now=LATE))
    outcome.then([k.replaced(ONE, {SECOND: NEXT})])
    assert outcome.aggregate.judging.panels[FIRST] == PANEL
    assert outcome.aggregate.judging.points[FIRST, ONE] == GOOD
    past = (*shown, k.replaced(ONE, {SECOND: NEXT}))
    told(*past).when(CLOSE, **as_chair()).then_refused(RuleViolated, rule="grant.score.all")
    told(*past).when(show(SECOND), **as_member(NEXT)).then_refused(RuleViolated, rule="grant.score.sealed")
    told(*past).when(show(FIRST), **as_member(NEXT)).then_refused(NotPermitted)
    judged = (declared(NEXT, SECOND), committed(NEXT, SECOND, GOOD), revealed(NEXT, SECOND, GOOD))
    told(*past, *judged).when(CLOSE, **as_chair()).then_events(e.ScoringClosed)


def test_whose_points_are_known_is_never_replaced() -> None:
    told(*KNOWN).when(replace(), **as_chair(now=LATE)).then_refused(InvalidValue, pointer="/person_id")
    told(*SEALED[:-1]).when(replace(), **as_chair(now=LATE)).then_refused(InvalidValue, pointer="/person_id")


def test_points_are_owed_only_when_all_may_show_them() -> None:
    told(*SEALED).when(replace(), **as_chair(now=LATE)).then_events(e.MemberReplaced)
    told(*SEALED, suspected(TWO)).when(replace(), **as_chair(now=LATE)).then_refused(InvalidValue, pointer="/person_id")


def test_a_replacement_is_decided_by_an_outsider_with_a_reason() -> None:
    for who in (ONE, PANEL[2], NEXT):
        told(*AT_WORK).when(replace(TWO), **as_chair(now=LATE, actor=who)).then_refused(
            RuleViolated, rule="grant.commission.own"
        )
    told(*AT_WORK).when(replace(reason=text(sq="Arsyeja")), **as_chair(now=LATE)).then_refused(
        RuleViolated, rule="grant.languages"
    )
    told(*AT_WORK).when(replace(k.COMPLAINT), **as_chair(now=LATE)).then_refused(InvalidValue, pointer="/person_id")
    told(*AT_WORK).when(replace(call_id=OTHER_CALL), **as_chair(now=LATE)).then_refused(
        InvalidValue, pointer="/call_id"
    )
    told(FORMED, DRAWN).when(replace(), **as_chair(now=LATE)).then_refused(IllegalTransition)


def test_nobody_goes_unreplaced_where_the_rest_may_not_judge() -> None:
    alone = (FORMED, NO_ALTERNATES, k.OPENED)
    refused = (
        told(*alone).when(replace(), **as_chair(now=LATE)).then_refused(RuleViolated, rule="grant.commission.size")
    )
    assert "Extend the pool" in str(refused.refusal)
    (extended,) = told(*alone).when(extend(), **as_chair(now=LATE)).events
    assert isinstance(extended, e.PoolExtended)
    assert extended.seats == ()
    (event,) = told(*alone, extended).when(replace(), **as_chair(now=LATE)).events
    assert isinstance(event, e.MemberReplaced)
    assert event.seats == (Seat(FIRST, extended.alternates[0]), Seat(SECOND, extended.alternates[0]))


def larger(*events: Event) -> tuple[Event, ...]:
    """A commission of four, where that is lawful, without alternates."""
    fourth = k.Member(person_id=k.COMPLAINT, kind="internal", number=6)
    return (msgspec.structs.replace(FORMED, members=(*k.MEMBERS, fourth)), NO_ALTERNATES, k.OPENED, *events)


def test_where_the_rest_may_judge_they_go_on_without() -> None:
    any_number = {"now": LATE, "rules": even_parity()}
    (event,) = told(*larger()).when(replace(), **as_chair(**any_number)).then_events(e.MemberReplaced).events
    assert isinstance(event, e.MemberReplaced)
    assert event.seats == (Seat(FIRST), Seat(SECOND))
    told(*larger(event)).when(replace(TWO), **as_chair(**any_number)).then_refused(
        RuleViolated, rule="grant.commission.size"
    )
    told(*larger()).when(replace(DRAWN.experts[0]), **as_chair(**any_number)).then_refused(
        RuleViolated, rule="grant.commission.external"
    )


# --- a pool that is extended


def test_new_alternates_are_drawn_and_stand_behind_the_earlier_ones() -> None:
    outcome = told(*AT_WORK).when(extend(), **as_chair()).then_events(e.PoolExtended)
    (event,) = outcome.events
    assert isinstance(event, e.PoolExtended)
    assert outcome.aggregate.judging.alternates == (NEXT, LAST, *drawn(event.seed, NEW_EXPERTS))
    assert [one.number for one in event.pool] == [6, 7]
    assert {one.value for one in event.personal} == {"Person 0", "Person 1"}
    twice = told(*AT_WORK, EXTENDED).when(extend(k.COMPLAINT, STREAM), **as_chair())
    assert [one.number for one in twice.events[0].pool] == [8, 9]  # type: ignore[attr-defined]


def test_earlier_alternates_take_the_places_first() -> None:
    """A first extension was too small for a panel; what it drew is not passed over by the second."""
    asked = as_chair(references={"call": call(*OVER, EVALUATING)}, rules=asking_for(5))
    first = told(*AT_WORK[:1], NO_ALTERNATES, k.OPENED, recused(ONE, None), recused(TWO, None)).when(extend(), **asked)
    (event,) = first.events
    assert isinstance(event, e.PoolExtended)
    assert event.seats == (Seat(SECOND, event.alternates[0]), Seat(SECOND, event.alternates[1]))
    past = (FORMED, NO_ALTERNATES, k.OPENED, recused(ONE, None), recused(TWO, None), event)
    (more,) = told(*past).when(extend(k.COMPLAINT, STREAM), **asked).events
    assert isinstance(more, e.PoolExtended)
    assert [one.substitute for one in more.seats] == [*event.alternates, *more.alternates]


def asking_for(size: int) -> Rules:
    """The shipped rules, where a commission has more members."""
    more = msgspec.structs.replace(RULES["grant.commission.size"], value=size)
    return Rules("proposed", {**RULES.by_key, more.key: more})


def test_nobody_of_the_commission_comes_into_the_pool_and_nobody_names_themselves() -> None:
    for people in ((ONE, k.COMPLAINT), (NEXT, k.COMPLAINT), (k.COMPLAINT, k.COMPLAINT)):
        pointer = f"/pool/{int(people[0] == k.COMPLAINT)}/person_id"
        told(*AT_WORK).when(extend(*people), **as_chair()).then_refused(InvalidValue, pointer=pointer)
    told(*AT_WORK).when(extend(k.COMPLAINT, STREAM), **as_chair(actor=STREAM)).then_refused(
        InvalidValue, pointer="/pool/1/person_id"
    )
    told(*AT_WORK).when(extend(), **as_chair(actor=TWO)).then_refused(RuleViolated, rule="grant.commission.own")
    told(*AT_WORK).when(extend(call_id=OTHER_CALL), **as_chair()).then_refused(InvalidValue, pointer="/call_id")
    told(FORMED).when(extend(), **as_chair()).then_refused(IllegalTransition)
    told(FORMED, DRAWN).when(extend(), **as_chair()).then_events(e.PoolExtended)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(extend(k.COMPLAINT)), c.ExtendPool)


def test_who_was_replaced_sits_and_takes_no_other_place() -> None:
    silent = (*AT_WORK, k.replaced(NEXT, {}), k.replaced(ONE, {FIRST: LAST, SECOND: LAST}))
    it = k.commission(*silent)
    assert it.judging.sits(ONE) and it.judging.sits(LAST) and not it.judging.sits(NEXT)
    assert it.judging.alternates_of(FIRST) == ()
