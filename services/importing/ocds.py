"""Packages of the Open Contracting Data Standard as lines: one for every contract of every process.

Publishers differ in what they think the standard says. Nothing of that ends an import: what breaks the schema is a
remark, and a process that cannot be put together, or tells of no contract, is refused by name.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from services.importing.cells import LONGEST
from services.importing.lines import Line, Record, Unreadable, read_lines
from services.importing.members import objects_of
from services.open_data.ocds_merge import NotMerged, compiled_of_others
from services.open_data.ocds_schema import Verdict, faults, verdict

TOLD_FAULTS = 10
"""So many faults of a process are told one by one, the others by their number."""


def read_package(path: Path) -> Record:
    """The package in a file, numbers exact. Raises: Unreadable when it holds no package."""
    found = list(read_lines(path, "json"))
    if len(found) != 1 or found[0].record is None:
        raise Unreadable(f"{path} is no package: that is one JSON object")
    package = found[0].record
    if not isinstance(package.get("releases", package.get("records")), list):
        raise Unreadable(f"{path} is no package of open contracting: it has neither releases nor records")
    return package


def judge(path: Path) -> Verdict:
    """What the schemas of the standard say of a package as it is. Raises: Unreadable."""
    return verdict(read_package(path))


def contract_lines(path: Path) -> Iterator[Line]:
    """A line for every contract of every process, in their order; `row` is the process. Raises: Unreadable."""
    number = 0
    for row, process in enumerate(_processes(read_package(path)), start=1):
        for line in _contracts(process, row):
            number += 1
            yield msgspec.structs.replace(line, number=number)


class _Process(msgspec.Struct, frozen=True):
    """One process of contracting: what it comes to, or why that cannot be said."""

    release: Record | None
    reason: str = ""
    remarks: tuple[str, ...] = ()


def _processes(package: Record) -> Iterator[_Process]:
    if "records" in package:
        yield from (_of_record(record) for record in package["records"])
        return
    releases: dict[str, list[Record]] = {}
    for release in package["releases"]:
        ocid = release.get("ocid") if isinstance(release, dict) else None
        if not isinstance(ocid, str) or not ocid.strip():
            yield _Process(None, "a release without an ocid: nothing says of which process it is")
        else:
            releases.setdefault(ocid, []).append(release)
    yield from (_merged(told) for told in releases.values())


def _of_record(record: Any) -> _Process:
    if not isinstance(record, dict):
        return _Process(None, "not a JSON object")
    if isinstance(record.get("compiledRelease"), dict):
        return _Process(record["compiledRelease"], remarks=_faults(record["compiledRelease"]))
    embedded = [one for _, one in objects_of(record, "releases") if "ocid" in one]
    return _merged(embedded) if embedded else _Process(None, "its releases stand elsewhere: the record only links them")


def _merged(releases: list[Record]) -> _Process:
    told = tuple(dict.fromkeys(fault for release in releases for fault in _faults(release)))
    if len(releases) == 1:
        return _Process(releases[0], remarks=told)
    try:
        merged, supposed = compiled_of_others(releases)
    except NotMerged as error:
        return _Process(None, f"its {len(releases)} releases cannot be merged: {error}"[:LONGEST])
    return _Process(merged, remarks=(*told, *supposed))


def _faults(release: Record) -> tuple[str, ...]:
    found = [f"{fault.pointer}: {fault.reason}" for fault in faults(release)]
    more = len(found) - TOLD_FAULTS
    return (*found[:TOLD_FAULTS], *([f"and {more} more faults by the schema"] if more > 0 else ()))


def _contracts(process: _Process, row: int) -> Iterator[Line]:
    release = process.release
    if release is None:
        yield Line(0, reason=process.reason, row=row)
        return
    contracts = objects_of(release, "contracts")
    if not contracts:
        yield Line(0, reason=f"{str(release.get('ocid', ''))[:150]}: it tells of no contract", row=row)
    for nth, (n, contract) in enumerate(contracts):
        remarks = process.remarks if nth == 0 else ()
        yield Line(0, {"release": release, "contract": contract, "at": f"/contracts/{n}"}, row=row, remarks=remarks)
