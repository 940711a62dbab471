"""An award as a grant of 360Giving: members in the order of the schema, amounts exact, nothing invented."""

from decimal import Decimal
from typing import Any

import msgspec

from domain.grants.recorded_facts import Party, Period, Place, Programme
from domain.kernel.money import Money
from projections.grant_awards import Award
from services.open_data.json_schema import Members
from services.open_data.publisher import Publisher
from services.open_data.threesixty_columns import Node, tree

_decode = msgspec.json.Decoder(Members, float_hook=Decimal).decode
_CENTS = 100


def grant_of(award: Award, publisher: Publisher) -> Members:
    """The award as the standard tells it."""
    funders = [_party(one) for one in award.funders]
    given: Members = {
        "id": award.grant_id or f"{publisher.prefix}-{award.tenant}-{award.award_id}",
        "title": award.title,
        "description": award.description or award.title,
        "currency": award.currency,
        "amountAppliedFor": _amount(award.amount_applied_for),
        "amountAwarded": _exact(award.amount),
        "amountDisbursed": _amount(award.amount_disbursed),
        "awardDate": award.awarded_on.isoformat(),
        "plannedDates": [_period(one) for one in award.planned],
        "recipientOrganization": [_party(one) for one in award.recipients],
        "beneficiaryLocation": [_place(one) for one in award.places],
        "fundingOrganization": funders or [_institution(award.tenant, publisher)],
        "grantProgramme": [_programme(one) for one in award.programmes],
        "fromOpenCall": {True: "Yes", False: "No", None: None}[award.from_open_call],
    }
    changed = {} if award.grant_id and award.version == 1 else {"dateModified": _time(award)}
    made: Members = ordered(tree(), _members(award.other) | given | changed)
    return made


def ordered(node: Node, value: Any) -> Any:
    """The value with its members in the order of the schema, without those that say nothing."""
    if isinstance(value, list):
        return [ordered(node, one) for one in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value.keys() & node.members.keys(), key=lambda name: node.members[name].order)
    return {name: ordered(node.members[name], value[name]) for name in names if value[name] not in (None, "", [], {})}


def _institution(slug: str, publisher: Publisher) -> Members:
    return {"id": publisher.organisation(slug), "name": publisher.names.get(slug, slug)}


def _party(one: Party) -> Members:
    return _members(one.other) | {"id": one.identifier, "name": one.name}


def _place(one: Place) -> Members:
    names = {"name": one.name, "countryCode": one.country, "geoCode": one.code, "geoCodeType": one.code_type}
    return _members(one.other) | names


def _programme(one: Programme) -> Members:
    return _members(one.other) | {"code": one.code, "title": one.title}


def _period(one: Period) -> Members:
    months = None if one.months is None else _number(Decimal(one.months))
    return _members(one.other) | {"startDate": one.starts_on, "endDate": one.ends_on, "duration": months}


def _members(other: str) -> Members:
    return _decode(other) if other else {}


def _amount(money: Money | None) -> int | Decimal | None:
    return None if money is None else _exact(money.amount)


def _exact(minor: int) -> int | Decimal:
    """Minor units as a number of the main unit: whole, or with exactly two decimals."""
    whole, cents = divmod(minor, _CENTS)
    return Decimal(f"{whole}.{cents:02d}") if cents else whole


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def _time(award: Award) -> str:
    return award.changed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
