"""Questions to the registers of programmes, of certificates and of the keys that sign them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from projections.issuer_key_register import IssuerKeyRow
from projections.lookup import with_slug
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page, selected
from projections.volunteer_certificate_register import CertificateFacts, CertificateRow
from projections.volunteer_programme_register import VolunteerProgrammeRow

_CERTIFICATES, _PROGRAMMES, _KEYS = (
    "volunteer_certificate_register",
    "volunteer_programme_register",
    "issuer_key_register",
)
_PUBLIC = with_slug(f"(SELECT {selected(CertificateFacts)} FROM {_CERTIFICATES})")  # noqa: S608 - our own text
_PUBLIC_PROGRAMMES, _PUBLIC_KEYS = with_slug(_PROGRAMMES), with_slug(_KEYS)
State = Annotated[str, msgspec.Meta(max_length=20)]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What certificates to look for; None asks nothing."""

    state: State | None = None
    programme_id: UUID | None = None
    person_id: UUID | None = None


class ProgrammeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What programmes to look for; None asks nothing. `state` is adopted or retired."""

    state: State | None = None


class PublicCertificate(CertificateFacts, frozen=True):
    """What whoever holds a certificate's id may know, of the institution `tenant`; nobody's name."""

    tenant: str = ""


class PublicProgramme(VolunteerProgrammeRow, frozen=True):
    """A programme of the institution `tenant`."""

    tenant: str = ""


class PublicIssuerKey(IssuerKeyRow, frozen=True):
    """A key of the institution `tenant`."""

    tenant: str = ""


async def programmes(
    connection: ReadConnection, chosen: ProgrammeFilter, *, after: After | None = None, limit: int = 50
) -> Page[VolunteerProgrammeRow]:
    """The tenant's programmes, the newest first; the key is `(adopted_at, programme_id)`."""
    where = Conditions().add_equal(state=chosen.state)
    key = ("adopted_at", "programme_id")
    return await fetch_page(connection, VolunteerProgrammeRow, _PROGRAMMES, where, key, after, limit, descending=True)


async def programme(connection: ReadConnection, programme_id: UUID) -> VolunteerProgrammeRow | None:
    """One programme of the tenant."""
    where = Conditions().add_equal(programme_id=programme_id)
    return await fetch_one(connection, VolunteerProgrammeRow, _PROGRAMMES, where)


async def public_programmes(
    connection: ReadConnection,
    chosen: ProgrammeFilter,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicProgramme]:
    """Programmes of the tenants in scope, the newest first."""
    where = Conditions().add_equal(state=chosen.state, tenant=tenant)
    key = ("adopted_at", "programme_id")
    return await fetch_page(connection, PublicProgramme, _PUBLIC_PROGRAMMES, where, key, after, limit, descending=True)


async def certificates(
    connection: ReadConnection, chosen: Filter, *, after: After | None = None, limit: int = 50
) -> Page[CertificateRow]:
    """The tenant's certificates, the newest first; the key is `(issued_at, certificate_id)`."""
    where = Conditions().add_equal(state=chosen.state, programme_id=chosen.programme_id, person_id=chosen.person_id)
    key = ("issued_at", "certificate_id")
    return await fetch_page(connection, CertificateRow, _CERTIFICATES, where, key, after, limit, descending=True)


async def certificate(connection: ReadConnection, certificate_id: UUID) -> CertificateRow | None:
    """One certificate of the tenant."""
    return await fetch_one(
        connection, CertificateRow, _CERTIFICATES, Conditions().add_equal(certificate_id=certificate_id)
    )


async def public_certificate(connection: ReadConnection, certificate_id: UUID) -> PublicCertificate | None:
    """One certificate of the tenants in scope, by its id."""
    where = Conditions().add_equal(certificate_id=certificate_id)
    return await fetch_one(connection, PublicCertificate, _PUBLIC, where)


async def ended(connection: ReadConnection, tenant_id: int, epoch: int, first: int, last: int) -> list[int] | None:
    """Positions, `first` to `last`, of the tenant's certificates that count no more; None where none is."""
    rows = await connection.fetch(
        f"SELECT position, state FROM {_CERTIFICATES}"  # noqa: S608 - our own text
        " WHERE tenant_id = $1 AND epoch = $2 AND position BETWEEN $3 AND $4",
        tenant_id,
        epoch,
        first,
        last,
    )
    return [row["position"] for row in rows if row["state"] != "issued"] if rows else None


async def issuer_keys(
    connection: ReadConnection, *, tenant: str | None = None, public_key: str | None = None, limit: int = 10_000
) -> list[PublicIssuerKey]:
    """Keys of the tenants in scope."""
    where = Conditions().add_equal(tenant=tenant, public_key=public_key)
    page = await fetch_page(connection, PublicIssuerKey, _PUBLIC_KEYS, where, ("tenant_id", "public_key"), None, limit)
    return list(page.items)


def shown_at(now: datetime) -> datetime:
    """A list is made anew each minute, so that who asks twice within one gets the same bytes."""
    return now.replace(second=0, microsecond=0)
