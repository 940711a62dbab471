"""Organisations that another register knows: claims of the past, to be verified like any other."""

from datetime import datetime
from typing import Any

from domain.organisations.commands import ClaimOrganisation
from domain.organisations.vocabulary import Scheme
from domain.tenants.shipped import slug_of
from services.bootstrap import System
from services.importing.kind import Kind, Order
from services.importing.lines import Record
from services.importing.mapping import BadRecord, Reader
from services.importing.stories import Story, Tell, given, step, telling, worded

_NUMBERS = (("ngo_number", Scheme.NGO), ("fiscal_number", Scheme.FISCAL))


async def _begin(system: System, order: Order, reader: Reader) -> Tell:
    tenant = await system.handler.authority.tenant(order.tenant)
    return organisation_stories(reader, await system.handler.now(tenant))


ORGANISATIONS = Kind(
    "organisations",
    (
        *("id", "name", "language", "legal_form", "municipality", "recorded"),
        *("ngo_number", "fiscal_number", "office", "email", "phone"),
    ),
    _begin,
)


def organisation_stories(reader: Reader, now: datetime) -> Tell:
    """Stories of organisations that were recorded elsewhere up to `now`."""
    return telling(reader, lambda record, source_id: _organisation(reader, record, source_id, now))


def _organisation(reader: Reader, record: Record, source_id: str, now: datetime) -> Story:
    name, changed = reader.line(record, "name")
    if name is None:
        raise BadRecord("nothing is given for name")
    recorded = reader.within(record, "recorded")
    if recorded is None:
        raise BadRecord("nothing says when it was recorded")
    if recorded > now:
        raise BadRecord("it lies in the future: only what has happened can be imported")
    municipality = slug_of(reader.required(record, "municipality"))
    if municipality is None:
        raise BadRecord("no municipality is written like that")
    facts: dict[str, Any] = {
        "legal_name": worded(reader.required(record, "language"), name),
        "legal_form": reader.required(record, "legal_form"),
        "municipality": municipality,
        "identifiers": [
            {"scheme": scheme, "value": number}
            for field, scheme in _NUMBERS
            if (number := reader.text(record, field)) is not None
        ],
    }
    email = reader.text(record, "email")
    if email is not None:
        phone = given(phone=reader.text(record, "phone"))
        facts["contact"] = {"office": reader.line(record, "office")[0] or name, "email": email} | phone
    remarks = ("control characters were taken out of the name",) if changed else ()
    return Story(source_id, (step("claim", ClaimOrganisation, recorded, facts),), remarks)
