"""What this domain brings to the platform, and who may ask it for what."""

from domain.funding_claims import commands as c
from domain.funding_claims.claim import FundingClaim
from domain.funding_claims.consent import CoFinancingConfirmation, DisclosureConsent
from domain.funding_claims.events import EVENTS
from domain.funding_claims.policies import POLICIES
from domain.funding_claims.transfer import ClaimTransfer
from domain.kernel.manifest import Domain, Role

_CLOCK = frozenset({Role.CLOCK})
_SUPERVISORS = frozenset({Role.OGG_SUPERVISOR})
_READERS = frozenset(
    {
        Role.GRANT_OFFICER,
        Role.FINANCE_OFFICER,
        Role.ADMINISTRATOR,
        Role.LEGAL_OFFICER,
        Role.OGG_SUPERVISOR,
        Role.NATIONAL_SUPERVISOR,
        Role.AUDITOR,
    }
)

DOMAIN = Domain(
    name="funding_claims",
    aggregates=(FundingClaim, DisclosureConsent, CoFinancingConfirmation, ClaimTransfer),
    events=EVENTS,
    permissions={
        c.ReserveClaim: _CLOCK,
        c.ReopenClaim: _CLOCK,
        c.AmendClaim: _CLOCK,
        c.TransferClaims: _CLOCK,
        c.TransferClaim: _CLOCK,
        c.ConfirmClaim: _CLOCK,
        c.ReleaseClaim: _CLOCK,
        c.CloseClaim: _CLOCK,
        c.AddCoFinancing: _CLOCK,
        c.FlagOverdueReport: _CLOCK,
        c.ClearOverdueReport: _CLOCK,
        c.RecordConsent: _CLOCK,
        c.RecordConfirmation: _CLOCK,
        c.ConsentToDisclosure: frozenset({Role.GRANT_OFFICER}),
        c.ConfirmCoFinancing: frozenset({Role.GRANT_OFFICER}),
        c.OrderDisclosure: _SUPERVISORS,
        c.DismissOverlap: _SUPERVISORS,
    },
    queries={
        "funding_claims": _READERS,
        "funding_claim": _READERS,
        "funding_overlaps": _READERS,
        "funding_overlap": _READERS,
    },
    policies=POLICIES,
)
