"""What others' decisions ask of an organisation's licences."""

from datetime import date

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.kernel.command import Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.licences import events as e
from domain.licences.held import Licences, NotLicensed
from domain.licences.vocabulary import LicenceStage
from domain.organisations.events import organisation_tag
from tests.domain.licences.examples import (
    DAY,
    FIRST,
    LAST,
    LICENCE,
    NOON,
    ORGANISATION,
    SERVICE,
    changed,
    entered,
    licences,
    stream,
    term,
)

SUSPENDED, GRANTED = LicenceStage.SUSPENDED, LicenceStage.GRANTED
REVOKED, EXPIRED = LicenceStage.REVOKED, LicenceStage.EXPIRED
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
OTHER = derived_id("test", "another licence")


class Ask(Command, frozen=True):
    """A command of another domain."""

    organisation_id: object = ORGANISATION


def refused(fold: Licences, first: date, last: date, rule: str, *places: str, service: str = SERVICE) -> NotLicensed:
    with pytest.raises(NotLicensed) as caught:
        fold.require(service, places or ("prizren",), first, last)
    assert (caught.value.rule, bool(caught.value.citation)) == (rule, True)
    assert fold.valid(service, places or ("prizren",), first, last) is None
    assert msgspec.json.decode(msgspec.json.encode(caught.value.facts()))["licence"] == caught.value.licence
    return caught.value


def test_the_tag_is_that_of_the_organisation() -> None:
    assert Licences.tag(LICENCE, Ask()) == organisation_tag(ORGANISATION)


def test_a_licence_is_valid_from_its_first_to_its_last_day() -> None:
    fold = licences((entered(),))

    held = fold.require(SERVICE, ("suhareke", "prizren"), FIRST, LAST)

    assert (held.entry_id, held.licence_id) == (stream(entered()), LICENCE)
    assert (held.tenant_id, held.institution, held.origin) == (10, "mflt", "10:1:12")
    assert (held.term, held.valid_until) == (term(), LAST)


def test_a_period_longer_than_its_licence_is_refused_on_the_day_after_the_last() -> None:
    refusal = refused(licences((entered(),)), FIRST, LAST + DAY, "licence.expired")

    assert refusal.licence["day"] == "2027-04-01"
    assert refusal.licence["event"] == "10:1:12"
    assert "2027-03-31" in str(refusal)


@pytest.mark.parametrize(
    ("first", "place", "service"),
    [(FIRST - DAY, "prizren", SERVICE), (FIRST, "peje", SERVICE), (FIRST, "prizren", "shelter")],
    ids=["before", "elsewhere", "other service"],
)
def test_what_no_licence_is_for(first: date, place: str, service: str) -> None:
    refusal = refused(licences((entered(),)), first, LAST, "licence.valid", place, service=service)

    assert refusal.licence == {"day": first.isoformat()}


def test_one_place_of_several_without_a_licence() -> None:
    refusal = refused(licences((entered(),)), FIRST, LAST, "licence.valid", "prizren", "peje")

    assert "peje" in str(refusal)


def test_an_organisation_without_any() -> None:
    refused(licences(), FIRST, LAST, "licence.valid")


def test_a_suspension_takes_out_its_days_and_no_others() -> None:
    fold = licences((entered(), changed(SUSPENDED, MAY, 13), changed(GRANTED, JUNE, 14)))

    assert fold.valid(SERVICE, ("prizren",), FIRST, MAY - DAY)
    assert fold.valid(SERVICE, ("prizren",), JUNE, LAST)
    for first, last, day in [(FIRST, LAST, MAY), (MAY, MAY, MAY), (JUNE - DAY, JUNE, JUNE - DAY)]:
        refusal = refused(fold, first, last, "licence.suspended")
        assert refusal.licence == {
            "entry_id": str(stream(entered())),
            "licence_id": str(LICENCE),
            "institution": "mflt",
            "event": "10:1:13",
            "day": day.isoformat(),
        }


def test_a_suspension_that_goes_on_names_its_event_not_the_last_one() -> None:
    first = (entered(), changed(SUSPENDED, MAY, 13), changed(GRANTED, JUNE, 14), changed(SUSPENDED, JULY, 15))

    assert refused(licences(first), MAY, MAY, "licence.suspended").licence["event"] == "10:1:13"
    assert refused(licences(first), JULY, JULY, "licence.suspended").licence["event"] == "10:1:15"


def test_a_suspension_lifted_from_its_first_day_took_nothing_out() -> None:
    fold = licences((entered(), changed(SUSPENDED, MAY, 13), changed(GRANTED, MAY, 14)))

    assert fold.valid(SERVICE, ("prizren",), FIRST, LAST)


def test_a_revocation_is_for_ever_and_weighs_more_than_a_suspension() -> None:
    fold = licences((entered(), changed(SUSPENDED, MAY, 13), changed(REVOKED, JUNE, 14)))

    assert refused(fold, FIRST, LAST, "licence.suspended").licence["event"] == "10:1:13"
    assert refused(fold, JUNE, LAST, "licence.revoked").licence["event"] == "10:1:14"
    assert refused(fold, LAST + DAY, LAST + DAY, "licence.revoked").licence["event"] == "10:1:14"


def test_a_renewal_goes_on_without_a_gap_with_other_places() -> None:
    further = term(LAST + DAY, date(2028, 3, 31), places=("prizren",), capacity=20)
    fold = licences((entered(), changed(GRANTED, LAST + DAY, 13, term=further)))

    assert fold.require(SERVICE, ("prizren",), FIRST, date(2028, 3, 31)).term.capacity == 20
    assert fold.require(SERVICE, ("prizren",), FIRST, LAST).term.capacity == 30
    assert refused(fold, LAST, LAST + DAY, "licence.valid", "suhareke").licence["day"] == "2027-04-01"


def test_the_expiry_is_the_event_that_is_told_once_it_is_known() -> None:
    fold = licences((entered(), changed(EXPIRED, LAST + DAY, 20)))

    assert fold.valid(SERVICE, ("prizren",), FIRST, LAST)
    assert refused(fold, LAST, LAST + DAY, "licence.expired").licence["event"] == "10:1:20"


def test_two_licences_after_one_another_carry_a_period_together() -> None:
    later = entered(term(LAST + DAY, date(2028, 3, 31)), OTHER, origin="11:1:5", tenant_id=11)
    fold = licences((entered(),), (later,))

    assert [one.licence_id for one in fold.holding(SERVICE, ("prizren",), FIRST, LAST + DAY)] == [LICENCE, OTHER]
    assert fold.require(SERVICE, ("prizren",), FIRST, LAST + DAY).licence_id == OTHER
    assert fold.holding(SERVICE, ("prizren",), FIRST, date(2028, 4, 1)) == ()


def test_a_contract_relies_on_every_licence_that_its_period_needs() -> None:
    later = entered(term(LAST + DAY, date(2028, 3, 31)), OTHER, origin="11:1:5", tenant_id=11)
    fold = licences((entered(),), (later,))

    held = fold.require_all(SERVICE, ("prizren",), FIRST, LAST + DAY)
    assert [one.entry_id for one in held] == [stream(entered()), stream(later)]
    with pytest.raises(NotLicensed):
        fold.require_all(SERVICE, ("prizren",), FIRST, date(2028, 4, 1))


@pytest.mark.parametrize(
    ("status", "rule"), [(SUSPENDED, "licence.suspended"), (REVOKED, "licence.revoked")], ids=["suspended", "revoked"]
)
def test_a_licence_that_is_taken_away_today_stops_what_is_paid_for_earlier_days(
    status: LicenceStage, rule: str
) -> None:
    entry = stream(entered())
    fold = licences((entered(), changed(status, MAY, 13)))

    fold.require_not_withdrawn((entry, OTHER), MAY - DAY)
    for day in (MAY, LAST + DAY):
        with pytest.raises(NotLicensed) as caught:
            fold.require_not_withdrawn((OTHER, entry), day)
        assert (caught.value.rule, caught.value.licence["event"]) == (rule, "10:1:13")
    licences((entered(), changed(EXPIRED, LAST + DAY, 13))).require_not_withdrawn((entry,), LAST + DAY)


def test_another_licence_stands_in_for_a_suspended_one() -> None:
    other = entered(licence=OTHER, tenant_id=11, origin="11:1:5")
    fold = licences((entered(), changed(SUSPENDED, MAY)), (other,))

    assert fold.require(SERVICE, ("prizren",), FIRST, LAST).licence_id == OTHER


def test_a_period_without_days_or_places_is_no_question() -> None:
    fold = licences((entered(),))

    with pytest.raises(InvalidValue):
        fold.require(SERVICE, ("prizren",), LAST, FIRST)
    with pytest.raises(InvalidValue):
        fold.require(SERVICE, (), FIRST, LAST)
    assert fold.holding(SERVICE, ("prizren",), LAST, FIRST) == ()


def test_a_period_of_ten_thousand_years_is_answered_by_its_turns() -> None:
    refused(licences((entered(),)), FIRST, date.max, "licence.expired")
    refused(licences((entered(),)), date.min, date.max, "licence.valid")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([SUSPENDED, GRANTED]), st.integers(0, 40)),
        st.tuples(st.just(REVOKED), st.integers(0, 40)),
        st.tuples(st.just("renewed"), st.integers(1, 20)),
        st.tuples(st.just(EXPIRED), st.just(0)),
    ),
    max_size=8,
)


class Days:
    """The simple model: for each day, whether it is licensed, and the set of days that decisions took out."""

    def __init__(self, length: int) -> None:
        self.licensed = {FIRST + DAY * n for n in range(length)}
        self.out: set[date] = set()
        self.open: date | None = None
        self.horizon = [FIRST + DAY * n for n in range(-2, 260)]

    def suspend(self, since: date) -> None:
        self.open = since

    def reinstate(self, since: date) -> None:
        self.out |= {day for day in self.horizon if self.open is not None and self.open <= day < since}
        self.open = None

    def revoke(self, since: date) -> None:
        self.out |= {day for day in self.horizon if day >= since}

    def renew(self, length: int) -> None:
        last = max(self.licensed)
        self.licensed |= {last + DAY * n for n in range(1, length + 1)}

    def valid(self, day: date) -> bool:
        return day in self.licensed and day not in self.out and (self.open is None or day < self.open)


@settings(deadline=None)
@for_all(st.integers(1, 40), STEPS)
def test_each_day_is_as_valid_as_the_model_says(length: int, steps: list[tuple[str, int]]) -> None:
    last = FIRST + DAY * (length - 1)
    model, until = Days(length), last
    events: list[Event] = [entered(term(FIRST, last))]
    for n, (what, by) in enumerate(steps, 13):
        since = FIRST + DAY * by
        if what == "renewed":
            further = term(until + DAY, until + DAY * by)
            until += DAY * by
            model.renew(by)
            events.append(changed(GRANTED, further.valid_from, n, term=further))
        elif what == SUSPENDED and model.open is None:
            model.suspend(since)
            events.append(changed(SUSPENDED, since, n))
        elif what == GRANTED and model.open is not None and since >= model.open:
            model.reinstate(since)
            events.append(changed(GRANTED, since, n))
        elif what == REVOKED:
            model.revoke(since)
            events.append(changed(REVOKED, since, n))
        elif what == EXPIRED:
            events.append(changed(EXPIRED, until + DAY, n))
    fold = licences(tuple(events))

    for day in model.horizon:
        assert (fold.valid(SERVICE, ("prizren",), day, day) is not None) == model.valid(day)
    for first in model.horizon[::7]:
        gap = next((day for day in model.horizon if day >= first and not model.valid(day)), None)
        for end in model.horizon[model.horizon.index(first) :: 11]:
            holds = gap is None or end < gap
            assert (fold.valid(SERVICE, ("prizren",), first, end) is not None) == holds
            if not holds:
                with pytest.raises(RuleViolated) as caught:
                    fold.require(SERVICE, ("prizren",), first, end)
                assert isinstance(caught.value, NotLicensed)
                assert caught.value.licence["day"] == str(gap)


def test_the_fold_takes_its_events_alone() -> None:
    fold, event = Licences(), entered()
    fold.apply(stream(event), event.stamp(stream(event), 1, NOON))
    fold.apply(LICENCE, e.LicenceExpired(organisation_id=ORGANISATION, service=SERVICE, last_day=LAST))

    assert list(fold.entries) == [stream(event)]
