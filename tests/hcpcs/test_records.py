"""The text form of the contractor file."""

from __future__ import annotations

import gc
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from codesets.errors import SourceFormatError
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import ActionCode, CoverageCode
from codesets.hcpcs.records import read_records
from codesets.problems import AnomalyKind, Problems
from hcpcs import official_files
from hcpcs.strategies import releases, shapes, unhurried
from hcpcs.writer import Shape, detail_columns, leading_columns, text_lines, write_text

A0021 = HcpcsRecord(
    key="A0021",
    is_modifier=False,
    long_description="Ambulance service, outside state per mile, transport (medicaid only)",
    short_description="Outside state ambulance serv",
    pricing_indicators=("00",),
    multiple_pricing_indicator="9",
    coverage_issues_manual=(),
    carriers_manual=(),
    statute="",
    lab_certifications=(),
    cross_references=("A0030",),
    coverage=CoverageCode.NOT_PAYABLE,
    asc_group="",
    asc_effective_on=None,
    mog_group="",
    mog_policy_indicator="",
    mog_effective_on=None,
    processing_note="0088",
    betos="O1A",
    types_of_service=("D", "9"),
    anesthesia_base_units=0,
    added_on=date(1982, 1, 1),
    action_effective_on=date(1992, 1, 1),
    terminated_on=None,
    action=ActionCode.NO_MAINTENANCE,
)
LONG = evolve(
    A0021, key="A0100", long_description="word " * 40 + "end", terminated_on=date(2024, 12, 31)
)
LT = evolve(
    A0021,
    key="LT",
    is_modifier=True,
    long_description="Left side",
    pricing_indicators=(),
    multiple_pricing_indicator="",
    cross_references=(),
    types_of_service=(),
    betos="",
    processing_note="",
    anesthesia_base_units=None,
)
RELEASE = (LT, A0021, LONG)


def read(data: bytes, *, lenient: bool = False) -> tuple[HcpcsRecord, ...]:
    return read_records(data, Problems("x.txt", lenient))


def lines(*records: HcpcsRecord) -> list[str]:
    return [line for record in records or RELEASE for line in text_lines(record, Shape())]


def data(rows: list[str]) -> bytes:
    return "".join(row + "\r\n" for row in rows).encode("cp1252")


def put(line: str, column: int, text: str) -> str:
    """`line` with `text` from `column` (from 1) on."""
    return line[: column - 1] + text + line[column - 1 + len(text) :]


@given(releases(), shapes)
@unhurried
def test_written_then_read_back_equal(release: tuple[HcpcsRecord, ...], shape: Shape) -> None:
    problems = Problems("x.txt")
    assert read_records(write_text(release, shape), problems) == release
    assert [a.found for a in problems.anomalies] == ["\x1a"] * shape.closing.count("\x1a")


@given(releases(most=3), st.data())
@unhurried
def test_damaged_text_gives_an_error_of_ours_or_records(
    release: tuple[HcpcsRecord, ...], draw: st.DataObject
) -> None:
    whole = write_text(release)
    at = draw.draw(st.integers(0, len(whole)))
    end = draw.draw(st.integers(at, min(len(whole), at + 700)))
    damaged = whole[:at] + draw.draw(st.binary(max_size=20)) + whole[end:]
    for lenient in (False, True):
        try:
            records = read(damaged, lenient=lenient)
        except SourceFormatError:
            continue
        assert len({(r.key, r.is_modifier) for r in records}) == len(records)


@given(st.binary())
def test_any_bytes_give_an_error_of_ours(content: bytes) -> None:
    with pytest.raises(SourceFormatError):
        read(content, lenient=True)


def test_line_is_where_the_record_begins() -> None:
    shape = Shape(preamble=("***Disclaimers", ""))
    assert [r.line for r in read(write_text(RELEASE, shape))] == [3, 4, 5]


def test_line_is_no_part_of_equality() -> None:
    assert evolve(A0021, line=9) == A0021
    assert hash(evolve(A0021, line=9)) == hash(A0021)


def test_lf_copies_are_read_and_listed() -> None:
    problems = Problems("x.txt")
    assert read_records(write_text(RELEASE, Shape(line_end="\n")), problems) == RELEASE
    assert [a.kind for a in problems.anomalies] == [AnomalyKind.LINE_ENDS]


def test_lines_that_ended_in_both_ways() -> None:
    mixed = data(lines()).replace(b"\r\n", b"\n", 1)
    assert read(mixed) == RELEASE


def test_utf8_copies_are_read_and_listed() -> None:
    problems = Problems("x.txt")
    preamble = Shape(preamble=("CMS’ note",))
    copy = b"\xef\xbb\xbf" + write_text(RELEASE, preamble).decode("cp1252").encode()
    assert read_records(copy, problems) == RELEASE
    assert [a.kind for a in problems.anomalies] == [AnomalyKind.BYTE_ORDER_MARK]


def test_characters_outside_ascii_in_a_record_are_listed() -> None:
    problems = Problems("x.txt")
    record = evolve(A0021, long_description="Riboflavin 5’-phosphate")
    assert read_records(write_text([record]), problems) == (record,)
    (anomaly,) = problems.anomalies
    assert (anomaly.kind, anomaly.place.line) == (AnomalyKind.NON_ASCII, 1)


def test_bytes_of_no_code_page() -> None:
    broken = data(lines()).replace(b"Left", b"Lef\x81")
    with pytest.raises(SourceFormatError, match="line 1: byte 0x81"):
        read(broken)
    assert read(broken, lenient=True)[0].long_description == "Lef\ufffd side"


def test_runs_of_blanks_are_collapsed_and_kept_in_the_anomaly() -> None:
    problems = Problems("x.txt")
    (record,) = read_records(data([put(lines(A0021)[0], 12, "Ambulance  se")]), problems)
    assert record.long_description.startswith("Ambulance se")
    (anomaly,) = problems.anomalies
    assert anomaly.kind is AnomalyKind.BLANKS
    assert anomaly.found.startswith("Ambulance  se")


def test_a_blank_before_a_continuation_makes_no_double_blank() -> None:
    rows = lines(LONG)
    rows[1] = put(rows[1], 12, " " + rows[1][11:90])
    problems = Problems("x.txt")
    assert read_records(data(rows), problems) == (LONG,)
    assert not problems.anomalies


def test_a_blank_line_among_the_records_is_listed() -> None:
    problems = Problems("x.txt")
    rows = lines()
    assert read_records(data([*rows[:1], "", *rows[1:], "", " " * 300]), problems) == RELEASE
    assert [(a.kind, a.place.line) for a in problems.anomalies] == [(AnomalyKind.BLANKS, 2)]


def test_collection_is_restored() -> None:
    assert gc.isenabled()
    with pytest.raises(SourceFormatError):
        read(b"nothing")
    assert gc.isenabled()
    gc.disable()
    try:
        read(data(lines()))
        assert not gc.isenabled()
    finally:
        gc.enable()


# --- Odd values, kept ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "columns", "attribute", "value", "unread"),
    [
        # The five slipped ASC fields of 2018: the date without YY.
        (231, "20170401  ", "asc_effective_on", None, ("asc_effective_on", "170401")),
        (231, "20170401  ", "asc_group", "20", None),
        (120, "58", "pricing_indicators", ("58",), None),
        (257, "01L", "betos", "01L", None),
        (230, "X", "coverage", None, ("coverage", "X")),
        (266, "00A", "anesthesia_base_units", None, ("anesthesia_base_units", "00A")),
        (266, "002", "anesthesia_base_units", 2, ("anesthesia_base_units", "002")),
        (205, "     A0100", "cross_references", ("A0100",), ("cross_references", "     A0100")),
        (260, "?", "types_of_service", ("D", "9"), ("filler_24", "?")),
        (300, "??", "action", ActionCode.NO_MAINTENANCE, ("filler_31", "      ??")),
        (245, "20160230", "mog_effective_on", None, ("mog_effective_on", "20160230")),
    ],
)
def test_odd_values_are_kept_as_they_stand(
    column: int, columns: str, attribute: str, value: Any, unread: tuple[str, str] | None
) -> None:
    problems = Problems("x.txt")
    line = put(lines(A0021)[0], column, columns)
    (record,) = read_records(data([line]), problems)
    assert getattr(record, attribute) == value
    assert unread is None or unread in record.unread
    assert leading_columns(record) + line[11:91] + detail_columns(record) == line
    if columns != "002":
        (anomaly,) = problems.anomalies
        assert anomaly.kind is AnomalyKind.UNEXPECTED_VALUE
        assert anomaly.place.line == 1
        assert columns.split()[0][-2:] in anomaly.found


@pytest.mark.parametrize("column", [12, 92])
def test_a_missing_description_is_listed(column: int) -> None:
    problems = Problems("x.txt")
    read_records(data([put(lines(A0021)[0], column, " " * (80 if column == 12 else 28))]), problems)
    assert [a.kind for a in problems.anomalies] == [AnomalyKind.MISSING_PART]


# --- Bad input ----------------------------------------------------------------------------------

FIRST, SECOND, THIRD = lines()[:3]
BAD: dict[str, tuple[list[str], int, str, list[str]]] = {
    # name: lines, number of the line at fault, words of the error, keys for a lenient reader
    "out of sequence": ([THIRD, SECOND], 2, "out of sequence, after A0100", ["A0100", "A0021"]),
    "modifier after code": ([SECOND, FIRST], 2, "out of sequence", ["A0021", "LT"]),
    "continuation alone": ([SECOND, *lines(LONG)[1:2]], 2, "without its first line", ["A0021"]),
    "continuation first": (
        [lines(LONG)[1], SECOND], 1, "A0100: a continuation line without", ["A0021"],
    ),
    "unknown action": ([put(SECOND, 293, "Z")], 1, "unknown action code 'Z'", ["A0021"]),
    "no action": ([put(SECOND, 293, " ")], 1, "unknown action code ' '", ["A0021"]),
    "added date": ([put(SECOND, 269, "20230229")], 1, "Added Date '20230229'", ["A0021"]),
    "no added date": ([put(SECOND, 269, " " * 8)], 1, "Added Date ''", ["A0021"]),
    "action date": ([put(SECOND, 277, "0" * 8)], 1, "Action Effective Date '0", ["A0021"]),
    "termination date": ([put(SECOND, 285, "2023123")], 1, "Termination Date", ["A0021"]),
    "too long": ([SECOND + " "], 1, "a line of 321 columns", ["A0021"]),
    "too short": ([SECOND[:292]], 1, "a line of 292 columns", ["A0021"]),
    "continuation cut": ([*lines(LONG)[:1], lines(LONG)[1][:11]], 2, "11 columns", ["A0100"]),
    "twice": ([SECOND, SECOND], 2, "A0021: this key stands twice", ["A0021"]),
    "twice with lines": ([*lines(LONG), *lines(LONG)], 4, "stands twice", ["A0100"]),
    "number of a first line": ([put(SECOND, 6, "00200")], 1, "number 00200 where 00100", ["A0021"]),
    "number left out": (
        [lines(LONG)[0], *lines(LONG)[2:]], 2, "number 00300 where 00200", ["A0100"],
    ),
    "code as modifier": ([put(SECOND, 11, "7")], 1, "identification code 7 on A0021", ["A0021"]),
    "mixed kinds": (
        [lines(LONG)[0], put(lines(LONG)[1], 11, "8")], 2, "code 8 continues 3", ["A0100"],
    ),
    "details": (
        [lines(LONG)[0], put(lines(LONG)[1].ljust(320), 293, "N")], 2, "has details", ["A0100"],
    ),
    "no record": ([SECOND, "A footnote."], 2, "no record: 'A footnote.'", ["A0021"]),
    "unknown kind": ([SECOND, put(THIRD, 11, "5")], 2, "is no record", ["A0021"]),
    "broken in front": (["a0021" + SECOND[5:], THIRD], 1, "is no record", ["A0100"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_names_the_line_and_lenient_reads_on(name: str) -> None:
    rows, line, words, keys = BAD[name]
    with pytest.raises(SourceFormatError, match=re.escape(words)) as caught:
        read(data(rows))
    assert (caught.value.line, caught.value.file) == (line, "x.txt")
    problems = Problems("x.txt", lenient=True)
    assert [r.key for r in read_records(data(rows), problems)] == keys
    lost = [a for a in problems.anomalies if a.kind is AnomalyKind.LOST]
    assert lost
    assert lost[0].place.line == line


def test_lenient_keeps_what_it_can() -> None:
    rows = [put(put(SECOND, 293, "Z"), 285, "20231301")]
    (record,) = read(data(rows), lenient=True)
    assert (record.action, record.terminated_on) == (None, None)
    assert dict(record.unread) == {"action": "Z", "terminated_on": "20231301"}
    assert detail_columns(record) == rows[0][91:]


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        ("99213", "American Medical Association"),
        ("0159T", "American Medical Association"),
        ("   25", "American Medical Association"),
        ("D0120", "American Dental Association"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_codes_of_other_owners_are_refused(key: str, owner: str, lenient: bool) -> None:
    rows = [lines(LT)[0], key + "00100" + ("7" if key.startswith(" ") else "3") + SECOND[11:]]
    with pytest.raises(SourceFormatError, match=f"line 2: {key.strip()} is no.*{owner}"):
        read(data(rows), lenient=lenient)


@pytest.mark.parametrize("content", [b"", b"\r\n", b"A0021 Ambulance service\r\n"])
def test_no_record_at_all(content: bytes) -> None:
    with pytest.raises(SourceFormatError, match="holds no record"):
        read(content, lenient=True)


# --- Official files -----------------------------------------------------------------------------

# Formats 6.2: lines, records of codes and modifiers, continuation lines of both, preamble lines.
LINES = {
    "2016-january": (5956, 337, 3906, 117, 0),
    "2018-january": (6205, 354, 4272, 154, 11),
    "2019-january": (6440, 360, 4656, 166, 8),
    "2020-january": (6710, 369, 5100, 180, 9),
    "2025-january": (8259, 383, 6865, 193, 0),
}
# Formats 6.7 and 6.15: live codes, live modifiers, terminated codes, terminated modifiers, then
# coverage C D I M S, ASC YY, XREF, PROCNOTE, STATUTE, CIM1, MCM1.
COUNTS = {
    "2016-january": (5507, 334, 449, 3, 3333, 1847, 893, 104, 116, 383, 89, 740, 431, 493, 1074),
    "2018-january": (5745, 348, 460, 6, 3596, 1875, 867, 104, 117, 412, 120, 754, 448, 496, 1075),
    "2019-january": (5934, 351, 506, 9, 3774, 1928, 867, 105, 126, 452, 152, 766, 486, 500, 1086),
    "2020-january": (6105, 359, 605, 10, 4024, 1956, 867, 106, 126, 493, 162, 768, 512, 500, 1088),
    "2020-april": (6122, 359, 606, 10, 4038, 1960, 867, 106, 126, 493, 162, 768, 516, 500, 1088),
    "2020-october": (6206, 361, 619, 10, 4110, 1984, 870, 106, 126, 493, 172, 768, 540, 500, 1088),
    "2025-january": (7114, 363, 1145, 20, 5301, 2200, 895, 98, 148, 747, 208, 835, 697, 503, 1145),
}  # fmt: skip
# A B C D F N P R S T
ACTIONS = {
    "2016-january": (236, 0, 44, 88, 2, 5894, 28, 0, 0, 1),
    "2018-january": (152, 0, 50, 40, 2, 6232, 64, 0, 19, 0),
    "2019-january": (228, 1, 94, 49, 1, 6372, 47, 0, 8, 0),
    "2020-january": (250, 0, 70, 99, 0, 6648, 10, 0, 2, 0),
    "2020-april": (18, 0, 4, 1, 0, 7074, 0, 0, 0, 0),
    "2020-october": (38, 0, 7, 4, 2, 7145, 0, 0, 0, 0),
    "2025-january": (168, 0, 57, 91, 0, 8321, 2, 0, 2, 1),
}
# Codes whose description has runs of blanks: joined lines against collapsed (6.4, 6.15).
BLANKS = {
    "2016-january": 32,
    "2018-january": 35,
    "2019-january": 66,
    "2020-january": 74,
    "2025-january": 97,
}


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.WITH_TEXT)
def test_official_lines(edition: str) -> None:
    records, _ = official_files.text(edition)
    text = official_files.text_bytes(edition).decode("cp1252")
    codes, modifiers, more_of_codes, more_of_modifiers, preamble = LINES[edition]
    assert Counter(r.is_modifier for r in records) == {False: codes, True: modifiers}
    assert records[0].line == preamble + 1
    kinds = Counter(line[10] for line in text.split("\r\n")[preamble:] if line.strip())
    assert kinds == dict(
        zip("3478", (codes, more_of_codes, modifiers, more_of_modifiers), strict=True)
    )


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.EDITIONS)
def test_official_counts(edition: str) -> None:
    records = official_files.main(edition)
    live = Counter((r.terminated_on is None, r.is_modifier) for r in records)
    coverage = Counter(r.coverage for r in records)
    counted = (
        *(live[key] for key in ((True, False), (True, True), (False, False), (False, True))),
        *(coverage[CoverageCode(token)] for token in "CDIMS"),
        sum(r.asc_group == "YY" for r in records),
        sum(bool(r.cross_references) for r in records),
        sum(bool(r.processing_note) for r in records),
        sum(bool(r.statute) for r in records),
        sum(bool(r.coverage_issues_manual) for r in records),
        sum(bool(r.carriers_manual) for r in records),
    )
    assert counted == COUNTS[edition]
    actions = Counter(r.action for r in records)
    assert tuple(actions[ActionCode(token)] for token in "ABCDFNPRST") == ACTIONS[edition]
    assert None not in coverage
    assert None not in actions


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.WITH_TEXT)
def test_official_columns_are_rebuilt_byte_for_byte(edition: str) -> None:
    records, _ = official_files.text(edition)
    rows = official_files.text_bytes(edition).decode("cp1252").split("\r\n")
    ends = [record.line for record in records[1:]] + [len(rows) + 1]
    for record, end in zip(records, ends, strict=True):
        mine = [row for row in rows[record.line - 1 : end - 1] if row.strip()]
        first = mine[0].ljust(320)
        assert first[:11] + first[91:] == leading_columns(record) + detail_columns(record)
        for number, row in enumerate(mine[1:], 2):
            assert row[:11] == leading_columns(record, number)
            assert not row[91:].strip()
        assert [word for row in mine for word in row[11:91].split()] == (
            record.long_description.split(" ")
        )


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.WITH_TEXT)
def test_official_anomalies_are_the_known_ones(edition: str) -> None:
    _, anomalies = official_files.text(edition)
    kinds = Counter(a.kind for a in anomalies)
    slipped = [a.place.path for a in anomalies if a.kind is AnomalyKind.UNEXPECTED_VALUE]
    assert slipped == (
        ["C9488", "C9745", "C9746", "C9747", "C9748"] if edition == "2018-january" else []
    )
    assert kinds.total() == BLANKS[edition] + len(slipped)
    assert kinds[AnomalyKind.BLANKS] == BLANKS[edition]


@pytest.mark.official
def test_official_slipped_asc_fields_of_2018_are_kept() -> None:
    records = {r.key: r for r in official_files.text("2018-january")[0]}
    slipped = {key: r.unread for key, r in records.items() if r.unread}
    assert slipped == {
        "C9488": (("asc_effective_on", "170401"),),
        "C9745": (("asc_effective_on", "170701"),),
        "C9746": (("asc_effective_on", "170701"),),
        "C9747": (("asc_effective_on", "170701"),),
        "C9748": (("asc_effective_on", "180101"),),
    }
    assert {records[key].asc_group for key in slipped} == {"20"}
    assert {records[key].asc_effective_on for key in slipped} == {None}


@pytest.mark.official
def test_official_record_whole() -> None:
    (record,) = (r for r in official_files.text("2025-january")[0] if r.key == "A6520")
    assert record.pricing_indicators == ("40",)
    assert record.betos == "O1L"
    assert record.types_of_service == ("S",)
    assert record.coverage is CoverageCode.CARRIER_JUDGMENT
    assert record.added_on == date(2024, 1, 1)


@pytest.mark.official
def test_official_longest_descriptions_of_2025() -> None:
    records = {r.key: r for r in official_files.text("2025-january")[0]}
    lengths = {
        key: len(records[key].long_description) for key in ("G0556", "G0558", "G0557", "G0019")
    }
    assert lengths == {"G0556": 4492, "G0558": 4484, "G0557": 4443, "G0019": 3398}
    assert records["G0503"].long_description.endswith(
        "other treatment goals and are prepared for discharge from active treatment"
    )


@pytest.mark.official
def test_official_values_are_all_in_the_official_lists() -> None:
    """Formats 6.7, 6.15: values outside the lists: none but the slipped ASC group."""
    records = [r for edition in official_files.EDITIONS for r in official_files.main(edition)]
    assert {r.asc_group for r in records} == {"", "YY", "20"}
    assert {r.anesthesia_base_units for r in records if not r.is_modifier} == {0}
    assert {r.mog_group + r.mog_policy_indicator for r in records} == {""}
    assert {len(r.coverage_issues_manual) for r in records} == {0, 1, 2}
    assert all(
        r.pricing_indicators and r.betos and r.types_of_service
        for r in records
        if not r.is_modifier
    )
    assert {r.multiple_pricing_indicator for r in records if not r.is_modifier} == {"9", "A", "C"}
