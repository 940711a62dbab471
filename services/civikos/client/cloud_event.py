"""Reads CloudEvents 1.0 in their JSON form, one (structured) or many (batched), as their specification has them.

The published JSON Schema and library let more pass than the text does; this reader keeps to the text.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from services.civikos.client.errors import NotAnEvent

STRUCTURED, BATCHED = "application/cloudevents+json", "application/cloudevents-batch+json"
_NAME = re.compile(r"[a-z0-9]+")
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*;.*)?")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_URI_REFERENCE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_DATA = frozenset({"data", "data_base64"})
_INTEGERS = range(-(2**31), 2**31)


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event: `type` says what happened, `source` in which log, `subject` to what; `extensions` are all the rest.

    `data` is what JSON makes of it, bytes where it came as `data_base64`, None where there is none.
    """

    id: str
    source: str
    type: str
    subject: str = ""
    time: datetime | None = None
    datacontenttype: str = ""
    dataschema: str = ""
    data: Any = None
    extensions: Mapping[str, str | int | bool] = {}

    def text(self, name: str) -> str:
        """An extension that is a text. Raises: NotAnEvent when it is missing or something else."""
        value = self.extensions.get(name)
        if not isinstance(value, str):
            raise NotAnEvent(f"event {self.id} has no text {name}")
        return value


_BARE = CloudEvent(id="", source="", type="")


def read_event(body: bytes) -> CloudEvent:
    """One event in structured form. Raises: NotAnEvent."""
    return _event(_json(body))


def read_batch(body: bytes) -> list[CloudEvent]:
    """Events in batched form, in their order. Raises: NotAnEvent when one of them is none."""
    found = _json(body)
    if not isinstance(found, list):
        raise NotAnEvent("a batch is a list of events")
    return [_event(one) for one in found]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAnEvent(f"not JSON: {error}") from error


def _event(found: Any) -> CloudEvent:
    if not isinstance(found, dict):
        raise NotAnEvent("an event is an object")
    attributes = {name: value for name, value in found.items() if name not in _DATA and value is not None}
    if attributes.pop("specversion", None) != "1.0":
        raise NotAnEvent("specversion is 1.0")
    known = {name: _text(name, attributes.pop(name, None), check) for name, check in _REQUIRED.items()}
    known |= {name: _text(name, attributes.pop(name), check) for name, check in _OPTIONAL.items() if name in attributes}
    time = datetime.fromisoformat(at.upper()) if (at := known.pop("time", "")) else None
    return msgspec.structs.replace(_BARE, **known, time=time, data=_data(found), extensions=_extensions(attributes))


def _text(name: str, value: Any, check: Callable[[str], bool]) -> str:
    if not isinstance(value, str) or not value:
        raise NotAnEvent(f"{name} is a text that is not empty")
    if not check(value):
        raise NotAnEvent(f"{name} is not what its kind of attribute holds: {value[:80]!r}")
    return value


def _is_time(text: str) -> bool:
    if not _RFC_3339.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _is_reference(text: str) -> bool:
    return _URI_REFERENCE.fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    return _is_reference(text) and bool(urlsplit(text).scheme)


def _is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


_REQUIRED: dict[str, Callable[[str], bool]] = {"id": bool, "source": _is_reference, "type": bool}
_OPTIONAL: dict[str, Callable[[str], bool]] = {
    "subject": bool,
    "time": _is_time,
    "datacontenttype": _is_media_type,
    "dataschema": _is_uri,
}


def _data(found: Mapping[str, Any]) -> Any:
    if found.get("data") is not None and found.get("data_base64") is not None:
        raise NotAnEvent("data and data_base64 exclude each other")
    encoded = found.get("data_base64")
    if encoded is None:
        return found.get("data")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise NotAnEvent("data_base64 is base64") from error


def _extensions(attributes: Mapping[str, Any]) -> Mapping[str, str | int | bool]:
    for name, value in attributes.items():
        if not _NAME.fullmatch(name):
            raise NotAnEvent(f"{name[:80]!r} cannot name an attribute: lower-case letters and digits")
        if not isinstance(value, str | int) or (type(value) is int and value not in _INTEGERS):
            raise NotAnEvent(f"{name} is a text, a truth value or an integer of 32 bits")
    return attributes
