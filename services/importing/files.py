"""One import of one file: mapping, lines, stories, report."""

from collections.abc import Callable

from services.bootstrap import System
from services.importing.catalogue import KINDS
from services.importing.kind import Order
from services.importing.layouts import fitting
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
    mapping, lines = fitting(order)
    tell = await KINDS[order.kind].begin(system, order, mapping.reader(order.kind))
    importer = Importer(system.handler, order.tenant, _source(mapping.source, order), file=str(order.file))
    with open_report(order.report) as report:
        return await importer.run(lines, tell, report, lambda done: progress(done, len(lines)))


def _source(name: str, order: Order) -> str:
    """Records that belong to different streams may carry the same ids."""
    return f"{name}:{order.of}" if order.of else name
