"""The import itself: many records at once, each by its own commands, and an account of every line.

A command's id follows from tenant, source, record and step. So whatever was stored before the process was killed is
answered from the log when the same file is imported again, and nothing stands there twice.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.errors import NotLawful, PaktError, Unavailable
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Executed, Imported, Principal, Request
from services.importing.cells import Sum, Unread
from services.importing.lines import Line, Unreadable
from services.importing.mapping import BadRecord
from services.importing.stories import Place, Story, Tell

IMPORTER = Principal(derived_id("system", Role.IMPORTER), system_role=Role.IMPORTER)
AT_ONCE = 64
PATIENCE = 30.0
"""Seconds for which one command is repeated while the log cannot be reached."""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one line; every one that is not plainly imported stands in the report file.

    `outcome` is imported, present (an earlier run stored all of it), refused (nothing stored) or incomplete (the
    commands before the one that `reason` tells of are stored).
    """

    line: int
    outcome: str
    source_id: str = ""
    stream_id: UUID | None = None
    reason: str = ""
    remarks: tuple[str, ...] = ()
    file: str = ""
    unread: tuple[Unread, ...] = ()
    """Cells of a table that could not be read; the row is imported without them, their text is kept in its event."""


class Summary(msgspec.Struct, frozen=True):
    """The account of all lines: lines = imported + present + incomplete + refused; `remarked` are among them.

    `position` is the last one of the tenant's log that tells of these lines: what a read can ask to be shown. `unread`
    counts the cells that could not be read, `sums` is what each column of amounts of a table comes to.
    """

    lines: int
    imported: int
    present: int
    incomplete: int
    refused: int
    remarked: int
    commands: int
    position: int
    unread: int = 0
    sums: dict[str, Sum] = {}


class Importer:
    """Imports into one tenant from one source; `patience` as PATIENCE, `file` as the report calls it."""

    def __init__(
        self, handler: CommandHandler, tenant: str, source: str, *, patience: float = PATIENCE, file: str = ""
    ) -> None:
        self._handler, self._tenant, self._source, self._patience = handler, tenant, source, patience
        self._file = file
        self._first_line: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        self._sums: dict[str, Sum] = {}
        self._position = 0

    async def run(
        self, lines: Iterable[Line], tell: Tell, report: IO[bytes], progress: Callable[[int], None] = lambda _: None
    ) -> Summary:
        """Import all lines; `progress` gets the number of lines done so far.

        Raises:
            Unavailable: the log could not be reached for long; run it again.
        """
        encode = msgspec.json.Encoder().encode
        left = iter(lines)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(left, tell, lambda told: report.write(encode(told) + b"\n"), progress))
        counts = self._counts
        return Summary(
            lines=counts["lines"],
            imported=counts["imported"],
            present=counts["present"],
            incomplete=counts["incomplete"],
            refused=counts["refused"],
            remarked=counts["remarked"],
            commands=counts["commands"],
            position=self._position,
            unread=counts["unread"],
            sums=self._sums,
        )

    async def _work(
        self, left: Iterator[Line], tell: Tell, write: Callable[[Told], object], progress: Callable[[int], None]
    ) -> None:
        for line in left:
            told = await self._line(line, tell)
            self._counts["lines"] += 1
            self._counts[told.outcome] += 1
            self._counts["remarked"] += bool(told.remarks)
            self._counts["unread"] += len(told.unread)
            if told.outcome in {"refused", "incomplete"} or told.remarks or told.unread:
                write(told)
            progress(self._counts["lines"])

    async def _line(self, line: Line, tell: Tell) -> Told:
        if line.record is None:
            return Told(line.number, "refused", reason=line.reason)
        try:
            story = tell(line)
        except BadRecord as error:
            return Told(line.number, "refused", error.source_id, reason=str(error))
        first = self._first_line.setdefault(story.source_id, line.number)
        if first != line.number:
            return Told(line.number, "refused", story.source_id, reason=f"line {first} has the same id")
        for name, one in story.sums.items():
            self._sums[name] = self._sums.get(name, Sum()) + one
        told = await self._tell(line.number, story)
        return replace(told, file=self._file, unread=story.unread) if story.unread else told

    async def _tell(self, number: int, story: Story) -> Told:
        stream_id: UUID | None = None
        stored = 0
        for step in story.steps:
            at = step.place or Place(self._tenant, stream_id)
            past = step.occurred_at and Imported(step.occurred_at, self._source, story.source_id)
            request = Request(
                tenant=at.tenant,
                command=step.command,
                command_id=derived_id("import", self._tenant, self._source, story.source_id, step.name),
                principal=IMPORTER,
                stream_id=at.stream_id,
                imported=past or None,
            )
            try:
                executed = await patiently(self._handler, request, self._patience)
            except Unavailable:
                raise
            except PaktError as error:
                outcome = "incomplete" if stream_id is not None else "refused"
                reason = f"{step.name}: {_said(error)}"
                return Told(number, outcome, story.source_id, stream_id, reason, story.remarks)
            stream_id = executed.answer.stream_id
            if at.tenant == self._tenant:
                self._position = max(self._position, executed.answer.last_position)
            stored += not executed.replayed
            self._counts["commands"] += not executed.replayed
        outcome = "imported" if stored else "present"
        return Told(number, outcome, story.source_id, stream_id, remarks=story.remarks)


async def patiently(handler: CommandHandler, request: Request, patience: float) -> Executed:
    """Execute, repeating the same command id while the log cannot be reached or too much is waiting."""
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + patience, 0.05
    while True:
        try:
            return await handler.execute(request)
        except Unavailable:
            if loop.time() > until:
                raise
        await asyncio.sleep(pause)  # the only thing to wait for is time: nobody tells when the log is back
        pause = min(pause * 2, 2.0)


def _said(error: PaktError) -> str:
    """The refusal in words, with what its findings or values say."""
    if isinstance(error, NotLawful):
        return "; ".join(
            f"{finding.code}: {finding.message}" for finding in error.findings if finding.severity == "error"
        )
    return f"{error.code}: {error}"


def open_report(path: Path) -> IO[bytes]:
    """The report file, emptied.

    Raises:
        Unreadable: it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb", buffering=0)
    except OSError as error:
        raise Unreadable(f"the report cannot be written to {path}: {error.strerror}") from error
