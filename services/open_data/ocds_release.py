"""A release as OCDS 1.1.5 writes it: the same row makes the same bytes, for every reader.

Texts stand in the language that the process is told in and, with its code behind the member's name, in all others
(`title`, `title_sr`). A release's id is the institution's slug with the epoch and the position of its event, so that
whoever doubts it can ask for that event's proof. Days are those of Kosovo.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from domain.kernel.deadline import ZONE
from domain.kernel.text import Text
from domain.kernel.vocabulary import Contact
from domain.tenants.register import Institution
from projections import release_parts as parts
from projections.release_queries import PublicRelease
from services.open_data.json_schema import Members

_ZONE = ZoneInfo(ZONE)
_LAST = time(23, 59, 59)
"""The end of a day."""
_SAID_ELSEWHERE = {"file", "division"}
"""Members of ours whose content stands in another member of the standard."""


class Source(msgspec.Struct, frozen=True):
    """Who publishes: `prefix` begins the ocid of every process, `institutions` by slug.

    `public_url` is where people reach the gateway, for the addresses of documents; '' where that is not known.
    """

    prefix: str
    institutions: Mapping[str, Institution]
    public_url: str = ""

    def ocid(self, process_id: UUID) -> str:
        """The identifier of a process in the whole world."""
        return f"{self.prefix}-{process_id}"

    def process(self, ocid: str) -> UUID | None:
        """The process of an identifier that was made here; None for any other text."""
        begin, id_ = f"{self.prefix}-", ocid[len(self.prefix) + 1 :]
        try:
            found = UUID(id_)
        except ValueError:
            return None
        return found if ocid == f"{begin}{found}" else None


def release_id(tenant: str, epoch: int, position: int) -> str:
    """The id of the release that an event made."""
    return f"{tenant}-{epoch}-{position}"


def event_of(id_: str) -> tuple[str, int, int] | None:
    """Slug, epoch and position of the event that a release's id names; None for any other text."""
    tenant, *numbers = id_.rsplit("-", 2)
    if len(numbers) < 2 or not all(n.isascii() and n.isdigit() and len(n) < 17 for n in numbers):  # noqa: PLR2004
        return None
    epoch, position = map(int, numbers)
    return (tenant, epoch, position) if release_id(tenant, epoch, position) == id_ else None


def release_of(row: PublicRelease, source: Source, *, translated: bool = True) -> Members:
    """The release with everything that the standard asks of one; not `translated`: in one language only."""
    content, writer = row.content, _Writer(row, source, translated=translated)
    told: Members = {
        "ocid": source.ocid(row.process_id),
        "id": release_id(row.tenant, row.epoch, row.position),
        "date": instant(row.released_at),
        "tag": [str(tag) for tag in row.tags],
        "initiationType": "tender",
        "language": content.language,
        "parties": [writer.institution(content.contact), *map(writer.write, content.parties)],
        "buyer": writer.write(parts.ENTITY),
    }
    return told | writer.members(content, leaving_out=("language", "parties", "contact"))


def encode(members: Members) -> bytes:
    """JSON in the order of the members, amounts with the decimals that they have."""
    return _encode(members)


_encode = msgspec.json.Encoder(decimal_format="number").encode


class _Writer:
    """Writes the parts of one release."""

    def __init__(self, row: PublicRelease, source: Source, *, translated: bool) -> None:
        self._row, self._source, self._translated = row, source, translated
        self._language = row.content.language
        institution = source.institutions.get(row.tenant)
        self._names = {} if institution is None else institution.names_at(row.released_at)

    def institution(self, contact: Contact | None) -> Members:
        """The institution as a party; it asks, buys and pays."""
        told: Members = {"id": self._institution_id(), "name": self._institution_name()}
        if self._translated:
            told |= {f"name_{code}": name for code, name in self._names.items() if code != self._language}
        if contact is not None:
            mailbox = {"name": contact.office, "email": contact.email, "telephone": contact.phone}
            told["contactPoint"] = {name: value for name, value in mailbox.items() if value}
        return told | {"roles": ["buyer", "procuringEntity", "payer"]}

    def members(self, part: parts.Part, leaving_out: tuple[str, ...] = ()) -> Members:
        """The members of a part that say something."""
        told: Members = {}
        for name, member in _fields(type(part)):
            value = getattr(part, name)
            if value is None or value in ("", ()) or name in leaving_out or name in _SAID_ELSEWHERE:
                continue
            told |= self._text(member, value) if isinstance(value, Text) else {member: self.write(value)}
        return told

    def write(self, value: Any) -> Any:
        """A value as JSON has it."""
        for kind, way in _WAYS:
            if isinstance(value, kind):
                return way(self, value)
        return value

    def _text(self, member: str, text: Text) -> Members:
        said = {code: getattr(text, code).text for code in text.languages}
        if not said:
            return {}
        first = said.pop(self._language, None) or next(iter(said.values()))
        others = {f"{member}_{code}": words for code, words in said.items()} if self._translated else {}
        return {member: first} | others

    def plain(self, words: parts.Words) -> str:
        """A text in the language of the process, or in the first that it has."""
        if isinstance(words, str):
            return words
        [told, *_] = [*self._text("", words).values(), ""]
        return str(told)

    def mention(self, one: parts.Organisation) -> Members:
        """An organisation, by the id and the name that it has among the parties."""
        if one.id == parts.INSTITUTION:
            return {"id": self._institution_id(), "name": self._institution_name()}
        return {"id": one.id, "name": self.plain(one.name)}

    def party(self, one: parts.Party) -> Members:
        """An organisation among the parties; the first of its identifiers is the one that it is known by."""
        told = self.members(one, leaving_out=("identifiers", "locality", "roles"))
        known = [self.members(identifier) for identifier in one.identifiers]
        if known:
            told["identifier"] = known[0] | {"legalName": told["name"]}
        if known[1:]:
            told["additionalIdentifiers"] = known[1:]
        if one.locality:
            told["address"] = {"locality": one.locality}
        return told | {"roles": list(one.roles)}

    def item(self, one: parts.Item) -> Members:
        """Units of something; a division of the vocabulary is the class whose other digits are zero."""
        told = self.members(one)
        if one.division:
            told["classification"] = {"scheme": "CPV", "id": one.division.ljust(8, "0")}
        return told

    def document(self, one: parts.Document) -> Members:
        """A document; the file of a call lies below the call."""
        told, address = self.members(one), self._source.public_url.rstrip("/")
        if one.file and address:
            told["url"] = f"{address}/v1/public/service-calls/{self._row.process_id}/files/{one.file}"
        return told

    def reference(self, one: parts.Reference) -> str:
        """A release of the same institution."""
        return release_id(self._row.tenant, one.epoch, one.position)

    def related(self, one: parts.RelatedProcess) -> Members:
        """Another process of ours."""
        told = {"id": one.id, "relationship": list(one.relationship)}
        return told | {"scheme": "ocid", "identifier": self._source.ocid(one.process_id)}

    def _institution_id(self) -> str:
        return f"{self._source.prefix}:org:{self._row.tenant}"

    def _institution_name(self) -> str:
        return self._names.get(self._language) or next(iter(self._names.values()), self._row.tenant)


def _value(_writer: _Writer, value: parts.Value) -> Members:
    if not value.currency:
        return {"amount": None, "currency": None}
    amount = Decimal(value.amount)
    whole = amount == amount.to_integral_value()
    return {"amount": int(amount) if whole else amount, "currency": value.currency}


def _days(_writer: _Writer, days: parts.Days) -> Members:
    told: Members = {}
    if days.start_date is not None:
        told["startDate"] = _at(days.start_date, time()).isoformat()
    if days.end_date is not None:
        told["endDate"] = _at(days.end_date, _LAST).isoformat()
    return told


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, _ZONE)


def instant(at: datetime) -> str:
    """A time as every release has it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_WAYS: tuple[tuple[type, Callable[[_Writer, Any], Any]], ...] = (
    (parts.Value, _value),
    (parts.Days, _days),
    (parts.Organisation, _Writer.mention),
    (parts.Party, _Writer.party),
    (parts.Item, _Writer.item),
    (parts.Document, _Writer.document),
    (parts.Reference, _Writer.reference),
    (parts.RelatedProcess, _Writer.related),
    (parts.Part, _Writer.members),
    (tuple, lambda writer, value: [writer.write(one) for one in value]),
    (datetime, lambda _, at: instant(at)),
    (date, lambda _, day: _at(day, time()).isoformat()),
    (UUID, lambda _, id_: str(id_)),
)
"""How each kind of value is written; the first that fits. Everything else is JSON's own."""


@cache
def _fields(part: type[parts.Part]) -> tuple[tuple[str, str], ...]:
    """Names of a part's fields, and of its members."""
    return tuple((field.name, field.encode_name) for field in msgspec.structs.fields(part))
