"""Commands on bids: the bidder's on its organisation's mandate, and the buyer's."""

from uuid import UUID

from domain.contracts.facts import BidContent
from domain.kernel.command import Command
from domain.kernel.text import Text
from domain.kernel.vocabulary import LanguageCode
from domain.scoring.vocabulary import Commitment, Salt


class SealBid(Command, frozen=True, kw_only=True):
    """Bid without showing what: `commitment` stands for content and salt, and only they open the bid: keep them.

    It is the SHA-256 (hex) of `<call id>:<organisation id>:<content>:<salt>`, the content as canonical JSON (RFC 8785)
    without empty lists and without values that are null.
    """

    call_id: UUID
    organisation_id: UUID
    commitment: Commitment
    language: LanguageCode


class ResealBid(Command, frozen=True, kw_only=True):
    """Put another sealed content in the place of the earlier one, or bid again after a withdrawal."""

    call_id: UUID
    organisation_id: UUID
    commitment: Commitment


class WithdrawBid(Command, frozen=True, kw_only=True):
    """Take the bid back before the time to bid is over."""

    call_id: UUID
    reason: Text | None = None


class OpenBid(Command, frozen=True, kw_only=True):
    """Show what was sealed, after the call has closed and while bids are opened."""

    call_id: UUID
    content: BidContent
    salt: Salt


class DisregardBid(Command, frozen=True, kw_only=True):
    """State that the bid was not opened in time; sent by the system."""


class QualifyBid(Command, frozen=True, kw_only=True):
    """State that the bidder may be awarded; the registers of organisations and licences decide, not the officer."""

    call_id: UUID
    organisation_id: UUID


class DisqualifyBid(Command, frozen=True, kw_only=True):
    """Put the bid out, for what the registers or the opening found, or for a reason in words."""

    call_id: UUID
    organisation_id: UUID
    reason: Text | None = None


class ReopenBid(Command, frozen=True, kw_only=True):
    """Have the bid qualified anew, since a complaint was upheld; sent by the system."""

    complaint_id: UUID
