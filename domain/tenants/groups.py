"""Groups of institutions that a grant may name instead of each of them."""

from collections.abc import Collection
from enum import StrEnum

from domain.tenants.commands import Kind


class TenantGroup(StrEnum):
    """Words that stand for several institutions, also for such as are registered later; no slug is one of them."""

    ALL = "all"
    MINISTRIES = "ministries"
    MUNICIPALITIES = "municipalities"
    NATIONAL = "national"


GROUPS: frozenset[str] = frozenset(TenantGroup)

_OF_KIND: dict[str, TenantGroup] = {
    Kind.NATIONAL: TenantGroup.NATIONAL,
    Kind.MINISTRY: TenantGroup.MINISTRIES,
    Kind.MUNICIPALITY: TenantGroup.MUNICIPALITIES,
}


def covers(named: Collection[str], slug: str, kind: str) -> bool:
    """Whether slugs and groups that are `named` cover the institution of that slug and kind."""
    return TenantGroup.ALL in named or slug in named or _OF_KIND.get(kind) in named
