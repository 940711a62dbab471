"""Agreements, the hours given under them, and everybody's time in the national log."""

from domain.kernel.manifest import Domain, Role
from domain.volunteering.agreement import VolunteerAgreement
from domain.volunteering.commands import agreement as a
from domain.volunteering.commands import hours as h
from domain.volunteering.commands import time as t
from domain.volunteering.events import agreement, hours, time
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_policies import POLICIES
from domain.volunteering.manifest.provider import PROVIDING
from domain.volunteering.time_claims import VolunteerTime

_ANYBODY = frozenset({Role.SIGNED_IN})
"""Volunteers, guardians and supervisors come in person; a decision says which of them."""
_CLOCK = frozenset({Role.CLOCK})
_READERS = frozenset({Role.VOLUNTEERING_OFFICER, Role.AUDITOR, Role.NATIONAL_SUPERVISOR})
"""Who looks after volunteering here, and who looks at how they do: nobody else sees who volunteers."""

HOURS = Domain(
    name="volunteering",
    aggregates=(VolunteerAgreement, HoursLedger, VolunteerTime),
    events=(*agreement.EVENTS, *hours.EVENTS, *time.EVENTS),
    permissions={
        a.OfferAgreement: PROVIDING,
        a.AcceptAgreement: _ANYBODY,
        a.DeclineAgreement: _ANYBODY,
        a.WithdrawOffer: PROVIDING,
        a.LapseAgreement: _CLOCK,
        a.GiveGuardianConsent: _ANYBODY,
        a.RefuseGuardianConsent: _ANYBODY,
        a.WithdrawGuardianConsent: _ANYBODY,
        a.ActivateAgreement: _CLOCK,
        a.CompleteVolunteering: PROVIDING | _CLOCK,
        a.EndAgreement: PROVIDING | _ANYBODY,
        h.OpenHoursLedger: _CLOCK,
        h.LogHours: _ANYBODY,
        h.LogShift: _CLOCK,
        h.NoteTimeClaimed: _CLOCK,
        h.NoteTimeRefused: _CLOCK,
        h.ConfirmHours: PROVIDING | _ANYBODY,
        h.RejectHours: PROVIDING | _ANYBODY,
        h.CorrectHours: _ANYBODY,
        h.StateTotal: PROVIDING,
        t.OpenVolunteerTime: _CLOCK,
        t.ClaimTime: _CLOCK,
        t.ReleaseTime: _CLOCK,
    },
    queries={
        "volunteer_agreements": _READERS,
        "volunteer_agreement": _READERS | PROVIDING | _ANYBODY,
        "agreement_words": _READERS | PROVIDING | _ANYBODY,
        "provider_agreements": PROVIDING,
        "own_agreements": _ANYBODY,
        "volunteer_hours": _READERS,
        "provider_hours": PROVIDING,
        "own_hours": _ANYBODY,
        "own_time": _ANYBODY,
    },
    policies=POLICIES,
)
