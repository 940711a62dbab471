"""What a source says of a grant that was awarded elsewhere, as it was given; the words are those of 360Giving 1.4.

Persons are nowhere in here: a grant to a person is not taken, and of an organisation no contact's name or address.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import END, Line, Prose
from domain.recorded.given import Code, Given, Identifier, Members, PartialDate, require_amount, require_members

Months = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9]{{1,4}}(\.[0-9]{{1,6}})?{END}", description="Length in months, as a decimal")
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


class Party(Given, frozen=True):
    """A recipient or a funder as the source names it.

    `identifier` is `<scheme>-<number>` where the scheme is one of org-id.guide.
    """

    name: Line
    identifier: Identifier
    other: Members = ""


class Place(Given, frozen=True):
    """Where those live whom the grant is for; `code` belongs to the gazetteer that `code_type` names."""

    name: Code = ""
    country: Code = ""
    code: Code = ""
    code_type: Code = ""
    other: Members = ""


class Programme(Given, frozen=True):
    """The programme under which the grant was awarded."""

    code: Code = ""
    title: Annotated[str, msgspec.Meta(max_length=300)] = ""
    other: Members = ""


class Period(Given, frozen=True):
    """When the activity was to take place."""

    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    months: Months | None = None
    other: Members = ""


Parties = Annotated[tuple[Party, ...], msgspec.Meta(min_length=1, max_length=20)]
Places = Annotated[tuple[Place, ...], msgspec.Meta(max_length=100)]
Programmes = Annotated[tuple[Programme, ...], msgspec.Meta(max_length=20)]
Periods = Annotated[tuple[Period, ...], msgspec.Meta(max_length=20)]


class GrantFacts(Given, frozen=True):
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
        if money is not None:
            require_amount(f"/facts/{name}", money, facts.amount.currency)
    require_members("/facts/other", facts.other, GRANT_MEMBERS)
    for field, known in (
        ("recipients", PARTY_MEMBERS),
        ("funders", PARTY_MEMBERS),
        ("planned", PERIOD_MEMBERS),
        ("programmes", PROGRAMME_MEMBERS),
        ("places", PLACE_MEMBERS),
    ):
        parts: Iterable[Any] = getattr(facts, field)
        for n, part in enumerate(parts):
            require_members(f"/facts/{field}/{n}/other", part.other, known)
