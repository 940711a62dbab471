"""Contracts recorded elsewhere: taken over once and exactly, with annexes and payments, corrected by decisions, struck."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given as tried
from hypothesis import strategies as st

from domain.contracts.commands.recorded_contract import (
    CorrectRecordedContract,
    RecordAnnex,
    RecordContract,
    RecordPayment,
    ResolveSupplier,
    StrikeRecordedContract,
)
from domain.contracts.events.recorded_contract import (
    AnnexRecorded,
    ContractRecorded,
    PaymentRecorded,
    RecordedContractCorrected,
    RecordedContractStruck,
    SupplierResolved,
)
from domain.contracts.recorded_contract import RecordedContract, RecordsOfContract, SupplierHolders
from domain.contracts.recorded_facts import Amount, AnnexFacts, ContractFacts, PaymentFacts, Procedure, amount_of
from domain.kernel.command import Boundary
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import Text
from domain.organisations.events import OrganisationRemoved, OrganisationVerified
from domain.organisations.vocabulary import Identifier, Scheme
from tests.domain.contracts.examples.recorded_contract import (
    ANNEX,
    BARE,
    CORRECTED,
    FACTS,
    IDENTIFIER,
    ORGANISATION,
    PAYMENT,
    PLAIN,
    PRICE,
    REASON,
    RECORDED,
    SIGNED_AT,
    SIGNED_ON,
    facts,
)
from tests.support.given import STREAM, Outcome, given, given_nothing

LATER = SIGNED_AT + timedelta(days=100)
NUMBER = Identifier(Scheme.FISCAL, "600123456")
VERIFIED = OrganisationVerified(organisation_id=ORGANISATION, identifiers=(NUMBER,), decision_no="1/2026")
STRUCK = RecordedContractStruck(reason=REASON)


def told(what: ContractFacts, *, before: bool = False, **context: Any) -> Outcome:
    records = RecordsOfContract()
    if before:
        records.apply(STREAM, RECORDED)
    return given_nothing(RecordedContract).when(
        RecordContract(facts=what),
        **{"imported": True, "now": SIGNED_AT, "boundary": records, "registers": (SupplierHolders(),)} | context,
    )


def register(*events: Event) -> tuple[Boundary, ...]:
    """What the national register says of the supplier's identifier."""
    holders = SupplierHolders()
    for event in events:
        holders.apply(ORGANISATION, event)
    return (holders,)


def findings(what: ContractFacts) -> list[str]:
    (event,) = told(what).then_events(ContractRecorded).events
    assert isinstance(event, ContractRecorded)
    assert all(one.severity == "warning" and one.citation for one in event.findings)
    return [one.code for one in event.findings]


def test_a_contract_is_taken_over_as_it_was_given() -> None:
    told(PLAIN).then([RECORDED])


def test_it_comes_in_by_an_import_alone() -> None:
    told(PLAIN, imported=False).then_refused(RuleViolated, rule="contract.recorded.history")
    for command in (RecordAnnex(annex=ANNEX), RecordPayment(payment=PAYMENT)):
        given(RecordedContract, [RECORDED]).when(command, now=LATER).then_refused(
            RuleViolated, rule="contract.recorded.history"
        )


def test_it_is_told_at_the_day_of_its_signing_if_it_has_one() -> None:
    told(facts(signed_on=date(2016, 3, 16))).then_refused(InvalidValue, pointer="/facts/signed_on")
    told(facts(signed_on=None)).then_events(ContractRecorded)


def test_it_is_recorded_once_whatever_file_it_came_from() -> None:
    told(PLAIN, before=True).then_refused(RuleViolated, rule="contract.recorded.once")


def test_its_boundary_is_the_identifier() -> None:
    assert (RecordsOfContract.tag(STREAM, RecordContract(facts=FACTS)),) == RECORDED.tags()
    assert RecordsOfContract.tag(STREAM, RecordContract(facts=BARE)) not in RECORDED.tags()
    with pytest.raises(TypeError):
        RecordsOfContract.tag(STREAM, StrikeRecordedContract(reason=REASON))


@pytest.mark.parametrize("field", ["price", "estimate", "total_paid", "penalties"])
def test_no_amount_is_negative_or_in_another_currency(field: str) -> None:
    for amount in (Money(-1), Money(1, "GBP")):
        told(facts(**{field: Amount(money=amount)})).then_refused(InvalidValue, pointer=f"/facts/{field}")


def test_an_exact_amount_is_the_rounded_one_with_more_decimals() -> None:
    wrong = Amount(money=Money(1_765_080), exact="17650.808")

    assert Amount(money=Money(1_765_081), exact="17650.808") == PRICE
    told(facts(price=wrong)).then_refused(InvalidValue, pointer="/facts/price/exact")


@pytest.mark.parametrize(
    ("given_as", "cents", "exact"),
    [
        ("9845.700000000001", 984_570, "9845.700000000001"),
        ("94446.17999999999", 9_444_618, "94446.17999999999"),
        ("0.005", 0, "0.005"),
        ("0.015", 2, "0.015"),
        ("12.3400", 1_234, ""),
        ("1E+3", 100_000, ""),
        ("0", 0, ""),
    ],
)
def test_an_amount_keeps_what_cents_cannot_say(given_as: str, cents: int, exact: str) -> None:
    amount = amount_of(Decimal(given_as), "EUR")

    assert (amount.money.amount, amount.exact) == (cents, exact)
    assert amount.value == Decimal(given_as)


@pytest.mark.parametrize("value", ["1E+20", "NaN", "Infinity", "1E-40", "0." + "1" * 31])
def test_a_number_that_cannot_be_an_amount(value: str) -> None:
    with pytest.raises(ValueError):
        amount_of(Decimal(value), "EUR")
    with pytest.raises(ValueError):
        amount_of(Decimal(1), "EURO")


@tried(st.lists(st.decimals(min_value=0, max_value=10**9, places=12), max_size=20))
def test_sums_of_what_was_given_are_exact(values: list[Decimal]) -> None:
    assert sum((amount_of(value, "EUR").value for value in values), Decimal()) == sum(values, Decimal())


@pytest.mark.parametrize("other", ["[", "[1]", '{"contactPoint":{"name":"Somebody"}}'])
def test_no_member_may_hold_a_person_or_what_is_not_known(other: str) -> None:
    told(facts(other=other)).then_refused(InvalidValue, pointer="/facts/other")


def test_what_it_lacks_is_found_and_refuses_nothing() -> None:
    assert findings(BARE) == ["contract.recorded.signed", "contract.recorded.price", "contract.recorded.supplier"]
    consortium = msgspec.structs.replace(FACTS.suppliers[0], name="A&B", consortium=True)
    odd = facts(
        suppliers=(consortium,),
        procedure=Procedure.NEGOTIATED_WITHOUT_NOTICE,
        estimate=amount_of(Decimal("17650.807"), "EUR"),
    )
    assert findings(odd) == [
        "contract.recorded.consortium",
        "contract.recorded.notice",
        "contract.recorded.estimate",
        "contract.recorded.unread",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"price": {"money": {"amount": 1.5, "currency": "EUR"}}},
        {"price": {"money": {"amount": 1, "currency": "EUR"}, "exact": "1.01"}},
        {"title": "two\nlines"},
        {"contract_id": ""},
        {"contract_type": "houses"},
        {"officer": "Somebody"},
        {"year": 16},
    ],
)
def test_a_value_that_cannot_be_meant_is_no_command(change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"facts": msgspec.to_builtins(FACTS) | change}, RecordContract)


def test_annexes_and_payments_follow_each_once_and_not_before_their_day() -> None:
    annex, payment = RecordAnnex(annex=ANNEX), RecordPayment(payment=PAYMENT)
    history: dict[str, Any] = {"imported": True, "now": LATER}

    given(RecordedContract, [RECORDED], at=SIGNED_AT).when(annex, **history).then([AnnexRecorded(annex=ANNEX)])
    given(RecordedContract, [RECORDED], at=SIGNED_AT).when(payment, **history).then([PaymentRecorded(payment=PAYMENT)])
    both = [RECORDED, AnnexRecorded(annex=ANNEX), PaymentRecorded(payment=PAYMENT)]
    start = SIGNED_AT + timedelta(days=90)
    for command, early in ((annex, "/annex/signed_on"), (payment, "/payment/paid_on")):
        given(RecordedContract, both, at=start).when(command, **history).then_refused(
            RuleViolated, rule="contract.recorded.once"
        )
        given(RecordedContract, [RECORDED], at=SIGNED_AT).when(
            command, imported=True, now=SIGNED_AT + timedelta(days=1)
        ).then_refused(InvalidValue, pointer=early)
        given(RecordedContract, [RECORDED, STRUCK]).when(command, **history).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (RecordAnnex(annex=AnnexFacts(number=2, price=Amount(money=Money(-1)))), "/annex/price"),
        (RecordAnnex(annex=AnnexFacts(number=2, price=Amount(money=Money(1, "GBP")))), "/annex/price"),
        (RecordPayment(payment=PaymentFacts(number=2, amount=Amount(money=Money(1, "GBP")))), "/payment/amount"),
    ],
)
def test_what_follows_is_in_the_contracts_currency(command: Any, pointer: str) -> None:
    given(RecordedContract, [RECORDED]).when(command, imported=True, now=LATER).then_refused(
        InvalidValue, pointer=pointer
    )


def test_a_correction_says_what_stood_there() -> None:
    command = CorrectRecordedContract(reason=REASON, price=Money(1_765_000), signed_on=date(2016, 3, 16))

    given(RecordedContract, [RECORDED]).when(command).then([CORRECTED])


def test_what_a_correction_does_not_name_stays() -> None:
    outcome = given(RecordedContract, [RECORDED]).when(
        CorrectRecordedContract(reason=REASON, signed_on=date(2016, 3, 16))
    )

    outcome.then_state(lambda one: (one.price, one.signed_on) == (PRICE, date(2016, 3, 16)))
    undated = ContractRecorded(facts=BARE)
    given(RecordedContract, [undated]).when(CorrectRecordedContract(reason=REASON, price=Money(1))).then(
        [RecordedContractCorrected(reason=REASON, price=Amount(money=Money(1)))]
    )


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (CorrectRecordedContract(reason=REASON), "/price"),
        (CorrectRecordedContract(reason=REASON, signed_on=SIGNED_ON), "/price"),
        (CorrectRecordedContract(reason=REASON, price=Money(-1)), "/price"),
        (CorrectRecordedContract(reason=REASON, price=Money(1, "GBP")), "/price"),
        (CorrectRecordedContract(reason=REASON, signed_on=date(2026, 3, 17)), "/signed_on"),
        (CorrectRecordedContract(reason=Text(), price=Money(1)), "/reason"),
        (StrikeRecordedContract(reason=Text()), "/reason"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_refused(command: Any, pointer: str) -> None:
    given(RecordedContract, [RECORDED]).when(command).then_refused(InvalidValue, pointer=pointer)


def test_a_struck_contract_counts_no_longer_and_is_not_touched_again() -> None:
    given(RecordedContract, [RECORDED]).when(StrikeRecordedContract(reason=REASON)).then([STRUCK])
    for command in (StrikeRecordedContract(reason=REASON), CorrectRecordedContract(reason=REASON, price=Money(1))):
        given(RecordedContract, [RECORDED, STRUCK]).when(command).then_refused(IllegalTransition)


def test_the_supplier_is_the_organisation_that_holds_its_identifier() -> None:
    (event,) = told(PLAIN, registers=register(VERIFIED)).then_events(ContractRecorded).events

    assert isinstance(event, ContractRecorded)
    assert event.supplier_id == ORGANISATION


def test_no_supplier_is_known_by_its_name_and_of_several_none_is_the_one() -> None:
    (one,) = FACTS.suppliers
    nameless = msgspec.structs.replace(one, identifier="")
    for what in (facts(suppliers=(nameless,)), facts(suppliers=(one, one)), facts(suppliers=())):
        (event,) = told(what, registers=register(VERIFIED)).then_events(ContractRecorded).events
        assert isinstance(event, ContractRecorded)
        assert event.supplier_id is None
        assert SupplierHolders.tag(STREAM, RecordContract(facts=what)) == "identifier:"


def test_the_register_is_asked_for_the_identifier() -> None:
    assert SupplierHolders.tags(STREAM, RecordContract(facts=FACTS)) == ("identifier:XK-FISCAL:600123456",)
    assert SupplierHolders.tag(STREAM, ResolveSupplier(identifier=IDENTIFIER)) == "identifier:XK-FISCAL:600123456"
    with pytest.raises(TypeError):
        SupplierHolders.tag(STREAM, StrikeRecordedContract(reason=REASON))


def test_a_supplier_that_was_registered_later_is_resolved() -> None:
    command = ResolveSupplier(identifier=IDENTIFIER)
    resolved = SupplierResolved(organisation_id=ORGANISATION)

    given(RecordedContract, [RECORDED]).when(command, registers=register(VERIFIED)).then([resolved])
    given(RecordedContract, [RECORDED, resolved]).when(command, registers=register(VERIFIED)).then_nothing()


def test_nobody_is_guessed() -> None:
    command = ResolveSupplier(identifier=IDENTIFIER)
    gone = OrganisationRemoved(organisation_id=ORGANISATION, decision_no="2/2026", reason=REASON, identifiers=(NUMBER,))

    for events in ((), (VERIFIED, gone)):
        outcome = given(RecordedContract, [RECORDED]).when(command, registers=register(*events))
        outcome.then_refused(RuleViolated, rule="contract.recorded.holder")
    for recorded in (RECORDED, ContractRecorded(facts=BARE)):
        given(RecordedContract, [recorded]).when(
            ResolveSupplier(identifier="XK-FISCAL-600123457"), registers=register(VERIFIED)
        ).then_refused(InvalidValue, pointer="/identifier")
    given(RecordedContract, [RECORDED, STRUCK]).when(command, registers=register(VERIFIED)).then_refused(
        IllegalTransition
    )
