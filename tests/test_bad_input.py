"""Bad input of every sort: a clear `CodesetsError`, nothing half-written, no crash, no hang.

Broken files, hostile files, and files of something else; damaged archives; compiled files that are
cut, extended, altered in their header or anywhere else.
"""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from codesets import icd10cm, shelf, sources
from codesets.compiled.format import BODY_DIGEST, ITEM_SIZES, PREAMBLE, SIGNED
from codesets.compiled.reader import Compiled, read_header
from codesets.errors import (
    CodesetsError,
    CompiledFileError,
    FormatVersionError,
    SourceError,
    SourceFormatError,
)
from codesets.export import tables_of
from codesets.icd10cm import Icd10cmRelease
from codesets.problems import AnomalyKind
from codesets.sources import Limits
from exercise import StepsExceeded, exercise, steps_limited
from icd10cm.examples import EYE, GENETIC, INJURY, SMALL
from icd10cm.model import Official
from icd10cm.writer import archive, files

DATA = Path(__file__).resolve().parent / "data" / "icd10cm"
SOUND = (DATA / "sound.xml").read_bytes()
ORDER = (DATA / "order.txt").read_bytes()
ROOT = b"<ICD10CM.tabular>"
ENOUGH = 3_000_000
"""Calls of functions within which any answer of a small release is complete, a hundred times."""


def parse(*data: bytes, **options: Any) -> Icd10cmRelease:
    return icd10cm.parse(*map(io.BytesIO, data), **options)


def parsed_or_refused(data: bytes, **options: Any) -> Icd10cmRelease | None:
    """The release, or None where reading is refused; any other error fails the test."""
    refusal: CodesetsError | None = None
    try:
        return parse(data, **options)
    except CodesetsError as error:
        refusal = error
    assert str(refusal)
    return None


def changed(old: bytes, new: bytes) -> bytes:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


# Tabular lists.


@pytest.mark.parametrize("lenient", [False, True])
def test_a_tabular_list_cut_anywhere_is_refused(lenient: bool) -> None:
    """What is cut is no XML any more; too short, it is not even told as a tabular list."""
    for end in range(0, len(SOUND) - 4, 7):
        with pytest.raises(SourceError):
            parse(SOUND[:end], lenient=lenient)


def declared(inside: bytes, use: bytes = b"") -> bytes:
    text = SOUND.replace(ROOT, b"<!DOCTYPE ICD10CM.tabular " + inside + b">\r\n" + ROOT, 1)
    return text.replace(b"brain", use, 1) if use else text


def laughs() -> bytes:
    """A billion of them: each entity is ten of the one before."""
    entities = [b'<!ENTITY l0 "laugh">']
    for level in range(1, 10):
        entities.append(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10))
    return declared(b"[" + b"".join(entities) + b"]", b"&l9;")


XML = {
    "other root": (SOUND.replace(b"ICD10CM.tabular", b"ICD10CM.tabulator"), "root element"),
    "root in a namespace": (changed(ROOT, b'<ICD10CM.tabular xmlns="urn:x">'), "root element"),
    "two roots": (SOUND + SOUND[SOUND.index(ROOT) :], "no well-formed XML"),
    "text behind": (SOUND + b"and so on", "no well-formed XML"),
    "element not closed": (changed(b"</note>", b""), "no well-formed XML"),
    "undeclared entity": (changed(b"brain", b"&brain;"), "no well-formed XML"),
    "billion laughs": (laughs(), "(document type|no well-formed XML)"),
    "document type": (declared(b""), "document type"),
    "internal entity": (declared(b'[<!ENTITY a "b">]', b"&a;"), "document type"),
    "external document type": (declared(b'SYSTEM "file:///etc/passwd"'), "document type"),
    "external entity": (
        declared(b'[<!ENTITY a SYSTEM "file:///etc/passwd">]', b"&a;"), "document type",
    ),
    "parameter entity": (
        declared(b'[<!ENTITY % a SYSTEM "http://localhost:9/a">%a;]'),
        "(document type|no well-formed XML)",
    ),
    "inclusion": (
        changed(
            b"traumatic brain injury",
            b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
        ),
        "unknown element",
    ),
    "depth": (
        changed(b"<desc>Concussion", b"<desc>" + b"<b>" * 5000 + b"</b>" * 5000),
        "no well-formed XML",
    ),
    "long text": (changed(b"brain", b"b" * 10_500_000), "no well-formed XML"),
    "UTF-16 declared": (changed(b'"utf-8"', b'"utf-16"'), "no well-formed XML"),
    "UTF-8 declared, UTF-16 held": (
        SOUND[:40] + SOUND[40:].decode().encode("utf-16"), "(unknown file|no well-formed XML)",
    ),
    "unknown encoding": (changed(b'"utf-8"', b'"klingon"'), "no well-formed XML"),
    "bytes that are no UTF-8": (changed(b"brain", b"br\xffin"), "no well-formed XML"),
    "zero byte": (changed(b"brain", b"br\0in"), "no well-formed XML"),
    "control character": (changed(b"brain", b"br&#1;in"), "no well-formed XML"),
    "too deep a tree": (
        changed(
            b"<desc>Concussion</desc>",
            b"<desc>x</desc>"
            + b"".join(b"<diag><name>S06.%04d</name><desc>x</desc>" % n for n in range(300))
            + b"</diag>" * 300,
        ),
        "no well-formed XML",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", XML)
def test_hostile_and_broken_xml_is_refused(name: str) -> None:
    data, says = XML[name]
    with pytest.raises(SourceError, match=says) as caught:
        parse(data)
    assert "root:" not in str(caught.value)  # nothing of another file
    # Nor is a lenient reader any softer on what is no XML of ours at all.
    if name != "inclusion":
        with pytest.raises(SourceError, match=says):
            parse(data, lenient=True)


def test_no_other_file_is_ever_opened(tmp_path: Path) -> None:
    """Neither a document type nor an entity makes the parser look at what it names."""
    other = tmp_path / "other.dtd"
    other.write_text("this is no document type definition")
    place = b'SYSTEM "%s"' % other.as_uri().encode()
    for data in (declared(place), declared(b"[<!ENTITY %% a %s> %%a;]" % place)):
        with pytest.raises(SourceFormatError, match="it declares a document type") as caught:
            parse(data)
        assert "subset" not in str(caught.value)


def test_an_expansion_never_happens() -> None:
    """Not only refused: refused without having expanded anything."""
    with steps_limited(100_000), pytest.raises(SourceError):
        parse(laughs())


def repeated(piece: bytes, before: bytes) -> bytes:
    return SOUND.replace(before, piece * 70_000 + before, 1)


@pytest.mark.parametrize(
    "data",
    [
        repeated(b"<notes><note>x</note></notes>", b"    <sectionIndex>"),
        b"".join(
            (
                SOUND[: SOUND.index(b"    <section id")],
                *(b'<section id="Q%d"><desc>x</desc></section>' % n for n in range(70_000)),
                SOUND[SOUND.index(b"    <section id") :],
            )
        ),
    ],
    ids=["70,000 elements of notes", "70,000 sections"],
)
def test_more_than_a_column_holds_is_refused_or_read(data: bytes) -> None:
    """Sections and elements of notes are numbered in sixteen bits; no list has 300 of either."""
    try:
        with steps_limited(6_000_000):
            release = parse(data)
    except CodesetsError:
        return
    assert len(release) == 8


MANY = 4_000
BRAIN = b"<desc>Concussion</desc>"
CONTENTS: dict[str, tuple[bytes, bytes]] = {
    "comments": (b"<!--x-->", b"      <diag>\r\n        <name>S06</name>"),
    "texts": (b"x<!--x-->", b"      <diag>\r\n        <name>S06</name>"),
    "titles": (BRAIN, BRAIN),
    "attributes": (b"", BRAIN),
    "notes": (b"<note> x </note>", b"<note>traumatic"),
    "note elements": (b"<includes><note> x </note></includes>", b"<includes>"),
    "definitions": (
        b'<sevenChrDef><extension char="A">x</extension></sevenChrDef>',
        b"<sevenChrDef>",
    ),
    "extensions": (b'<extension char="A">x</extension>', b'<extension char="A">'),
    "notes of an extension": (b"<note>x</note>", b'<extension char="D">'),
    "chapters": (b"<chapter><name>X</name><desc>x</desc></chapter>", b"</ICD10CM.tabular>"),
    "sections": (b'<section id="S0"><desc>x</desc></section>', b"</chapter>"),
    "codes": (b"<diag><name>S06.1</name><desc>x</desc></diag>", b"</section>"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_odd_many_times_is_told_as_often_in_one_pass(name: str) -> None:
    """The time grows with the file, not with its square."""
    piece, before = CONTENTS[name]
    data = SOUND
    assert before in data
    if name == "attributes":
        names = b" ".join(b'a%d=""' % n for n in range(MANY))
        data = data.replace(before, before.replace(b"<desc", b"<desc " + names), 1)
    data = data.replace(before, piece * MANY + before, 1)
    with steps_limited(400 * MANY):
        release = parse(data, lenient=True)
    assert len(release.anomalies) >= MANY - 1 or name == "notes of an extension"
    assert {"S00", "S06", "S06.0", "S06.1"} <= set(release)


def test_codes_that_only_the_order_file_has_are_placed_in_one_pass() -> None:
    categories = [f"{a}{b:02}" for a in "ABCDEFGHIJKLMNOPQRTUVWXYZ" for b in range(100)]
    line = "{:05} {:7} 1 {:60} {}\r\n".format
    extra = "".join(line(n, code, "x", "x") for n, code in enumerate(categories, 5))
    with steps_limited(400 * len(categories)):
        release = parse(SOUND, ORDER + extra.encode())
    assert [code for code in release if code in categories] == categories


# Order files and codes files.


def test_an_order_file_cut_anywhere_is_refused_or_whole() -> None:
    """Cut at a line's end it is an order file of its own: only the counts of its edition tell."""
    ends = {at + 2 for at in range(len(ORDER)) if ORDER[at : at + 2] == b"\r\n"}
    for end in range(len(ORDER)):
        if end in ends:
            assert len(parse(ORDER[:end])) == sorted(ends).index(end) + 1
        else:
            with pytest.raises(SourceError):
                parse(ORDER[:end])
    with pytest.raises(SourceError):
        parse(ORDER[:-1], lenient=False)


@pytest.mark.parametrize("data", [ORDER, SOUND, (DATA / "codes.txt").read_bytes()])
def test_altered_text_files_are_read_or_refused(data: bytes) -> None:
    rng = random.Random(4711)
    for _ in range(150):
        altered = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            altered[rng.randrange(len(data))] = rng.choice(b'\0\r\n\t 019AXaz\xb2\xe9\xff<>&"')
        for lenient in (False, True):
            release = parsed_or_refused(bytes(altered), lenient=lenient)
            for code in release.values() if release else ():
                assert code.code in code.release
                assert code.notes is not None


def test_rows_of_an_order_file_in_any_sequence_make_a_sound_tree() -> None:
    """Or are refused: a release whose children do not know their parent is no release."""
    rng = random.Random(4711)
    lines = files(Official("2026", (EYE, INJURY)))["order"].split(b"\r\n")[:-1]
    for _ in range(20):
        bodies = [line[5:] for line in lines]
        rng.shuffle(bodies)
        shuffled = b"".join(b"%05d%s\r\n" % row for row in enumerate(bodies, 1))
        release = parsed_or_refused(shuffled)
        if release is None:
            continue
        assert len(release) == len(lines)
        for code in release.values():
            assert code.parent is None or code in code.parent.children
            assert all(child.parent == code for child in code.children)


# Files of something else.


OTHERS = {
    "alphabetic index": b'<?xml version="1.0"?>\r\n<ICD10CM.index>\r\n  <version>2026</version>\r\n'
    b"  <title>INDEX to DISEASES and INJURIES</title>\r\n  <letter>",
    "table of neoplasms or drugs": b'<?xml version="1.0"?>\r\n<ICD10CM.index>\r\n'
    b"  <version>2026</version>\r\n  <title>TABLE of DRUGS</title>\r\n  <indexHeading>",
    "XML schema": b'<?xml version="1.0"?><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">',
    "order addenda": b"Add:         1 A0100   Typhoid fever".ljust(83) + b" Typhoid fever\r\n",
    "codes addenda": b"Delete:      A0100   Typhoid fever\r\n",
    "list of differences": b"A A0100   Typhoid fever\r\n",
    "document (PDF)": b"%PDF-1.7\r\n",
    "workbook": archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
    "ICD-10-PCS order file": b"00001 001     0 Central Nervous System".ljust(77) + b"Central\r\n",
    "unknown file": b"Dear colleague,\r\n",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_file_alone_is_named_for_what_it_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "icd10cm_tabular_2026.xml"
    path.write_bytes(OTHERS[kind])
    with pytest.raises(SourceError) as caught:
        icd10cm.parse(path)
    assert f"{path.name} is: {kind}" in str(caught.value)
    assert "wanted: a tabular list (XML), an order file or a codes file" in str(caught.value)
    # Beside a file of a release it is passed over, archived or not; but one that was handed in by
    # itself has to be known.
    if kind != "unknown file":
        assert icd10cm.parse(path, DATA / "order.txt") == icd10cm.parse(DATA / "order.txt")
    archived = archive({"a": OTHERS[kind], "b": ORDER})
    assert list(parse(archived)) == list(icd10cm.parse(DATA / "order.txt"))


def test_nothing_and_empty_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing given"):
        icd10cm.parse()
    with pytest.raises(SourceError, match="unknown file"):
        parse(b"")
    with pytest.raises(SourceError):
        parse(b" \r\n")
    with pytest.raises(SourceError, match="nothing given"):
        icd10cm.parse(tmp_path)


def test_two_files_of_a_kind_must_be_the_same() -> None:
    other = changed(b"brain", b"head")
    assert parse(SOUND, SOUND) == parse(SOUND)
    with pytest.raises(SourceError, match=r"two different tabular files: .* and .*"):
        parse(SOUND, other)
    with pytest.raises(SourceError, match=r"two different tabular files: .*!a\.xml and .*!b\.xml"):
        parse(archive({"a.xml": SOUND, "b.xml": other}))
    with pytest.raises(SourceError, match="two different order files"):
        parse(ORDER, ORDER.replace(b"Concussion", b"Concussi0n"))


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    other = ORDER.replace(b"Concussion", b"Concussi0n")
    for data, year in ((ORDER, "2025"), (other, "2026")):
        (tmp_path / year).mkdir()
        (tmp_path / year / "order.txt").write_bytes(data)
        (tmp_path / year / "order.zip").write_bytes(archive({"order.txt": data}))
    for name in ("order.txt", "order.zip"):
        with pytest.raises(SourceError) as caught:
            icd10cm.parse(tmp_path / "2025" / name, tmp_path / "2026" / name)
        for year in ("2025", "2026"):
            assert str(tmp_path / year / name) in str(caught.value)
    both = archive({"2025/order.txt": ORDER, "2026/order.txt": other})
    with pytest.raises(SourceError, match=r"!2025/order\.txt and .*!2026/order\.txt"):
        parse(both)
    with pytest.raises(SourceError, match=r"!in\.zip!2025/order\.txt and .*!2026/order\.txt"):
        parse(archive({"in.zip": both}))


# Things that are no files.


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        icd10cm.parse(tmp_path / "missing.xml")
    with pytest.raises(SourceError, match="cannot be read"):
        icd10cm.parse("a\0b.xml")
    with pytest.raises(SourceError, match="cannot be read"):
        icd10cm.parse("x" * 5000)
    closed = io.BytesIO(SOUND)
    closed.close()
    with pytest.raises(SourceError, match="closed"):
        icd10cm.parse(closed)


def test_a_file_open_as_text_is_a_mistake_of_the_program() -> None:
    with (DATA / "sound.xml").open() as stream, pytest.raises(TypeError, match="mode 'rb'"):
        icd10cm.parse(stream)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="mode 'rb'"):
        icd10cm.parse(io.StringIO("<x/>"))  # type: ignore[arg-type]
    for wrong in (None, 7, SOUND, [DATA]):
        with pytest.raises(TypeError, match="a path or an open binary file is wanted"):
            icd10cm.parse(wrong)  # type: ignore[arg-type]


def test_a_file_that_cannot_be_read_on() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the disk is gone")

    with pytest.raises(SourceError, match="the disk is gone"):
        icd10cm.parse(Broken())


# Archives.


def directory(data: bytes) -> int:
    """Where the first entry of the directory begins."""
    return data.index(b"PK\x01\x02")


def patched(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


ZIP = archive({"a.xml": SOUND})
AT = directory(ZIP)
ARCHIVES: dict[str, tuple[bytes, str]] = {
    "no candidate": (archive({"a.pdf": b"%PDF-1.4"}), r"a\.pdf is: document"),
    "nothing": (archive({}), "nothing given"),
    "climbs out": (archive({"../a.xml": SOUND}), "climbs out of it: '../a.xml'"),
    "climbs out in the middle": (archive({"a/../../a.xml": SOUND}), "climbs out"),
    "absolute": (archive({"/a.xml": SOUND}), "climbs out"),
    "backslashes": (archive({"..\\a.xml": SOUND}), "climbs out"),
    "drive": (archive({"C:/a.xml": SOUND}), "climbs out"),
    "ratio": (archive({"a.xml": SOUND, "b": bytes(6_000_000)}), "unpacks from"),
    "stated size": (patched(ZIP, AT + 24, struct.pack("<I", 1 << 31)), "unpacks from"),
    "too many": (archive({str(n): b"x" for n in range(1001)}), "more than 1,000 members"),
    "size too small": (patched(ZIP, AT + 24, struct.pack("<I", 9)), "Bad CRC"),
    "size too large": (patched(ZIP, AT + 24, struct.pack("<I", len(SOUND) + 1)), "is cut"),
    "check sum": (patched(ZIP, AT + 16, bytes(4)), "Bad CRC"),
    "encrypted": (patched(patched(ZIP, 6, b"\1"), AT + 8, b"\1"), "is encrypted"),
    "method": (patched(patched(ZIP, 8, b"\x63"), AT + 10, b"\x63"), "not supported"),
    "version": (patched(ZIP, AT + 6, b"\xff"), "no readable archive"),
    "place": (patched(ZIP, AT + 42, struct.pack("<I", 1 << 24)), "cannot be opened"),
    "content": (patched(ZIP, 60, b"\xff\xff\xff"), "cannot be read"),
    "archive in archive in archive": (
        archive({"a.zip": archive({"b.zip": archive({"c": SOUND})})}), "too deep",
    ),
    "broken archive inside": (archive({"a.zip": ZIP[:-9]}), r"a\.zip is no readable archive"),
    "climbs out inside": (archive({"a.zip": archive({"../a.xml": SOUND})}), "climbs out"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVES)
def test_bad_archives_are_refused(name: str, tmp_path: Path) -> None:
    data, says = ARCHIVES[name]
    with pytest.raises(SourceError, match=says):
        parse(data)
    path = tmp_path / "release.zip"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=says):
        icd10cm.parse(path, lenient=True)
    assert os.listdir(tmp_path) == ["release.zip"]


DEFLATE64 = struct.pack("<H", 9)
DAMAGES: dict[str, Callable[[bytes, int], bytes]] = {
    "check sum": lambda data, at: patched(data, at + 16, bytes(4)),
    "method": lambda data, at: patched(patched(data, 8, DEFLATE64), at + 10, DEFLATE64),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_member_that_cannot_be_read_costs_what_it_holds(damage: str) -> None:
    """A document beside the release costs nothing; anything else may be what is read."""

    def damaged(name: str) -> bytes:
        data = archive({name: b"%PDF-1.4", "b.xml": SOUND})
        return DAMAGES[damage](data, directory(data))

    release = parse(damaged("Guidelines.PDF"))
    assert release == parse(SOUND)
    ((kind, says),) = ((each.kind, each.message) for each in release.anomalies)
    assert kind is AnomalyKind.PASSED_OVER
    assert "Guidelines.PDF cannot be" in says
    for name in ("order.txt", "a.xml", "a.zip", "readme"):
        with pytest.raises(SourceError, match=rf"!{name} cannot be"):
            parse(damaged(name))
    alone = archive({"a.pdf": b"%PDF-1.4"})
    with pytest.raises(SourceError, match="no readable file of a release"):
        parse(DAMAGES[damage](alone, directory(alone)))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_of_other_methods_and_inside_archives_are_read(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        made.writestr("folder/", b"")
        made.writestr("folder/a.xml", SOUND)
    assert parse(buffer.getvalue()) == parse(SOUND) == parse(archive({"x": buffer.getvalue()}))


def test_an_archive_may_not_unpack_to_more_than_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are asked of what members say, and of what they turn out to hold."""
    big = archive({"a.xml": SOUND, "b.xml": SOUND})
    assert len(parse(big)) == 8
    monkeypatch.setattr(sources, "LIMITS", Limits(total_bytes=len(SOUND) + 1))
    with pytest.raises(SourceError, match="unpacks to more than"):
        parse(big)
    monkeypatch.setattr(sources, "LIMITS", Limits(file_bytes=len(SOUND) - 1))
    for data in (big, ZIP, SOUND):
        with pytest.raises(SourceError, match=r"(larger than|unpacks from)"):
            parse(data)


def test_archives_cut_or_altered_anywhere_are_read_or_refused() -> None:
    rng = random.Random(4711)
    data = archive({"dir/a.xml": SOUND, "in.zip": archive({"b.txt": ORDER})})
    tail = data.index(b"PK\x01\x02", len(data) - 300)
    for end in range(0, len(data), 11):
        with pytest.raises(CodesetsError):
            parse(data[:end])
    for _ in range(600):
        altered = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 4))):
            # The directory and the first header matter more than what is compressed.
            places = (rng.randrange(len(data)), rng.randrange(tail, len(data)), rng.randrange(45))
            altered[rng.choice(places)] = rng.choice((0, 255, rng.randrange(256)))
        release = parsed_or_refused(bytes(altered))
        assert release is None or len(release) in (4, 8)


# Compiled files.


@pytest.fixture(scope="module")
def tiny() -> Icd10cmRelease:
    """Every kind of column is in use, in as few bytes as that takes."""
    made = files(Official("2026", (EYE, GENETIC), SMALL.introduction))
    return parse(made["tabular"], made["order"])


@pytest.fixture(scope="module")
def compiled(tiny: Icd10cmRelease) -> bytes:
    return tiny.file.to_bytes()


def assert_refused(data: bytes, path: Path, kind: type[CompiledFileError]) -> None:
    path.write_bytes(data)
    doors: list[Callable[[], object]] = [
        lambda: Icd10cmRelease.from_bytes(data),
        lambda: icd10cm.load_path(path),
        lambda: Compiled.open(path),
        lambda: read_header(path),
    ]
    for door in doors:
        with pytest.raises(CompiledFileError) as caught:
            door()
        assert type(caught.value) is kind
        assert caught.value.file in (str(path), "<memory>")


def test_a_compiled_file_cut_or_extended_is_refused(compiled: bytes, tmp_path: Path) -> None:
    for end in [*range(200), *range(200, len(compiled), 97), len(compiled) - 1]:
        assert_refused(compiled[:end], tmp_path / "x.codeset", CompiledFileError)
    for more in (b"\0", b"\n", compiled):
        assert_refused(compiled + more, tmp_path / "x.codeset", CompiledFileError)


def test_a_header_altered_anywhere_is_refused(compiled: bytes, tmp_path: Path) -> None:
    length = PREAMBLE.unpack_from(compiled)[3]
    for at in range(PREAMBLE.size + length):
        altered = patched(compiled, at, bytes([compiled[at] ^ 0x15]))
        kind = FormatVersionError if at in (8, 9) else CompiledFileError
        if at % 7 == 0 or at < PREAMBLE.size:
            assert_refused(altered, tmp_path / "x.codeset", kind)
        else:
            with pytest.raises(CompiledFileError):
                Icd10cmRelease.from_bytes(altered)


def test_another_format_version_says_how_to_rebuild(compiled: bytes) -> None:
    with pytest.raises(FormatVersionError, match=r"codesets build OFFICIAL_FILE… -o"):
        Icd10cmRelease.from_bytes(patched(compiled, 8, b"\7\0"))


def signed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A compiled file whose header text was changed by someone who knows how to sign it."""
    import hashlib

    magic, version, reserved, length, _, _, body_digest = PREAMBLE.unpack_from(data)
    text = data[PREAMBLE.size : PREAMBLE.size + length]
    assert old in text
    text = text.replace(old, new)
    text += b" " * (-(PREAMBLE.size + len(text)) % 8)
    body = data[PREAMBLE.size + length :]
    size = PREAMBLE.size + len(text) + len(body)
    start = PREAMBLE.pack(magic, version, reserved, len(text), size, b"", body_digest)
    digest = hashlib.sha256(start[SIGNED] + start[BODY_DIGEST] + text).digest()
    whole = PREAMBLE.pack(magic, version, reserved, len(text), size, digest, body_digest)
    return whole + text + body


HEADERS = [
    (b'"system":"icd10cm"', b'"system":"icd11"'),
    (b'"system":', b'"sistem":'),
    (b'"edition":', b'"addition":'),
    (b'"edition":{', b'"edition":7,"x":{'),
    (b'"effective_from":null', b'"effective_from":"soon"'),
    (b'"effective_from":null', b'"effective_from":7'),
    (b'"name":""', b'"name":null'),
    (b'"content":', b'"contents":'),
    (b'"content":[', b'"content":7,"x":['),
    (b'"content":[', b'"content":[[],'),
    (b'"counts":', b'"contents":'),
    (b'"counts":{', b'"counts":7,"x":{'),
    (b'"keys":"packed"', b'"keys":"text"'),
    (b'"parents":"single"', b'"parents":"lists"'),
    (b'"sections":[', b'"sections":7,"x":['),
    (b'"sections":[', b'"sections":[7,'),
    (b'"tree.ends","I"', b'"tree.ends","Z"'),
    (b'"tree.ends","I"', b'"tree.ends","H"'),
    (b'"tree.ends"', b'"tree.end"'),
    (b'"keys"', b'"kees"'),
    (b'"keys.rows"', b'"keys.row"'),
    (b'"text.offsets"', b'"text.offset"'),
    (b'["keys","Q",', b'["keys","Q",-8,7],["x","Q",'),
    (b'["keys","Q",', b'["keys","Q",99999992,7],["x","Q",'),
    (b'["keys","Q",', b'["keys","Q",0,99999992],["x","Q",'),
    (b'["keys","Q",', b'["keys","Q",3,1],["x","Q",'),
    (b'["keys","Q",', b'["keys","Q",0,1],["x","Q",'),
    (b'["tree.ends","I",', b'["tree.ends","I",0,1],["x","I",'),
    (b'["tree.parents","I",', b'["tree.parents","I",0,1],["x","I",'),
    (b'["code.section","I",', b'["code.section","I",0,1],["x","I",'),
    (b'["section.start","I",', b'["section.start","I",0,0],["x","I",'),
    (b'["note.kinds","B",', b'["note.kinds","B",0,0],["x","B",'),
    (b'["note.starts","I",', b'["note.starts","I",0,1],["x","I",'),
    (b'["seventh.starts","I",', b'["seventh.starts","I",0,1],["x","I",'),
    (b'["seventh.characters","B",', b'["seventh.characters","B",0,0],["x","B",'),
    (b'["code.character","B",', b'["code.character","B",0,1],["x","B",'),
    (b'["extras","B",', b'["extras","B",0,0],["x","B",'),
    (b'["reports","B",', b'["reports","B",0,0],["x","B",'),
    (b"{", b"[" * 5000 + b"{"),
    (b"{", b"nothing"),
    (b'"content_sha256":"', b'"content_sha256":7,"x":"'),
]


@pytest.mark.parametrize(("old", "new"), HEADERS, ids=lambda part: part.decode()[:40])
def test_a_header_of_another_writer_gives_errors_only(
    compiled: bytes, old: bytes, new: bytes, tmp_path: Path
) -> None:
    """A header may be signed and wrong: opening it, or what it opens, says so and nothing else."""
    data = signed(compiled, old, new)
    refusals: list[CodesetsError] = []
    try:
        release = Icd10cmRelease.from_bytes(data)
    except CodesetsError as error:
        refusals.append(error)
    else:
        with steps_limited(ENOUGH):
            exercise(release, refusals.append)
    harmless = (b'"content_sha256":7', b'"name":null', b'"content":[[]')
    assert refusals or new.startswith(harmless)
    # What is at hand is listed without opening it, and never breaks the list.
    (tmp_path / "icd10cm-2026.codeset").write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(tmp_path))
        assert all(entry.system for entry in shelf.entries("icd10cm"))


def test_a_compiled_file_of_another_system_is_refused(compiled: bytes) -> None:
    with pytest.raises(CompiledFileError, match="holds 'hcpcs', not 'icd10cm'"):
        Icd10cmRelease.from_bytes(signed(compiled, b'"system":"icd10cm"', b'"system":"hcpcs"'))


def test_what_is_no_compiled_file_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"CODESET\n", SOUND, ZIP, bytes(5000), b"\xff" * 5000):
        assert_refused(data, tmp_path / "x.codeset", CompiledFileError)
    for place in (tmp_path, tmp_path / "missing.codeset", "a\0b", "x" * 5000):
        with pytest.raises(CompiledFileError):
            icd10cm.load_path(place)
        with pytest.raises(CompiledFileError):
            Compiled.open(place)
        with pytest.raises(CompiledFileError):
            read_header(place)


def body_places(release: Icd10cmRelease) -> Iterator[tuple[str, int, int]]:
    """Name, place in the file and width of every element of every section."""
    header = release.file.header
    for name, (item, place, count) in header.sections.items():
        for number in range(count):
            width = ITEM_SIZES[item]
            yield name, header.start + place + number * width, width


def test_a_body_altered_anywhere_is_found_by_verify(compiled: bytes) -> None:
    """Every byte behind the header, each once, by a bit or more."""
    rng = random.Random(4711)
    Icd10cmRelease.from_bytes(compiled).verify()
    start = PREAMBLE.size + PREAMBLE.unpack_from(compiled)[3]
    altered = bytearray(compiled)
    for at in range(start, len(compiled)):
        altered[at] ^= rng.randrange(1, 256)
        with pytest.raises(CompiledFileError, match="does not match its digest"):
            Icd10cmRelease.from_bytes(bytes(altered)).verify()
        altered[at] = compiled[at]


# Sections that hold no places: what is read from them leads nowhere, so no walk can be endless, and
# the guard, which costs most of the time, is not needed.
LEAVES = ("text.bytes", "codes", "extras", "reports", "note.kinds", "note.groups", "tree.billable")


def exercised(data: bytes, *, is_guarded: bool = True) -> bool:
    """Whether a release in damaged bytes gives an error; anything but ours fails the test."""
    found: list[CodesetsError] = []
    with steps_limited(ENOUGH) if is_guarded else nullcontext():
        exercise(Icd10cmRelease.from_bytes(data), found.append)
    return bool(found)


def test_a_sound_release_answers_everything(tiny: Icd10cmRelease, compiled: bytes) -> None:
    assert not exercised(compiled)
    assert exercise(Icd10cmRelease.from_bytes(compiled)) > 500
    kinds = {name.partition(".")[0] for name, _, _ in body_places(tiny)}
    assert kinds == {
        "chapter", "code", "codes", "extras", "keys", "note", "reports", "section", "seventh",
        "text", "tree",
    }  # fmt: skip


def test_the_guard_against_endless_walks_works() -> None:
    def endless() -> None:
        while True:
            len("")

    with pytest.raises(StepsExceeded), steps_limited(1000):
        endless()


def test_a_release_altered_anywhere_gives_errors_only(
    tiny: Icd10cmRelease, compiled: bytes
) -> None:
    """Thousands of altered bytes, in every section; every door of the release is tried.

    Wrong texts are possible (`verify` finds them), a crash and an endless walk are not.
    """
    rng = random.Random(4711)
    by_section: dict[str, list[tuple[int, int]]] = {}
    for name, at, width in body_places(tiny):
        by_section.setdefault(name, []).append((at, width))
    assert set(LEAVES) < set(by_section)
    places = [name for name in sorted(by_section) if name not in LEAVES]
    altered_bytes = refused = 0
    for round_ in range(200):
        altered = bytearray(compiled)
        is_guarded = bool(round_ % 2)
        # One section in turn and others beside it, so that no damage hides another for long.
        names = places if is_guarded else LEAVES
        for name in (names[round_ // 2 % len(names)], *rng.sample(names, 3)):
            for _ in range(5 if len(by_section[name]) > 30 else 1):
                at, width = rng.choice(by_section[name])
                altered[at + rng.randrange(width)] ^= 1 << rng.randrange(8)
                altered_bytes += 1
        refused += exercised(bytes(altered), is_guarded=is_guarded)
    assert altered_bytes > 1000
    assert refused > 100


def test_columns_of_impossible_numbers_give_errors_only(
    tiny: Icd10cmRelease, compiled: bytes
) -> None:
    """Places outside, loops, subtrees that end before they begin: no random bits make these."""
    rng = random.Random(4711)
    size = len(tiny)
    columns = [(at, width) for name, at, width in body_places(tiny) if width > 1 or ".cha" in name]
    refused = 0
    for round_ in range(60):
        altered = bytearray(compiled)
        for at, width in rng.sample(columns, 1 + round_ % 3):
            top = (1 << 8 * width) - 1
            value = rng.choice((0, 1, size - 1, size, size + 1, top, top - 1, top >> 1))
            altered[at : at + width] = (value & top).to_bytes(width, "little")
        refused += exercised(bytes(altered))
    assert refused > 20


def test_tables_of_an_altered_release_give_errors_only(
    tiny: Icd10cmRelease, compiled: bytes
) -> None:
    """An export of damaged bytes ends with an error that says so, or with wrong texts."""
    refused = 0
    for name, at, width in body_places(tiny):
        if name.startswith(("reports", "text.bytes")):
            continue
        altered = bytearray(compiled)
        altered[at : at + width] = b"\xf0" * width
        release = Icd10cmRelease.from_bytes(bytes(altered))
        for table in tables_of(release).values():
            try:
                rows = list(islice(table.rows(), 10_000))
            except CompiledFileError:
                refused += 1
            else:
                assert len(rows) < 10_000
    assert refused > 20


# Nothing half-written.


def test_a_failed_save_leaves_what_was_there(
    tiny: Icd10cmRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.codeset"
    path.write_bytes(b"what was there")
    with pytest.raises(CodesetsError, match="cannot be written"):
        tiny.save(tmp_path / "no folder" / "x.codeset")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for broken in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, broken, fail)
            patch.setattr(Path, "replace", fail)
            with pytest.raises(CodesetsError, match="No space left on device"):
                tiny.save(path)
        assert path.read_bytes() == b"what was there"
        assert os.listdir(tmp_path) == ["x.codeset"]
    with pytest.raises(CodesetsError):
        tiny.save(tmp_path)
    assert os.listdir(tmp_path) == ["x.codeset"]


def test_a_release_outlives_the_replacement_of_its_file(
    tiny: Icd10cmRelease, tmp_path: Path
) -> None:
    """`save` replaces the file as a whole: who has it open goes on reading what was there."""
    path = tiny.save(tmp_path / "x.codeset")
    first = icd10cm.load_path(path)
    parse(SOUND).save(path)
    second = icd10cm.load_path(path)
    assert list(first) == list(tiny)
    assert first["H54.8"].display == tiny["H54.8"].display
    assert list(second) == list(parse(SOUND))
    first.verify()
    second.verify()


def test_errors_of_formats_are_source_errors() -> None:
    with pytest.raises(SourceFormatError) as caught:
        parse(changed(b"<name>S06.0</name>", b"<name>S06.0</name><name>S06.2</name>"))
    assert isinstance(caught.value, SourceError | ValueError)
    assert (caught.value.line, caught.value.path) == (40, "chapter 19 / S06.0 / name")


def test_an_empty_path_is_not_the_current_folder() -> None:
    with pytest.raises(SourceError, match="an empty text is no path"):
        icd10cm.parse("")
