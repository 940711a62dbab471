"""Checking in by a code on a phone: everybody by their own phone, with a pass that the provider's people show."""

from domain.kernel.manifest import Domain, Role
from domain.volunteering.check_in_pass import CheckInPass
from domain.volunteering.check_in_phone import CheckInPhone
from domain.volunteering.commands import check_in as c
from domain.volunteering.events.check_in import EVENTS
from domain.volunteering.manifest.provider import PROVIDING

_EVERYBODY = frozenset({Role.SIGNED_IN})

CHECKIN = Domain(
    name="volunteering",
    aggregates=(CheckInPhone, CheckInPass),
    events=EVENTS,
    permissions={
        c.RegisterPhone: _EVERYBODY,
        c.RevokePhone: _EVERYBODY,
        c.SubmitCheckIns: _EVERYBODY,
        c.IssuePass: PROVIDING,
        c.WithdrawPass: PROVIDING,
    },
    queries={"check_in_pass": PROVIDING, "own_phone": _EVERYBODY},
)
