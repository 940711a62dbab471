"""Groups of roles that queries are for. A new role stands in those that it belongs to; domains name the groups."""

from domain.kernel.manifest import Role

OFFICERS = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.DRAFTING_OFFICER,
        Role.CONSULTATION_COORDINATOR,
        Role.LEGAL_OFFICER,
        Role.OGG_SUPERVISOR,
    }
)
"""Who works for the institution."""
SUPERVISED = OFFICERS | {Role.AUDITOR, Role.NATIONAL_SUPERVISOR}
"""They, and who looks at how they work."""
STAFF = SUPERVISED | {Role.IMPORTER}
"""Who may see what is not public yet: a delegate of civil society reads what everybody reads."""
FUNDING = frozenset(
    {
        Role.REGISTRAR,
        Role.GRANT_OFFICER,
        Role.COMMISSIONER,
        Role.COMPLAINT_OFFICER,
        Role.FINANCE_OFFICER,
        Role.PROCUREMENT_OFFICER,
        Role.CONTRACT_MANAGER,
        Role.LICENSING_INSPECTOR,
    }
)
"""Who works with organisations: their grants, contracts and licences."""
VOLUNTEERING = frozenset({Role.VOLUNTEERING_OFFICER, Role.VOLUNTEER_COORDINATOR})
"""Who works with volunteers and with those for whom they volunteer."""
STRATEGY = frozenset({Role.MEASURE_LEAD, Role.COUNCIL_SECRETARY, Role.COUNCIL_MEMBER, Role.INDEPENDENT_EVALUATOR})
"""Who works with the strategy, its measures and the Council."""
INVOLVED = STAFF | FUNDING | VOLUNTEERING | STRATEGY | {Role.CSO_DELEGATE, Role.DATA_PROTECTION_OFFICER}
"""Whoever holds a mandate here."""
ANYBODY = (INVOLVED - {Role.AUDITOR}) | {Role.SIGNED_IN}
"""What needs no mandate an auditor asks like anybody: no look at the institution, and nothing is put on record."""
WATCHERS = frozenset(
    {Role.AUDITOR, Role.ADMINISTRATOR, Role.CONSULTATION_COORDINATOR, Role.OGG_SUPERVISOR, Role.NATIONAL_SUPERVISOR}
)
"""Who may see what everybody did."""
GUARDIANS = frozenset({Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.NATIONAL_SUPERVISOR})
"""Who may see that and why somebody was erased."""
NATION = frozenset({Role.ADMINISTRATOR, Role.OGG_SUPERVISOR, Role.AUDITOR, Role.CONSULTATION_COORDINATOR})
"""Who may see all institutions together, on a mandate of the national tenant itself."""
