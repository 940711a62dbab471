"""Nominations: whoever works with civil society asks and decides, platforms name people."""

from domain.kernel.manifest import Domain, Role, Scope
from domain.kernel.readers import STAFF, STRATEGY
from domain.platforms.commands import nomination as c
from domain.platforms.events.nomination import CALL_EVENTS, EVENTS
from domain.platforms.nomination import Nomination
from domain.platforms.nomination_call import NominationCall

_CLIENTS = frozenset({Role.API_CLIENT})
_ASKERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.CONSULTATION_COORDINATOR,
        Role.DRAFTING_OFFICER,
        Role.COUNCIL_SECRETARY,
        Role.GRANT_OFFICER,
    }
)

NOMINATIONS = Domain(
    name="platforms",
    aggregates=(NominationCall, Nomination),
    events=(*CALL_EVENTS, *EVENTS),
    permissions={
        c.AskForNominations: _ASKERS,
        c.EndNominations: _ASKERS,
        c.NominatePerson: _CLIENTS,
        c.AcceptNominee: _ASKERS,
        c.DeclineNominee: _ASKERS,
        c.WithdrawNomination: _CLIENTS,
    },
    queries={
        "nomination_calls": STAFF | STRATEGY | _ASKERS | _CLIENTS,
        "nomination_call": STAFF | STRATEGY | _ASKERS | _CLIENTS,
        "nominations": _ASKERS | {Role.AUDITOR} | _CLIENTS,
        "nominee": _ASKERS | _CLIENTS,
    },
    scopes={
        Scope.NOMINATIONS: frozenset(
            {
                c.NominatePerson,
                c.WithdrawNomination,
                "nomination_calls",
                "nomination_call",
                "nominations",
                "nominee",
            }
        )
    },
    public=frozenset(CALL_EVENTS),
    own=frozenset(EVENTS),
)
