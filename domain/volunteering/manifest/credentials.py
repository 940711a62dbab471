"""Programmes, the keys of issuers, and certificates that prove hours to anybody."""

from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import STAFF, VOLUNTEERING
from domain.volunteering.certificate import VolunteerCertificate
from domain.volunteering.certificate_policies import POLICIES
from domain.volunteering.commands import certificate as c
from domain.volunteering.commands import issuer as k
from domain.volunteering.commands import programme as p
from domain.volunteering.events import certificate, issuer, programme
from domain.volunteering.issuer_keys import IssuerKeyRing
from domain.volunteering.programme import VolunteerProgramme

_OPERATOR = frozenset({Role.OPERATOR})
_CLOCK = frozenset({Role.CLOCK})
_READERS = STAFF | VOLUNTEERING

CREDENTIALS = Domain(
    name="volunteering",
    aggregates=(VolunteerProgramme, IssuerKeyRing, VolunteerCertificate),
    events=(*programme.EVENTS, *issuer.EVENTS, *certificate.EVENTS),
    permissions={
        p.AdoptProgramme: VOLUNTEERING,
        p.RetireProgramme: VOLUNTEERING,
        k.MakeIssuerKey: _OPERATOR,
        k.RotateIssuerKey: _OPERATOR,
        k.RetireIssuerKey: _OPERATOR,
        c.IssueVolunteerCertificate: VOLUNTEERING,
        c.RevokeVolunteerCertificate: VOLUNTEERING,
        c.SupersedeVolunteerCertificate: _CLOCK,
    },
    queries={
        "volunteer_programmes": _READERS,
        "volunteer_programme": _READERS,
        "volunteer_certificates": _READERS,
        "volunteer_certificate": _READERS | {Role.SIGNED_IN},
        "own_certificates": frozenset({Role.SIGNED_IN}),
        "certificate_credential": VOLUNTEERING | {Role.SIGNED_IN},
    },
    policies=POLICIES,
    public=frozenset(
        {
            programme.ProgrammeAdopted,
            programme.ProgrammeRetired,
            issuer.IssuerKeyMade,
            issuer.IssuerKeyRotated,
            issuer.IssuerKeyRetired,
        }
    ),
)
