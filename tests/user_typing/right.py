"""A user's program, to be read by a strict type checker: never run, it only has to be right."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import assert_never, assert_type

import codesets
from codesets import hcpcs, icd10cm, store
from codesets.crosswalk import (
    ConversionEntry,
    ConversionTable,
    Crosswalk,
    Relationship,
    Translation,
)
from codesets.errors import SourceFormatError, UnknownCodeError
from codesets.findings import Header, Malformed, NotInRelease, Valid
from codesets.icd10cm import (
    Chapter,
    Icd10cmCode,
    Icd10cmRelease,
    Note,
    NoteKind,
    Section,
    SeventhCharacter,
)
from codesets.problems import Anomaly
from codesets.reconciliation import Difference
from codesets.sequence import Codes
from codesets.sources import SourceInfo
from codesets.store import Outcome


def opening(path: Path) -> Icd10cmRelease:
    assert_type(codesets.icd10cm.load(), Icd10cmRelease)
    assert_type(icd10cm.load("2026-april"), Icd10cmRelease)
    assert_type(icd10cm.load(on=date(2026, 5, 1)), Icd10cmRelease)
    assert_type(icd10cm.load_path(path), Icd10cmRelease)
    assert_type(icd10cm.load_path("x.codeset"), Icd10cmRelease)
    assert_type(icd10cm.normalize("e119"), str)
    assert_type(icd10cm.is_well_formed(None), bool)
    release = icd10cm.parse(path, "order.txt", BytesIO(b""), edition="2026", lenient=True)
    assert_type(release.save(path), Path)
    return release


def release_itself(release: Icd10cmRelease) -> None:
    assert_type(release.edition.name, str)
    assert_type(release.edition.effective_from, date | None)
    assert_type(release.edition.effective_to, date | None)
    assert_type(release.provenance, tuple[SourceInfo, ...])
    assert_type(release.anomalies, tuple[Anomaly, ...])
    assert_type([difference for difference in release.reconciliation], list[Difference])  # noqa: C416
    assert_type(len(release), int)
    assert_type(list(release), list[str])
    assert_type("E11.9" in release, bool)
    assert_type(None in release, bool)
    assert_type(release.chapters[4], Chapter)
    assert_type(release.sections["E08-E13"], Section)
    assert_type(release.path, Path | None)


def codes(release: Icd10cmRelease) -> None:
    code = release["e119"]
    assert_type(code, Icd10cmCode)
    assert_type(release.get("e119"), Icd10cmCode | None)
    assert_type(release.get("e119", "none"), Icd10cmCode | str)
    assert_type([c.display for c in release.values()], list[str])
    assert_type(dict(release.items()), dict[str, Icd10cmCode])
    assert_type(code.code, str)
    assert_type(code.compact, str)
    assert_type(code.display, str)
    assert_type(code.long_description, str | None)
    assert_type(code.short_description, str | None)
    assert_type(code.is_billable, bool)
    assert_type(code.is_header, bool)
    assert_type(code.is_placeholder, bool)
    assert_type(code.parent, Icd10cmCode | None)
    assert_type(code.children, Codes[Icd10cmCode])
    assert_type(code.children[0], Icd10cmCode)
    assert_type(code.children[:2], Codes[Icd10cmCode])
    assert_type(code.children.codes, tuple[str, ...])
    assert_type(code.ancestors, tuple[Icd10cmCode, ...])
    assert_type(code.descendants, Codes[Icd10cmCode])
    assert_type(code.billable_descendants, Codes[Icd10cmCode])
    assert_type(code.siblings, Codes[Icd10cmCode])
    assert_type(code.section, Section | None)
    assert_type(code.chapter, Chapter | None)
    assert_type(code.notes, tuple[Note, ...])
    assert_type(code.inherited_notes, tuple[Note, ...])
    assert_type(code.seventh_characters, tuple[SeventhCharacter, ...])
    assert_type(code.seventh_character, SeventhCharacter | None)
    assert_type(code.is_ancestor_of("E11.9"), bool)
    assert_type(code.release, Icd10cmRelease)
    for note in code.notes:
        assert_type(note.kind, NoteKind)
        assert_type(note.text, str)
        assert_type(note.owner, Chapter | Section | Icd10cmCode)


def divisions(release: Icd10cmRelease) -> None:
    for number, chapter in release.chapters.items():
        assert_type(number, int)
        assert_type(chapter.sections, tuple[Section, ...])
        assert_type(chapter.codes, Codes[Icd10cmCode])
    for id_, section in release.sections.items():
        assert_type(id_, str)
        assert_type(section.parent, Section | None)
        assert_type(section.categories, Codes[Icd10cmCode])
    ancestor = release.lowest_common_ancestor("E11.9", release["E10.9"])
    assert_type(ancestor, Icd10cmCode | Section | Chapter | None)


def selecting(release: Icd10cmRelease) -> None:
    found = release.select("E10-E14", release["S72.0"], billable=True)
    assert_type(found, Codes[Icd10cmCode])
    assert_type(release.condense(found), Codes[Icd10cmCode])
    assert_type(release.condense(["E11.9"]), Codes[Icd10cmCode])


def checking(release: Icd10cmRelease, text: object) -> str:
    finding = release.check(text)
    assert_type(finding.reason, str)
    assert_type(finding.suggestions, tuple[str, ...])
    assert_type(finding.is_valid, bool)
    match finding:
        case Valid(code=code):
            assert_type(code, Icd10cmCode)
            return code.display
        case Header():
            assert_type(finding.billable, tuple[str, ...])
            return finding.code.display
        case NotInRelease():
            return " or ".join(finding.could_be)
        case Malformed():
            return finding.problem
        case _:
            assert_never(finding)


def failing(release: Icd10cmRelease) -> int | None:
    try:
        icd10cm.parse("tabular.xml")
    except SourceFormatError as error:
        assert_type(error.line, int | None)
        assert_type(error.path, str | None)
        return error.line
    try:
        release["E11.99"]
    except UnknownCodeError as error:
        assert_type(error.release, str)
    return None


def on_this_machine(folder: Path) -> None:
    done = store.install(folder, edition="2028", tell=print)
    assert_type(done.refused, tuple[Outcome, ...])
    for outcome in done:
        assert_type(outcome.path, Path | None)
    assert_type(store.download("hcpcs", "2026-october"), Outcome)
    assert_type([listed.is_newer for listed in store.releases()], list[bool])
    assert_type(store.verify("icd10cm")[0].problem, str)
    assert_type(store.remove("icd10cm", "2028"), Path)
    assert_type(store.check_upstream().new_editions, tuple[tuple[str, str], ...])


def other_room() -> None:
    release = hcpcs.load()
    assert_type(release["A4221"].display, str)
    assert_type(release.modifiers["LT"].display, str)
    if isinstance(finding := release.modifiers.check("LT"), Valid):
        assert_type(finding.code, hcpcs.HcpcsModifier)
    assert_type(release.edition.name, str)


def maps(path: Path, release: Icd10cmRelease) -> None:
    gem = codesets.Crosswalk.from_gem(path, edition="2018")
    assert_type(gem, Crosswalk)
    translation = gem.translate("25000")
    assert_type(translation, Translation)
    assert_type(translation.targets, tuple[str, ...])
    assert_type([entry.relationship for entry in gem.entries], list[Relationship])
    assert_type(next(translation.expand()), tuple[str, ...])
    assert_type(gem.reversed().compose(gem), Crosswalk)
    assert_type(gem.check(source=release).is_sound, bool)
    table = ConversionTable.parse(path)
    assert_type(table["A04.71"], tuple[ConversionEntry, ...])
    assert_type(table["A04.71"][0].previous.codes, tuple[str, ...])
    assert_type(table.added_on(date(2020, 4, 1)), tuple[ConversionEntry, ...])
    mine = Crosswalk.from_table(path, source="a", target="b", systems=("icd9cm", "icd10cm"))
    assert_type(mine.save(path), Path)
