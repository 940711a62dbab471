"""Plans and consultations brought to where tests need them, by ordinary commands."""

from datetime import date
from uuid import UUID

from domain.consultations import commands as c
from domain.consultations.vocabulary import ActKind, DocumentKind
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from services.bootstrap import System
from tests.support.system import send

PDF = b"%PDF-1.7\nPakt\n"
_LANGUAGES = ("sq", "sr", "tr", "bs", "en")


async def planned(system: System, tenant: str, name: str = "Ligj", key: object = "") -> UUID:
    """A planned consultation."""
    command = c.PlanConsultation(
        title=title(**dict.fromkeys(_LANGUAGES, name)),
        act_kind=ActKind.ADMINISTRATIVE_INSTRUCTION,
        contact=Contact(office="Zyra", email="zyra@example.org"),
        unplanned_reason=text(**dict.fromkeys(("sq", "sr"), "Urgjente")),
    )
    return (await send(system, tenant, "drafting_officer", command, key=key)).stream_id


async def opened(system: System, tenant: str, name: str = "Ligj", key: object = "") -> UUID:
    """A consultation whose window is open."""
    consultation_id = await planned(system, tenant, name, key)
    for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
        attach = c.AttachDocument(kind=kind, files=await stored_files(system, tenant))
        await send(system, tenant, "drafting_officer", attach, consultation_id, key=key)
    await send(system, tenant, "consultation_coordinator", c.OpenConsultation(), consultation_id, key=key)
    return consultation_id


async def drafted_plan(system: System, tenant: str, year: int = 2026) -> UUID:
    """A plan with one item."""
    named = title(**dict.fromkeys(_LANGUAGES, f"Plani {year}"))
    plan = c.DraftPlan(year=year, title=named)
    plan_id = (await send(system, tenant, "consultation_coordinator", plan)).stream_id
    item = c.AddPlanItem(title=named, act_kind=ActKind.LAW, quarter=3)
    await send(system, tenant, "consultation_coordinator", item, plan_id)
    return plan_id


async def adopted_plan(system: System, tenant: str, year: int = 2026) -> UUID:
    """A plan in force."""
    plan_id = await drafted_plan(system, tenant, year)
    consulted = c.ConsultPlan(
        starts_on=date(2025, 11, 3),
        ends_on=date(2025, 11, 24),
        remarks=2,
        summary=text(**dict.fromkeys(_LANGUAGES, "Dy")),
    )
    for command in (consulted, c.AdoptPlan(decision_no=f"1/{year}", adopted_on=date(2026, 1, 15))):
        await send(system, tenant, "consultation_coordinator", command, plan_id)
    return plan_id


async def stored_files(system: System, tenant: str) -> tuple[LanguageFile, ...]:
    """One small file in every language, in the tenant's object store."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    sha256 = await system.objects.within(tenant_id).put(PDF)
    file = File(sha256=sha256, media_type=MediaType.PDF, size=len(PDF), file_name="akt.pdf")
    return tuple(LanguageFile(language=language, file=file) for language in _LANGUAGES)
