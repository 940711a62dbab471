"""Questions to the register of organisations, of those who keep it and of everybody."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

from domain.kernel.deadline import local_day
from domain.kernel.text import Title
from domain.kernel.vocabulary import Contact
from domain.organisations.vocabulary import Certificate, Identifier, Membership, PublicBenefit
from projections.organisation_register import OrganisationRow, Ruling, Tenure
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.searching import folded

S = TypeVar("S", bound=msgspec.Struct)
_LONGEST = 3_660


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    municipality: str | None = None
    legal_form: str | None = None
    number: Annotated[str, msgspec.Meta(max_length=40, description="An identifier, as it is printed")] | None = None
    network: Annotated[str, msgspec.Meta(max_length=40, description="A network it is in today")] | None = None
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=200, description="Words of its name")] | None = None
    expiring_within: (
        Annotated[
            int,
            msgspec.Meta(
                ge=0,
                le=_LONGEST,
                description="Days within which a certificate in force ends, without a longer one of its kind",
            ),
        ]
        | None
    ) = None
    officer_id: Annotated[UUID, msgspec.Meta(description="A person who holds or held an office")] | None = None

    def conditions(self, now: datetime) -> Conditions:
        """What a row must fulfil at that time."""
        where = Conditions().add_equal(state=self.state, municipality=self.municipality, legal_form=self.legal_form)
        today = local_day(now)
        if self.number is not None:
            where.add("jsonb_exists(numbers, ?)", "".join(sign for sign in self.number.upper() if sign.isalnum()))
        if self.text is not None:
            where.add("position(? in searched) > 0", folded(self.text))
        if self.network is not None:
            where.add(_MEMBER, self.network, today, today)
        if self.officer_id is not None:
            where.add("officers @> jsonb_build_array(jsonb_build_object('person_id', ?::text))", str(self.officer_id))
        if self.expiring_within is not None:
            _add_expiring(where, today, today + timedelta(days=self.expiring_within))
        return where


NO_FILTER = Filter()
_MEMBER = (
    "EXISTS (SELECT FROM jsonb_array_elements(memberships) m WHERE m->>'network' = ?"
    " AND (m->>'since')::date <= ? AND coalesce((m->>'until')::date, 'infinity') >= ?)"
)
_EXPIRING = (
    "EXISTS (SELECT FROM jsonb_array_elements(certificates) c WHERE c->>'revoked_on' IS NULL"
    " AND (c->>'issued_on')::date <= ? AND (c->>'valid_until')::date BETWEEN ? AND ?"
    " AND NOT EXISTS (SELECT FROM jsonb_array_elements(certificates) d WHERE d->>'revoked_on' IS NULL"
    " AND d->>'kind' = c->>'kind' AND coalesce((d->>'valid_until')::date, 'infinity') > ?))"
)


def _add_expiring(where: Conditions, today: date, last: date) -> None:
    where.add(_EXPIRING, today, today, last, last)


class PublicOrganisation(msgspec.Struct, frozen=True):
    """An entry as everybody sees it; `tenant` is the national institution, whose register it is.

    Officers are left out, but for their positions and days (`tenures`) where the law makes them public.
    """

    tenant_id: int
    organisation_id: UUID
    tenant: str
    state: str
    version: int
    legal_name: Title
    legal_form: str
    municipality: str
    identifiers: tuple[Identifier, ...]
    contact: Contact | None
    verified_at: datetime | None
    changed_at: datetime
    certificates: tuple[Certificate, ...]
    public_benefit: tuple[PublicBenefit, ...]
    tenures: tuple[Tenure, ...]
    memberships: tuple[Membership, ...]
    rulings: tuple[Ruling, ...]
    merged_into: UUID | None
    absorbed: tuple[UUID, ...]
    source: str
    source_id: str


_PUBLIC = (
    "(SELECT o.*, t.slug AS tenant FROM (SELECT tenant_id, organisation_id, state, version, legal_name, legal_form,"
    " municipality, identifiers, numbers, searched, contact, verified_at, changed_at, certificates, public_benefit,"
    " tenures, memberships, rulings, merged_into, absorbed, source, source_id"
    " FROM organisation_register WHERE public) o"
    " JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)) shown"
)


async def organisations(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[OrganisationRow]:
    """Entries and claims, what changed last first; the key is `(changed_at, organisation_id)`."""
    return await fetch_page(
        connection,
        OrganisationRow,
        "organisation_register",
        chosen.conditions(now),
        ("changed_at", "organisation_id"),
        after,
        limit,
        descending=True,
    )


async def own_organisations(
    connection: ReadConnection,
    person_id: UUID,
    organisations: Iterable[UUID],
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[OrganisationRow]:
    """What the person claimed, and the `organisations` named; ordered and keyed as `organisations`."""
    where = Conditions().add("claimant_id = ? OR organisation_id = ANY (?)", person_id, list(organisations))
    return await fetch_page(
        connection,
        OrganisationRow,
        "organisation_register",
        where,
        ("changed_at", "organisation_id"),
        after,
        limit,
        descending=True,
    )


async def organisation(connection: ReadConnection, organisation_id: UUID) -> OrganisationRow | None:
    """One entry; under the id of one that was merged, the entry that goes on."""
    return await _found(connection, OrganisationRow, "organisation_register", organisation_id)


async def public_organisations(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicOrganisation]:
    """The public register, what changed last first; the key is `(changed_at, organisation_id)`."""
    return await fetch_page(
        connection,
        PublicOrganisation,
        _PUBLIC,
        chosen.conditions(now),
        ("changed_at", "organisation_id"),
        after,
        limit,
        descending=True,
    )


async def public_organisation(connection: ReadConnection, organisation_id: UUID) -> PublicOrganisation | None:
    """One entry of the public register; under the id of one that was merged, the entry that goes on."""
    return await _found(connection, PublicOrganisation, _PUBLIC, organisation_id)


async def _found(connection: ReadConnection, struct: type[S], source: str, organisation_id: UUID) -> S | None:
    """The entry that goes on stands first; the merged one itself is found until the other has taken over."""
    where = Conditions().add("organisation_id = ? OR jsonb_exists(absorbed, ?)", organisation_id, str(organisation_id))
    return await fetch_one(connection, struct, source, where, order="(state = 'merged'), (organisation_id = $1) DESC")
