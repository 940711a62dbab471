"""What a pass shows: the institution's signature, which its QR code carries, and a short code to be typed.

Both follow from the log and from keys, so a pass can be shown any number of times and nothing of it is kept. The key
is the one that signs the logs, named `<installation>/<institution>/check-in`: what it signs can be taken for nothing
else.
"""

import base64
import hmac
from urllib.parse import quote
from uuid import UUID

import msgspec

from domain.volunteering.check_in_parts import pass_text
from domain.volunteering.events.check_in import PassIssued
from infra.keys.interface import SigningKeys
from infra.tlog.note import NoteRefused, Signature, Signer, decoded, encoded

_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_CODE_BYTES, _ID_BYTES = 5, 4


class PassOffice(msgspec.Struct, frozen=True):
    """Makes and checks what passes show, for the installation of that name; `secret` makes the short codes."""

    signing: SigningKeys
    installation: str
    secret: bytes

    def signature(self, tenant: str, issued: PassIssued) -> str:
        """Key id and Ed25519 signature over the pass's text, base64, as a signature line of a note has it."""
        signer: Signer = self.signing.signer(self._name(tenant))
        made = signer.sign(self._text(tenant, issued))
        return encoded(made.key_id + made.signed)

    def code(self, tenant: str, opportunity_id: UUID, number: int) -> str:
        """Eight letters that nobody can guess who did not see them."""
        asked = f"{tenant}\n{opportunity_id}\n{number}".encode()
        digest = hmac.digest(self.secret, asked, "sha256")[:_CODE_BYTES]
        return base64.b32encode(digest).decode().translate(_CROCKFORD)

    def shown_by(self, proof: str, tenant: str, issued: PassIssued) -> bool:
        """Whether the proof is what the pass shows."""
        code = self.code(tenant, issued.opportunity_id, issued.number)
        return hmac.compare_digest(proof, code) or self._signed(proof, tenant, issued)

    def fragment(self, tenant: str, issued: PassIssued) -> str:
        """What stands behind `#` in the link of the QR code: a phone reads it without a network."""
        begins, ends = (int(at.timestamp()) for at in (issued.valid_from, issued.valid_until))
        parts = (tenant, issued.opportunity_id, issued.number, begins, ends, self.signature(tenant, issued))
        return "pass=" + "~".join(quote(str(part), safe="") for part in parts)

    def _signed(self, proof: str, tenant: str, issued: PassIssued) -> bool:
        name = self._name(tenant)
        try:
            raw = decoded(proof)
            given = Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])
            known = {one.key_id: one for one in self.signing.verifiers(name)}
            if given.key_id in known:
                known[given.key_id].verify(self._text(tenant, issued), given)
        except NoteRefused:
            return False
        return given.key_id in known

    def _name(self, tenant: str) -> str:
        return f"{self.installation}/{tenant}/check-in"

    def _text(self, tenant: str, issued: PassIssued) -> str:
        valid = (issued.valid_from, issued.valid_until)
        return pass_text(self._name(tenant), tenant, issued.opportunity_id, issued.number, valid)
