"""Endpoints as the tests tell them."""

from datetime import UTC, datetime

from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.tenants.commands import Kind
from domain.tenants.events import InstitutionRegistered, RegisterFounded
from domain.tenants.register import InstitutionRegister
from domain.webhooks import events as e
from domain.webhooks.vocabulary import DisabledBecause
from tests.support.given import built

CLIENT = derived_id("test", "client")
OTHER = derived_id("test", "another client")
AS_CLIENT = Mandate(Role.API_CLIENT, "grant to CiviKos")
AS_ADMINISTRATOR = Mandate(Role.ADMINISTRATOR, "Appointment 1/2026")
AS_CLOCK = Mandate(Role.CLOCK, "system")

REGISTER = built(
    InstitutionRegister,
    [
        RegisterFounded(),
        InstitutionRegistered(1, "opm", "OPM", Kind.NATIONAL, {}, ("sq", "sr")),
        InstitutionRegistered(10, "mflt", "MFLT", Kind.MINISTRY, {}, ("sq", "sr")),
        InstitutionRegistered(36, "prizren", "PZ", Kind.MUNICIPALITY, {}, ("sq", "sr", "tr")),
    ],
)

REGISTERED = e.EndpointRegistered(
    client_id=CLIENT,
    url="https://civikos.example/in",
    types=("consultations.*", "grants.CallPublished.v1"),
    tenants=("ministries", "prizren"),
)
AMENDED = e.EndpointAmended(client_id=CLIENT, url="https://civikos.example/2", types=("*",), tenants=("all",))
ROTATED = e.EndpointSecretRotated(
    client_id=CLIENT, generation=2, old_valid_until=datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
)
PINGED = e.EndpointPinged(client_id=CLIENT)
REQUESTED = e.DeliveriesRequested(client_id=CLIENT, tenant="prizren", first=3, last=7)
DISABLED = e.EndpointDisabled(client_id=CLIENT, reason=DisabledBecause.FAILING)
ENABLED = e.EndpointEnabled(client_id=CLIENT)
REMOVED = e.EndpointRemoved(client_id=CLIENT)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example for example in (REGISTERED, AMENDED, ROTATED, PINGED, REQUESTED, DISABLED, ENABLED, REMOVED)
}
