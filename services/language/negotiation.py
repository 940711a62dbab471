"""Which language a reader wants, by `Accept-Language` (RFC 9110 section 12.5.4, RFC 4647 section 3.4)."""

SUPPORTED = ("sq", "sr", "sr-Latn", "sr-Cyrl", "en")
DEFAULT = "en"
"""For readers who say nothing or want a language that Pakt does not speak."""

_SUPPORTED = {tag.lower(): tag for tag in SUPPORTED}
_LONGEST = 1_000


def negotiate(accept_language: str | None) -> str:
    """The supported tag the header likes best; the first of equals. What cannot be read in it is passed over.

    Serbian without a script is `sr`, written in Latin. Bosnian, Croatian and Montenegrin are never taken for Serbian.
    """
    best, weight = DEFAULT, 0.0
    refused = set[str]()
    anything = 0.0
    for wanted in (accept_language or "")[:_LONGEST].split(","):
        tag, quality = _range(wanted)
        if tag == "*":
            anything = quality
            continue
        found = _lookup(tag)
        if found and quality == 0:
            refused.add(found)
        if found and quality > weight:
            best, weight = found, quality
    if not weight and anything and best in refused:
        return next((tag for tag in SUPPORTED if tag not in refused), DEFAULT)
    return best


def _range(wanted: str) -> tuple[str, float]:
    tag, _, parameters = wanted.partition(";")
    name, _, value = parameters.replace(" ", "").partition("=")
    if not parameters:
        return tag.strip().lower(), 1.0
    try:
        quality = float(value) if name.lower() == "q" else 0.0
    except ValueError:
        quality = 0.0
    return tag.strip().lower(), quality if 0 <= quality <= 1 else 0.0


def _lookup(tag: str) -> str | None:
    """The supported tag that `tag` is or begins with: `sr-Cyrl-XK` finds `sr-Cyrl`, `sr-XK` finds `sr`."""
    parts = tag.split("-")
    while parts:
        found = _SUPPORTED.get("-".join(parts))
        if found:
            return found
        parts.pop()
    return None
