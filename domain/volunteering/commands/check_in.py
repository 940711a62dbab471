"""Commands on checking in: phones, passes, and the moments that phones signed."""

from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.vocabulary import Instant
from domain.volunteering.check_in_parts import CheckIns, PublicKey, Signature


class RegisterPhone(Command, frozen=True, kw_only=True):
    """Register the key that one's phone made and never gives away; `signature` shows that the phone holds it."""

    public_key: PublicKey
    signature: Signature


class RevokePhone(Command, frozen=True, kw_only=True):
    """Have nothing believed any more that the phone signed and did not send yet: it is lost, or no longer one's own."""


class IssuePass(Command, frozen=True, kw_only=True):
    """Make a pass to be shown where people volunteer; without `valid_from` it is valid at once."""

    provider_id: UUID
    opportunity_id: UUID
    valid_from: Instant | None = None


class WithdrawPass(Command, frozen=True, kw_only=True):
    """Have the pass believed no more: it was seen by others than those who came."""


class SubmitCheckIns(Command, frozen=True, kw_only=True):
    """Bring what the phone signed, in the order in which it was; what was brought before is passed over."""

    check_ins: CheckIns
