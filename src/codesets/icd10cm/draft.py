"""Records to rows: one row a code, in the publisher's order, with its place in the tree.

A draft is what the builder works on before it is compiled: parallel lists, quick to fill, never
seen outside of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from attrs import define, field

from codesets.compiled.format import NONE
from codesets.icd10cm.code import CATEGORY_LENGTH, FULL_LENGTH, PLACEHOLDER
from codesets.icd10cm.layout import EXCLUSIONS
from codesets.icd10cm.records import (
    CodesRecord,
    DiagColumns,
    OrderRecord,
    SeventhDefinition,
    TabularFile,
    VisualCategory,
)

__all__ = ["Draft", "draft_codes", "draft_order", "draft_tabular"]

NO_ROW = NONE
"""The parent of a row that has none, as the compiled file writes it."""
_EXCLUDED_IN = tuple(rule.category for rule in EXCLUSIONS)


@define(eq=False, repr=False)
class Draft:
    """Rows of a release in the making.

    Attributes:
        codes: compact codes.
        titles: row → display title; none for a code made by a definition, whose title is its
            stem's, a comma, and its meaning.
        characters: the seventh character of such a code, else 0; ASCII.
        parents: row of the code above, or `NO_ROW`.
        billable: 1 where the code is valid for submission, else 0.
        ends: for each row, the row after the last one below it.
        sevenths: row → its own definition of seventh characters, rows ascending.
        placeholders: rows marked as placeholders, ascending.
        visuals: row → its visual impairment table, rows ascending.
        notes: row → places of its notes among those of the tabular list, rows ascending.
        long: long descriptions, None where no order file has the code.
        short: short descriptions, likewise.
        section_starts: for each section, its first row.
        section_ends: for each section, the row after its last.
    """

    codes: list[str] = field(factory=list)
    titles: dict[int, str] = field(factory=dict)
    characters: bytearray = field(factory=bytearray)
    parents: list[int] = field(factory=list)
    billable: bytearray = field(factory=bytearray)
    ends: list[int] = field(factory=list)
    sevenths: dict[int, SeventhDefinition] = field(factory=dict)
    placeholders: list[int] = field(factory=list)
    visuals: dict[int, tuple[VisualCategory, ...]] = field(factory=dict)
    notes: dict[int, range] = field(factory=dict)
    long: list[str | None] | None = None
    short: list[str | None] | None = None
    section_starts: list[int] = field(factory=list)
    section_ends: list[int] = field(factory=list)

    def __len__(self) -> int:
        return len(self.codes)

    def full_titles(self) -> list[str]:
        """The display titles of all rows."""
        full = [self.titles.get(row, "") for row in range(len(self))]
        for owner, definition in self.sevenths.items():
            meanings = {ord(e.character): e.meaning for e in definition.extensions}
            # A definition further down comes later, and is the one that counts.
            for row in range(owner + 1, self.ends[owner]):
                if row not in self.titles:
                    meaning = meanings.get(self.characters[row])
                    full[row] = f"{self.titles[self.parents[row]]}, {meaning}"
        return full


class _Choice(NamedTuple):
    """What a code of the list becomes: a row of its own, and one for each seventh character.

    Attributes:
        characters: one for each row, 0 for its own.
        billable: likewise, 1 for a row that is billable.
        below: the rows after its own, each after a line feed, `*` for the padded code.
    """

    characters: bytes
    billable: bytes
    below: str

    @staticmethod
    def of(definition: SeventhDefinition, excluded: str) -> _Choice:
        """The choice that a definition gives without the excluded characters."""
        characters = "".join(e.character for e in definition.extensions)
        chosen = [character for character in characters if character not in excluded]
        return _Choice(
            b"\0" + "".join(chosen).encode("ascii"),
            b"\0" + b"\1" * len(chosen),
            "".join(f"\n*{character}" for character in chosen),
        )


_HEADER = _Choice(b"\0", b"\0", "")
_LEAF = _Choice(b"\0", b"\1", "")


def draft_tabular(tabular: TabularFile, year: int | None) -> Draft:
    """The rows of a tabular list, seventh characters expanded.

    Args:
        tabular: what it holds.
        year: the release's year, which decides the exclusions in force; None for today's rules.

    Returns:
        The draft; document order with expanded codes right after their stem is also the sequence
        of the order files (measured on every release from 2012 to 2026).
    """
    listed = tabular.codes
    ends = ends_of(listed.parents)
    choices = _choices(listed, ends, year)
    sizes = [len(choice.characters) for choice in choices]
    # The row of each place in the list, and after the last the number of rows.
    rows = list(accumulate(sizes, initial=0))
    draft = Draft(
        codes=_expanded_codes(listed.codes, choices),
        titles=dict(zip(rows, listed.titles, strict=False)),
        characters=bytearray().join([choice.characters for choice in choices]),
        # A made code stands under its stem, and has nothing below it.
        parents=list(chain.from_iterable(map(repeat, rows, sizes))),
        billable=bytearray().join([choice.billable for choice in choices]),
        ends=list(range(1, rows[-1] + 1)),
        sevenths={rows[place]: each for place, each in listed.sevenths.items()},
        placeholders=[rows[place] for place in listed.placeholders],
        visuals={rows[place]: each for place, each in listed.visuals.items()},
        notes={rows[place]: each for place, each in tabular.notes.of_codes.items()},
        section_starts=[rows[section.start] for section in tabular.sections],
        section_ends=[rows[section.end] for section in tabular.sections],
    )
    parents, last = draft.parents, draft.ends
    for row, parent, end in zip(rows, listed.parents, ends, strict=False):
        parents[row] = NO_ROW if parent == NO_ROW else rows[parent]
        last[row] = rows[end]
    return draft


def _choices(listed: DiagColumns, ends: list[int], year: int | None) -> list[_Choice]:
    """What each code of the list becomes."""
    definitions: list[SeventhDefinition | None] = [None] * len(ends)
    # The nearest definition wins: in all 80 leaves under two, the sets of characters differ, and
    # the order files follow the nearer one.
    for place, nearest in listed.sevenths.items():
        definitions[place : ends[place]] = [nearest] * (ends[place] - place)
    known: dict[tuple[int, str], _Choice] = {}
    choices: list[_Choice] = []
    for place, (code, end, definition) in enumerate(
        zip(listed.codes, ends, definitions, strict=True), 1
    ):
        if end > place:
            choices.append(_HEADER)
        # A code of seven characters has its seventh already.
        elif definition is None or len(code) == FULL_LENGTH:
            choices.append(_LEAF)
        else:
            excluded = ""
            if code.startswith(_EXCLUDED_IN):
                excluded = excluded_characters(code.ljust(FULL_LENGTH - 1, PLACEHOLDER), year)
            key = (id(definition), excluded)
            if key not in known:
                known[key] = _Choice.of(definition, excluded)
            choices.append(known[key])
    return choices


def _expanded_codes(codes: list[str], choices: list[_Choice]) -> list[str]:
    """The codes of all rows: the listed ones, each followed by those made of it."""
    lines = [
        code + choice.below.replace("*", code.ljust(FULL_LENGTH - 1, PLACEHOLDER))
        if choice.below
        else code
        for code, choice in zip(codes, choices, strict=True)
    ]
    return "\n".join(lines).split("\n") if lines else []


def repeated_rows(draft: Draft) -> list[int]:
    """The rows that definitions make of codes that stand in the list, or were made before."""
    made = [row for row, character in enumerate(draft.characters) if character]
    there = {draft.codes[row] for row, character in enumerate(draft.characters) if not character}
    repeated: list[int] = []
    for row in made:
        if draft.codes[row] in there:
            repeated.append(row)
        there.add(draft.codes[row])
    return repeated


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
    draft.titles = {row: record.long_description for row, record in enumerate(listed)}
    draft.billable = bytearray(record.is_billable for record in listed)
    draft.long = [record.long_description for record in listed]
    draft.short = [record.short_description for record in listed]
    return draft


def draft_codes(records: Sequence[CodesRecord]) -> Draft:
    """The rows of a codes file alone: billable codes without headers, and so without a tree."""
    rows, draft = _by_prefix([record.code for record in records])
    draft.titles = {row: records[n].long_description for row, n in enumerate(rows)}
    draft.billable = bytearray(b"\1") * len(records)
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
        parents=parents,
        characters=bytearray(len(codes)),
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
