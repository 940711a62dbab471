"""The description of what Pakt tells by itself, as an AsyncAPI 3.0 document: the feed, its stream, and webhooks.

It is drawn from the manifests: every stored name that anybody can be told is a message, with the fields of its payload.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from domain.catalogue import DOMAINS
from domain.kernel.event import Event
from services.feed.cloud_event import BATCH_MEDIA_TYPE, MEDIA_TYPE, TYPE_PREFIX
from services.feed.visibility import GRANTED, OWN, PUBLIC

_REF = "#/components/schemas/{name}"
_TEXT: dict[str, Any] = {"type": "string"}
_DIGITS: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{16}$"}
_INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
_TOLD: Mapping[str, tuple[frozenset[str], str]] = {
    "public": (PUBLIC, "Told to everybody."),
    "granted": (GRANTED, "Told to an API client with the scope `feed`, of the institutions in its grant."),
    "own": (OWN, "Told to the API client that it is about."),
}
_OLDER: dict[str, Any] = {
    "type": "object",
    "description": "An older version of an event: the payload is as it was stored then.",
}
CLOUD_EVENT: dict[str, Any] = {
    "title": "CloudEvent",
    "description": (
        "The envelope of every event: CloudEvents 1.0 with where the event stands in its institution's log. The payload"
        " is `data`; in its place stands `dataref`, an address, where the whole would be too large for a webhook."
    ),
    "type": "object",
    "required": [
        *("specversion", "id", "source", "type", "subject", "time", "recordedtime"),
        *("tenant", "epoch", "sequence", "streamversion", "leafhash", "datacontenttype"),
    ],
    "properties": {
        "specversion": {"type": "string", "const": "1.0"},
        "id": _TEXT | {"format": "uuid", "description": "The same whenever and however often the event is told."},
        "source": _TEXT | {"format": "uri", "description": "The institution's address."},
        "type": _TEXT | {"pattern": f"^{TYPE_PREFIX.replace('.', '[.]')}"},
        "subject": _TEXT | {"format": "uuid", "description": "The stream: what the event happened to."},
        "time": _INSTANT | {"description": "When it happened."},
        "recordedtime": _INSTANT | {"description": "When it was stored."},
        "tenant": _TEXT | {"description": "The institution's short name."},
        "epoch": {"type": "integer", "minimum": 1},
        "sequence": _DIGITS | {"description": "The position in the log of the institution and epoch."},
        "previous": _DIGITS | {"description": "In a feed: between this position and `sequence` nothing is for you."},
        "streamversion": {"type": "integer", "minimum": 1},
        "leafhash": _TEXT | {"description": "SHA-256 (base64) of the leaf `sequence` - 1 of the log's public tree."},
        "traceparent": _TEXT,
        "datacontenttype": {"type": "string", "const": "application/json"},
        "data": {"type": "object"},
        "dataref": _TEXT | {"format": "uri"},
    },
}
_WEBHOOK_HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": _TEXT | {"description": "The event's `id`: what was handled under it is not handled again."},
        "webhook-timestamp": _TEXT | {"description": "Seconds since 1970; refuse what is older than five minutes."},
        "webhook-signature": _TEXT | {"description": "By Standard Webhooks: `v1,` (HMAC) and `v1a,` (Ed25519)."},
    },
}
_DESCRIPTION = """What happens in the institutions is told as CloudEvents 1.0: in a feed that is asked for and resumed
from a cursor, in a stream of server-sent events, and as webhooks signed by Standard Webhooks. The requests themselves
are described by `/openapi.json`."""


def described() -> dict[str, Any]:
    """The document; it names no server, as the installation's own address is where it was read."""
    messages, schemas = _messages()
    every = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pakt events",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": _channels(every),
        "operations": {name: _operation(name, said) for name, said in OPERATIONS.items()},
        "components": {
            "messages": messages,
            "messageTraits": {"signed": {"headers": _WEBHOOK_HEADERS}},
            "schemas": schemas | {"CloudEvent": CLOUD_EVENT},
        },
    }


OPERATIONS = {
    "feed": "A reader is given the next events of all logs that it is told of, and the cursor to go on from.",
    "stream": "A reader is given events as they are committed, after all that it missed.",
    "event": "A reader is given one event, by its place.",
    "webhook": "A registered address is sent an event, until it answers 2xx or is given up.",
}


def _operation(name: str, said: str) -> dict[str, Any]:
    method = {"method": "POST" if name == "webhook" else "GET"}
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": said,
        "bindings": {"http": method},
    }


def _channels(messages: dict[str, Any]) -> dict[str, Any]:
    place = {
        "tenant": {"description": "The institution's short name: `tenant` of the event."},
        "epoch": {"description": "`epoch` of the event."},
        "position": {"description": "`sequence` of the event, as a number."},
    }
    webhook = "The address that an API client registered. Every request is signed; see the message trait `signed`."
    return {
        "feed": {"address": "/v1/feed", "description": f"Answered as {BATCH_MEDIA_TYPE}.", "messages": messages},
        "stream": {"address": "/v1/feed/stream", "description": "Server-sent events.", "messages": messages},
        "event": {
            "address": "/v1/feed/events/{tenant}/{epoch}/{position}",
            "parameters": place,
            "messages": messages,
        },
        "webhook": {"address": None, "description": webhook, "messages": messages},
    }


@cache
def _messages() -> tuple[dict[str, Any], dict[str, Any]]:
    """A message for each stored name that is told, and the schemas of their payloads by name."""
    newest: dict[str, type[Event]] = {one.TOPIC: one for domain in DOMAINS for one in domain.events}
    told = sorted(PUBLIC | GRANTED | OWN)
    known = [name for name in told if name in newest]
    found, schemas = msgspec.json.schema_components([newest[name] for name in known], ref_template=_REF)
    payloads = dict(zip(known, found, strict=True))
    return {name: _message(name, newest.get(name), payloads.get(name, _OLDER)) for name in told}, schemas


def _message(name: str, event: type[Event] | None, payload: dict[str, Any]) -> dict[str, Any]:
    kind, to = next((kind, to) for kind, (names, to) in _TOLD.items() if name in names)
    happened = (event.__doc__ or "").strip() if event else "An older version of an event, as it was stored then."
    data = {"properties": {"type": {"const": f"{TYPE_PREFIX}{name}"}, "data": payload}}
    return {
        "name": f"{TYPE_PREFIX}{name}",
        "title": name,
        "summary": happened.split("\n\n")[0].replace("\n", " "),
        "description": to,
        "contentType": MEDIA_TYPE,
        "tags": [{"name": kind}, {"name": name.split(".", maxsplit=1)[0]}],
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, data]},
    }
