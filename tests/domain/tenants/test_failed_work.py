"""Having the system try failed work again."""

import msgspec
import pytest

from domain.kernel.manifest import Role
from domain.tenants import DOMAIN
from domain.tenants.commands import RetryFailedWork
from domain.tenants.events import FailedWorkRetried
from domain.tenants.failed_work import WorkRetry
from tests.support.given import STREAM, given_nothing

SUBJECTS = (
    str(STREAM),
    f"{STREAM}:2:1:40",
    f"2:1:40>{STREAM}",
    f"{STREAM} 2026-H1",
    "contracts 2026-11-27",
    "log after 7",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_time_is_on_record(subject: str) -> None:
    asked = msgspec.convert({"kind": "dump-taken", "subject": subject}, RetryFailedWork)
    outcome = given_nothing(WorkRetry).when(asked)

    outcome.then([FailedWorkRetried("dump-taken", subject)])
    assert outcome.events[0].tags() == (), "it governs nothing: no decision waits for it"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("webhook", "Besa Gashi, Prizren"), ("webhook", "besa@example.org"), ("webhook", ""), ("Besa", "1"), ("", "1")],
)
def test_what_is_put_on_record_is_what_work_is_called(kind: str, subject: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"kind": kind, "subject": subject}, RetryFailedWork)


def test_it_is_for_who_administers_the_institution() -> None:
    assert DOMAIN.permissions[RetryFailedWork] == {Role.ADMINISTRATOR, Role.NATIONAL_SUPERVISOR}
