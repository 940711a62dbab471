"""A record of 360Giving as the facts of a grant: exact, without persons, and with a word on everything left out."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from domain.grants.recorded_facts import (
    GRANT_MEMBERS,
    PARTY_MEMBERS,
    PERIOD_MEMBERS,
    PLACE_MEMBERS,
    PROGRAMME_MEMBERS,
    GrantFacts,
)
from services.open_data.json_schema import Members
from services.open_data.threesixty_columns import Node, tree
from services.open_data.threesixty_schema import faults, missing

LARGEST = 10**15
"""Of a currency's main unit; more is no grant."""
_LONGEST, _DECIMALS = 10_000, 6
_PERSONAL = frozenset({"contactName", "email", "telephone"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_PATTERN = re.compile(r"`str` matching regex '.*'", re.DOTALL)
_REQUIRED = re.compile(
    r"/(id|title|currency|amountAwarded|awardDate)|/(recipientOrganization|fundingOrganization)(/\d+(/(id|name))?)?"
)
"""What a grant cannot be recorded without; a fault anywhere else costs that member alone."""
_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode


class NotMeant(ValueError):
    """The record cannot be taken over; the message is the reason."""


class Told(msgspec.Struct, frozen=True):
    """The facts of a record; `remarks` say what of it was left out or supposed, by pointer and without its values."""

    facts: GrantFacts
    remarks: tuple[str, ...]


def told(record: Members) -> Told:
    """The facts that a record tells.

    Raises: NotMeant for a grant to a person, for what the schema refuses in what cannot be missing, and for an amount
    that is not a whole number of minor units.
    """
    if "recipientIndividual" in record or "toIndividualsDetails" in record:
        raise NotMeant("/recipientIndividual: a grant to a person is not taken over, for what is recorded is public")
    remarks: list[str] = []
    kept = _fitting(_known(tree(), record, "", remarks), remarks)
    if "description" not in kept:
        remarks.append("/description: there is none")
    facts = {
        "grant_id": kept["id"].strip(),
        "title": _line("/title", kept["title"], remarks),
        "amount": _money("/amountAwarded", kept["amountAwarded"], kept["currency"]),
        "awarded_on": _day(kept["awardDate"]),
        "recipients": _parties("recipientOrganization", kept, remarks),
        "funders": _parties("fundingOrganization", kept, remarks),
        "description": kept.get("description") or None,
        "amount_applied_for": _optional(kept, "amountAppliedFor"),
        "amount_disbursed": _optional(kept, "amountDisbursed"),
        "planned": [_period(f"/plannedDates/{n}", one) for n, one in enumerate(kept.get("plannedDates", ()))],
        "programmes": [_programme(one) for one in kept.get("grantProgramme", ())],
        "places": [_place(one) for one in kept.get("beneficiaryLocation", ())],
        "from_open_call": {"Yes": True, "No": False}.get(kept.get("fromOpenCall", "")),
        "other": _other(kept, GRANT_MEMBERS),
    }
    try:
        return Told(msgspec.convert(facts, GrantFacts), tuple(remarks))
    except msgspec.ValidationError as error:
        raise NotMeant(_PATTERN.sub("a text of another form", str(error))) from error


def _known(node: Node, value: Any, pointer: str, remarks: list[str]) -> Any:
    """A copy without what is about a person and what is no member of the standard, however deep it stands."""
    if isinstance(value, list):
        return [_known(node, one, f"{pointer}/{n}", remarks) for n, one in enumerate(value)]
    if not isinstance(value, dict) or not node.members:
        return value
    kept: Members = {}
    for name, below in value.items():
        if name in node.members and name not in _PERSONAL:
            if below is not None:
                kept[name] = _known(node.members[name], below, f"{pointer}/{name}", remarks)
        else:
            why = "it is about a person" if name in _PERSONAL else "the standard has no such member"
            remarks.append(f"{pointer}/{name[:60]}: left out, {why}")
    return kept


def _fitting(record: Members, remarks: list[str]) -> Members:
    """The record without what the schema refuses. Raises: NotMeant where the grant is nothing without it."""
    found = faults(record)
    lacking = set(missing(record)) - {"description"}
    for fault in found:
        if fault.pointer == "" and not lacking:
            continue
        if fault.pointer == "" or _REQUIRED.fullmatch(fault.pointer):
            raise NotMeant(f"{fault.pointer or '/'}: {fault.reason} ({fault.kind})")
        remarks.append(f"{fault.pointer}: left out, {fault.reason}")
    for pointer in sorted({fault.pointer for fault in found} - {""}, key=_steps, reverse=True):
        _cut(record, _steps(pointer))
    return record


def _steps(pointer: str) -> list[tuple[int, str]]:
    """The steps of a pointer as they are sorted: places in a list by number."""
    return [(int(part) if part.isdigit() else -1, part) for part in pointer.split("/")[1:]]


def _cut(record: Members, steps: list[tuple[int, str]]) -> None:
    """Take out what stands there, the last places of a list before the first."""
    into: Any = record
    for number, name in steps[:-1]:
        into = into[number if isinstance(into, list) else name]
    number, name = steps[-1]
    del into[number if isinstance(into, list) else name]


def _parties(name: str, kept: Members, remarks: list[str]) -> list[Members]:
    return [
        {
            "identifier": given["id"].strip(),
            "name": _line(f"/{name}/{n}/name", given["name"], remarks),
            "other": _other(given, PARTY_MEMBERS),
        }
        for n, given in enumerate(kept[name])
    ]


def _period(pointer: str, given: Members) -> Members:
    months = given.get("duration")
    return {
        "starts_on": _partial(given.get("startDate")),
        "ends_on": _partial(given.get("endDate")),
        "months": None if months is None else _months(f"{pointer}/duration", months),
        "other": _other(given, PERIOD_MEMBERS),
    }


def _programme(given: Members) -> Members:
    return {
        "code": given.get("code", ""),
        "title": given.get("title", ""),
        "other": _other(given, PROGRAMME_MEMBERS),
    }


def _place(given: Members) -> Members:
    return {
        "name": given.get("name", ""),
        "country": given.get("countryCode", ""),
        "code": given.get("geoCode", ""),
        "code_type": given.get("geoCodeType", ""),
        "other": _other(given, PLACE_MEMBERS),
    }


def _other(given: Members, known: frozenset[str]) -> str:
    """What is kept as it was given, as one text."""
    kept = {name: value for name, value in given.items() if name in known}
    return _encode(kept).decode() if kept else ""


def _optional(kept: Members, name: str) -> Members | None:
    return None if name not in kept else _money(f"/{name}", kept[name], kept["currency"])


def _money(pointer: str, value: int | Decimal, currency: str) -> Members:
    """The exact amount in minor units. Raises: NotMeant."""
    if not -LARGEST <= value <= LARGEST:
        raise NotMeant(f"{pointer}: it is beyond what is counted")
    sign, digits, exponent = Decimal(value).as_tuple()
    point, whole = int(exponent) + 2, "".join(map(str, digits)).lstrip("0")
    if point < 0:
        cents, rest = whole[:point], whole[point:]
        if rest.strip("0"):
            raise NotMeant(f"{pointer}: it is no whole number of minor units (of two decimals)")
        whole, point = cents, 0
    minor = int(f"{whole}{'0' * point}") if whole else 0
    return {"amount": -minor if sign else minor, "currency": currency}


def _months(pointer: str, value: int | Decimal) -> str:
    if not 0 <= value < _LONGEST or -int(Decimal(value).as_tuple().exponent) > _DECIMALS:
        raise NotMeant(f"{pointer}: it is no number of months")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _day(given: str) -> date:
    """The day as it is written; a time of day beside it says nothing about the award."""
    return date.fromisoformat(given[:10])


def _partial(given: str | None) -> str | None:
    return None if given is None else given[:10]


def _line(pointer: str, given: str, remarks: list[str]) -> str:
    line = " ".join(_CONTROL.sub(" ", given).split()) if _CONTROL.search(given) else given.strip()
    if line != given.strip():
        remarks.append(f"{pointer}: control characters were taken out")
    return line
