"""Official files to the bytes of a compiled release."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

from attrs import define

from codesets._gc import gc_suspended
from codesets.compiled.writer import Writer
from codesets.editions import Counts, Edition, edition, published_counts, recognise
from codesets.icd10cm.code import dotted
from codesets.icd10cm.draft import (
    Draft,
    draft_codes,
    draft_order,
    draft_tabular,
    repeated_rows,
)
from codesets.icd10cm.kinds import Sorted, sort_out
from codesets.icd10cm.layout import Kind
from codesets.icd10cm.outline import NO_SECTION
from codesets.icd10cm.overviews import odd_overviews, overview_spans, section_parents
from codesets.icd10cm.records import (
    NO_NOTES,
    ChapterRecord,
    CodesFile,
    OrderFile,
    SectionRecord,
    TabularFile,
)
from codesets.icd10cm.tabular import read_tabular
from codesets.problems import Anomaly, Problems
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
    found = sort_out(open_sources(sources), lenient=lenient)
    files = _read(found, lenient=lenient)
    chosen = edition(ICD10CM.name, name) if name else _recognise(found, files)
    draft, differences = _draft(files, chosen)
    writer = Writer()
    try:
        writer.keys(draft.codes)
    except ValueError:
        # A definition makes a code that stands in the list by itself.
        files.made = _made_twice(found, files, chosen, lenient=lenient)
        draft, differences = _draft(files, chosen, once=True)
        writer.keys(draft.codes)
    differences += _check_counts(draft, chosen, files)
    return _compile(writer, draft, files, chosen, found, differences)


@define(eq=False, repr=False)
class _Files:
    tabular: TabularFile | None = None
    order: OrderFile | None = None
    codes: CodesFile | None = None
    made: tuple[Anomaly, ...] = ()

    def anomalies(self) -> list[Anomaly]:
        found = [
            anomaly
            for file in (self.tabular, self.order, self.codes)
            if file is not None
            for anomaly in file.anomalies
        ]
        overviews = odd_overviews(self.tabular) if self.tabular is not None else []
        return [*found, *overviews, *self.made]


def _read(found: Sorted, *, lenient: bool) -> _Files:
    files = _Files()
    for kind, file in found.main.items():
        data = file.read()
        if kind is Kind.TABULAR:
            files.tabular = read_tabular(data, file.name, lenient=lenient)
            continue
        from codesets.icd10cm.order import read_codes, read_order

        if kind is Kind.ORDER:
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


def _tabular_draft(tabular: TabularFile, chosen: Edition, *, once: bool) -> Draft:
    draft = draft_tabular(tabular, _year(chosen, tabular))
    if once:
        from codesets.icd10cm.merge import without_rows

        draft = without_rows(draft, repeated_rows(draft))
    return draft


def _draft(files: _Files, chosen: Edition, *, once: bool = False) -> tuple[Draft, list[Difference]]:
    """The rows of a release; `once` leaves out codes made that are there already."""
    if files.tabular is not None and files.order is None and files.codes is None:
        return _tabular_draft(files.tabular, chosen, once=once), []
    from codesets.icd10cm.merge import check_codes, check_sequence, merge_order

    differences: list[Difference] = []
    if files.tabular is not None:
        draft = _tabular_draft(files.tabular, chosen, once=once)
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
    ours = {"billable": draft.billable.count(1)}
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
    writer: Writer,
    draft: Draft,
    files: _Files,
    chosen: Edition,
    found: Sorted,
    differences: list[Difference],
) -> bytes:
    writer.blob("codes", "\n".join(draft.codes).encode("ascii"))
    writer.column("tree.ends", "I", draft.ends)
    writer.column("tree.parents", "I", draft.parents)
    writer.blob("tree.billable", bytes(draft.billable))
    if draft.long is None or draft.short is None:
        writer.own_texts("code.display", draft.titles, len(draft))
    else:
        writer.texts("code.display", [draft.titles.get(row) for row in range(len(draft))])
        # Nearly all long descriptions are the titles, accents apart, and so are many short ones.
        titles = draft.full_titles()
        writer.texts_beside("code.long", draft.long, titles)
        writer.texts_beside("code.short", draft.short, titles)
    writer.blob("code.character", bytes(draft.characters))
    writer.column("code.placeholders", "I", draft.placeholders)
    chapters = files.tabular.chapters if files.tabular is not None else ()
    sections = files.tabular.sections if files.tabular is not None else ()
    _write_divisions(writer, draft, chapters, sections)
    _write_notes(writer, draft, files.tabular)
    _write_sevenths(writer, draft)
    writer.json("extras", _extras(draft, files.tabular))
    provenance = [file.info(str(kind)) for kind, file in found.main.items()]
    writer.json(
        REPORTS,
        make_reports(
            sorted(provenance, key=lambda info: info.kind),
            [*found.anomalies, *files.anomalies()],
            Reconciliation(differences),
        ),
    )
    header = {
        "system": ICD10CM.name,
        "edition": chosen.to_dict(),
        "content": [kind for kind in (Kind.TABULAR, Kind.ORDER, Kind.CODES) if kind in found.main],
        "counts": {
            "rows": len(draft),
            "billable": draft.billable.count(1),
            "headers": draft.billable.count(0),
            "chapters": len(chapters),
            "sections": len(sections),
        },
    }
    return writer.finish(header, apart=[REPORTS])


def _made_twice(
    found: Sorted, files: _Files, chosen: Edition, *, lenient: bool
) -> tuple[Anomaly, ...]:
    """Tell, or refuse, the codes that definitions make although they are there already."""
    if files.tabular is None:
        raise AssertionError("the readers of text files take no code twice")
    file, data = found.main[Kind.TABULAR], found.main[Kind.TABULAR].read()
    problems = Problems(file.name, lenient)
    draft = draft_tabular(files.tabular, _year(chosen, files.tabular))
    for row in repeated_rows(draft):
        code, stem = dotted(draft.codes[row]), dotted(draft.codes[draft.parents[row]])
        # The records have no lines, which only this rare case would need.
        at = data.find(f">{stem}<".encode())
        problems.loss(
            f"{code} is made by a definition of seventh characters, and is there already",
            line=data.count(b"\n", 0, at) + 1 if at >= 0 else None,
            path=stem,
            found=code,
        )
    return problems.anomalies


def _write_divisions(
    writer: Writer,
    draft: Draft,
    chapters: Sequence[ChapterRecord],
    sections: Sequence[SectionRecord],
) -> None:
    """Chapters and sections, and the section of every row."""
    starts, ends = list(draft.section_starts), list(draft.section_ends)
    section_of = [NO_SECTION] * len(draft)
    for section, (start, end) in enumerate(zip(starts, ends, strict=True)):
        section_of[start:end] = [section] * (end - start)
    overview_spans(sections, starts, ends)
    firsts = [chapter.first_section for chapter in chapters]
    writer.column("code.section", "I", section_of)
    writer.texts("section.id", [s.id for s in sections])
    writer.texts("section.title", [s.title for s in sections])
    writer.column("section.start", "I", starts)
    writer.column("section.end", "I", ends)
    writer.column("section.parent", "I", section_parents(sections, firsts, starts, ends))
    writer.texts("chapter.number", [c.number for c in chapters])
    writer.texts("chapter.title", [c.title for c in chapters])
    writer.column("chapter.sections", "I", [*firsts, len(sections)])


def _write_notes(writer: Writer, draft: Draft, tabular: TabularFile | None) -> None:
    """All notes, by owner: rows first, then sections, then chapters."""
    notes = tabular.notes if tabular is not None else NO_NOTES
    sections = len(draft.section_starts)
    owned = dict(draft.notes)
    owned |= {len(draft) + n: each for n, each in notes.of_sections.items()}
    owned |= {len(draft) + sections + n: each for n, each in notes.of_chapters.items()}
    spans = [slice(each.start, each.stop) for each in owned.values()]
    writer.column("note.owners", "I", owned)
    writer.column("note.starts", "I", accumulate(map(len, owned.values()), initial=0))
    writer.blob("note.kinds", b"".join([notes.kinds[span] for span in spans]))
    groups = chain.from_iterable([notes.groups[span] for span in spans])
    writer.column("note.groups", "I", groups)
    texts = chain.from_iterable([notes.texts[span] for span in spans])
    writer.texts("note.texts", list(texts))


def _write_sevenths(writer: Writer, draft: Draft) -> None:
    """The definitions of seventh characters, by the row that has them."""
    definitions = draft.sevenths.values()
    extensions = [extension for definition in definitions for extension in definition.extensions]
    counts = (len(definition.extensions) for definition in definitions)
    writer.column("seventh.owners", "I", draft.sevenths)
    writer.column("seventh.starts", "I", accumulate(counts, initial=0))
    writer.blob("seventh.characters", "".join(e.character for e in extensions).encode("ascii"))
    writer.texts("seventh.meanings", [e.meaning for e in extensions])
    note_counts = (len(extension.notes) for extension in extensions)
    writer.column("seventh.note_starts", "I", accumulate(note_counts, initial=0))
    texts = [text for extension in extensions for text in extension.notes]
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
            [chapter.index_after, [[r.first, r.last, r.id, r.title] for r in chapter.section_index]]
            for chapter in tabular.chapters
        ],
        "visual": {
            str(row): [
                [
                    _cell(category.label),
                    [[r.heading, _cell(r.maximum), _cell(r.minimum)] for r in category.ranges],
                ]
                for category in categories
            ]
            for row, categories in draft.visuals.items()
        },
    }


def _cell(cell: Any) -> Any:
    return None if cell is None else [cell.text, cell.is_heading]
