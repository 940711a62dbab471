"""Who publishes in an open standard: the prefix of identifiers, and the names of institutions."""

from collections.abc import Mapping

import msgspec

from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.transliteration import to_cyrillic

Names = Mapping[str, Mapping[str, str]]
"""Names of institutions by slug and language."""


class Publisher(msgspec.Struct, frozen=True):
    """Who publishes: `prefix` begins the identifiers that Pakt gives; `names` of institutions by slug."""

    prefix: str
    names: Mapping[str, str]

    def organisation(self, slug: str) -> str:
        """The identifier of an institution; there is no public list of institutions' codes, so it is our own."""
        return f"{self.prefix}:org:{slug}"

    def name(self, slug: str | None) -> str:
        """The name of an institution; of the one that publishes for all where `slug` is None."""
        by = slug or NATIONAL_SLUG
        return self.names.get(by, by)


def publisher_of(prefix: str, names: Names, language: str) -> Publisher:
    """Who publishes, with the institutions' names in that language."""
    return Publisher(prefix, {slug: _name(known, language) for slug, known in names.items()})


def _name(names: Mapping[str, str], language: str) -> str:
    code, _, script = language.partition("-")
    found = names.get(code) or names.get("en") or names.get("sq") or next(iter(names.values()), "")
    return to_cyrillic(found) if script == "Cyrl" and names.get(code) else found
