"""A file of a directory: put on record when it came, and once what became of it."""

from typing import Any

from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.platforms.commands import directory_sync as c
from domain.platforms.directory_sync import DirectorySync
from domain.platforms.vocabulary import LineFault, LineOutcome, RefusedLine
from tests.domain.platforms import examples as x
from tests.support.given import MINISTRY, NATIONAL, given, given_nothing

BEGIN = c.BeginDirectorySync(digest=x.BEGUN.digest, lines=2, complete=True)
FINISH = c.FinishDirectorySync(
    outcomes=x.FINISHED.outcomes, refused=x.FINISHED.refused, delisted=x.FINISHED.delisted, held_back=False
)
KNOWN: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.API_CLIENT}


def test_a_file_from_its_coming_to_what_became_of_it() -> None:
    given_nothing(DirectorySync).when(BEGIN, **KNOWN).then([x.BEGUN])
    given(DirectorySync, [x.BEGUN]).when(FINISH, **KNOWN).then([x.FINISHED]).then_state(
        lambda sync: sync.result == x.FINISHED
    )


def test_nothing_becomes_of_it_twice() -> None:
    given(DirectorySync, [x.BEGUN, x.FINISHED]).when(FINISH, **KNOWN).then_refused(IllegalTransition)


def test_a_file_is_its_clients_own_and_the_nations() -> None:
    given(DirectorySync, [x.BEGUN]).when(FINISH, **KNOWN | {"actor": x.OTHER_CLIENT}).then_refused(NotPermitted)
    given_nothing(DirectorySync).when(BEGIN, **KNOWN | {"tenant": MINISTRY}).then_refused(
        RuleViolated, rule="tenant.national"
    )


def test_every_line_has_an_outcome_and_every_refusal_a_reason() -> None:
    wrong = (
        replace(FINISH, outcomes=FINISH.outcomes[:1]),
        replace(FINISH, refused=()),
        replace(FINISH, refused=(RefusedLine(1, LineFault.UNREADABLE), *FINISH.refused)),
        replace(FINISH, outcomes=(LineOutcome.LISTED, LineOutcome.LISTED)),
    )
    for command in wrong:
        given(DirectorySync, [x.BEGUN]).when(command, **KNOWN).then_refused(InvalidValue, pointer="/outcomes")
