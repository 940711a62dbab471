"""`pakt audit export`: a log to take away."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.looking import Token, looking
from services.cli.options import Data, Json, Tenant, number
from services.cli.output import print_json, progress_bar, say


def export(
    *,
    tenant: Tenant,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="Where to write the kit, such as kit.zip.")],
    from_: Annotated[int | None, Parameter(name="--from", help="First position [1].", converter=number)] = None,
    to: Annotated[
        int | None, Parameter(name="--to", help="Last position [the last that is sealed].", converter=number)
    ] = None,
    token: Token = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Write an institution's sealed log as a kit that `verifier/verify.py` in it checks without Pakt.

    An export that was interrupted goes on when it is called again. It reads as an auditor; each call is put on record
    in the institution's log first. Personal data leaves only as it is sealed. The folder of the kit must be there.

    Ends with 1 when heads in the database are not those that were published; the kit is written then too, and says so.

    For example:

    * `pakt audit export --tenant mj -o kit.zip`
    * `pakt audit export --tenant prizren --from 1 --to 5000 --output prizren.zip --json`
    """

    async def work() -> int:
        from services.audit.export import ExportRefused  # noqa: PLC0415
        from services.audit.export import export as exported  # noqa: PLC0415

        async with looking(data, token, tenant, "export", export=True, begin=from_, end=to) as system:
            try:
                with progress_bar(shown=not json) as progress:
                    done = await exported(system, tenant, output.absolute(), first=from_, last=to, progress=progress)
            except ExportRefused as error:
                raise Misused(str(error)) from error
        if json:
            print_json(done)
        else:
            say(f"{done.events} events of {done.header.origin}: {output}, {done.bytes:,} bytes; see README.md in it")
        for one in done.header.differing:
            print(f"pakt: {one}; the kit says so", file=sys.stderr)  # noqa: T201
        return DIFFERENT if done.header.differing else DONE

    return complete(work())
