"""The code on a receipt: whoever holds it can follow what was handed in, nobody can guess or derive it.

Sixteen random bytes and two letters that tell a slip of the pen, in letters and digits that are hard to confuse.
"""

import re
from base64 import b32encode
from hashlib import sha256

CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){6}")
"""Codes as they are printed. Shorter ones of earlier submissions followed from ids: they open nothing."""
_SECRET_LETTERS, _LETTERS, _GROUP = 26, 28, 4
_MISREAD = str.maketrans("018", "OIB", " -\u2010\u2011\u2012\u2013\u00a0")


def receipt_code(secret: bytes) -> str:
    """The code of a secret of 16 bytes: 28 letters and digits in groups of four."""
    letters = b32encode(secret).decode()[:_SECRET_LETTERS]
    return _grouped(letters + _check(letters))


def read_code(written: str) -> str | None:
    """The code that somebody wrote, whatever its case, spaces and dashes; None when it cannot be one."""
    letters = written.upper().translate(_MISREAD)
    if len(letters) != _LETTERS or letters[_SECRET_LETTERS:] != _check(letters[:_SECRET_LETTERS]):
        return None
    code = _grouped(letters)
    return code if CODE.fullmatch(code) else None


def receipt_tag(code: str) -> str:
    """The tag that leads from a code to its event; the code itself does not stand in it."""
    return f"receipt:{sha256(code.encode()).hexdigest()}"


def _check(letters: str) -> str:
    return b32encode(sha256(letters.encode()).digest())[: _LETTERS - _SECRET_LETTERS].decode()


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + _GROUP] for i in range(0, _LETTERS, _GROUP))
