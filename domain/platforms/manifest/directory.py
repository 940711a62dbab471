"""The directory of members: an API client keeps its own, and those who run the nation's register look at all."""

from domain.kernel.command import Command
from domain.kernel.manifest import Domain, Role, Scope
from domain.platforms.commands import directory_sync as s
from domain.platforms.commands import member as c
from domain.platforms.directory_sync import DirectorySync
from domain.platforms.events import directory_sync, member
from domain.platforms.member import Member

_CLIENTS = frozenset({Role.API_CLIENT})
_READERS = _CLIENTS | {Role.ADMINISTRATOR, Role.REGISTRAR, Role.OGG_SUPERVISOR, Role.AUDITOR}
_SENT_BY_SYNC: frozenset[type[Command]] = frozenset(
    {c.ListMember, c.AmendMember, c.RelistMember, c.DelistMember, s.BeginDirectorySync, s.FinishDirectorySync}
)

DIRECTORY = Domain(
    name="platforms",
    aggregates=(Member, DirectorySync),
    events=(*member.EVENTS, *directory_sync.EVENTS),
    permissions=dict.fromkeys(_SENT_BY_SYNC, _CLIENTS),
    inward=_SENT_BY_SYNC,
    queries={"member_directory": _READERS, "member_directory_sync": _CLIENTS},
    scopes={Scope.MEMBERS: _SENT_BY_SYNC | {"member_directory", "member_directory_sync"}},
    own=frozenset({*member.EVENTS, *directory_sync.EVENTS}),
)
