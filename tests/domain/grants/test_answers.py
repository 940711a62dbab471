"""Answers, while they are being written and when they are submitted: each error at its field, in words of ours."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given as samples
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.grants.answers import LARGEST, AnswersInvalid, errors_of, require_valid
from domain.grants.form import Form, Section, schema_of
from domain.grants.form_bounds import require_usable
from domain.kernel.errors import InvalidValue, RuleViolated
from services.language.catalogues import read
from tests.domain.grants.stories import ANSWERS, FORM, PREPARED, TITLE, call, field

SHORT = {"project": ANSWERS["project"] | {"summary": "E shkurtër"}}


def one(schema: Any, *, required: bool = False, **more: Any) -> Form:
    """A form of one field."""
    section = Section(code="s", title=TITLE, fields=(field("f", schema, required=required),))
    made = Form(sections=(section,), **more)
    require_usable(made)
    return made


def said(form: Form, answer: Any, *, complete: bool = True) -> list[tuple[str, str]]:
    return [(at, str(message)) for at, message in errors_of(form, {"s": {"f": answer}}, complete=complete)]


def test_whole_answers_are_taken() -> None:
    require_valid(FORM, ANSWERS, complete=True)
    call().require_answers(1, ANSWERS, complete=True)


def test_what_is_not_there_yet_may_be_saved_and_not_submitted() -> None:
    for unfinished in ({}, {"project": {}}, {"project": {"partners": True}}, SHORT):
        require_valid(FORM, unfinished, complete=False)
        with pytest.raises(AnswersInvalid):
            require_valid(FORM, unfinished, complete=True)


def test_a_missing_answer_is_told_at_its_own_field() -> None:
    with pytest.raises(AnswersInvalid) as refused:
        require_valid(FORM, {"project": {"partners": True}}, complete=True)
    assert [at for at, _ in refused.value.errors] == [
        "/answers/partner",
        "/answers/project/amount",
        "/answers/project/role_of_partner",
        "/answers/project/summary",
    ]
    facts = refused.value.facts()["errors"]
    assert facts == [{"pointer": at, "message": message} for at, message in refused.value.errors]
    assert (refused.value.code, refused.value.pointer) == ("invalid-value", "/answers/partner")


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({"project": ANSWERS["project"] | {"amount": "500"}}, "/answers/project/amount"),
        ({"project": ANSWERS["project"] | {"amount": 500.5}}, "/answers/project/amount"),
        ({"project": ANSWERS["project"] | {"amount": True}}, "/answers/project/amount"),
        ({"project": ANSWERS["project"] | {"amount": -1}}, "/answers/project/amount"),
        ({"project": ANSWERS["project"] | {"amount": 1_000_001}}, "/answers/project/amount"),
        ({"project": ANSWERS["project"] | {"more": 1}}, "/answers/project/more"),
        ({"project": ANSWERS["project"] | {"a/b~c": 1}}, "/answers/project/a~1b~0c"),
        ({"project": ANSWERS["project"], "other": {}}, "/answers/other"),
        ({"project": []}, "/answers/project"),
        ({"project": ANSWERS["project"], "partner": {}}, "/answers/partner"),
        ({"project": ANSWERS["project"] | {"role_of_partner": "x"}}, "/answers/project/role_of_partner"),
    ],
)
def test_what_can_never_be_right_is_refused_on_every_save(answers: Any, at: str, complete: bool) -> None:
    with pytest.raises(AnswersInvalid) as refused:
        require_valid(FORM, answers, complete=complete)
    assert [place for place, _ in refused.value.errors] == [at]


@pytest.mark.parametrize(
    ("schema", "wrong", "right"),
    [
        ({"type": "string", "format": "date"}, ["17.3.2026", "2026-02-30", "20260317", "٢٠٢٦-٠٣-١٧"], "2026-03-17"),
        ({"type": "string", "format": "date-time"}, ["2026-03-17T09:00:00", "9:00"], "2026-03-17T09:00:00+01:00"),
        ({"type": "string", "format": "email"}, ["a@b", "a b@example.org", "a@example.org\n"], "a@example.org"),
        ({"type": "string", "format": "uri"}, ["javascript:alert(1)", "example.org"], "https://example.org/a"),
        ({"type": "string", "format": "uuid"}, ["1", "{}"], "6f0b1d5e-54a8-5f0a-9c0e-6f3a2b8c7d10"),
        (
            {"type": "string", "pattern": "^[0-9]{8}$", "maxLength": 8},
            ["1234567", "12345678\n", "١٢٣٤٥٦٧٨"],
            "12345678",
        ),
        ({"type": "string", "maxLength": 2}, ["abc"], "ab"),
        ({"enum": ["a", 1]}, ["b", True, 2], 1),
        ({"const": "a"}, ["b"], "a"),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, [0, 1], 0.5),
        ({"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 3}, [0, 12, 4], 6),
        ({"type": "boolean"}, [0, "po"], True),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 2, "minItems": 1}, [[], ["a"] * 3, [1]], ["a"]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 3, "uniqueItems": True}, [[1, 1]], [1, 2]),
        ({"anyOf": [{"type": "string", "minLength": 2}, {"type": "integer"}]}, [True, "a"], 1),
        ({"not": {"const": "a"}}, ["a"], "b"),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            [{"b": 1}, {"a": 1}],
            {"a": "x"},
        ),
        ({"type": "object", "dependentRequired": {"a": ["b"]}}, [{"a": 1}], {"a": 1, "b": 2}),
    ],
)
def test_every_keyword_is_checked_and_said_in_every_language(schema: Any, wrong: list[Any], right: Any) -> None:
    form = one(schema)
    assert said(form, right) == []
    for answer in wrong:
        [(at, _), *_] = said(form, answer)
        assert at.startswith("/s/f")
    for answer in wrong:
        for _, message in errors_of(form, {"s": {"f": answer}}, complete=True):
            assert "{" not in str(message)
            assert all(read(code).get(message.template) for code in ("sq", "sr")), message.template


def test_one_error_among_many_that_are_only_missing_is_found() -> None:
    item = {"type": "object", "required": [f"p{n}" for n in range(20)], "properties": {"p": {"type": "integer"}}}
    form = one({"type": "array", "maxItems": 200, "items": item})

    assert said(form, [*[{}] * 199, {"p": "x"}], complete=False) == [("/s/f/199/p", "This must be a whole number.")]


def test_what_is_half_written_may_be_saved() -> None:
    form = one({"type": "string", "pattern": "^[0-9]{8}$", "minLength": 8, "maxLength": 8})
    assert said(form, "123", complete=False) == []
    assert said(form, "123456789", complete=False) == [("/s/f", "The text may have at most 8 characters.")]
    either = one({"oneOf": [{"type": "object", "required": ["a"]}, {"type": "string", "minLength": 5}]})
    assert said(either, {}, complete=False) == []
    assert said(either, "ab", complete=False) == []
    assert said(either, 7, complete=False) != []


def test_answers_to_another_form_than_the_calls_own_are_refused() -> None:
    for version in (0, 2):
        with pytest.raises(RuleViolated) as refused:
            call().require_answers(version, ANSWERS, complete=False)
        assert refused.value.rule == "grant.form.superseded"
    with pytest.raises(RuleViolated):
        call(PREPARED[0]).require_answers(0, {}, complete=False)


def test_answers_are_no_larger_or_deeper_than_they_may_be() -> None:
    any_list = one({"type": "array", "items": {}, "maxItems": 200})
    nested: Any = []
    for _ in range(12):
        nested = [nested]
    for answer in (["x" * 20_001], ["x" * 2_000] * (LARGEST // 2_000), nested):
        with pytest.raises(InvalidValue):
            require_valid(any_list, {"s": {"f": answer}}, complete=False)


def test_the_costliest_form_that_is_taken_is_checked_in_seconds() -> None:
    item = {"type": "object", "properties": {f"p{n}": {"type": "integer", "minimum": 0} for n in range(40)}}
    form = one({"type": "array", "maxItems": 200, "items": item})
    answers = {"s": {"f": [{f"p{n}": -1 for n in range(40)}] * 200}}

    started = time.monotonic()
    with pytest.raises(AnswersInvalid) as refused:
        require_valid(form, answers, complete=True)
    assert time.monotonic() - started < 5
    assert len(refused.value.errors) == 50, "a person reads no more at once"


PLAIN = Draft202012Validator(schema_of(FORM))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@samples(answers=st.dictionaries(st.sampled_from(["project", "partner", "x"]), JSON, max_size=3))
def test_whatever_is_answered_the_form_says_why_not(answers: Any) -> None:
    """What may be submitted may be saved, and no answers break the checker."""
    whole, half = (errors_of(FORM, answers, complete=complete) for complete in (True, False))

    assert {at for at, _ in half} <= {at for at, _ in whole}
    assert whole or PLAIN.is_valid(answers), "a validator that knows nothing of us finds nothing that we do not"
    msgspec.json.encode([(at, str(message)) for at, message in whole])
