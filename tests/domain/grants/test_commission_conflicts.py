"""Conflicts of interest in a commission, command by command: recused at once, or decided about first; and too few judges."""

import msgspec
import pytest

from domain.grants.applicants import Applicants
from domain.grants.candidates import Candidates
from domain.grants.commission_parts import Seat
from domain.grants.events import commission as e
from domain.grants.vocabulary import CommissionStage
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.text import text
from domain.organisations import events as o
from domain.organisations.events import organisation_tag
from domain.organisations.vocabulary import Holdings
from domain.scoring.composition import Composition, Lack
from domain.scoring.lots import drawn
from domain.scoring.vocabulary import ConflictBasis
from tests.domain.grants import commissions as k
from tests.domain.grants.applications import (
    ELIGIBLE,
    ELSEWHERE,
    OFFICE,
    ORGANISATION,
    REPRESENTATION,
    SUBMITTED,
    WITHDRAWN,
    registered,
    standing,
)
from tests.domain.grants.commissions import (
    AT_WORK,
    DRAWN,
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
    applicants,
    as_chair,
    as_member,
    committed,
    declared,
    field,
    office_of,
    revealed,
    suspected,
    told,
)
from tests.domain.grants.panels import CLOSE, NEXT, NO_ALTERNATES, decide, declare, extend, of, recused, seal, show
from tests.domain.grants.stories import AFTER
from tests.domain.organisations.examples import claimed
from tests.support.given import STREAM


def test_two_judges_rank_nothing_and_the_rule_is_named() -> None:
    """A recusal without a substitute: the member goes, and the application waits until the pool is extended."""
    short = of(ONE, (FORMED, NO_ALTERNATES, k.OPENED, *k.ALL_DECLARED, recused(ONE, None), *k.ALL_COMMITTED))
    short = (*short, committed(ONE, SECOND, POINTS[SECOND]))
    for command, as_whom in ((show(), as_member(TWO)), (CLOSE, as_chair())):
        outcome = told(*short).when(command, **as_whom).then_refused(RuleViolated, rule="grant.commission.size")
        assert str(FIRST) in str(outcome.refusal) and "Extend the pool" in str(outcome.refusal)
    outcome = told(*short).when(extend(), **as_chair())
    (event,) = outcome.events
    assert isinstance(event, e.PoolExtended)
    assert event.alternates == drawn(event.seed, NEW_EXPERTS)
    assert event.seats == (Seat(FIRST, event.alternates[0]),), "the other application lacks nobody"
    assert outcome.aggregate.judging.panels[FIRST] == (TWO, PANEL[2], event.alternates[0])
    assert outcome.aggregate.judging.waiting == 1, "the new judge has to score first"


def test_what_was_withdrawn_waits_for_nobody() -> None:
    events = (FORMED, NO_ALTERNATES, k.OPENED, *k.ALL_DECLARED, *k.ALL_COMMITTED, *k.ALL_REVEALED)
    gone = as_chair(boundary=field((FIRST, SUBMITTED), (SECOND, SUBMITTED), (SECOND, ELIGIBLE), (FIRST, WITHDRAWN)))
    (closed,) = told(*events, recused(ONE, None)).when(CLOSE, **gone).then_events(e.ScoringClosed).events
    assert isinstance(closed, e.ScoringClosed)
    assert closed.composition == Composition(3, 1, odd=True)
    assert [one.application_id for one in closed.ranking] == [SECOND]


@pytest.mark.parametrize(
    ("size", "experts", "lack"),
    [
        (1, 1, Lack.SIZE),
        (4, 1, Lack.PARITY),
        (3, 0, Lack.EXTERNAL),
        (5, 1, None),
        (3, 3, None),
    ],
)
def test_a_panel_is_what_a_commission_must_be(size: int, experts: int, lack: Lack | None) -> None:
    assert Composition(3, 1, odd=True).lack(size, experts) is lack


def test_where_an_even_number_is_lawful_it_is_enough() -> None:
    assert Composition(3, 1, odd=False).lack(4, 1) is None


def test_an_office_that_the_applicant_records_late_recuses_nobody() -> None:
    """The abuse: whoever does not want a judge names them as its officer when the call is public."""
    registers = (standing(later=[office_of(ONE)]),)
    outcome = told(*AT_WORK).when(declare(), **as_member(registers=registers))
    outcome.then([suspected(ONE), declared(ONE)])
    assert outcome.aggregate.judging.panels[FIRST] == PANEL
    past = (*AT_WORK, suspected(ONE), declared(ONE))
    told(*past).when(seal(), **as_member(registers=registers)).then([committed(ONE, FIRST, GOOD)])


def test_an_office_that_was_on_record_before_recuses_whatever_is_declared() -> None:
    told(*AT_WORK).when(declare(), **as_member(registers=(standing(office_of(ONE)),))).then(
        [recused(ONE, NEXT), declared(ONE)]
    )
    merged_meanwhile = told(*AT_WORK, declared(ONE)).when(seal(), **as_member(registers=(standing(office_of(ONE)),)))
    merged_meanwhile.then([recused(ONE, NEXT)]).then_state(lambda it: not it.may_read(ONE, FIRST))


def test_an_old_commission_asks_when_it_was_formed() -> None:
    formed = msgspec.structs.replace(FORMED, published_at=None)
    outcome = told(formed, DRAWN, k.OPENED).when(declare(), **as_member(registers=(standing(office_of(ONE)),)))
    assert [type(one) for one in outcome.events] == [e.MemberRecused, e.InterestDeclared]


def test_a_suspicion_is_decided_before_anybodys_points_are_known() -> None:
    open_question = (*SEALED, suspected(ONE))
    told(*open_question).when(show(), **as_member(TWO)).then_refused(RuleViolated, rule="grant.interest.undecided")
    told(*KNOWN, suspected(ONE)).when(CLOSE, **as_chair(registers=(applicants(later=[office_of(ONE)]),))).then_refused(
        RuleViolated, rule="grant.interest.undecided"
    )
    cleared = told(*open_question).when(decide(recused=False), **as_chair())
    cleared.then([k.decided(ONE, recused=False)])
    told(*open_question, k.decided(ONE, recused=False)).when(show(), **as_member(TWO)).then(
        [revealed(TWO, FIRST, GOOD)]
    )
    away = told(*open_question).when(decide(recused=True), **as_chair())
    away.then([k.decided(ONE, recused=True), recused(ONE, NEXT, ConflictBasis.LATE_OFFICER)])
    away.then_state(lambda it: it.judging.panels[FIRST] == (TWO, PANEL[2], NEXT) and it.judging.waiting == 1)


def test_a_suspicion_is_decided_by_an_outsider_with_a_reason() -> None:
    scenario = (*SEALED, suspected(ONE))
    for who in (ONE, NEXT):
        told(*scenario).when(decide(recused=True), **as_chair(actor=who)).then_refused(
            RuleViolated, rule="grant.commission.own"
        )
    for own in (OFFICE, REPRESENTATION):
        told(*scenario).when(decide(recused=True), **as_chair(registers=(standing(own),))).then_refused(
            RuleViolated, rule="grant.interest.own"
        )
    told(*scenario).when(decide(recused=True, reason=text(sq="Arsyeja")), **as_chair()).then_refused(
        RuleViolated, rule="grant.languages"
    )
    told(*scenario).when(decide(TWO, recused=True), **as_chair()).then_refused(InvalidValue, pointer="/person_id")
    told(*scenario).when(decide(recused=True, organisation_id=ELSEWHERE), **as_chair()).then_refused(
        InvalidValue, pointer="/organisation_id"
    )
    told(FORMED, DRAWN).when(decide(recused=True), **as_chair()).then_refused(IllegalTransition)


def test_what_was_decided_is_not_asked_again() -> None:
    known = (*KNOWN, suspected(ONE), k.decided(ONE, recused=False))
    again = as_chair(registers=(applicants(later=[office_of(ONE)]),))
    told(*known).when(CLOSE, **again).then_events(e.ScoringClosed)


def test_at_the_close_the_register_is_asked_again_and_scoring_goes_on() -> None:
    """Nobody ranks by the points of whoever holds an office of the applicant."""
    on_record = as_chair(registers=(applicants(office_of(ONE)),))
    outcome = told(*KNOWN).when(CLOSE, **on_record)
    outcome.then([recused(ONE, NEXT)]).then_state(
        lambda it: it.stage is CommissionStage.SCORING and (FIRST, ONE) not in it.judging.points
    )
    past = (*KNOWN, recused(ONE, NEXT))
    told(*past).when(CLOSE, **on_record).then_refused(RuleViolated, rule="grant.score.all")
    judged = (declared(NEXT), committed(NEXT, FIRST, POINTS[SECOND]), revealed(NEXT, FIRST, POINTS[SECOND]))
    (closed,) = told(*past, *judged).when(CLOSE, **on_record).then_events(e.ScoringClosed).events
    assert isinstance(closed, e.ScoringClosed)
    assert {one.application_id: one.score for one in closed.ranking}[FIRST] < 900_000
    later = as_chair(registers=(applicants(later=[office_of(ONE)]),))
    told(*KNOWN).when(CLOSE, **later).then([suspected(ONE)])


def test_what_is_ranked_is_not_judged_again_by_what_comes_later() -> None:
    """A complaint reopens one application; the public points of the others stay as they were weighed."""
    (closed,) = told(*KNOWN).when(CLOSE, **as_chair()).events
    reopened = e.ApplicationReopened(application_id=SECOND, complaint_id=k.COMPLAINT, round=2)
    anew = (
        *(committed(person, SECOND, GOOD, 2) for person in PANEL),
        *(revealed(person, SECOND, GOOD, 2) for person in PANEL),
    )
    told(*KNOWN, closed, reopened, *anew).when(CLOSE, **as_chair(registers=(applicants(office_of(ONE)),))).then_events(
        e.ScoringClosed
    )


def test_the_register_is_asked_about_every_applicant_of_the_call() -> None:
    asked = Applicants.register_tags(STREAM, CLOSE, field())
    assert asked == (organisation_tag(ORGANISATION),) * 2, "both applications of the field are the organisation's"
    assert Applicants.register_tags(STREAM, CLOSE, Candidates()) == ()
    with pytest.raises(TypeError):
        Applicants.register_tags(STREAM, CLOSE, None)


def test_a_merged_applicant_is_asked_about_under_all_its_entries() -> None:
    """What the register held of an entry from before is not late because that one went into another."""
    recorded = office_of(ONE)
    assert isinstance(recorded, o.OfficerRecorded)
    before = list(registered(recorded))
    holdings = Holdings(officers=(recorded.officer,))
    merged = o.OrganisationMerged(organisation_id=ORGANISATION, into=ELSEWHERE, decision_no="9", holdings=holdings)
    absorbed = o.OrganisationAbsorbed(organisation_id=ELSEWHERE, merged_id=ORGANISATION, holdings=holdings)
    fold = Applicants()
    for event in (*before, merged.stamp(ORGANISATION, len(before) + 1, AFTER)):
        fold.apply(ORGANISATION, event)
    for version, event in enumerate((claimed(organisation_id=ELSEWHERE), absorbed), 1):
        fold.apply(ELSEWHERE, event.stamp(ELSEWHERE, version, AFTER))
    for entry in (ORGANISATION, ELSEWHERE):
        assert fold.standing(entry).offices_of(ONE) == ((k.LATE_OFFICE, before[-1].occurred_at),)
    assert Applicants.leads_to(merged) == (organisation_tag(ELSEWHERE),)
    both = [msgspec.structs.replace(recused(ONE, NEXT), application_id=key) for key in (FIRST, SECOND)]
    told(*KNOWN).when(CLOSE, **as_chair(registers=(fold,))).then(both)
