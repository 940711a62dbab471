"""A catalogue of datasets by DCAT-AP 3, as JSON-LD that says its own context: nothing of it is fetched to be read.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/. Codes are those of the EU Publications Office's authority tables;
`1A0` is Kosovo in that of countries.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

MEDIA_TYPE = "application/ld+json"
Members = dict[str, Any]
Words = Mapping[str, str]
"""A text by language: sq, sr (in Latin letters), en."""
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = ("SQI", "SRP", "ENG")
_IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = {"csv": "CSV", "json": "JSON", "xml": "XML", "parquet": "PARQUET", "ndjson": "JSON"}
_THEMES = {"GOVE": "Government and public sector", "SOCI": "Population and society", "ECON": "Economy and finance"}
_TERMS = {
    **dict.fromkeys(("license", "accrualPeriodicity", "accessRights", "spatial", "language"), ("dct", "@id")),
    **dict.fromkeys(("format", "conformsTo"), ("dct", "@id")),
    **dict.fromkeys(("title", "description", "identifier", "publisher", "temporal"), ("dct", "")),
    **dict.fromkeys(("issued", "modified"), ("dct", "xsd:dateTime")),
    **dict.fromkeys(("theme", "themeTaxonomy", "landingPage", "accessURL", "downloadURL"), ("dcat", "@id")),
    **dict.fromkeys(("mediaType", "inSeries", "endpointURL", "endpointDescription"), ("dcat", "@id")),
    **dict.fromkeys(("accessService", "servesDataset"), ("dcat", "@id")),
    **dict.fromkeys(("keyword", "dataset", "distribution", "service"), ("dcat", "")),
    **dict.fromkeys(("startDate", "endDate"), ("dcat", "xsd:date")),
    "byteSize": ("dcat", "xsd:nonNegativeInteger"),
    "availability": ("dcatap", "@id"),
    "homepage": ("foaf", "@id"),
    "name": ("foaf", ""),
    "prefLabel": ("skos", ""),
    "checksum": ("spdx", ""),
    "algorithm": ("spdx", "@id"),
    "checksumValue": ("spdx", "xsd:hexBinary"),
}
_CONTEXT: Members = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
} | {name: {"@id": f"{prefix}:{name}"} | ({"@type": kind} if kind else {}) for name, (prefix, kind) in _TERMS.items()}


class Offered(msgspec.Struct, frozen=True):
    """A file of a dataset: where it is found, its media type, size in bytes, SHA-256 in hexadecimal, and since when."""

    form: str
    address: str
    media_type: str
    size: int
    sha256: str
    issued: datetime


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset of the catalogue; `page` is where people read of it, `listed` where it is asked for page by page.

    `first` and `last` are the days that it stretches over; `conforms_to` is the address of its standard.
    """

    name: str
    title: Words
    description: Words
    series: str
    theme: str
    page: str
    listed: str = ""
    conforms_to: str = ""
    first: date | None = None
    last: date | None = None
    files: Sequence[Offered] = ()


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What publishes the datasets: `address` is the catalogue's own, `home` that of the gateway."""

    address: str
    home: str
    title: Words
    description: Words
    publisher: Words
    licence: str
    series: Mapping[str, Words]


def catalogue(about: Catalogue, entries: Sequence[Entry]) -> Members:
    """The whole document."""
    changed = max((file.issued for entry in entries for file in entry.files), default=None)
    return _stated(
        {
            "@context": _CONTEXT,
            "@id": about.address,
            "@type": "dcat:Catalog",
            "title": _words(about.title),
            "description": _words(about.description),
            "publisher": _publisher(about),
            "homepage": _of_type("foaf:Document", about.home),
            "language": _languages(),
            "license": _of_type("dct:LicenseDocument", about.licence),
            "spatial": _kosovo(),
            "themeTaxonomy": _of_type("skos:ConceptScheme", f"{_AUTHORITY}/data-theme")
            | {"title": _words({"en": "Data theme"})},
            "modified": _instant(changed),
            "service": _service(about, entries),
            "dataset": [
                *(_series(about, name, entries) for name in about.series),
                *(_dataset(about, entry) for entry in entries),
            ],
        }
    )


def _series(about: Catalogue, name: str, entries: Iterable[Entry]) -> Members:
    title = about.series[name]
    dated = [day for entry in entries if entry.series == name for day in (entry.first, entry.last) if day]
    return _stated(
        {
            "@id": _address_of_series(about, name),
            "@type": ["dcat:Dataset", "dcat:DatasetSeries"],
            "title": _words(title),
            "description": _words(title),
            "publisher": {"@id": _address_of_publisher(about)},
            "accrualPeriodicity": _of_type("dct:Frequency", f"{_AUTHORITY}/frequency/DAILY"),
            "spatial": _kosovo(),
            "temporal": _period(min(dated, default=None), max(dated, default=None)),
        }
    )


def _dataset(about: Catalogue, entry: Entry) -> Members:
    return _stated(
        {
            "@id": f"{about.address}#{entry.name}",
            "@type": "dcat:Dataset",
            "identifier": entry.name,
            "title": _words(entry.title),
            "description": _words(entry.description),
            "publisher": {"@id": _address_of_publisher(about)},
            "theme": _concept(f"data-theme/{entry.theme}", _THEMES[entry.theme]),
            "keyword": _words(about.series[entry.series]),
            "inSeries": _address_of_series(about, entry.series),
            "landingPage": _of_type("foaf:Document", entry.page),
            "language": _languages(),
            "accessRights": _of_type("dct:RightsStatement", f"{_AUTHORITY}/access-right/PUBLIC"),
            "accrualPeriodicity": _of_type("dct:Frequency", f"{_AUTHORITY}/frequency/DAILY"),
            "spatial": _kosovo(),
            "temporal": _period(entry.first, entry.last),
            "conformsTo": _of_type("dct:Standard", entry.conforms_to) if entry.conforms_to else None,
            "modified": _instant(max((file.issued for file in entry.files), default=None)),
            "distribution": [
                *(_file(about, file) for file in entry.files),
                *([_asked(about, entry)] if entry.listed else []),
            ],
        }
    )


def _file(about: Catalogue, file: Offered) -> Members:
    return _stated(
        {
            "@id": file.address,
            "@type": "dcat:Distribution",
            "title": _words({"en": file.address.rpartition("/")[2]}),
            "accessURL": file.address,
            "downloadURL": file.address,
            "mediaType": _of_type("dct:MediaType", f"{_IANA}{file.media_type}"),
            "format": _of_type("dct:MediaTypeOrExtent", f"{_AUTHORITY}/file-type/{_FILE_TYPES[file.form]}"),
            "byteSize": str(file.size),
            "checksum": {
                "@type": "spdx:Checksum",
                "algorithm": _of_type("spdx:ChecksumAlgorithm", "spdx:checksumAlgorithm_sha256"),
                "checksumValue": file.sha256,
            },
            "license": _of_type("dct:LicenseDocument", about.licence),
            "availability": _concept("planned-availability/AVAILABLE", "available"),
            "issued": _instant(file.issued),
        }
    )


def _asked(about: Catalogue, entry: Entry) -> Members:
    """The dataset as it is at this moment, page by page."""
    form = "xml" if entry.listed.endswith(".xml") else "json"
    return {
        "@id": f"{about.address}#{entry.name}-now",
        "@type": "dcat:Distribution",
        "accessURL": entry.listed,
        "accessService": f"{about.address}#service",
        "mediaType": _of_type("dct:MediaType", f"{_IANA}application/{form}"),
        "format": _of_type("dct:MediaTypeOrExtent", f"{_AUTHORITY}/file-type/{_FILE_TYPES[form]}"),
        "license": _of_type("dct:LicenseDocument", about.licence),
        "availability": _concept("planned-availability/AVAILABLE", "available"),
    }


def _service(about: Catalogue, entries: Iterable[Entry]) -> Members:
    return {
        "@id": f"{about.address}#service",
        "@type": "dcat:DataService",
        "title": _words(about.title),
        "endpointURL": _of_type("rdfs:Resource", f"{about.home}/v1/public"),
        "endpointDescription": _of_type("rdfs:Resource", f"{about.home}/openapi.json"),
        "license": _of_type("dct:LicenseDocument", about.licence),
        "servesDataset": [f"{about.address}#{entry.name}" for entry in entries if entry.listed],
    }


def _publisher(about: Catalogue) -> Members:
    return {"@id": _address_of_publisher(about), "@type": "foaf:Agent", "name": _words(about.publisher)}


def _address_of_publisher(about: Catalogue) -> str:
    return f"{about.address}#publisher"


def _address_of_series(about: Catalogue, name: str) -> str:
    return f"{about.address}#series-{name}"


def _of_type(kind: str, address: str) -> Members:
    """Something that is known by its address alone, with its class: whoever checks ranges looks nothing up."""
    return {"@id": address, "@type": kind}


def _concept(code: str, label: str) -> Members:
    """A code of an authority table with its label there."""
    return _of_type("skos:Concept", f"{_AUTHORITY}/{code}") | {"prefLabel": _words({"en": label})}


def _languages() -> list[Members]:
    return [_of_type("dct:LinguisticSystem", f"{_AUTHORITY}/language/{code}") for code in _LANGUAGES]


def _kosovo() -> Members:
    return _of_type("dct:Location", f"{_AUTHORITY}/country/1A0")


def _period(first: date | None, last: date | None) -> Members | None:
    if first is None and last is None:
        return None
    days = {"startDate": first and first.isoformat(), "endDate": last and last.isoformat()}
    return _stated({"@type": "dct:PeriodOfTime"} | days)


def _words(said: Words) -> list[Members]:
    return [{"@value": text, "@language": language} for language, text in said.items()]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _stated(members: Members) -> Members:
    return {name: value for name, value in members.items() if value not in (None, [])}
