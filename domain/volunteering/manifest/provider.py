"""The provider: its people apply and begin, the official verifies and suspends."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, VOLUNTEERING
from domain.volunteering.commands import provider as c
from domain.volunteering.events import provider as e
from domain.volunteering.provider import Provider

PROVIDING = frozenset({Role.CSO_DELEGATE, Role.VOLUNTEER_COORDINATOR})
"""Who acts for a provider: for an organisation, or for the institution itself."""
OFFICIALS = frozenset({Role.VOLUNTEERING_OFFICER})
READERS = STAFF | VOLUNTEERING

PROVIDERS = Domain(
    name="volunteering",
    aggregates=(Provider,),
    events=e.EVENTS,
    permissions={
        c.ApplyAsProvider: PROVIDING,
        c.VerifyProvider: OFFICIALS,
        c.RefuseProvider: OFFICIALS,
        c.ActivateProvider: PROVIDING,
        c.RenewInsurance: PROVIDING,
        c.SuspendProvider: OFFICIALS,
        c.ReinstateProvider: OFFICIALS,
    },
    queries={
        "volunteer_providers": READERS,
        "volunteer_provider": READERS | {Role.CSO_DELEGATE},
        "own_volunteer_providers": frozenset({Role.CSO_DELEGATE}),
    },
    public=frozenset({e.ProviderVerified, e.ProviderSuspended, e.ProviderReinstated}),
    granted=frozenset({e.ProviderActivated}),
)
