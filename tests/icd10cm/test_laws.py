"""Laws that hold for every release, on random small ones driven through every stage.

Where the law is the publisher's, its sentence stands in the docstring ("Guidelines": ICD-10-CM
Official Guidelines for Coding and Reporting, with the section).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codesets import icd10cm
from codesets.errors import (
    ArgumentTypeError,
    CompiledFileError,
    MalformedCodeError,
    SelectionError,
    UnknownCodeError,
)
from codesets.findings import Finding, Header, Malformed, NotInRelease, Valid
from codesets.icd10cm import Chapter, Icd10cmCode, Icd10cmRelease, NoteKind, Section
from codesets.icd10cm.layout import ELEMENTS
from codesets.problems import AnomalyKind
from codesets.reconciliation import DifferenceKind, TextChange
from icd10cm.back import official_of
from icd10cm.examples import SMALL
from icd10cm.model import (
    Definition,
    Official,
    OwnNote,
    Row,
    accents_dropped,
    dotted,
    notes_of,
    overviews_around,
    rows,
    tidied,
)
from icd10cm.strategies import anything, asked, officials
from icd10cm.writer import archive, files, order_file, order_line, short_of, tabular_xml

# Twenty times as many where new examples are looked for: HYPOTHESIS_PROFILE=explore.
SCALE = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else 1
FEW, SOME, MANY = (settings(max_examples=SCALE * count) for count in (8, 16, 32))


def read(*data: bytes) -> Icd10cmRelease:
    return icd10cm.parse(*map(io.BytesIO, data))


def whole(official: Official) -> Icd10cmRelease:
    """The release from tabular list and order file."""
    made = files(official)
    return read(made["tabular"], made["order"])


def tabular_alone(official: Official) -> Icd10cmRelease:
    return read(tabular_xml(official))


def order_alone(official: Official) -> Icd10cmRelease:
    return read(files(official)["order"])


def told(codes: Iterable[Icd10cmCode]) -> list[str]:
    return [code.code for code in codes]


def parent_of(code: Icd10cmCode) -> str | None:
    return None if code.parent is None else code.parent.code


# Every stage: what was written is what comes out.


def test_the_small_release_has_every_element_and_attribute() -> None:
    """What the strategies and examples write is the whole grammar, and so is what is read."""
    xml = tabular_xml(SMALL).decode()
    for tag, element in ELEMENTS.items():
        assert f"<{tag}>" in xml or f"<{tag} " in xml, tag
        for attribute in element.attributes:
            # Twice only, in the draft of 2012.
            assert re.search(f"<{tag}[^>]* {attribute}=", xml) or attribute == "oldid"
    assert {element.kind for element in SMALL_NOTES} == set(NoteKind) - {
        NoteKind.SEVENTH_CHARACTER_NOTE
    }


SMALL_NOTES = [
    element
    for diag in SMALL.diags()
    for element in diag.elements
    if not isinstance(element, Definition)
] + [
    element
    for chapter in SMALL.chapters
    for owner in chapter.sections
    for element in owner.elements
]


@given(officials())
@example(SMALL)
@MANY
def test_all_that_was_written_comes_out_again(official: Official) -> None:
    """Read, build, and back by the public doors alone: every text, at its place, in its order."""
    release = whole(official)
    again = official_of(release)
    assert again == tidied(official)
    assert official_of(tabular_alone(again)) == again


@given(officials())
@example(SMALL)
@MANY
def test_codes_flags_and_titles_are_those_of_the_order_file(official: Official) -> None:
    """The order file's flag says which codes are valid for submission (1) and which headers (0).

    With the tabular list beside it, the display has the accents, the descriptions have none.
    """
    release, listed = whole(official), rows(official)
    assert list(release) == [dotted(row.code) for row in listed]
    assert len(release) == len(listed)
    for code, row in zip(release.values(), listed, strict=True):
        assert (code.code, code.compact) == (dotted(row.code), row.code)
        assert (code.is_billable, code.is_header) == (row.is_billable, not row.is_billable)
        assert (code.display, code.long_description) == (row.title, accents_dropped(row.title))
        assert code.short_description == short_of(accents_dropped(row.title))
        assert parent_of(code) == (dotted(row.parent) if row.parent else None)
        assert code.section is not None
        assert code.section.id == row.section
        assert code.chapter is not None
        assert code.chapter.number == row.chapter
    assert release.counts["rows"] == len(listed)
    assert release.counts["billable"] == sum(row.is_billable for row in listed)


@given(officials())
@example(SMALL)
@SOME
def test_accents_are_the_only_difference_between_the_two_files(official: Official) -> None:
    """The reconciliation lists every title with an accent, and nothing else."""
    made = files(official)
    found = read(*made.values()).reconciliation
    accented = [dotted(r.code) for r in rows(official) if accents_dropped(r.title) != r.title]
    assert [difference.code for difference in found] == accented
    assert {difference.kind for difference in found} <= {DifferenceKind.TITLE}
    assert {difference.change for difference in found} <= {TextChange.ACCENT}


@given(officials())
@example(SMALL)
@SOME
def test_white_space_in_notes_is_tidied_and_listed(official: Official) -> None:
    written: list[str] = []
    for chapter in official.chapters:
        for element in (*chapter.elements, *(e for s in chapter.sections for e in s.elements)):
            written += element.texts
    for diag in official.diags():
        for part in diag.elements:
            if isinstance(part, Definition):
                written += [note for each in part.extensions for note in each.notes]
            else:
                written += part.texts
    odd = [text for text in written if " ".join(text.split()) != text]
    found = tabular_alone(official).anomalies
    # A parser makes one line feed of the publisher's line ends.
    assert sorted(anomaly.found for anomaly in found) == sorted(odd)
    assert {anomaly.kind for anomaly in found} <= {AnomalyKind.BLANKS}


# Sources: alone and together, loose and in archives.


@given(officials())
@example(SMALL)
@SOME
def test_tabular_list_alone_has_the_codes_and_flags_of_the_order_file(official: Official) -> None:
    """Stems and definitions of seventh characters make the very rows of the order file."""
    full, alone = whole(official), tabular_alone(official)
    assert list(alone) == list(full)
    for left, right in zip(alone.values(), full.values(), strict=True):
        assert left.is_billable == right.is_billable
        assert parent_of(left) == parent_of(right)
        assert left.display == right.display
        assert [str(note) for note in left.notes] == [str(note) for note in right.notes]
        assert left.long_description is None
        assert left.short_description is None
        assert left != right
    assert alone != full


@given(officials())
@example(SMALL)
@SOME
def test_order_file_alone_gives_the_same_tree(official: Official) -> None:
    """The parent is the longest listed prefix: categories, subcategories, codes, stems."""
    full, alone = whole(official), order_alone(official)
    assert list(alone) == list(full)
    for left, right in zip(alone.values(), full.values(), strict=True):
        assert left.is_billable == right.is_billable
        assert parent_of(left) == parent_of(right)
        assert told(left.children) == told(right.children)
        assert left.display == left.long_description == right.long_description
        assert left.short_description == right.short_description
        assert left.section is None
        assert left.chapter is None
        assert (left.notes, left.inherited_notes, left.seventh_characters) == ((), (), ())
        assert left.seventh_character is None
        assert not left.is_placeholder
        assert left.siblings == ([] if left.parent is None else left.siblings)
    assert (len(alone.chapters), len(alone.sections), alone.introduction) == (0, 0, ())


@given(officials())
@FEW
def test_codes_file_alone_gives_the_billable_codes(official: Official) -> None:
    listed = [row for row in rows(official) if row.is_billable]
    release = read(files(official)["codes"])
    assert list(release) == [dotted(row.code) for row in listed]
    assert all(code.is_billable for code in release.values())
    assert [c.display for c in release.values()] == [accents_dropped(row.title) for row in listed]


@given(officials(), st.permutations(("tabular", "order", "codes")))
@FEW
def test_the_way_files_come_does_not_show(official: Official, sequence: list[str]) -> None:
    """Loose, archived under misleading names beside what is passed over, in any sequence."""
    made = files(official)
    loose = read(*(made[kind] for kind in sequence))
    others = {
        "icd10cm_order_2016.txt": made["tabular"],
        "sub folder/Tabular.xml": made["order"],
        "readme": made["codes"],
        "guidelines.pdf": b"%PDF-1.7 " + made["order"],
        "addenda.txt": b"Add:         1 A000    Cholera\r\n",
        "index.xml": b'<?xml version="1.0"?>\r\n<ICD10CM.index><version>2026</version>',
        "tabular.xsd": b'<?xml version="1.0"?><xs:schema xmlns:xs="x"><x/></xs:schema>',
    }
    archived = read(archive(others))
    assert archived == loose
    assert hash(archived) == hash(loose)
    assert {info.archive for info in archived.provenance} == {"<open file>"}
    assert {info.archive for info in loose.provenance} == {""}
    assert {info.kind: info.sha256 for info in archived.provenance} == {
        kind: hashlib.sha256(data).hexdigest() for kind, data in made.items()
    }


# Files that disagree: the draft of 2013, and whatever comes.


@st.composite
def disagreeing(draw: st.DrawFn, listed: list[Row]) -> list[Row]:
    """The rows of an order file that lacks some, has some more, and says some otherwise."""
    found = list(listed)
    places = st.integers(0, 10_000)
    for _ in range(draw(st.integers(0, 3))):
        del found[draw(places) % len(found)]
        if not found:
            return [listed[0]]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(places) % len(found)
        found[at] = evolve(found[at], is_billable=not found[at].is_billable)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(places) % len(found)
        found[at] = evolve(found[at], title=f"{found[at].title} otherwise")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(places) % len(found)
        stem = found[at].code
        code = draw(st.sampled_from((f"{stem}7"[:7], f"{stem}XX"[:7], f"{stem[0]}98", "B99")))
        extra = Row(code, "A title of its own", draw(st.booleans()), None, "", 0)
        if code not in {row.code for row in found}:
            found.insert(at + 1, extra)
    return found


@given(officials(), st.data())
@MANY
def test_where_files_disagree_each_has_its_say_and_all_is_listed(
    official: Official, data: st.DataObject
) -> None:
    """The order file decides on billable codes, the tabular list gives structure and notes.

    A header only in the tabular list stays; a billable code only there is left out; a code only in
    the order file hangs under its longest listed prefix. Every difference is in the reconciliation.
    """
    tabular = {row.code: row for row in rows(official)}
    order = {row.code: row for row in data.draw(disagreeing(list(tabular.values())))}
    release = read(tabular_xml(official), order_file(order.values()))
    kept = {code for code, row in tabular.items() if code in order or not row.is_billable}
    assert {code.compact for code in release.values()} == kept | set(order)
    for code in release.values():
        mine, theirs = tabular.get(code.compact), order.get(code.compact)
        assert code.is_billable == (theirs.is_billable if theirs else False)
        assert code.long_description == (accents_dropped(theirs.title) if theirs else None)
        title = mine.title if mine else theirs.title if theirs else ""
        assert code.display == (title if mine else accents_dropped(title))
        if mine:
            assert parent_of(code) == (dotted(mine.parent) if mine.parent else None)
            assert (code.section and code.section.id) == mine.section
        else:
            prefixes = [code.compact[:n] for n in range(len(code.compact) - 1, 2, -1)]
            longest = next((prefix for prefix in prefixes if prefix in release), None)
            assert parent_of(code) == (dotted(longest) if longest else None)
        # A sound tree, whoever planted it.
        assert all(child.parent == code for child in code.children)
        assert code.parent is None or code in code.parent.children
        assert code.section is None or code in code.section.codes
    found = {(d.kind, d.code.replace(".", "")) for d in release.reconciliation}
    assert {code for kind, code in found if kind is DifferenceKind.MISSING} == {*tabular} - {*order}
    assert {code for kind, code in found if kind is DifferenceKind.EXTRA} == {*order} - {*tabular}
    both = tabular.keys() & order.keys()
    flags = {c for c in both if tabular[c].is_billable != order[c].is_billable}
    assert {code for kind, code in found if kind is DifferenceKind.FLAG} == flags
    titles = {c for c in both if tabular[c].title != accents_dropped(order[c].title)}
    assert {code for kind, code in found if kind is DifferenceKind.TITLE} == titles
    # A code put back elsewhere: the first one out of sequence is said.
    same = [code for code in tabular if code in order] == [code for code in order if code in both]
    assert len(release.reconciliation.of_kind(DifferenceKind.SEQUENCE)) == (not same)


# The tree.


@given(officials())
@example(SMALL)
@SOME
def test_descendants_are_the_closure_of_children(official: Official) -> None:
    """The tree has no other lines than those from a code to what stands right below it.

    "Each level of subdivision after a category is a subcategory. The final level of subdivision is
    a code." (Guidelines, I.A.2)
    """
    release = whole(official)
    assert [c for c in release.values() if c.parent is None] == [
        c for section in release.sections.values() if not section.is_overview
        for c in section.categories
    ]  # fmt: skip
    place = {code: row for row, code in enumerate(release)}
    for code in release.values():
        closure: list[Icd10cmCode] = []
        for child in code.children:
            assert child.parent == code
            closure += [child, *child.descendants]
        assert code.descendants == closure
        # A subtree is contiguous: it stands right after its head, without a gap.
        first = place[code.code]
        assert told([code, *closure]) == list(release)[first : first + 1 + len(closure)]
        assert code.billable_descendants == [below for below in closure if below.is_billable]
        # No billable code has a code below it, no header is without a billable one.
        assert code.is_header == bool(code.billable_descendants) == bool(closure)


@given(officials())
@example(SMALL)
@SOME
def test_ancestors_and_descendants_are_inverse(official: Official) -> None:
    release = whole(official)
    above: dict[Icd10cmCode, list[Icd10cmCode]] = {code: [] for code in release.values()}
    for code in release.values():
        for below in code.descendants:
            above[below].insert(0, code)
            assert code.is_ancestor_of(below)
            assert code.is_ancestor_of(below.compact.lower())
            assert below.is_descendant_of(code)
            assert not below.is_ancestor_of(code)
        assert not code.is_ancestor_of(code)
        assert not code.is_descendant_of(code)
    for code, ancestors in above.items():
        assert list(code.ancestors) == ancestors
        assert code.parent == (ancestors[0] if ancestors else None)
        if code.parent is not None:
            around = code.parent.children
        else:
            assert code.section is not None
            around = code.section.categories
        assert code.siblings == [other for other in around if other != code]


@given(officials(), st.data())
@SOME
def test_lowest_common_ancestor_is_the_nearest_that_holds_both(
    official: Official, data: st.DataObject
) -> None:
    release = whole(official)
    every = list(release.values())
    left, right = (data.draw(st.sampled_from(every)) for _ in "12")
    assert left.section is not None
    assert right.section is not None
    found = release.lowest_common_ancestor(left.code, right)
    assert found == release.lowest_common_ancestor(right, left)
    codes = [c for c in (left, *left.ancestors) if c in (right, *right.ancestors)]
    if codes:
        assert found == codes[0]
        return
    holding = [s for s in release.sections.values() if left in s.codes and right in s.codes]
    if holding:
        assert found == min(holding, key=lambda section: len(section.codes))
    else:
        assert found == (left.chapter if left.chapter == right.chapter else None)


@given(officials())
@example(SMALL)
@SOME
def test_sections_and_chapters_hold_what_stands_in_them(official: Official) -> None:
    """An overview spans the sections after it, to the one with the last category of its id."""
    release, listed = whole(official), rows(official)
    assert list(release.chapters) == list(range(1, len(official.chapters) + 1))
    assert list(release.sections) == [s.id for c in official.chapters for s in c.sections]
    for chapter, model in zip(release.chapters.values(), official.chapters, strict=True):
        assert [s.id for s in chapter.sections] == [s.id for s in model.sections]
        inside = [dotted(row.code) for row in listed if row.chapter == chapter.number]
        assert told(chapter.codes) == inside
        for place, (section, written) in enumerate(
            zip(chapter.sections, model.sections, strict=True)
        ):
            around = [s.id for s in overviews_around(model, place)]
            assert section.chapter == chapter
            assert section.is_overview == (not written.diags)
            assert (section.parent and section.parent.id) == (around[-1] if around else None)
            spanned = {
                s.id
                for at, s in enumerate(model.sections)
                if s.id == section.id or section.id in [o.id for o in overviews_around(model, at)]
            }
            assert told(section.codes) == [dotted(r.code) for r in listed if r.section in spanned]
            assert section.categories == [c for c in section.codes if c.parent is None]
            # Sections and codes have separate key spaces.
            assert release.sections[section.id] == section
            assert section != release.get(section.id)


# Seventh characters.


def defined(row: Row) -> Definition | None:
    """The definition in force: of the code itself or the nearest above it."""
    return row.diag.definition if row.diag else None


@given(officials())
@example(SMALL)
@MANY
def test_the_nearest_definition_of_seventh_characters_wins(official: Official) -> None:
    """A definition overrides the ones above it, and is never merged with them.

    "If a code that requires a 7th character is not 6 characters, a placeholder X must be used to
    fill in the empty characters." (Guidelines, I.A.5)

    "7th characters D and S do not apply to codes in category S06 with 6th character 7 [...] or 8"
    (note of S06, followed by the order files since 2018).
    """
    release = tabular_alone(official)
    listed = {dotted(row.code): row for row in rows(official)}
    made = {code for code, row in listed.items() if row.character}
    for code in release.values():
        row = listed[code.code]
        seventh = code.seventh_character
        assert (seventh is not None) == (code.code in made)
        definitions = [defined(listed[c.code]) for c in (code, *code.ancestors)]
        nearest = next((d for d in definitions if d is not None), None)
        if seventh is not None:
            assert nearest is not None
            assert len(code.compact) == 7
            assert code.compact[-1] == seventh.character
            assert code.parent is not None
            assert code.compact[:-1] == code.parent.compact.ljust(6, "X")
            assert code.display == f"{code.parent.display}, {seventh.meaning}"
            # So it does not stand in the file.
            assert release.text_at("code.display", code.row) is None
            assert seventh in code.parent.seventh_characters
            assert code.is_billable
        offered = [(c.character, c.meaning) for c in code.seventh_characters]
        if nearest is None:
            assert offered == []
            continue
        wanted = [(e.character, e.meaning) for e in nearest.extensions]
        stem = code.parent if seventh is not None else code
        assert stem is not None
        if stem.children and stem.children[0].seventh_character:
            # A stem, and the codes made of it: what a rule takes away is not offered.
            assert [c for c, _ in offered] == [c.compact[-1] for c in stem.children]
            assert [each for each in wanted if each in offered] == offered
            is_narrowed = row.code[:3] == "S06" and official.version >= "2018"
            assert offered == wanted or is_narrowed
        elif stem.children:
            assert offered == wanted
        else:
            # Its seven characters stand in the list: there is nothing to add.
            assert offered == []


def test_a_code_that_the_order_file_has_as_billable_takes_no_seventh_character() -> None:
    """R40.20 in 2013: below a definition, and still no code is made of it."""
    listed = [row for row in rows(SMALL) if not row.code.startswith("T07X")]
    changed = [evolve(row, is_billable=row.is_billable or row.code == "T07") for row in listed]
    sources = map(io.BytesIO, (files(SMALL)["tabular"], order_file(changed)))
    code = icd10cm.parse(*sources, edition="2026")["T07"]
    assert code.is_billable
    assert code.seventh_characters == ()


@given(officials(versions=("2016", "2017", "2018", "2021", "2026")))
@SOME
def test_the_rule_of_s06_has_its_years(official: Official) -> None:
    """The order files list D and S of S06 with 6th character 7 or 8 through 2017, none since."""
    release = tabular_alone(official)
    for code in release.values():
        if code.compact[:3] == "S06" and len(code.compact) == 6 and code.compact[5] in "78":
            marks = "ADS" if official.version < "2018" else "A"
            assert told(code.children) == [f"{code.code}{mark}" for mark in marks]
            for mark in "DS":
                finding = release.check(f"{code.code}{mark}")
                assert bool(finding) == (mark in marks)
                if not finding:
                    assert "excluded by the note" in finding.reason
                    assert finding.suggestions == (f"{code.code}A",)


# Notes.


@given(officials())
@example(SMALL)
@SOME
def test_every_note_is_reachable_with_its_owner(official: Official) -> None:
    """Every note at the level that it stands at, in its order, with the number of its element."""
    release, wanted = whole(official), tidied(official)
    owners: list[tuple[Chapter | Section | Icd10cmCode, tuple[OwnNote, ...]]] = []
    for chapter, model in zip(release.chapters.values(), wanted.chapters, strict=True):
        owners.append((chapter, notes_of(model.elements)))
        for section, written in zip(chapter.sections, model.sections, strict=True):
            owners.append((section, notes_of(written.elements)))
    owners += [(release[diag.code], notes_of(diag.elements)) for diag in wanted.diags()]
    for owner, notes in owners:
        assert tuple(OwnNote(n.kind, n.group, n.text) for n in owner.notes) == notes
        assert all(note.owner == owner and note.character == "" for note in owner.notes)
    for row in rows(wanted):
        if not row.character:
            continue
        assert row.diag is not None
        assert row.diag.definition is not None
        (texts,) = (e.notes for e in row.diag.definition.extensions if e.character == row.character)
        found = release[row.code].notes
        assert tuple(note.text for note in found) == texts
        assert all(note.owner == release[row.diag.code] for note in found)
        assert all(note.character == row.character for note in found)
        assert all(note.kind is NoteKind.INCLUSION_TERM for note in found)


@given(officials())
@example(SMALL)
@SOME
def test_notes_accumulate_from_chapter_to_code(official: Official) -> None:
    """Notes stand at a chapter, section or category because they apply to all below (I.A.).

    But "inclusion terms … are the conditions for which that code is to be used" (I.A.11).
    """
    release = whole(official)
    models = dict(enumerate(official.chapters, 1))
    for code in release.values():
        assert code.section is not None
        assert code.chapter is not None
        model = models[code.chapter.number]
        place = [s.id for s in model.sections].index(code.section.id)
        overviews = [release.sections[s.id] for s in overviews_around(model, place)]
        levels: list[Chapter | Section | Icd10cmCode] = [code.chapter, *overviews, code.section]
        levels += reversed(code.ancestors)
        wanted = [
            note
            for level in levels
            for note in level.notes
            if note.kind is not NoteKind.INCLUSION_TERM or not isinstance(level, Icd10cmCode)
        ]
        assert list(code.inherited_notes) == wanted
        above = [*code.chapter.notes, *(note for o in overviews for note in o.notes)]
        assert list(code.section.inherited_notes) == above


# Spellings and answers.


@given(asked(("A00", "E11.9", "S72.0XXA", "C4A", "QA0.01")) | anything)
@example("\u013110")
@example("\u017f06")
@settings(max_examples=300)
def test_normalize_is_idempotent_and_refuses_politely(text: object) -> None:
    """The canonical spelling of the canonical spelling is itself.

    "Codes may be 3, 4, 5, 6 or 7 characters." (Guidelines, I.A.2)
    """
    if not icd10cm.is_well_formed(text):
        with pytest.raises(MalformedCodeError, match="is no ICD-10-CM code: ") as caught:
            icd10cm.normalize(text)
        assert caught.value.text is text
        return
    canonical = icd10cm.normalize(text)
    assert icd10cm.is_well_formed(canonical)
    assert icd10cm.normalize(canonical) == canonical
    assert icd10cm.normalize(f"  {canonical.replace('.', '').lower()} ") == canonical
    assert canonical.isascii()
    assert canonical == canonical.upper().strip()
    assert 3 <= len(canonical.replace(".", "")) <= 7
    assert canonical[3:4] in ("", ".")
    assert isinstance(text, str)
    assert text.isascii()  # dotless i and long s would upper-case into it
    assert text.strip(" ").upper().replace(".", "") == canonical.replace(".", "")


@pytest.fixture(scope="module")
def small() -> Icd10cmRelease:
    return whole(SMALL)


SMALL_CODES = tuple(dotted(row.code) for row in rows(SMALL))
SMALL_BILLABLE = frozenset(dotted(row.code) for row in rows(SMALL) if row.is_billable)


@given(text=asked(SMALL_CODES) | anything)
@settings(max_examples=500)
def test_check_has_an_answer_for_everything(small: Icd10cmRelease, text: object) -> None:
    """One of four kinds of finding, true exactly for the billable codes.

    "A code is invalid if it has not been coded to the full number of characters required for that
    code, including the 7th character, if applicable." (Guidelines, I.B.2)
    """
    finding = small.check(text)
    assert type(finding) in (Valid, Header, NotInRelease, Malformed)
    well_formed = icd10cm.is_well_formed(text)
    canonical = icd10cm.normalize(text) if well_formed else None
    assert bool(finding) == finding.is_valid == (canonical in SMALL_BILLABLE)
    assert isinstance(finding, Malformed) == (not well_formed)
    assert (text in small) == (canonical in SMALL_CODES) == isinstance(finding, Valid | Header)
    if isinstance(finding, Valid | Header):
        assert finding.code == small[text] == small.get(text)  # type: ignore[index]
        assert finding.code.code == canonical
    else:
        assert small.get(text) is None
        assert small.get(text, "none") == "none"
        with pytest.raises(UnknownCodeError) as caught:
            small[text]  # type: ignore[index]
        assert str(caught.value) == finding.reason
    if isinstance(finding, Header):
        assert finding.billable == tuple(told(finding.code.billable_descendants)) != ()
    assert all(suggestion in small for suggestion in finding.suggestions)
    # Look-up decides, not form: G40.00 of ICD-10-CM is not told to be HCPCS's G4000.
    assert not finding.could_be or text not in small
    assert finding.reason
    assert json.loads(json.dumps(finding.to_dict()))["valid"] is bool(finding)
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert repr(finding)


@given(st.lists(asked(SMALL_CODES), max_size=12))
@MANY
def test_answers_do_not_depend_on_what_was_asked_before(texts: list[str]) -> None:
    """Remembered answers are the answers: twice, in another order, and on a fresh release."""
    release, once = Icd10cmRelease.from_bytes(SMALL_BYTES), []
    for text in texts:
        fresh = Icd10cmRelease.from_bytes(SMALL_BYTES)
        once.append((fresh.check(text), text in fresh, fresh.get(text)))
    for _ in range(2):
        again = [(release.check(text), text in release, release.get(text)) for text in texts]
        assert again == once
        assert [finding.text for finding, _, _ in again] == texts
        assert list(release.check_many(texts)) == [finding for finding, _, _ in once]
        # The other way round, with look-ups before checks.
        assert [release.get(text) for text in texts[::-1]] == [c for _, _, c in once[::-1]]


SMALL_BYTES = whole(SMALL).file.to_bytes()


# Selecting.


def is_sorted(places: Iterable[int]) -> bool:
    return all(left < right for left, right in pairwise(places))


def test_a_codes_file_beside_another_source_is_a_mere_cross_check() -> None:
    made = files(SMALL)

    def read(*sources: bytes) -> Icd10cmRelease:
        return icd10cm.parse(*map(io.BytesIO, sources), edition="2026")

    for main in (("order",), ("tabular",), ("tabular", "order")):
        alone = read(*(made[kind] for kind in main))
        checked = read(*(made[kind] for kind in main), made["codes"])
        assert checked.sources == (*main, "codes")
        assert (checked, hash(checked)) == (alone, hash(alone))
        code = next(iter(alone))
        assert (checked[code], hash(checked[code])) == (alone[code], hash(alone[code]))
    full, part = read(made["tabular"], made["order"]), read(made["tabular"])
    codes = read(made["codes"])
    assert full != part != codes != full
    assert full["E11.65"] != part["E11.65"] != codes["E11.65"] != full["E11.65"]


@given(officials(), st.data())
@MANY
def test_select_and_condense_are_inverse(official: Official, data: st.DataObject) -> None:
    release = tabular_alone(official)
    every = list(release)
    billable = [code.code for code in release.values() if code.is_billable]
    subtrees = [told(code.billable_descendants) for code in release.values() if code.is_header]
    whole_ones = data.draw(st.lists(st.sampled_from(subtrees or [[]]), max_size=4))
    single = data.draw(st.lists(st.sampled_from(billable), max_size=6))
    wanted = {*single, *(code for group in whole_ones for code in group)}
    spelt = [release[code] if n % 2 else code.lower() for n, code in enumerate(sorted(wanted))]
    condensed = release.condense([*spelt, *spelt])
    assert set(told(release.select(*condensed, billable=True))) == wanted
    assert told(release.select(*condensed, billable=True)) == [c for c in every if c in wanted]
    assert is_sorted(every.index(code.code) for code in condensed)
    # The fewest: none stands below another, and no parent could stand for more.
    for code in condensed:
        assert not any(code.is_ancestor_of(other) for other in condensed)
        if code.parent is not None:
            assert not set(told(code.parent.billable_descendants)) <= wanted
    assert release.condense([]) == release.select() == []


def test_condense_is_exact_where_a_billable_code_has_codes_below() -> None:
    """An order file may say so; no pattern stands for such a code without those below."""
    flags = {"S00": "1", "S000": "1", "S001": "1", "S002": "0", "T07": "1"}
    lines = [order_line(n, code, flag, "x", "x") for n, (code, flag) in enumerate(flags.items(), 1)]
    release = icd10cm.parse(io.BytesIO(b"".join(lines)), edition="2026")
    whole_ones = ["S00", "S00.0", "S00.1"]
    assert told(release.condense(whole_ones)) == ["S00"]
    assert told(release.select("S00", billable=True)) == whole_ones
    assert told(release.condense(["S00.1", "S00.0", "T07"])) == ["S00.0", "S00.1", "T07"]
    for partly in (["S00"], ["S00", "S00.0"], ["S00.1", "T07", "S00"]):
        with pytest.raises(SelectionError, match=r"S00 cannot be condensed") as caught:
            release.condense(partly)
        assert caught.value.pattern == "S00"


@given(officials(), st.data())
@SOME
def test_patterns_stand_for_what_they_say(official: Official, data: st.DataObject) -> None:
    release = tabular_alone(official)
    every = list(release)
    code = data.draw(st.sampled_from(list(release.values())))
    below = told(code.descendants)
    for pattern in (code.code, code.compact.lower(), f" {code.code}*", f"{code.compact}*"):
        assert told(release.select(pattern)) == [code.code, *below]
    assert told(release.select(code)) == [code.code, *below]
    for pattern in (f"{code.code}.-", f"{code.code}-", f"{code.compact}.-"):
        assert told(release.select(pattern)) == below
    letter = code.code[0]
    assert told(release.select(f"{letter}*")) == [c for c in every if c[0] == letter]
    prefix = code.compact[:2]
    assert set(told(release.select(f"{prefix}*"))) == {c for c in every if c[:2] == prefix}
    flags = {True: code.is_billable, False: code.is_header}
    for flag, counts in flags.items():
        found = told(release.select(code.code, billable=flag))
        wanted = [c for c in below if release[c].is_billable is flag]
        assert found == ([code.code] if counts else []) + wanted
    for section in release.sections.values():
        if "-" in section.id:
            assert release.select(section.id) == section.codes
    assert told(release.select("*")) == every
    # What is equal to True means True.
    for number in (1, 0):
        flagged = release.select("*", billable=bool(number))
        assert release.select("*", billable=number) == flagged  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match="billable is True, False or None, not 'yes'"):
        release.select("*", billable="yes")  # type: ignore[arg-type]
    # Several patterns: each code once, in tabular order.
    other = data.draw(st.sampled_from(every))
    both = {code.code, *below, *told(release.select(other))}
    assert told(release.select(other, code.code)) == [c for c in every if c in both]


@given(officials(), st.data())
@SOME
def test_a_range_goes_from_its_first_category_to_its_last(
    official: Official, data: st.DataObject
) -> None:
    """E12 and E14 do not exist, and the end of J40-J4A is J47: ends need not be there."""
    release = tabular_alone(official)
    every = list(release)
    categories = sorted(code for code in every if len(code) == 3)
    ends = st.sampled_from(categories) | st.builds("{}{:02}".format, st.sampled_from("ACSUZ"),
                                                   st.integers(0, 99))  # fmt: skip
    start, end = sorted((data.draw(ends), data.draw(ends)))
    pattern = f"{start}-{end}"
    if pattern in release.sections:
        return
    inside = [c for c in categories if start <= c <= end]
    first = every.index(inside[0]) if inside else 0
    last = every.index(inside[-1]) + len(release[inside[-1]].descendants) if inside else -1
    if not inside or first > last:
        with pytest.raises(SelectionError):
            release.select(pattern)
    else:
        # J4A may stand before J45: the end is the last category of its letter in the document.
        furthest = max((c for c in inside if c[0] == inside[-1][0]), key=every.index)
        last = every.index(furthest) + len(release[furthest].descendants)
        assert told(release.select(pattern.lower())) == every[first : last + 1]


@given(text=asked(SMALL_CODES) | st.builds("{}-{}".format, asked(SMALL_CODES), asked(SMALL_CODES)))
@settings(max_examples=300)
def test_select_refuses_politely(small: Icd10cmRelease, text: str) -> None:
    refusal: SelectionError | None = None
    found: list[str] = []
    try:
        found = told(small.select(text))
    except SelectionError as error:
        refusal = error
    assert refusal is None or (refusal.pattern == text and str(refusal))
    assert set(found) <= set(SMALL_CODES)
    assert is_sorted(map(SMALL_CODES.index, found))


@given(pattern=anything)
@SOME
def test_a_pattern_is_a_text_or_a_code(small: Icd10cmRelease, pattern: Any) -> None:
    wrong = "" if isinstance(pattern, str) else pattern
    with pytest.raises(SelectionError):
        small.select(wrong)


@pytest.mark.parametrize(
    "pattern", ["\u017f06", "\u017f06*", "\u017f*", "\u017f06-\u017f72", "S06-T\u0666"]
)
def test_letters_that_upper_case_into_ascii_are_no_pattern(
    small: Icd10cmRelease, pattern: str
) -> None:
    with pytest.raises(SelectionError, match="ASCII"):
        small.select(pattern)


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013")
def test_a_range_may_be_written_with_the_dash_of_a_word_processor(
    small: Icd10cmRelease, dash: str
) -> None:
    assert small.select(f"S06{dash}T07").codes == small.select("S06-T07").codes != ()
    assert small.select(f"S06.{dash}").codes == small.select("S06.-").codes != ()


# Sequences of codes.


@given(data=st.data())
@MANY
def test_codes_are_a_sequence(small: Icd10cmRelease, data: st.DataObject) -> None:
    every = list(small.values())
    code = data.draw(st.sampled_from(every))
    codes = data.draw(
        st.sampled_from(
            [
                code.descendants,
                code.children,
                code.siblings,
                small.select(code.code, billable=True),
                small.select("*"),
                small.select("E*", "S72", "A*" if "A*" in small else "T07"),
            ]
        )
    )
    listed = list(codes)
    assert len(codes) == len(listed)
    assert codes == listed
    assert codes == tuple(listed)
    assert hash(codes) == hash(tuple(listed))
    assert list(reversed(codes)) == listed[::-1]
    assert codes.codes == tuple(told(listed))
    for place in range(-len(listed), len(listed)):
        assert codes[place] == listed[place]
    for wrong in (len(listed), -len(listed) - 1):
        with pytest.raises(IndexError):
            codes[wrong]
    bounds = st.none() | st.integers(-5, 70)
    steps = st.sampled_from((None, 2, -1, -3))
    part = slice(data.draw(bounds), data.draw(bounds), data.draw(steps))
    assert codes[part] == listed[part]
    assert codes[part].codes == tuple(told(listed[part]))
    for each in every:
        assert (each in codes) == (each in listed) == (each.code in codes)
        assert codes.count(each) == listed.count(each)
        if each in listed:
            assert codes.index(each) == listed.index(each)
    assert None not in codes
    assert "no code" not in codes
    assert codes != told(listed) or not listed
    assert codes != [*listed, code]
    assert codes != "E11"
    assert f"{len(codes):,}" in repr(codes)


# Keeping.


@given(officials())
@FEW
def test_save_and_load_give_an_equal_release(
    tmp_path_factory: pytest.TempPathFactory, official: Official
) -> None:
    made = whole(official)
    folder = tmp_path_factory.mktemp("kept")
    path = made.save(folder / "x.codeset")
    loaded = icd10cm.load_path(path)
    assert loaded == made
    assert hash(loaded) == hash(made)
    assert (loaded.path, made.path) == (path, None)
    assert icd10cm.load_path(path) is loaded
    loaded.verify()
    made.verify()
    assert loaded.provenance == made.provenance
    assert loaded.anomalies == made.anomalies
    assert loaded.reconciliation == made.reconciliation
    assert official_of(loaded) == official_of(made)
    assert list(loaded.values()) == list(made.values())
    # Same input bytes, same output bytes; and a release saves what it was read from.
    assert whole(official).save(folder / "y.codeset").read_bytes() == path.read_bytes()
    assert loaded.save(folder / "z.codeset").read_bytes() == path.read_bytes()
    assert sorted(os.listdir(folder)) == ["x.codeset", "y.codeset", "z.codeset"]


@given(officials())
@FEW
def test_pickles_give_equal_objects(
    tmp_path_factory: pytest.TempPathFactory, official: Official
) -> None:
    made = whole(official)
    loaded = icd10cm.load_path(made.save(tmp_path_factory.mktemp("pickled") / "x.codeset"))
    for release in (made, loaded):
        things: list[Any] = [
            release, release.edition, *release.chapters.values(), *release.sections.values(),
            *release.anomalies, *release.provenance, release.reconciliation, release.select("*"),
        ]  # fmt: skip
        for code in release.values():
            things += [code, *code.notes, *code.inherited_notes, *code.seventh_characters]
            things += [code.descendants, release.check(code.code), *code.visual_impairment]
        things += [release.check("Q99.9"), release.check("no code"), release.check(None)]
        again = pickle.loads(pickle.dumps(things))
        assert again == things
        assert [type(thing) for thing in again] == [type(thing) for thing in things]
        assert [hash(thing) for thing in again] == [hash(thing) for thing in things]
        assert list(map(repr, again)) == list(map(repr, things))
        # A release with a file is pickled as its path and digest, whatever it holds.
        assert (len(pickle.dumps(release)) < 1000) == (release.path is not None)


def test_a_pickle_does_not_open_another_file(small: Icd10cmRelease, tmp_path: Path) -> None:
    path = small.save(tmp_path / "x.codeset")
    pickled = pickle.dumps(icd10cm.load_path(path))
    order_alone(SMALL).save(path)
    with pytest.raises(CompiledFileError, match="no longer the file"):
        pickle.loads(pickled)


BUILD = """
import hashlib, sys
from codesets import icd10cm
release = icd10cm.parse(*sys.argv[1:])
print(hashlib.sha256(release.file.to_bytes()).hexdigest(), hash("a") != 0)
"""


def test_bytes_are_the_same_in_another_process(tmp_path: Path, small: Icd10cmRelease) -> None:
    """Same input bytes, same output bytes, whatever the seed of hashes."""
    made = files(SMALL)
    names = {"tabular": "a.xml", "order": "b.txt"}
    for kind, name in names.items():
        (tmp_path / name).write_bytes(made[kind])
    paths = [str(tmp_path / name) for name in names.values()]
    ours = hashlib.sha256(icd10cm.parse(*paths).file.to_bytes()).hexdigest()
    for seed in ("1", "4711"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        command = [sys.executable, "-c", BUILD, *paths]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split()[0] == ours


# Equality.


@given(officials(), officials())
@FEW
def test_equality_is_content_and_edition(first: Official, second: Official) -> None:
    left, right = whole(first), whole(second)
    # White space that is tidied is listed, but makes no other content.
    assert (left == right) == (tidied(first) == tidied(second))
    renamed = [icd10cm.parse(io.BytesIO(tabular_xml(first)), edition=e) for e in ("2026", "2027")]
    assert renamed[0] != renamed[1]
    assert next(iter(renamed[0].values())) != next(iter(renamed[1].values()))
    assert left != "left"
    assert left[next(iter(left))] != next(iter(left))


def test_findings_are_told_apart_by_kind_and_text(small: Icd10cmRelease) -> None:
    found: list[Finding] = [
        small.check(text) for text in ("E11.9", "e119", "E11", "E11.8", "E1.19", "")
    ]
    assert len(set(found)) == len(found)
    assert [type(each) for each in found] == [
        Valid, Valid, Header, NotInRelease, Malformed, Malformed,
    ]  # fmt: skip
