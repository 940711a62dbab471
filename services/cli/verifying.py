"""`pakt audit verify`: the logs against everything that was sealed of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, complete
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import print_json, print_table

if TYPE_CHECKING:
    from services.audit.verify import Progress, Verified


def verify(
    *,
    tenant: Annotated[str, Parameter(help="Slug of an institution, or `all`.")],
    data: Data = None,
    json: Json = False,
) -> int:
    """Compute every leaf of a log anew and compare: tiles, the root of every head, signatures, copies outside.

    Also positions without a gap, versions of streams, commands and tags. Each fault says at which position of the log
    it begins, and which field it is in where that can be known. Exit code 1 when there is one. Nothing of what the
    events say is shown, so no look is put on record.

    For example:

    * `pakt audit verify --tenant mj`
    * `pakt audit verify --tenant all --json`
    """

    async def work() -> int:
        from services.audit.verify import slugs  # noqa: PLC0415
        from services.audit.verify import verify as verified  # noqa: PLC0415
        from services.bootstrap import assemble  # noqa: PLC0415

        done: list[Verified] = []
        async with assemble(settings_of_existing(data)) as system:
            chosen = sorted(await slugs(system)) if tenant == "all" else [tenant]
            with _bar() as told:
                for slug in chosen:
                    done += await verified(system, slug, told)
        if json:
            print_json(done)
        else:
            _show(done)
        return DIFFERENT if any(one.fault_count for one in done) else DONE

    return complete(work())


def _show(done: "list[Verified]") -> None:
    logs = [(one.log, one.entries, one.sealed, one.heads, one.fault_count or "none") for one in done]
    print_table("Verified", ("log", "entries", "sealed", "heads", "faults"), logs)
    faults = [(one.log, f.position or "", f.part, f.field, f.detail) for one in done for f in one.faults]
    if faults:
        print_table("Faults", ("log", "position", "part", "field", "what"), faults)


@contextmanager
def _bar() -> "Iterator[Progress]":
    """A progress bar, where a person looks."""
    from services.audit.verify import silent  # noqa: PLC0415

    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda log, done, of: bar.update(task, description=log, completed=done, total=of)
