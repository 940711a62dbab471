"""The erasure certificate: a signed note (C2SP) that the person takes away.

Its text is a function of the log and its signature is Ed25519, so it can be asked for any number of times; nothing of
it is kept. It names the person by id alone. The key is the one that signs the logs, but named
`<installation>/erasures`, which is also the first line: a certificate can be taken for no checkpoint.

    pakt.localhost/erasures
    erasure certificate v1
    institution mj
    subject 01936f2a-0000-7000-8000-000000000002
    ground consent_withdrawn
    basis Law No. 06/L-082 on Protection of Personal Data
    erased 2026-11-26T12:00:00.000000Z
    log pakt.localhost/mj/1
    decided at position 120
    completed at position 121, 2026-11-26T12:00:00.040000Z
    sealed values made unreadable 6
    files removed 1
"""

from datetime import UTC, datetime

import msgspec

from infra.keys.interface import SigningKeys
from infra.tlog.note import sign_note
from services.erasure.account import Account


class Certified(Account, frozen=True, kw_only=True):
    """An erasure with its certificate: null until the key is known to be destroyed."""

    certificate: str | None = None


class Notary(msgspec.Struct, frozen=True):
    """Signs for the installation of that name."""

    signing: SigningKeys
    installation: str

    def certified(self, tenant: str, account: Account) -> Certified:
        """The account with its certificate, as far as there is one."""
        told = msgspec.structs.asdict(account)
        if account.completed_at is None:
            return Certified(**told)
        note = sign_note(self.text(tenant, account), self.signing.signer(self.name))
        return Certified(**told, certificate=str(note))

    @property
    def name(self) -> str:
        """What the key is called here."""
        return f"{self.installation}/erasures"

    def text(self, tenant: str, account: Account) -> str:
        """What is signed of a completed erasure."""
        return "".join(
            f"{line}\n"
            for line in (
                self.name,
                "erasure certificate v1",
                f"institution {tenant}",
                f"subject {account.subject_id}",
                f"ground {account.ground}",
                f"basis {account.legal_basis}",
                f"erased {_time(account.erased_at)}",
                f"log {self.installation}/{tenant}/{account.epoch}",
                f"decided at position {account.position}{', again after a restore' if account.restored else ''}",
                f"completed at position {account.completed_position}, {_time(account.completed_at)}",
                f"sealed values made unreadable {account.values}",
                f"files removed {account.files}",
            )
        )


def _time(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
