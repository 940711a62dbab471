"""Who may ask what: every query by its name with the roles of which one is needed. What is not named is refused.

What a domain is asked stands in its manifest, beside who may send its commands; here stands what is asked of the
platform.
"""

from collections.abc import Iterable, Mapping

from domain.catalogue import DOMAINS
from domain.kernel.manifest import Role
from domain.kernel.readers import ANYBODY, INVOLVED, NATION, STAFF, SUPERVISED, WATCHERS

Rights = Mapping[str, frozenset[Role]]

_PLATFORM: Rights = {
    "overview": SUPERVISED,
    "national_overview": NATION,
    "audit_trail": WATCHERS,
    "events": WATCHERS,
    "changes": WATCHERS,
    "aggregate": SUPERVISED,
    "receipt": INVOLVED | {Role.SIGNED_IN},
    "file": STAFF,
    "file_upload": ANYBODY | {Role.API_CLIENT},
}


def _once(every: Iterable[Rights]) -> Rights:
    """All of them. Raises: TypeError for a name that two of them give."""
    found: dict[str, frozenset[Role]] = {}
    for rights in every:
        if twice := found.keys() & rights.keys():
            raise TypeError(f"two queries are named {', '.join(sorted(twice))}")
        found |= rights
    return found


QUERIES: Rights = _once([_PLATFORM, *(domain.queries for domain in DOMAINS)])

HEADINGS: Mapping[str, str] = dict.fromkeys(_PLATFORM, "platform") | {
    name: domain.name for domain in DOMAINS for name in domain.queries
}
"""Under what a query stands in the API's description: its domain, as that domain's commands do."""

PERSONAL = "me"
"""What asks for nothing but a valid token: a person's own mandates, own data everywhere, own erasure everywhere."""
