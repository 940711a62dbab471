"""One import of one file: mapping, lines, stories, report."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec

from domain.consultations.consultation import Consultation
from domain.kernel.errors import StreamNotFound
from services.bootstrap import System
from services.importing.lines import Line, Unreadable, read_lines
from services.importing.mapping import load_mapping, require_columns
from services.importing.run import Importer, Summary, open_report
from services.importing.steps import Tell, Window, consultation_stories, contribution_stories


class Kind(StrEnum):
    """What a file tells of."""

    CONSULTATIONS = "consultations"
    CONTRIBUTIONS = "contributions"


class Order(msgspec.Struct, frozen=True):
    """What is to be imported, into which institution, by which mapping; `report` is written anew by each run."""

    kind: Kind
    file: Path
    tenant: str
    mapping: str
    report: Path
    consultation: UUID | None = None


async def import_file(
    system: System, order: Order, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Summary:
    """Import the file; `progress` gets the lines done and the lines there are.

    Raises:
        MappingError, Unreadable: nothing was imported.
        StreamNotFound: no such tenant, or no such consultation in it.
        Unavailable: the log could not be reached for long; run it again.
    """
    mapping = load_mapping(order.mapping)
    tenant = await system.handler.authority.tenant(order.tenant)
    if order.kind is Kind.CONSULTATIONS:
        tell, records = consultation_stories(mapping, await system.handler.now(tenant)), mapping.consultations_at
    else:
        tell, records = await _contributions(system, order), mapping.contributions_at
    if not (mapping.consultations if order.kind is Kind.CONSULTATIONS else mapping.contributions):
        raise Unreadable(f"the mapping {order.mapping} says nothing of {order.kind}")
    lines: list[Line] = list(read_lines(order.file, mapping.format, records))
    fields = mapping.consultations if order.kind is Kind.CONSULTATIONS else mapping.contributions
    require_columns(fields, [line.record for line in lines if line.record is not None])
    importer = Importer(system.handler, order.tenant, _source(mapping.source, order))
    with open_report(order.report) as report:
        return await importer.run(lines, tell, report, lambda done: progress(done, len(lines)))


def _source(name: str, order: Order) -> str:
    """Contributions to two consultations may carry the same ids."""
    return f"{name}:{order.consultation}" if order.consultation else name


async def _contributions(system: System, order: Order) -> Tell:
    mapping = load_mapping(order.mapping)
    tenant = await system.handler.authority.tenant(order.tenant)
    if order.consultation is None:
        raise StreamNotFound
    held = await system.handler.aggregates.read(tenant.tenant_id, Consultation, order.consultation, fresh=True)
    consultation = held.aggregate
    if not isinstance(consultation, Consultation) or consultation.starts_at is None or consultation.closes_at is None:
        raise Unreadable("the consultation was never open")
    window = Window(consultation.starts_at, consultation.closes_at)
    return contribution_stories(mapping, order.consultation, window)
