"""Serbian in its two scripts: Latin to Cyrillic with the digraphs lj, nj and dž, and back without loss.

Left as they are: `{placeholders}`, code in backticks, addresses, and words with letters that Serbian does not have
(q, w, x, y, ë …), which are foreign names. Where n and j meet without being one letter (injekcija, konjunktura) the
word must stand in `_APART`. Technical names stay Latin.
"""

import re
from collections.abc import Callable

_CYRILLIC = dict(
    zip(
        "abvgdđežzijklmnoprstćufhcčš",
        "абвгдђежзијклмнопрстћуфхцчш",
        strict=True,
    )
)
_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_LATIN = {cyrillic: latin for latin, cyrillic in (_CYRILLIC | _DIGRAPHS).items()}
_KEEP = re.compile(
    r"`[^`]*`|\{[^{}]*\}|\b[a-z][a-z0-9+.-]*://\S+|\S+@\S+\.\S+|\bwww\.\S+|(?:/[\w.{}-]+){2,}", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+[A-Za-z]+")
_FOREIGN = re.compile(r"[qwxyçëäöüğş]", re.IGNORECASE)
_ROMAN = re.compile(r"^(?=[IVXLCDM]{2,})M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})$")
_APART = re.compile(
    r"(?<=i)nj(?=ekc)|(?<=ko)nj(?=u(?:nk|g))|(?<=ta)nj(?=ug)|(?<=na)dž(?=iv|ud|nj)|(?<=o)dž(?=al|ive)", re.IGNORECASE
)
_TECHNICAL = frozenset(
    {
        "API",
        "CSV",
        "ETag",
        "HTTP",
        "HTTPS",
        "JSON",
        "NDJSON",
        "PDF",
        "RFC",
        "UTC",
        "UUID",
        "URL",
        "XK",
        "CiviKos",
        "Idempotency-Key",
        "If-Match",
        "Pakt",
    }
)


def to_cyrillic(text: str) -> str:
    """Serbian Latin as Cyrillic; Cyrillic in it stays."""
    return _outside(text, lambda part: _WORD.sub(lambda match: _word(match.group()), part))


def to_latin(text: str) -> str:
    """Serbian Cyrillic as Latin; a capital digraph is title case (Њ -> Nj) unless its word is all capitals (NJ)."""
    return _WORD.sub(lambda match: _latin_word(match.group()), text)


def _outside(text: str, change: Callable[[str], str]) -> str:
    """`change` applied to everything between what `_KEEP` matches."""
    parts, at = [], 0
    for kept in _KEEP.finditer(text):
        parts += [change(text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*parts, change(text[at:])])


def _word(word: str) -> str:
    if word in _TECHNICAL or word[0].isdigit() or _FOREIGN.search(word) or _ROMAN.match(word):
        return word
    apart = {match.start() for match in _APART.finditer(word)}
    out, at = [], 0
    while at < len(word):
        pair = word[at : at + 2]
        digraph = _DIGRAPHS.get(pair.lower()) if at not in apart else None
        if digraph:
            out.append(digraph if pair[0].islower() else digraph.upper())
            at += 2
            continue
        letter = word[at]
        cyrillic = _CYRILLIC.get(letter.lower(), letter)
        out.append(cyrillic if letter.islower() else cyrillic.upper())
        at += 1
    return "".join(out)


def _latin_word(word: str) -> str:
    capitals = len(word) > 1 and word.isupper()
    out = []
    for letter in word:
        latin = _LATIN.get(letter.lower())
        if latin is None:
            out.append(letter)
        elif letter.islower():
            out.append(latin)
        else:
            out.append(latin.upper() if capitals else latin.capitalize())
    return "".join(out)
