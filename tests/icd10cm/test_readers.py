"""What readers make of odd files and of broken ones: `tests/data/icd10cm`, one oddity a file.

An oddity that loses nothing is read and listed. What would lose content is refused with file, line
and path; a lenient reader lists it and reads the rest.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from attrs import frozen

from codesets import icd10cm
from codesets.errors import SourceFormatError
from codesets.icd10cm import Icd10cmRelease, NoteKind
from codesets.problems import AnomalyKind

DATA = Path(__file__).resolve().parent.parent / "data" / "icd10cm"
SOUND = icd10cm.parse(DATA / "sound.xml")
SOUND_ORDER = icd10cm.parse(DATA / "order.txt")
WHOLE = ["S00", "S06", "S06.0", "S06.0XXA", "S06.0XXD", "S06.1", "S06.1XXA", "S06.1XXD"]
WHOLE_ORDER = ["S00", "S06", "S06.0", "S06.1"]


def anomalies(release: Icd10cmRelease) -> list[tuple[AnomalyKind, int | None, str, str]]:
    found = release.anomalies
    assert all(anomaly.message for anomaly in found)
    return [(a.kind, a.place.line, a.place.path, a.found) for a in found]


def facts(release: Icd10cmRelease) -> list[object]:
    """All that a release says, but for where it comes from."""
    divisions = [*release.chapters.values(), *release.sections.values()]
    return [
        [(each.title, [(n.kind, n.group, n.text) for n in each.notes]) for each in divisions],
        list(release.chapters),
        list(release.sections),
        [
            (
                code.code, code.display, code.is_billable, code.is_placeholder,
                [(note.kind, note.group, note.text, str(note.owner)) for note in code.notes],
                code.seventh_characters, code.long_description, code.short_description,
            )
            for code in release.values()
        ],
    ]  # fmt: skip


def test_each_file_says_what_it_is_for() -> None:
    for path in DATA.iterdir():
        if path.name != "README.md":
            assert b"Made up for tests: " in path.read_bytes(), path.name


@pytest.mark.parametrize("name", ["sound.xml", "order.txt", "codes.txt", "repeated-elements.xml"])
def test_what_the_publisher_writes_is_not_odd(name: str) -> None:
    assert icd10cm.parse(DATA / name).anomalies == ()


def test_sound_files_are_of_one_release() -> None:
    release = icd10cm.parse(DATA / "sound.xml", DATA / "codes.txt")
    assert list(SOUND) == WHOLE
    assert list(SOUND_ORDER) == WHOLE_ORDER
    assert [(d.kind, d.code) for d in release.reconciliation][:2] == [
        ("title", "S00"), ("missing", "S06.0XXA"),
    ]  # fmt: skip


# Oddities that lose nothing: the release is the sound one.

EQUAL = {
    "empty-note.xml": [
        (AnomalyKind.EMPTY_NOTE, 31, "chapter 19 / S06 / note", ""),
        (AnomalyKind.EMPTY_NOTE, 32, "chapter 19 / S06 / note", "  "),
    ],
    "line-feeds.xml": [(AnomalyKind.LINE_ENDS, None, "", "")],
    "byte-order-mark.xml": [(AnomalyKind.BYTE_ORDER_MARK, 1, "", "")],
    "comments.xml": [
        (AnomalyKind.COMMENT, 3, "ICD10CM.tabular", " between "),
        (AnomalyKind.COMMENT, 21, "chapter 19", "fold"),
        (AnomalyKind.COMMENT, 32, "chapter 19 / S06 / note", " inside "),
    ],
    "odd-values.xml": [
        (AnomalyKind.UNEXPECTED_VALUE, 44, "chapter 19 / S061 / name", "S061"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EQUAL)
def test_an_oddity_is_read_and_listed(name: str) -> None:
    release = icd10cm.parse(DATA / name)
    assert anomalies(release) == EQUAL[name]
    assert {anomaly.place.file for anomaly in release.anomalies} == {name}
    assert facts(release) == facts(SOUND)


def test_white_space_is_tidied_but_in_titles_kept() -> None:
    """Leading blank of a section's desc: QA0 of 2026. Tabs and line ends: 31 notes of 2026."""
    release = icd10cm.parse(DATA / "stray-blanks.xml")
    assert sorted(anomalies(release), key=lambda found: found[1] or 0) == [
        (AnomalyKind.BLANKS, 13, "chapter 19 / note", "Use  secondary code(s) from Chapter 20"),
        (AnomalyKind.BLANKS, 21, "chapter 19 / S00-S09 / desc", " Injuries to the head (S00-S09)"),
        (
            AnomalyKind.BLANKS,
            30,
            "chapter 19 / S06 / note",
            "traumatic\n            brain\tinjury",
        ),
        (AnomalyKind.BLANKS, 38, "chapter 19 / S06 / extension", " subsequent encounter"),
        (AnomalyKind.BLANKS, 39, "chapter 19 / S06 / note", "\tlater on"),
        (AnomalyKind.BLANKS, 42, "chapter 19 / S06.0 / name", "S06.0 "),
        (AnomalyKind.BLANKS, 43, "chapter 19 / S06.0 / desc", "\tConcussion"),
    ]
    assert list(release) == WHOLE
    assert [note.text for note in release["S06"].notes][:1] == ["traumatic brain injury"]
    assert release.sections["S00-S09"].title == "Injuries to the head (S00-S09)"
    assert release["S06.0"].display == "Concussion"
    assert release["S06.0XXD"].notes[0].text == "later on"
    # Doubled blanks in titles stand in the order files of 2012 to 2018 too.
    assert release["S06.1"].display == "Traumatic  cerebral\u00a0edema"


def test_elements_in_another_order_are_put_in_order() -> None:
    release = icd10cm.parse(DATA / "element-order.xml")
    kinds = {(kind, path) for kind, _, path, _ in anomalies(release)}
    assert kinds == {
        (AnomalyKind.ELEMENT_ORDER, "chapter 19 / name"),
        (AnomalyKind.ELEMENT_ORDER, "chapter 19 / excludes2"),
        (AnomalyKind.ELEMENT_ORDER, "chapter 19 / S06 / includes"),
    }
    assert list(release) == WHOLE
    chapter = release.chapters[19]
    assert chapter.title == SOUND.chapters[19].title
    assert [note.kind for note in chapter.notes] == [NoteKind.NOTE, NoteKind.EXCLUDES2]
    assert sorted(note.text for note in release["S06"].notes) == sorted(
        note.text for note in SOUND["S06"].notes
    )


def test_repeated_elements_keep_their_places() -> None:
    """From 2017 useAdditionalCode stands twice in 26 codes; `notes` on both sides of an index."""
    release = icd10cm.parse(DATA / "repeated-elements.xml")
    assert [(n.kind, n.group) for n in release.chapters[19].notes] == [
        (NoteKind.NOTE, 0), (NoteKind.NOTE, 1),
    ]  # fmt: skip
    assert [(n.kind.value, n.group, n.text) for n in release["S06"].notes][1:4] == [
        ("useAdditionalCode", 1, "code for skull fracture"),
        ("excludes1", 2, "head injury NOS (S09.90)"),
        ("useAdditionalCode", 3, "code, if applicable"),
    ]


def test_the_draft_of_2011_is_read() -> None:
    """No ids of sections (taken from desc), placeholders in lower case."""
    release = icd10cm.parse(DATA / "draft-2011.xml")
    found = sorted((kind, line, text) for kind, line, _, text in anomalies(release))
    assert found == [
        (AnomalyKind.LETTER_CASE, 44, "S06.1x"),
        (AnomalyKind.MISSING_PART, 20, ""),
    ]
    assert list(release.sections) == ["S00-S09"]
    assert list(release)[-3:] == ["S06.1X", "S06.1XXA", "S06.1XXD"]
    assert [(ref.id, ref.title) for ref in release.chapters[19].section_index] == [
        ("", "Injuries to the head")
    ]


ORDER_ODDITIES = {
    "order-line-feeds.txt": [(AnomalyKind.LINE_ENDS, None, "", "")],
    "order-empty-line.txt": [(AnomalyKind.BLANKS, 3, "", "")],
    "order-byte-order-mark.txt": [(AnomalyKind.BYTE_ORDER_MARK, 1, "", "")],
}


@pytest.mark.parametrize("name", ORDER_ODDITIES)
def test_an_oddity_of_an_order_file_is_read_and_listed(name: str) -> None:
    release = icd10cm.parse(DATA / name)
    assert anomalies(release) == ORDER_ODDITIES[name]
    assert facts(release)[3][1:] == facts(SOUND_ORDER)[3][1:]  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "long"),
    [
        ("order-2013.txt", "Acné excoriée des jeunes filles"),
        ("order-latin-1.txt", "Acné excoriée"),
    ],
)
def test_columns_are_bytes(name: str, long: str) -> None:
    """The order file of 2013 pads its short titles in bytes: read as characters, all shifts."""
    release = icd10cm.parse(DATA / name)
    code = release["L70.5"]
    assert (code.short_description, code.long_description) == ("Acné excoriée", long)
    assert anomalies(release) == [
        (AnomalyKind.NON_ASCII, 3, "", "Acné excoriée"),
        (AnomalyKind.NON_ASCII, 3, "", long),
    ]


def test_empty_lines_lose_nothing() -> None:
    """At the end of a file they are what an editor leaves behind."""
    data = (DATA / "order.txt").read_bytes()
    release = icd10cm.parse(io.BytesIO(data + b"\r\n  \r\n"))
    assert facts(release) == facts(SOUND_ORDER)
    assert anomalies(release) == [
        (AnomalyKind.BLANKS, 5, "", ""),
        (AnomalyKind.BLANKS, 6, "", "  "),
    ]


@pytest.mark.parametrize("control", ["\0", "\t", "\r", "\x7f"])
def test_control_characters_in_descriptions_are_kept_and_listed(control: str) -> None:
    """Lines end in CRLF; whatever else of that kind stands in one is nothing of the publisher's."""
    data = (DATA / "order.txt").read_bytes()
    line = f"Con{control}ussion"
    release = icd10cm.parse(io.BytesIO(data.replace(b"Concussion", line.encode())))
    assert release["S06.0"].long_description == line
    ((kind, number, _, found),) = anomalies(release)
    assert (kind, number) == (AnomalyKind.UNEXPECTED_VALUE, 3)
    assert found.endswith(line)


def test_blanks_in_descriptions_are_kept() -> None:
    """T46.4X until 2016: a leading blank. Y07.45 in April 2023: a doubled one."""
    release = icd10cm.parse(DATA / "order-2014.txt")
    short = " Underdosing of angiotensin-converting-enzyme inhibitors"
    long = "Grandchild,  perpetrator of maltreatment and neglect"
    assert release["T46.4X"].short_description == short
    assert release["Y07.45"].long_description == long
    assert anomalies(release) == [
        (AnomalyKind.BLANKS, 2, "", short),
        (AnomalyKind.BLANKS, 3, "", long),
    ]


# Losses.


@frozen
class Loss:
    """What is said of a loss, and what a lenient reader still has of the release."""

    name: str
    line: int
    path: str
    says: str
    left: tuple[str, ...] = tuple(WHOLE)
    also: int = 0
    """So many further losses are listed that follow from it."""
    kind: AnomalyKind = AnomalyKind.LOST
    """As what a lenient reader lists it."""


def without(*codes: str) -> tuple[str, ...]:
    return tuple(code for code in WHOLE if code not in codes)


CONCUSSION = ("S06.0", "S06.0XXA", "S06.0XXD")
DEFINITION = "chapter 19 / S06 / sevenChrDef"
LOSSES = (
    Loss("unknown-element", 42, "chapter 19 / S06.0", "unknown element deactivated in diag"),
    Loss("unknown-attribute", 40, "chapter 19 / S06.0 / name", "unknown attribute unc of name"),
    Loss("stray-text", 35, DEFINITION, "text where none belongs in sevenChrDef: 'one of these'"),
    Loss("tail-text", 35, DEFINITION, "text where none belongs in sevenChrDef: 'or later'"),
    Loss("markup-in-note", 30, "chapter 19 / S06 / note", "unknown element b in note"),
    Loss("no-name", 39, "chapter 19 / ?", "diag without name", without(*CONCUSSION), 2),
    Loss("empty-name", 40, "chapter 19 / ? / name", "name without text", without(*CONCUSSION), 1),
    Loss("no-title", 39, "chapter 19 / S06.0", "diag without desc", also=1),
    Loss("two-titles", 42, "chapter 19 / S06.0 / desc", "a second desc in diag"),
    Loss(
        "no-code", 40, "chapter 19 / S06.0-S06.1 / name", "'S06.0-S06.1' is no code",
        without(*CONCUSSION), 1,
    ),
    Loss(
        "code-twice", 43, "chapter 19 / S06.0", "S060 stands twice",
        without("S06.1", "S06.1XXA", "S06.1XXD"),
    ),
    Loss("code-with-codes-below-twice", 26, "chapter 19 / S06", "S06 stands twice", ("S06",)),
    Loss("two-definitions", 39, DEFINITION, "a second sevenChrDef in one diag"),
    Loss(
        "character-twice", 37, DEFINITION, "char='A' is no seventh character of its own",
        without("S06.0XXD", "S06.1XXD"),
    ),
    Loss(
        "no-character", 37, DEFINITION, "char='AD' is no seventh character of its own",
        without("S06.0XXD", "S06.1XXD"),
    ),
    Loss(
        "no-meaning", 37, "chapter 19 / S06 / extension", "extension without text",
        without("S06.0XXD", "S06.1XXD"), 1,
    ),
    Loss("note-before-extension", 36, DEFINITION, "a note before the first extension: 'for all"),
    Loss("chapter-name", 9, "chapter XIX", "a chapter is named by its number, not 'XIX'"),
    Loss("chapter-twice", 50, "chapter 19", "twice", (*WHOLE, "U07")),
    Loss("section-twice", 49, "chapter 19 / S00-S09", "twice", (*WHOLE, "S09")),
    Loss("no-section-title", 20, "chapter 19 / S00-S09", "section without desc", also=1),
    Loss("two-indexes", 20, "chapter 19 / sectionIndex", "a second sectionIndex in one chapter"),
)  # fmt: skip
TEXT_LOSSES = (
    Loss("order-gap", 3, "", "order number 00004, expected 00003", ("S00", "S06", "S06.1", "S09")),
    Loss("order-twice", 4, "", "S060 stands twice", tuple(WHOLE_ORDER)),
    Loss("order-width", 3, "", "no record of the order file (26", ("S00", "S06", "S06.1"), 1),
    Loss("order-column", 3, "", "no record of the order file (88", ("S00", "S06", "S06.1"), 1),
    Loss("order-flag", 3, "", "no record of the order file (87", ("S00", "S06", "S06.1"), 1),
    Loss("order-number", 3, "", "no record of the order file (87", ("S00", "S06", "S06.1"), 1),
    Loss("order-lower-case", 3, "", "no record of the order file", ("S00", "S06", "S06.1"), 1),
    Loss(
        "order-cut",
        4,
        "",
        "the file ends inside a record",
        tuple(WHOLE_ORDER),
        kind=AnomalyKind.MISSING_PART,
    ),
    Loss("codes-twice", 3, "", "S060 stands twice", ("S00", "S06.0", "S06.1")),
    Loss("codes-column", 2, "", "no record of the codes file", ("S00", "S06.1")),
    Loss(
        "codes-cut",
        3,
        "",
        "the file ends inside a record",
        ("S00", "S06.0", "S06.1"),
        kind=AnomalyKind.MISSING_PART,
    ),
)


def file_of(loss: Loss) -> Path:
    return DATA / f"loss-{loss.name}.{'txt' if loss in TEXT_LOSSES else 'xml'}"


def test_every_loss_has_its_expectation() -> None:
    expected = {file_of(loss).name for loss in LOSSES + TEXT_LOSSES}
    assert {path.name for path in DATA.glob("loss-*")} == expected


@pytest.mark.parametrize("loss", LOSSES + TEXT_LOSSES, ids=lambda loss: loss.name)
def test_a_loss_is_refused_with_file_line_and_path(loss: Loss) -> None:
    path = file_of(loss)
    with pytest.raises(SourceFormatError) as caught:
        icd10cm.parse(path)
    error = caught.value
    assert error.file == path.name
    assert loss.says in error.problem
    assert (error.line, error.path or "") == (loss.line, loss.path)
    # The message has it all, and the way out.
    assert str(error).startswith(f"{path.name}, line {loss.line}")
    assert loss.path in str(error)
    assert "lenient=True" in str(error)


@pytest.mark.parametrize("loss", LOSSES + TEXT_LOSSES, ids=lambda loss: loss.name)
def test_a_lenient_reader_lists_a_loss_and_has_the_rest(loss: Loss) -> None:
    release = icd10cm.parse(file_of(loss), lenient=True)
    assert tuple(release) == loss.left
    lost = [anomaly for anomaly in release.anomalies if anomaly.kind is loss.kind]
    assert loss.says in lost[0].message
    assert (lost[0].place.line, lost[0].place.path) == (loss.line, loss.path)
    assert len(lost) == 1 + loss.also
    # What is left answers.
    assert facts(release)
    assert all(code.display for code in release.values()) or loss.name == "no-title"
    if loss not in LOSSES:
        return
    assert release.chapters
    assert [code.chapter for code in release.values()] == [
        code.section and code.section.chapter for code in release.values()
    ]
    if "S00" in release:
        assert release["S00"].display == SOUND["S00"].display
        definition = release["S06"].notes[-1]
        assert definition.kind is NoteKind.SEVENTH_CHARACTER_NOTE


FOUND = {
    "unknown-element": "<deactivated>",
    "unknown-attribute": "unc=",
    "stray-text": "one of these",
    "tail-text": "or later",
    "markup-in-note": "<b>",
    "two-titles": "<desc>",
    "code-twice": "<diag>",
    "code-with-codes-below-twice": "<desc>Concussion</desc>",
    "two-definitions": "<extension",
    "character-twice": "<extension",
    "no-character": "<extension",
    "note-before-extension": "for all",
    "two-indexes": "<sectionIndex>",
    "order-width": "00003",
    "order-twice": "S060",
    "codes-column": "S06",
}


@pytest.mark.parametrize("loss", LOSSES + TEXT_LOSSES, ids=lambda loss: loss.name)
def test_what_is_lost_is_kept_as_it_stood(loss: Loss) -> None:
    """Whole, so that nobody has to open the file to see what is missing."""
    release = icd10cm.parse(file_of(loss), lenient=True)
    first = next(a for a in release.anomalies if a.kind is loss.kind)
    if loss.name in FOUND:
        assert FOUND[loss.name] in first.found
    data = file_of(loss).read_bytes().decode("latin-1" if loss in TEXT_LOSSES else "utf-8")
    squeezed = "".join(data.replace("'", '"').split())
    assert "".join(first.found.replace("'", '"').split()) in squeezed


@pytest.mark.parametrize("name", ["9" * 5000, "0", "019", "-1"])
def test_a_chapter_is_known_by_a_number(name: str) -> None:
    """Chapters are keyed by number: one that is none, or another's in disguise, is refused."""
    data = (DATA / "sound.xml").read_bytes().replace(b"<name>19<", b"<name>%s<" % name.encode())
    with pytest.raises(SourceFormatError, match="a chapter is named by its number") as caught:
        icd10cm.parse(io.BytesIO(data))
    assert len(str(caught.value)) < 5500
    release = icd10cm.parse(io.BytesIO(data), lenient=True)
    assert [chapter.number for chapter in release.chapters.values()] == [1]


def odd(old: bytes, new: bytes, *, lenient: bool = False) -> Icd10cmRelease:
    """The sound tabular list with one thing changed."""
    data = (DATA / "sound.xml").read_bytes()
    assert old in data
    return icd10cm.parse(io.BytesIO(data.replace(old, new, 1)), lenient=lenient)


@pytest.mark.parametrize(
    "definition",
    [b"<sevenChrDef/>", b'<sevenChrDef><extension char="AB">x</extension></sevenChrDef>'],
)
def test_a_definition_without_a_character_makes_no_dead_headers(definition: bytes) -> None:
    before = b"<name>S06.0</name>"
    title = before + b"\r\n          <desc>Concussion</desc>"
    with pytest.raises(SourceFormatError, match="seventh character") as caught:
        odd(title, title + definition)
    assert caught.value.path == "chapter 19 / S06.0 / sevenChrDef"
    release = odd(title, title + definition, lenient=True)
    lost = [a.message for a in release.anomalies if a.kind is AnomalyKind.LOST]
    assert lost[-1] == "a definition without any seventh character"
    assert list(release) == WHOLE


def test_seventh_characters_are_ascii() -> None:
    release = odd(b'char="A"', b'char="a"')
    assert facts(release) == facts(SOUND)
    place = "chapter 19 / S06 / extension"
    assert anomalies(release) == [(AnomalyKind.LETTER_CASE, 36, place, "a")]
    for letter in ("ı", "ſ", "ß", "é"):
        with pytest.raises(SourceFormatError, match=f"char='{letter}' is no seventh character"):
            odd(b'char="A"', f'char="{letter}"'.encode())


@pytest.mark.parametrize("mark", [b"1", b"yes", b"True", b"", b" true"])
def test_a_placeholder_is_marked_by_true(mark: bytes) -> None:
    old, new = b"<diag>\r\n          <name>S06.0", b'<diag placeholder="%s"><name>S06.0'
    with pytest.raises(SourceFormatError, match="says neither yes nor no") as caught:
        odd(old, new % mark)
    assert caught.value.path == "chapter 19 / S06.0"
    release = odd(old, new % mark, lenient=True)
    assert [(kind, found) for kind, _, _, found in anomalies(release)] == [
        (AnomalyKind.LOST, mark.decode())
    ]
    assert not release["S06.0"].is_placeholder
    assert odd(old, new % b"true")["S06.0"].is_placeholder
    assert anomalies(odd(old, new % b"false")) == []


SECTION = b'<section id="S00-S09">'


@pytest.mark.parametrize(
    ("name", "last"),
    [("S00-S06", ""), ("S00-S1A", "S06"), ("S00-S05", "S00"), ("A00-T99", "S06"),
     ("S07-S09", None), ("S09-S01", None), ("S10", None), ("T00-T99", None)],
)  # fmt: skip
def test_an_overview_whose_last_category_is_not_there(name: str, last: str | None) -> None:
    """J40-J4A ends with J47: an overview goes on to the last category before the one it names."""
    overview = b'<section id="%s"><desc>x</desc></section>' % name.encode()
    release = odd(SECTION, overview + SECTION)
    parent = release.sections["S00-S09"].parent
    assert (None if parent is None else parent.id) == (None if last is None else name)
    enclosed = [code.code for code in release.select(name)] if last is not None else []
    assert enclosed == (list(release) if last is not None else [])
    if last == "":
        assert anomalies(release) == []
        return
    ((kind, line, path, found),) = anomalies(release)
    assert (kind, line) == (AnomalyKind.UNEXPECTED_VALUE, 20)
    assert (path, found) == (f"chapter 19 / {name}", name)
    says = f"it ends with {last}" if last else "it encloses nothing"
    assert release.anomalies[0].message.endswith(says)


@pytest.mark.parametrize("order", [False, True])
def test_a_code_that_is_made_though_it_is_there(order: bool) -> None:
    """The listed one is kept: it has a title of its own."""
    listed = b"<diag><name>S06.0XXA</name><desc>Listed</desc></diag>"
    data = (DATA / "sound.xml").read_bytes()
    data = data.replace(b"<diag>\r\n          <name>S06.1", listed + b"<diag><name>S06.1", 1)
    sources = [io.BytesIO(data)]
    if order:
        line = "{:05} {:7} {} {:60} {}\r\n".format
        codes = enumerate(("S00", "S06", "S060", "S060XXA", "S060XXD"), 1)
        text = "".join(line(n, code, int(n not in (2, 3)), "x", "x") for n, code in codes)
        sources.append(io.BytesIO(text.encode()))
    with pytest.raises(SourceFormatError, match=r"S06\.0XXA is made by a definition") as caught:
        icd10cm.parse(*sources)
    assert (caught.value.line, caught.value.path) == (40, "S06.0")
    for source in sources:
        source.seek(0)
    release = icd10cm.parse(*sources, lenient=True)
    assert release["S06.0XXA"].display == "Listed"
    assert release["S06.0XXA"].is_billable
    assert [code.code for code in release["S06.0"].children] == ["S06.0XXD"]
    assert sorted(set(WHOLE) - set(release)) == (["S06.1XXA", "S06.1XXD"] if order else [])
    assert [(kind, found) for kind, _, _, found in anomalies(release)] == [
        (AnomalyKind.LOST, "S06.0XXA")
    ]


def test_one_gap_is_listed_once() -> None:
    """Behind a gap the numbers count on: one record missing is one loss, not one for each after."""
    release = icd10cm.parse(DATA / "loss-order-gap.txt", lenient=True)
    assert len(release.anomalies) == 1
    assert release["S09"].display == "Other injuries"


# Places in large files.


def test_line_numbers_go_beyond_sixteen_bits() -> None:
    """A tabular list has 243,833 lines, and libxml2 counts them in sixteen bits by itself."""
    data = (DATA / "loss-unknown-attribute.xml").read_bytes()
    data = data.replace(b"        <includes>", b"\r\n" * 100_000 + b"        <includes>")
    with pytest.raises(SourceFormatError) as caught:
        icd10cm.parse(io.BytesIO(data))
    assert caught.value.line == 100_040


@pytest.mark.parametrize("ends", ["within", "at the end"])
def test_line_ends_are_looked_at_in_the_whole_file(ends: str) -> None:
    data = (DATA / "sound.xml").read_bytes().rstrip()
    place = data.rindex(b"</section>") if ends == "within" else len(data)
    lines = b"\r\n" * 100_000
    release = icd10cm.parse(io.BytesIO(data[:place] + lines + b"\n" + data[place:]))
    # A line feed that ends the file is none.
    found = [(AnomalyKind.LINE_ENDS, None, "", "")] if ends == "within" else []
    assert anomalies(release) == found


XSI = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PLACE = b'xsi:noNamespaceSchemaLocation="icd10cm_tabular.xsd"'
DECLARATIONS: dict[str, list[tuple[bytes, bytes]]] = {
    "unused": [(b"<ICD10CM.tabular>", b"<ICD10CM.tabular " + XSI + b">")],
    "schema": [(b"<ICD10CM.tabular>", b"<ICD10CM.tabular " + XSI + b" " + PLACE + b">")],
    "deep": [(b"<desc>Concussion", b'<desc xmlns:x="urn:x">Concussion')],
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_of_namespaces_loses_nothing(name: str) -> None:
    """The most likely thing that a publisher adds to its files."""
    data = (DATA / "sound.xml").read_bytes()
    for old, new in DECLARATIONS[name]:
        assert old in data
        data = data.replace(old, new, 1)
    release = icd10cm.parse(io.BytesIO(data))
    assert facts(release) == facts(SOUND)
    found = [(kind, found) for kind, _, _, found in anomalies(release)]
    uri = "urn:x" if name == "deep" else "http://www.w3.org/2001/XMLSchema-instance"
    place = [(AnomalyKind.NAMESPACE, "icd10cm_tabular.xsd")] if name == "schema" else []
    assert found == [(AnomalyKind.NAMESPACE, uri), *place]


@pytest.mark.parametrize(
    "attribute", [b'xml:lang="en"', XSI + b' xsi:nil="true"', b'xmlns:x="urn:x" x:y="z"']
)
def test_an_attribute_of_a_namespace_is_lost(attribute: bytes) -> None:
    data = (DATA / "sound.xml").read_bytes()
    data = data.replace(b"<desc>Concussion", b"<desc " + attribute + b">Concussion", 1)
    with pytest.raises(SourceFormatError, match="unknown attribute"):
        icd10cm.parse(io.BytesIO(data))
    release = icd10cm.parse(io.BytesIO(data), lenient=True)
    assert facts(release) == facts(SOUND)
    assert AnomalyKind.LOST in [anomaly.kind for anomaly in release.anomalies]


def test_comments_outside_the_root_are_listed() -> None:
    data = (DATA / "sound.xml").read_bytes()
    data = data.replace(b"<ICD10CM", b'<?xml-stylesheet href="a"?>\r\n<!--b-->\r\n<ICD10CM', 1)
    release = icd10cm.parse(io.BytesIO(data + b"\r\n<!--c-->"))
    assert facts(release) == facts(SOUND)
    assert sorted((line or 0, found) for _, line, _, found in anomalies(release)) == [
        (2, 'href="a"'), (3, "b"), (1 + data.count(b"\n") + 1, "c"),
    ]  # fmt: skip
    assert {anomaly.kind for anomaly in release.anomalies} == {AnomalyKind.COMMENT}


@pytest.mark.parametrize("ends", [b"\r", b"\n", b"\n\r"])
def test_line_ends_of_other_kinds_are_listed(ends: bytes) -> None:
    data = (DATA / "sound.xml").read_bytes().replace(b"\r\n", ends)
    release = icd10cm.parse(io.BytesIO(data))
    assert anomalies(release) == [(AnomalyKind.LINE_ENDS, None, "", "")]
    assert facts(release) == facts(SOUND)


def test_a_former_id_of_a_section_is_told() -> None:
    """The list of 2012 has two; no later one has any."""
    data = (DATA / "sound.xml").read_bytes()
    data = data.replace(b'<section id="S00-S09"', b'<section id="S00-S09" oldid="S00-S08"')
    release = icd10cm.parse(io.BytesIO(data))
    place = "chapter 19 / S00-S09"
    assert anomalies(release) == [(AnomalyKind.FORMER_ID, 20, place, "S00-S08")]
    assert facts(release) == facts(SOUND)


@pytest.mark.parametrize("without_codes", [b"<chapter>", b"<section ", b"<diag>"])
def test_a_tabular_list_without_codes_says_so(without_codes: bytes) -> None:
    data = (DATA / "sound.xml").read_bytes()
    data = data[: data.index(without_codes)]
    for tag in (b"section", b"chapter", b"ICD10CM.tabular"):
        if data.count(b"<" + tag + b" ") + data.count(b"<" + tag + b">"):
            data += b"</" + tag + b">"
    with pytest.raises(SourceFormatError, match=r"no (chapter|code)"):
        icd10cm.parse(io.BytesIO(data))
