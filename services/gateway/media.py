"""What a file is, told from its bytes: a name or a header may say anything."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from domain.kernel.vocabulary import MediaType

Look = Callable[[bytes], bool]
_ZIP, _ENTRY, _MACRO = b"PK\x03\x04", b"PK\x01\x02", "vbaproject.bin"
_MAIL = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n?")
_TAG = re.compile(rb"<(?:!doctype html|html|body|p|div|h[1-6]|table)\b", re.IGNORECASE)
_MOST_MEMBERS = 10_000


def fits(media_type: str, data: bytes) -> bool:
    """Whether the bytes are what the type says; False for a type that is not taken."""
    look = _LOOKS.get(media_type)
    return look is not None and bool(data) and look(data)


def told(data: bytes) -> MediaType:
    """The most specific type that the bytes are; plain text where nothing better fits."""
    return next((kind for kind in _SPECIFIC if fits(kind, data)), MediaType.TEXT)


def _starts(*magic: bytes) -> Look:
    return lambda data: data.startswith(magic)


def _office(part: str) -> Look:
    """Office Open XML: a ZIP with that part, and without macros."""

    def look(data: bytes) -> bool:
        names = _members(data)
        return part in names and "[Content_Types].xml" in names and not any(n.lower().endswith(_MACRO) for n in names)

    return look


def _open_document(media_type: MediaType) -> Look:
    """OpenDocument: a ZIP whose first member says the type, uncompressed."""

    def look(data: bytes) -> bool:
        return data[30:].startswith(b"mimetype" + media_type.encode()) and bool(_members(data))

    return look


def _members(data: bytes) -> frozenset[str]:
    """Names within a ZIP; nothing is unpacked."""
    if not data.startswith(_ZIP) or data.count(_ENTRY) > _MOST_MEMBERS:  # listing more would hold everybody up
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return frozenset()


def _text(data: bytes) -> bool:
    try:
        return b"\0" not in data and bool(data.decode("utf-8-sig")) and not data.startswith(b"%PDF-")
    except UnicodeDecodeError:
        return False


def _mail(data: bytes) -> bool:
    return b"\0" not in data and _MAIL.match(data[:65_536]) is not None


def _html(data: bytes) -> bool:
    return _text(data) and _TAG.search(data) is not None


_LOOKS: Mapping[str, Look] = {
    MediaType.PDF: _starts(b"%PDF-"),
    MediaType.PNG: _starts(b"\x89PNG\r\n\x1a\n"),
    MediaType.JPEG: _starts(b"\xff\xd8\xff"),
    MediaType.DOCX: _office("word/document.xml"),
    MediaType.XLSX: _office("xl/workbook.xml"),
    MediaType.ODT: _open_document(MediaType.ODT),
    MediaType.ODS: _open_document(MediaType.ODS),
    MediaType.HTML: _html,
    MediaType.EML: _mail,
    MediaType.CSV: _text,
    MediaType.TEXT: _text,
}
_SPECIFIC = tuple(kind for kind in MediaType if kind not in {MediaType.CSV, MediaType.TEXT, MediaType.EML})
