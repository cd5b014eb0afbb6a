"""The conversion tables of NCHS themselves: every row accounted for, counted as published."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from codesets import icd10cm
from codesets.crosswalk import ERRATA, ConversionTable, Joining
from codesets.editions import edition, editions, published_counts
from official import official_root

pytestmark = pytest.mark.official
ROWS = {
    "FY2017": ("2017", 1970),
    "FY2018": ("2018", 2330),
    "FY2020": ("2020", 2882),
    "FY2021-Jan": ("2021-january", 3378),
    "FY2022": ("2022", 3537),
    "FY2023": ("2023", 4716),
    "FY2023-Apr": ("2023-april", 4758),
    "FY2025": ("2025", 5405),
    "FY2026": ("2026", 5892),
}
"""Folder → edition and data rows (formats, crosswalks 4.1)."""


def folder(name: str) -> Path:
    path = official_root() / "crosswalks" / "conversion" / name
    assert path.is_dir()
    return path


@cache
def table(name: str) -> ConversionTable:
    return ConversionTable.parse(folder(name))


def cells(name: str) -> list[tuple[str, str, str]]:
    """The three columns of every row below the header, read without the library."""
    with zipfile.ZipFile(folder(name) / "loose.zip") as archive:
        (member,) = archive.namelist()
        data = archive.read(member)
    rows: list[list[Any]]
    if member.endswith(".csv"):
        rows = [list(row) for row in csv.reader(io.StringIO(data.decode("ascii"), newline=""))]
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    start = next(n for n, row in enumerate(rows) if row[0] == "Current code assignment")
    return [(str(row[0]), effective(row[1]), str(row[2])) for row in rows[start + 1 :] if any(row)]


def effective(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(int(cell)) if isinstance(cell, float) else str(cell)


def test_every_table_at_hand_is_listed() -> None:
    assert {path.name for path in folder("FY2026").parent.iterdir()} == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_accounted_for(name: str) -> None:
    """Nothing of the three columns is lost, and every cell is within the grammar."""
    found, (issue, rows) = table(name), ROWS[name]
    assert found.edition == edition("conversion", issue)
    assert found.edition.is_certain
    assert len(found.entries) == rows
    assert published_counts(found.edition) is not None
    written = [(e.code_text, e.effective_text, e.previous_text) for e in found.entries]
    assert written == cells(name)
    assert all(entry.previous.is_understood for entry in found.entries)
    twice = [code for code in found if len(found[code]) > 1]
    assert twice == [f"O44.{n}" for n in (20, 21, 22, 23, 30, 31, 32, 33)]
    assert len(found) == rows - len(twice)
    assert {str(anomaly.kind) for anomaly in found.anomalies} == {"blanks", "repeated"}


def test_the_newest_day_alone_tells_the_issue() -> None:
    for name, (issue, _) in ROWS.items():
        newest = table(name).dates[-1]
        named = next(e for e in editions("conversion") if e.name == issue)
        assert named.effective_from == newest


def test_forms_are_counted_as_published() -> None:
    """Formats, crosswalks 4.4."""
    entries = table("FY2026").entries
    forms = Counter((e.previous.form, e.previous_text[-1:] == " ") for e in entries)
    assert forms == {
        ("C", False): 5335, ("C", True): 5, ("Codes in Categories C-C", False): 126,
        ("None", False): 125, ("C and C", False): 63, ("C AND C", False): 17,
        ("C & C", False): 16, ("C and C and C", False): 1, ("C, C", False): 24,
        ("C, C, C", False): 54, ("C, C, C, C", False): 9, ("C, C, C, C", True): 1,
        ("C, C, C, C, C, C, C, C", False): 1, ("C, C, C and C", False): 4, ("C; C", False): 2,
        ("C; C; C", False): 27, ("C-C", False): 43, ("C-C; C", False): 21,
        ("C-C and C", False): 8, ("C-C and C-C", False): 4, ("C.- and C", False): 4,
        ("C AND Code from categories C-C", False): 1, ("C and a code from C-", False): 1,
    }  # fmt: skip
    joined = Counter(entry.previous.joining for entry in entries)
    assert (joined[Joining.TOGETHER], joined[Joining.NOTHING]) == (119, 125)
    connectors = Counter(c for entry in entries for c in entry.previous.connectors)
    assert connectors == {", ": 177, " and ": 86, "; ": 77, " AND ": 18, " & ": 16}


def test_days_are_counted_as_published() -> None:
    """Formats, crosswalks 4.2."""
    found = table("FY2026")
    assert {day.isoformat(): len(found.added_on(day)) for day in found.dates} == {
        "2016-10-01": 1970, "2017-10-01": 360, "2018-10-01": 279, "2019-10-01": 273,
        "2020-04-01": 2, "2020-10-01": 488, "2021-01-01": 6, "2021-10-01": 159, "2022-04-01": 3,
        "2022-10-01": 1176, "2023-04-01": 42, "2023-10-01": 395, "2024-10-01": 252,
        "2025-10-01": 487,
    }  # fmt: skip
    assert [e.code for e in found.added_on(date(2020, 4, 1))] == ["U07.0", "U07.1"]


def test_no_row_ever_disappeared_and_35_were_corrected() -> None:
    """Formats, crosswalks 4.1: 34 rows in January 2021, and E66.813 in 2026."""
    altered = []
    for older, newer in pairwise(ROWS):
        changes = table(newer).changes_since(table(older))
        assert changes.dropped == ()
        assert len(changes.added) == ROWS[newer][1] - ROWS[older][1]
        altered += [(ROWS[newer][0], change) for change in changes.altered]
    assert len(altered) == 35
    assert Counter(issue for issue, _ in altered) == {"2021-january": 34, "2026": 1}
    (_, last) = altered[-1]
    assert str(last) == "E66.813 (2024-10-01): 'E66.8' became 'E66.01, E66.8'"
    starts = Counter(change.after.code[:3] for _, change in altered)
    assert starts == {"I82": 16, "S02": 18, "E66": 1}
    # The older issues keep what they say, and each of these rows has its erratum.
    for issue, change in altered:
        erratum = change.before.erratum
        assert erratum is not None
        assert (erratum.found, erratum.meant, erratum.corrected_in) == (
            change.before.previous_text, change.after.previous_text, issue,
        )  # fmt: skip
        assert change.after.erratum is None


def test_the_impossible_code_is_kept_and_named() -> None:
    for name in ROWS:
        found = table(name)
        impossible = [entry for entry in found.entries if entry.is_impossible]
        assert [entry.code for entry in impossible] == ["E11.3X11"]
    assert "E11.37X1" not in table("FY2026")


def test_every_erratum_is_in_some_issue() -> None:
    """Each issue has the errors of the rows that it has, and none that it has corrected."""
    assert {name: len(table(name).errata) for name in ROWS} == {
        "FY2017": 5, "FY2018": 6, "FY2020": 22, "FY2021-Jan": 8, "FY2022": 8, "FY2023": 14,
        "FY2023-Apr": 14, "FY2025": 15, "FY2026": 18,
    }  # fmt: skip
    assert {erratum for name in ROWS for erratum in table(name).errata} == set(ERRATA)


def test_ranges_expand_over_the_release_before(whole_shelf: Path) -> None:
    """Formats, crosswalks 4.4, by the billable codes of one release."""
    release = icd10cm.load_path(whole_shelf / "icd10cm-2023.codeset")
    codes = [code.code for code in release.select("*", billable=True)]
    (entry,) = table("FY2026")["W44.A0XA"]
    (covered,) = entry.previous.expand(codes)
    assert len(covered) == 261
    assert {code[:3] for code in covered} == {"T15", "T16", "T17", "T18", "T19"}
    assert entry in table("FY2026").naming("T15.02XA")
    assert len(table("FY2026").naming("T15.02XA")) == 126
