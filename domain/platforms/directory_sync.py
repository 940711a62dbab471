"""A file by which a platform brings its directory up to date: put on record when it came, and what became of it."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted
from domain.kernel.message import N_
from domain.platforms.commands.directory_sync import BeginDirectorySync, FinishDirectorySync
from domain.platforms.events.directory_sync import DirectorySyncBegun, DirectorySyncFinished
from domain.platforms.vocabulary import LineOutcome


class DirectorySync(Aggregate):
    """begun, finished; `result` is what became of it, None while it is not known."""

    initial = DirectorySyncBegun

    @classmethod
    @creates(BeginDirectorySync)
    def start(cls, command: BeginDirectorySync, ctx: Context, stream_id: UUID) -> Self:
        """By the client whose directory it is."""
        ctx.tenant.require_national()
        event = DirectorySyncBegun(
            client_id=ctx.actor, digest=command.digest, lines=command.lines, complete=command.complete
        )
        return cls.begin(ctx, stream_id, event)

    @decides(FinishDirectorySync)
    def finish(self, command: FinishDirectorySync, ctx: Context) -> None:
        """Once, with an outcome for each line."""
        if ctx.actor != self.client_id:
            raise NotPermitted(command.name, ("owner",))
        if self.result is not None:
            raise IllegalTransition(state="finished", command=command.name)
        refused = {one.line for one in command.refused}
        told = {n for n, one in enumerate(command.outcomes, 1) if one is LineOutcome.REFUSED}
        if len(command.outcomes) != self.lines or refused != told:
            raise InvalidValue("/outcomes", N_("There is an outcome for each line, and a reason for each refusal."))
        event = DirectorySyncFinished(
            client_id=self.client_id,
            outcomes=command.outcomes,
            refused=command.refused,
            delisted=command.delisted,
            held_back=command.held_back,
        )
        self.trigger(ctx, event)

    @applies(DirectorySyncBegun)
    def _begun(self, event: DirectorySyncBegun) -> None:
        self.client_id, self.lines, self.complete = event.client_id, event.lines, event.complete
        self.result: DirectorySyncFinished | None = None

    @applies(DirectorySyncFinished)
    def _finished(self, event: DirectorySyncFinished) -> None:
        self.result = event
