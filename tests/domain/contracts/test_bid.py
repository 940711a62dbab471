"""A bid, command by command: sealed to the second, opened by its salt alone, qualified by the registers."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from domain.contracts.bid import Bid
from domain.contracts.bids import Bids
from domain.contracts.commands import bid as c
from domain.contracts.events import bid as b
from domain.contracts.events.call import CallCancelled, QualificationBegun
from domain.contracts.facts import BidContent
from domain.contracts.vocabulary import BidStage, Subcontractor, UnitPrice
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, NotLawful, NotPermitted, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.licences.events import LicenceEntryChanged
from domain.licences.vocabulary import LicenceStage
from domain.organisations.vocabulary import CertificateKind
from tests.domain.contracts.bidding import (
    BID_ONE,
    BID_TWO,
    CHEAP,
    COMPLAINT,
    DEAR,
    DISQUALIFIED,
    REOPENED,
    SALT,
    SUSPENDED,
    WITHDRAWN,
    as_bidder,
    bid_sealed,
    bids,
    commitment,
    content,
    delegate,
    licences,
    of_bid,
    office,
    opened,
    qualified,
    standing,
    told_bid,
)
from tests.domain.contracts.tendering import (
    AFTER,
    CALL,
    CLOCK,
    CLOSED_AT,
    CLOSES_AT,
    DURING,
    IN_QUALIFICATION,
    LISTING,
    OFFICER,
    ONE,
    OPEN_CALL,
    OPENING_DUE,
    OTHER_CALL,
    OVER,
    REASON,
    TWO,
    WHILE_OPENED,
    call,
    planned,
    published,
)
from tests.support.given import given_nothing

SECOND = timedelta(seconds=1)
SEAL = c.SealBid(call_id=CALL, organisation_id=ONE, commitment=commitment(CHEAP), language="sq")
RESEAL = c.ResealBid(call_id=CALL, organisation_id=ONE, commitment=commitment(DEAR))


def opening(of: BidContent = CHEAP, **changes: Any) -> c.OpenBid:
    return c.OpenBid(**{"call_id": CALL, "content": of, "salt": SALT} | changes)


def at_opening(**overrides: Any) -> dict[str, Any]:
    return as_bidder(**({"now": WHILE_OPENED, "references": {"call": call(*OVER)}} | overrides))


def qualifying(**overrides: Any) -> dict[str, Any]:
    resting = {"references": {"call": call(*IN_QUALIFICATION)}, "registers": (standing(), licences())}
    return {"mandate": OFFICER, "now": AFTER} | resting | overrides


QUALIFY = c.QualifyBid(call_id=CALL, organisation_id=ONE)
DISQUALIFY = c.DisqualifyBid(call_id=CALL, organisation_id=ONE)


def test_a_bid_is_sealed_and_says_nothing_but_its_hash() -> None:
    outcome = given_nothing(Bid, stream_id=BID_ONE).when(SEAL, **as_bidder()).then([bid_sealed()])

    said = msgspec.json.encode(outcome.events[0]).decode()
    assert "hours" not in said
    assert SALT not in said
    assert Bid.settled_id(10, SEAL) == BID_ONE
    assert Bid.settled_id(10, RESEAL) is None
    assert outcome.events[0].receipt_code


def test_the_last_second_is_in_time_and_the_end_is_late() -> None:
    given_nothing(Bid).when(SEAL, **as_bidder(now=CLOSES_AT - SECOND)).then_events(b.BidSealed)
    for late in (CLOSES_AT, CLOSES_AT + SECOND):
        given_nothing(Bid).when(SEAL, **as_bidder(now=late)).then_refused(RuleViolated, rule="contract.call.over")
        told_bid().when(RESEAL, **as_bidder(now=late)).then_refused(RuleViolated, rule="contract.call.over")
        told_bid().when(c.WithdrawBid(call_id=CALL), **as_bidder(now=late)).then_refused(
            RuleViolated, rule="contract.call.over"
        )


def test_one_bids_in_a_call_that_is_open() -> None:
    for events in ((planned(),), (*OPEN_CALL, CallCancelled(reason=REASON))):
        references = {"call": call(*events)}
        given_nothing(Bid).when(SEAL, **as_bidder(references=references)).then_refused(IllegalTransition)
    given_nothing(Bid).when(SEAL, **as_bidder(references={"call": None})).then_refused(StreamNotFound)


@pytest.mark.parametrize(
    "mandate",
    [delegate(TWO), Mandate(Role.CSO_DELEGATE, "Appointment by the institution", ONE), OFFICER],
)
def test_nobody_bids_for_an_organisation_but_on_its_own_mandate(mandate: Mandate) -> None:
    given_nothing(Bid).when(SEAL, **as_bidder(mandate=mandate)).then_refused(NotPermitted)
    told_bid().when(RESEAL, **as_bidder(mandate=mandate)).then_refused(NotPermitted)
    told_bid().when(c.WithdrawBid(call_id=CALL), **as_bidder(mandate=mandate)).then_refused(NotPermitted)
    told_bid().when(opening(), **at_opening(mandate=mandate)).then_refused(NotPermitted)


def test_whoever_is_not_invited_does_not_bid() -> None:
    invited = {"call": call(planned(), published(invited=(TWO,)))}

    given_nothing(Bid).when(SEAL, **as_bidder(references=invited)).then_refused(
        RuleViolated, rule="contract.call.invited"
    )


def test_a_suspended_organisation_does_not_bid() -> None:
    given_nothing(Bid).when(SEAL, **as_bidder(registers=(standing(ONE, SUSPENDED),))).then_refused(
        RuleViolated, rule="organisation.suspended"
    )


def test_another_content_takes_the_place_of_the_first_and_of_a_withdrawn_one() -> None:
    expected = of_bid(
        b.BidResealed,
        commitment=commitment(DEAR),
        received_at=DURING,
        receipt=bid_sealed().receipt,
        revision=2,
    )
    told_bid().when(RESEAL, **as_bidder()).then([expected]).then_state(lambda it: it.commitment == commitment(DEAR))
    told_bid(bid_sealed(), WITHDRAWN).when(RESEAL, **as_bidder()).then([expected])
    told_bid(bid_sealed(), opened()).when(RESEAL, **as_bidder()).then_refused(IllegalTransition)


def test_the_bid_and_the_call_are_named_rightly() -> None:
    other = c.ResealBid(call_id=OTHER_CALL, organisation_id=ONE, commitment=commitment(DEAR))
    told_bid().when(other, **as_bidder()).then_refused(InvalidValue, pointer="/call_id")
    whose = c.ResealBid(call_id=CALL, organisation_id=TWO, commitment=commitment(DEAR))
    told_bid().when(whose, **as_bidder()).then_refused(InvalidValue, pointer="/organisation_id")


def test_a_bid_is_withdrawn_while_the_call_is_open_and_then_cannot_be_opened() -> None:
    command = c.WithdrawBid(call_id=CALL, reason=REASON)
    told_bid().when(command, **as_bidder()).then([WITHDRAWN])
    told_bid(bid_sealed(), WITHDRAWN).when(command, **as_bidder()).then_refused(IllegalTransition)
    told_bid(bid_sealed(), WITHDRAWN).when(opening(), **at_opening()).then_refused(IllegalTransition)


def test_a_bid_is_opened_by_its_content_and_salt() -> None:
    told_bid().when(opening(), **at_opening()).then([opened()]).then_state(lambda it: it.total.amount == 4_800_000)


@pytest.mark.parametrize(("events", "now"), [(OPEN_CALL, DURING), (OPEN_CALL, CLOSED_AT), (OVER, CLOSES_AT - SECOND)])
def test_no_bid_is_opened_before_the_time(events: tuple[Event, ...], now: Any) -> None:
    told_bid().when(opening(), **at_opening(references={"call": call(*events)}, now=now)).then_refused(
        RuleViolated, rule="contract.bid.sealed"
    )


def test_no_bid_is_opened_after_the_opening() -> None:
    told_bid().when(opening(), **at_opening(now=OPENING_DUE.due_at - SECOND)).then_events(b.BidOpened)
    for late in (OPENING_DUE.due_at, OPENING_DUE.due_at + SECOND):
        told_bid().when(opening(), **at_opening(now=late)).then_refused(RuleViolated, rule="contract.bid.opening")
    further = at_opening(references={"call": call(*IN_QUALIFICATION)})
    told_bid().when(opening(), **further).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("sealed_for", "command"),
    [
        (commitment(DEAR), opening()),
        (commitment(CHEAP), opening(salt="5b" * 16)),
        (commitment(CHEAP, TWO), opening()),
        (commitment(CHEAP, ONE, OTHER_CALL), opening()),
        (commitment(CHEAP), opening(content(1_000, 401))),
    ],
)
def test_what_was_not_sealed_is_not_opened(sealed_for: str, command: c.OpenBid) -> None:
    """Other content, another salt, another organisation's hash, or one made for another call."""
    outcome = told_bid(bid_sealed(commitment=sealed_for)).when(command, **at_opening())

    outcome.then_refused(RuleViolated, rule="contract.bid.mismatch")
    assert sealed_for in str(outcome.refusal)


def test_an_empty_list_says_no_more_than_none_at_all() -> None:
    """A client that writes `"files": []` seals the same as one that leaves it out."""
    told = msgspec.json.decode(b'{"statement": "x", "files": [], "prices": []}', type=BidContent)

    assert commitment(told) == commitment(BidContent(statement="x"))


@pytest.mark.parametrize(
    ("of", "pointer"),
    [
        (content(prices=(UnitPrice(code="hours", price=1), UnitPrice(code="beds", price=1))), "/content/prices/1/code"),
        (content(prices=(UnitPrice(code="hours", price=1),)), "/content/prices"),
        (content(prices=(UnitPrice(code="hours", price=1),) * 2), "/content/prices/1/code"),
        (content(0, 0), "/content/prices/amount"),
        (content(files=CHEAP.files * 2), "/content/files/1/file/sha256"),
        (
            content(subcontractors=(Subcontractor(title="A", does="B", share=600_000),) * 2),
            "/content/subcontractors",
        ),
    ],
)
def test_a_content_that_cannot_be_meant_is_not_taken(of: BidContent, pointer: str) -> None:
    told_bid(bid_sealed(of=of)).when(opening(of), **at_opening()).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize(
    "said",
    [
        b'{"code": "hours", "price": -1}',
        b'{"code": "hours", "price": 10.5}',
        b'{"code": "hours", "price": "10"}',
        b'{"code": "hours", "price": 1000000001}',
        b'{"code": "hours", "price": 1, "quantity": 2}',
    ],
)
def test_prices_are_whole_and_not_below_nothing(said: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=UnitPrice)


def test_what_the_call_does_not_allow_is_on_record_and_cannot_be_qualified() -> None:
    over = content(1_201, 700)
    outcome = told_bid(bid_sealed(of=over)).when(opening(over), **at_opening()).then_events(b.BidOpened)
    event = outcome.events[0]
    assert isinstance(event, b.BidOpened)
    assert [one.code for one in event.findings] == ["price-over-ceiling", "total-over-budget"]

    told_bid(bid_sealed(of=over), event).when(QUALIFY, **qualifying()).then_refused(NotLawful)
    told_bid(bid_sealed(of=over), event).when(DISQUALIFY, **qualifying()).then(
        [of_bid(b.BidDisqualified, findings=event.findings)]
    )


def test_a_bid_for_a_list_prices_nothing() -> None:
    of = BidContent(statement="Kujdes ditor prej dhjetë vitesh.")
    references = {"call": call(planned(LISTING), published(LISTING, need_id=None), *OVER[3:])}
    outcome = told_bid(bid_sealed(of=of)).when(opening(of), **at_opening(references=references))
    outcome.then_events(b.BidOpened).then_state(lambda it: it.total.amount == 0)
    priced = content()
    told_bid().when(opening(priced), **at_opening(references=references)).then_refused(
        InvalidValue, pointer="/content/prices/0/code"
    )


def test_what_nobody_opened_is_disregarded() -> None:
    told_bid().when(c.DisregardBid(), mandate=CLOCK, now=AFTER).then([of_bid(b.BidDisregarded)])
    told_bid(bid_sealed(), opened()).when(c.DisregardBid(), mandate=CLOCK).then_refused(IllegalTransition)


OPENED = (bid_sealed(), opened())


def test_a_licensed_provider_with_its_papers_qualifies() -> None:
    told_bid(*OPENED).when(QUALIFY, **qualifying()).then([qualified()])


@pytest.mark.parametrize(
    ("provider", "code"),
    [
        (standing(ONE, SUSPENDED), "not-in-good-standing"),
        (standing(certificates=(CertificateKind.REGISTRATION,)), "certificate-missing"),
    ],
)
def test_an_officer_cannot_wave_through_what_the_register_refuses(provider: Any, code: str) -> None:
    registers = (provider, licences())
    outcome = told_bid(*OPENED).when(QUALIFY, **qualifying(registers=registers)).then_refused(NotLawful)
    assert isinstance(outcome.refusal, NotLawful)
    assert [one.code for one in outcome.refusal.findings] == [code]

    out = told_bid(*OPENED).when(DISQUALIFY, **qualifying(registers=registers)).then_events(b.BidDisqualified)
    assert isinstance(out.events[0], b.BidDisqualified)
    assert [one.code for one in out.events[0].findings] == [code]


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        (licences(valid_until=date(2026, 12, 30)), "licence.expired"),
        (licences(valid_from=date(2026, 6, 2)), "licence.valid"),
        (licences(places=("suhareke",)), "licence.valid"),
        (
            licences(
                ONE,
                LicenceEntryChanged(
                    organisation_id=ONE,
                    status=LicenceStage.SUSPENDED,
                    since=date(2026, 9, 1),
                    origin="10:1:20",
                    event_id=derived_id("test", "told", 20),
                ),
            ),
            "licence.suspended",
        ),
    ],
)
def test_the_licence_is_valid_for_every_day_of_the_service(held: Any, rule: str) -> None:
    registers = (standing(), held)
    told_bid(*OPENED).when(QUALIFY, **qualifying(registers=registers)).then_refused(RuleViolated, rule=rule)
    out = told_bid(*OPENED).when(DISQUALIFY, **qualifying(registers=registers)).then_events(b.BidDisqualified)
    assert isinstance(out.events[0], b.BidDisqualified)
    assert [one.code for one in out.events[0].findings] == ["not-licensed"]


def test_a_list_asks_for_a_licence_of_today() -> None:
    references = {"call": call(planned(LISTING), published(LISTING, need_id=None), *IN_QUALIFICATION[3:])}
    brief = licences(valid_until=date(2026, 4, 30))

    told_bid(*OPENED).when(QUALIFY, **qualifying(references=references, registers=(standing(), brief))).then(
        [qualified()]
    )


def test_nobody_decides_about_an_organisation_of_their_own() -> None:
    registers = (standing(ONE, office()), licences())

    for command in (QUALIFY, DISQUALIFY):
        told_bid(*OPENED).when(command, **qualifying(registers=registers)).then_refused(
            RuleViolated, rule="contract.interest.own"
        )


def test_a_bid_is_put_out_for_a_reason() -> None:
    told_bid(*OPENED).when(DISQUALIFY, **qualifying()).then_refused(InvalidValue, pointer="/reason")
    command = c.DisqualifyBid(call_id=CALL, organisation_id=ONE, reason=REASON)
    told_bid(*OPENED).when(command, **qualifying()).then([DISQUALIFIED])


@pytest.mark.parametrize("command", [QUALIFY, DISQUALIFY])
def test_bids_are_decided_on_in_the_qualification(command: Any) -> None:
    told_bid().when(command, **qualifying()).then_refused(IllegalTransition)
    told_bid(*OPENED).when(command, **qualifying(references={"call": call(*OVER)})).then_refused(IllegalTransition)
    other = type(command)(call_id=CALL, organisation_id=TWO)
    told_bid(*OPENED).when(other, **qualifying()).then_refused(InvalidValue, pointer="/organisation_id")


@pytest.mark.parametrize("decided", [qualified(), DISQUALIFIED])
def test_an_upheld_complaint_has_a_bid_decided_on_anew(decided: Event) -> None:
    command = c.ReopenBid(complaint_id=COMPLAINT)
    told_bid(*OPENED, decided).when(command, mandate=CLOCK).then([REOPENED])
    told_bid(*OPENED).when(command, mandate=CLOCK).then_refused(IllegalTransition)
    told_bid(*OPENED, decided, REOPENED).when(QUALIFY, **qualifying()).then([qualified()])


def test_the_bids_of_a_call_are_folded() -> None:
    both = bids()
    assert both.standing(BidStage.QUALIFIED) == (BID_ONE, BID_TWO)
    assert [(one.bid_id, one.total.amount) for one in both.candidates()] == sorted(
        [(BID_ONE, 4_800_000), (BID_TWO, 5_600_000)]
    )
    assert {one.organisation_id for one in both.providers()} == {ONE, TWO}
    fold = bids((BID_ONE, bid_sealed()), (BID_TWO, bid_sealed(TWO)), (BID_TWO, WITHDRAWN))
    assert fold.standing(BidStage.SEALED) == (BID_ONE,)
    fold.apply(CALL, QualificationBegun(bids=0, unopened=(BID_ONE,)))
    assert fold.standing(BidStage.SEALED) == ()
    assert Bids.tag(CALL, DISQUALIFY) == bid_sealed().tags()[0]
