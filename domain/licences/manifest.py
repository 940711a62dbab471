"""What this domain brings to the platform, and who may ask it for what."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, SUPERVISED
from domain.licences import commands as c
from domain.licences import events as e
from domain.licences.entry import LicenceEntry
from domain.licences.licence import Licence
from domain.licences.policies import POLICIES

_CLOCK = frozenset({Role.CLOCK})
_INSPECTORS = frozenset({Role.LICENSING_INSPECTOR})
_HOLDERS = frozenset({Role.CSO_DELEGATE})
_READERS = SUPERVISED | _INSPECTORS
_BUYERS = SUPERVISED | FUNDING
"""Whoever works with organisations in an institution may know which of them are licensed, by whom and how long."""

DOMAIN = Domain(
    name="licences",
    aggregates=(Licence, LicenceEntry),
    events=e.EVENTS,
    permissions={
        c.ApplyForLicence: _HOLDERS,
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
    queries={
        "licences": _READERS,
        "licence": _READERS | _HOLDERS,
        "own_licences": _HOLDERS,
        "licence_entries": _BUYERS,
        "licence_entry": _BUYERS,
    },
    policies=POLICIES,
    public=frozenset(
        {
            e.LicenceGranted,
            e.LicenceRenewed,
            e.LicenceSuspended,
            e.LicenceReinstated,
            e.LicenceRevoked,
            e.LicenceExpired,
            e.LicenceEntered,
            e.LicenceEntryChanged,
        }
    ),
    granted=frozenset({e.LicenceReliedOn}),
)
