"""What follows from SubjectErased: register, key, files; then the log hears that it is done.

The event comes first, so an erasure is decided exactly once. Everything here may run any number of times and stops
nowhere for good: the process that took the command does it before it answers, the worker's policy does it for one that
was killed, and a process that starts takes over what the register says (`restore.py`).
"""

from uuid import UUID

from domain.erasure.commands import CompleteErasure
from domain.erasure.events import SubjectErased
from domain.kernel.context import Tenant
from domain.kernel.errors import IllegalTransition, RequestKeyReused
from domain.kernel.event import FILE, about_tag
from domain.kernel.ids import derived_id
from domain.kernel.registry import Registry
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from infra.objectstore.interface import ObjectStore
from services.command_handling.execute import CommandHandler
from services.command_handling.request import CLOCK, Request
from services.erasure.own_events import OwnEvents
from services.erasure.register import Entry, Register
from services.erasure.uploads import Uploads
from services.vault import Vault


class Eraser:
    """Carries erasures out."""

    def __init__(
        self,
        handler: CommandHandler,
        vault: Vault,
        objects: ObjectStore,
        uploads: Uploads,
        register: Register,
        own_events: OwnEvents,
    ) -> None:
        self.handler, self.vault, self.register, self.uploads = handler, vault, register, uploads
        self.objects, self.own_events, self._store = objects, own_events, handler.store
        self._registry: Registry = handler.registry

    async def follow(self, tenant: Tenant, position: int) -> None:
        """Make the erasure at this position true and record that it is.

        Raises: Unavailable; what was done stays done, and the rest is done by whoever comes next.
        """
        (stored,) = await self._store.read_log(tenant.tenant_id, position - 1, 1)
        done = await self.destroy(stored)
        request = Request(
            tenant=tenant.slug,
            command=done,
            command_id=derived_id("erasure", "complete", tenant.tenant_id, stored.epoch, stored.stream_id),
            principal=CLOCK,
            stream_id=stored.stream_id,
            cause=f"{stored.tenant_id}:{stored.epoch}:{stored.position}",
        )
        try:
            await self.handler.execute(request)
        except (IllegalTransition, RequestKeyReused):
            return  # the worker was faster

    async def destroy(self, stored: StoredEvent) -> CompleteErasure:
        """Register, key and files of the erasure that is stored there; what can be said when it is done.

        Raises: Unavailable.
        """
        event = restore(self._registry, stored)
        if not isinstance(event, SubjectErased):
            raise TypeError(stored.type_name)
        tenant_id, subject_id = stored.tenant_id, event.subject_id
        kept = {name: getattr(event, name) for name in ("subject_id", "erased_at", "ground", "legal_basis")}
        await self.register.add(Entry(tenant_id=tenant_id, **kept))
        await self.vault.destroy(tenant_id, [subject_id])
        about = await self._store.read_tag(tenant_id, about_tag(subject_id))
        values, own = self._sealed(about, subject_id, stored.position)
        gone = own | await self.uploads.by(tenant_id, subject_id)
        gone -= await self.uploads.named_beside(tenant_id, gone, [one.position for one in about])
        for sha256 in gone:
            await self.objects.within(tenant_id).remove(sha256)
        await self.uploads.forget(tenant_id, subject_id)
        return CompleteErasure(values=values, files=len(gone))

    def _sealed(self, about: list[StoredEvent], subject_id: UUID, before: int) -> tuple[int, set[str]]:
        """How many values are sealed about the person before a position, and the files that they are about anywhere."""
        fields = [(one.position, name) for one in about for name in self.vault.fields(one, subject_id)]
        values = sum(position < before for position, _ in fields)
        return values, {name.removeprefix(FILE) for _, name in fields if name.startswith(FILE)}
