"""Excel workbooks, xlsx and the old xls, as rows of cells; needs the extra `excel`."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from attrs import frozen

from codesets.errors import MissingExtraError, SourceFormatError
from codesets.sources import LIMITS

__all__ = ["Cell", "Sheet", "is_workbook", "read_sheets"]

Cell = int | float | str | bool | time | date | datetime | timedelta

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NEW = b"PK\x03\x04"

# A sheet is read into a rectangle that holds its farthest cell: one cell at XFD1048576 asks for
# 17 billion and ends the process. The official sheets reach column AV and row 87,139; more than
# columns A to BZ or 99,999 rows is refused before it is opened.
_FAR_CELL = re.compile(rb"""r\s*=\s*["'](?:[C-Z][A-Z]\d|[A-Z]{3}\d|[A-Z]{1,2}\d{6})""")
# Parts of formats that the detection of the library would try next, with rectangles of their own.
_OTHER_FORMATS = ("xl/workbook.bin", "content.xml")


@frozen
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: the name on its tab.
        rows: all rows from the first on, each with all columns from A on.
    """

    name: str
    rows: list[list[Cell]]

    def texts(self, row: int) -> list[str]:
        """The cells of a row (from 1) as texts, see `text`."""
        return [self.text(cell) for cell in self.rows[row - 1]]

    def place(self, row: int, column: int) -> str:
        """How a cell is called: row and column from 1, as `Sheet1!B7`."""
        letters = ""
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{self.name}!{letters}{row}"

    @staticmethod
    def text(cell: Cell) -> str:
        """A cell as the text forms of the files would show it.

        Codes and dates that were typed in by hand are numbers (`20201001.0`, `7.0`), or true
        dates; both become digits, `YYYYMMDD`.
        """
        if isinstance(cell, str):
            return cell
        if isinstance(cell, date):
            return cell.strftime("%Y%m%d")
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell)

    def filled(self) -> Iterator[tuple[int, list[str]]]:
        """Number (from 1) and texts of every row with something in it.

        A cell of 0x1A alone, the end-of-file mark of old DOS programs, counts as nothing.
        """
        for number, row in enumerate(self.rows, 1):
            texts = [self.text(cell) for cell in row]
            if any(text.strip(" \x1a\t\r\n\xa0") for text in texts):
                yield number, texts


def is_workbook(head: bytes) -> bool:
    """True if the first bytes are those of an xlsx or xls file."""
    return head.startswith((_OLD, _NEW))


def read_sheets(data: bytes, file: str) -> tuple[Sheet, ...]:
    """All worksheets of a workbook.

    Args:
        data: the bytes of the file.
        file: its name, for errors.

    Raises:
        SourceFormatError: it is no workbook, or one of a size that no official sheet has.
        MissingExtraError: the extra `excel` is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
    except ImportError as error:
        raise MissingExtraError.for_extra("excel", f"{file}: reading a workbook") from error
    if not data.startswith(_OLD):
        _inspect(data, file)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return tuple(
                Sheet(
                    entry.name, book.get_sheet_by_name(entry.name).to_python(skip_empty_area=False)
                )
                for entry in book.sheets_metadata
                if entry.typ == SheetTypeEnum.WorkSheet
            )
    # The library is Rust: a damaged file can also surface as a panic, which is no Exception.
    except (CalamineError, OSError, ValueError) as error:
        raise SourceFormatError(f"no workbook that can be read: {error}", file=file) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SourceFormatError("no workbook that can be read: it is damaged", file=file) from error


def _inspect(data: bytes, file: str) -> None:
    """Refuse an xlsx that is none, or whose opening would take the process down."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {info.filename for info in members}
            if "xl/workbook.xml" not in names or not names.isdisjoint(_OTHER_FORMATS):
                raise SourceFormatError("no Excel workbook", file=file)
            if sum(info.file_size for info in members) > LIMITS.file_bytes:
                raise SourceFormatError(
                    f"a workbook that unpacks to more than {LIMITS.file_bytes:,} bytes", file=file
                )
            for info in members:
                far = _FAR_CELL.search(archive.read(info))
                if far is not None:
                    cell = re.sub(r"\W*r\W*", "", far[0].decode("ascii"), count=1)
                    raise SourceFormatError(
                        f"a workbook with a cell far outside any official sheet ({cell}…)",
                        file=file,
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceFormatError(f"no workbook that can be read: {error}", file=file) from error
