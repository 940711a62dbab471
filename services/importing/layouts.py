"""Which mapping a file is read by: the one that was named, or the shipped one that fits."""

from collections.abc import Sequence

from services.importing.catalogue import FIELDS, KINDS
from services.importing.kind import Order
from services.importing.lines import Line, Unreadable, read_lines, require_file
from services.importing.mapping import Mapping, MappingError, load_mapping, require_columns, require_width


def fitting(order: Order) -> tuple[Mapping, Sequence[Line]]:
    """The mapping and the lines that it makes of the file.

    Raises: MappingError, Unreadable: with what is missing, of each layout that was tried.
    """
    if order.mapping:
        return _read(order, order.mapping)
    require_file(order.file)
    reasons = []
    for name in KINDS[order.kind].layouts:
        try:
            mapping, lines = _read(order, name)
            if lines:
                return mapping, lines
            reasons.append(f"{name}: there is no row")
        except (MappingError, Unreadable) as error:
            reasons.append(f"{name}: {error}")
    raise MappingError(f"no layout that ships fits {order.file}; a mapping of your own can. " + "; ".join(reasons))


def _read(order: Order, name: str) -> tuple[Mapping, Sequence[Line]]:
    mapping = load_mapping(name, FIELDS)
    fields = mapping.sections.get(order.kind)
    if fields is None:
        raise Unreadable(f"the mapping {name} says nothing of {order.kind}")
    records = KINDS[order.kind].records
    if records is not None and mapping.format == "json":
        return mapping, list(records(order.file))
    lines = list(read_lines(order.file, mapping.format, mapping.at.get(order.kind, ""), mapping.sheet))
    require_width(mapping.sheet, lines)
    require_columns(fields, [line.record for line in lines if line.record is not None])
    return mapping, lines
