"""What institutions and organisations publicly had to do with each other, of whatever domain, as one list.

A domain adds to it by a line in `DEALINGS`: a SELECT over its own public columns, and the read models it reads.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.money import Money
from domain.kernel.text import Title
from projections.catalogue import (
    CONSULTATIONS,
    CONTRIBUTIONS,
    COUNCIL_ACTIONS,
    COUNCIL_RESOLUTIONS,
    GRANT_AGREEMENTS,
    LICENCES,
    SERVICE_CONTRACTS,
    VOLUNTEER_PROVIDERS,
)
from projections.contribution_queries import DEALING_CONTRIBUTIONS
from projections.council_queries import DEALING_ACTIONS
from projections.grant_agreement_queries import DEALING_AGREEMENTS
from projections.licence_queries import DEALING_LICENCES
from projections.paging import After, Page
from projections.read_model import ReadModel
from projections.reading import Conditions, ReadConnection, fetch_page
from projections.service_contract_queries import DEALING_CONTRACTS
from projections.volunteer_provider_queries import DEALING_PROVIDERS


class Dealing(msgspec.Struct, frozen=True):
    """One thing that is public: of which `kind`, with which institution (`tenant`), when, under which title.

    `dealing_id` and `state` are the thing's own, `about_id` is what it belongs to: of a contribution its consultation.
    `amount` is there where money is.
    """

    tenant_id: int
    kind: str
    dealing_id: UUID
    tenant: str
    organisation_id: UUID
    about_id: UUID | None
    title: Title
    state: str
    at: datetime
    amount: Money | None


class Dealings(msgspec.Struct, frozen=True):
    """One kind: a SELECT of the fields of `Dealing` in their order, and the read models whose tables it reads.

    It shows what the public role may see and nothing of a sandbox's future; tables of read models stand without schema,
    so that the past can be laid before them.
    """

    select: str
    of: tuple[ReadModel[Any], ...]


DEALINGS: tuple[Dealings, ...] = (
    Dealings(DEALING_CONTRIBUTIONS, (CONTRIBUTIONS, CONSULTATIONS)),
    Dealings(DEALING_AGREEMENTS, (GRANT_AGREEMENTS,)),
    Dealings(DEALING_LICENCES, (LICENCES,)),
    Dealings(DEALING_CONTRACTS, (SERVICE_CONTRACTS,)),
    Dealings(DEALING_PROVIDERS, (VOLUNTEER_PROVIDERS,)),
    Dealings(DEALING_ACTIONS, (COUNCIL_ACTIONS, COUNCIL_RESOLUTIONS)),
)
"""Every kind of dealing, a line a domain."""
MODELS: tuple[ReadModel[Any], ...] = tuple(dict.fromkeys(model for kind in DEALINGS for model in kind.of))
"""The read models of all of them."""
_ALL = f"({' UNION ALL '.join(kind.select for kind in DEALINGS)}) dealings"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    kind: str | None = None
    state: str | None = None


NO_FILTER = Filter()


async def dealings(
    connection: ReadConnection,
    organisations: Sequence[UUID],
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[Dealing]:
    """What the tenants in scope had to do with these organisations, the newest first; key `(at, dealing_id)`."""
    where = Conditions().add("organisation_id = ANY (?)", list(organisations))
    return await fetch_page(
        connection,
        Dealing,
        _ALL,
        where.add_equal(kind=chosen.kind, state=chosen.state),
        ("at", "dealing_id"),
        after,
        limit,
        descending=True,
    )
