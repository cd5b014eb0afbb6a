"""Records to rows: one row a code, in the publisher's order, with its place in the tree.

A draft is what the builder works on before it is compiled: parallel lists, quick to fill, never
seen outside of this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

from attrs import define, field

from codesets.compiled.format import NONE
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

NO_ROW = NONE
"""The parent of a row that has none, as the compiled file writes it."""
NO_CHARACTER = "\0"


@define(eq=False)
class Draft:
    """Rows of a release in the making.

    Attributes:
        codes: compact codes.
        titles: display titles; None for a code made by a definition: its stem's, a comma, and
            its meaning.
        meanings: what the seventh character of such a code means, else empty.
        parents: row of the code above, or `NO_ROW`.
        billable: whether the code is valid for submission.
        characters: the seventh character of a code made by a definition, else `NO_CHARACTER`.
        ends: for each row, the row after the last one below it.
        records: the `diag` records that hold more than a name and a title, with their rows.
        long: long descriptions, None where no order file has the code.
        short: short descriptions, likewise.
        section_starts: for each section, its first row.
        section_ends: for each section, the row after its last.
        sections: the section records, in document order.
        chapters: the chapter records with the number of their first section.
    """

    codes: list[str] = field(factory=list)
    titles: list[str | None] = field(factory=list)
    meanings: list[str] = field(factory=list)
    parents: list[int] = field(factory=list)
    billable: list[bool] = field(factory=list)
    characters: list[str] = field(factory=list)
    ends: list[int] = field(factory=list)
    records: list[tuple[int, DiagRecord]] = field(factory=list)
    long: list[str | None] | None = None
    short: list[str | None] | None = None
    section_starts: list[int] = field(factory=list)
    section_ends: list[int] = field(factory=list)
    sections: list[SectionRecord] = field(factory=list)
    chapters: list[tuple[ChapterRecord, int]] = field(factory=list)

    def __len__(self) -> int:
        return len(self.codes)

    def full_titles(self) -> list[str]:
        """The display titles of all rows."""
        return [
            f"{self.titles[parent]}, {meaning}" if title is None else title
            for title, parent, meaning in zip(self.titles, self.parents, self.meanings, strict=True)
        ]


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
    expander = _Expander(draft, year)
    for chapter in tabular.chapters:
        draft.chapters.append((chapter, len(draft.sections)))
        for section in chapter.sections:
            draft.sections.append(section)
            draft.section_starts.append(len(draft.codes))
            _add_section(draft, section.codes, expander)
            draft.section_ends.append(len(draft.codes))
    return draft


def _add_section(draft: Draft, records: Sequence[DiagRecord], expander: _Expander) -> None:
    codes, titles, parents = draft.codes, draft.titles, draft.parents
    billable, characters, ends = draft.billable, draft.characters, draft.ends
    meanings = draft.meanings
    # Row and effective definition of the codes above the one at hand, by depth.
    above: list[int] = []
    definitions: list[SeventhDefinition | None] = []
    row = len(codes)
    depths = [record.depth for record in records]
    for record, next_depth in zip(records, [*depths[1:], 0][: len(records)], strict=True):
        code, title, depth, notes, definition, is_placeholder, visual, _ = record
        while len(above) > depth:
            ends[above.pop()] = row
            definitions.pop()
        # The nearest definition wins: in all 80 leaves under two, the sets of characters differ,
        # and the order files follow the nearer one.
        if definition is None and depth:
            definition = definitions[-1]
        if notes or record.seventh or is_placeholder or visual:
            draft.records.append((row, record))
        codes.append(code)
        titles.append(title)
        parents.append(above[-1] if depth else NO_ROW)
        characters.append(NO_CHARACTER)
        meanings.append("")
        ends.append(row + 1)
        above.append(row)
        definitions.append(definition)
        is_leaf = next_depth <= depth
        # A code of seven characters has its seventh already.
        if is_leaf and definition is not None and len(code) < FULL_LENGTH:
            billable.append(False)
            row += expander.expand(row, definition)
        else:
            billable.append(is_leaf)
        row += 1
    for open_row in above:
        ends[open_row] = row


@define(eq=False)
class _Expander:
    """Adds the codes that definitions make of leaves: stem, placeholders, character."""

    draft: Draft
    year: int | None
    _parts: dict[int, tuple[list[str], list[str]]] = field(factory=dict)

    def expand(self, stem: int, definition: SeventhDefinition) -> int:
        """Add the codes of one leaf.

        Returns:
            How many were added.
        """
        draft = self.draft
        padded = draft.codes[stem].ljust(FULL_LENGTH - 1, PLACEHOLDER)
        parts = self._parts.get(id(definition))
        if parts is None:
            parts = self._parts[id(definition)] = (
                [extension.character for extension in definition.extensions],
                [extension.meaning for extension in definition.extensions],
            )
        characters, meanings = parts
        excluded = excluded_characters(padded, self.year)
        if excluded:
            used = [n for n, character in enumerate(characters) if character not in excluded]
            characters = [characters[n] for n in used]
            meanings = [meanings[n] for n in used]
        count = len(characters)
        draft.codes += [padded + character for character in characters]
        draft.titles += repeat(None, count)
        draft.meanings += meanings
        draft.parents += repeat(stem, count)
        draft.billable += repeat(True, count)
        draft.characters += characters
        draft.ends += range(stem + 2, stem + 2 + count)
        return count


def excluded_characters(stem: str, year: int | None) -> str:
    """The seventh characters that a rule in prose takes away from a stem of six characters."""
    for rule in EXCLUSIONS:
        if stem.startswith(rule.category):
            return "".join(c for c in rule.characters if rule.excludes(stem + c, year))
    return ""


def draft_order(records: Sequence[OrderRecord]) -> Draft:
    """The rows of an order file alone: parent = the longest listed prefix."""
    rows, draft = _by_prefix([record.code for record in records])
    listed = [records[row] for row in rows]
    draft.titles += [record.long_description for record in listed]
    draft.billable = [record.is_billable for record in listed]
    draft.long = [record.long_description for record in listed]
    draft.short = [record.short_description for record in listed]
    return draft


def draft_codes(records: Sequence[CodesRecord]) -> Draft:
    """The rows of a codes file alone: billable codes without headers, and so without a tree."""
    rows, draft = _by_prefix([record.code for record in records])
    draft.titles += [records[row].long_description for row in rows]
    draft.billable = [True] * len(records)
    return draft


def _by_prefix(codes: list[str]) -> tuple[list[int], Draft]:
    """A draft of codes without a tabular list, and which record makes each of its rows.

    The official files are in tabular order, where every code stands right after what it belongs
    to. In any other order the codes are brought into that one.
    """
    places = {code: place for place, code in enumerate(codes)}
    children: dict[int, list[int]] = {}
    for place, code in enumerate(codes):
        children.setdefault(longest_prefix_row(code, places), []).append(place)
    rows = preorder(children)
    codes = [codes[row] for row in rows]
    places = {code: place for place, code in enumerate(codes)}
    parents = [longest_prefix_row(code, places) for code in codes]
    return rows, Draft(
        codes=codes,
        meanings=[""] * len(codes),
        parents=parents,
        characters=[NO_CHARACTER] * len(codes),
        ends=ends_of(parents),
    )


def preorder(children: dict[int, list[int]]) -> list[int]:
    """All nodes of a forest, each before those below it; roots stand under `NO_ROW`."""
    ordered: list[int] = []
    stack = children.get(NO_ROW, [])[::-1]
    while stack:
        node = stack.pop()
        ordered.append(node)
        stack += children.get(node, ())[::-1]
    return ordered


def ends_of(parents: Sequence[int]) -> list[int]:
    """For each row, the row after the last one below it."""
    ends = list(range(1, len(parents) + 1))
    # Backwards, every row has its whole subtree behind it already.
    for row in range(len(ends) - 1, -1, -1):
        parent = parents[row]
        if parent != NO_ROW and ends[parent] < ends[row]:
            ends[parent] = ends[row]
    return ends


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
    holders = {
        record.code: place
        for place, section in enumerate(listed)
        for record in section.codes
        if not record.depth
    }
    for place, section in enumerate(listed):
        holder = holders.get(section.id.rpartition("-")[2], -1)
        if not section.codes and holder > place:
            ends[place] = ends[holder]
