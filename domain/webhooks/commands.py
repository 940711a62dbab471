"""Commands on endpoints of webhooks; all of them stand in the national log."""

from domain.kernel.command import Command
from domain.kernel.text import Slug
from domain.webhooks.vocabulary import (
    OVERLAP_HOURS,
    Chosen,
    DisabledBecause,
    EndpointUrl,
    OverlapHours,
    Place,
    Types,
)


class RegisterEndpoint(Command, frozen=True, kw_only=True):
    """Have events told to an address: of these types, of these institutions, as far as the client may see them."""

    url: EndpointUrl
    types: Types
    tenants: Chosen


class AmendEndpoint(Command, frozen=True, kw_only=True):
    """Set anew where, of which types and of which institutions events are told."""

    url: EndpointUrl
    types: Types
    tenants: Chosen


class RotateEndpointSecret(Command, frozen=True, kw_only=True):
    """Have messages signed under a new secret, and for some hours under the old one too."""

    overlap_hours: OverlapHours = OVERLAP_HOURS


class PingEndpoint(Command, frozen=True, kw_only=True):
    """Have a message sent to the endpoint: this event itself."""


class RequestDeliveries(Command, frozen=True, kw_only=True):
    """Have events of an institution's log told again, from one position to another, both included."""

    tenant: Slug
    first: Place
    last: Place


class DisableEndpoint(Command, frozen=True, kw_only=True):
    """Have nothing sent to the endpoint until it is enabled."""

    reason: DisabledBecause


class EnableEndpoint(Command, frozen=True, kw_only=True):
    """Have what happens from now on sent again; what happened meanwhile may be requested."""


class RemoveEndpoint(Command, frozen=True, kw_only=True):
    """End the endpoint for ever."""
