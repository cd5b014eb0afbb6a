"""The conversion table: small files in both of its forms, driven through every stage."""

from __future__ import annotations

import copy
import io
import pickle
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesets import shelf
from codesets.compiled.reader import Compiled
from codesets.crosswalk import ERRATA, ConversionEntry, ConversionTable, Joining, RowChange
from codesets.crosswalk.conversion import reader
from codesets.crosswalk.conversion.grammar import read_previous
from codesets.errors import (
    CodesetsError,
    CompiledFileError,
    MissingExtraError,
    ReleaseNotFoundError,
    SourceError,
    SourceFormatError,
    UnknownCodeError,
)
from codesets.problems import AnomalyKind
from crosswalk.test_grammar import CELLS
from crosswalk.writer import NOTE, Row, conversion_csv, conversion_workbook

ROWS: list[Row] = [
    ("A04.71", 2017, "A04.7"),
    ("A04.72", 2017, "A04.7"),
    ("E11.3X11", 2016, "E11.311"),
    ("H44.2B1  ", 2017, "H44.20-H44.23 and H35.30"),
    ("J12.82", date(2021, 1, 1), "J12.89"),
    ("O44.20", 2016, "O44.00, O44.10 "),
    ("O44.20", 2016, "O44.00, O44.10 "),
    ("R29.700", 2016, "None"),
    ("W44.A0XA", 2023, "Codes in Categories T15-T19"),
]
NEWER: list[Row] = [
    *ROWS[:1],
    ("A04.72", 2017, "A04.7, A04.8"),
    *ROWS[2:],
    ("Z59.10", 2025, "Z59.1"),
]


def parsed(data: bytes, **options: Any) -> ConversionTable:
    return ConversionTable.parse(io.BytesIO(data), **options)


@pytest.fixture(scope="module")
def table() -> ConversionTable:
    return parsed(conversion_workbook(ROWS))


def shown(table: ConversionTable) -> list[tuple[str, str, str]]:
    """What the three cells of every row say."""
    return [(e.code_text, e.effective_text, e.previous_text) for e in table.entries]


def test_every_cell_comes_back(table: ConversionTable) -> None:
    assert shown(table) == [(code, str(effective), text) for code, effective, text in ROWS]
    assert [entry.row for entry in table.entries] == list(range(3, 12))
    assert str(table.entries[0].place) == "<open file>, Sheet1!A3"
    assert (table.note, table.columns[0]) == (NOTE, "Current code assignment")
    assert repr(table) == "<ConversionTable 2024: 9 rows of 8 codes>"
    assert table.counts == {"codes": 8, "rows": 9}


def test_both_forms_say_the_same(table: ConversionTable) -> None:
    other = parsed(conversion_csv(ROWS))
    assert shown(other) == shown(table)
    assert [entry.previous for entry in other.entries] == [e.previous for e in table.entries]
    assert (table.sources, other.sources) == (("workbook",), ("csv",))
    # The note of the CSV form goes over two lines.
    assert (other.entries[0].place.line, other.entries[0].row) == (4, 4)


def test_a_year_stands_for_its_october(table: ConversionTable) -> None:
    assert table["A04.71"][0].effective == date(2017, 10, 1)
    assert table["j1282"][0].effective == date(2021, 1, 1)
    assert table.dates == (
        date(2016, 10, 1), date(2017, 10, 1), date(2021, 1, 1), date(2023, 10, 1),
    )  # fmt: skip
    assert [e.code for e in table.added_on(date(2021, 1, 1))] == ["J12.82"]
    assert [e.code for e in table.added_on(datetime(2017, 10, 1, 12))] == [
        "A04.71", "A04.72", "H44.2B1",
    ]  # fmt: skip
    assert table.added_on(date(2017, 10, 2)) == ()
    with pytest.raises(TypeError, match="a date is wanted"):
        table.added_on("2017-10-01")  # type: ignore[arg-type]


def test_days_in_words() -> None:
    rows: list[Row] = [("A04.71", "04/01/2020", "A04.7"), ("A04.72", "2020-04-01", "A04.7")]
    table = parsed(conversion_csv(rows))
    assert table.dates == (date(2020, 4, 1),)
    assert not table.edition.is_named  # no issue appeared on that day


def test_the_edition_is_that_of_the_newest_day() -> None:
    """An issue that the calendar does not know yet is named after its newest day."""
    april = parsed(conversion_csv([("A04.71", "2031-04-01", "A04.7")])).edition
    assert (april.name, april.effective_from) == ("2031-april", date(2031, 4, 1))
    october = parsed(conversion_csv([("A04.71", 2030, "A04.7")])).edition
    assert (october.name, october.system) == ("2031", "conversion")
    assert not parsed(conversion_csv([("A04.71", "2031-05-02", "A04.7")])).edition.is_named
    assert parsed(conversion_csv(ROWS), edition="2026").edition.name == "2026"
    with pytest.raises(CodesetsError, match="YYYY-april"):
        parsed(conversion_csv(ROWS), edition="2026-july")


def test_a_code_gives_its_rows(table: ConversionTable) -> None:
    assert [entry.previous_text for entry in table["o4420"]] == ["O44.00, O44.10 "] * 2
    assert table.get("no code") == ()
    assert table.get("Z00.00", None) is None
    assert "A04.71" in table
    assert "A04.7" not in table
    assert None not in table
    assert (len(table), len(list(table))) == (8, 8)
    assert dict(table)["A04.71"] == table["A04.71"]
    for text in ("A04.7", "no code"):
        with pytest.raises(UnknownCodeError, match="has no row of"):
            table[text]


def test_a_previous_code_gives_candidates(table: ConversionTable) -> None:
    assert [entry.code for entry in table.naming("a047")] == ["A04.71", "A04.72"]
    assert [entry.code for entry in table.naming("H44.21")] == ["H44.2B1"]
    assert [entry.code for entry in table.naming("T17.9XXA")] == ["W44.A0XA"]
    assert table.naming("A04.71") == table.naming("no code") == table.naming(None) == ()
    assert table["H44.2B1"][0].previous.joining is Joining.TOGETHER


def test_errors_of_the_table_are_kept_and_named(table: ConversionTable) -> None:
    (entry,) = table["E11.3X11"]
    assert entry.is_impossible
    assert entry.erratum is not None
    assert entry.erratum.meant == "E11.37X1"
    assert not table["A04.71"][0].is_impossible
    missing = next(erratum for erratum in ERRATA if erratum.column == "row")
    assert table.errata == (entry.erratum, missing)
    corrected = parsed(conversion_csv([("R39.191", 2016, "R39.19"), ("N93.1", 2016, "None")]))
    assert corrected.errata == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("R39.191", 2017, "R31.19"), "R31.19 stands for R39.19: no edition has R31.19;"),
        (("T85.193A", 2017, "T85.190A, T85.198A "), "T85.198A stands for T85.199A: "),
        (("H05.831", 2025, "H05.83"), "H05.83 cannot have been the code before: "),
        (("I82.451", 2019, "I80.491"), "I80.491 stands for I82.491: no edition has I80.491 (NCHS "),
        (("E66.813", 2024, "E66.8"), "E66.8 stands for E66.01, E66.8: "),
        (("E66.813", 2024, "E66.01, E66.8"), ""),
        (("R39.192", 2017, "R39.19"), ""),
    ],
)
def test_what_an_erratum_says(row: Row, said: str) -> None:
    """The cell stays; the erratum stands beside it, while it is there."""
    found = parsed(conversion_csv([row]))
    (entry,) = found.entries
    assert entry.previous_text == row[2]
    assert str(entry.erratum or "").startswith(said)
    assert found.errata == ((entry.erratum,) if said else ())


def test_missing_rows_are_errata_too() -> None:
    """Of a table that has the day of the codes that have none."""
    (missing,) = parsed(conversion_csv([("A04.71", 2016, "A04.7")])).errata
    assert str(missing).startswith("no row for I63.343, I63.443, K85.80, ")
    assert len(missing.codes) == 12
    assert parsed(conversion_csv([("A04.71", 2017, "A04.7")])).errata == ()


def test_oddities_are_listed(table: ConversionTable) -> None:
    assert [(a.kind, a.place.path) for a in table.anomalies] == [
        (AnomalyKind.BLANKS, "Sheet1!A6"),
        (AnomalyKind.BLANKS, "Sheet1!C8"),
        (AnomalyKind.BLANKS, "Sheet1!C9"),
        (AnomalyKind.REPEATED, "Sheet1!C9"),
    ]
    strange = parsed(conversion_csv([("A04.71", 2017, "see the index")]))
    assert [str(a.kind) for a in strange.anomalies] == ["unexpected-value"]
    assert strange.entries[0].previous_text == "see the index"
    assert not strange.entries[0].previous.is_understood


def test_what_changed_between_two_issues(table: ConversionTable) -> None:
    newer = parsed(conversion_csv(NEWER))
    changes = newer.changes_since(table)
    assert [entry.code for entry in changes.added] == ["Z59.10"]
    assert [str(change) for change in changes.altered] == [
        "A04.72 (2017-10-01): 'A04.7' became 'A04.7, A04.8'"
    ]
    assert changes.altered == (RowChange(table["A04.72"][0], newer["A04.72"][0]),)
    assert changes.dropped == ()
    assert repr(changes) == "<TableChanges: 1 added, 1 altered, 0 dropped>"
    back = table.changes_since(newer)
    assert (len(back.dropped), len(back.added), len(back.altered)) == (1, 0, 1)
    assert changes.to_dict()["altered"][0]["before"]["previous"]["text"] == "A04.7"
    assert table.changes_since(table).to_dict() == {"added": [], "altered": [], "dropped": []}


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("A04.71", "E11.10", "H44.2B1", "W44.A0XA", "I63.013", "C4A.122")),
            st.integers(2016, 2030),
            CELLS.map(lambda cell: cell[0][0].text + cell[2]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_written_table_is_read_whole(rows: list[Row]) -> None:
    """Every row is accounted for, under its code, its day and the codes that it names."""
    table = parsed(conversion_csv(rows))
    assert shown(table) == [(code, str(year), text) for code, year, text in rows]
    assert sorted(e.row for code in table for e in table[code]) == [e.row for e in table.entries]
    assert sum(len(table.added_on(day)) for day in table.dates) == len(rows)
    for entry in table.entries:
        for code in entry.previous.codes:
            assert entry in table.naming(code)
    again = ConversionTable.from_bytes(table.file.to_bytes())
    assert (again, again.entries) == (table, table.entries)


# Bad input.


@pytest.mark.parametrize("write", [conversion_csv, conversion_workbook])
@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("A4", 2017, "A04.7"), "'A4' is no code"),
        (("", 2017, "A04.7"), "'' is no code"),
        (("A04.71", "soon", "A04.7"), "'soon' is neither a year nor a day"),
        (("A04.71", 99999, "A04.7"), "'99999' is neither a year nor a day"),
        (("A04.71", "", "A04.7"), "'' is neither a year nor a day"),
        (("A04.71", 2017, "A04.7", "more"), "a row of 4 cells where three columns are"),
    ],
)
def test_a_row_that_would_be_lost_is_refused(write: Any, row: Any, message: str) -> None:
    data = write([("A04.72", 2017, "A04.7"), row])
    with pytest.raises(SourceFormatError, match=message) as raised:
        parsed(data)
    assert raised.value.path or raised.value.line == 5
    lenient = parsed(data, lenient=True)
    assert len(lenient) == 1
    assert [a.kind for a in lenient.anomalies] == [AnomalyKind.LOST]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no conversion table was handed in, but <open file>"),
        (b"Current code,Effective,Previous\r\n", "no conversion table"),
        (conversion_csv([]), "no row stands below the header"),
        (conversion_workbook([]), "no row stands below the header"),
        (
            conversion_csv(ROWS, heads=("Current code assignment", "Previous Code", "Effective")),
            "the head of column 2 is 'Previous Code'",
        ),
        (conversion_workbook(ROWS, heads=("Current code assignment",)), "column 2 is ''"),
        (conversion_workbook(ROWS, heads=("A04.70", "2017", "A04.7")), "no conversion table"),
        (conversion_csv(ROWS) + b'"open', "no CSV"),
        (conversion_workbook(ROWS)[:2000], "no readable archive|no conversion table"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        parsed(data)


def test_files_are_found_by_what_they_hold(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
        archive.writestr("table.csv", conversion_csv(ROWS))
    (tmp_path / "copy.csv").write_bytes(conversion_csv(ROWS))
    table = ConversionTable.parse(tmp_path)
    assert [info.file for info in table.provenance] in (["table.csv"], ["copy.csv"])
    (tmp_path / "other.csv").write_bytes(conversion_csv(NEWER))
    with pytest.raises(SourceError, match="both conversion tables, and differ"):
        ConversionTable.parse(tmp_path)


def test_a_table_in_windows_1252_is_read_and_said(table: ConversionTable) -> None:
    data = conversion_csv(ROWS).replace(b"(NCHS)", b"\x93NCHS\x94")
    other = parsed(data)
    assert other.note.count("“NCHS”") == 1
    assert str(other.anomalies[0].kind) == "non-ascii"
    assert shown(other) == shown(table)


def test_workbooks_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    assert len(parsed(conversion_csv(ROWS))) == 8
    with pytest.raises(MissingExtraError, match=r"codesets\[excel\]"):
        parsed(conversion_workbook(ROWS))


def test_a_preamble_of_more_rows(table: ConversionTable) -> None:
    assert shown(parsed(conversion_workbook(ROWS, above=1))) == shown(table)
    with pytest.raises(SourceError, match="no conversion table"):
        parsed(conversion_workbook(ROWS, above=reader._HEADER_WITHIN))


# Keeping.


def test_the_shelf_has_tables_too(
    table: ConversionTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(shelf, "embedded_folder", lambda: tmp_path / "none")
    with pytest.raises(ReleaseNotFoundError, match="no ICD-10-CM conversion table at hand"):
        ConversionTable.load()
    path = table.save(tmp_path / shelf.file_name(table.edition))
    assert path.name == "conversion-2024.codeset"
    (entry,) = shelf.entries()
    assert (entry.system, entry.edition.name) == ("conversion", "2024")
    assert ConversionTable.load() is ConversionTable.load("2024") is ConversionTable.load_path(path)
    assert ConversionTable.load() == table
    ConversionTable.load().verify()
    with pytest.raises(ReleaseNotFoundError, match=r"conversion table 2026 at hand .*: 2024\)"):
        ConversionTable.load("2026")


def test_a_table_can_be_pickled_compared_and_not_changed(
    table: ConversionTable, tmp_path: Path
) -> None:
    opened = ConversionTable.load_path(table.save(tmp_path / "t.codeset"))
    for one in (table, opened):
        again = pickle.loads(pickle.dumps(one))
        assert again == one == table
        assert hash(again) == hash(table)
        assert copy.copy(one).entries == table.entries
    assert table != parsed(conversion_csv(NEWER), edition="2024")
    assert table != 1
    entry = table.entries[0]
    assert entry == pickle.loads(pickle.dumps(entry)) == opened.entries[0]
    assert len({entry, opened.entries[0]}) == 1
    assert repr(entry) == "<ConversionEntry A04.71 2017-10-01: A04.7>"
    assert entry.to_dict()["previous"]["joining"] == "single"
    things: list[Any] = [table, entry, entry.previous, entry.previous.terms[0], table.errata[0]]
    for thing in things:
        for name in ("code", "file", "text", "new", "previous"):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)


def test_another_compiled_file_is_none(small_path: Path, table: ConversionTable) -> None:
    with pytest.raises(CompiledFileError, match="holds 'icd10cm', not 'conversion'"):
        ConversionTable.load_path(small_path)
    data = bytearray(table.file.to_bytes())
    assert isinstance(table.entries[0], ConversionEntry)
    start = Compiled.from_bytes(bytes(data)).header.start
    for place in range(start, len(data), 7):
        other = bytes([data[place] ^ 255])
        damaged = ConversionTable.from_bytes(bytes(data[:place] + other + data[place + 1 :]))
        try:  # a wrong text, or an error that says so
            assert len(damaged.entries) == 9
            damaged.naming("A04.7")
        except CompiledFileError:
            pass
        with pytest.raises(CompiledFileError):
            damaged.verify()


def test_previous_is_read_from_the_text_alone() -> None:
    assert read_previous("A04.7") == read_previous("A04.7")
