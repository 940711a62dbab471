"""What a source says of a grant that was awarded elsewhere, as it was given; the words are those of 360Giving 1.4.

Persons are nowhere in here: a grant to a person is not taken, and of an organisation no contact's name or address.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.text import END, Line, Prose

_PLAIN = rf"^[^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f\u2028\u2029]*{END}"
Identifier = Annotated[
    str, msgspec.Meta(min_length=1, max_length=150, pattern=_PLAIN, description="Identifier, as its source writes it")
]
Code = Annotated[str, msgspec.Meta(max_length=150, pattern=rf"^[^\x00-\x1f\x7f]*{END}", description="A code as given")]
PartialDate = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9]{{4}}(-(0[1-9]|1[012])(-(0[1-9]|[12][0-9]|3[01]))?)?{END}",
        description="A day, a month or a year (ISO 8601)",
    ),
]
Months = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9]{{1,4}}(\.[0-9]{{1,6}})?{END}", description="Length in months, as a decimal")
]
Members = Annotated[
    str, msgspec.Meta(max_length=20_000, description="Further members of the record: a JSON object, as given")
]

GRANT_MEMBERS = frozenset(
    {"url", "actualDates", "fundingType", "classifications", "relatedDocument", "applicationTransaction"}
    | {"commitmentTransaction", "disbursementTransaction", "relatedActivity", "dateModified", "dataSource"}
    | {"regrantType", "locationScope"}
)
"""What may be kept of a grant beside the facts that have a field of their own."""
PARTY_MEMBERS = frozenset(
    {"department", "charityNumber", "companyNumber", "streetAddress", "addressLocality", "addressRegion"}
    | {"addressCountry", "postalCode", "alternateName", "description", "organisationType", "url", "location"}
    | {"dateModified"}
)
"""What may be kept of an organisation; contactName, email and telephone are a person's, so they are not."""
PLACE_MEMBERS = frozenset({"id", "latitude", "longitude", "description", "dateModified"})
PROGRAMME_MEMBERS = frozenset({"description", "url", "dateModified"})
PERIOD_MEMBERS = frozenset({"title", "description", "dateModified"})


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Something that a source describes."""


class Party(_Given, frozen=True):
    """A recipient or a funder as the source names it.

    `identifier` is `<scheme>-<number>` where the scheme is one of org-id.guide.
    """

    name: Line
    identifier: Identifier
    other: Members = ""


class Place(_Given, frozen=True):
    """Where those live whom the grant is for; `code` belongs to the gazetteer that `code_type` names."""

    name: Code = ""
    country: Code = ""
    code: Code = ""
    code_type: Code = ""
    other: Members = ""


class Programme(_Given, frozen=True):
    """The programme under which the grant was awarded."""

    code: Code = ""
    title: Annotated[str, msgspec.Meta(max_length=300)] = ""
    other: Members = ""


class Period(_Given, frozen=True):
    """When the activity was to take place."""

    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    months: Months | None = None
    other: Members = ""


Parties = Annotated[tuple[Party, ...], msgspec.Meta(min_length=1, max_length=20)]
Places = Annotated[tuple[Place, ...], msgspec.Meta(max_length=100)]
Programmes = Annotated[tuple[Programme, ...], msgspec.Meta(max_length=20)]
Periods = Annotated[tuple[Period, ...], msgspec.Meta(max_length=20)]


class GrantFacts(_Given, frozen=True):
    """A grant as its source tells of it. `grant_id` is the source's own identifier, unique in the world.

    `from_open_call` None: the source does not say. Amounts are exact and in one currency.
    """

    grant_id: Identifier
    title: Line
    amount: Money
    awarded_on: date
    recipients: Parties
    funders: Parties
    description: Prose | None = None
    amount_applied_for: Money | None = None
    amount_disbursed: Money | None = None
    planned: Periods = ()
    programmes: Programmes = ()
    places: Places = ()
    from_open_call: bool | None = None
    other: Members = ""


def require_meant(facts: GrantFacts) -> None:
    """Raises: InvalidValue for a negative amount, for two currencies, and for members that are not the standard's."""
    for name in ("amount", "amount_applied_for", "amount_disbursed"):
        money: Money | None = getattr(facts, name)
        if money is None:
            continue
        if money.amount < 0:
            raise InvalidValue(f"/facts/{name}", N_("An amount of a grant is not negative."))
        if money.currency != facts.amount.currency:
            raise InvalidValue(
                f"/facts/{name}",
                N_("The grant is in {currency}, this amount in {other}: a grant has one currency."),
                currency=facts.amount.currency,
                other=money.currency,
            )
    _require_members("/facts/other", facts.other, GRANT_MEMBERS)
    for field, known in (
        ("recipients", PARTY_MEMBERS),
        ("funders", PARTY_MEMBERS),
        ("planned", PERIOD_MEMBERS),
        ("programmes", PROGRAMME_MEMBERS),
        ("places", PLACE_MEMBERS),
    ):
        parts: Iterable[Any] = getattr(facts, field)
        for n, part in enumerate(parts):
            _require_members(f"/facts/{field}/{n}/other", part.other, known)


def _require_members(pointer: str, other: str, known: frozenset[str]) -> None:
    if not other:
        return
    try:
        members = msgspec.json.decode(other, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError as error:
        raise InvalidValue(pointer, N_("This is no JSON object.")) from error
    unknown = sorted(members.keys() - known)
    if unknown:
        raise InvalidValue(pointer, N_("It may not hold {members}."), members=", ".join(unknown)[:200])
