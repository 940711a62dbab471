"""The real registers of procurement, what is known of them, and a row as tests change it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.contracts.recorded_facts import ContractFacts
from services.importing.catalogue import FIELDS
from services.importing.kind import Order
from services.importing.layouts import fitting
from services.importing.lines import Line
from services.importing.mapping import Mapping, load_mapping
from services.importing.registers import RegisterStories
from services.importing.stories import Story
from tests.support.running import SHARED

FOLDER = SHARED / "procurement"
needs_registers = pytest.mark.skipif(not FOLDER.exists(), reason=f"the real registers are not in {SHARED}")
KNOWN: list[dict[str, Any]] = (
    msgspec.json.decode((FOLDER / "index.json").read_bytes())["files"] if FOLDER.exists() else []
)
"""What index.json says of each file, worked out independently of any importer."""
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROW = ("1+2", "086", "2", "3", "6", "93", "Transporti i nxënësve", "10.01.2011-30.06.2011", "5,506.80", "5,506.80")
ROW = (*ROW, "", "A&B", "Meje,Gjakove", "1", "1", "1")


def path_of(known: dict[str, Any]) -> Path:
    return SHARED / str(known["file"])


def order(file: Path, tenant: str = "gjakove", mapping: str = "", year: int | None = None) -> Order:
    return Order("contracts", file, tenant, mapping, file.with_suffix(".report"), year=year)


def register_16() -> Mapping:
    return load_mapping("kosovo_register_16", FIELDS)


def line(**change: str) -> Line:
    """A row of sixteen columns with something else in it."""
    columns = register_16().sheet.columns
    return Line(1, dict(zip(columns, ROW, strict=True)) | change, row=1, width=16)


def told(*lines: Line, mapping: Mapping | None = None, year: int = 2011) -> list[Story]:
    tell = RegisterStories((mapping or register_16()).reader("contracts"), year, NOW)
    return [tell(one) for one in lines]


def facts_of(story: Story) -> ContractFacts:
    command: Any = story.steps[0].command
    found: ContractFacts = command.facts
    return found


def stories_of(file: Path, year: int) -> list[Story]:
    """The stories of a file by the layout that fits."""
    mapping, lines = fitting(order(file))
    tell = RegisterStories(mapping.reader("contracts"), year, NOW)
    return [tell(one) for one in lines]
