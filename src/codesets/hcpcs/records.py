"""Reader of the contractor file in its text form: 320 columns a line, one or more lines a code.

The file holds modifiers, then codes, ascending; the first line of each carries the details, the
others only more of the long description (record layout, fields 6 and 7).
"""

from __future__ import annotations

import re

from attrs import define

from codesets._gc import gc_suspended
from codesets.hcpcs.details import Assembler, HcpcsRecord, foreign_key
from codesets.hcpcs.layout import (
    CONTINUED_BY,
    FIRST_WIDTH,
    KEY_WIDTH,
    RECORD_WIDTH,
    SEQUENCE_STEP,
    RecordKind,
    field_named,
)
from codesets.hcpcs.textfile import lines_of
from codesets.problems import AnomalyKind, Problems

__all__ = ["HcpcsRecord", "read_records"]

_LONG = field_named("long_description")
_LONG_SLICE = _LONG.slices[0]
_KIND_AT = field_named("record_kind").first - 1
_KINDS: dict[str, RecordKind] = {str(kind): kind for kind in RecordKind}

# Codes of the D series are the ADA's (CDT) and never in the files, see `foreign_key`.
_RECORD = re.compile(r"(?: {3}[A-Z][0-9A-Z]|[A-CE-V][0-9]{4})[0-9]{5}[3478]")
_FOREIGN = re.compile(r"(?:D[0-9]{4}|[0-9]{4}[0-9A-Z]| {3}[0-9][0-9A-Z])[0-9]{5}[3478]")
_BROKEN = re.compile(r"[ 0-9A-Za-z]{5}[0-9]{5}[0-9A-Z]")


def read_records(data: bytes, problems: Problems) -> tuple[HcpcsRecord, ...]:
    """All codes and modifiers of a contractor file in its text form, in file order.

    Takes every shape that releases have had: a preamble, lines of 91, 293, 316 or 320 columns, a
    closing empty line or line of blanks.

    Args:
        data: the bytes of the file.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: no record at all, CPT or CDT codes among them; unless lenient also a
            record out of sequence or twice, a continuation without its first line, an unknown
            action code, a date that is none, a line that is no record or has an impossible width.
    """
    with gc_suspended():
        return _TextReader(problems).read(lines_of(data, problems))


@define
class _Open:
    """The record whose lines are being read."""

    columns: str
    kind: RecordKind
    at: int
    line: str
    parts: list[str]
    is_dropped: bool = False


class _TextReader:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.assembler = Assembler(problems, lambda line, key, _field: (line, key))
        self.records: list[HcpcsRecord] = []
        self.seen: set[str] = set()
        self.open: _Open | None = None
        self.blank = 0

    def read(self, lines: list[str]) -> tuple[HcpcsRecord, ...]:
        is_record = _RECORD.match
        for number, line in enumerate(lines, 1):
            if is_record(line):
                if line[_KIND_AT] in "37":
                    self._first(line, number)
                else:
                    self._further(line, number)
            else:
                self._other(line, number)
        self._close()
        if not self.records:
            raise self.problems.fatal("holds no record of the HCPCS contractor file")
        return tuple(self.records)

    def _first(self, line: str, number: int) -> None:
        last = self.open
        self._close()
        columns, kind = line[:KEY_WIDTH], _KINDS[line[_KIND_AT]]
        self._check_line(line, number, columns, FIRST_WIDTH)
        if (kind is RecordKind.MODIFIER) is not columns.startswith(" "):
            self._loss(f"record identification code {kind} on {columns.strip()}", number, columns)
        self.open = _Open(columns, kind, number, line, [line[_LONG_SLICE].strip()])
        if columns in self.seen:
            self._loss("this key stands twice in the file", number, columns)
            self.open.is_dropped = True
        elif last is not None and columns < last.columns:
            self._loss(f"out of sequence, after {last.columns.strip()}", number, columns)
        self._check_sequence(line, number, columns, SEQUENCE_STEP)
        self.seen.add(columns)

    def _further(self, line: str, number: int) -> None:
        first, columns = self.open, line[:KEY_WIDTH]
        if first is None or first.columns != columns:
            self._loss("a continuation line without its first line", number, columns)
            return
        self._check_line(line, number, columns, _LONG.first)
        kind = _KINDS[line[_KIND_AT]]
        if kind is not CONTINUED_BY[first.kind]:
            self._loss(f"record identification code {kind} continues {first.kind}", number, columns)
        if len(line) > _LONG.last and not line[_LONG.last :].isspace():
            self._loss("a continuation line has details", number, columns)
        first.parts.append(line[_LONG_SLICE].strip())
        self._check_sequence(line, number, columns, SEQUENCE_STEP * len(first.parts))

    def _close(self) -> None:
        record = self.open
        if record is not None and not record.is_dropped:
            self.records.append(
                self.assembler.assemble(
                    record.columns.strip(),
                    record.columns[0] == " ",
                    " ".join(record.parts),
                    record.line.ljust(FIRST_WIDTH),
                    record.at,
                )
            )

    def _other(self, line: str, number: int) -> None:
        """A line that is no record: preamble, blanks at the end, or a fault."""
        if _FOREIGN.match(line):
            raise self.problems.fatal(foreign_key(line[:KEY_WIDTH].strip()), line=number)
        if not line.strip():
            self.blank = number
        elif self.open is not None or _BROKEN.match(line):
            shown = line[: KEY_WIDTH + 6]
            self.problems.loss(
                f"this line of {len(line)} columns is no record: {shown!r}",
                line=number,
                found=line.rstrip(),
            )

    def _check_line(self, line: str, number: int, columns: str, least: int) -> None:
        if not least <= len(line) <= RECORD_WIDTH:
            self._loss(
                f"a line of {len(line)} columns; it has {least} to {RECORD_WIDTH}", number, columns
            )
        if self.blank:
            if self.records or self.open:
                self.problems.oddity(
                    AnomalyKind.BLANKS, "a blank line among the records", line=self.blank
                )
            self.blank = 0
        if not line.isascii():
            self.problems.oddity(
                AnomalyKind.NON_ASCII,
                f"{columns.strip()}: characters outside ASCII",
                line=number,
                path=columns.strip(),
                found=line.rstrip(),
            )

    def _check_sequence(self, line: str, number: int, columns: str, expected: int) -> None:
        sequence = line[KEY_WIDTH:_KIND_AT]
        if sequence != f"{expected:05}":
            self._loss(f"sequence number {sequence} where {expected:05} follows", number, columns)

    def _loss(self, message: str, number: int, columns: str) -> None:
        key = columns.strip()
        self.problems.loss(f"{key}: {message}", line=number, path=key)
