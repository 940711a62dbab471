"""Institutions at the gateway: what is asked about one is counted, and refused when its quota is used up.

What is left is told when little is (draft-ietf-httpapi-ratelimit-headers), beside what an API client has left itself.
"""

from functools import partial

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from domain.tenants.quotas import Resource
from domain.tenants.register import Institution
from services.budgets import Left
from services.gateway.problems import render
from services.gateway.rate_limit import State, tell
from services.gateway.refusals import InstitutionQuotaExceeded, InstitutionQuotaFull
from services.gateway.system import Writing

_TENANTS, _SLUG = ["v1", "tenants"], 3
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
        raise exceeded(system.budgets.last(institution, resource), state)
    if left.left * LITTLE < left.limit:
        _tell(left, state)


def exceeded(left: Left, state: State) -> InstitutionQuotaExceeded:
    """The refusal of whoever has nothing left; the answer to the request of that state tells so in its headers."""
    _tell(left, state)
    return InstitutionQuotaExceeded(left.resource, left.limit, left.resets_in)


def turned_away(system: Writing, scope: HTTPScope) -> ASGIApp | None:
    """What answers a request about an institution that was just told that it asks too much; None for every other.

    It costs next to nothing: neither who asks is looked at nor what. So whoever asks about others is served as before.
    """
    budgets = system.budgets
    if not budgets.is_refusing:
        return None
    parts = scope["path"].split("/", 4)
    left = budgets.refusing(parts[_SLUG]) if parts[1:3] == _TENANTS and len(parts) > _SLUG + 1 else None
    return None if left is None else partial(_turn_away, left)


async def _turn_away(left: Left, scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    await render(exceeded(left, scope["state"]), scope).sent(send)


def require_room(institution: Institution, used: int, more: int) -> None:
    """Whether so many bytes more may be stored. Raises: InstitutionQuotaFull."""
    limit = institution.quota(Resource.STORAGE)
    if used + more > limit * MEGABYTE:
        raise InstitutionQuotaFull(Resource.STORAGE, limit)


MEGABYTE = 1_000_000


def _tell(left: Left, state: State) -> None:
    name = f"institution-{left.resource}"
    tell(state, name, quota=left.limit, window=left.window, left=left.left, resets_in=left.resets_in)
