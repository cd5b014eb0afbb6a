"""The addenda: what the publisher announces, against what the releases show."""

from __future__ import annotations

import io
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import codesets
from codesets import editions, icd10cm
from codesets.diff import rebuild
from codesets.errors import ComparisonError, SourceError, SourceFormatError
from codesets.icd10cm.addenda import Addenda, Announced, read_addenda
from codesets.icd10cm.kinds import kind_of
from codesets.icd10cm.layout import Kind
from codesets.sources import open_sources
from icd10cm.official.releases import path
from official import official_folder, official_root
from timeline.conftest import Order, order_file

ARCHIVES = {
    "2013": "ICD10CMOrderFiles_2013.zip",
    "2014": "2014-icd10-code-descriptions.zip",
    "2016": "2016-code-descriptions-in-tabular-order.zip",
    "2017": "2017-icd10-code-descriptions.zip",
    "2018": "2018-icd-10-code-descriptions.zip",
    "2019": "2019-icd-10-cm-code-descriptions.zip",
    "2020": "2020-icd-10-cm-codes.zip",
    "2021": "loose.zip",
    "2021-january": "icd10cm-codes-order-Jan-2021.zip",
    "2022": "Code Descriptions zip.zip",
    "2022-april": "2022-code-descriptions-tabular-order-updated-02012022.zip",
    "2023": "icd10-Order-CodeFiles2023.zip",
    "2024": "icd10cm-CodesDescriptions-2024.zip",
    "2024-april": "icd10cm-Codes-Descriptions-April-2024.zip",
    "2025": "2025-code-descriptions-tabular-order.zip",
    "2025-april": "Code-desciptions-April-2025.zip",
    "2026": "2026-code-descriptions-tabular-order.zip",
}

# Formats page 3.3: base of each, and the title edits that it does not announce.
SILENT: dict[tuple[str, str], set[str]] = {
    ("2016", "2017"): {"T46.4X", "T50.A2"},
    ("2017", "2018"): {
        *("H35.3113", "H35.3114", "H35.3123", "H35.3124", "H35.3133", "H35.3134", "H35.3193"),
        *("H35.3194", "P03.810", "P03.819", "R93.41", "Z05.7"),
    },
    ("2018", "2019"): set(),
    ("2019", "2020"): set(),
    ("2020", "2021"): set(),
    ("2020", "2021-january"): set(),
    ("2021-january", "2022"): {"Z68.30", "Z68.41"},
    ("2022", "2022-april"): set(),
    ("2022-april", "2023"): set(),
    ("2024", "2024-april"): set(),
    ("2024", "2025"): set(),
    ("2025", "2025-april"): set(),
    ("2025", "2026"): set(),
}
# Short titles and headers are in the order addenda alone.
IN_CODES_ADDENDA = {"Z68.30", "Z68.41"}


@cache
def addenda(edition: str, kind: Kind | None = None) -> Addenda:
    return read_addenda(path(f"{edition}/{ARCHIVES[edition]}"), kind=kind)


@pytest.mark.official
@pytest.mark.parametrize("edition", ARCHIVES)
def test_entries_are_as_many_as_stated(edition: str) -> None:
    assert addenda(edition).disagreements == ()
    assert len(addenda(edition)) or edition in ("2016", "2024-april", "2025-april")


@pytest.mark.official
@pytest.mark.parametrize("edition", ARCHIVES)
def test_they_start_from_the_edition_that_the_calendar_says(edition: str) -> None:
    """By the rows that they state for the file before: January 2021 counts from 2020, not 2021."""
    base = editions.base_of(editions.edition("icd10cm", edition))
    counts = editions.published_counts(base) if base is not None else None
    assert counts is not None
    assert addenda(edition).codes.before in (counts.billable, None)


@pytest.mark.official
@pytest.mark.parametrize(("old", "new"), SILENT)
def test_they_agree_with_what_is_found(whole_shelf: Path, old: str, new: str) -> None:
    before, after = (
        icd10cm.load_path(whole_shelf / f"icd10cm-{name}.codeset") for name in (old, new)
    )
    diff = codesets.compare(before, after)
    for kind, silent in (
        (Kind.ORDER_ADDENDA, SILENT[old, new]),
        (Kind.CODES_ADDENDA, SILENT[old, new] & IN_CODES_ADDENDA),
    ):
        announced = addenda(new, kind)
        found = diff.reconcile(announced)
        assert found.announced_only == ()
        assert {each.code for each in found.found_only} == silent
        assert found.agreed == len(announced)
        assert bool(found) is not bool(silent)


@pytest.mark.official
def test_april_2023_backward(whole_shelf: Path) -> None:
    later = icd10cm.load_path(whole_shelf / "icd10cm-2024.codeset")
    made = rebuild(later, addenda("2024"), "2023-april", backward=True)
    assert (len(made), made.counts["billable"]) == (96_795, 73_674)
    assert made.edition.name == "2023-april"
    (source,) = made.provenance
    assert source.file == "rebuilt from 2024 and icd10cm-order-addenda-2024.txt, backward"
    # And on again: the same codes, flags and titles.
    again = codesets.compare(made, later)
    assert again.reconcile(addenda("2024")).announced_only == ()


@pytest.mark.official
@pytest.mark.parametrize(("old", "new", "elsewhere"), [("2020", "2021", 11), ("2024", "2025", 0)])
def test_replayed_forward(whole_shelf: Path, old: str, new: str, elsewhere: int) -> None:
    """Codes, flags and titles of the next order file; so many stand in other places."""
    before, after = (
        icd10cm.load_path(whole_shelf / f"icd10cm-{name}.codeset") for name in (old, new)
    )
    made = rebuild(before, addenda(new), new)
    assert codesets.compare(made, after).counts == ({"resequenced": elsewhere} if elsewhere else {})


@pytest.mark.official
def test_of_another_base_nothing_is_made(whole_shelf: Path) -> None:
    base = icd10cm.load_path(whole_shelf / "icd10cm-2019.codeset")
    with pytest.raises(ComparisonError, match="does not start from 2019: "):
        rebuild(base, addenda("2025"), "2025")
    with pytest.raises(ComparisonError, match="order addenda are wanted"):
        rebuild(base, addenda("2025", Kind.CODES_ADDENDA), "2025")


@pytest.mark.official
def test_every_official_file_is_read_whole() -> None:
    """All that the publisher ever wrote so, copies and both kinds: none ends early or disagrees."""
    kinds: Counter[Kind] = Counter()
    for archive in sorted((official_root() / "icd10cm").glob("*/*.zip")):
        for file in open_sources([archive]):
            if (kind := kind_of(file)) in (Kind.ORDER_ADDENDA, Kind.CODES_ADDENDA, Kind.DIFF):
                read = read_addenda(io.BytesIO(file.read()))
                kinds[kind] += 1
                assert read.disagreements == ()
                entries = re.findall(
                    rb"(?m)^(?:Add:|Delete:|Revise to:|[ADN] (?=[A-Z]))", file.read()
                )
                assert len(read) == len(entries)
    assert kinds == {Kind.ORDER_ADDENDA: 18, Kind.CODES_ADDENDA: 19, Kind.DIFF: 2}


@pytest.mark.official
def test_no_addenda() -> None:
    with pytest.raises(SourceError, match="no addenda among"):
        read_addenda(official_folder("hcpcs", "2020-april"))


# Small files written for the purpose.

BEFORE: Order = {
    "A00": (False, "Fever"),
    "A001": (True, "Blue fever"),
    "A002": (True, "Ague"),
    "C43": (True, "Late fever"),
    "C4A": (True, "Odd fever"),
    "C44": (True, "Later fever"),
}
ENTRIES = [
    ("Delete:", 1, "A001", "Blue fever"),
    ("Add:", 0, "A001", "Blue fever"),
    ("Add:", 1, "A0010", "Deep blue fever"),
    ("Revise from:", 1, "A002", "Ague"),
    ("Revise to:", 1, "A002", "Mild ague"),
    ("Delete:", 1, "C44", "Later fever"),
    ("Add:", 1, "A01", "Other fever"),
]
TOTALS = """
Headers
  1 headers in a.txt
  2 headers in b.txt
  1 additions
  0 deletions
  0 revisions
of which
  0 revisions to both long and short titles
  0 revisions to long title only
  0 revisions to short title only

Codes
  5 codes in a.txt
  5 codes in b.txt
  2 additions
  2 deletions
  1 revisions
of which
  1 revisions to both long and short titles
  0 revisions to long title only
  0 revisions to short title only
"""


def written(entries: list[tuple[str, int, str, str]], totals: str = TOTALS) -> io.BytesIO:
    lines = [
        f"{label:13}{flag} {code:7} {title:60} {title}" for label, flag, code, title in entries
    ]
    stream = io.BytesIO("\r\n".join([*lines, *totals.split("\n")]).encode("ascii"))
    stream.name = "addenda.txt"
    return stream


@pytest.fixture(scope="module")
def base() -> icd10cm.Icd10cmRelease:
    stream = io.BytesIO(order_file(BEFORE))
    stream.name = "order.txt"
    return icd10cm.parse(stream, edition="2018")


def test_small_addenda(base: icd10cm.Icd10cmRelease) -> None:
    read = read_addenda(written(ENTRIES))
    assert read.disagreements == ()
    assert [str(each.kind) for each in read] == [
        *("deleted", "added", "added", "revised", "deleted", "added")
    ]
    revised = next(each for each in read if each.kind is Announced.REVISED)
    assert (revised.before_long, revised.long, revised.line) == ("Ague", "Mild ague", 5)
    made = rebuild(base, read, "2019")
    assert list(made) == ["A00", "A00.1", "A00.10", "A00.2", "A01", "C43", "C4A"]
    assert codesets.compare(base, made).reconcile(read)
    back = rebuild(made, read, "2018", backward=True)
    # C4A stands between C43 and C44: where a code that is put in belongs, no addenda say.
    assert set(codesets.compare(back, base).counts) <= {"resequenced"}


def test_what_was_not_announced(base: icd10cm.Icd10cmRelease) -> None:
    made = rebuild(base, read_addenda(written(ENTRIES)), "2019")
    less = read_addenda(written(ENTRIES[:5]))
    found = codesets.compare(base, made).reconcile(less)
    assert [(str(each.kind), each.code) for each in found.found_only] == [
        ("added", "A01"),
        ("deleted", "C44"),
    ]
    assert found.to_dict()["agreed"] == 4
    more = read_addenda(written([*ENTRIES, ("Add:", 1, "B99", "Old fever")]))
    assert [each.code for each in codesets.compare(base, made).reconcile(more).announced_only] == [
        "B99"
    ]
    assert more.disagreements == ("codes: 2 additions stated, 3 there",)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("Revise from:", 1, "A002", "Ague")], "a revision without its other half"),
        ([("Revise to:", 1, "A002", "Ague")], "a revision without its other half"),
        (
            [("Revise from:", 1, "A002", "Ague"), ("Revise to:", 1, "A001", "Ague")],
            "a revision of A002",
        ),
        ([ENTRIES[0], ("Change:", 1, "A002", "Ague")], "no record of the order addenda"),
    ],
)
def test_broken_addenda(entries: list[tuple[str, int, str, str]], said: str) -> None:
    with pytest.raises(SourceFormatError, match=said) as caught:
        read_addenda(written(entries))
    assert caught.value.file == "addenda.txt"


END = TOTALS.strip("\n").split("\n")


def lines_of(file: io.BytesIO) -> list[bytes]:
    return file.getvalue().split(b"\r\n")


def joined(lines: list[bytes]) -> io.BytesIO:
    stream = io.BytesIO(b"\r\n".join(lines))
    stream.name = "addenda.txt"
    return stream


@pytest.mark.parametrize("blank", [b"", b"   "])
@pytest.mark.parametrize("place", [1, 3, 6])
def test_an_empty_line_among_the_entries_loses_none(blank: bytes, place: int) -> None:
    lines = lines_of(written(ENTRIES))
    lines.insert(place, blank)
    with pytest.raises(SourceFormatError, match="whose entries end before: ") as caught:
        read_addenda(joined(lines))
    assert (caught.value.file, caught.value.line) == ("addenda.txt", place + 2)


@pytest.mark.parametrize("place", range(len(END)))
def test_an_entry_among_the_totals_is_not_passed_over(place: int) -> None:
    lines = lines_of(written(ENTRIES))
    first = lines.index(b"Headers")
    lines.insert(first + place + 1, lines[0])
    with pytest.raises(SourceFormatError, match="no total of the order addenda") as caught:
        read_addenda(joined(lines))
    assert caught.value.line == first + place + 2


STATED = [place for place, line in enumerate(END) if line.startswith(" ")]


@pytest.mark.parametrize("place", STATED)
def test_totals_are_all_read(place: int) -> None:
    """Each is told where it is missing, or other than the entries, and refused where it is none."""
    lines = lines_of(written(ENTRIES))
    at = lines.index(b"Headers") + place
    missing = read_addenda(joined([*lines[:at], *lines[at + 1 :]])).disagreements
    assert len(missing) == 1
    assert ": not stated: " in missing[0]
    other = lines[at].replace(lines[at].split()[0], b"77")
    disagreements = read_addenda(joined([*lines[:at], other, *lines[at + 1 :]])).disagreements
    assert any("77" in each for each in disagreements)
    with pytest.raises(SourceFormatError, match=r"no total|stated twice"):
        read_addenda(joined([*lines[: at + 1], lines[at].replace(b"s", b"z"), *lines[at + 1 :]]))
    with pytest.raises(SourceFormatError, match="stated twice"):
        read_addenda(joined([*lines[: at + 1], *lines[at:]]))


def test_addenda_cut_before_their_totals_say_so(base: icd10cm.Icd10cmRelease) -> None:
    cut = read_addenda(written(ENTRIES, ""))
    assert [each.split(", ")[0] for each in cut.disagreements] == [
        "headers: not stated: rows before",
        "codes: not stated: rows before",
    ]
    made = rebuild(base, read_addenda(written(ENTRIES)), "2019")
    found = codesets.compare(base, made).reconcile(cut)
    assert not found
    assert found.disagreements == cut.disagreements == tuple(found.to_dict()["disagreements"])
    assert repr(found).endswith("2 disagreements>")


def test_addenda_cut_in_a_line_are_refused() -> None:
    whole = written(ENTRIES).getvalue()
    for end in (len(whole) - 1, whole.index(b"Mild ague") + 4):
        with pytest.raises(SourceFormatError, match="the file ends inside a line") as caught:
            read_addenda(io.BytesIO(whole[:end]))
        assert caught.value.line == whole[:end].count(b"\n") + 1


def test_a_line_ends_at_a_line_end_only() -> None:
    """Bytes that Unicode would take for line ends are characters of a title."""
    lines = lines_of(written(ENTRIES))
    lines[2] = lines[2].replace(b"Deep blue", b"Deep\x1cblu\x85")
    added = read_addenda(joined(lines)).announcements[2]
    assert (added.code, added.long) == ("A00.10", "Deep\x1cblu… fever")


def test_a_diff_file_states_all_or_nothing() -> None:
    entries = "D A001    Blue fever\r\nO A002    Ague\r\nN A002    Mild ague\r\n"
    totals = "  6 old_lines_read\r\n  5 new_lines_read\r\n  0 additions\r\n  1 deletions\r\n"
    assert read_addenda(io.BytesIO(entries.encode())).disagreements == ()
    some = read_addenda(io.BytesIO((entries + totals).encode()))
    assert some.disagreements == ("codes: not stated: revisions",)
    every = read_addenda(io.BytesIO((entries + totals + "  1 changes\r\n").encode()))
    assert (every.disagreements, every.codes.before, len(every)) == ((), 6, 2)


def test_totals_must_come_out(base: icd10cm.Icd10cmRelease) -> None:
    wrong = TOTALS.replace("5 codes in b.txt", "6 codes in b.txt")
    with pytest.raises(ComparisonError, match="states 6 codes, 5 come out: nothing is made"):
        rebuild(base, read_addenda(written(ENTRIES, wrong)), "2019")
    with pytest.raises(ComparisonError, match="states None codes"):
        rebuild(base, read_addenda(written(ENTRIES, "")), "2019")


def test_a_part_of_the_changes_is_not_reconciled(base: icd10cm.Icd10cmRelease) -> None:
    diff = codesets.compare(base, base)
    read = read_addenda(written(ENTRIES))
    part = codesets.compare(base, rebuild(base, read, "2019")).filter("added")
    with pytest.raises(ComparisonError, match="holds a part of the changes"):
        part.reconcile(read)
    assert diff.reconcile(read_addenda(written([], TOTALS))).agreed == 0
