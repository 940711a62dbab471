"""The keys that sign bearer tokens: one signs, those before it are believed as long as the tokens they signed live.

Each is a file in one folder: `tokens.jwk`, `tokens.2.jwk`, … (JSON Web Keys, RFC 7517, of Ed25519, RFC 8037), readable
by its owner alone. The highest number signs. A retired key's file ends in `.retired`; nothing of it is believed.
"""

import base64
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from joserfc.jwk import OKPKey

MADE_AT = "made_at"
"""Member of a key's file: seconds since 1970, UTC."""
_RETIRED = ".retired"


class KeyUnknown(ValueError):
    """No key that is believed has that id, or it is the one that signs."""


class TokenKey(msgspec.Struct, frozen=True):
    """One key. `replaced_at`: when the next one was made, seconds since 1970, UTC; None for the one that signs."""

    number: int
    key: OKPKey
    public: OKPKey
    key_id: str
    made_at: int
    replaced_at: int | None = None


class TokenKeys:
    """Every key that is believed, by its thumbprint (RFC 7638). Other processes' changes show at the next `refresh`."""

    def __init__(self, keys: list[OKPKey], *, path: Path | None = None) -> None:
        self._path, self._seen = path, -1
        self._take([(n, _as_dict(key), False) for n, key in enumerate(keys, 1)])

    @classmethod
    def open(cls, path: Path, *, now: Callable[[], float] = time.time) -> "TokenKeys":
        """The keys beside `path`, which is the first one's file; made there when missing."""
        if not any(_files(path)):
            _write(path, int(now()))
        keys = cls([], path=path)
        keys.refresh()
        return keys

    @property
    def signing(self) -> TokenKey:
        """The key that signs."""
        return next(reversed(self.believed.values()))

    def first(self) -> TokenKey | None:
        """The first key, by which tokens without a key id are signed; None once it is retired."""
        return next((one for one in self.believed.values() if one.number == 1), None)

    def refresh(self) -> None:
        """Look whether a key was made or retired since."""
        if self._path is None or (changed := self._path.parent.stat().st_mtime_ns) == self._seen:
            return
        self._take([(n, json.loads(file.read_text()), gone) for n, file, gone in sorted(_files(self._path))])
        self._seen = changed

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only holders of the first private key can know, another 32 for every purpose."""
        return hmac.digest(self._root, purpose.encode(), "sha256")

    def published(self) -> dict[str, object]:
        """The public halves as a JSON Web Key Set (RFC 7517, section 5), the one that signs last."""
        return {
            "keys": [
                one.public.as_dict(private=False, kid=one.key_id, use="sig", alg="Ed25519")
                for one in self.believed.values()
            ]
        }

    def _take(self, found: list[tuple[int, dict[str, object], bool]]) -> None:
        self.believed: dict[str, TokenKey] = {}
        following: int | None = None
        for number, stored, gone in reversed(found):
            made_at = int(str(stored.pop(MADE_AT, 0)))
            key = OKPKey.import_key(stored)  # type: ignore[arg-type] # a mapping of texts
            public = OKPKey.import_key(key.as_dict(private=False))
            one = TokenKey(number, key, public, public.thumbprint(), made_at, following)
            following = made_at
            if not gone:
                self.believed = {one.key_id: one} | self.believed
            self._root = base64.urlsafe_b64decode(f"{stored['d']}==")


def rotate(path: Path, *, now: Callable[[], float] = time.time) -> str:
    """Make the next key beside the first one's file; from now on it signs. The new key's id."""
    taken = max((number for number, _, _ in _files(path)), default=0)
    _write(_numbered_path(path, taken + 1), int(now()))
    return TokenKeys.open(path).signing.key_id


def retire(path: Path, key_id: str) -> None:
    """Let nothing that the key signed be believed any more. Raises: KeyUnknown; also for the key that signs."""
    keys = TokenKeys.open(path)
    known = keys.believed.get(key_id)
    if known is None or known.number == keys.signing.number:
        raise KeyUnknown(key_id)
    file = _numbered_path(path, known.number)
    file.rename(file.with_name(file.name + _RETIRED))


def _numbered_path(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}.{number}{path.suffix}")


def _files(path: Path) -> Iterator[tuple[int, Path, bool]]:
    """Every key's number, its file, and whether it is retired."""
    for file in path.parent.iterdir() if path.parent.exists() else ():
        gone = file.name.endswith(_RETIRED)
        name = file.name.removesuffix(_RETIRED)
        number = name.removeprefix(path.stem).removesuffix(path.suffix).removeprefix(".")
        if name == path.name:
            yield 1, file, gone
        elif number.isdigit() and name == _numbered_path(path, int(number)).name:
            yield int(number), file, gone


def _as_dict(key: OKPKey) -> dict[str, object]:
    return dict(key.as_dict(private=True))


def _write(path: Path, made_at: int) -> None:
    """A new key appears there whole or not at all, whoever else starts at the same time."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(_as_dict(OKPKey.generate_key("Ed25519")) | {MADE_AT: made_at}, file)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
