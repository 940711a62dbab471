"""What commands print: JSON for programs, tables for people."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

WIDE = 1_000


def print_json(answer: object) -> None:
    """One JSON document, on one line."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def print_table(title: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; where there is none, as wide as what stands in it, so that no cell is cut."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, title_justify="left")
    for name in heading:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def shown(value: object) -> str:
    """A value of JSON in a cell; nothing for one that is not there."""
    return "" if value is msgspec.UNSET else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def say(text: str) -> None:
    """One line."""
    print(text, flush=True)  # noqa: T201 - a command's way to say something


def complain(text: str) -> None:
    """One line about what went wrong, where a program that reads what is said does not meet it."""
    print(f"pakt: {text}", file=sys.stderr, flush=True)  # noqa: T201 - a command's way to say something


def told(what: str, done: int, of: int) -> None:
    """A line a step of long work; what is counted, on a terminal, on one line that is written over."""
    counted = f"{what}, {done} of {of}" if of else what
    if of and done < of and not sys.stderr.isatty():
        return
    end = "\r" if done < of else "\n"
    print(counted, end=end, file=sys.stderr, flush=True)  # noqa: T201 - a command's way to say something


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; called with what is done and, where known, all there is."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn  # noqa: PLC0415

    with Progress(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
