"""Commands on a member of a platform's directory; bringing a directory up to date sends them line by line."""

from uuid import UUID

from domain.kernel.command import Command
from domain.platforms.vocabulary import MemberFacts, MemberNumber


class ListMember(Command, frozen=True, kw_only=True):
    """Enter a member; `organisation_id` is whose identifier it is in the register."""

    client_id: UUID
    number: MemberNumber
    organisation_id: UUID
    facts: MemberFacts


class AmendMember(Command, frozen=True, kw_only=True):
    """Say anew what the directory says of a listed member."""

    client_id: UUID
    organisation_id: UUID
    facts: MemberFacts


class RelistMember(Command, frozen=True, kw_only=True):
    """Enter a member again that was delisted, under the number it had."""

    client_id: UUID
    organisation_id: UUID
    facts: MemberFacts


class DelistMember(Command, frozen=True, kw_only=True):
    """Take a member off the directory."""

    client_id: UUID
