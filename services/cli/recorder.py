"""`pakt audit recorder`: the log read by somebody else's code."""

from typing import TYPE_CHECKING

from services.cli.exits import DIFFERENT, DONE, Misused, complete
from services.cli.looking import Token, looking
from services.cli.options import Data, Json, Tenant
from services.cli.output import print_json, say

if TYPE_CHECKING:
    from services.audit.recorder import Difference


def recorder(*, tenant: Tenant, token: Token = None, data: Data = None, json: Json = False) -> int:
    """Read an institution's log a second time, by the eventsourcing library's recorder; compare count, order, payload.

    The recorder reads as the auditor's database role, through a view in its own table layout. Where the log is sealed,
    each event's hash is compared with its leaf too. Names the first difference and ends with 1 where there is one.
    Needs the extra `audit` of the package.

    For example:

    * `pakt audit recorder --tenant mj`
    * `pakt audit recorder --tenant mj --token auditor.jwt --json`
    """

    async def work() -> int:
        from services.audit.recorder import DriverMissing, compare  # noqa: PLC0415

        async with looking(data, token, tenant, "recorder") as system:
            try:
                done = await compare(system, tenant)
            except DriverMissing as error:
                raise Misused(str(error)) from error
        if json:
            print_json(done)
        elif done.difference is None:
            say(f"{tenant}: {done.events} events in {done.streams} streams read twice, {done.sealed} sealed: the same")
        else:
            say(f"{tenant}: {told(done.difference)}")
        return DONE if done.difference is None else DIFFERENT

    return complete(work())


def told(first: "Difference") -> str:
    """The first difference in words; a position that is missing by its own number."""
    if first.field != "position":
        return f"position {first.position} differs in {first.field}: {first.ours} / {first.theirs}"
    if first.ours == first.theirs:
        return f"position {first.position} is missing; after it comes {first.ours}"
    return f"where position {first.position} should be, our reading has {first.ours}, the other one {first.theirs}"
