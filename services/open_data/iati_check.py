"""What is wrong with an IATI 2.03 document: by the schemas, the standard ruleset and the codelists that ship with Pakt.

Which identifiers of organisations are registered is not asked: that list is on the network alone. The ruleset's cases
that need it are told as `unasked`, and values of codelists which are not among ours are not looked at.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

from services.open_data import json_schema
from services.open_data.iati_rules import Case, Here, judged, obeyed
from services.open_data.xml_document import Broken, Place, complaints, read

VERSION = "2.03"
ACTIVITIES, ORGANISATIONS = "iati-activities", "iati-organisations"
_ROOTS = (ACTIVITIES, ORGANISATIONS)
_SCHEMAS = {"iati-activit": f"iati/{ACTIVITIES}-schema.xsd", "iati-organisation": f"iati/{ORGANISATIONS}-schema.xsd"}
"""By how the root element begins: an activity alone is read by the schema, and then told to be no file."""


class Source(StrEnum):
    """By what something is found."""

    XML = "xml"
    SCHEMA = "schema"
    RULESET = "ruleset"
    CODELIST = "codelist"


class Severity(StrEnum):
    """An error makes the document invalid; a warning is what the standard advises against."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True):
    """One thing found: `rule` is the ruleset's number (`6.11.1`) or the codelist's name, `path` an XPath."""

    source: Source
    severity: Severity
    rule: str
    path: str
    line: int
    reason: str


class Verdict(msgspec.Struct, frozen=True):
    """What is said of a document: its root element, how many activities or organisations, everything found.

    `unasked` are the numbers of the ruleset's cases that need a list which only the network has.
    """

    root: str
    items: int
    findings: tuple[Finding, ...]
    unasked: tuple[str, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the document invalid."""
        return tuple(found for found in self.findings if found.severity is Severity.ERROR)

    def of(self, source: Source) -> tuple[Finding, ...]:
        """What was found by that."""
        return tuple(found for found in self.findings if found.source is source)


def check(content: bytes, today: date) -> Verdict:
    """Everything that is found in a document; dates are future ones after `today`.

    A document that is no IATI at all has that as its only finding.
    """
    try:
        root = read(content)
    except Broken as error:
        return Verdict("", 0, (_error(Source.XML, "", "", 1, f"It cannot be read: {error}."),), ())
    if root.tag not in _ROOTS:
        return Verdict(root.tag, 0, _of_stranger(root), ())
    findings = (*_by_schema(root), *_by_ruleset(root, today), *_by_codelists(root))
    unasked = {case["ruleInfo"]["id"] for _, _, case in _ruleset() if not judged(case)}
    return Verdict(root.tag, len(root.texts("*")), findings, tuple(sorted(unasked)))


def _error(source: Source, rule: str, path: str, line: int, reason: str) -> Finding:
    return Finding(source, Severity.ERROR, rule, path, line, reason)


def _of_stranger(root: Place) -> tuple[Finding, ...]:
    reason = f"The root element is {root.tag}; a file of IATI has {ACTIVITIES} or {ORGANISATIONS}."
    return tuple(_by_schema(root)) or (_error(Source.SCHEMA, "", root.path, root.line, reason),)


def _by_schema(root: Place) -> Iterator[Finding]:
    schema = next((name for start, name in _SCHEMAS.items() if root.tag.startswith(start)), None)
    for one in complaints(root, schema) if schema else ():
        yield _error(Source.SCHEMA, "", one.path, one.line, one.reason)


def _by_ruleset(root: Place, today: date) -> Iterator[Finding]:
    for context, rule, case in _ruleset():
        if judged(case):
            for place in root.within(context):
                yield from _by_rule(place, rule, case, today)


def _by_rule(place: Place, rule: str, case: Case, today: date) -> Iterator[Finding]:
    """What one case finds at a place; in a loop, for each value that its path finds, every value once."""
    values = dict.fromkeys(place.texts(case["foreach"])) if "foreach" in case else {"": None}
    for value in values:
        if not obeyed(rule, Here(place, case, today, value)):
            told = case["ruleInfo"]
            yield Finding(
                Source.RULESET, Severity(told["severity"]), told["id"], place.path, place.line, told["message"]
            )


def _by_codelists(root: Place) -> Iterator[Finding]:
    for path, codelist in _coded():
        known = _codes()[codelist]
        for place in root.within(path):
            value = place.texts(_last(path))[0]
            if value not in known:
                reason = f"{value!r} is not in the codelist {codelist}."
                yield _error(Source.CODELIST, codelist, place.path, place.line, reason)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


@cache
def _ruleset() -> tuple[tuple[str, str, Case], ...]:
    """`(context, rule, case)` of the standard ruleset; a loop's cases know what they are looped over."""
    found = json_schema.schema("iati/ruleset.json")
    return tuple(
        (context, rule, case)
        for context, rules in found.items()
        for name, body in rules.items()
        for rule, case in _unlooped(name, body["cases"])
    )


def _unlooped(name: str, cases: list[dict[str, Any]]) -> Iterator[tuple[str, Case]]:
    for case in cases:
        if name != "loop":
            yield name, case
            continue
        for rule, body in case["do"].items():
            yield from ((rule, inner | {"foreach": case["foreach"]}) for inner in body["cases"])


@cache
def _codes() -> dict[str, frozenset[str]]:
    lists = json_schema.schema("iati/codelists.json")["codelists"]
    return {name: frozenset(one["code"] for one in codes) for name, codes in lists.items()}


@cache
def _coded() -> tuple[tuple[str, str], ...]:
    """`(path, codelist)` of every place whose codelist is among ours, the mapping's condition put into the path."""
    mapping = read(json_schema.text("iati/codelist-mapping.xml"))
    found = []
    for one in mapping.within("mapping"):
        (path,), (codelist,) = one.texts("path"), one.texts("codelist/@ref")
        if codelist in _codes():
            owner, _, last = path.rpartition("/")
            condition = "".join(f"[{text}]" for text in one.texts("condition"))
            found.append((f"{owner}{condition}/{last}", codelist))
    return tuple(found)
