"""Official files to the bytes of a compiled release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from attrs import define

from codesets._gc import gc_suspended
from codesets.compiled.writer import Writer
from codesets.editions import Counts, Edition, edition, published_counts, recognise
from codesets.errors import SourceFormatError
from codesets.icd10cm.code import dotted
from codesets.icd10cm.draft import (
    Draft,
    draft_codes,
    draft_order,
    draft_tabular,
    overview_spans,
)
from codesets.icd10cm.kinds import Sorted, sort_out
from codesets.icd10cm.layout import NOTE_KINDS_IN_ORDER, Kind
from codesets.icd10cm.merge import check_codes, check_sequence, merge_order
from codesets.icd10cm.order import read_codes, read_order
from codesets.icd10cm.outline import NO_SECTION
from codesets.icd10cm.records import (
    CodesFile,
    NoteRecord,
    OrderFile,
    SeventhDefinition,
    TabularFile,
)
from codesets.icd10cm.tabular import read_tabular
from codesets.problems import Anomaly
from codesets.reconciliation import Difference, DifferenceKind, Reconciliation
from codesets.release import REPORTS
from codesets.reports import make_reports
from codesets.sources import Source, open_sources
from codesets.system import ICD10CM

__all__ = ["build"]


def build(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    """The compiled release of one set of official files.

    Args:
        sources: files, archives and folders of one release.
        name: the edition's name; None to recognise it.
        lenient: list what cannot be read instead of raising.

    Returns:
        The bytes of a compiled file, the same for the same input.

    Raises:
        SourceError: no readable file, two of a kind that differ, or files of two editions.
        SourceFormatError: a file that is not what its format says.
        EditionError: a name that the calendar cannot place.
    """
    with gc_suspended():
        # All records are gone when the collector comes back, so it does not walk them once more.
        return _build(sources, name, lenient=lenient)


def _build(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    found = sort_out(open_sources(sources))
    files = _read(found, lenient=lenient)
    chosen = edition(ICD10CM.name, name) if name else _recognise(found, files)
    draft, differences = _draft(files, chosen)
    differences += _check_counts(draft, chosen, files)
    return _compile(draft, files, chosen, found, differences)


@define
class _Files:
    tabular: TabularFile | None = None
    order: OrderFile | None = None
    codes: CodesFile | None = None

    def anomalies(self) -> list[Anomaly]:
        return [
            anomaly
            for file in (self.tabular, self.order, self.codes)
            if file is not None
            for anomaly in file.anomalies
        ]


def _read(found: Sorted, *, lenient: bool) -> _Files:
    files = _Files()
    for kind, file in found.main.items():
        data = file.read()
        if kind is Kind.TABULAR:
            files.tabular = read_tabular(data, file.name, lenient=lenient)
        elif kind is Kind.ORDER:
            files.order = read_order(data, file.name, lenient=lenient)
        else:
            files.codes = read_codes(data, file.name, lenient=lenient)
    return files


def _recognise(found: Sorted, files: _Files) -> Edition:
    """The edition, from the digests of archives and members, then from version and counts."""
    main = tuple(found.main.values())
    infos = [file.info("") for file in main]
    # Counts of a tabular list alone prove nothing: drafts list more rows than their order files.
    counts = None
    if files.order is not None:
        billable = sum(record.is_billable for record in files.order.records)
        counts = Counts(rows=len(files.order.records), billable=billable)
    elif files.codes is not None:
        counts = Counts(billable=len(files.codes.records))
    return recognise(
        ICD10CM.name,
        archive_sha256s=[info.archive_sha256 for info in infos if info.archive_sha256],
        member_sha256s=[info.sha256 for info in infos],
        version=files.tabular.version if files.tabular is not None else None,
        counts=counts,
        names=[name for file in main for name in (file.member, file.archive, file.folder) if name],
    )


def _year(chosen: Edition, tabular: TabularFile) -> int | None:
    """The year that decides which rules apply: the edition's, else the file's own version."""
    for text in (chosen.name[:4], tabular.version):
        if text.isdigit():
            return int(text)
    return None


def _draft(files: _Files, chosen: Edition) -> tuple[Draft, list[Difference]]:
    differences: list[Difference] = []
    if files.tabular is not None:
        draft = draft_tabular(files.tabular, _year(chosen, files.tabular))
        if files.order is not None:
            draft, differences = merge_order(draft, files.order.records)
    elif files.order is not None:
        records = files.order.records
        draft = draft_order(records)
        differences = check_sequence(draft, [record.code for record in records], Kind.ORDER)
    elif files.codes is not None:
        listed = files.codes.records
        draft = draft_codes(listed)
        return draft, check_sequence(draft, [record.code for record in listed], Kind.CODES)
    else:
        raise AssertionError("sort_out gives at least one file")
    if files.codes is not None:
        left = Kind.ORDER if files.order is not None else Kind.TABULAR
        differences += check_codes(draft, files.codes.records, left)
    return draft, differences


def _check_counts(draft: Draft, chosen: Edition, files: _Files) -> list[Difference]:
    """What the publisher counted in this edition otherwise than we do."""
    published = published_counts(chosen)
    if published is None:
        return []
    ours = {"billable": sum(draft.billable)}
    if files.order is not None:
        ours = {
            "rows": len(files.order.records),
            "billable": sum(record.is_billable for record in files.order.records),
        }
    differences = []
    for name, count in ours.items():
        stated = getattr(published, name)
        if stated is not None and stated != count:
            differences.append(
                Difference(
                    DifferenceKind.COUNT,
                    "",
                    "release",
                    str(count),
                    "published counts",
                    str(stated),
                    name,
                    f"the files are not complete, or not those of {chosen.name}",
                )
            )
    return differences


def _compile(
    draft: Draft,
    files: _Files,
    chosen: Edition,
    found: Sorted,
    differences: list[Difference],
) -> bytes:
    _refuse_repeats(draft, found)
    writer = Writer()
    writer.keys(draft.codes)
    writer.blob("codes", "\n".join(draft.codes).encode("ascii"))
    writer.column("tree.ends", "I", draft.ends)
    writer.column("tree.parents", "I", draft.parents)
    writer.blob("tree.billable", bytes(draft.billable))
    writer.texts("code.display", draft.titles, shared=draft.long is not None)
    for name, texts in (("code.long", draft.long), ("code.short", draft.short)):
        if texts is not None:
            writer.texts(name, texts)
    writer.blob("code.character", "".join(draft.characters).encode("ascii"))
    placeholders = [row for row, record in draft.records if record.is_placeholder]
    writer.column("code.placeholders", "I", placeholders)
    _write_divisions(writer, draft)
    _write_notes(writer, draft)
    _write_sevenths(writer, draft)
    writer.json("extras", _extras(draft, files.tabular))
    provenance = [file.info(str(kind)) for kind, file in found.main.items()]
    writer.json(
        REPORTS,
        make_reports(
            sorted(provenance, key=lambda info: info.kind),
            files.anomalies(),
            Reconciliation(differences),
        ),
    )
    header = {
        "system": ICD10CM.name,
        "edition": chosen.to_dict(),
        "content": [kind for kind in (Kind.TABULAR, Kind.ORDER, Kind.CODES) if kind in found.main],
        "counts": {
            "rows": len(draft),
            "billable": sum(draft.billable),
            "headers": len(draft) - sum(draft.billable),
            "chapters": len(draft.chapters),
            "sections": len(draft.sections),
        },
    }
    return writer.finish(header, apart=[REPORTS])


def _refuse_repeats(draft: Draft, found: Sorted) -> None:
    """Refuse a code that a definition makes although it stands in the list by itself."""
    if len(set(draft.codes)) == len(draft.codes):
        return
    twice = next(code for code, count in Counter(draft.codes).items() if count > 1)
    raise SourceFormatError(
        f"{dotted(twice)} stands in the list and is made by a definition of seventh characters too",
        file=next(iter(found.main.values())).name,
    )


def _write_divisions(writer: Writer, draft: Draft) -> None:
    """Chapters and sections, and the section of every row."""
    starts, ends = list(draft.section_starts), list(draft.section_ends)
    section_of = [NO_SECTION] * len(draft)
    for section, (start, end) in enumerate(zip(starts, ends, strict=True)):
        section_of[start:end] = [section] * (end - start)
    overview_spans(draft.sections, starts, ends)
    writer.column("code.section", "I", section_of)
    writer.texts("section.id", [s.id for s in draft.sections])
    writer.texts("section.title", [s.title for s in draft.sections])
    writer.column("section.start", "I", starts)
    writer.column("section.end", "I", ends)
    writer.column("section.parent", "I", _section_parents(draft, starts, ends))
    firsts = [first for _, first in draft.chapters]
    writer.texts("chapter.number", [c.number for c, _ in draft.chapters])
    writer.texts("chapter.title", [c.title for c, _ in draft.chapters])
    writer.column("chapter.sections", "I", [*firsts, len(draft.sections)])


def _section_parents(draft: Draft, starts: list[int], ends: list[int]) -> list[int]:
    """For each section the nearest overview before it that spans it, in its chapter."""
    parents: list[int] = []
    bounds = [first for _, first in draft.chapters]
    open_overviews: list[int] = []
    for section, record in enumerate(draft.sections):
        if section in bounds:
            open_overviews = []
        while open_overviews and ends[open_overviews[-1]] <= starts[section]:
            open_overviews.pop()
        parents.append(open_overviews[-1] if open_overviews else NO_SECTION)
        if not record.codes and ends[section] > starts[section]:
            open_overviews.append(section)
    return parents


def _write_notes(writer: Writer, draft: Draft) -> None:
    """All notes, by owner: rows first, then sections, then chapters."""
    size = len(draft)
    owned: list[tuple[int, tuple[NoteRecord, ...]]] = [
        (row, record.notes) for row, record in draft.records if record.notes
    ]
    owned += [(size + n, s.notes) for n, s in enumerate(draft.sections) if s.notes]
    size += len(draft.sections)
    owned += [(size + n, c.notes) for n, (c, _) in enumerate(draft.chapters) if c.notes]
    numbers = {kind: number for number, kind in enumerate(NOTE_KINDS_IN_ORDER)}
    notes = [note for _, group in owned for note in group]
    writer.column("note.owners", "I", [owner for owner, _ in owned])
    writer.column("note.starts", "I", accumulate((len(g) for _, g in owned), initial=0))
    writer.blob("note.kinds", bytes([numbers[note.kind] for note in notes]))
    writer.column("note.groups", "I", [note.group for note in notes])
    writer.texts("note.texts", [note.text for note in notes])


def _write_sevenths(writer: Writer, draft: Draft) -> None:
    """The definitions of seventh characters, by the row that has them."""
    owned: list[tuple[int, SeventhDefinition]] = [
        (row, record.seventh) for row, record in draft.records if record.seventh
    ]
    extensions = [extension for _, definition in owned for extension in definition.extensions]
    counts = (len(definition.extensions) for _, definition in owned)
    writer.column("seventh.owners", "I", [row for row, _ in owned])
    writer.column("seventh.starts", "I", accumulate(counts, initial=0))
    writer.blob("seventh.characters", "".join(e.character for e in extensions).encode("ascii"))
    writer.texts("seventh.meanings", [e.meaning for e in extensions])
    note_counts = (len(extension.notes) for extension in extensions)
    writer.column("seventh.note_starts", "I", accumulate(note_counts, initial=0))
    texts = [note.text for extension in extensions for note in extension.notes]
    writer.texts("seventh.note_texts", texts)


def _extras(draft: Draft, tabular: TabularFile | None) -> dict[str, Any]:
    """What is too small and too varied for columns."""
    if tabular is None:
        return {}
    return {
        "version": tabular.version,
        "introduction": [
            [part.type, part.title, part.instructions] for part in tabular.introduction
        ],
        "indexes": [
            [chapter.index_after, [[r.first, r.last, r.id, r.title] for r in chapter.index]]
            for chapter, _ in draft.chapters
        ],
        "visual": {
            str(row): [
                [
                    _cell(category.label),
                    [[r.heading, _cell(r.maximum), _cell(r.minimum)] for r in category.ranges],
                ]
                for category in record.visual
            ]
            for row, record in draft.records
            if record.visual
        },
    }


def _cell(cell: Any) -> Any:
    return None if cell is None else [cell.text, cell.is_heading]
