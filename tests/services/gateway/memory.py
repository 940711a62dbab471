"""Commands over HTTP on logs in memory: the trial domain, everybody signed in may send everything."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
from litestar import Litestar

from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.manifest import Role
from domain.kernel.registry import Registry
from domain.tenants import DOMAIN as TENANTS
from infra.clock import SystemClock
from infra.eventstore.memory import MemoryEventStore
from infra.identity.interface import ClientUses
from infra.identity.memory import MemoryClientUses, MemoryTenantUses
from infra.identity.tokens import TokenIssuer
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.budgets import Budgets
from services.command_handling.execute import CommandHandler
from services.gateway.app import create_command_app
from services.gateway.command_route import CommandRoute
from services.settings import Settings
from services.vault import Vault
from tests.services.gateway.client import STRANGER
from tests.support.trial import TRIAL, CloseBox, MarkSlip, OpenBox, PutSlip

BOXES = "/v1/tenants/opm/boxes"
ROUTES = (
    CommandRoute("/boxes", OpenBox, reads="/boxes/{id}"),
    CommandRoute("/boxes/{id}/close", CloseBox),
    CommandRoute("/slips", PutSlip, reads="/slips/{id}"),
    CommandRoute("/slips/{id}/mark", MarkSlip),
)


@dataclass
class MemorySystem:
    """What the gateway needs for commands."""

    settings: Settings
    handler: CommandHandler
    tokens: TokenIssuer
    store: MemoryEventStore
    uses: ClientUses = field(default_factory=MemoryClientUses)
    budgets: Budgets = field(default_factory=lambda: Budgets(MemoryTenantUses()))
    app: Litestar | None = None

    @property
    def transport(self) -> httpx.ASGITransport:
        assert self.app is not None
        return httpx.ASGITransport(self.app, raise_app_exceptions=False)

    def headers(self, key: str, **more: str) -> dict[str, str]:
        token = self.tokens.issue(STRANGER, "Besa", 600)
        return {"authorization": f"Bearer {token}", "idempotency-key": key} | more


def memory_system(folder: Path) -> MemorySystem:
    """A command gateway whose national tenant has an empty log."""
    everybody = frozenset({Role.SIGNED_IN})
    trial = msgspec.structs.replace(TRIAL, permissions=dict.fromkeys(TRIAL.permissions, everybody))
    domains = (TENANTS, trial)
    registry = Registry(event for domain in domains for event in domain.events)
    store = MemoryEventStore([NATIONAL_TENANT])
    vault = Vault(MemoryKeys(), MemorySubjectKeys())
    handler = CommandHandler(store, registry, domains, vault, SystemClock())
    system = MemorySystem(Settings(data=folder), handler, TokenIssuer.open(folder / "tokens.jwk"), store)
    system.app = create_command_app(system, ROUTES)
    return system
