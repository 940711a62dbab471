"""360Giving as a table: one row a grant, columns headed by the schema's titles, with a colon into what lies deeper.

`Recipient Org:Name` is the name of the only recipient; where a grant has several, they are numbered from 0:
`Recipient Org:0:Name`, `Recipient Org:1:Name`. Headings by member names (`recipientOrganization/0/name`) are read, too.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from services.open_data.json_schema import Members, Schema
from services.open_data.spreadsheet import guarded, unguarded
from services.open_data.threesixty_schema import grant_schema

Place = tuple[str | int, ...]
"""Where a value stands in a grant: member names, and a number for each list on the way."""
_NUMBER = re.compile(r"(?a)-?\d+(\.\d+)?")
_MOST = 1_000
"""Entries of one list that a heading may number."""
_SEVERAL = ";"
"""Between texts that share a cell."""


class Node(msgspec.Struct, frozen=True):
    """A member of the schema: its title, what it holds, and the members below it."""

    name: str
    title: str
    order: int
    many: bool
    number: bool
    members: dict[str, "Node"]

    def titled(self, title: str) -> "Node | None":
        """The member below with that title, whatever its case."""
        wanted = title.strip().casefold()
        return next((node for node in self.members.values() if node.title.casefold() == wanted), None)


class Headings(Collection[str]):
    """Every heading that the standard knows, whatever it numbers; the short list of them are the members of a grant."""

    def __contains__(self, heading: object) -> bool:
        return isinstance(heading, str) and _place_of(heading) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(tree().members)

    def __len__(self) -> int:
        return len(tree().members)


class Table:
    """The columns that some grants need, and their rows. Learn every grant first, then write."""

    def __init__(self) -> None:
        self._places: set[Place] = set()
        self._several: set[Place] = set()

    def learn(self, grant: Mapping[str, Any]) -> None:
        """Make room for all that the grant says."""
        for place, _ in leaves(grant):
            self._places.add(place)
            for n, step in enumerate(place):
                if isinstance(step, int) and step:
                    self._several.add(_without_numbers(place[:n]))

    @property
    def places(self) -> list[Place]:
        """What the columns show, in the order of the schema."""
        return sorted(self._places, key=_order)

    def heading(self) -> bytes:
        """The first row."""
        return _line(self._title(place) for place in self.places)

    def rows(self, grants: Iterable[Mapping[str, Any]]) -> bytes:
        """One row for each grant."""
        places = self.places
        told = (dict(leaves(grant)) for grant in grants)
        return b"".join(_line(_cell(values.get(place)) for place in places) for values in told)

    def _title(self, place: Place) -> str:
        node, titles = tree(), []
        for n, step in enumerate(place):
            if isinstance(step, int):
                if _without_numbers(place[:n]) in self._several:
                    titles.append(str(step))
            else:
                node = node.members[step]
                titles.append(node.title)
        return ":".join(titles)


def leaves(grant: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    """Every value of a grant that is a cell, with its place."""
    yield from _leaves(tree(), (), grant)


def _leaves(node: Node, place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _leaves(node.members[name], (*place, name), below)
    elif isinstance(value, list) and node.members:
        for n, entry in enumerate(value):
            yield from _leaves(node, (*place, n), entry)
    elif value is not None:
        yield place, value


def grant_of(row: Mapping[str, str]) -> tuple[Members, list[str]]:
    """The grant that a row of a table tells of, and the headings with a value which the standard does not know."""
    grant: dict[Place, Any] = {}
    unknown: list[str] = []
    for heading, cell in row.items():
        text = unguarded(cell)
        if not text.strip():
            continue
        found = _place_of(heading)
        if found is None:
            unknown.append(heading)
        else:
            grant[found[0]] = _value(found[1], text)
    return _nested(grant), unknown


def _value(node: Node, text: str) -> Any:
    if node.number and _NUMBER.fullmatch(text.strip()):
        return Decimal(text.strip())
    return [part.strip() for part in text.split(_SEVERAL) if part.strip()] if node.many else text


@cache
def _place_of(heading: str) -> tuple[Place, Node] | None:
    """Where the values below a heading belong; None for one that the standard does not know."""
    by_name = "/" in heading or heading in tree().members
    node, place = tree(), list[str | int]()
    for part in heading.split("/" if by_name else ":"):
        if part.isascii() and part.isdigit() and node.many and place and not isinstance(place[-1], int):
            if int(part) >= _MOST:
                return None
            place.append(int(part))
            continue
        below = node.members.get(part) if by_name else node.titled(part)
        if below is None:
            return None
        if node.many and not isinstance(place[-1], int):
            place.append(0)
        place.append(below.name)
        node = below
    return (tuple(place), node) if not node.members else None


def _nested(grant: Mapping[Place, Any]) -> Members:
    """Values at their places as a document; numbers say the order of a list, and gaps in them mean nothing."""
    whole: dict[str | int, Any] = {}
    for place, value in grant.items():
        into = whole
        for step in place[:-1]:
            into = into.setdefault(step, {})
        into[place[-1]] = value
    made: Members = _listed(whole)
    return made


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_listed(value[key]) for key in sorted(value)]
    return {key: _listed(below) for key, below in value.items()}


@cache
def tree() -> Node:
    """The members of a grant as the schema has them."""
    schema = grant_schema()
    return Node("", "", 0, many=False, number=False, members=_members(schema, schema))


def _members(schema: Schema, whole: Schema) -> dict[str, Node]:
    made: dict[str, Node] = {}
    for order, (name, given) in enumerate(schema.get("properties", {}).items()):
        found = _resolved(given, whole)
        many = found.get("type") == "array"
        below = _resolved(found["items"], whole) if many else found
        title = str(given.get("title") or found.get("title") or _spaced(name))
        number = "number" in below.get("type", ())
        made[name] = Node(name, title, order, many=many, number=number, members=_members(below, whole))
    return made


def _resolved(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = whole["$defs"][str(reference).rpartition("/")[2]] if reference else schema
    return found


def _spaced(name: str) -> str:
    """A title for a member that has none: `awardTransaction` is `Award Transaction`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).title()


def _without_numbers(place: Place) -> Place:
    return tuple(step for step in place if isinstance(step, str))


def _order(place: Place) -> tuple[int, ...]:
    node, order = tree(), []
    for step in place:
        if isinstance(step, int):
            order.append(step)
        else:
            node = node.members[step]
            order.append(node.order)
    return tuple(order)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return guarded(_SEVERAL.join(value))
    return str(value) if isinstance(value, int | Decimal) else guarded(str(value))


def _line(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()
