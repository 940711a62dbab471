"""Who may ask what: every query by its name with the roles of which one is needed. What is not named is refused.

Commands are not here: each domain's manifest names theirs, and the command path asks it.
"""

from collections.abc import Mapping

from domain.kernel.manifest import Role

_OFFICERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.DRAFTING_OFFICER,
        Role.CONSULTATION_COORDINATOR,
        Role.LEGAL_OFFICER,
        Role.OGG_SUPERVISOR,
    }
)
_FUNDING = frozenset(
    {Role.REGISTRAR, Role.GRANT_OFFICER, Role.COMMISSIONER, Role.COMPLAINT_OFFICER, Role.FINANCE_OFFICER}
)
_SUPERVISED = _OFFICERS | {Role.AUDITOR, Role.NATIONAL_SUPERVISOR}
_INVOLVED = _SUPERVISED | _FUNDING | {Role.CSO_DELEGATE, Role.IMPORTER, Role.DATA_PROTECTION_OFFICER}
_ANYBODY = (_INVOLVED - {Role.AUDITOR}) | {Role.SIGNED_IN}
"""What needs no mandate an auditor asks like anybody: no look at the institution, and nothing is put on record."""
_STAFF = _SUPERVISED | {Role.IMPORTER}
"""Who may see what is not public yet: a delegate of civil society reads what everybody reads."""
_WATCHERS = frozenset(
    {Role.AUDITOR, Role.ADMINISTRATOR, Role.CONSULTATION_COORDINATOR, Role.OGG_SUPERVISOR, Role.NATIONAL_SUPERVISOR}
)
_GUARDIANS = frozenset({Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.NATIONAL_SUPERVISOR})
"""Who may see that and why somebody was erased."""

QUERIES: Mapping[str, frozenset[Role]] = {
    "consultations": _STAFF,
    "consultation": _STAFF,
    "consultation_lint": _OFFICERS | {Role.NATIONAL_SUPERVISOR, Role.AUDITOR},
    "contributions": _SUPERVISED,
    "contribution": _SUPERVISED | {Role.SIGNED_IN},
    "own_contributions": _ANYBODY,
    "plans": _STAFF,
    "plan": _STAFF,
    "deadlines": _INVOLVED,
    "deadline_proof": _INVOLVED,
    "overview": _SUPERVISED,
    "audit_trail": _WATCHERS,
    "auditors": _WATCHERS,
    "events": _WATCHERS,
    "receipt": _INVOLVED | {Role.SIGNED_IN},
    "aggregate": _SUPERVISED,
    "changes": _WATCHERS,
    "file": _STAFF,
    "file_upload": _ANYBODY,
    "subject": frozenset({Role.SIGNED_IN, Role.DATA_PROTECTION_OFFICER}),
    "erasure": _GUARDIANS | {Role.SIGNED_IN},
    "erasures": _GUARDIANS,
    "mandates": _ANYBODY,
    "rules": _ANYBODY,
    "calendar": _ANYBODY,
    "national_overview": frozenset(
        {Role.ADMINISTRATOR, Role.OGG_SUPERVISOR, Role.AUDITOR, Role.CONSULTATION_COORDINATOR}
    ),
    "national_institutions": frozenset(
        {Role.ADMINISTRATOR, Role.OGG_SUPERVISOR, Role.AUDITOR, Role.CONSULTATION_COORDINATOR}
    ),
}
"""The national queries need a mandate of the national tenant itself."""

PERSONAL = "me"
"""The one query beside them that asks for nothing but a valid token: it shows a person's own mandates."""
