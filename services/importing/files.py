"""One import of one file: mapping, lines, stories, report."""

from collections.abc import Callable

from services.bootstrap import System
from services.importing.catalogue import FIELDS, KINDS
from services.importing.kind import Order
from services.importing.lines import Line, Unreadable, read_lines
from services.importing.mapping import load_mapping, require_columns
from services.importing.run import Importer, Summary, open_report


async def import_file(
    system: System, order: Order, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Summary:
    """Import the file; `progress` gets the lines done and the lines there are.

    Raises:
        MappingError, Unreadable: nothing was imported.
        StreamNotFound: no such tenant, or nothing in it to which the records belong.
        Unavailable: the log could not be reached for long; run it again.
    """
    mapping = load_mapping(order.mapping, FIELDS)
    fields = mapping.sections.get(order.kind)
    tell = await KINDS[order.kind].begin(system, order, mapping.reader(order.kind))
    if fields is None:
        raise Unreadable(f"the mapping {order.mapping} says nothing of {order.kind}")
    lines: list[Line] = list(read_lines(order.file, mapping.format, mapping.at.get(order.kind, "")))
    require_columns(fields, [line.record for line in lines if line.record is not None])
    importer = Importer(system.handler, order.tenant, _source(mapping.source, order))
    with open_report(order.report) as report:
        return await importer.run(lines, tell, report, lambda done: progress(done, len(lines)))


def _source(name: str, order: Order) -> str:
    """Records that belong to different streams may carry the same ids."""
    return f"{name}:{order.of}" if order.of else name
