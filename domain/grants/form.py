"""The form of a call: sections of fields, each a JSON Schema 2020-12, shown or hidden by what was answered before.

A form compiles to one JSON Schema document (`schema_of`) in which conditions are `if`, `then` and `else`: whoever has a
validator of that standard finds the same answers right and the same parts hidden as Pakt does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec

from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Code

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
NEVER: Schema = {"not": {}}
"""What no answer fits."""
_EQUALS = Annotated[tuple[str | int | bool, ...], msgspec.Meta(min_length=1, max_length=50)]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That a field was answered with one of these values, or with a list that holds one of them."""

    section: Code
    field: Code
    one_of: _EQUALS


Conditions = Annotated[tuple[Condition, ...], msgspec.Meta(max_length=10)]


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One thing that is asked. `json_schema` says what may be answered; it is asked where all of `shown_when` hold."""

    code: Code
    label: Title
    json_schema: Schema
    hint: Text | None = None
    required: bool = False
    shown_when: Conditions = ()


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Fields that belong together; the whole section is asked where all of `shown_when` hold."""

    code: Code
    title: Title
    fields: Annotated[tuple[Field, ...], msgspec.Meta(min_length=1, max_length=60)]
    intro: Text | None = None
    shown_when: Conditions = ()


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What applicants fill in. `definitions` are schemas that fields refer to as `#/$defs/<code>`.

    Answers are `{section: {field: value}}`. A condition looks only at what is asked earlier, so none turns in a circle.
    """

    sections: Annotated[tuple[Section, ...], msgspec.Meta(min_length=1, max_length=40)]
    definitions: Annotated[dict[Code, Schema], msgspec.Meta(max_length=40)] = {}


def schema_of(form: Form) -> Schema:
    """The form as one JSON Schema 2020-12 document over the answers."""
    sections = {
        section.code: {
            "type": "object",
            "additionalProperties": False,
            "properties": {field.code: field.json_schema for field in section.fields},
            "required": [field.code for field in section.fields if field.required and not field.shown_when],
        }
        for section in form.sections
    }
    document: Schema = {
        "$schema": DIALECT,
        "type": "object",
        "additionalProperties": False,
        "properties": sections,
        "required": [section.code for section in form.sections if _always(section)],
        "allOf": [*_conditional(form)],
    }
    return document | ({"$defs": dict(form.definitions)} if form.definitions else {})


def condition_of(conditions: Sequence[Condition]) -> Schema:
    """The conditions, all of them, as a JSON Schema over the answers."""
    return {"allOf": [_holds(one) for one in conditions]}


def parts(form: Form) -> Iterator[tuple[str, Sequence[Condition]]]:
    """Every conditional section and field by its pointer into the answers, with all the conditions it stands under."""
    for section in form.sections:
        if section.shown_when:
            yield f"/{section.code}", section.shown_when
        for field in section.fields:
            if field.shown_when:
                yield f"/{section.code}/{field.code}", (*section.shown_when, *field.shown_when)


def _always(section: Section) -> bool:
    """Whether every applicant has something to say in the section."""
    return not section.shown_when and any(field.required and not field.shown_when for field in section.fields)


def _conditional(form: Form) -> Iterator[Schema]:
    for section in form.sections:
        if section.shown_when:
            asked = {"required": [section.code]} if any(_asked_with(section)) else {}
            hidden = {"properties": {section.code: NEVER}}
            yield {"if": condition_of(section.shown_when), "then": asked, "else": hidden}
        for field in section.fields:
            if field.shown_when:
                yield _conditional_field(section, field)


def _conditional_field(section: Section, field: Field) -> Schema:
    within: Schema = {"properties": {section.code: {"required": [field.code]}}, "required": [section.code]}
    hidden = {"properties": {section.code: {"properties": {field.code: NEVER}}}}
    conditions = (*section.shown_when, *field.shown_when)
    return {"if": condition_of(conditions), "then": within if field.required else {}, "else": hidden}


def _asked_with(section: Section) -> Iterator[bool]:
    return (field.required and not field.shown_when for field in section.fields)


def _holds(condition: Condition) -> Schema:
    among: Mapping[str, Any] = {"enum": list(condition.one_of)}
    answered = {"anyOf": [among, {"type": "array", "contains": among}]}
    within = {"type": "object", "required": [condition.field], "properties": {condition.field: answered}}
    return {"type": "object", "required": [condition.section], "properties": {condition.section: within}}
