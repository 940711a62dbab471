"""The caller's W3C Trace Context: what of it is taken."""

import re

_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def sent_trace(headers: dict[bytes, bytes]) -> str:
    """The request's `traceparent`, '' when it has none or it is not one: nothing else of a caller's is stored."""
    sent = headers.get(b"traceparent")
    return sent.decode("ascii") if sent is not None and _TRACEPARENT.fullmatch(sent) else ""
