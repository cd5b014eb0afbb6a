"""Chapters, sections and codes stand where the tabular list has them, whatever their names."""

from __future__ import annotations

from collections import Counter

import pytest

from codesets.icd10cm import Chapter, Icd10cmCode, Note, NoteKind, Section
from icd10cm.official.releases import DIFFERENT, full, listed, tabular_tree

pytestmark = pytest.mark.official

OVERVIEWS = {
    "C00-C96": None,
    "C00-C75": "C00-C96",
    "M00-M25": None,
    "M40-M54": None,
    "M60-M79": None,
    "M80-M94": None,
    "T07-T88": None,
    "T20-T32": "T07-T88",
    "V00-X58": None,
    "V00-V99": "V00-X58",
    "W00-X58": "V00-X58",
    "Y62-Y84": None,
}
"""The twelve sections without codes of their own, and the overview around each."""
IN_THE_INDEX = ("V00-X58", "V00-V99", "W00-X58", "Y62-Y84")


@pytest.fixture(params=DIFFERENT)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def parent(code: Icd10cmCode) -> str | None:
    return None if code.parent is None else code.parent.code


# Sections.


def test_the_twelve_overviews_are_found(edition: str) -> None:
    sections = full(edition).sections.values()
    overviews = [section for section in sections if section.is_overview]
    found = {s.id: None if s.parent is None else s.parent.id for s in overviews}
    assert found == OVERVIEWS


def test_an_overview_encloses_the_sections_up_to_the_one_with_its_last_category(
    edition: str,
) -> None:
    """By position in the document, with the XML itself as the witness."""
    release = full(edition)
    for chapter in tabular_tree(edition).iter("chapter"):
        sections = list(chapter.iter("section"))
        held = [[diag.findtext("name") for diag in section.iter("diag")] for section in sections]
        for place, section in enumerate(sections):
            name = str(section.get("id"))
            ours = release.sections[name]
            if held[place]:
                assert not ours.is_overview
                continue
            last = name.rpartition("-")[2]
            (end,) = (n for n, codes in enumerate(held) if last in codes)
            enclosed = [code for codes in held[place : end + 1] for code in codes]
            assert ours.is_overview
            assert [code for code in ours.codes.codes if code in listed(edition)] == enclosed
            # Each section inside has it above, at once or through another overview.
            for inner in sections[place + 1 : end + 1]:
                above = []
                at = release.sections[str(inner.get("id"))].parent
                while at is not None:
                    above.append(at.id)
                    at = at.parent
                assert name in above


def test_overviews_hold_the_billable_codes_of_formats_2_3() -> None:
    release = full("2026-april")
    names = "T20-T32", "V00-V99", "M00-M25", "Y62-Y84"
    counts = [len(release.select(name, billable=True)) for name in names]
    assert counts == [2584, 4086, 2248, 115]
    assert [len(release.sections[name].codes.codes) for name in names] == [3708, 5808, 3091, 136]


def test_some_overviews_are_missing_from_the_chapters_own_index(edition: str) -> None:
    release = full(edition)
    index = [ref for chapter in release.chapters.values() for ref in chapter.section_index]
    missing = set(release.sections) - {ref.id for ref in index}
    out = {name for name in OVERVIEWS if name not in IN_THE_INDEX}
    assert missing == (out - {"T20-T32"} if edition < "2021" else out)
    assert {ref.id for ref in index} <= set(release.sections)
    for ref in index:
        assert ref.id in (f"{ref.first}-{ref.last}", ref.first if ref.first == ref.last else "")


def test_every_code_is_in_the_section_and_chapter_that_hold_it() -> None:
    release = full("2026-april")
    seen = 0
    for chapter in release.chapters.values():
        rows: list[str] = []
        for section in chapter.sections:
            assert section.chapter == chapter
            if not section.is_overview:
                assert {code.section for code in section.codes} == {section}
                rows += section.codes.codes
        assert chapter.codes.codes == tuple(rows)
        assert {code.chapter for code in chapter.codes[::50]} == {chapter}
        seen += len(rows)
    assert seen == len(release)
    assert [*release.chapters] == list(range(1, 23))


@pytest.mark.parametrize(
    ("name", "count"), [("2014", 34), ("2017", 38), ("2021-january", 38), ("2026-april", 39)]
)
def test_a_section_may_bear_the_name_of_its_only_category(name: str, count: int) -> None:
    release = full(name)
    alone = [name for name in release.sections if "-" not in name]
    assert len(alone) == count
    for section in alone:
        assert [code.code for code in release.sections[section].categories] == [section]
        code = release[section]
        # A loop over parents ends, which it does not where both are one name.
        assert code.parent is None
        assert code.section == release.sections[section]
        assert len(release.select(section)) == len(release.sections[section].codes)


def test_a_section_need_not_end_with_the_end_of_its_range() -> None:
    release = full("2026-april")
    lungs = [code.code for code in release.sections["J40-J4A"].categories]
    assert lungs == ["J40", "J41", "J42", "J43", "J44", "J4A", "J45", "J47"]
    emergency = [code.code for code in release.sections["U00-U49"].categories]
    assert emergency == ["U07", "U09"]
    before = full("2021-january").sections["U00-U49"]
    assert [code.code for code in before.categories] == ["U07"]


# Codes.


def test_categories_that_no_range_of_strings_would_place() -> None:
    release = full("2026-april")
    for code, section, chapter in (
        ("C4A", "C43-C44", 2),
        ("M1A", "M05-M14", 13),
        ("Z3A", "Z30-Z39", 21),
        ("O9A", "O94-O9A", 15),
        ("QA0", "QA0", 17),
        ("U07", "U00-U49", 22),
    ):
        own = release[code]
        assert own.section == release.sections[section]
        assert own.chapter == release.chapters[chapter]
    assert "QA0" not in full("2025-april")
    assert release.chapters[17].title.endswith("(Q00-QA0)")
    # Y09 stood outside of the range of its own section until the section was renamed.
    y09 = full("2014")["Y09"].section
    assert y09 is not None
    assert y09.id == "X92-Y08"
    assert full("2017")["Y09"].section == full("2017").sections["X92-Y09"]


def test_siblings_stand_in_the_order_of_the_document() -> None:
    release = full("2026-april")
    codes = release.codes
    for first, second in (
        ("C4A", "C44"),
        ("C7A", "C76"),
        ("D46.A", "D46.4"),
        ("F68.A", "F68.8"),
        ("G40.B", "G40.4"),
        ("C84.Z", "C84.9"),
    ):
        assert codes.index(first) < codes.index(second)


def test_h54_512a_stands_under_a_code_that_it_does_not_begin_with() -> None:
    """In January 2021 there is no H54.512, and the XML nests the code under H54.511."""
    release = full("2021-january")
    assert "H54.512" not in release
    assert parent(release["H54.512A"]) == "H54.511"
    assert release["H54.511"].is_ancestor_of("H54.512A")
    later = full("2026-april")
    assert parent(later["H54.512A"]) == "H54.512"


@pytest.mark.parametrize("name", ["2013", "2021-january", "2026-april"])
def test_a_parent_is_the_code_less_its_last_character_everywhere_else(name: str) -> None:
    """formats 2.3; of codes made by a seventh character, less the placeholders too."""
    odd = []
    for code in full(name).select("*"):
        if code.parent is None:
            assert len(code.code) == 3
        elif code.compact[:-1] != code.parent.compact:
            stem = code.compact[:-1].rstrip("X")
            if stem != code.parent.compact.rstrip("X") or code.seventh_character is None:
                odd.append(code.code)
    assert odd == (["H54.512A"] if name == "2021-january" else [])


def test_depths_and_the_codes_of_seven_characters_in_the_list() -> None:
    release = full("2026-april")
    codes = [code for code in release.select("*") if code.code in listed("2026-april")]
    depths = Counter(len(code.ancestors) for code in codes)
    assert depths == {0: 1918, 1: 10_096, 2: 14_578, 3: 20_109, 4: 180}
    assert all(len(code.compact) == 3 + len(code.ancestors) for code in codes)
    seven = [code for code in codes if len(code.compact) == 7]
    assert Counter(code.code[:3] for code in seven) == {
        "L98": 72, "H54": 35, "C44": 20, "T86": 20, "QA0": 10, "J34": 6, "Z91": 6, "G71": 4,
        "Z86": 4, "K63": 3,
    }  # fmt: skip
    assert {code.seventh_characters for code in seven} == {()}


@pytest.mark.parametrize(
    ("name", "shape", "alike"),
    [
        ("2013", {4: 2, 5: 242}, 236),
        ("2014", {4: 2, 5: 242}, 235),
        ("2017", {4: 2, 5: 242}, 236),
        ("2021-january", {4: 2, 5: 243}, 236),
        ("2025-april", {4: 2, 5: 243}, 236),
        ("2026-april", {4: 2, 5: 244}, 237),
    ],
)
def test_placeholders_are_headers_that_only_fill_a_place(
    name: str, shape: dict[int, int], alike: int
) -> None:
    headers = full(name).select("*", billable=False)
    found = [code for code in headers if code.code.endswith("X")]
    assert {code.is_placeholder for code in found} == {True}
    assert Counter(len(code.compact) for code in found) == shape
    above = [code.parent for code in found if code.parent is not None]
    same_title = [p for code, p in zip(found, above, strict=True) if code.display == p.display]
    assert len(same_title) == alike
    marked = {d.findtext("name") for d in tabular_tree(name).iter("diag") if d.get("placeholder")}
    assert marked == {code.code for code in found}


# Notes.


def levels(code: Icd10cmCode, kind: NoteKind) -> list[str]:
    """Which levels give a code its notes of a kind, from the top, each once."""
    return list(
        dict.fromkeys(str(note.owner) for note in code.inherited_notes if note.kind is kind)
    )


def test_notes_come_from_every_level_above() -> None:
    release = full("2026-april")
    assert levels(release["T36.0X1A"], NoteKind.USE_ADDITIONAL_CODE) == ["chapter 19", "T36-T50"]
    assert levels(release["T36.0X1A"], NoteKind.EXCLUDES1) == ["T36-T50", "T36"]
    assert levels(release["E11.65"], NoteKind.EXCLUDES1) == ["chapter 4", "E11"]
    assert levels(release["T20.011A"], NoteKind.EXCLUDES2) == [
        "chapter 19", "T20-T32", "T20", "T20.01",
    ]  # fmt: skip
    assert levels(release["T20.011A"], NoteKind.INCLUDES) == ["T20-T32", "T20-T25"]
    assert levels(release["V03.10XA"], NoteKind.EXCLUDES1) == ["V00-V99", "V00-V09"]
    assert levels(release["M00.9"], NoteKind.INCLUDES) == ["M00-M25"]
    assert levels(release["Y62.0"], NoteKind.INCLUDES) == ["Y62-Y84"]


def test_inherited_notes_are_those_of_the_levels_above_in_their_order() -> None:
    """All of them but the inclusion terms of codes, which are other titles of one code."""
    release = full("2026-april")
    for code in [*release.select("*", billable=True)[::97], release["X71.0XXA"]]:
        assert code.section is not None
        assert code.chapter is not None
        overviews = []
        at = code.section.parent
        while at is not None:
            overviews.append(at)
            at = at.parent
        above: list[Chapter | Section | Icd10cmCode]
        above = [code.chapter, *reversed(overviews), code.section, *reversed(code.ancestors)]
        expected: list[Note] = []
        for level in above:
            expected += [
                note
                for note in level.notes
                if note.kind is not NoteKind.INCLUSION_TERM or not isinstance(level, Icd10cmCode)
            ]
        assert list(code.inherited_notes) == expected
    suicide = [n for n in release["X71.0XXA"].inherited_notes if n.text == "Suicide (attempted)"]
    assert [str(note.owner) for note in suicide] == ["X71-X83"]


def test_repeated_note_elements_keep_their_order_and_their_headings() -> None:
    """formats 2.3: chapter 19 has a note before the index of sections and one after it."""
    release = full("2026-april")
    kinds = [(note.kind, note.group) for note in release.chapters[19].notes]
    groups = list(dict.fromkeys(kinds))
    assert [kind for kind, _ in groups].count(NoteKind.NOTE) == 2
    assert [group for _, group in groups] == list(range(len(groups)))
    kind = NoteKind.USE_ADDITIONAL_CODE
    elements = {
        code.code: len({note.group for note in code.notes if note.kind is kind})
        for code in release.select("*")
        if code.code in listed("2026-april")
    }
    assert Counter(elements.values())[2] == 34
    assert {code for code, count in elements.items() if count > 2} == {"L51"}
    assert {elements[code] for code in ("E09", "D75.81", "I13.0")} == {2}
    complications = release.sections["T80-T88"].notes
    assert len({note.group for note in complications if note.kind is kind}) == 3
