"""A publication: in every language, version by version, withdrawn once, and nothing of it goes."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.context import Mandate, Tenant
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.text import Text, Title, text, title
from domain.publications.commands import publication as c
from domain.publications.publication import Publication
from domain.publications.vocabulary import PublicationKind
from tests.domain.publications import examples as x
from tests.support.given import NATIONAL, built, given, given_nothing

PUBLISH = c.PublishDocument(**{name: getattr(x.PUBLISHED, name) for name in c.PublishDocument.__struct_fields__})
REVISE = c.ReviseDocument(files=x.REVISED.files, change=x.REVISED.change)
WITHDRAW = c.WithdrawDocument(reason=x.WITHDRAWN.reason)
SECRETARY = Mandate("council_secretary", "Appointment 5/2026")
OFFICE: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY}


def test_a_document_from_the_first_version_to_the_withdrawal() -> None:
    given_nothing(Publication).when(PUBLISH, **OFFICE).then([x.PUBLISHED])
    given(Publication, [x.PUBLISHED]).when(REVISE, **OFFICE).then([x.REVISED])
    further = replace(REVISE, files=x.files("strategy-3"))
    third = given(Publication, [x.PUBLISHED, x.REVISED]).when(further, **OFFICE).events
    assert third == (replace(x.REVISED, number=3, files=further.files),)
    given(Publication, [x.PUBLISHED, x.REVISED]).when(WITHDRAW, **OFFICE).then([x.WITHDRAWN])


def test_a_document_that_says_no_more_than_it_must() -> None:
    short = c.PublishDocument(kind=PublicationKind.GUIDANCE, title=PUBLISH.title, files=PUBLISH.files)

    [event] = given_nothing(Publication).when(short, **OFFICE).events

    assert event == replace(
        x.PUBLISHED, kind=PublicationKind.GUIDANCE, summary=None, dated=None, decision_no=None, concerns=None
    )


@pytest.mark.parametrize("command", [REVISE, WITHDRAW], ids=lambda one: one.name)
def test_what_was_withdrawn_stays_as_it_is(command: Any) -> None:
    past = [x.PUBLISHED, x.WITHDRAWN]

    given(Publication, past).when(command, **OFFICE).then_refused(IllegalTransition)
    assert built(Publication, past).files == x.PUBLISHED.files


@pytest.mark.parametrize(
    ("command", "field"), [(PUBLISH, "title"), (PUBLISH, "summary"), (REVISE, "change"), (WITHDRAW, "reason")]
)
def test_everything_is_said_in_every_language(command: Any, field: str) -> None:
    empty, half = (Title(), title(sq="Titulli")) if field == "title" else (Text(), text(sq="Vetëm shqip"))
    scenario = given_nothing(Publication) if command is PUBLISH else given(Publication, [x.PUBLISHED])

    scenario.when(replace(command, **{field: empty}), **OFFICE).then_refused(InvalidValue, pointer=f"/{field}")
    scenario.when(replace(command, **{field: half}), **OFFICE).then_refused(RuleViolated, rule="publication.languages")


def test_a_file_in_every_language_and_one_in_each() -> None:
    twice = (*PUBLISH.files, PUBLISH.files[1])

    for scenario, command in ((given_nothing(Publication), PUBLISH), (given(Publication, [x.PUBLISHED]), REVISE)):
        only = replace(command, files=x.files("other", "sq", "en"))
        scenario.when(only, **OFFICE).then_refused(RuleViolated, rule="publication.files")
        doubled: Any = replace(command, files=twice)
        scenario.when(doubled, **OFFICE).then_refused(InvalidValue, pointer="/files/2/language")
    given_nothing(Publication).when(replace(PUBLISH, files=x.files("old", "en")), imported=True, **OFFICE).then_events(
        type(x.PUBLISHED)
    )


def test_a_version_is_another_one() -> None:
    again = replace(REVISE, files=tuple(reversed(x.PUBLISHED.files)))

    given(Publication, [x.PUBLISHED]).when(again, **OFFICE).then_refused(InvalidValue, pointer="/files")


def test_no_document_of_tomorrow() -> None:
    later = replace(PUBLISH, dated=date(2026, 3, 17))

    given_nothing(Publication).when(later, **OFFICE).then_refused(InvalidValue, pointer="/dated")
    given_nothing(Publication).when(replace(later, dated=date(2026, 3, 16)), **OFFICE).then_events(type(x.PUBLISHED))


def test_an_institution_that_has_ended_publishes_nothing_new() -> None:
    ended = Tenant(10, "mflt", "ministry", ended=True)

    given_nothing(Publication).when(PUBLISH, tenant=ended, mandate=SECRETARY).then_refused(RuleViolated)
