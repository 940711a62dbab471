"""The installation's signing keys: private halves at hand, and the ring that the national log tells.

The log is the authority on which keys ever signed; files or a mounted secret hold what signs now. An operator changes
both together: `rotate` makes the file first, then the event, and either half of it can be done again.
"""

from typing import Literal

import msgspec

from domain.kernel.command import Command
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.transparency.commands import MakeSigningKey, RetireSigningKey, RotateSigningKey
from domain.transparency.signing_keys import SigningKeyRing
from infra.keys.interface import SigningKeys
from infra.tlog.note import Verifier
from services.command_handling.execute import CommandHandler
from services.command_handling.request import OPERATOR, Request

RING = derived_id(SigningKeyRing.SINGLETON, NATIONAL_TENANT)


class KnownKey(msgspec.Struct, frozen=True):
    """A key of the ring by its public half (hex). `held`: this process has the private half."""

    public_key: str
    state: Literal["current", "earlier", "retired"]
    held: bool


class KeyRing:
    """The ring as the log tells it, beside the keys at hand."""

    def __init__(self, handler: CommandHandler, signing: SigningKeys) -> None:
        self._handler, self._signing = handler, signing

    async def known(self) -> tuple[KnownKey, ...]:
        """Every key that ever signed, in the order of their making; empty before the first is in the log."""
        held = set(self._held())
        ring = await self._retired()
        current = next(reversed(ring), "")
        return tuple(
            KnownKey(key, "current" if key == current else "retired" if retired else "earlier", key in held)
            for key, retired in ring.items()
        )

    async def verifiers(self, origin: str) -> tuple[Verifier, ...]:
        """What checkpoints of a log verify with, newest first; retired ones too, for what they signed before."""
        return tuple(Verifier(origin, bytes.fromhex(key)) for key in reversed(await self._retired()))

    async def settle(self) -> None:
        """Have the first key in the log; a start of the system does it, and nothing when there is one."""
        if not await self._retired():
            await self._send(MakeSigningKey(self._held()[0]))

    async def catch_up(self) -> None:
        """Have the key that signs in the log, and those before it that an older database has lost the rotations of."""
        await self.settle()
        ring, held = await self._retired(), self._held()
        if held[0] in ring:
            return
        for key in reversed(held):
            if key not in ring:
                await self._send(RotateSigningKey(key, "found at a start: it signs, and the log did not tell of it"))

    async def unentered(self) -> bool:
        """Whether the newest key at hand is not in the log yet: made or mounted, and not rotated to."""
        await self.settle()
        return self._held()[0] not in await self._retired()

    async def rotate(self, reason: str) -> str:
        """Enter the newest key at hand as the one that signs; its public half.

        Raises: RuleViolated when that key has signed before.
        """
        await self.settle()
        newest = self._held()[0]
        await self._send(RotateSigningKey(newest, reason))
        return newest

    async def retire(self, public_key: str, reason: str) -> None:
        """Say that nothing which the key signs from now on is to be trusted. Raises: RuleViolated."""
        await self._send(RetireSigningKey(public_key, reason))

    def _held(self) -> list[str]:
        return [verifier.public.hex() for verifier in self._signing.verifiers(NATIONAL_SLUG)]

    async def _retired(self) -> dict[str, bool]:
        try:
            held = await self._handler.aggregates.read(NATIONAL_TENANT, SigningKeyRing, RING, fresh=True)
        except StreamNotFound:
            return {}
        retired: dict[str, bool] = getattr(held.aggregate, "retired", {})
        return retired

    async def _send(self, command: Command) -> None:
        key = derived_id("operator", command.name, msgspec.json.encode(command).decode())
        await self._handler.execute(Request(NATIONAL_SLUG, command, key, OPERATOR))
