"""Questions to the register of agreements. What depends on now (payable, overdue) is said here and never stored."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.grant_agreement_register import GrantAgreementFacts, GrantAgreementRow
from projections.lookup import Lookup, of_any, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import folded

_TABLE = "grant_agreement_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing.

    `overdue`: a report did not come; `instalment`: one stands so, as `requested` or `checked` for what is to be paid.
    `text` is looked for in names and titles.
    """

    call_id: UUID | None = None
    organisation_id: UUID | None = None
    state: str | None = None
    purpose: str | None = None
    overdue: bool | None = None
    instalment: str | None = None
    text: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            call_id=self.call_id, organisation_id=self.organisation_id, state=self.state, purpose=self.purpose
        )
        if self.overdue is not None:
            where.add("overdue > 0" if self.overdue else "overdue = 0")
        if self.instalment is not None:
            where.add("instalments @> jsonb_build_array(jsonb_build_object('state', ?::text))", self.instalment)
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


NO_FILTER = Filter()


DEALING_AGREEMENTS = (
    "SELECT a.tenant_id, 'grant_agreement' AS kind, a.agreement_id AS dealing_id, t.slug AS tenant, a.organisation_id,"
    " a.call_id AS about_id,"
    " jsonb_build_object(CASE WHEN a.language IN ('sq', 'sr', 'tr', 'bs', 'rom') THEN a.language ELSE 'en' END,"
    " jsonb_build_object('text', a.title)) AS title, a.state,"
    " a.signed_at AS at, a.award AS amount"
    " FROM grant_agreement_register a JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id) WHERE a.public"
)
"""What organisations were promised, for `projections/dealings.py`."""


class PublicGrantAgreement(GrantAgreementFacts, frozen=True):
    """A signed agreement as everybody sees it; `tenant` is the institution's slug."""

    tenant: str = ""


class _Held(GrantAgreementFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_PUBLIC = published(_Held, _TABLE)


_AGREEMENTS = Lookup(GrantAgreementRow, _TABLE, "drafted_at", "agreement_id", descending=True)
_PUBLIC_AGREEMENTS = Lookup(PublicGrantAgreement, _PUBLIC, "signed_at", "agreement_id", descending=True)


async def agreements(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[GrantAgreementRow]:
    """Agreements, the newest first, of these `organisations` where they are given; key `(drafted_at, agreement_id)`."""
    return await _AGREEMENTS.page(connection, of_any(organisations, chosen.conditions()), after, limit)


async def agreement(
    connection: ReadConnection, agreement_id: UUID, *, organisations: Collection[UUID] | None = None
) -> GrantAgreementRow | None:
    """One agreement, of these `organisations` where they are given."""
    return await _AGREEMENTS.one(connection, agreement_id, of_any(organisations, Conditions()))


async def public_agreements(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicGrantAgreement]:
    """Signed agreements of the tenants in scope, the newest first; the key is `(signed_at, agreement_id)`."""
    return await _PUBLIC_AGREEMENTS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_agreement(connection: ReadConnection, agreement_id: UUID) -> PublicGrantAgreement | None:
    """One signed agreement of the tenants in scope."""
    return await _PUBLIC_AGREEMENTS.one(connection, agreement_id)
