"""The institutions that ship with Pakt, and the many ways in which their names are written."""

import unicodedata
from functools import cache
from importlib.resources import files

import msgspec

from domain.tenants.commands import FoundRegister, Kind, Names, RegisterInstitution


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of an institution that has a name of its own but no log."""

    slug: str
    names: Names


class ShippedInstitution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; `in_official_use` are languages that are in use there without being required."""

    slug: str
    code: str
    kind: Kind
    names: Names
    languages: tuple[str, ...]
    units: tuple[Unit, ...] = ()
    in_official_use: tuple[str, ...] = ()

    def founding(self) -> FoundRegister:
        """The command that begins the register with this institution."""
        return FoundRegister(slug=self.slug, code=self.code, names=self.names)

    def registration(self) -> RegisterInstitution:
        """The command that registers it."""
        return msgspec.convert(
            {
                "slug": self.slug,
                "code": self.code,
                "kind": self.kind,
                "names": self.names,
                "languages": self.languages,
            },
            RegisterInstitution,
        )


class InstitutionsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data file: institutions in order of their tenant ids, and other spellings with the slug they mean."""

    source: str
    licence: str
    institutions: tuple[ShippedInstitution, ...]
    aliases: dict[str, str]


@cache
def institutions_file() -> InstitutionsFile:
    """The file of this package, read once."""
    data = files("domain.tenants").joinpath("data", "institutions.json").read_bytes()
    return msgspec.json.decode(data, type=InstitutionsFile)


def slug_of(spelling: str) -> str | None:
    """The slug that a spelling of an institution's name, code or slug means; case and accents do not matter."""
    return _spellings().get(_folded(spelling))


@cache
def _spellings() -> dict[str, str]:
    file = institutions_file()
    known = {_folded(alias): slug for alias, slug in file.aliases.items()}
    for one in file.institutions:
        known |= {_folded(name): one.slug for name in (*one.names.values(), one.slug, one.code)}
    return known


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(str.maketrans("đĐðÐı-", "dDdDi ")))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(plain.casefold().split())
