"""The figures Pakt counts, by name and unit. Attributes (tenants, projections, kinds, roles) are few and public."""

from opentelemetry import metrics
from opentelemetry.context import Context

_SECONDS_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Where buckets of durations end, in seconds: the SDK's own are made for milliseconds, and tell seconds apart by 5."""
_SIZE_BOUNDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
_METER = metrics.get_meter("pakt")

_REQUESTS = _METER.create_histogram(
    "http.server.request.duration",
    unit="s",
    description="Duration of HTTP server requests",
    explicit_bucket_boundaries_advisory=_SECONDS_BOUNDS,
)

_COMMANDS = _METER.create_counter("pakt.append.commands", unit="{command}", description="Commands sent to the log")
_SECONDS = _METER.create_histogram(
    "pakt.append.duration",
    unit="s",
    description="One flush, from sending to outcomes",
    explicit_bucket_boundaries_advisory=_SECONDS_BOUNDS,
)
_BATCH = _METER.create_histogram(
    "pakt.append.batch",
    unit="{command}",
    description="Commands in one flush to the log",
    explicit_bucket_boundaries_advisory=_SIZE_BOUNDS,
)
_LAG_EVENTS = _METER.create_gauge(
    "pakt.projection.lag", unit="{event}", description="Events of the log that a projection has not shown yet"
)
_LAG_SECONDS = _METER.create_gauge(
    "pakt.projection.delay", unit="s", description="Age of the oldest event that a projection has not shown yet"
)
_PARKED = _METER.create_gauge(
    "pakt.projection.parked", unit="{stream}", description="Streams that a projection cannot fold and has set aside"
)
_OVERDUE = _METER.create_gauge(
    "pakt.timer.delay", unit="s", description="Seconds since the oldest deadline was due that nothing was done about"
)
_UNWITNESSED = _METER.create_gauge(
    "pakt.cosignature.delay", unit="s", description="Age of the oldest head that its witnesses have not cosigned"
)
_POOL = _METER.create_histogram(
    "pakt.pool.wait",
    unit="s",
    description="From asking for a connection to the database to having it",
    explicit_bucket_boundaries_advisory=_SECONDS_BOUNDS,
)
_UNSEALED = _METER.create_gauge("pakt.seal.lag", unit="{event}", description="Events of the log that no head seals yet")
_UNSEALED_SECONDS = _METER.create_gauge(
    "pakt.seal.delay", unit="s", description="Age of the oldest event that no head seals yet"
)
_HEADS = _METER.create_counter("pakt.seal.heads", unit="{head}", description="Tree heads signed")
_SEALING = _METER.create_histogram(
    "pakt.seal.duration",
    unit="s",
    description="One seal, from reading to publishing",
    explicit_bucket_boundaries_advisory=_SECONDS_BOUNDS,
)
_STOPPED = _METER.create_gauge("pakt.seal.stopped", unit="{log}", description="Logs that are not signed for an alarm")
_WAITING = _METER.create_gauge("pakt.work.waiting", unit="{piece}", description="Background work that is to be done")
_LATE = _METER.create_gauge("pakt.work.delay", unit="s", description="Seconds since the oldest work not done was due")
_FAILED = _METER.create_gauge(
    "pakt.work.failed", unit="{piece}", description="Background work that was refused or given up, and is not done"
)
_FAILING = _METER.create_gauge("pakt.work.failed.age", unit="s", description="Age of the oldest work that failed")


def count_request(seconds: float, attributes: dict[str, str | int]) -> None:
    """A request was answered; the attributes are those of OpenTelemetry's conventions for HTTP servers."""
    _REQUESTS.record(seconds, attributes)


def count_flush(commands: int, seconds: float, context: Context | None = None) -> None:
    """One flush carried so many commands to their outcomes and took so long; `context` is of one of them."""
    _COMMANDS.add(commands)
    _BATCH.record(commands, context=context)
    _SECONDS.record(seconds, context=context)


def tell_lag(tenant_id: int, projection: str, events: int, seconds: float) -> None:
    """How far a projection stands behind one tenant's log; 0 and 0 when it has caught up."""
    where: dict[str, str | int] = {"tenant": tenant_id, "projection": projection}
    _LAG_EVENTS.set(events, where)
    _LAG_SECONDS.set(seconds, where)


def tell_seal_lag(tenant_id: int, events: int, seconds: float) -> None:
    """How far the seal stands behind one tenant's log; 0 and 0 when everything is sealed."""
    _UNSEALED.set(events, {"tenant": tenant_id})
    _UNSEALED_SECONDS.set(seconds, {"tenant": tenant_id})


def count_head(tenant_id: int, seconds: float) -> None:
    """A head was signed for one tenant, and its seal took so long."""
    _HEADS.add(1, {"tenant": tenant_id})
    _SEALING.record(seconds)


def tell_seals_stopped(logs: int) -> None:
    """So many logs are not signed because something is wrong with them."""
    _STOPPED.set(logs)


def tell_waiting_work(tenant_id: int, kind: str, pieces: int, seconds: float) -> None:
    """How much work of a kind waits in one tenant, and for how long the oldest of it has been due; 0 and 0 for none."""
    _WAITING.set(pieces, {"tenant": tenant_id, "kind": kind})
    _LATE.set(seconds, {"tenant": tenant_id, "kind": kind})


def tell_failed_work(tenant_id: int, kind: str, pieces: int, seconds: float) -> None:
    """How much work of a kind has failed in one tenant, and how old the oldest of it is; 0 and 0 for none."""
    _FAILED.set(pieces, {"tenant": tenant_id, "kind": kind})
    _FAILING.set(seconds, {"tenant": tenant_id, "kind": kind})


def tell_parked(tenant_id: int, projection: str, streams: int) -> None:
    """So many streams of one tenant a projection has set aside; 0 when it folds all."""
    _PARKED.set(streams, {"tenant": tenant_id, "projection": projection})


def tell_overdue(tenant_id: int, seconds: float) -> None:
    """For how long the oldest deadline of one tenant has been due; 0 when all that were due are done."""
    _OVERDUE.set(seconds, {"tenant": tenant_id})


def tell_unwitnessed(tenant_id: int, seconds: float) -> None:
    """For how long a signed head of one tenant has waited for its witnesses; 0 when the newest is public."""
    _UNWITNESSED.set(seconds, {"tenant": tenant_id})


def count_pool_wait(role: str, seconds: float) -> None:
    """Somebody waited so long for a connection of one database role."""
    _POOL.record(seconds, {"role": role})
