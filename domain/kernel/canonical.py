"""Canonical JSON (RFC 8785): one value, one text, in whatever language it is written; for what is hashed or signed."""

import re
from functools import lru_cache
from typing import Any

import msgspec

_SAFE = (1 << 53) - 1
_LONGEST = 21
"""Digits before the point up to which a number is written without an exponent."""
_encode = msgspec.json.Encoder().encode
"""Of texts, `null`, `true` and `false`, for which it is canonical."""
_REPR = re.compile(r"(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?")


def canonical(value: object) -> bytes:
    """The value's canonical JSON, UTF-8. What is not of JSON's own types is written as msgspec writes it.

    Raises: ValueError for a number that JSON cannot hold or not exactly: NaN, an infinity, an integer beyond 2**53 - 1;
    and for text that is not Unicode.
    """
    return _written(msgspec.to_builtins(value, str_keys=True))


def _written(value: Any) -> bytes:
    kind = type(value)
    if kind is dict:
        return b"{" + b",".join([shown + _written(value[name]) for name, shown in _members(tuple(value))]) + b"}"
    if kind is list or kind is tuple:
        return b"[" + b",".join([_written(entry) for entry in value]) + b"]"
    if kind is int:
        return _integer(value)
    return number(value).encode() if kind is float else _encode(value)


@lru_cache(1_024)
def _members(names: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """Names in the order of their UTF-16 code units, each with how its member begins. Rows of a kind share it."""
    ordered = sorted(names, key=lambda name: name.encode("utf-16-be"))
    return tuple((name, _encode(name) + b":") for name in ordered)


def _integer(value: int) -> bytes:
    if abs(value) > _SAFE:
        msg = f"{value} is beyond what every reader of JSON holds exactly"
        raise ValueError(msg)
    return b"%d" % value


def number(value: float) -> str:
    """A double as ECMAScript writes it: the shortest digits that mean it, without an exponent from 1e-6 to 1e21."""
    found = _REPR.fullmatch(repr(value))
    if found is None:
        msg = f"{value} is no number of JSON"
        raise ValueError(msg)
    sign, whole, fraction, exponent = found[1], found[2], found[3] or "", int(found[4] or 0)
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """The digits with the decimal point after the `point`-th of them."""
    if 0 < point <= _LONGEST:
        return digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004 - as ECMAScript has it
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
