"""The aggregate base on the library's domain layer, and the private names of the library that it rests on."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import msgspec
import pytest
from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    OriginatorIDError,
    OriginatorVersionError,
)

from domain.kernel.aggregate import Aggregate, applies, create, creates, decide, decides
from domain.kernel.calendar import Calendar
from domain.kernel.command import Command
from domain.kernel.context import Context, Mandate, Tenant
from domain.kernel.errors import HistoryCorrupt, IllegalTransition, InvalidValue
from domain.kernel.event import Event, InitialEvent, Personal
from domain.kernel.registry import Registry, Upcast
from domain.kernel.rules import Rules

STREAM = UUID(int=7)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENTS: list[type[Event]] = []


class OpenAccount(Command):
    holder: str


class Deposit(Command):
    amount: int


class AccountOpened(InitialEvent, frozen=True):
    TOPIC: ClassVar[str] = "trial.AccountOpened.v1"
    holder: str


class Deposited(Event, frozen=True):
    TOPIC: ClassVar[str] = "trial.Deposited.v2"
    amount: int
    currency: str = "EUR"


class Account(Aggregate):
    initial = AccountOpened

    @classmethod
    @creates(OpenAccount)
    def open(cls, command, ctx, stream_id):
        return cls.begin(ctx, stream_id, AccountOpened(holder=command.holder))

    @decides(Deposit)
    def deposit(self, command, ctx):
        if command.amount <= 0:
            raise IllegalTransition(state="open", command="Deposit")
        self.trigger(ctx, Deposited(amount=command.amount))

    @applies(AccountOpened)
    def _opened(self, event):
        self.holder, self.balance = event.holder, 0

    @applies(Deposited)
    def _deposited(self, event):
        self.balance += event.amount


CTX = Context(
    tenant=Tenant(2, "md", "ministry"),
    actor=UUID(int=1),
    mandate=Mandate("administrator", "test"),
    now=NOW,
    new_id=lambda: UUID(int=9),
    new_secret=lambda: bytes(16),
    rules=Rules("none", {}),
    calendar=Calendar("none", frozenset(), {}),
)


def opened():
    account = create(Account, OpenAccount(holder="A"), CTX, STREAM)
    decide(account, Deposit(amount=5), CTX)
    return account


def test_the_names_of_the_library_that_we_rest_on_are_there():
    account = opened()

    assert isinstance(account, BaseAggregate)
    assert issubclass(Deposited, CanMutateAggregate)
    assert issubclass(AccountOpened, CanInitAggregate)
    assert vars(account).keys() >= {"_id", "_version", "_created_on", "_modified_on", "_pending_events"}


def test_decisions_leave_pending_events_that_rebuild_the_same_state():
    account = opened()
    events = account.collect()
    rebuilt = None
    for event in events:
        rebuilt = event.mutate(rebuilt)

    assert account.collect() == ()
    assert (rebuilt.id, rebuilt.version, rebuilt.balance, rebuilt.modified_on) == (STREAM, 2, 5, NOW)


def test_payloads_hold_no_envelope_and_come_back_equal():
    registry = Registry([AccountOpened, Deposited])
    event = Deposited(amount=3).stamp(STREAM, 2, NOW)

    assert registry.encode(event) == b'{"amount":3,"currency":"EUR"}'
    assert registry.restore("trial.Deposited.v2", registry.encode(event), STREAM, 2, NOW) == event


def test_an_older_version_is_upcast_step_by_step():
    registry = Registry(
        [AccountOpened, Deposited],
        [
            Upcast("trial.Deposited.v0", "trial.Deposited.v1", lambda old: {"sum": old["value"]}),
            Upcast("trial.Deposited.v1", "trial.Deposited.v2", lambda old: {"amount": old["sum"]}),
        ],
    )

    assert registry.decode("trial.Deposited.v0", b'{"value":4}') == Deposited(amount=4)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("trial.Nobody.v1", b"{}"),
        ("trial.Deposited.v2", b"{}"),
        ("trial.Deposited.v2", b'{"amount":1,"x":1}'),
        ("trial.Deposited.v2", b"{"),
    ],
)
def test_what_is_not_understood_stops_the_reader(name, data):
    with pytest.raises(HistoryCorrupt):
        Registry([AccountOpened, Deposited]).decode(name, data)


def test_two_classes_may_not_share_a_stored_name():
    class Other(Event, frozen=True):
        TOPIC: ClassVar[str] = Deposited.TOPIC

    with pytest.raises(TypeError, match="names two classes"):
        Registry([Deposited, Other])


def test_an_event_of_another_stream_or_version_is_refused():
    account = opened()

    with pytest.raises(OriginatorIDError):
        Deposited(amount=1).stamp(UUID(int=8), 3, NOW).mutate(account)
    with pytest.raises(OriginatorVersionError):
        Deposited(amount=1).stamp(STREAM, 4, NOW).mutate(account)
    with pytest.raises(OriginatorVersionError):
        AccountOpened(holder="B").stamp(STREAM, 1, NOW).mutate(account)


def test_a_streams_time_never_runs_backwards():
    account = opened()
    decide(account, Deposit(amount=1), msgspec.structs.replace(CTX, now=NOW - timedelta(seconds=1)))

    assert account.modified_on == NOW
    with pytest.raises(InvalidValue, match="lies before"):
        decide(account, Deposit(amount=1), msgspec.structs.replace(CTX, now=NOW - timedelta(days=1), imported=True))


def test_personal_values_travel_beside_the_payload():
    value = Personal(UUID(int=3), "name", "Arta")
    event = AccountOpened(holder="x").about(value, None)

    assert event.personal == (value,)
    assert b"Arta" not in Registry([AccountOpened]).encode(event)
