"""Every error is a problem document, the same for ever: a change of a golden body is a change of the API."""

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
import pytest

import services.bootstrap  # noqa: F401 - every error class of the system is known only once everything is imported
from domain.grants.answers import AnswersInvalid
from domain.kernel import errors
from domain.kernel.errors import Finding, PaktError
from domain.kernel.message import Message
from domain.kernel.vocabulary import DecisionNo, Instant
from domain.licences.held import NotLicensed
from domain.licences.vocabulary import LicenceStage
from domain.tenants.quotas import Resource
from infra.objectstore import interface as objects
from services.certificates.credentials import NotSealedYet
from services.gateway import refusals
from services.gateway.body import misfit
from services.gateway.problems import STATUSES, documented, render, status_of
from services.receipts.press import NotPrintable
from tests.domain.licences import examples as licensed

GOLDEN = Path(__file__).parents[2] / "golden" / "problems"
STREAM = UUID("0192f3c0-0000-7000-8000-000000000002")
REQUEST = "0192f3c0-0000-7000-8000-000000000003"
FINDING = Finding(
    "draft-missing",
    "error",
    Message("The draft that is to be consulted on is missing."),
    "Regulation (GRK) No. 05/2016",
    "consultation.documents",
    "/documents/draft",
)


def not_licensed() -> PaktError:
    """A suspension of which a buyer is told."""
    day = date(2026, 5, 1)
    fold = licensed.licences((licensed.entered(), licensed.changed(LicenceStage.SUSPENDED, day)))
    with pytest.raises(NotLicensed) as refused:
        fold.require(licensed.SERVICE, licensed.PLACES, licensed.FIRST, day)
    return refused.value


EXAMPLES: dict[type[PaktError], Callable[[], PaktError]] = {
    errors.PaktError: lambda: errors.PaktError("Something"),
    errors.CommandRefused: lambda: errors.CommandRefused("No."),
    errors.IllegalTransition: lambda: errors.IllegalTransition(state="closed", command="OpenConsultation"),
    errors.RuleViolated: lambda: errors.RuleViolated("consultation.written.min", "Too short.", citation="Article 15"),
    errors.NotLawful: lambda: errors.NotLawful((FINDING,)),
    errors.InvalidValue: lambda: errors.InvalidValue("/title/sq", "The field is missing."),
    AnswersInvalid: lambda: AnswersInvalid(
        (
            ("/answers/project/amount", Message("The number must be {limit} or more.", {"limit": 1})),
            ("/answers/project/summary", Message("An answer is needed here.")),
        )
    ),
    errors.NotPermitted: lambda: errors.NotPermitted("OpenConsultation", ("consultation_coordinator",)),
    errors.ScopeNeeded: lambda: errors.ScopeNeeded("DraftContribution", ("contributions",), granted=True),
    errors.MandateNotInForce: lambda: errors.MandateNotInForce(
        ("auditor",),
        mandate_id=STREAM,
        basis="Decision 7/2026",
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 5, 31),
        state="expired",
    ),
    NotLicensed: not_licensed,
    errors.StreamNotFound: errors.StreamNotFound,
    errors.ConcurrencyConflict: lambda: errors.ConcurrencyConflict(STREAM, 3, 4),
    errors.RequestKeyReused: errors.RequestKeyReused,
    errors.RequestStillRuns: errors.RequestStillRuns,
    errors.HistoryCorrupt: lambda: errors.HistoryCorrupt(
        "The log holds an event of the unknown type {name}.", name="x"
    ),
    errors.Unavailable: lambda: errors.Unavailable("database"),
    errors.Overloaded: lambda: errors.Overloaded("event store"),
    errors.Contended: errors.Contended,
    objects.TooLarge: lambda: objects.TooLarge(11, 10),
    objects.ObjectDamaged: lambda: objects.ObjectDamaged("0" * 64),
    refusals.RequestRefused: lambda: refusals.RequestRefused("The request cannot be read."),
    refusals.MalformedBody: lambda: refusals.MalformedBody("The body is not valid JSON."),
    refusals.InvalidHeader: lambda: refusals.InvalidHeader("If-Match", "It cannot be read."),
    refusals.KeyRequired: refusals.KeyRequired,
    refusals.Overdue: lambda: refusals.Overdue(30),
    refusals.InvalidParameter: lambda: refusals.InvalidParameter(
        "limit", "The value is not valid: {reason}.", reason="x"
    ),
    refusals.Unauthenticated: lambda: refusals.Unauthenticated("bad_signature", "pakt", "dLMFlCHys7sC7QlzBIPl"),
    refusals.QuotaExceeded: lambda: refusals.QuotaExceeded(600, 17),
    refusals.InstitutionQuotaExceeded: lambda: refusals.InstitutionQuotaExceeded(Resource.REQUESTS, 600_000, 17),
    refusals.InstitutionQuotaFull: lambda: refusals.InstitutionQuotaFull(Resource.STORAGE, 100_000),
    refusals.PersonNeeded: refusals.PersonNeeded,
    refusals.MethodNotAllowed: lambda: refusals.MethodNotAllowed("GET, OPTIONS"),
    refusals.BodyTooLarge: lambda: refusals.BodyTooLarge(1_048_576),
    refusals.UnsupportedType: lambda: refusals.UnsupportedType("application/json"),
    refusals.NotWhatItSays: lambda: refusals.NotWhatItSays("image/png"),
    refusals.CosignatureRefused: lambda: refusals.CosignatureRefused(
        "cosignature.size", "This log has no checkpoint of {size} entries.", size=7
    ),
    refusals.EntriesNotPublic: refusals.EntriesNotPublic,
    refusals.RangeNotSatisfiable: lambda: refusals.RangeNotSatisfiable(12),
    refusals.DumpGone: lambda: refusals.DumpGone("The dump of {day} is kept no longer.", day="2026-11-27"),
    refusals.FormNotOffered: lambda: refusals.FormNotOffered("parquet", "x"),
    NotPrintable: NotPrintable,
    NotSealedYet: NotSealedYet,
    refusals.NotYetVisible: lambda: refusals.NotYetVisible(12),
    refusals.InternalError: refusals.InternalError,
}


def every_error() -> list[type[PaktError]]:
    found, waiting = [], [PaktError]
    while waiting:
        error = waiting.pop()
        found.append(error)
        waiting += [sub for sub in error.__subclasses__() if not sub.__module__.startswith("tests")]
    return sorted(found, key=lambda error: (error.__module__, error.__qualname__))


def scope(language: str = "en", **headers: str) -> Any:
    sent = {"accept-language": language, "x-request-id": REQUEST} | headers
    return {"headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in sent.items()], "state": {}}


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_every_error_has_its_golden_problem(error: type[PaktError]) -> None:
    assert inspect.getdoc(error), "the page of the problem is the class's docstring"
    example = EXAMPLES[error]()
    rendered = render(example, scope(), command=True)

    found = {
        "status": rendered.status,
        "headers": {k.decode(): v.decode() for k, v in rendered.headers},
        "body": json.loads(rendered.body),
    }

    golden = GOLDEN / f"{error.__name__}.json"
    if not golden.exists():
        golden.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        pytest.fail(f"{golden.name} was not there; look at it and keep it")
    assert found == json.loads(golden.read_text())


@pytest.mark.parametrize("error", [one for one in every_error() if status_of(one) in {500, 503}], ids=str)
def test_only_a_command_is_told_to_repeat_with_its_key(error: type[PaktError]) -> None:
    told = {way: json.loads(render(EXAMPLES[error](), scope(), command=way).body) for way in (True, False)}

    assert "Idempotency-Key" not in told[False]["detail"]
    if issubclass(error, errors.Unavailable) and error not in {refusals.NotYetVisible, NotSealedYet}:
        assert told[True]["detail"].endswith("repeat with the same Idempotency-Key.")
        assert told[False]["detail"].endswith("ask again.")


def test_no_golden_problem_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {error.__name__ for error in every_error()}


def test_every_status_is_of_a_class_and_says_error() -> None:
    assert all(400 <= status <= 599 for status in STATUSES.values())
    assert {status_of(error) for error in every_error()} >= {400, 401, 403, 404, 405, 409, 413, 415, 422, 500, 503}


def test_a_conflict_is_a_failed_precondition_when_one_was_named() -> None:
    rendered = render(errors.ConcurrencyConflict(STREAM, 3, 4), scope(if_match='"3"'))

    assert rendered.status == 412


@pytest.mark.parametrize("language", ["sq", "sr", "sr-Cyrl", "en"])
def test_texts_are_in_the_readers_language_and_members_are_not(language: str) -> None:
    rendered = render(errors.NotPermitted("OpenConsultation", ("auditor",)), scope(language))
    body = json.loads(rendered.body)

    assert dict(rendered.headers)[b"content-language"] == language.encode()
    assert body["type"] == "/problems/not-permitted"
    assert body["roles"] == ["auditor"]
    assert (body["title"] == "Not permitted") is (language == "en")


async def test_every_type_is_a_page(client: httpx.AsyncClient) -> None:
    listed = await client.get("/problems")
    for code, error in documented().items():
        page = await client.get(f"/problems/{code}")
        assert page.status_code == 200, code
        assert code in page.text
        assert code in listed.text
        assert error.code == code
    assert (await client.get("/problems/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("of", "value", "says"),
    [
        (DecisionNo, " ", "The text has not the form that this field takes."),
        (DecisionNo, "1" * 121, "The text is longer than 120 characters."),
        (Annotated[str, msgspec.Meta(min_length=2)], "1", "The text is shorter than 2 characters."),
        (Annotated[list[int], msgspec.Meta(max_length=1)], [1, 2], "There are more than 1."),
        (Annotated[Mapping[str, int], msgspec.Meta(min_length=1)], {}, "There are fewer than 1."),
        (Instant, "2026-03-16T09:00:00", "The time does not say in which time zone."),
        (Annotated[int, msgspec.Meta(le=2200)], 2201, "Expected int <= 2200."),
    ],
)
def test_what_the_decoder_says_is_a_sentence_that_can_be_translated(of: Any, value: object, says: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, of)

    assert str(misfit(str(refused.value)).message) == says
