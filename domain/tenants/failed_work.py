"""Work that the system could not do, tried again because somebody asked for it."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.context import Context
from domain.tenants.commands import RetryFailedWork
from domain.tenants.events import FailedWorkRetried


class WorkRetry(Aggregate):
    """One time that it was asked for: a stream of its own, so that nobody waits in line.

    What has failed no log says: whoever takes the command knows it.
    """

    initial = FailedWorkRetried

    @classmethod
    @creates(RetryFailedWork)
    def retry(cls, command: RetryFailedWork, ctx: Context, stream_id: UUID) -> Self:
        """In an institution that has ended too: what it began is finished."""
        return cls.begin(ctx, stream_id, FailedWorkRetried(command.kind, command.subject))

    @applies(FailedWorkRetried)
    def _retried(self, event: FailedWorkRetried) -> None:
        self.kind, self.subject = event.kind, event.subject
