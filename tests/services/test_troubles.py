"""A trouble is said once, and again when it is another or comes back; of what nobody foresaw there is a trace."""

import logging

import pytest

from domain.kernel.errors import StreamNotFound, Unavailable
from services.troubles import Troubles

LOG = logging.getLogger("pakt.test")


def test_it_is_said_when_it_begins_and_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(LOG)
    for error in (Unavailable("the database"), Unavailable("the database"), StreamNotFound(), Unavailable("x")):
        troubles.say("work waits", error)
    troubles.say("dumps wait", Unavailable("the database"))
    troubles.over("work waits")
    troubles.say("work waits", Unavailable("x"))

    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "work waits",
        "work waits",
        "work waits",
        "dumps wait",
        "work waits",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_what_is_behind_it_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    """`cannot be reached` may be a full disk."""
    try:
        raise Unavailable("backup store") from OSError(28, "No space left on device")
    except Unavailable as error:
        Troubles(LOG).say("the backup waits", error)

    assert caplog.messages[0].endswith("([Errno 28] No space left on device)")


def test_what_nobody_foresaw_is_an_error_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(LOG)
    for _ in range(2):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError as error:
            troubles.say("timers wait", error)

    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "timers wait: ZeroDivisionError")
    assert record.exc_info is not None
