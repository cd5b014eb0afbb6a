"""Reader of a map of the user's own: a table with named columns, CSV or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from attrs import frozen

from codesets._edition import Edition
from codesets.arguments import quoted, several
from codesets.crosswalk.codings import Coding, coding_named
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.derive import DERIVED
from codesets.crosswalk.entries import MapEnd, Relationship
from codesets.errors import ArgumentTypeError, CrosswalkError, MalformedCodeError, SourceError
from codesets.problems import Problems
from codesets.sheets import is_workbook, read_sheets
from codesets.sources import Source, SourceFile, open_sources

__all__ = ["Columns", "build_table"]

_WORDS = {str(each): each for each in Relationship}


@frozen
class Columns:
    """Which columns of a table mean what; see `Crosswalk.from_table`."""

    source: str
    target: str
    relationship: str
    flags: str | None
    no_map: tuple[str, ...]
    delimiter: str
    encoding: str


def build_table(table: Source, columns: Columns, systems: tuple[str, str], name: str) -> bytes:
    """The compiled map of a table.

    Raises:
        SourceFormatError: a column is missing or stands twice, a row is short, a cell is no code.
        CrosswalkError: a system is not known, or the delimiter is not one character.
    """
    named = tuple(several(systems, "systems"))
    if len(named) != 2:
        raise CrosswalkError(f"a map has two systems, not {len(named)}: {quoted(systems)}")
    ends = (MapEnd(coding_named(named[0])), MapEnd(coding_named(named[1])))
    for text in (columns.encoding, name):
        if not isinstance(text, str):
            raise ArgumentTypeError(f"a text is wanted, not {quoted(text)}", value=text)
    files = open_sources([table])
    if len(files) != 1:
        raise SourceError(f"one file with a table is wanted, not {len(files)}")
    (file,) = files
    problems = Problems(file.name)
    rows = _Reader(columns, ends, problems).read(_lines(file, columns, problems))
    return compile_map(
        rows,
        edition=Edition(DERIVED, name),
        kind="table",
        ends=ends,
        file=file.name,
        provenance=[file.info("table")],
    )


def _lines(
    file: SourceFile, columns: Columns, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of texts, empty ones left out."""
    data = file.read()
    if is_workbook(data[:8]):
        sheet, *_ = read_sheets(data, file.name)
        yield from sheet.filled()
        return
    try:
        text = data.decode(columns.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise problems.fatal(f"no text in {columns.encoding}: {error}") from error
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=columns.delimiter, strict=True)
    except (TypeError, ValueError) as error:  # which of the two depends on the version of Python
        told = quoted(columns.delimiter)
        raise CrosswalkError(f"{told} is no delimiter: one character is wanted") from error
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise problems.fatal(f"no CSV: {error}", line=reader.line_num) from error


class _Reader:
    def __init__(self, columns: Columns, ends: tuple[MapEnd, MapEnd], problems: Problems) -> None:
        self.columns = columns
        self.ends = ends
        self.problems = problems
        self.no_map = frozenset(several(columns.no_map, "texts"))

    def read(self, lines: Iterator[tuple[int, list[str]]]) -> MapRows:
        number, heads = next(lines, (1, []))
        source = self._place(heads, number, self.columns.source)
        target = self._place(heads, number, self.columns.target)
        fixed = _WORDS.get(self.columns.relationship)
        words = -1 if fixed else self._place(heads, number, self.columns.relationship)
        flags = -1 if self.columns.flags is None else self._place(heads, number, self.columns.flags)
        rows = MapRows([], [], [], [], [], [], [], raw=[])
        for line, cells in lines:
            if len(cells) < len(heads):
                message = f"a row of {len(cells)} cells where {len(heads)} columns are"
                raise self.problems.fatal(message, line=line)
            wanted = cells[target].strip()
            code = None if wanted in self.no_map else self._code(wanted, line, 1)
            related = fixed or self._word(cells[words].strip(), line)
            values: tuple[object, ...] = (
                self._code(cells[source].strip(), line, 0),
                code,
                NUMBER[Relationship.NOT_RELATED_TO if code is None else related],
                cells[flags].strip() if flags >= 0 else "",
                0,
                0,
                line,
                self.columns.delimiter.join(cells),
            )
            names = ("sources", "targets", "relationships", "flags", "scenarios", "choice_lists",
                     "lines", "raw")  # fmt: skip
            for name, value in zip(names, values, strict=True):
                getattr(rows, name).append(value)
        if not len(rows):
            raise self.problems.fatal("the table has no row below its header")
        return rows

    def _place(self, heads: Sequence[str], line: int, name: str) -> int:
        found = [place for place, head in enumerate(heads) if head.strip() == name]
        if len(found) != 1:
            there = ", ".join(repr(head) for head in heads) or "none"
            why = "stands more than once" if found else "is not there"
            raise self.problems.fatal(f"the column {name!r} {why}; columns: {there}", line=line)
        return found[0]

    def _code(self, text: str, line: int, end: int) -> str:
        coding: Coding = self.ends[end].coding
        try:
            return coding.compact(text)
        except MalformedCodeError as error:
            raise self.problems.fatal(error.message, line=line) from error

    def _word(self, text: str, line: int) -> Relationship:
        try:
            return _WORDS[text]
        except KeyError:
            words = ", ".join(_WORDS)
            raise self.problems.fatal(
                f"{text!r} is no relationship; there are: {words}", line=line
            ) from None
