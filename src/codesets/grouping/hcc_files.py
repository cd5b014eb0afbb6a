"""The files of CMS-HCC: format files, labels and hierarchies of the SAS packages, the CSV table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from attrs import frozen

from codesets.grouping.reading import GroupRow, source_code
from codesets.problems import Problems
from codesets.sources import SourceFile

__all__ = [
    "COMPANIONS",
    "TABLES",
    "FileKind",
    "hierarchy_in",
    "kind_of",
    "labels_in",
    "macro_in",
    "models_in",
    "read_format",
    "read_table",
]

FileKind = str
"""`format`, `table`, `labels`, `hierarchy`; `ICD-9 format`, whose codes begin with digits; or empty
for what is none of them."""
TABLES = ("format", "table")
"""The kinds of file that put codes into categories."""
COMPANIONS = ("labels", "hierarchy")
"""The kinds of file that belong to all tables of a model."""

# CODE<TAB>CC<TAB>[D]; the files of payment year 2016 have blanks: CODE at 1, CC at 9, `^` at 13.
_FORMAT = re.compile(r"([0-9A-Z]{3,7})(?:\t([0-9]{1,3})\t(D?)| +([0-9]{1,3}) *\^?(D?)) *")
_LABEL = re.compile(r'^\s*HCC(\d+)\s*=\s*"(.*?)\s*"\s*$', re.MULTILINE)
_SET0 = re.compile(r"/\*(.*?)\*/\s*%SET0\(\s*CC\s*=\s*(\d+)\s*,\s*HIER\s*=\s*%STR\(([^)]*)\)\s*\)")
_MACRO = re.compile(r"%MACRO\s+(V\d\d\w*)", re.IGNORECASE)
_COLUMN = re.compile(
    r"(CMS-HCC ESRD|CMS-HCC|RxHCC) Model Category (V\d+)(?: for (20\d\d) Payment Year)?"
)
_FAMILIES = {"CMS-HCC": "", "CMS-HCC ESRD": "esrd-", "RxHCC": "rxhcc-"}
_PAYS = ("Yes", "No", "--")


def kind_of(file: SourceFile) -> FileKind:
    """What a file is, by what it holds."""
    head = file.head.decode("latin-1")
    lines = [line.rstrip("\r") for line in head.split("\n")[:-1]][:50]
    if lines and 2 * sum(map(bool, map(_FORMAT.fullmatch, lines))) > len(lines):
        is_icd9 = 2 * sum(line[:1].isdigit() for line in lines) > len(lines)
        return "ICD-9 format" if is_icd9 else "format"
    if "%SET0" in head.upper() and _MACRO.search(head):
        return "hierarchy"
    if re.search(r"^\s*LABEL\s*$", head, re.MULTILINE | re.IGNORECASE) and "HCC" in head:
        return "labels"
    if re.search(r'^"?Diagnosis\s+Code', head, re.MULTILINE) and "HCC" in head:
        return "table"
    return ""


def macro_in(file: SourceFile) -> str:
    """The name of the macro that a file of labels or of a hierarchy defines, as `V28115L3`."""
    match = _MACRO.search(file.head.decode("latin-1"))
    return "" if match is None else match[1].upper()


def _text(file: SourceFile) -> str:
    return file.read().decode("latin-1").replace("\r\n", "\n")


def read_format(file: SourceFile, problems: Problems) -> Iterator[GroupRow]:
    """The rows of a format file; its flag `D` marks a further category of a code.

    Raises:
        SourceFormatError: unless lenient, a line of another form, or one that stands twice.
    """
    seen: dict[tuple[str, str], int] = {}
    for line, text in enumerate(_text(file).split("\n"), 1):
        if not text.strip():
            continue
        match = _FORMAT.fullmatch(text)
        if match is None:
            problems.loss("not a code, a tab, a category, a tab and D or nothing", line=line,
                          found=text)  # fmt: skip
            continue
        category, flag = (match[2], match[3]) if match[2] else (match[4], match[5])
        code = source_code(match[1], line, problems)
        if code is None:
            continue
        if (code, category) in seen:
            problems.loss(f"{code} {category} stands in line {seen[code, category]} too", line=line)
            continue
        seen[code, category] = line
        yield code, category, flag, line, text


def labels_in(file: SourceFile) -> dict[str, str]:
    """The titles of the categories, without the blank that V23 and later put at the end."""
    return {match[1]: match[2] for match in _LABEL.finditer(_text(file))}


def hierarchy_in(file: SourceFile) -> list[tuple[str, str, tuple[str, ...]]]:
    """The lines of a hierarchy, in order: group, category, and the categories that it drops."""
    return [
        (match[1].strip(), match[2], tuple(part.strip() for part in match[3].split(",")))
        for match in _SET0.finditer(_text(file))
    ]


@frozen
class _Columns:
    category: int
    pays: int | None


def _header(cells: list[str]) -> dict[str, _Columns]:
    """The columns of each model by the words of the header, never by number."""
    places: dict[str, dict[bool, int]] = {}
    for place, cell in enumerate(cells):
        words = " ".join(cell.split())
        match = _COLUMN.fullmatch(words)
        if match is not None:
            model = _FAMILIES[match[1]] + match[2].lower()
            places.setdefault(model, {})[match[3] is not None] = place
    return {
        model: _Columns(found[False], found.get(True))
        for model, found in places.items()
        if False in found
    }


def _records(file: SourceFile, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Numbered records; a record begins on the line of its number."""
    text = file.read().decode("utf-8-sig", "replace")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise problems.fatal(f"no CSV: {error}", line=reader.line_num) from error


def models_in(file: SourceFile) -> tuple[str, ...]:
    """The models of the CSV table, as `v28` and `esrd-v21`.

    Raises:
        SourceFormatError: it has no header row.
    """
    problems = Problems(file.name)
    for _, cells in _records(file, problems):
        if _is_header(cells):
            return tuple(_header(cells))
    raise problems.fatal("no record begins with Diagnosis Code")


def _is_header(cells: list[str]) -> bool:
    return " ".join("".join(cells[:1]).split()).casefold() == "diagnosis code"


def read_table(
    file: SourceFile, model: str, problems: Problems
) -> tuple[list[GroupRow], list[str]]:
    """The rows of one model in the CSV table, and the notes below it.

    A code with a second category has a further row, in which models without one are empty. The flag
    of a row says whether the category pays: `Yes`, `No`.

    Raises:
        SourceFormatError: the table does not have the model; unless lenient, a cell that is no
            category or no flag.
    """
    rows: list[GroupRow] = []
    notes: list[str] = []
    columns: _Columns | None = None
    is_below = False
    for line, cells in _records(file, problems):
        if columns is None:
            if _is_header(cells):
                models = _header(cells)
                if model not in models:
                    there = ", ".join(models) or "none"
                    raise problems.fatal(f"no column of the model {model!r}; there are: {there}")
                columns = models[model]
        elif is_below or not "".join(cells).strip():
            is_below = bool(rows)
            notes += [cell.strip() for cell in cells if cell.strip()]
        else:
            row = _row(cells, line, columns, problems)
            rows += [] if row is None else [row]
    if columns is None:
        raise problems.fatal("no record begins with Diagnosis Code")
    return rows, notes


def _row(cells: list[str], line: int, columns: _Columns, problems: Problems) -> GroupRow | None:
    category = cells[columns.category].strip() if len(cells) > columns.category else ""
    if not category:
        return None
    code = source_code(cells[0], line, problems)
    pays = "" if columns.pays is None else cells[columns.pays].strip()
    if not re.fullmatch(r"[0-9]{1,3}", category) or (pays and pays not in _PAYS):
        problems.loss(f"{cells[0]}: {category!r} {pays!r} are no category and flag", line=line)
        return None
    return None if code is None else (code, category, pays, line, ",".join(cells))
