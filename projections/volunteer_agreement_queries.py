"""Questions to the register of agreements with volunteers: an institution's own, a provider's, and one's own."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.volunteer_agreement_register import VolunteerAgreementRow

_TABLE = "volunteer_agreement_register"
_ORDER = ("offered_at", "agreement_id")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    opportunity_id: UUID | None = None
    provider_id: UUID | None = None
    person_id: UUID | None = None
    protection: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(
            state=self.state,
            opportunity_id=self.opportunity_id,
            provider_id=self.provider_id,
            person_id=self.person_id,
            protection=self.protection,
        )


class Providers(msgspec.Struct, frozen=True):
    """For whom a reader acts: organisations, and with `institution` the institution itself."""

    organisations: Collection[UUID]
    institution: bool = False

    def provides(self, organisation_id: UUID | None) -> bool:
        """Whether a provider is one of these."""
        return self.institution if organisation_id is None else organisation_id in self.organisations

    def limit(self, where: Conditions, template: str = "$own") -> Conditions:
        """The clause, about these providers only; `template` holds `$own` where the agreement's columns are."""
        own = "(organisation_id = ANY (?) OR (organisation_id IS NULL AND ?))"
        return where.add(template.replace("$own", own), list(self.organisations), self.institution)


async def agreements(
    connection: ReadConnection,
    chosen: Filter,
    *,
    providers: Providers | None = None,
    person_id: UUID | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[VolunteerAgreementRow]:
    """Agreements, the newest first; of `providers`, or of whom `person_id` is the volunteer, supervisor or guardian.

    The key is `(offered_at, agreement_id)`.
    """
    where = chosen.conditions()
    if providers is not None:
        providers.limit(where)
    if person_id is not None:
        mine = "person_id = ? OR supervisor_id = ? OR jsonb_exists(guardians, ?)"
        where.add(mine, person_id, person_id, str(person_id))
    return await fetch_page(connection, VolunteerAgreementRow, _TABLE, where, _ORDER, after, limit, descending=True)


async def agreement(connection: ReadConnection, agreement_id: UUID) -> VolunteerAgreementRow | None:
    """One agreement of the tenant."""
    return await fetch_one(connection, VolunteerAgreementRow, _TABLE, Conditions().add_equal(agreement_id=agreement_id))
