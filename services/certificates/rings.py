"""The keys that sign an institution's certificates: private halves at hand, and the ring that its log tells.

An institution has a key as soon as it adopts its first programme. Who rotates makes the file first, then the event;
either half of it can be done again.
"""

import msgspec

from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import derived_id
from domain.volunteering.commands.issuer import MakeIssuerKey, RetireIssuerKey, RotateIssuerKey
from domain.volunteering.issuer_keys import RING, IssuerKeyRing
from infra.keys.interface import IssuerKeys
from services.command_handling.execute import CommandHandler
from services.command_handling.request import OPERATOR, Request


class IssuerRings:
    """The rings of all institutions, beside the keys at hand."""

    def __init__(self, handler: CommandHandler, keys: IssuerKeys) -> None:
        self._handler, self.keys = handler, keys

    async def follow(self, tenant: Tenant, position: int) -> None:
        """What follows from a programme that an institution adopts."""
        del position
        await self.settle(tenant)

    async def settle(self, tenant: Tenant) -> None:
        """Have the institution's first key in its log; nothing when there is one."""
        if not await self.retired(tenant):
            await self._send(tenant.slug, MakeIssuerKey(_public(self.keys, tenant.slug)))

    async def rotate(self, tenant: Tenant, reason: str) -> str:
        """Let a new key sign from now on; its public half (hex)."""
        await self.settle(tenant)
        public = _public(self.keys, tenant.slug)
        if public in await self.retired(tenant):  # else an earlier rotation made the file, and no event
            self.keys.renew(tenant.slug)
            public = _public(self.keys, tenant.slug)
        await self._send(tenant.slug, RotateIssuerKey(public, reason))
        return public

    async def retire(self, tenant: Tenant, public_key: str, reason: str) -> None:
        """Say that a key was lost. Raises: RuleViolated for the one that signs, StreamNotFound where there is none."""
        await self._send(tenant.slug, RetireIssuerKey(public_key, reason))

    async def retired(self, tenant: Tenant) -> dict[str, bool]:
        """By public key whether it is retired, in the order of making; empty where there is no ring."""
        try:
            held = await self._handler.aggregates.read(tenant.tenant_id, IssuerKeyRing, RING, fresh=True)
        except StreamNotFound:
            return {}
        keys: dict[str, bool] = getattr(held.aggregate, "retired", {})
        return keys

    async def _send(self, slug: str, command: Command) -> None:
        key = derived_id("operator", slug, command.name, msgspec.json.encode(command).decode())
        stream = None if isinstance(command, MakeIssuerKey) else RING
        await self._handler.execute(Request(slug, command, key, OPERATOR, stream))


def _public(keys: IssuerKeys, institution: str) -> str:
    return keys.newest(institution).public_key().public_bytes_raw().hex()
