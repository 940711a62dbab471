"""Words that several domains share: numbers of decisions, years, counts, files and where the public asks."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from domain.kernel.text import END, Email, Line

NUMBER = rf"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*{END}"
"""One line with something in it: the number of a decision or an act."""

MILLION = 1_000_000
"""A whole, where shares count in millionths."""

Code = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[a-z][a-z0-9_]{{0,39}}{END}", description="Short name of a part, unique among its kind"),
]
BudgetCode = Annotated[
    str,
    msgspec.Meta(
        max_length=40,
        pattern=rf"^[A-Za-z0-9][A-Za-z0-9./-]*{END}",
        description="Code of a line in the chart of accounts",
    ),
]
PerMillion = Annotated[int, msgspec.Meta(ge=0, le=MILLION, description="Millionths: 70000 is 7 %")]
Sha256 = Annotated[
    str, msgspec.Meta(pattern=rf"^[0-9a-f]{{64}}{END}", description="SHA-256 of a file's bytes, hexadecimal")
]
LanguageCode = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[a-z]{{2,3}}{END}", description="ISO 639 code of the language something is written in"),
]
FileName = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=200, pattern=rf"^[^\x00-\x1f\x7f/\\]+{END}", description="Name of a file"),
]
WindowDays = Annotated[
    int, msgspec.Meta(ge=1, le=1000, description="Length of the window, in the days its rule counts")
]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Year = Annotated[int, msgspec.Meta(ge=1999, le=2200, description="Calendar year")]
Url = Annotated[
    str, msgspec.Meta(max_length=500, pattern=rf"^https?://[^\s\x00-\x1f\"<>]+{END}", description="Address of a page")
]
TARGET = (
    r"^(https?)://([A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?"
    rf"([/?][!$-;=?-Z_a-z~]*)?{END}"
)
"""Where requests can be sent: nobody's name or password, no fragment, nothing outside of ASCII."""
DecisionNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=120, pattern=NUMBER, description="Number of a decision")
]


class MediaType(StrEnum):
    """Types of files that are taken; what a file says of itself is checked against its bytes where it comes in."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    TEXT = "text/plain"
    HTML = "text/html"
    CSV = "text/csv"
    PNG = "image/png"
    JPEG = "image/jpeg"
    EML = "message/rfc822"


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file by its content: the bytes lie in the object store under `sha256`. `size` in bytes."""

    sha256: Sha256
    media_type: MediaType
    size: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    file_name: FileName


class LanguageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document's file in one language."""

    language: LanguageCode
    file: File


Files = Annotated[tuple[LanguageFile, ...], msgspec.Meta(min_length=1, max_length=20)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where the public asks: an office and its mailbox, never a person's own."""

    office: Line
    email: Email
    phone: Annotated[str, msgspec.Meta(max_length=40, pattern=rf"^[0-9+ ()/-]*{END}")] = ""
