"""What this domain brings to the platform, and who may ask it for what.

The importer and the seed act by their own right and are named nowhere.
"""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import ANYBODY
from domain.organisations import commands as c
from domain.organisations import events as e
from domain.organisations.organisation import Organisation
from domain.organisations.policies import POLICIES

_REGISTRARS = frozenset({Role.REGISTRAR, Role.OGG_SUPERVISOR})
_OWN = _REGISTRARS | {Role.CSO_DELEGATE}
_CLAIMANTS = _OWN | {Role.SIGNED_IN}
"""Whose claim it is, or who acts for the organisation, is for the organisation to say."""
_KEEPERS = _REGISTRARS | {Role.ADMINISTRATOR, Role.LEGAL_OFFICER, Role.AUDITOR}
"""Who sees the register with its claims; names of persons are for those alone who keep it."""

DOMAIN = Domain(
    name="organisations",
    aggregates=(Organisation,),
    events=e.EVENTS,
    permissions={
        c.ClaimOrganisation: frozenset({Role.SIGNED_IN}),
        c.AmendOrganisation: _CLAIMANTS,
        c.VerifyOrganisation: _REGISTRARS,
        c.RefuseClaim: _REGISTRARS,
        c.SuspendOrganisation: _REGISTRARS,
        c.ReinstateOrganisation: _REGISTRARS,
        c.RemoveOrganisation: _REGISTRARS,
        c.MergeOrganisation: _REGISTRARS,
        c.AbsorbOrganisation: frozenset({Role.CLOCK}),
        c.RecordCertificate: _REGISTRARS,
        c.RevokeCertificate: _REGISTRARS,
        c.GrantPublicBenefit: _REGISTRARS,
        c.EndPublicBenefit: _REGISTRARS,
        c.RecordOfficer: _CLAIMANTS,
        c.EndOfficer: _CLAIMANTS,
        c.RecordMembership: _REGISTRARS,
        c.EndMembership: _REGISTRARS,
        c.MandateRepresentative: _OWN,
        c.RevokeRepresentative: _OWN,
    },
    queries={
        "organisations": _KEEPERS,
        "organisation": _KEEPERS | {Role.CSO_DELEGATE, Role.SIGNED_IN},
        "own_organisations": ANYBODY,
        "organisation_people": _REGISTRARS | {Role.CSO_DELEGATE, Role.SIGNED_IN},
    },
    policies=POLICIES,
    public=frozenset(
        {
            e.OrganisationVerified,
            e.OrganisationSuspended,
            e.OrganisationReinstated,
            e.OrganisationRemoved,
            e.CertificateRecorded,
            e.CertificateRevoked,
            e.PublicBenefitGranted,
            e.PublicBenefitEnded,
            e.MembershipRecorded,
            e.MembershipEnded,
        }
    ),
    granted=frozenset({e.OrganisationAmended, e.OrganisationMerged, e.OrganisationAbsorbed}),
)
