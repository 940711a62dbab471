"""Which bulk form of a list a reader asks for."""

from services.open_data.bulk import CSV, NDJSON, as_csv, as_ndjson, cell

__all__ = ["CSV", "NDJSON", "as_csv", "as_ndjson", "cell", "wanted"]


def wanted(accept: str) -> str:
    """The bulk type the Accept header asks for, or an empty text: JSON pages are what is served otherwise."""
    for part in accept.split(","):
        kind = part.split(";")[0].strip().lower()
        if kind in {NDJSON, CSV}:
            return kind
        if kind in {"application/json", "*/*"}:
            return ""
    return ""
