"""The volunteer: everything by themselves, and by the nation's official who saw the proof of a guardian."""

from domain.kernel.manifest import Domain, Role
from domain.volunteering.commands import volunteer as c
from domain.volunteering.events.volunteer import EVENTS
from domain.volunteering.manifest.provider import OFFICIALS, PROVIDING
from domain.volunteering.volunteer import Volunteer

_ANYBODY = frozenset({Role.SIGNED_IN})

VOLUNTEERS = Domain(
    name="volunteering",
    aggregates=(Volunteer,),
    events=EVENTS,
    permissions={
        c.RegisterVolunteer: _ANYBODY,
        c.ReviseVolunteer: _ANYBODY,
        c.GiveConsent: _ANYBODY,
        c.WithdrawConsent: _ANYBODY,
        c.RenewCalendar: _ANYBODY,
        c.RecordGuardian: OFFICIALS,
        c.EndGuardian: OFFICIALS,
        c.ForgetVolunteer: frozenset({Role.CLOCK}),
    },
    queries={
        "volunteers": OFFICIALS | {Role.AUDITOR},
        "volunteer": OFFICIALS | {Role.AUDITOR},
        "own_volunteer": _ANYBODY,
        "own_volunteer_calendar": _ANYBODY,
        "volunteer_matches": PROVIDING,
    },
)
