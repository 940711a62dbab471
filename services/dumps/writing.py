"""A dataset's files, written to a folder. The same rows make the same bytes."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from domain.kernel.deadline import local_day
from services.dumps.dataset import CSV, NDJSON, PARQUET, Dataset, Reading, Rows
from services.dumps.parquet import NotInstalled, ParquetWriter
from services.open_data.bulk import as_csv, as_ndjson


class Written(msgspec.Struct, frozen=True):
    """The files by form; of a register how many rows, and which days they stretch over.

    `not_offered` says of a form why there is no file.
    """

    files: Mapping[str, Path]
    rows: int | None = None
    first: date | None = None
    last: date | None = None
    not_offered: Mapping[str, str] = {}


class RowWriter(Protocol):
    """Writes rows into a file of one form."""

    def write(self, rows: Sequence[Any]) -> None:
        """Take rows in."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...


class NdjsonWriter:
    """A JSON object a line."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("wb")

    def write(self, rows: Sequence[Any]) -> None:
        """Add a line for each."""
        self._file.write(as_ndjson(rows))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class CsvWriter:
    """A heading and a line a row; no cell is a formula to a spreadsheet."""

    def __init__(self, file: Path, names: Sequence[str]) -> None:
        self._file, self._names = file.open("wb"), names
        self._file.write(as_csv(names, (), header=True))

    def write(self, rows: Sequence[Any]) -> None:
        """Add a line for each."""
        self._file.write(as_csv(self._names, rows, header=False))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


async def write(dataset: Dataset, reading: Reading, folder: Path) -> Written:
    """Every form of the dataset that can be made here, each as a file of the folder."""
    if dataset.rows is not None:
        return await _write_rows(dataset, dataset.rows, reading, folder)
    files = {form: folder / form for form in dataset.forms}
    for form, chunks in dataset.standard.items():
        with files[form].open("wb") as file:
            async for chunk in chunks(reading):
                file.write(chunk)
    return Written(files)


async def _write_rows(dataset: Dataset, rows: Rows, reading: Reading, folder: Path) -> Written:
    files = {form: folder / form for form in dataset.forms}
    not_offered: dict[str, str] = {}
    writers: list[RowWriter] = [NdjsonWriter(files[NDJSON]), CsvWriter(files[CSV], list(rows.columns))]
    try:
        try:
            writers.append(ParquetWriter(files[PARQUET], rows.columns))
        except NotInstalled as error:
            not_offered[PARQUET] = str(error)
        count, days = 0, _Days(dataset.dated)
        async for page in rows.pages(reading):
            count += len(page)
            days.learn(page)
            await asyncio.to_thread(_write_all, writers, page)
    finally:
        for writer in writers:
            writer.close()
    there = {form: file for form, file in files.items() if form not in not_offered}
    return Written(there, count, days.first, days.last, not_offered)


def _write_all(writers: Iterable[RowWriter], page: Sequence[Any]) -> None:
    for writer in writers:
        writer.write(page)


class _Days:
    """The first and the last day that a field of some rows names."""

    def __init__(self, field: str) -> None:
        self._field = field
        self.first: date | None = None
        self.last: date | None = None

    def learn(self, rows: Iterable[Any]) -> None:
        found = [_day(at) for row in rows if self._field and (at := getattr(row, self._field)) is not None]
        if found:
            self.first = min([*found, *([self.first] if self.first else [])])
            self.last = max([*found, *([self.last] if self.last else [])])


def _day(at: date | datetime) -> date:
    return local_day(at) if isinstance(at, datetime) else at
