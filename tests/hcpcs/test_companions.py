"""Processing notes, NOC codes, corrections, transaction report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesets.errors import SourceFormatError
from codesets.hcpcs.companions import (
    ListKind,
    find_list,
    read_corrections,
    read_noc_codes,
    read_processing_notes,
    read_transactions,
)
from codesets.hcpcs.layout import ActionCode
from codesets.problems import AnomalyKind, Problems
from codesets.sheets import Sheet
from hcpcs import official_files
from hcpcs.strategies import words
from hcpcs.writer import write_notes, write_sheets

# --- Processing notes ---------------------------------------------------------------------------


def notes(data: bytes) -> list[tuple[str, str]]:
    return [(note.number, note.text) for note in read_processing_notes(data, Problems("n.txt"))]


# A word that, at the beginning or end of a line, would be a number or the border.
plain_words = words.filter(lambda word: len(word) < 60 and not re.search(r"\*$|^\d{4}|^--", word))
sentences = st.lists(plain_words, min_size=1, max_size=40).map(" ".join)


@given(st.lists(sentences, min_size=1, max_size=8))
def test_notes_written_then_read_back_equal(texts: list[str]) -> None:
    numbered = [(f"{number:04}", text) for number, text in enumerate(texts, 1)]
    assert notes(write_notes(numbered)) == numbered


def test_notes_in_the_typography_of_2025() -> None:
    data = (
        b"                  PROCESSING NOTES\r\n ______\r\n\r\n"
        b"          0064--COVERAGE AND PAYMENT (G0101 - SEC     *\r\n"
        b"                4102; G0104, G0105 - SEC 4104).  * \r\n"
        b"\t        \t\t   *\r\n"
        b"\t  0234--CMS DOES NOT\tRECOGNIZE \r\n\t\t1861(s)(2)(GG), 1834(u).\t *\r\n \t\r\n"
    )
    assert notes(data) == [
        ("0064", "COVERAGE AND PAYMENT (G0101 - SEC 4102; G0104, G0105 - SEC 4104)."),
        ("0234", "CMS DOES NOT RECOGNIZE 1861(s)(2)(GG), 1834(u)."),
    ]


def test_a_deleted_note_says_so() -> None:
    data = write_notes([("0001", "THIS PROCESSING NOTE DELETED 1/1/97."), ("0002", "STAYS.")])
    read = read_processing_notes(data, Problems("n.txt"))
    assert [(note.is_deleted, note.line) for note in read] == [(True, 4), (False, 6)]


def test_notes_that_are_none() -> None:
    with pytest.raises(SourceFormatError, match="holds no processing note"):
        notes(write_notes([]))
    with pytest.raises(SourceFormatError, match="line 1: text before the first"):
        notes(b"README\r\n")
    with pytest.raises(SourceFormatError, match="line 6: note 0001 stands twice"):
        notes(write_notes([("0001", "A"), ("0001", "B")]))


def test_notes_out_of_order_are_listed() -> None:
    problems = Problems("n.txt")
    read_processing_notes(write_notes([("0002", "A"), ("0001", "B")]), problems)
    assert [a.kind for a in problems.anomalies] == [AnomalyKind.ELEMENT_ORDER]


@given(st.binary())
def test_any_bytes_give_notes_or_an_error_of_ours(data: bytes) -> None:
    with suppress(SourceFormatError):
        read_processing_notes(data, Problems("n.txt", lenient=True))


# --- NOC codes ----------------------------------------------------------------------------------

NOC_HEAD: list[Any] = ["HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE"]


def noc(rows: list[list[Any]], problems: Problems | None = None) -> list[tuple[Any, ...]]:
    sheet = [["", "NOC CODES - HCPCS 2025"], [], NOC_HEAD, [], *rows]
    read = read_noc_codes(write_sheets({"NOC": sheet}), problems or Problems("noc.xlsx"))
    return [(c.code, c.long_description, c.added_on, c.terminated_on, c.row) for c in read]


def test_noc_codes() -> None:
    rows: list[list[Any]] = [
        ["A0999", "Unlisted ambulance service", 19870101.0, ""],
        ["A9599", "Radiopharmaceutical,  nos", "20140101", date(2017, 12, 31)],
        ["\x1a"],
    ]
    assert noc(rows) == [
        ("A0999", "Unlisted ambulance service", date(1987, 1, 1), None, 5),
        ("A9599", "Radiopharmaceutical, nos", date(2014, 1, 1), date(2017, 12, 31), 6),
    ]


def test_a_noc_description_in_two_rows() -> None:
    problems = Problems("noc.xlsx")
    rows: list[list[Any]] = [
        ["J7192", "Factor viii, not otherwise", 20060101],
        ["J7192", "specified"],
    ]
    assert noc(rows, problems) == [
        ("J7192", "Factor viii, not otherwise specified", date(2006, 1, 1), None, 5)
    ]
    assert not problems.anomalies


def test_a_noc_code_with_two_descriptions_is_listed() -> None:
    """S9445 of 2018: its second row has the description of S9446."""
    problems = Problems("noc.xlsx")
    rows: list[list[Any]] = [["S9445", "Individual", 20020101], ["S9445", "Group"]]
    assert [code[:3] for code in noc(rows, problems)] == [
        ("S9445", "Individual", date(2002, 1, 1)),
        ("S9445", "Group", None),
    ]
    (anomaly,) = problems.anomalies
    assert (anomaly.kind, anomaly.place.path) == (AnomalyKind.UNEXPECTED_VALUE, "NOC!A6")


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (["A0999", "Unlisted", 19870101, 20171301], "NOC!D5"),
        (["A0999", "Unlisted", "soon"], "NOC!C5"),
        (["nobody", "Unlisted", 19870101], "NOC!A5"),
        (["", "Unlisted", 19870101], "NOC!A5"),
    ],
)
def test_bad_noc_rows(row: list[Any], cell: str) -> None:
    with pytest.raises(SourceFormatError) as caught:
        noc([row])
    assert (caught.value.path, caught.value.file) == (cell, "noc.xlsx")
    problems = Problems("noc.xlsx", lenient=True)
    noc([row], problems)
    assert problems.anomalies[0].kind is AnomalyKind.LOST


# --- Corrections --------------------------------------------------------------------------------


def test_corrections_of_2018() -> None:
    sheet: list[list[Any]] = [
        ["", "2018 HCPCS CORRECTIONS"],
        [],
        ["CODE", "ACTION", "EFF DATE", "SHORT DESC", "LONG DESC", "TOS ", "BETOS"],
        ["G9868", "ADD Code", date(2018, 1, 1), "Next Gen", "Receipt of images ", 1.0, "M5D"],
        ["G9890", "DELETE"],
        ["DA", "Removed in error - add back to file", "01/0/12019"],
    ]
    problems = Problems("c.xlsx")
    data = write_sheets({"Sheet1": sheet, "Sheet2": []})
    added, deleted, modifier = read_corrections(data, problems)
    assert (added.key, added.is_modifier, added.action) == ("G9868", False, "ADD Code")
    assert (added.effective_on, added.sheet, added.row) == (date(2018, 1, 1), "Sheet1", 4)
    assert added.cells == (
        ("CODE", "G9868"),
        ("ACTION", "ADD Code"),
        ("EFF DATE", "20180101"),
        ("SHORT DESC", "Next Gen"),
        ("LONG DESC", "Receipt of images"),
        ("TOS", "1"),
        ("BETOS", "M5D"),
    )
    assert (deleted.effective_on, str(deleted)) == (None, "G9890: DELETE")
    assert (modifier.is_modifier, modifier.effective_on) == (True, None)
    assert str(added) == "G9868: ADD Code (2018-01-01)"
    (anomaly,) = problems.anomalies
    assert (anomaly.found, anomaly.place.path) == ("01/0/12019", "Sheet1!A6")


def test_corrections_of_2025() -> None:
    heads = ["HCPCS/MOD Code", "Action", "Short Description", "Effective Date", "Comments"]
    data = write_sheets({"S": [heads, ["ZA", "Terminate ", "", date(2025, 1, 1)]]})
    (correction,) = read_corrections(data, Problems("c.xlsx"))
    assert (correction.key, correction.action) == ("ZA", "Terminate")
    assert correction.effective_on == date(2025, 1, 1)


def test_a_correction_without_code() -> None:
    data = write_sheets({"S": [["CODE", "ACTION"], ["see below", "ADD"]]})
    with pytest.raises(SourceFormatError, match="'see below' is neither code nor modifier"):
        read_corrections(data, Problems("c.xlsx"))


# --- Transaction report -------------------------------------------------------------------------


def test_transactions() -> None:
    key = [["Action Codes"], ["A", "Add"], ["N", "No Change"]]
    new: list[list[Any]] = [
        ["Note"], [], ["HCPC/MOD", "ACTION CD", "SHORT DESCRIPTION", "LONG DESCRIPTION"],
        ["   A1", "No Change", "Dressing", "Dressing  for one"],
        ["C9053", "ADD", "Inj", "Injection"],
    ]  # fmt: skip
    old: list[list[Any]] = [
        ["HCPCS/Modifier Code", "Type of Change"],
        [],
        ["C9053", "Something"],
    ]
    problems = Problems("t.xlsx")
    data = write_sheets({"Changes by HCPC": new, "Old": old, "Action Code Key": key})
    report = read_transactions(data, problems)
    assert report.key == {"A": "Add", "N": "No Change"}
    modifier, code = report.sheets["Changes by HCPC"]
    assert (modifier.key, modifier.is_modifier, modifier.action) == (
        "A1", True, ActionCode.NO_MAINTENANCE,
    )  # fmt: skip
    assert (modifier.words, modifier.long_description) == ("No Change", "Dressing for one")
    assert (code.key, code.action, code.short_description) == ("C9053", ActionCode.ADD, "Inj")
    assert [t.action for t in report.sheets["Old"]] == [None]
    (anomaly,) = problems.anomalies
    assert anomaly.found == "Something"


def test_transactions_without_key() -> None:
    data = write_sheets({"S": [["HCPC", "ACTION CD"], ["A0021", "ADD"]]})
    assert read_transactions(data, Problems("t.xlsx")).key == {}


@pytest.mark.parametrize("read", [read_noc_codes, read_corrections, read_transactions])
def test_a_list_that_is_not_there(read: Callable[[bytes, Problems], object]) -> None:
    with pytest.raises(SourceFormatError, match="no sheet has the column heads of a list of"):
        read(write_sheets({"S": [["x"]]}), Problems("x.xlsx"))


def test_lists_are_told_by_their_heads() -> None:
    def found(*heads: str) -> ListKind | None:
        return find_list(Sheet("S", [["title"], [*heads]]))

    assert found("HCPC", "SEQNUM", "RECID", "ACTION CD") is None
    assert found("HCPC", "ACTION CD") is ListKind.TRANSACTIONS
    assert found("CODE ", "Action") is ListKind.CORRECTIONS
    assert found("HCPCS", "LONG  DESCRIPTION", "ADD DATE") is ListKind.NOC
    assert found("", "ACTION") is None


# --- Official files -----------------------------------------------------------------------------


@pytest.mark.official
@pytest.mark.parametrize(
    ("edition", "count"),
    [
        ("2016-january", 206), ("2018-january", 216), ("2019-january", 218),
        ("2020-january", 220), ("2025-january", 234),
    ],
)  # fmt: skip
def test_official_notes(edition: str, count: int) -> None:
    """Formats 6.11, 6.15: numbered without gap, ten deleted, all that are used defined."""
    read = official_files.notes(edition)
    assert [note.number for note in read] == [f"{number:04}" for number in range(1, count + 1)]
    assert sum(note.is_deleted for note in read) == 10
    assert all(note.text and "*" not in note.text for note in read)
    used = {r.processing_note for r in official_files.main(edition)} - {"", "0000"}
    assert used <= {note.number for note in read if not note.is_deleted}


@pytest.mark.official
def test_official_notes_never_changed_but_one() -> None:
    old = {note.number: note.text for note in official_files.notes("2016-january")}
    new = {note.number: note.text for note in official_files.notes("2025-january")}
    assert {number for number, text in old.items() if new[number] != text} == {"0064"}
    assert new["0078"] == "PROGRAM MEMORANDUM AB-99-51, JULY 1999."
    assert new["0234"] == "CMS DOES NOT RECOGNIZE ATHLETIC TRAINERS AS PROVIDERS."


# In 2018 codes, descriptions and dates of the NOC list have slipped against each other in places.
SLIPPED_IN_2018 = {"S9445", "S9446", "T2025", "T5999", "V2199", "V2799", "V5090"}


@pytest.mark.official
@pytest.mark.parametrize(
    ("edition", "entries", "equal", "different_dates"),
    [
        ("2018-january", 145, 140, SLIPPED_IN_2018),
        ("2019-january", 139, 137, set()),
        ("2025-january", 159, 155, {"G1011"}),
    ],
)
def test_official_noc_codes(
    edition: str, entries: int, equal: int, different_dates: set[str]
) -> None:
    records = {r.key: r for r in official_files.main(edition)}
    read, anomalies = official_files.noc(edition)
    assert len(read) == entries
    assert {code.code for code in read} <= set(records)
    assert sum(c.long_description == records[c.code].long_description for c in read) == equal
    other_dates = {
        c.code
        for c in read
        if (c.added_on, c.terminated_on)
        != (records[c.code].added_on, records[c.code].terminated_on)
    }
    assert other_dates == different_dates
    assert [a.found for a in anomalies] == (
        ["Patient education, not otherwise classified, non-physician provider, group, per session"]
        if edition == "2018-january"
        else []
    )


@pytest.mark.official
def test_official_corrections() -> None:
    counts = {
        edition: {
            member: len(read) for member, (read, _) in official_files.corrections(edition).items()
        }
        for edition in ("2018-january", "2019-january", "2025-january")
    }
    assert counts == {
        "2018-january": {
            f"V{n}_HCPC2018_Corrections_ANWEB.xlsx": c
            for n, c in ((1, 24), (2, 28), (3, 30), (4, 28))
        },
        "2019-january": {
            "HCPC2019_Corrections_ALPHA.xlsx": 11,
            "HCPC2019_Corrections_ALPHA_v2.xlsx": 3,
        },
        "2025-january": {"HCPC2025_JAN_ANWEB_Corrections_12172024.xlsx": 46},
    }


@pytest.mark.official
def test_official_corrections_are_tied_to_codes_and_keep_all_cells() -> None:
    records = {r.key for r in official_files.main("2025-january")}
    ((read, anomalies),) = official_files.corrections("2025-january").values()
    assert not anomalies
    assert {c.key for c in read} - records == {"M1389"}
    assert Counter(c.action for c in read if c.action == "Terminate") == {"Terminate": 30}
    assert {c.effective_on for c in read if c.action == "Terminate"} == {date(2025, 1, 1)}
    first, second = official_files.corrections("2019-january").values()
    assert [a.found for a in first[1]] == ["01/0/12019"]
    assert not second[1]
    (udenyca,) = (c for c in first[0] if c.key == "Q5111")
    assert dict(udenyca.cells)["TOS"] == "1,P"
    assert dict(udenyca.cells)["ASC DATE"] == "20190101"


@pytest.mark.official
@pytest.mark.parametrize(
    ("edition", "missing"),
    [
        ("2016-january", {"DA"}), ("2018-january", {"L1"}), ("2019-january", set()),
        ("2020-january", set()), ("2020-april", set()), ("2020-october", set()),
        ("2025-january", set()),
    ],
)  # fmt: skip
def test_official_transactions_say_what_the_action_codes_say(
    edition: str, missing: set[str]
) -> None:
    """Formats 6.11: all codes of the release, with the exceptions named there."""
    actions = {r.key: r.action for r in official_files.main(edition)}
    report, anomalies = official_files.transactions(edition)
    assert not anomalies
    assert len(report.sheets) == 2
    assert sorted(report.key) == sorted(ActionCode)
    for lines in report.sheets.values():
        assert len(lines) == len(actions) - len(missing)
        assert {line.key: line.action for line in lines} == {
            key: action for key, action in actions.items() if key not in missing
        }
