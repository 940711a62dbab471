"""The first events of an installation, as commands with ids of their own: seeding again changes nothing."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.rules.commands import FoundCalendar, PublishCalendarYear, PublishRulePack
from domain.rules.pack import RulePack
from domain.rules.shipped import calendar_file, default_pack
from domain.rules.working_calendar import WorkingCalendar
from domain.tenants.commands import GrantMandate, Kind, RegisterInstitution, RegisterMember, StartSandboxClock
from domain.tenants.membership import member_id
from domain.tenants.register import InstitutionRegister
from domain.tenants.sandbox_clock import SandboxClock
from domain.tenants.shipped import institutions_file

PACK_FROM = date(2017, 1, 1)
"""Regulation (GRK) No. 05/2016 is in force from this day."""
MANDATES_FROM = date(2017, 1, 1)
AUDITS_TO = date(2030, 12, 31)
"""Auditors' mandates end by themselves, the demonstration's on this day."""
DEMO_TENANTS = (
    *("opm", "mflt", "mj", "mesti"),
    *("prishtine", "prizren", "gracanice"),
    *("sandbox-ministry", "sandbox-municipality"),
)
DEMO_ORGANISATION = derived_id("demo", "organisation")
"""The civil society organisation for which the demo delegate acts."""
CITIZEN = "citizen"

_STAFF = (
    Role.ADMINISTRATOR,
    Role.CONSULTATION_COORDINATOR,
    Role.DRAFTING_OFFICER,
    Role.LEGAL_OFFICER,
    Role.GRANT_OFFICER,
    Role.COMMISSIONER,
    Role.COMPLAINT_OFFICER,
    Role.FINANCE_OFFICER,
    Role.PROCUREMENT_OFFICER,
    Role.CONTRACT_MANAGER,
    Role.LICENSING_INSPECTOR,
    Role.VOLUNTEERING_OFFICER,
    Role.VOLUNTEER_COORDINATOR,
    Role.MEASURE_LEAD,
    Role.INDEPENDENT_EVALUATOR,
    Role.AUDITOR,
)
_FIRST = ("Arta", "Besnik", "Drita", "Jovana", "Teuta", "Ilir", "Milica", "Shpresa", "Nikola", "Vjosa", "Emre")
_LAST = ("Berisha", "Krasniqi", "Nikolić", "Gashi", "Hoxha", "Petrović", "Morina", "Shala", "Kabashi", "Bytyqi")
_CITIZENS = (
    ("", "Agim Rexhepi"),
    ("volunteer", "Blerta Hoxha"),
    ("young_volunteer", "Dren Gashi"),
    ("guardian", "Mirjeta Gashi"),
)
"""People without a mandate, by what they sign in as: the first is simply the citizen."""
_COUNCIL = (
    ("co_chair_institutions", "Valon Murtezaj"),
    ("co_chair_cso", "Dafina Lushaj"),
    ("council_institution", "Hamide Zeka"),
    ("council_cso", "Miloš Stanković"),
)
"""Members of the Council, by what they sign in as."""
_EXPERTS = ("Ardita Kelmendi", "Snežana Ilić", "Burim Dushi")


class SeedCommand(msgspec.Struct, frozen=True):
    """A command on its way into one tenant's log, to be sent in this order."""

    tenant: str
    stream_id: UUID
    command: Command
    command_id: UUID


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody to try Pakt as. `role` is a Role, or `citizen` for who holds no mandate; `tenant` is '' for citizens.

    `alias` tells people apart who hold the same role.
    """

    tenant: str
    role: str
    person_id: UUID
    name: str
    organisation_id: UUID | None = None
    alias: str = ""

    @property
    def signs_in_as(self) -> str:
        """What the person is looked up by among those of the tenant."""
        return self.alias or str(self.role)


def seed_commands(demo: Iterable[str] = DEMO_TENANTS) -> Iterator[SeedCommand]:
    """Everything: the national log, the sandboxes, and the demo people of the tenants named."""
    yield from national_seed()
    yield from sandbox_seed()
    for person in demo_people(demo):
        yield from _membership(person)


def national_seed() -> Iterator[SeedCommand]:
    """Register with the shipped institutions, calendar and default rule pack."""
    register = _singleton(InstitutionRegister)
    first, *others = institutions_file().institutions
    yield _national("register", register, first.founding())
    yield from (_national(f"institution {one.slug}", register, one.registration()) for one in others)
    calendar = _singleton(WorkingCalendar)
    yield _national("calendar", calendar, FoundCalendar(citation=calendar_file().citation))
    for year in calendar_file().years:
        yield _national(f"year {year.year}", calendar, PublishCalendarYear(year=year.year, days=year.days))
    pack = default_pack()
    stream_id = RulePack.settled_id(NATIONAL_TENANT, pack) or derived_id("rule_pack", pack.pack)
    yield _national("pack", stream_id, pack)
    publish = PublishRulePack(
        effective_from=PACK_FROM, decision_no="Pakt 2026.1", reason="Default values; imported history has rules."
    )
    yield _national("pack published", stream_id, publish)


def sandbox_seed() -> Iterator[SeedCommand]:
    """Two sandboxes after the shipped institutions, each with its clock."""
    register = _singleton(InstitutionRegister)
    for n, one in enumerate(_SANDBOXES, len(institutions_file().institutions) + 1):
        yield _national(f"institution {one.slug}", register, one)
        clock = derived_id(SandboxClock.SINGLETON, n)
        yield SeedCommand(one.slug, clock, StartSandboxClock(), derived_id("seed", one.slug, "clock"))


def demo_people(tenants: Iterable[str] = DEMO_TENANTS) -> tuple[DemoPerson, ...]:
    """Staff of each tenant, one delegate in all of them, citizens; in the national one also who works with the Council.

    Among these a volunteer, one who is not of age, and that one's guardian.

    In the sandboxes also experts from outside, who judge applications for grants.
    """
    people = [_person(slug, role) for slug in tenants for role in _roles(slug)]
    delegate = derived_id("demo", "delegate")
    people += [DemoPerson(slug, Role.CSO_DELEGATE, delegate, "Lirije Osmani", DEMO_ORGANISATION) for slug in tenants]
    people += [_expert(slug, n) for slug in tenants if slug in _SANDBOX_SLUGS for n in range(1, len(_EXPERTS) + 1)]
    people += [
        DemoPerson(slug, Role.COUNCIL_MEMBER, derived_id("demo", alias), name, alias=alias)
        for slug in tenants
        if slug == NATIONAL_SLUG
        for alias, name in _COUNCIL
    ]
    people += [DemoPerson("", CITIZEN, derived_id("demo", who or CITIZEN), name, alias=who) for who, name in _CITIZENS]
    return tuple(people)


def tenant_ids() -> dict[str, int]:
    """Tenant ids of shipped institutions and sandboxes, as the register gives them."""
    slugs = [one.slug for one in institutions_file().institutions] + [one.slug for one in _SANDBOXES]
    return {slug: n for n, slug in enumerate(slugs, 1)}


_SANDBOXES = tuple(
    msgspec.convert(
        {
            "slug": f"sandbox-{kind}",
            "code": f"SANDBOX-{kind.upper()}",
            "kind": kind,
            "names": {"sq": sq, "sr": sr, "en": f"Sandbox {kind}"},
            "sandbox": True,
        },
        RegisterInstitution,
    )
    for kind, sq, sr in (
        (Kind.MINISTRY.value, "Ministria provë", "Probno ministarstvo"),
        (Kind.MUNICIPALITY.value, "Komuna provë", "Probna opština"),
    )
)
_SANDBOX_SLUGS = frozenset(one.slug for one in _SANDBOXES)


def _roles(slug: str) -> tuple[Role, ...]:
    return (*_STAFF, Role.OGG_SUPERVISOR, Role.REGISTRAR, Role.COUNCIL_SECRETARY) if slug == NATIONAL_SLUG else _STAFF


def _person(slug: str, role: Role) -> DemoPerson:
    person_id = derived_id("demo", slug, role.value)
    name = f"{_FIRST[person_id.int % len(_FIRST)]} {_LAST[person_id.int // 16 % len(_LAST)]}"
    return DemoPerson(slug, role, person_id, name)


def _expert(slug: str, n: int) -> DemoPerson:
    return DemoPerson(slug, Role.COMMISSIONER, derived_id("demo", "expert", n), _EXPERTS[n - 1], alias=f"expert_{n}")


def _membership(person: DemoPerson) -> Iterator[SeedCommand]:
    if person.role == CITIZEN:
        return
    stream_id = member_id(tenant_ids()[person.tenant], person.person_id)
    role = Role(person.role)
    register = RegisterMember(
        person_id=person.person_id, full_name=person.name, email=f"{person.signs_in_as}@{person.tenant}.example"
    )
    mandate = GrantMandate(
        role=role,
        legal_basis="Demonstration, decision 1/2017",
        valid_from=MANDATES_FROM,
        valid_to=AUDITS_TO if role is Role.AUDITOR else None,
        organisation_id=person.organisation_id,
    )
    for step, command in (("member", register), ("mandate", mandate)):
        yield SeedCommand(person.tenant, stream_id, command, derived_id("seed", person.tenant, step, person.person_id))


def _singleton(of: type[InstitutionRegister] | type[WorkingCalendar]) -> UUID:
    return derived_id(of.SINGLETON, NATIONAL_TENANT)


def _national(name: str, stream_id: UUID, command: Command) -> SeedCommand:
    return SeedCommand(NATIONAL_SLUG, stream_id, command, derived_id("seed", NATIONAL_SLUG, name))
