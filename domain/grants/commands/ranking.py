"""Commands on a call's rankings."""

from uuid import UUID

from domain.kernel.command import Command


class PublishProvisionalRanking(Command, frozen=True, kw_only=True):
    """Publish what the commission came to, with every score; the time to complain begins."""

    commission_id: UUID


class ReleaseRanks(Command, frozen=True, kw_only=True):
    """Let the awards stand that no open complaint can change, so that they are contracted before it is decided."""

    commission_id: UUID


class PublishFinalRanking(Command, frozen=True, kw_only=True):
    """Publish the ranking that stands, after the time to complain and every complaint are over."""

    commission_id: UUID
