"""The two lists that whoever checks a credential needs: whose keys are whose, and which certificates count no more."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.kernel.context import Tenant
from domain.kernel.errors import StreamNotFound, Unavailable
from infra.credentials.data_integrity import sign
from infra.credentials.issuers import SUFFIX, IssuerKey, issuers_note
from infra.credentials.open_badges import status_credential
from infra.credentials.reading import Document
from infra.credentials.status_list import SIZE, encoded
from infra.keys.interface import SigningKeys
from services.certificates.credentials import issuer_of
from services.certificates.rings import IssuerRings

VALID_FOR = timedelta(days=1)
"""How long a status list may be relied on: so long a revocation may go unnoticed by whoever keeps a copy."""


def issuers_list(signing: SigningKeys, installation: str, now: datetime, keys: Iterable[IssuerKey]) -> str:
    """The list of issuers, signed by the key that signs the logs."""
    signer = signing.signer(installation + SUFFIX)
    return str(issuers_note(signer, now, sorted(keys, key=lambda key: (key.institution, key.since))))


async def status_list(
    rings: IssuerRings, tenant: Tenant, names: Mapping[str, str], address: str, now: datetime, gone: Iterable[int]
) -> Document:
    """The list at that address with the certificates at the positions `gone` marked, signed by the institution.

    Raises: StreamNotFound where it issues nothing; Unavailable where its key is not at hand.
    """
    ring = await rings.retired(tenant)
    if not ring:
        raise StreamNotFound
    current = next(reversed(ring))
    key = rings.keys.find(tenant.slug, current)
    if key is None:
        raise Unavailable("issuer keys")
    bits = encoded((position - 1) % SIZE for position in gone)
    issuer = issuer_of(current, names, address)
    return sign(status_credential(issuer, address, bits, now, now + VALID_FOR), key, now)
