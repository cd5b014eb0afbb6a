"""A conversion table's official file to the bytes of a compiled one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from codesets._edition import Edition
from codesets._edition_names import name_by_first_day
from codesets._gc import gc_suspended
from codesets.compiled.writer import Writer
from codesets.crosswalk.conversion.grammar import read_previous
from codesets.crosswalk.conversion.reader import (
    ReadTable,
    is_conversion_table,
    read_conversion_table,
)
from codesets.crosswalk.conversion.table import SYSTEM_NAME
from codesets.editions import Counts, edition, recognise
from codesets.errors import EditionError, SourceError
from codesets.kept import REPORTS
from codesets.problems import AnomalyKind, Problems
from codesets.reconciliation import Reconciliation
from codesets.reports import make_reports
from codesets.sources import Source, SourceFile, both_names, open_sources

__all__ = ["build", "recognise_edition"]


def build(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    """The compiled table of one official file.

    Args:
        sources: the file, or archives and folders that hold it; other files are passed over.
        name: the edition's name; None to recognise it.
        lenient: list what cannot be read instead of raising.

    Returns:
        The bytes of a compiled file, the same for the same input.

    Raises:
        SourceError: no conversion table among the files, or two that differ.
        SourceFormatError: the file is not what its format says.
        MissingExtraError: it is a workbook and the extra `excel` is not installed.
        EditionError: a name that the calendar cannot place.
    """
    with gc_suspended():
        file = _only_table(open_sources(sources))
        problems = Problems(file.name, lenient)
        table = read_conversion_table(file.read(), problems)
        _note_oddities(table, problems)
        chosen = edition(SYSTEM_NAME, name) if name else recognise_edition(file, table)
        return _compile(table, chosen, file, problems)


def _only_table(files: Sequence[SourceFile]) -> SourceFile:
    found = {file.sha256: file for file in files if is_conversion_table(file)}
    if not found:
        names = ", ".join(file.name for file in files[:5]) or "nothing"
        raise SourceError(f"no conversion table was handed in, but {names}")
    first, *others = found.values()
    if others:
        raise SourceError(
            f"{both_names(first, others[0])} are both conversion tables, and differ: hand in one"
            " issue at a time (the newest holds the rows of all before it)",
            file=others[0].name,
        )
    return first


def recognise_edition(file: SourceFile, table: ReadTable) -> Edition:
    """Which issue a table is: by its bytes, else by its newest day and its number of rows.

    An issue adds the codes of the day from which it holds, so that one newer than the calendar is
    named after its newest day.
    """
    newest = max(record.effective for record in table.records)
    info = file.info("")
    found = recognise(
        SYSTEM_NAME,
        archive_sha256s=[info.archive_sha256] if info.archive_sha256 else [],
        member_sha256s=[info.sha256],
        version=newest.isoformat(),
        counts=Counts(rows=len(table.records)),
        names=[name for name in (file.member, file.archive, file.folder) if name],
    )
    return found if found.is_named else _by_day(newest) or found


def _by_day(newest: date) -> Edition | None:
    name = name_by_first_day(SYSTEM_NAME, newest)
    try:
        return None if name is None else edition(SYSTEM_NAME, name)
    except EditionError:  # a day of years that the calendar knows, on which no issue appeared
        return None


def _note_oddities(table: ReadTable, problems: Problems) -> None:
    """What is kept as it stands though it is odd: rows that stand twice, cells outside grammar."""
    seen: dict[tuple[str, date, str], int] = {}
    for record in table.records:
        line = record.row if table.sheet is None else None
        path = "" if table.sheet is None else f"{table.sheet}!C{record.row}"
        before = seen.setdefault((record.code, record.effective, record.previous), record.row)
        if before != record.row:
            message = f"{record.code}: the same row as row {before}"
            problems.oddity(AnomalyKind.REPEATED, message, line=line, path=path)
        if not read_previous(record.previous).is_understood:
            problems.oddity(
                AnomalyKind.UNEXPECTED_VALUE,
                f"{record.code}: previous codes in words that are not known; kept as they stand",
                line=line,
                path=path,
                found=record.previous,
            )


def _compile(table: ReadTable, chosen: Edition, file: SourceFile, problems: Problems) -> bytes:
    writer = Writer()
    records = table.records
    # A code may have several rows: O44.20 and seven others stand twice.
    writer.keys([record.code.replace(".", "") for record in records], distinct=False)
    writer.texts("code_text", [record.code_text for record in records])
    writer.column("effective", "I", [record.effective.toordinal() for record in records])
    writer.texts("effective_text", [record.effective_text for record in records])
    writer.texts("previous", [record.previous for record in records])
    writer.column("row", "I", [record.row for record in records])
    writer.json(
        "table",
        {
            "note": table.note,
            "columns": table.columns,
            "sheet": table.sheet,
            "file": file.name,
        },
    )
    kind = "csv" if table.sheet is None else "workbook"
    reports = make_reports([file.info(kind)], problems.anomalies, Reconciliation())
    writer.json(REPORTS, reports)
    header = {
        "system": SYSTEM_NAME,
        "edition": chosen.to_dict(),
        "content": [kind],
        "counts": {"rows": len(records), "codes": len({record.code for record in records})},
    }
    return writer.finish(header, apart=[REPORTS])
