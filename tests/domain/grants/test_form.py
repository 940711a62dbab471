"""A form compiles to one JSON Schema document, and asks of a checker only what can be checked quickly everywhere."""

import time
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from domain.grants.answers import errors_of, hidden
from domain.grants.form import Condition, Form, Section, schema_of
from domain.grants.form_bounds import COSTLIEST, require_usable, ways
from domain.kernel.errors import InvalidValue
from tests.domain.grants.stories import ANSWERS, FORM, TITLE, WITH_PARTNER, field

AT = "/form/sections/0/fields/0/json_schema"
LIST = {"type": "array", "maxItems": 10}


def form(*schemas: Any, **more: Any) -> Form:
    """One section with a field per schema."""
    fields = tuple(field(f"f{n}", schema) for n, schema in enumerate(schemas))
    return Form(sections=(Section(code="s", title=TITLE, fields=fields),), **more)


def test_the_form_is_a_schema_that_any_validator_reads() -> None:
    document = schema_of(FORM)

    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    anybody = Draft202012Validator(msgspec.json.decode(msgspec.json.encode(document)))
    assert anybody.is_valid(ANSWERS)
    assert not anybody.is_valid({"project": ANSWERS["project"] | {"partners": True}})


@pytest.mark.parametrize("partners", [True, False])
@pytest.mark.parametrize("role", [{}, {"role_of_partner": "Bashkorganizator"}])
@pytest.mark.parametrize("partner", [{}, {"partner": {"contact": "a@example.org"}}])
def test_what_a_condition_hides_is_hidden_from_every_validator(partners: bool, role: Any, partner: Any) -> None:
    """Our errors, our list of hidden parts and a validator that knows nothing of us agree on every case."""
    answers = {"project": ANSWERS["project"] | {"partners": partners} | role} | partner
    lawful = bool(role) is partners and bool(partner) is partners

    assert Draft202012Validator(schema_of(FORM)).is_valid(answers) is lawful
    assert (errors_of(FORM, answers, complete=True) == []) is lawful
    assert hidden(FORM, answers) == (frozenset() if partners else {"/partner", "/project/role_of_partner"})


def test_a_condition_on_a_hidden_field_does_not_hold() -> None:
    deep = Condition(section="s", field="f1", one_of=("yes",))
    fields = (
        field("f0", {"type": "boolean"}),
        field("f1", {"type": "string"}, shown_when=(Condition(section="s", field="f0", one_of=(True,)),)),
        field("f2", {"type": "string"}, shown_when=(deep,)),
    )
    it = Form(sections=(Section(code="s", title=TITLE, fields=fields),))

    assert hidden(it, {"s": {"f0": False}}) == {"/s/f1", "/s/f2"}
    assert hidden(it, {"s": {"f0": True, "f1": "yes"}}) == frozenset()


def test_a_condition_may_ask_what_a_list_holds() -> None:
    listed = field("f0", LIST | {"items": {"enum": ["a", "b"]}})
    more = field("f1", {"type": "string"}, shown_when=(Condition(section="s", field="f0", one_of=("b",)),))
    it = Form(sections=(Section(code="s", title=TITLE, fields=(listed, more)),))

    assert hidden(it, {"s": {"f0": ["a"]}}) == {"/s/f1"}
    assert hidden(it, {"s": {"f0": ["a", "b"]}}) == frozenset()


def test_a_condition_needs_all_of_its_parts_and_those_of_its_section() -> None:
    both = (WITH_PARTNER, Condition(section="project", field="amount", one_of=(500_000,)))
    section = msgspec.structs.replace(
        FORM.sections[1], fields=(field("phone", {"type": "string"}, required=True, shown_when=both),)
    )
    it = msgspec.structs.replace(FORM, sections=(FORM.sections[0], section))
    with_partner = {"project": ANSWERS["project"] | {"partners": True, "role_of_partner": "x"}}

    require_usable(it)
    assert [at for at, _ in errors_of(it, with_partner, complete=True)] == ["/partner"]
    less = {"project": with_partner["project"] | {"amount": 1}}
    assert errors_of(it, less, complete=True) == []
    assert hidden(it, less) == {"/partner/phone"}


@pytest.mark.parametrize(
    ("schema", "at"),
    [
        ({"$ref": "https://example.org/schema.json"}, "/$ref"),
        ({"$ref": "#/$defs/nothing"}, "/$ref"),
        ({"$ref": "#"}, "/$ref"),
        ({"$id": "https://example.org/"}, "/$id"),
        ({"$dynamicRef": "#x"}, "/$dynamicRef"),
        ({"patternProperties": {".*": {}}}, "/patternProperties"),
        ({"unevaluatedProperties": False}, "/unevaluatedProperties"),
        ({"contentSchema": {}}, "/contentSchema"),
        ({"description": "in one language"}, "/description"),
        ({"type": "text"}, "/type"),
        ({"type": ["string", "null"]}, "/type"),
        ({"type": "string", "format": "hostname"}, "/format"),
        ({"type": "string", "pattern": "^a$"}, "/maxLength"),
        ({"type": "string", "pattern": "^a$", "maxLength": 1_001}, "/maxLength"),
        ({"type": "string", "pattern": "^(a+)+$", "maxLength": 50}, "/pattern"),
        ({"type": "string", "pattern": 5, "maxLength": 50}, "/pattern"),
        ({"type": "array"}, "/maxItems"),
        ({"type": "array", "items": {"type": "string"}}, "/maxItems"),
        ({"items": {"type": "string"}, "maxItems": 201}, "/maxItems"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": True}, "/maxItems"),
        ({"type": "number", "multipleOf": 0.01}, "/multipleOf"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "/additionalProperties"),
        ({"type": "integer", "minimum": "one"}, "/minimum"),
        ({"type": "string", "minLength": -1}, "/minLength"),
        ({"enum": "a"}, "/enum"),
        ({"required": "a"}, "/required"),
        ({"properties": []}, "/properties"),
        ({"anyOf": {}}, "/anyOf"),
        ({"anyOf": []}, "/anyOf"),
        ({"not": True}, "/not"),
        ({"x-title": {"sq": "just text"}}, "/x-title"),
    ],
)
def test_a_schema_is_refused_at_the_keyword(schema: Any, at: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        require_usable(form(schema))
    assert refused.value.pointer == f"{AT}{at}"
    assert "{" not in str(refused.value)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z]{2}[0-9]{1,18}$", "maxLength": 20},
        {"type": "object", "properties": {"a": {"type": "integer", "multipleOf": 5}}, "additionalProperties": False},
        {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"type": "integer"}},
        {"type": "string", "x-title": {"sq": {"text": "Fusha"}, "sr": {"text": "Polje"}}},
        LIST | {"items": {"oneOf": [{"const": 1}, {"type": "string", "format": "uuid"}]}, "uniqueItems": True},
        {"type": "object", "properties": {"a": {"type": "string"}}, "dependentRequired": {"a": ["b"]}},
        {"$ref": "#/$defs/money"},
    ],
)
def test_a_schema_within_the_bounds_is_taken(schema: Any) -> None:
    require_usable(form(schema, definitions={"money": {"type": "integer", "minimum": 0}}))


def test_a_definition_never_refers_to_itself() -> None:
    circle = {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}

    with pytest.raises(InvalidValue):
        require_usable(form({"type": "string"}, definitions=circle))


def test_definitions_that_multiply_at_each_step_are_counted_before_they_are_checked() -> None:
    twice = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 60} for n in range(8)} | {"d8": {"type": "string"}}

    started = time.monotonic()
    with pytest.raises(InvalidValue) as refused:
        require_usable(form({"$ref": "#/$defs/d0"}, definitions=twice))
    assert refused.value.message.values == {"most": COSTLIEST}
    assert time.monotonic() - started < 5


def test_lists_in_lists_are_counted_at_their_longest() -> None:
    most = {"type": "array", "maxItems": 200}
    deep = most | {"items": most | {"items": most | {"items": {"type": "string"}}}}

    with pytest.raises(InvalidValue) as refused:
        require_usable(form(deep))
    assert refused.value.message.values["most"] == COSTLIEST


def test_a_schema_is_not_nested_without_an_end() -> None:
    nested: dict[str, Any] = {"type": "string"}
    for _ in range(12):
        nested = {"not": nested}

    with pytest.raises(InvalidValue):
        require_usable(form(nested))


def test_a_form_is_no_larger_than_it_may_be() -> None:
    with pytest.raises(InvalidValue) as refused:
        require_usable(form(*[{"enum": ["x" * 9_000]} for _ in range(30)]))
    assert refused.value.pointer == "/form"


@pytest.mark.parametrize(
    ("pattern", "many"),
    [
        ("^a$", 1),
        ("^[0-9]{5}-[0-9]$", 1),
        (r"^\+383[0-9]{8}$", 1),
        ("^[a-z]{1,50}@[a-z]{1,50}$", 2_500),
        ("^ab?$", 2),
        ("^[a-z]*$", 1_000),
    ],
)
def test_the_ways_of_a_pattern_are_known(pattern: str, many: int) -> None:
    assert ways(pattern) == many


@pytest.mark.parametrize(
    "pattern",
    [
        "a",
        "^a",
        "^(a+)+$",
        "^(?:a)$",
        "^a|b$",
        "^.*$",
        r"^\d$",
        r"^\1$",
        "^(?=a)$",
        "^a**$",
        "^a+?$",
        "^[z-a]$",
        "^[a-z]*[0-9]*$",
        "^a{0,200}b{0,200}$",
        "^a{3,1}{9}$",
        "^[$",
        "^a\n$",
    ],
)
def test_what_could_take_long_or_means_two_things_is_no_pattern(pattern: str) -> None:
    assert ways(pattern) > 10_000


def test_names_are_unique_and_conditions_look_back() -> None:
    first, second = FORM.sections
    twice = Form(sections=(first, first))
    doubled = Form(sections=(msgspec.structs.replace(first, fields=(first.fields[0],) * 2),))
    ahead = Form(sections=(second, first))
    itself = Form(
        sections=(
            Section(
                code="s",
                title=TITLE,
                fields=(
                    field("f", {"type": "boolean"}, shown_when=(Condition(section="s", field="f", one_of=(True,)),)),
                ),
            ),
        )
    )

    for it, at in (
        (twice, "/form/sections/1/code"),
        (doubled, "/form/sections/0/fields/1/code"),
        (ahead, "/form/sections/0/shown_when/0"),
        (itself, "/form/sections/0/fields/0/shown_when/0"),
    ):
        with pytest.raises(InvalidValue) as refused:
            require_usable(it)
        assert refused.value.pointer == at
