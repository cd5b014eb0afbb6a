"""Telling the files of a release apart by what they hold."""

from __future__ import annotations

import io
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from codesets import hcpcs
from codesets.errors import MissingExtraError, SourceError
from codesets.hcpcs.kinds import Kind, recognize, sort_out
from codesets.problems import AnomalyKind
from codesets.sources import SourceFile, open_sources
from hcpcs import official_files
from hcpcs.test_companions import NOC_HEAD
from hcpcs.test_records import A0021, LT, RELEASE, data, lines
from hcpcs.writer import Shape, write_notes, write_sheets, write_text, write_workbook
from official import official_folder


def file(content: bytes, name: str = "x") -> SourceFile:
    stream = io.BytesIO(content)
    stream.name = name
    (opened,) = open_sources([stream])
    return opened


TEXT, BOOK = write_text(RELEASE), write_workbook(RELEASE)
CORRECTIONS = write_sheets({"Sheet1": [["CODE", "ACTION"], ["A0021", "DELETE"]]})
NOC = write_sheets({"N": [["", "NOC CODES"], NOC_HEAD, ["A0999", "Unlisted", 19870101]]})
TRANSACTIONS = write_sheets({"S": [["HCPC", "ACTION CD"], ["A0021", "ADD"]]})
NOTES = write_notes([("0001", "A NOTE.")])
CPT = b"".join(b"%05d\tAnesthesia %d\r\n" % (100 + n, n) for n in range(9))
CDT = b"".join(b"D%04d Oral evaluation\r\n" % (120 + n) for n in range(9))
LAYOUT = b"\r\n  CMS RIF REPORT\r\n  ***  HCPCS Contractor Record - 2025\r\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TEXT, Kind.TEXT),
        (write_text(RELEASE, Shape(preamble=("x" * 120,) * 80)), Kind.TEXT),
        (write_text(RELEASE, Shape(first_width=293, line_end="\n")), Kind.TEXT),
        (BOOK, Kind.WORKBOOK),
        (NOTES, Kind.NOTES),
        (NOC, Kind.NOC),
        (CORRECTIONS, Kind.CORRECTIONS),
        (TRANSACTIONS, Kind.TRANSACTIONS),
        (LAYOUT, Kind.LAYOUT),
        (CPT, Kind.CPT),
        (write_sheets({"S": [["CODE"], *([99213.0 + n] for n in range(9))]}), Kind.CPT),
        (CDT, Kind.CDT),
        (b"%PDF-1.7", Kind.OTHER),
        (b"", Kind.UNKNOWN),
        (b"00002143380\r\n00002143387\r\n", Kind.UNKNOWN),
        (b"   NOC CODES - HCPCS 2019\r\n\r\n  HCPCS  LONG DESCRIPTION", Kind.OTHER),
        (write_sheets({"S": [["x"]]}), Kind.UNKNOWN),
    ],
)
def test_kinds(content: bytes, kind: Kind) -> None:
    assert recognize(file(content)).kind is kind


def test_names_do_not_matter() -> None:
    found = sort_out([file(TEXT, "proc_notes.txt"), file(NOTES, "HCPC2025_ANWEB.txt")])
    assert found[Kind.TEXT][0].file.member == "proc_notes.txt"
    assert found[Kind.NOTES][0].file.member == "HCPC2025_ANWEB.txt"


def test_equal_copies_count_once_and_corrections_may_be_several() -> None:
    other: list[list[Any]] = [["CODE", "ACTION"], ["LT", "ADD"]]
    found = sort_out(
        [file(TEXT), file(TEXT, "copy"), file(CORRECTIONS), file(write_sheets({"S": other}))]
    )
    assert {kind: len(several) for kind, several in found.items()} == {
        Kind.TEXT: 1,
        Kind.CORRECTIONS: 2,
    }


@pytest.mark.parametrize(
    ("one", "two"),
    [(TEXT, write_text([LT])), (BOOK, write_workbook([LT])), (NOTES, NOTES + b"MORE\r\n")],
)
def test_two_different_files_of_a_kind_are_named(one: bytes, two: bytes) -> None:
    with pytest.raises(SourceError, match=r"a\.zip and b\.zip are both") as caught:
        sort_out(
            [file(TEXT), file(one, "a.zip"), file(two, "b.zip")]
            if one != TEXT
            else [file(one, "a.zip"), file(two, "b.zip")]
        )
    assert caught.value.file == "b.zip"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (CORRECTIONS, "x is a corrections sheet, which lists changes to a release"),
        (NOC, "x is the list of NOC codes"),
        (TRANSACTIONS, "x is the transaction report"),
        (NOTES, "x is the processing notes"),
        (CPT, "x is a list of CPT codes; they are copyright of the American Medical Association"),
        (CDT, "x is a list of CDT codes; they are copyright of the American Dental Association"),
        (b"README", "x is no file that is read"),
        (b"PK\x03\x04 cut", "x: no workbook that can be read"),
        (b"%PDF-1.7", "x: a PDF"),
    ],
)
def test_what_is_no_release_is_told(content: bytes, words: str) -> None:
    alone = SourceFile("x", size=len(content), data=content)
    with pytest.raises(
        SourceError, match=r"none of the files is the HCPCS contractor file"
    ) as caught:
        sort_out([alone])
    assert words in str(caught.value)


def test_nothing_at_all() -> None:
    with pytest.raises(SourceError, match="no file of a HCPCS release"):
        sort_out([])


def test_many_files_are_not_all_told() -> None:
    files = [file(b"%d" % number, f"file{number}") for number in range(7)]
    with pytest.raises(SourceError, match="file4 is no file that is read; and 2 more"):
        sort_out([*files])


def test_a_text_of_cpt_codes_in_the_same_record_goes_to_the_reader_that_refuses_it() -> None:
    assert recognize(file(data(["99213" + lines(A0021)[0][5:]]))).kind is Kind.TEXT


def test_without_the_extra_text_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    found = sort_out([file(TEXT), file(BOOK)])
    assert Kind.WORKBOOK not in found
    assert "extra excel" in str(found[Kind.OTHER][0])
    with pytest.raises(MissingExtraError, match="excel"):
        sort_out([file(BOOK)])


def test_documents_of_other_programs_are_passed_over() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<document/>")
    found = recognize(file(archive.getvalue(), "letter.docx"))
    assert (found.kind, str(found)) == (Kind.UNKNOWN, "letter.docx: no Excel workbook")


@pytest.mark.parametrize("content", [b"Dear colleague,\r\n", b"", write_sheets({"S": [["x"]]})])
def test_what_is_handed_in_by_itself_is_never_dropped_without_a_word(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"letter\.txt is of no known kind") as caught:
        hcpcs.parse(path, io.BytesIO(TEXT))
    assert caught.value.file == "letter.txt"
    release = hcpcs.parse(path, io.BytesIO(TEXT), lenient=True)
    (anomaly,) = release.anomalies
    assert (anomaly.kind, anomaly.place.file) == (AnomalyKind.PASSED_OVER, "letter.txt")
    # In CMS's archives stand READMEs, which are of no known kind either.
    assert not hcpcs.parse(tmp_path, io.BytesIO(TEXT)).anomalies


# --- Official files -----------------------------------------------------------------------------

_MAIN = {Kind.TEXT: 1, Kind.WORKBOOK: 1, Kind.NOTES: 1, Kind.TRANSACTIONS: 1}
_BESIDE = {Kind.LAYOUT: 1, Kind.NOC: 1}
MEMBERS: dict[str, dict[Kind, int]] = {
    "2016-january": {**_MAIN, Kind.LAYOUT: 1, Kind.OTHER: 2, Kind.UNKNOWN: 1},
    "2018-january": {**_MAIN, **_BESIDE, Kind.CORRECTIONS: 4, Kind.OTHER: 7, Kind.UNKNOWN: 2},
    "2019-january": {**_MAIN, **_BESIDE, Kind.CORRECTIONS: 2, Kind.OTHER: 5, Kind.UNKNOWN: 1},
    "2020-january": {**_MAIN, Kind.OTHER: 2, Kind.UNKNOWN: 1},
    "2020-april": {Kind.WORKBOOK: 1, Kind.TRANSACTIONS: 1},
    "2020-october": {Kind.WORKBOOK: 1, Kind.TRANSACTIONS: 1},
    "2025-january": {**_MAIN, **_BESIDE, Kind.CORRECTIONS: 1},
}


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.EDITIONS)
def test_official_kinds(edition: str) -> None:
    found = official_files.files(edition)
    assert {kind: len(several) for kind, several in found.items()} == MEMBERS[edition]


@pytest.mark.official
def test_official_copies_in_text_form_are_told() -> None:
    """All that is passed over is a README or a text copy of a list (2019 has equal copies)."""
    told = Counter(
        "README" in entry.file.member if kind is Kind.UNKNOWN else "text copy" in entry.why
        for edition in official_files.EDITIONS
        for kind in (Kind.OTHER, Kind.UNKNOWN)
        for entry in official_files.files(edition).get(kind, ())
    )
    assert set(told) == {True}


@pytest.mark.official
def test_official_corrections_handed_in_alone() -> None:
    name = "2019-HCPCS-Alpha-Numeric-Corrections.zip"
    with pytest.raises(SourceError, match=r"_ALPHA\.xlsx is a corrections sheet, which lists"):
        sort_out(open_sources([official_folder("hcpcs", "2019-january") / name]))
