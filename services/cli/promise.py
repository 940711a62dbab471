"""`pakt audit promise`: whether a promise of a log was kept, by files alone."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.cli.exits import DIFFERENT, DONE, OPEN, Misused, complete
from services.cli.options import Json, number
from services.cli.output import print_json, say

if TYPE_CHECKING:
    from infra.tlog.note import Verifier

Files = Annotated[tuple[Path, ...], Parameter(negative=())]


def promise(
    file: Annotated[Path, Parameter(help="The promise, as its receipt's address answered it.")],
    /,
    *,
    key: Annotated[tuple[str, ...], Parameter(help="A key of the log: NAME+ID+BASE64, or NAME+HEX.", negative=())],
    witness: Annotated[tuple[str, ...], Parameter(help="A key of a witness that you trust.", negative=())] = (),
    quorum: Annotated[
        int, Parameter(help="How many witnesses must have seen what was too late.", converter=number)
    ] = 1,
    checkpoint: Annotated[Files, Parameter(help="A checkpoint that the log showed later.")] = (),
    proof: Annotated[Files, Parameter(help="A proof that the log gave for the position.")] = (),
    at: Annotated[datetime | None, Parameter(help="Judge as of this time (with an offset), instead of now.")] = None,
    json: Json = False,
) -> int:
    """Say whether a promise was kept or broken, by what its log showed afterwards. Asks no database and no network.

    Exit code 0 kept, 1 broken, 2 a file is not what it should be or is not signed, 4 not due yet or not decided by what
    was given.

    For example:

    * `pakt audit promise promise.note --key pakt.localhost/mj/1+6f3c… --proof proof.tlog-proof`
    * `pakt audit promise promise.note --key … --witness … --checkpoint later.note --json`
    """

    async def work() -> int:
        from infra.clock import SystemClock  # noqa: PLC0415
        from infra.tlog.note import Note, NoteRefused  # noqa: PLC0415
        from infra.tlog.promise import Outcome, Trust, judge  # noqa: PLC0415
        from infra.tlog.proof import TlogProof  # noqa: PLC0415

        if at is not None and at.tzinfo is None:
            raise Misused("--at needs an offset: 2026-06-01T00:00:00Z or 2026-06-01T02:00:00+02:00")
        try:
            trust = Trust(tuple(_verifier(one).public for one in key), tuple(map(_verifier, witness)), quorum)
            found = judge(
                Note.parse(file.read_bytes()),
                trust,
                at or SystemClock().now(),
                checkpoints=[Note.parse(path.read_bytes()) for path in checkpoint],
                proofs=[TlogProof.parse(path.read_text("utf-8")) for path in proof],
            )
        except (NoteRefused, OSError, UnicodeDecodeError) as error:
            raise Misused(str(error)) from error
        if json:
            print_json(found)
        else:
            say(f"{found.outcome.replace('_', ' ')}: {found.reason}")
        return {Outcome.KEPT: DONE, Outcome.BROKEN: DIFFERENT}.get(found.outcome, OPEN)

    return complete(work())


def _verifier(given: str) -> "Verifier":
    """A key as C2SP writes it, or as `pakt keys list` does behind the name of a log. Raises: NoteRefused."""
    from infra.tlog.note import KEY_BYTES, NoteRefused, Verifier  # noqa: PLC0415

    name, _, rest = given.rpartition("+")
    try:
        public = bytes.fromhex(rest)
    except ValueError:
        return Verifier.parse(given)
    if not name or len(public) != KEY_BYTES:
        raise NoteRefused(f"{given[:100]!r} is not a key")
    return Verifier(name, public)
