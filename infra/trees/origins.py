"""The names of logs: every checkpoint begins with one, every key signs under one. They end with the epoch."""

from infra.trees.interface import HEADS, TreeId

RESERVED = frozenset({HEADS, "keys"})
"""Words that stand where an institution's slug does."""


def origin_of(name: str, slug: str, tree: TreeId) -> str:
    """`<installation>/<slug>/<epoch>` of a tenant's log, `<installation>/heads/<epoch>` of the log of all heads.

    Raises: ValueError for a slug that would take the name of another log.
    """
    if tree.kind == HEADS:
        return f"{name}/{HEADS}/{tree.epoch}"
    if slug in RESERVED:
        msg = f"no log can be named after {slug!r}"
        raise ValueError(msg)
    return f"{name}/{slug}/{tree.epoch}"


def installation_of(origin: str) -> str:
    """The name of the installation that the log is, or was, kept by."""
    return origin.partition("/")[0]


def epoch_of(origin: str) -> int:
    """The epoch with which an origin ends; 0 for another text."""
    number = origin.rpartition("/")[2]
    return int(number) if number.isascii() and number.isdecimal() else 0


def copy_name(origin: str, size: int) -> str:
    """The name under which a signed head is put into object storage; names are in the order of sizes."""
    digits = f"{size:018d}"
    return "/".join([origin, *(digits[n : n + 3] for n in range(0, len(digits), 3))])


def copied_size(name: str) -> int:
    """The size that a copy's name ends with."""
    return int("".join(name.split("/")[-6:]))
