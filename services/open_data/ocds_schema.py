"""The OCDS 1.1.5 schemas and codelists that ship with Pakt: what is wrong with a release, a record or a package."""

import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft4Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT4

from services.open_data import json_schema
from services.open_data.json_schema import FORMATS, Fault, Members, Schema, pointer, reason

VERSION = "1.1"
RELEASE, RELEASES, RECORDS = "release-schema", "release-package-schema", "record-package-schema"
_FILES = (RELEASE, RELEASES, RECORDS, "versioned-release-validation-schema")
_ITEMS = {RELEASES: "releases", RECORDS: "records"}


class Verdict(msgspec.Struct, frozen=True):
    """What the schemas say of a package: how many releases or records of how many processes, how many faults of a kind.

    `breaks` are the values that stand outside of closed codelists, by codelist (`tenderStatus`).
    """

    items: int
    ocids: int
    errors: int
    kinds: dict[str, int]
    breaks: dict[str, list[str]]


def release_schema() -> Schema:
    """The schema of a release; its references lead nowhere but into itself."""
    return _schemas()[RELEASE]


def faults(release: Members) -> list[Fault]:
    """Everything that the schema refuses in one release, in the order of its places."""
    found = sorted(_validator(RELEASE).iter_errors(release), key=lambda error: [str(part) for part in error.path])
    return [Fault(str(error.validator), pointer(error), reason(error)) for error in found]


def verdict(package: Members) -> Verdict:
    """What the schemas say of a whole package, of releases or of records."""
    kind = RECORDS if "records" in package else RELEASES
    found = list(_validator(kind).iter_errors(package))
    kinds = [str(error.validator) for error in found]
    listed = package.get(_ITEMS[kind])
    items: list[Any] = listed if isinstance(listed, list) else []
    if len({msgspec.json.encode(item, order="sorted") for item in items}) < len(items):
        kinds.append("uniqueItems")
    ocids = {item["ocid"] for item in items if isinstance(item, dict) and isinstance(item.get("ocid"), str)}
    return Verdict(
        items=len(items),
        ocids=len(ocids),
        errors=len(kinds),
        kinds=dict(Counter(kinds)),
        breaks=_breaks(error for one in found for error in _inside(one)),
    )


@cache
def codes(codelist: str) -> frozenset[str]:
    """The codes of a codelist, such as `releaseTag`."""
    lines = json_schema.text(f"ocds/codelists/{codelist}.csv").decode().splitlines()
    return frozenset(row["Code"] for row in csv.DictReader(lines))


def open_codes(item: Any, schema: Schema | None = None) -> Iterator[tuple[str, str]]:
    """Every value of a release that stands where an open codelist is, with the codelist's name."""
    schema = release_schema() if schema is None else _resolved(schema)
    if isinstance(item, list):
        for one in item:
            yield from open_codes(one, schema["items"])
    elif isinstance(item, dict):
        for name, given in schema.get("properties", {}).items():
            if item.get(name) is None:
                continue
            if given.get("openCodelist"):
                values = item[name] if isinstance(item[name], list) else [item[name]]
                yield from ((given["codelist"].removesuffix(".csv"), value) for value in values)
            elif isinstance(item[name], dict | list):
                yield from open_codes(item[name], given)


def _resolved(schema: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = release_schema()["definitions"][str(reference).rpartition("/")[2]] if reference else schema
    return found


def _inside(error: ValidationError) -> Iterator[ValidationError]:
    """An error and, of one that sums up others, those."""
    yield error
    for below in error.context or ():
        yield from _inside(below)


def _breaks(errors: Iterator[ValidationError]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for error in errors:
        if error.validator == "enum" and error.instance is not None:
            found.setdefault(_closed()[_listed(error.validator_value)], set()).add(str(error.instance))
    return {codelist: sorted(values) for codelist, values in sorted(found.items())}


@cache
def _closed() -> dict[frozenset[str], str]:
    """Names of the closed codelists by what they hold."""
    return {_listed(enum): codelist for schema in _schemas().values() for codelist, enum in _enumerated(schema)}


def _enumerated(schema: Any) -> Iterator[tuple[str, list[str | None]]]:
    if isinstance(schema, list):
        for one in schema:
            yield from _enumerated(one)
    elif isinstance(schema, dict):
        enum = schema.get("enum") or (schema.get("items") or {}).get("enum") if "codelist" in schema else None
        if enum:
            yield str(schema["codelist"]).removesuffix(".csv"), enum
        for below in schema.values():
            yield from _enumerated(below)


def _listed(enum: list[str | None]) -> frozenset[str]:
    return frozenset(code for code in enum if code is not None)


@cache
def _schemas() -> dict[str, Members]:
    return {name: json_schema.schema(f"ocds/{name}.json") for name in _FILES}


@cache
def _validator(name: str) -> Draft4Validator:
    """A validator that finds every schema here and asks no network.

    Whether the items of a package are unique it does not say: it would compare each with each.
    """
    known = [(schema["id"], DRAFT4.create_resource(schema)) for schema in _schemas().values()]
    registry: Registry[Any] = Registry().with_resources(known)
    schema = _schemas()[name]
    if name in _ITEMS:
        items = {rule: said for rule, said in schema["properties"][_ITEMS[name]].items() if rule != "uniqueItems"}
        schema = schema | {"properties": schema["properties"] | {_ITEMS[name]: items}}
    return Draft4Validator(schema, registry=registry, format_checker=FORMATS)
