"""The one list of domains, and what follows from it."""

from domain.action_measures import DOMAIN as ACTION_MEASURES
from domain.clients import DOMAIN as CLIENTS
from domain.consultations import DOMAIN as CONSULTATIONS
from domain.contracts import DOMAIN as CONTRACTS
from domain.council import DOMAIN as COUNCIL
from domain.erasure import DOMAIN as ERASURE
from domain.funding_claims import DOMAIN as FUNDING_CLAIMS
from domain.grants import DOMAIN as GRANTS
from domain.kernel.command import Command, by_name
from domain.kernel.manifest import Domain
from domain.kernel.registry import Registry
from domain.licences import DOMAIN as LICENCES
from domain.organisations import DOMAIN as ORGANISATIONS
from domain.platforms import DOMAIN as PLATFORMS
from domain.publications import DOMAIN as PUBLICATIONS
from domain.rules import DOMAIN as RULES
from domain.succession import DOMAIN as SUCCESSION
from domain.tenants import DOMAIN as TENANTS
from domain.transparency import DOMAIN as TRANSPARENCY
from domain.volunteering import DOMAIN as VOLUNTEERING
from domain.webhooks import DOMAIN as WEBHOOKS

DOMAINS: tuple[Domain, ...] = (
    TENANTS,
    RULES,
    TRANSPARENCY,
    SUCCESSION,
    ORGANISATIONS,
    CLIENTS,
    PLATFORMS,
    WEBHOOKS,
    FUNDING_CLAIMS,
    LICENCES,
    CONSULTATIONS,
    GRANTS,
    CONTRACTS,
    VOLUNTEERING,
    PUBLICATIONS,
    COUNCIL,
    ACTION_MEASURES,
    ERASURE,
)

REGISTRY = Registry(
    (event for domain in DOMAINS for event in domain.events),
    (upcast for domain in DOMAINS for upcast in domain.upcasts),
)
"""Every event type that may stand in a log."""

COMMANDS: dict[str, type[Command]] = by_name(command for domain in DOMAINS for command in domain.permissions)
"""Every command by its name, which is its own: no two domains have one of the same name."""
