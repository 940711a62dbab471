"""Ed25519 public keys as credentials write them: Multikey (base58btc behind 'z'), and the did:key made of one."""

from infra.credentials.refusal import CredentialRefused

DID = "did:key:"
_ED25519 = bytes([0xED, 0x01])
_KEY_BYTES = 32
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: number for number, letter in enumerate(_ALPHABET)}
_LONGEST = 128
"""Letters of a multibase text that are read: a signature takes 89."""


def multibase(raw: bytes) -> str:
    """Bytes in base58btc, with the 'z' that says so."""
    number, letters = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + letters


def from_multibase(text: str) -> bytes:
    """Raises: CredentialRefused for what is not base58btc behind a 'z'."""
    if not text.startswith("z") or len(text) > _LONGEST or any(letter not in _DIGITS for letter in text[1:]):
        raise CredentialRefused("encoding", f"{text[:60]!r} is not base58btc behind a 'z'")
    number = 0
    for letter in text[1:]:
        number = number * len(_ALPHABET) + _DIGITS[letter]
    zeros = len(text[1:]) - len(text[1:].lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def key_of(multikey: str) -> bytes:
    """The 32 bytes of an Ed25519 Multikey. Raises: CredentialRefused for another kind of key."""
    raw = from_multibase(multikey)
    if not raw.startswith(_ED25519) or len(raw) != len(_ED25519) + _KEY_BYTES:
        raise CredentialRefused("key", f"{multikey[:60]!r} is no Ed25519 key")
    return raw[len(_ED25519) :]


def did_key(public: bytes) -> str:
    """The identifier that a key is."""
    return DID + multibase(_ED25519 + public)


def method_of(did: str) -> str:
    """How a proof names the key of a did:key."""
    return f"{did}#{did.removeprefix(DID)}"


def from_did_key(method: str) -> bytes | None:
    """The key of a did:key, with its fragment or without; None for what is no did:key. Raises: CredentialRefused."""
    if not method.startswith(DID):
        return None
    did, mark, fragment = method.partition("#")
    if mark and fragment != did.removeprefix(DID):
        raise CredentialRefused("key", f"{method[:120]!r} names a key that its identifier does not hold")
    return key_of(did.removeprefix(DID))
