"""Who answers for institutions that ended, as the logs of all of them say now."""

from uuid import UUID

from projections.as_is import Answering
from services.command_handling.authority import Authority


async def answering(authority: Authority) -> Answering:
    """Who answers for institutions that ended, today: of a split one by duty, of each by the end of its chain."""
    institutions = (await authority.national()).institutions
    first: dict[str, str] = {}
    given: dict[tuple[int, UUID], str] = {}
    for slug, one in institutions.items():
        if not one.successors:
            continue
        succession = (await authority.of(one.tenant_id)).succession
        first[slug] = one.successors[0] if succession is None else succession.first
        if succession is not None:
            given |= {(one.tenant_id, duty_id): to for duty_id, to in succession.assigned.items()}

    def now(slug: str) -> int:
        while slug in first:
            slug = first[slug]
        return institutions[slug].tenant_id

    tenants = {institutions[slug].tenant_id: now(slug) for slug in first}
    streams = {key: now(to) for key, to in given.items() if now(to) != tenants[key[0]]}
    return Answering(tenants, streams)
