"""The real 360Giving files, and a record as tests change it."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.support.running import SHARED

FOLDER = SHARED / "threesixty"
needs_samples = pytest.mark.skipif(not FOLDER.exists(), reason=f"the real data is not in {SHARED}")
SAMPLES = ("samples/abct.json", "samples/lloyds-2010-2015.json", "samples/wolfson-2014.json")
INVALID = tuple(f"invalid/{name}.json" for name in ("amount-as-text", "bad-date", "missing-award-date", "no-recipient"))
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

RECORD: dict[str, Any] = {
    "id": "360G-example-1",
    "title": "A grant to a school",
    "description": "Refurbishment of laboratories",
    "currency": "GBP",
    "amountAwarded": Decimal("17759.96"),
    "awardDate": "2014-06-05",
    "recipientOrganization": [{"id": "GB-CHC-1126147", "name": "A school"}],
    "fundingOrganization": [{"id": "GB-CHC-1156077", "name": "A foundation"}],
}


def package(name: str) -> dict[str, Any]:
    """A file of the data folder, its numbers exact."""
    found: dict[str, Any] = _decode((FOLDER / name).read_bytes())
    return found


def record(**change: Any) -> dict[str, Any]:
    """The record with something else in it; what is None is taken out."""
    return {name: value for name, value in (RECORD | change).items() if value is not None}
