"""The register of webhook endpoints: where each client is told of what, and whether it is; a table of the nation."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.webhooks import events as e
from domain.webhooks.vocabulary import EndpointStage
from projections.read_model import ReadModel, Stored, folds


class WebhookEndpointRow(msgspec.Struct, frozen=True):
    """An endpoint. `state` is active, disabled or removed; `reason` says why it is disabled.

    Messages are signed under the secret `generation`, and until `old_valid_until` under the one before. `pinged_at` and
    `requested_at` are when a ping and a repetition were last asked for.
    """

    tenant_id: int
    endpoint_id: UUID
    client_id: UUID
    url: str
    types: tuple[str, ...]
    tenants: tuple[str, ...]
    state: str
    version: int
    registered_at: datetime
    changed_at: datetime
    generation: int = 1
    old_valid_until: datetime | None = None
    reason: str = ""
    disabled_at: datetime | None = None
    pinged_at: datetime | None = None
    requested_at: datetime | None = None


Row = WebhookEndpointRow


class WebhookEndpointRegister(ReadModel[WebhookEndpointRow]):
    """Folds endpoints."""

    name = "webhook_endpoint_register"
    table = "webhook_endpoint_register"
    row = WebhookEndpointRow
    key = ("endpoint_id",)

    @folds(e.EndpointRegistered, begins=True)
    def registered(self, _row: None, event: Stored, told: e.EndpointRegistered) -> Row:
        """It is told from here on."""
        return Row(
            tenant_id=event.tenant_id,
            endpoint_id=event.stream_id,
            client_id=told.client_id,
            url=told.url,
            types=told.types,
            tenants=told.tenants,
            state=EndpointStage.ACTIVE.value,
            version=event.version,
            registered_at=event.occurred_at,
            changed_at=event.occurred_at,
        )

    @folds(e.EndpointAmended)
    def amended(self, row: Row, _event: Stored, told: e.EndpointAmended) -> Row:
        """Elsewhere, or of others."""
        return replace(row, url=told.url, types=told.types, tenants=told.tenants)

    @folds(e.EndpointSecretRotated)
    def rotated(self, row: Row, _event: Stored, told: e.EndpointSecretRotated) -> Row:
        """Under a new secret."""
        return replace(row, generation=told.generation, old_valid_until=told.old_valid_until)

    @folds(e.EndpointPinged)
    def pinged(self, row: Row, event: Stored, _told: e.EndpointPinged) -> Row:
        """A message was asked for."""
        return replace(row, pinged_at=event.occurred_at)

    @folds(e.DeliveriesRequested)
    def requested(self, row: Row, event: Stored, _told: e.DeliveriesRequested) -> Row:
        """A repetition was asked for."""
        return replace(row, requested_at=event.occurred_at)

    @folds(e.EndpointDisabled)
    def disabled(self, row: Row, event: Stored, told: e.EndpointDisabled) -> Row:
        """Nothing is sent."""
        state = EndpointStage.DISABLED.value
        return replace(row, state=state, reason=told.reason.value, disabled_at=event.occurred_at)

    @folds(e.EndpointEnabled)
    def enabled(self, row: Row, _event: Stored, _told: e.EndpointEnabled) -> Row:
        """Sent to again."""
        return replace(row, state=EndpointStage.ACTIVE.value, reason="", disabled_at=None)

    @folds(e.EndpointRemoved)
    def removed(self, row: Row, _event: Stored, _told: e.EndpointRemoved) -> Row:
        """Over."""
        return replace(row, state=EndpointStage.REMOVED.value)
