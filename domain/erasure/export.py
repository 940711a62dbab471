"""What a person was given of their own data: each time a stream of its own, so that no two wait in line."""

from typing import Self
from uuid import UUID

from domain.erasure.commands import RecordExport
from domain.erasure.events import DataExported
from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.context import Context


class Export(Aggregate):
    """One export of a person's own data, as whoever wonders about it later finds it in the log."""

    initial = DataExported

    @classmethod
    @creates(RecordExport)
    def record(cls, _command: RecordExport, ctx: Context, stream_id: UUID) -> Self:
        """Always of whoever asks, never of another."""
        return cls.begin(ctx, stream_id, DataExported(subject_id=ctx.actor))

    @applies(DataExported)
    def _exported(self, event: DataExported) -> None:
        self.subject_id = event.subject_id
