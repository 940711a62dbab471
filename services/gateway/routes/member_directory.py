"""The directory of a platform's members: kept by the platform from files, looked at by those who run the register."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import QueryParameter
from msgspec.structs import replace

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.platforms.events.member import member_id
from domain.platforms.vocabulary import LineFault, LineOutcome
from projections import member_queries as q
from projections.catalogue import MEMBERS
from projections.member_register import MemberRow
from projections.reading import Page
from services.gateway import body, directory_file
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.preconditions import command_id
from services.gateway.query_route import AtDesk
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of
from services.gateway.wording import said
from services.platforms.directory_plan import DirectoryLine
from services.platforms.directory_sync import DirectoryFile, DirectorySyncing, Synced

AnyRequest = Request[Any, Any, Any]
DryRun = Annotated[bool, QueryParameter(description="Tell what the file would do, and do nothing")]
Complete = Annotated[bool, QueryParameter(description="Whoever is not in the file is no member any more")]


class MemberSeen(MemberRow, frozen=True):
    """A member, and the mandates by which the organisation lets the platform act for it today."""

    mandates: tuple[UUID, ...] = ()


class SyncedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one line, counted from 1; `fault` and `detail` say why it was refused."""

    line: int
    outcome: LineOutcome
    number: str | None = None
    member_id: UUID | None = None
    fault: LineFault | None = None
    detail: str | None = None


class SyncedDirectory(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a directory file: how many lines had which outcome, and each line by itself.

    `delisted` are the numbers of members who were in no line. `held_back`: nobody was delisted for being missing, since
    a line could not be read. `sync_id` is null for a dry run.
    """

    sync_id: UUID | None
    dry_run: bool
    counts: dict[str, int]
    held_back: bool
    delisted: tuple[str, ...]
    lines: list[SyncedLine]


_WHY: Mapping[LineFault, str] = {
    LineFault.UNREADABLE: N_("The line is cut off, or has not the form that lines have."),
    LineFault.FORMULA: N_("A cell begins as a formula does: a spreadsheet would run it."),
    LineFault.NUMBER_TWICE: N_("Several lines have this number: which is meant, nobody can tell."),
    LineFault.ORGANISATION_TWICE: N_("The organisation has another number, in this file or from before."),
    LineFault.UNKNOWN_IDENTIFIER: N_("No verified organisation of the register has this identifier."),
    LineFault.UNKNOWN_NUMBER: N_("Nobody was ever listed under this number."),
    LineFault.IN_FUTURE: N_("The member joined on a day that is still to come."),
}
MemberView = view_of(MemberSeen, "DirectoryMember")
_BODY = {
    "required": True,
    "content": {
        directory_file.JSON: {
            "schema": {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/DirectoryLine"}}},
                "additionalProperties": False,
            }
        },
        directory_file.NDJSON: {"schema": {"type": "string"}},
        directory_file.CSV: {"schema": {"type": "string"}},
    },
}


@listed("/member-directory", "member_directory", MemberView, of=(MEMBERS,), by=q.Filter)
async def members(asked: AtDeskAsked[q.Filter]) -> Page[MemberSeen]:
    """Members of platforms, those listed last first; an API client sees its own."""
    desk, chosen = asked.place, asked.chosen
    if desk.mandate.role == Role.API_CLIENT:
        if chosen.client_id not in (None, desk.person_id):
            return Page([], None)
        chosen = replace(chosen, client_id=desk.person_id)
    page = await q.members(asked.connection, chosen, after=asked.after, limit=asked.limit)
    return Page([await _with_mandates(desk, row) for row in page.items], page.next)


@shown("/member-directory/{id:uuid}", "member_directory", MemberView, of=(MEMBERS,))
async def member(asked: AtDeskAsked[NoFilter]) -> MemberSeen | None:
    """One member of a directory; to an API client only of its own."""
    row, desk = await q.member(asked.connection, asked.id), asked.place
    hidden = row is None or (desk.mandate.role == Role.API_CLIENT and row.client_id != desk.person_id)
    return None if row is None or hidden else await _with_mandates(desk, row)


@post(
    "/member-directory/sync",
    status_code=200,
    request_max_body_size=None,
    opt={
        "query": "member_directory_sync",
        "shows": SyncedDirectory,
        "statuses": (413, 415, 422),
        "body": _BODY,
        "responses": {},
        "takes": DirectoryLine,
    },
)
async def sync(
    request: AnyRequest, desk: AtDesk, *, dry_run: DryRun = False, complete: Complete = False
) -> Response[SyncedDirectory]:
    """Bring one's directory up to date from JSON, NDJSON or CSV; every line is answered for, none spoils another."""
    if desk.tenant.slug != NATIONAL_SLUG:
        raise StreamNotFound
    headers = dict(request.scope["headers"])
    key = None if dry_run else command_id(headers, desk.tenant.slug, desk.person_id)
    data = await body.read(headers, request.receive, desk.system.settings.max_body_bytes)
    lines = directory_file.read(headers.get(b"content-type", b"").decode("latin-1"), data)
    file = DirectoryFile.of(data, lines, complete=complete)
    syncing = DirectorySyncing(desk.system.handler)
    done = await (syncing.would(desk.reader, file) if key is None else syncing.run(desk.reader, file, key))
    told = {"idempotent-replayed": "true"} if done.replayed else {}
    return Response(_answered(done, desk, dry_run=dry_run), headers={"cache-control": "no-store"} | told)


def _answered(done: Synced, desk: Desk, *, dry_run: bool) -> SyncedDirectory:
    counts = Counter(step.outcome for step in done.steps)
    lines = [
        SyncedLine(
            line=n,
            outcome=step.outcome,
            number=step.number,
            member_id=None if step.number is None else member_id(desk.person_id, step.number),
            fault=step.fault,
            detail=None if step.fault is None else said(_WHY[step.fault], desk.language),
        )
        for n, step in enumerate(done.steps, 1)
    ]
    return SyncedDirectory(
        sync_id=done.sync_id,
        dry_run=dry_run,
        counts={outcome.value: counts[outcome] for outcome in LineOutcome},
        held_back=done.held_back,
        delisted=done.delisted,
        lines=lines,
    )


async def _with_mandates(desk: Desk, row: MemberRow) -> MemberSeen:
    """The row, and which mandates of the organisation the platform holds now, whatever moment is asked about."""
    held = (await desk.system.handler.authority.national()).representation.mandates(row.client_id, desk.now)
    own = tuple(one.mandate_id for one in held if one.mandate_id is not None and one.concerns(row.organisation_id))
    return MemberSeen(**msgspec.structs.asdict(row), mandates=own)


ROUTES = Routes(queries=(members, member, sync))
