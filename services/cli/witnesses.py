"""`pakt audit witnesses`: who has cosigned what, and whether outsiders saw the history that we hold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, complete
from services.cli.options import Data, Json, settings_of_existing
from services.cli.output import print_json, print_table

if TYPE_CHECKING:
    from services.audit.witnesses import Seen
    from services.cosignatures import Cosigning


def witnesses(
    *,
    compare: Annotated[bool, Parameter(help="Ask each witness what it cosigned, and compare.", negative=())] = False,
    data: Data = None,
    json: Json = False,
) -> int:
    """List how far each log is sealed and how far enough of PAKT_WITNESSES have cosigned it.

    With --compare each witness is asked for the checkpoint it cosigned last of each log: our log must have grown from
    all of them. Where it has not, the sizes are named between which the histories part. Ends with 1 then.

    For example:

    * `pakt audit witnesses`
    * `pakt audit witnesses --compare --json`
    """

    async def work() -> int:
        from services.audit import witnesses as auditing  # noqa: PLC0415
        from services.bootstrap import assemble, open_witnesses  # noqa: PLC0415
        from services.cosignatures import cosigning  # noqa: PLC0415

        settings = settings_of_existing(data)
        async with assemble(settings) as system, open_witnesses(settings) as asked:
            logs = await auditing.logs_of(system)
            if compare:
                keys, ends = auditing.keys_of(system), auditing.ends_of(system)
                seen = await auditing.compare(system.audited_trees, logs, asked, keys, ends)
                _show_seen(seen, json=json)
                return DIFFERENT if any(one.problem for one in seen) else DONE
            held = await cosigning(system.audited_trees, logs, system.quorum)
        _show_held(held, json=json)
        return DONE

    return complete(work())


def _show_seen(seen: "Sequence[Seen]", *, json: bool) -> None:
    if json:
        print_json(seen)
        return
    rows = [(one.origin, one.witness, one.size, one.problem or "ok", _parted(one)) for one in seen]
    print_table("Witnesses", ("log", "witness", "cosigned", "beside ours", "first difference in"), rows)


def _show_held(held: "Sequence[Cosigning]", *, json: bool) -> None:
    if json:
        print_json(held)
        return
    rows = [(one.origin, one.size, one.public, ", ".join(one.lacking) or "nobody") for one in held]
    print_table("Cosignatures", ("log", "sealed", "public", "lacking"), rows)


def _parted(seen: "Seen") -> str:
    return f"{seen.agrees_until + 1} to {seen.differs_at}" if seen.differs_at else ""
