"""simple-icd-10-cm 1.2.0 and codesets on the same files: where they differ, and who is right.

Both answer for every chapter, section and code of January 2021. Each difference falls into one of
the classes of `docs/differences-from-peers.md`, which has their numbers, and each class is decided
here from the XML and the order file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from codesets.icd10cm import Chapter, Icd10cmCode, Note, NoteKind, Section
from icd10cm.official import peer
from icd10cm.official.releases import dotted, fold, same

pytestmark = pytest.mark.slow_once

PAGE = Path(__file__).parents[3] / "docs" / "differences-from-peers.md"

Owner = Chapter | Section | Icd10cmCode

CATEGORY_PARENT = "the parent of a category"
OWN_NAME = "a parent with the name of its child"
SECTION_PARENT = "the parent of a section inside an overview"
BELOW_OVERVIEW = "what stands below an overview"
TITLE = "a note inside a title"
MEANING = "a note inside the meaning of a seventh character"
TAKEN_AWAY = "seventh characters that a note takes away"
BLANKS = "white space inside notes"
NOT_READ = {
    NoteKind.CODE_ALSO: "owners of code-also notes",
    NoteKind.NOTE: "owners of plain notes",
}
PLACEHOLDER = "placeholders"
VISUAL = "the visual impairment table"
NEAREST = {
    "allUseAdditionalCode": "use-additional-code notes of higher levels",
    "allCodeFirst": "code-first notes of higher levels",
}
NEVER = {
    NoteKind.EXCLUDES1: "excludes1 notes of higher levels",
    NoteKind.EXCLUDES2: "excludes2 notes of higher levels",
    NoteKind.INCLUDES: "includes notes of higher levels",
}
LISTS = (NoteKind.EXCLUDES1, NoteKind.EXCLUDES2, NoteKind.INCLUDES, NoteKind.INCLUSION_TERM)
JOINED = (
    NoteKind.USE_ADDITIONAL_CODE,
    NoteKind.CODE_FIRST,
    NoteKind.SEVENTH_CHARACTER_NOTE,
)


class Difference(NamedTuple):
    kind: str
    name: str
    owner: Owner
    theirs: Any
    ours: Any


def collapsed(text: str) -> str:
    return " ".join(text.split())


def texts(notes: Sequence[Note], kind: NoteKind) -> list[str]:
    return [note.text for note in notes if note.kind is kind]


def owner_of(node: dict[str, Any]) -> Owner:
    release = peer.ours()
    if node["is_chapter"]:
        return release.chapters[int(node["name"])]
    return release.sections[node["name"]] if node["is_block"] else release[node["name"]]


@cache
def differences() -> tuple[Difference, ...]:
    found: list[Difference] = []
    for node in peer.theirs()["nodes"]:
        owner = owner_of(node)

        def add(kind: str, theirs: object, ours: object) -> None:
            found.append(Difference(kind, node["name"], owner, theirs, ours))  # noqa: B023

        # Codes made by a seventh character have no notes but those inside of definitions.
        is_made = isinstance(owner, Icd10cmCode) and owner.code not in elements()
        notes = () if is_made else owner.notes
        _place(node, owner, add)
        _notes(node, notes, add)
        title = owner.display if isinstance(owner, Icd10cmCode) else owner.title
        if node["title"] != title:
            add(TITLE, node["title"], title)
        if isinstance(owner, Icd10cmCode):
            _of_codes(node, owner, notes, is_made, add)
    return tuple(found)


Add = Callable[[str, object, object], None]


def _place(node: dict[str, Any], owner: Owner, add: Add) -> None:
    above: Owner | None
    below: list[str]
    if isinstance(owner, Chapter):
        above, below = None, [section.id for section in owner.sections]
    elif isinstance(owner, Section):
        above = owner.parent or owner.chapter
        below = [code.code for code in owner.categories]
        if owner.is_overview and node["children"] != below:
            add(BELOW_OVERVIEW, node["children"], below)
            below = node["children"]
    else:
        above, below = owner.parent, list(owner.children.codes)
    name = "" if above is None else str(above).removeprefix("chapter ")
    if node["parent"] != name:
        add(
            CATEGORY_PARENT if isinstance(owner, Icd10cmCode) else SECTION_PARENT,
            node["parent"],
            name,
        )
    if node["parent"] == node["name"]:
        add(OWN_NAME, node["parent"], name)
    assert node["children"] == below


def _notes(node: dict[str, Any], notes: Sequence[Note], add: Add) -> None:
    for kind in LISTS:
        if node[kind] != texts(notes, kind):
            add(BLANKS, node[kind], texts(notes, kind))
    for kind in JOINED:
        if node[kind] != "\n".join(texts(notes, kind)):
            add(BLANKS, [node[kind]], [" ".join(texts(notes, kind))])
    for kind, difference in NOT_READ.items():
        if texts(notes, kind):
            add(difference, None, texts(notes, kind))


def _of_codes(
    node: dict[str, Any], owner: Icd10cmCode, notes: Sequence[Note], is_made: bool, add: Add
) -> None:
    answers = peer.theirs()["answers"]
    # A seventh character adds no level and no choice: what is said of one such code of a stem is
    # said of all. Asking 50,000 of them the same would take longer than all the rest.
    first = node["parent"] if is_made else node["name"]
    characters, above = _choice_and_notes_above(first, is_made)
    told = answers[node["characters"]]
    if [*told] != [*characters]:
        add(TAKEN_AWAY, told, characters)
    elif told != characters:
        add(MEANING, told, characters)
    if owner.is_placeholder:
        add(PLACEHOLDER, None, owner.code)
    if owner.visual_impairment:
        add(VISUAL, None, owner.visual_impairment)
    if not owner.is_billable:
        return
    for name, kind in (
        ("allUseAdditionalCode", NoteKind.USE_ADDITIONAL_CODE),
        ("allCodeFirst", NoteKind.CODE_FIRST),
    ):
        every = texts((*above, *notes), kind)
        nearest = answers[node[name]]
        if collapsed(nearest) != " ".join(every):
            add(NEAREST[name], nearest.split("\n") if nearest else [], every)
    for kind, difference in NEVER.items():
        if any(note.kind is kind for note in above):
            add(difference, None, kind)


@cache
def _choice_and_notes_above(code: str, is_stem: bool) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Seventh characters and notes of all levels above a code; of a stem, of the codes it makes."""
    own = peer.ours()[code]
    choice = {choice.character: choice.meaning for choice in own.seventh_characters}
    asked = own.children[0] if is_stem else own
    return choice, asked.inherited_notes


def of_kind(kind: str) -> Sequence[Difference]:
    found = [difference for difference in differences() if difference.kind == kind]
    assert found
    return found


@cache
def elements() -> dict[str, etree._Element]:
    """Code → its element of the XML."""
    return {str(diag.findtext("name")): diag for diag in peer.tree().iter("diag")}


@cache
def order() -> dict[str, str]:
    """Code → long description, of the order file."""
    lines = peer.files()[1].decode("ascii").split("\r\n")[:-1]
    return {dotted(line[6:13].rstrip(" ")): line[77:] for line in lines}


# What they agree on.


def test_both_have_the_same_chapters_sections_and_codes_in_the_same_order() -> None:
    release = peer.ours()
    assert release.edition.name == "2021-january"
    nodes = peer.theirs()["nodes"]
    expected: list[str] = []
    for chapter in release.chapters.values():
        expected.append(str(chapter.number))
        for section in chapter.sections:
            expected.append(section.id)
            expected += () if section.is_overview else section.codes.codes
    same((node["name"] for node in nodes), expected)
    codes = [node for node in nodes if not node["is_chapter"] and not node["is_block"]]
    same((node["name"] for node in codes), release.codes)
    # With the dot and without.
    assert all(node["valid"] for node in codes)
    assert all(node["name"].replace(".", "") in release for node in codes)
    same((node["leaf"] for node in codes), (code.is_billable for code in release.select("*")))


def test_all_differences_are_on_the_page_with_their_numbers() -> None:
    """`_place` and `_notes` allow no difference that is in no class."""
    rows = re.findall(r"^\| ([^|]+?) +\| +([0-9,]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    written = {name: int(number.replace(",", "")) for name, number in rows}
    counted: dict[str, int] = {}
    for difference in differences():
        counted[difference.kind] = counted.get(difference.kind, 0) + 1
    assert counted == written


# Who is right.


def test_titles_are_those_of_the_order_file() -> None:
    for difference in of_kind(TITLE):
        assert fold(difference.ours) == order()[difference.name] != fold(difference.theirs)
        assert isinstance(difference.owner, Icd10cmCode)
        (note,) = difference.owner.notes
        assert difference.theirs == f"{difference.ours}/{note.text}" or collapsed(
            difference.theirs
        ) == collapsed(f"{difference.ours}/ {note.text}")


def test_the_meaning_of_a_seventh_character_is_the_text_of_its_extension() -> None:
    for difference in of_kind(MEANING):
        owner = difference.owner
        assert isinstance(owner, Icd10cmCode)
        levels = [owner.code, *(code.code for code in owner.ancestors)]
        (extensions, *_) = (
            found
            for code in levels
            if code in elements() and (found := elements()[code].findall("sevenChrDef/extension"))
        )
        assert difference.ours == {str(e.get("char")): e.text for e in extensions}
        glued = [key for key, text in difference.theirs.items() if text != difference.ours[key]]
        for key in glued:
            meaning, _, note = difference.theirs[key].partition("/")
            assert meaning == difference.ours[key]
            notes = [c.notes for c in owner.seventh_characters if c.character == key]
            assert notes == [(collapsed(note),)]


def test_what_the_note_of_s06_takes_away_is_in_no_order_file() -> None:
    for difference in of_kind(TAKEN_AWAY):
        assert difference.name.startswith("S06")
        assert [*difference.theirs] == ["A", "D", "S"]
        stem = difference.name[:7]
        assert [c for c in "ADS" if stem + c in order()] == [*difference.ours] == ["A"]


def test_white_space_is_all_that_differs_in_notes() -> None:
    for difference in of_kind(BLANKS):
        pairs = zip(difference.theirs, difference.ours, strict=True)
        assert all(collapsed(left) == right for left, right in pairs)


def test_notes_that_are_not_read_stand_in_the_xml() -> None:
    for kind, name in NOT_READ.items():
        owners = {
            str(list_.getparent().findtext("name") or list_.getparent().get("id"))  # type: ignore[union-attr]
            for list_ in peer.tree().iter(str(kind))
        }
        assert {difference.name for difference in of_kind(name)} == owners
    placeholders = {str(d.findtext("name")) for d in elements().values() if d.get("placeholder")}
    assert {difference.name for difference in of_kind(PLACEHOLDER)} == placeholders
    (table,) = peer.tree().iter("visualImpairment")
    assert [difference.name for difference in of_kind(VISUAL)] == [
        table.getparent().findtext("name")  # type: ignore[union-attr]
    ]


def levels(code: Icd10cmCode) -> Iterator[etree._Element]:
    """The elements of the XML around a code, the nearest first."""
    at: Icd10cmCode | None = code
    while at is not None and at.code not in elements():
        at = at.parent
    element: etree._Element | None = None if at is None else elements()[at.code]
    while element is not None:
        yield element
        element = element.getparent()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (NoteKind.USE_ADDITIONAL_CODE, NEAREST["allUseAdditionalCode"]),
        (NoteKind.CODE_FIRST, NEAREST["allCodeFirst"]),
    ],
)
def test_the_nearest_notes_are_not_all(kind: NoteKind, name: str) -> None:
    for difference in of_kind(name)[::23]:
        assert isinstance(difference.owner, Icd10cmCode)
        told = [collapsed(text) for text in difference.theirs]
        assert set(told) <= set(difference.ours)
        assert len(told) < len(difference.ours)
        # By the XML there is more than one level with notes, and the nearest is the one told.
        held = [
            [collapsed(note.text or "") for note in level.iterfind(f"{kind}/note")]
            for level in levels(difference.owner)
        ]
        full = [notes for notes in held if notes]
        assert difference.owner.section is not None
        assert len(full) > 1 or difference.owner.section.parent is not None
        assert collapsed(" ".join(full[0] if full else ())) == " ".join(told)
        assert {text for notes in full for text in notes} <= set(difference.ours)


def test_the_parent_of_a_category_is_its_section_there() -> None:
    """The same fact by another name: here a section is no code and has a key space of its own."""
    for difference in of_kind(CATEGORY_PARENT):
        assert isinstance(difference.owner, Icd10cmCode)
        assert difference.owner.section is not None
        assert difference.owner.section.id == difference.theirs
        assert elements()[difference.name].getparent().get("id") == difference.theirs  # type: ignore[union-attr]
    for difference in of_kind(OWN_NAME):
        assert difference.name in peer.ours().sections
        assert difference.name in peer.ours()


def test_overviews_enclose_what_their_titles_say() -> None:
    """In the XML all sections stand side by side, the overviews with nothing in them."""
    for difference in of_kind(BELOW_OVERVIEW):
        assert difference.theirs == []
        assert isinstance(difference.owner, Section)
        first, _, last = difference.name.partition("-")
        assert (difference.ours[0], difference.ours[-1]) == (first, last)
    for difference in of_kind(SECTION_PARENT):
        assert isinstance(difference.owner, Section)
        assert difference.theirs == str(difference.owner.chapter.number)
        overview = peer.ours().sections[difference.ours]
        own = set(difference.owner.codes.codes)
        assert own < set(overview.codes.codes)


def test_spellings() -> None:
    release = peer.ours()
    told = peer.theirs()["spellings"]
    assert {text for text, valid in told.items() if valid} == {"E11.9", "E119", "U07.1", "1"}
    found = {text for text in told if text in release}
    assert found == {"E11.9", "E119", "e11.9", "e119", " E11.9", "U07.1"}
    # With and without the dot in one question.
    assert (peer.theirs()["dotted"], peer.theirs()["mixed"]) == (True, False)
    assert release["S7200"].is_ancestor_of("S72001A")
