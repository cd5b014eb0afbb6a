"""Readers of the fixed-width text files: order file and codes file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import define

from codesets._gc import gc_suspended
from codesets.icd10cm.layout import CODES, ORDER, Column
from codesets.icd10cm.records import CodesFile, CodesRecord, OrderFile, OrderRecord
from codesets.problems import AnomalyKind, Problems

__all__ = ["decoded", "read_codes", "read_order"]

# None belongs into a text file, but for the line ends.
_CONTROL = re.compile(rb"[\0-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n|\Z)")

R = TypeVar("R", OrderRecord, CodesRecord)


@define
class _Numbers:
    """Follows the order numbers, 1 to n without gap."""

    last: int = 0

    def follow(self, digits: str, line: int, problems: Problems) -> None:
        """Refuse a gap, once: behind it the numbers count on from where they are."""
        expected, self.last = self.last + 1, int(digits)
        if self.last != expected:
            message = f"order number {digits}, expected {expected:05}: a record is missing"
            problems.loss(message, line=line)


def read_order(data: bytes, file: str, *, lenient: bool = False) -> OrderFile:
    """Read an order file whole.

    Args:
        data: the bytes of the file.
        file: its name, for errors and anomalies.
        lenient: list what cannot be read instead of raising.

    Returns:
        The records in the order of the file, descriptions as they stand, padding removed.

    Raises:
        SourceFormatError: a record of the wrong width or form, a gap in the order numbers, a code
            that stands twice, or a file that ends inside a record.
    """
    problems = Problems(file, lenient)
    with gc_suspended():
        return OrderFile(file, _records(data, problems, _order_record), problems.anomalies)


def read_codes(data: bytes, file: str, *, lenient: bool = False) -> CodesFile:
    """Read a codes file whole; arguments and errors as for `read_order`."""
    problems = Problems(file, lenient)
    with gc_suspended():
        return CodesFile(file, _records(data, problems, _codes_record), problems.anomalies)


def _records(
    data: bytes,
    problems: Problems,
    parse: Callable[[str, int, _Numbers, Problems], R | None],
) -> tuple[R, ...]:
    records: list[R] = []
    numbers = _Numbers()
    seen: set[str] = set()
    for number, line in enumerate(_lines(data, problems), 1):
        if not line.strip(" "):
            problems.oddity(AnomalyKind.BLANKS, "an empty line", line=number, found=line)
            continue
        record = parse(line, number, numbers, problems)
        if record is None:
            continue
        if record.code in seen:
            problems.loss(f"{record.code} stands twice", line=number, found=line)
            continue
        seen.add(record.code)
        if "  " in record.long_description:
            message = f"{record.code}: doubled blank in the long description, kept"
            problems.oddity(AnomalyKind.BLANKS, message, line=number, found=record.long_description)
        records.append(record)
    if not records:
        raise problems.fatal("the file holds no record")
    return tuple(records)


def _lines(data: bytes, problems: Problems) -> list[str]:
    """The lines, one character a byte: columns are byte positions, also in the file of 2013."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.oddity(AnomalyKind.ENCODING, "the file is in UTF-16, not in ASCII", line=1)
        data = data.decode("utf-16", "replace").encode()
    if data.startswith(codecs.BOM_UTF8):
        problems.oddity(AnomalyKind.BYTE_ORDER_MARK, "a byte order mark", line=1)
        data = data[len(codecs.BOM_UTF8) :]
    ends = data.count(b"\n")
    if ends != data.count(b"\r\n"):
        message = "line ends other than the publisher's CRLF"
        problems.oddity(AnomalyKind.LINE_ENDS, message)
    lines = data.decode("latin-1").split("\n")
    if lines[-1]:
        message = "the file ends inside a record: no line end"
        problems.loss(message, line=len(lines), kind=AnomalyKind.MISSING_PART)
    else:
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    if _CONTROL.search(data) is not None:
        for number, line in enumerate(lines, 1):
            if _CONTROL.search(line.encode("latin-1")) is not None:
                message = "a control character, kept"
                problems.oddity(AnomalyKind.UNEXPECTED_VALUE, message, line=number, found=line)
    return lines


def decoded(text: str, number: int, problems: Problems) -> str:
    """The text of a column, from bytes as characters."""
    if text.isascii():
        return text
    data = text.encode("latin-1")
    try:
        decoded = data.decode("utf-8")
    except UnicodeDecodeError:
        decoded = data.decode("cp1252", "replace")
    message = "bytes outside ASCII"
    problems.oddity(AnomalyKind.NON_ASCII, message, line=number, found=decoded)
    return decoded


# What a column may hold, by its name; a code is left-justified, without a blank inside.
_CONTENTS = {
    "number": "[0-9]{5}",
    "code": "[A-Z][0-9A-Z]{2}(?:[0-9A-Z]{4}|[0-9A-Z]{3} |[0-9A-Z]{2}  |[0-9A-Z]   |    )",
    "flag": "[01]",
}


def _record(columns: Mapping[str, Column]) -> re.Pattern[str]:
    """A record as a pattern: its columns as groups, blanks in the gaps between them."""
    parts = []
    at = 0
    for column in columns.values():
        width = "+" if column.end is None else f"{{{column.end - column.start}}}"
        parts.append(" " * (column.start - at))
        parts.append(f"({_CONTENTS.get(column.name, f'.{width}')})")
        at = column.end or at
    return re.compile("".join(parts), re.DOTALL)


_ORDER = _record(ORDER)
_CODES = _record(CODES)


def _order_record(
    line: str, number: int, numbers: _Numbers, problems: Problems
) -> OrderRecord | None:
    match = _ORDER.fullmatch(line)
    if match is None:
        _refuse("order", line, number, problems)
        return None
    digits, code, flag, short, long = match.groups()
    code, short = code.rstrip(" "), short.rstrip(" ")
    numbers.follow(digits, number, problems)
    if short[:1] == " " or long[0] == " " or long[-1] == " ":
        message = f"{code}: blanks around a description, kept"
        found = short if short[:1] == " " else long
        problems.oddity(AnomalyKind.BLANKS, message, line=number, found=found)
    if not line.isascii():
        short, long = decoded(short, number, problems), decoded(long, number, problems)
    return OrderRecord(code, flag == "1", short, long, number)


def _codes_record(
    line: str, number: int, _numbers: _Numbers, problems: Problems
) -> CodesRecord | None:
    match = _CODES.fullmatch(line)
    if match is None:
        _refuse("codes", line, number, problems)
        return None
    code, long = match.groups()
    return CodesRecord(code.rstrip(" "), decoded(long, number, problems), number)


def _refuse(kind: str, line: str, number: int, problems: Problems) -> None:
    problems.loss(
        f"no record of the {kind} file ({len(line)} characters): {line[:60]!r}",
        line=number,
        found=line,
    )
