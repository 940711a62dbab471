"""Consultations brought to a stage through the command path."""

import hashlib
from typing import Any
from uuid import UUID

from domain.consultations import commands as c
from domain.consultations.vocabulary import ActKind, Channel, DocumentKind
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from services.bootstrap import System
from services.command_handling.request import Answer
from tests.support.system import send

COORDINATOR = "consultation_coordinator"


def files(name: str, *languages: str) -> tuple[LanguageFile, ...]:
    """One file per language; the bytes are nowhere, which the domain does not mind."""
    return tuple(
        LanguageFile(
            language=language,
            file=File(
                sha256=hashlib.sha256(f"{name} {language}".encode()).hexdigest(),
                media_type=MediaType.PDF,
                size=1_000,
                file_name=f"{name}-{language}.pdf",
            ),
        )
        for language in languages or ("sq", "sr")
    )


async def planned(system: System, tenant: str, *, key: object = "") -> UUID:
    """A consultation with everything that opening needs."""
    plan = c.PlanConsultation(
        title=title(sq=f"Projektligji {key}", sr=f"Nacrt zakona {key}"),
        act_kind=ActKind.LAW,
        summary=text(sq="Përmbledhje", sr="Sažetak"),
        unplanned_reason=text(sq="Urgjente", sr="Hitno"),
        contact=Contact(office="Zyra ligjore", email="zyra@example.org"),
    )
    consultation_id = (await send(system, tenant, COORDINATOR, plan, key=key)).stream_id
    for kind in (DocumentKind.DRAFT, DocumentKind.EXPLANATORY_MEMORANDUM):
        attach = c.AttachDocument(kind=kind, files=files(kind.value))
        await send(system, tenant, COORDINATOR, attach, consultation_id)
    return consultation_id


async def opened(system: System, tenant: str, *, key: object = "") -> UUID:
    """An open consultation with the shortest window."""
    consultation_id = await planned(system, tenant, key=key)
    await send(system, tenant, COORDINATOR, c.OpenConsultation(), consultation_id)
    return consultation_id


async def contributed(system: System, tenant: str, consultation_id: UUID, *, key: object = "") -> UUID:
    """A contribution of somebody who is signed in."""
    submit = c.SubmitContribution(
        consultation_id=consultation_id, language="sq", body=f"Mendimi im {key}", channel=Channel.WEB
    )
    return (await send(system, tenant, "auditor", submit, key=key)).stream_id


async def state(system: System, tenant: str, of: type[Any], stream_id: UUID) -> Any:
    """The aggregate as stored."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    return (await system.handler.aggregates.read(tenant_id, of, stream_id, fresh=True)).aggregate


async def answer(system: System, tenant: str, command: Any, stream_id: UUID) -> Answer:
    """The coordinator sends a command on a stream."""
    return await send(system, tenant, COORDINATOR, command, stream_id)
