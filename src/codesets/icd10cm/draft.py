"""Records to rows: one row a code, in the publisher's order, with its place in the tree.

A draft is what the builder works on before it is compiled: parallel lists, quick to fill, never
seen outside of this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, field

from codesets.icd10cm.code import CATEGORY_LENGTH, FULL_LENGTH, PLACEHOLDER
from codesets.icd10cm.layout import EXCLUSIONS
from codesets.icd10cm.records import (
    ChapterRecord,
    CodesRecord,
    DiagRecord,
    OrderRecord,
    SectionRecord,
    SeventhDefinition,
    TabularFile,
)

__all__ = ["Draft", "draft_codes", "draft_order", "draft_tabular"]

NO_ROW = -1


@define(eq=False)
class Draft:
    """Rows of a release in the making.

    Attributes:
        codes: compact codes.
        titles: display titles.
        parents: row of the code above, or `NO_ROW`.
        billable: whether the code is valid for submission.
        characters: the seventh character of a code made by a definition, else empty.
        records: the `diag` record of a code that stands in the tabular list, else None.
        long: long descriptions, None where no order file has the code.
        short: short descriptions, likewise.
        section_starts: for each section, its first row.
        section_ends: for each section, the row after its last.
        sections: the section records, in document order.
        chapters: the chapter records with the number of their first section.
    """

    codes: list[str] = field(factory=list)
    titles: list[str] = field(factory=list)
    parents: list[int] = field(factory=list)
    billable: list[bool] = field(factory=list)
    characters: list[str] = field(factory=list)
    records: list[DiagRecord | None] = field(factory=list)
    long: list[str | None] | None = None
    short: list[str | None] | None = None
    section_starts: list[int] = field(factory=list)
    section_ends: list[int] = field(factory=list)
    sections: list[SectionRecord] = field(factory=list)
    chapters: list[tuple[ChapterRecord, int]] = field(factory=list)

    def __len__(self) -> int:
        return len(self.codes)

    def ends(self) -> list[int]:
        """For each row, the row after the last one below it."""
        ends = list(range(1, len(self.codes) + 1))
        # Backwards, every row has its whole subtree behind it already.
        for row in range(len(ends) - 1, -1, -1):
            parent = self.parents[row]
            if parent >= 0 and ends[parent] < ends[row]:
                ends[parent] = ends[row]
        return ends


def draft_tabular(tabular: TabularFile, year: int | None) -> Draft:
    """The rows of a tabular list, seventh characters expanded.

    Args:
        tabular: the records.
        year: the release's year, which decides the exclusions in force; None for today's rules.

    Returns:
        The draft; document order with expanded codes right after their stem is also the sequence
        of the order files (measured on every release from 2012 to 2026).
    """
    draft = Draft()
    for chapter in tabular.chapters:
        draft.chapters.append((chapter, len(draft.sections)))
        for section in chapter.sections:
            draft.sections.append(section)
            draft.section_starts.append(len(draft.codes))
            _add_section(draft, section.codes, year)
            draft.section_ends.append(len(draft.codes))
    return draft


def _add_section(draft: Draft, records: Sequence[DiagRecord], year: int | None) -> None:
    codes, titles, parents = draft.codes, draft.titles, draft.parents
    billable, characters, rows = draft.billable, draft.characters, draft.records
    # Row and effective definition of the code at each depth above the one at hand.
    above = [NO_ROW] * (FULL_LENGTH + 1)
    definitions: list[SeventhDefinition | None] = [None] * (FULL_LENGTH + 1)
    last = len(records) - 1
    for place, record in enumerate(records):
        depth = record.depth
        if depth >= len(above) - 1:
            above.append(NO_ROW)
            definitions.append(None)
        row = len(codes)
        above[depth] = row
        # The nearest definition wins: in all 80 leaves under two, the sets of characters differ,
        # and the order files follow the nearer one.
        definition = record.seventh or (definitions[depth - 1] if depth else None)
        definitions[depth] = definition
        is_leaf = place == last or records[place + 1].depth <= depth
        if len(record.code) == FULL_LENGTH:
            definition = None  # it has its seventh character already
        codes.append(record.code)
        titles.append(record.title)
        parents.append(above[depth - 1] if depth else NO_ROW)
        billable.append(is_leaf and definition is None)
        characters.append("")
        rows.append(record)
        if is_leaf and definition is not None:
            _expand(draft, row, definition, year)


def _expand(draft: Draft, stem: int, definition: SeventhDefinition, year: int | None) -> None:
    """Add the codes that a definition makes of a leaf: stem, placeholders, character."""
    code, title = draft.codes[stem], draft.titles[stem]
    padded = code.ljust(FULL_LENGTH - 1, PLACEHOLDER)
    excluded = excluded_characters(padded, year)
    used = [e for e in definition.extensions if e.character not in excluded]
    count = len(used)
    draft.codes += [padded + extension.character for extension in used]
    draft.titles += [f"{title}, {extension.meaning}" for extension in used]
    draft.parents += [stem] * count
    draft.billable += [True] * count
    draft.characters += [extension.character for extension in used]
    draft.records += [None] * count


def excluded_characters(stem: str, year: int | None) -> str:
    """The seventh characters that a rule in prose takes away from a stem of six characters."""
    for rule in EXCLUSIONS:
        if stem.startswith(rule.category):
            return "".join(c for c in rule.characters if rule.excludes(stem + c, year))
    return ""


def draft_order(records: Sequence[OrderRecord]) -> Draft:
    """The rows of an order file alone: parent = the longest listed prefix."""
    draft = _by_prefix([record.code for record in records])
    draft.titles = [record.long_description for record in records]
    draft.billable = [record.is_billable for record in records]
    draft.long = [record.long_description for record in records]
    draft.short = [record.short_description for record in records]
    return draft


def draft_codes(records: Sequence[CodesRecord]) -> Draft:
    """The rows of a codes file alone: billable codes without headers, and so without a tree."""
    draft = _by_prefix([record.code for record in records])
    draft.titles = [record.long_description for record in records]
    draft.billable = [True] * len(records)
    return draft


def _by_prefix(codes: list[str]) -> Draft:
    rows: dict[str, int] = {}
    parents: list[int] = []
    for row, code in enumerate(codes):
        parents.append(longest_prefix_row(code, rows))
        rows[code] = row
    return Draft(
        codes=codes,
        parents=parents,
        characters=[""] * len(codes),
        records=[None] * len(codes),
    )


def longest_prefix_row(code: str, rows: dict[str, int]) -> int:
    """The row of the longest proper prefix of `code`, or `NO_ROW`."""
    for length in range(len(code) - 1, CATEGORY_LENGTH - 1, -1):
        row = rows.get(code[:length])
        if row is not None:
            return row
    return NO_ROW


def overview_spans(sections: Iterable[SectionRecord], starts: list[int], ends: list[int]) -> None:
    """Let each overview section end where the last section that it encloses ends.

    Twelve sections (as C00-C96) hold no code: they enclose the sections that follow them, up to
    the one that holds the last category named in the id, by position in the document.
    """
    listed = list(sections)
    for place, section in enumerate(listed):
        if section.codes:
            continue
        last = section.id.rpartition("-")[2]
        for later in range(place + 1, len(listed)):
            if any(record.code == last and not record.depth for record in listed[later].codes):
                ends[place] = ends[later]
                break
