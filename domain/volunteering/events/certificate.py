"""What became true of certificates of volunteering; stored names are `volunteering.<Event>.v1`.

The first event is the evidence that every credential carries: it names nobody, no agreement and no ledger, so that
whoever sees it learns nothing that the certificate does not say. Whose it is stands in the second one.
"""

from datetime import date, datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import DecisionNo, Sha256
from domain.volunteering.commands.certificate import RevocationGround
from domain.volunteering.hours_parts import hours_tag, ledger_id
from domain.volunteering.vocabulary import Skills


class CertificateIssued(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """So many minutes on these days are certified, `months` of experience; `subject` is an id that stands nowhere else.

    `name_hash` is the holder's salted name (`holder.py`), `issuer_key` signs the credential (Ed25519, hex), `totals`
    are the digests of the ledgers' totals.
    """

    TOPIC = "volunteering.CertificateIssued.v1"

    subject: UUID
    name_hash: str
    issuer_key: str
    programme_id: UUID
    title: Title
    criteria: Text
    skills: Skills = ()
    minutes: int
    months: int
    entries: int
    first_day: date
    last_day: date
    totals: tuple[Sha256, ...]
    valid_until: datetime | None = None


class HeldEvent(Event, frozen=True, kw_only=True):
    """An event of the certificate of `person_id` on the hours of these agreements."""

    person_id: UUID
    agreement_ids: tuple[UUID, ...]

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the hours."""
        return tuple(hours_tag(ledger_id(one)) for one in self.agreement_ids)


class CertificateHeld(HeldEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Whose the certificate is; the name and its salt are sealed. `supersedes` are those whose place it takes."""

    TOPIC = "volunteering.CertificateHeld.v1"

    totals: tuple[Sha256, ...]
    supersedes: tuple[UUID, ...] = ()


class CertificateRevoked(HeldEvent, frozen=True, kw_only=True):
    """It counts no more."""

    TOPIC = "volunteering.CertificateRevoked.v1"

    decision_no: DecisionNo
    ground: RevocationGround


class CertificateSuperseded(HeldEvent, frozen=True, kw_only=True):
    """Another certificate counts in its place."""

    TOPIC = "volunteering.CertificateSuperseded.v1"

    by: UUID


EVENTS: tuple[type[Event], ...] = (CertificateIssued, CertificateHeld, CertificateRevoked, CertificateSuperseded)
