"""What this domain brings to the platform, and who may ask it for what."""

from domain.kernel.manifest import Domain, Role
from domain.licences import commands as c
from domain.licences.entry import LicenceEntry
from domain.licences.events import EVENTS
from domain.licences.licence import Licence
from domain.licences.policies import POLICIES

_CLOCK = frozenset({Role.CLOCK})
_INSPECTORS = frozenset({Role.LICENSING_INSPECTOR})

DOMAIN = Domain(
    name="licences",
    aggregates=(Licence, LicenceEntry),
    events=EVENTS,
    permissions={
        c.ApplyForLicence: frozenset({Role.CSO_DELEGATE}),
        c.RecordInspection: _INSPECTORS,
        c.GrantLicence: _INSPECTORS,
        c.RefuseLicence: _INSPECTORS,
        c.RenewLicence: _INSPECTORS,
        c.SuspendLicence: _INSPECTORS,
        c.ReinstateLicence: _INSPECTORS,
        c.RevokeLicence: _INSPECTORS,
        c.ExpireLicence: _CLOCK,
        c.EnterLicence: _CLOCK,
        c.NoteLicenceChange: _CLOCK,
        c.RelyOnLicence: _CLOCK,
    },
    policies=POLICIES,
)
