"""The real IATI files with what is known of them, and an activity as tests change it."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from xmlschema import XMLSchema10, XMLSchemaValidationError

from tests.support.running import SHARED

FOLDER = SHARED / "iati"
TODAY = date(2026, 11, 27)
needs_iati = pytest.mark.skipif(not FOLDER.exists(), reason=f"the real data is not in {SHARED}")
EXPECTED: dict[str, dict[str, Any]] = (
    msgspec.json.decode((FOLDER / "expected.json").read_bytes())["files"] if FOLDER.exists() else {}
)
"""What lxml with the schemas of the standard says of each file."""
SCHEMA_TESTS = sorted(name for name in EXPECTED if "/schema-tests/" in name)

ACTIVITY = """\
<iati-activity xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-01T10:00:00Z">
  <iati-identifier>XK-COA-1-A</iati-identifier>
  <reporting-org ref="XK-COA-1" type="10"><narrative>A ministry</narrative></reporting-org>
  <title><narrative>A measure</narrative></title>
  <description><narrative>What it is for</narrative></description>
  <participating-org ref="XK-COA-1" role="4" type="10"/>
  <activity-status code="2"/>
  <activity-date type="1" iso-date="2026-01-01"/>
  <activity-date type="3" iso-date="2026-12-31"/>
  <recipient-country code="XK"/>
  <sector vocabulary="1" code="15150"/>
  <budget>
    <period-start iso-date="2026-01-01"/>
    <period-end iso-date="2026-12-31"/>
    <value value-date="2026-01-01">500</value>
  </budget>
  <transaction>
    <transaction-type code="2"/>
    <transaction-date iso-date="2026-03-01"/>
    <value value-date="2026-03-01">300</value>
  </transaction>
</iati-activity>"""
"""An activity in which nothing is wrong."""


def activities(*changes: tuple[str, str]) -> bytes:
    """A file of that activity, each first text in it replaced by the second."""
    activity = ACTIVITY
    for old, new in changes:
        assert old in activity
        activity = activity.replace(old, new)
    return f'<iati-activities version="2.03">\n{activity}\n</iati-activities>\n'.encode()


def valid_elsewhere(content: bytes) -> bool:
    """What another implementation of XML Schema, written in another language, says of a document."""
    try:
        _schema("organisations" if b"<iati-organisation" in content else "activities").validate(content.decode())
    except XMLSchemaValidationError:
        return False
    return True


@cache
def _schema(kind: str) -> XMLSchema10:
    place = files("services.open_data").joinpath(f"schemas/iati/iati-{kind}-schema.xsd")
    return XMLSchema10(str(place), allow="local")
