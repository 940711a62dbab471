"""Signatures of keys that browsers make: ECDSA over P-256 and SHA-256 (FIPS 186-5), as WebCrypto writes them."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_HALF = 64
"""Hexadecimal digits of each of the two numbers that a signature is."""


def signed_by(public_key: str, said: str, signature: str) -> bool:
    """Whether the key signed the text: the key is an uncompressed point (SEC 1), the signature r and s, all in hex."""
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes.fromhex(public_key))
        r, s = int(signature[:_HALF], 16), int(signature[_HALF:], 16)
        key.verify(encode_dss_signature(r, s), said.encode(), ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
