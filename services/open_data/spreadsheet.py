"""Cells that no spreadsheet takes for a formula, and the way back."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text as a cell: what a spreadsheet would compute gets an apostrophe before it."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell that was guarded."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)
