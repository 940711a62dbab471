"""A sandbox's own time: it may jump forward and run faster, and never goes back. Nobody else has one."""

from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.tenants.commands import MoveSandboxClock, SetSandboxPace, StartSandboxClock
from domain.tenants.events import SandboxClockMoved, SandboxClockStarted, SandboxPaceSet

HORIZON = datetime(2030, 12, 1, tzinfo=UTC)
"""Where every sandbox's time stops: the last published calendar ends with that year."""

_MILLISECOND = timedelta(milliseconds=1)


class SandboxClock(Aggregate):
    """The one clock of a sandbox tenant: sandbox time = `based` + (real time - `real`) * `factor`."""

    initial = SandboxClockStarted
    SINGLETON = "sandbox_clock"

    def read(self, system_now: datetime) -> datetime:
        """The sandbox's time at a real instant, not after HORIZON unless the real time is."""
        span = max((system_now - self.real).total_seconds(), 0.0) * self.factor  # another machine's clock may lag
        room = max((HORIZON - self.based).total_seconds(), 0.0)
        return max(self.based + timedelta(seconds=min(span, room)), system_now)

    @classmethod
    @creates(StartSandboxClock)
    def start(cls, _command: StartSandboxClock, ctx: Context, stream_id: UUID) -> Self:
        """Only in a sandbox."""
        _sandbox_only(ctx)
        return cls.begin(ctx, stream_id, SandboxClockStarted())

    @decides(MoveSandboxClock)
    def move(self, command: MoveSandboxClock, ctx: Context) -> None:
        """Forward, and not beyond the published calendar."""
        _sandbox_only(ctx)
        if (command.to is None) == (command.by is None):
            raise InvalidValue("", N_("Name either an instant (to) or seconds (by)."))
        to = command.to.astimezone(UTC) if command.to is not None else ctx.now + timedelta(seconds=command.by or 0)
        if to <= ctx.now:
            raise RuleViolated(
                "sandbox.forward",
                N_("A sandbox's time moves forward only; it is {now} there."),
                now=ctx.now.isoformat(timespec="seconds"),
            )
        if to > HORIZON:
            raise RuleViolated("sandbox.horizon", N_("A sandbox's time ends on {day}."), day=HORIZON.date().isoformat())
        # rounded up: after a move to an instant, that instant has come
        self.trigger(ctx, SandboxClockMoved(-((ctx.now - to) // _MILLISECOND)))

    @decides(SetSandboxPace)
    def set_pace(self, command: SetSandboxPace, ctx: Context) -> None:
        """Nothing to say when the pace stays."""
        _sandbox_only(ctx)
        if command.factor != self.factor:
            self.trigger(ctx, SandboxPaceSet(command.factor))

    @applies(SandboxClockStarted)
    def _started(self, _event: SandboxClockStarted) -> None:
        self.real = self.based = self.created_on
        self.factor = 1

    @applies(SandboxClockMoved)
    def _moved(self, event: SandboxClockMoved) -> None:
        self.based += timedelta(milliseconds=event.milliseconds)

    @applies(SandboxPaceSet)
    def _paced(self, event: SandboxPaceSet) -> None:
        # the real instant is worked out from the sandbox's: the fold needs no clock but the events' own
        at = event.occurred_at
        self.real += (at - self.based) / self.factor
        self.based, self.factor = at, event.factor


def _sandbox_only(ctx: Context) -> None:
    if not ctx.tenant.sandbox:
        raise RuleViolated("sandbox.only", N_("Only a sandbox has a clock of its own."))
