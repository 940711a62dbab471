"""Institutions at the gateway: what is asked about one is counted, and refused when its quota is used up.

What is left is told when little is (draft-ietf-httpapi-ratelimit-headers), beside what an API client has left itself.
"""

from typing import Any

from domain.tenants.quotas import Resource
from domain.tenants.register import Institution
from services.budgets import Left
from services.gateway.envelope import RATE
from services.gateway.refusals import InstitutionQuotaExceeded, InstitutionQuotaFull
from services.gateway.system import Writing

State = dict[str, Any]
LITTLE = 10
"""Less than this part of a quota is told to whoever asks."""


async def spend(system: Writing, slug: str, resource: Resource, state: State) -> None:
    """Count one use of the institution of that slug; nothing where nobody has it.

    Raises: InstitutionQuotaExceeded; Unavailable.
    """
    institution = (await system.handler.authority.national()).institutions.get(slug)
    if institution is None:
        return
    left = await system.budgets.spend(institution, resource)
    if left is None:
        last = system.budgets.last(institution, resource)
        _tell(last, state)
        raise InstitutionQuotaExceeded(resource, last.limit, last.resets_in)
    if left.left * LITTLE < left.limit:
        _tell(left, state)


def require_room(institution: Institution, used: int, more: int) -> None:
    """Whether so many bytes more may be stored. Raises: InstitutionQuotaFull."""
    limit = institution.quota(Resource.STORAGE)
    if used + more > limit * MEGABYTE:
        raise InstitutionQuotaFull(Resource.STORAGE, limit)


MEGABYTE = 1_000_000


def _tell(left: Left, state: State) -> None:
    name = b"institution-" + left.resource.encode()
    state[RATE] = [
        *state.get(RATE, ()),
        (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (name, left.limit, left.window)),
        (b"ratelimit", b'"%b";r=%d;t=%d' % (name, left.left, left.resets_in)),
    ]
