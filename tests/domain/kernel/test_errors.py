"""Refusals: a sentence for people, facts for programs."""

import msgspec
import pytest

from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    Finding,
    HistoryCorrupt,
    IllegalTransition,
    InvalidValue,
    NotLawful,
    NotPermitted,
    Overloaded,
    PaktError,
    RequestKeyReused,
    RuleViolated,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.ids import derived_id
from domain.kernel.message import Message

STREAM = derived_id("test", "stream")
FINDING = Finding("memorandum.missing", "error", Message("The explanatory memorandum is missing."), "Article 9")

CASES: list[tuple[PaktError, str, dict[str, object]]] = [
    (
        IllegalTransition(state="open", command="OpenConsultation"),
        "OpenConsultation is not possible in state 'open'.",
        {"state": "open", "command": "OpenConsultation"},
    ),
    (RuleViolated("a.b", "No {n}.", citation="Article 1", n=3), "No 3.", {"rule": "a.b", "citation": "Article 1"}),
    (RuleViolated("a.b", "No."), "No.", {"rule": "a.b"}),
    (
        InvalidValue("/title", "Too long."),
        "Too long.",
        {"errors": [{"pointer": "/title", "message": Message("Too long.")}]},
    ),
    (NotLawful((FINDING,)), "The linter found 1 error(s); each names its article.", {"findings": (FINDING,)}),
    (
        NotPermitted("Lint", ("auditor", "legal_officer")),
        "Lint needs a mandate with one of these roles: auditor, legal_officer.",
        {"roles": ["auditor", "legal_officer"]},
    ),
    (StreamNotFound(), "There is nothing here under this address.", {}),
    (
        ConcurrencyConflict(STREAM, 3, 4),
        "The state you saw is no longer the newest; read it again and decide anew.",
        {"expected": 3, "actual": 4},
    ),
    (RequestKeyReused(), "Take a new key for a new request; the same key repeats the same request.", {}),
    (HistoryCorrupt("{n} is missing.", n=4), "4 is missing.", {}),
    (
        Unavailable("The database"),
        "The database cannot be reached; repeat with the same Idempotency-Key.",
        {},
    ),
]


@pytest.mark.parametrize(("error", "text", "facts"), CASES, ids=lambda case: type(case).__name__)
def test_text_and_facts(error: PaktError, text: str, facts: dict[str, object]) -> None:
    assert str(error) == str(error.message) == text
    assert error.facts() == facts
    msgspec.json.encode(error.facts())


def test_an_unknown_version_is_not_a_fact() -> None:
    assert ConcurrencyConflict(STREAM).facts() == {}


def test_being_overloaded_is_being_unavailable() -> None:
    assert isinstance(Overloaded("The queue"), Unavailable)
    assert Overloaded("The queue").facts() == {}
    assert Unavailable.retry_after == 1


def test_every_error_has_a_code_of_its_own() -> None:
    def below(cls: type[PaktError]) -> list[type[PaktError]]:
        return [cls, *(one for sub in cls.__subclasses__() for one in below(sub) if sub.__module__ == cls.__module__)]

    codes = [error.code for error in below(PaktError)]
    assert len(set(codes)) == len(codes)
    assert CommandRefused in below(PaktError)
