"""What agreements, ledgers and the national log tell each other; sent again it changes nothing."""

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Reaction
from domain.volunteering.commands import hours as h
from domain.volunteering.commands import time as t
from domain.volunteering.commands.opportunity import MarkFilled, MarkVacant
from domain.volunteering.events.agreement import FREEING
from domain.volunteering.hours_parts import ledger_id, time_id
from domain.volunteering.hours_policies import POLICIES
from domain.volunteering.vocabulary import Protection
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.support.given import MUNICIPALITY, NATIONAL, told

TIME = time_id(y.PERSON)


def reactions(event: Event, *, tenant: object = MUNICIPALITY) -> list[Reaction]:
    return list(POLICIES[type(event)](told(event, y.LEDGER, tenant=tenant)))  # type: ignore[arg-type]


def test_a_signed_agreement_opens_its_ledger_and_the_volunteers_time() -> None:
    opened = h.OpenHoursLedger(agreement_id=y.AGREEMENT, person_id=y.PERSON, organisation_id=x.ORGANISATION)

    assert reactions(y.SIGNED) == [
        Reaction(y.LEDGER, opened),
        Reaction(TIME, t.OpenVolunteerTime(person_id=y.PERSON), NATIONAL_TENANT),
    ]


def test_an_entry_claims_its_time_and_gives_it_back() -> None:
    logged = y.logged(protection=Protection.MINOR)
    claimed = t.ClaimTime(
        entry_id=y.ENTRY,
        tenant_id=36,
        ledger_id=y.LEDGER,
        started_at=logged.started_at,
        ended_at=logged.ended_at,
        days=logged.days,
        protection=Protection.MINOR,
    )

    assert reactions(logged) == [Reaction(TIME, claimed, NATIONAL_TENANT)]
    released = Reaction(TIME, t.ReleaseTime(entry_id=y.ENTRY), NATIONAL_TENANT)
    assert [reactions(event) for event in (y.REJECTED, y.CORRECTED)] == [[released], [released]]


def test_a_shift_that_a_phone_told_of_is_logged() -> None:
    out = x.CHECKED_OUT
    shift = h.LogShift(
        person_id=out.person_id,
        opportunity_id=out.opportunity_id,
        checked_out=out.ended_by,
        started_at=out.started_at,
        ended_at=out.ended_at,
        task=out.task,
    )

    assert reactions(out) == [Reaction(ledger_id(out.agreement_id), shift)]


def test_the_answer_goes_to_the_ledger_that_asked() -> None:
    assert reactions(y.TIME_CLAIMED, tenant=NATIONAL) == [Reaction(y.LEDGER, h.NoteTimeClaimed(entry_id=y.ENTRY), 36)]
    assert reactions(y.TIME_REFUSED, tenant=NATIONAL) == [
        Reaction(y.LEDGER, h.NoteTimeRefused(entry_id=y.ENTRY, refusal=y.OVERLAP), 36)
    ]


def test_an_opportunity_learns_of_its_last_place() -> None:
    assert reactions(y.OFFERED) == []
    assert reactions(replace(y.OFFERED, places_left=0)) == [Reaction(y.OPPORTUNITY, MarkFilled())]
    freeing = [one for one in y.HOURS if isinstance(one, FREEING)]
    assert len(freeing) == len(FREEING)
    assert {type(one.command) for event in freeing for one in reactions(event)} == {MarkVacant}
