"""The real OCDS files, the merge cases of the standard, and a release as tests change it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.running import SHARED

FOLDER = SHARED / "ocds"
needs_ocds = pytest.mark.skipif(not FOLDER.exists(), reason=f"the real data is not in {SHARED}")
EXPECTED: dict[str, dict[str, Any]] = (
    msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"] if FOLDER.exists() else {}
)
"""What is known of each file."""

RELEASE: dict[str, Any] = {
    "ocid": "ocds-abcdef-1",
    "id": "1",
    "date": "2026-01-05T10:00:00Z",
    "tag": ["tender"],
    "initiationType": "tender",
    "buyer": {"id": "1", "name": "A municipality"},
    "tender": {"id": "1", "status": "active", "procurementMethod": "open", "value": {"amount": 5, "currency": "EUR"}},
}


def cases() -> list[str]:
    """Names of the merge cases."""
    files = (FOLDER / "merge").glob("*.json") if FOLDER.exists() else ()
    return sorted(name for name in (file.stem for file in files) if not name.endswith(("-compiled", "-versioned")))


def read(name: str | Path) -> Any:
    """A file of the data folder."""
    return msgspec.json.decode((FOLDER / name).read_bytes())


def release(**change: Any) -> dict[str, Any]:
    """The release with something else in it; what is None is taken out."""
    return {name: value for name, value in (RELEASE | change).items() if value is not None}


def package(*releases: dict[str, Any]) -> dict[str, Any]:
    """A package of these releases."""
    return {
        "uri": "https://example.org/1",
        "version": "1.1",
        "publishedDate": "2026-01-06T00:00:00Z",
        "publisher": {"name": "A municipality"},
        "releases": list(releases),
    }
