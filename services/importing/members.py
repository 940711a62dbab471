"""Members of a foreign JSON document, whatever they turn out to be."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.importing.cells import shown
from services.importing.lines import Record


def object_of(holder: Mapping[str, Any], name: str) -> Record:
    """The object of that name, {} where there is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def objects_of(holder: Mapping[str, Any], name: str) -> list[tuple[int, Record]]:
    """The objects in the list of that name, each with its place in it."""
    found = holder.get(name)
    listed = found if isinstance(found, list) else []
    return [(n, one) for n, one in enumerate(listed) if isinstance(one, dict)]


def by_id(holder: Mapping[str, Any], name: str, wanted: Any) -> Record:
    """The object of that id in the list of that name, {} where there is none; some write ids as numbers."""
    if wanted is None:
        return {}
    return next((one for _, one in objects_of(holder, name) if str(one.get("id")) == str(wanted)), {})


def text_of(given: Any) -> str:
    """A text or a number as one line, '' for anything else."""
    return shown(str(given)) if isinstance(given, str | int | Decimal) and not isinstance(given, bool) else ""


def number_of(given: Any) -> Decimal | None:
    """A number that is not negative."""
    if not isinstance(given, int | Decimal) or isinstance(given, bool):
        return None
    number = Decimal(given)
    return number if number >= 0 else None


def day_of(given: Any) -> date | None:
    """The day that a date-time names where it was written."""
    if not isinstance(given, str):
        return None
    try:
        return datetime.fromisoformat(given).date()
    except ValueError:
        return None
