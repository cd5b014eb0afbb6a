"""Tabular list and order file brought together, and every difference between them listed.

The order file decides which billable codes exist and gives the descriptions; the tabular list
gives structure, notes and titles with accents. From 2014 on both have the same codes in the same
sequence, so the usual way is short; the draft of 2013 needs the long one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import TypeVar

from attrs import define, field

from codesets.icd10cm.code import dotted
from codesets.icd10cm.draft import (
    NO_ROW,
    Draft,
    ends_of,
    longest_prefix_row,
    preorder,
)
from codesets.icd10cm.layout import Kind
from codesets.icd10cm.records import CodesRecord, OrderRecord
from codesets.reconciliation import Difference, DifferenceKind

__all__ = ["check_codes", "check_sequence", "merge_order", "without_rows"]

BILLABLE, HEADER = "billable", "header"
V = TypeVar("V")


@define
class Differences:
    """Collects the differences between two sources."""

    left: str
    right: str
    found: list[Difference] = field(factory=list)

    def add(
        self,
        kind: DifferenceKind,
        code: str,
        left: str | None,
        right: str | None,
        resolution: str = "",
        name: str = "",
    ) -> None:
        self.found.append(
            Difference(kind, dotted(code), self.left, left, self.right, right, name, resolution)
        )


def merge_order(draft: Draft, records: Sequence[OrderRecord]) -> tuple[Draft, list[Difference]]:
    """A tabular draft with what its order file says.

    Args:
        draft: the rows of the tabular list; not to be used afterwards.
        records: the order file of the same release.

    Returns:
        The merged rows, and every difference between the two sources.
    """
    differences = Differences(Kind.TABULAR, Kind.ORDER)
    order = {record.code: record for record in records}
    if draft.codes != [record.code for record in records]:
        draft = _merge_codes(draft, order, differences)
    _take_flags(draft, order, differences)
    _take_descriptions(draft, order, differences)
    return draft, differences.found


def _take_flags(draft: Draft, order: dict[str, OrderRecord], differences: Differences) -> None:
    for row, code in enumerate(draft.codes):
        record = order.get(code)
        if record is None or draft.billable[row] == record.is_billable:
            continue
        differences.add(
            DifferenceKind.FLAG,
            code,
            _flag(draft.billable[row]),
            _flag(record.is_billable),
            "the order file decides what is billable",
        )
        draft.billable[row] = record.is_billable


def _flag(is_billable: int) -> str:
    return BILLABLE if is_billable else HEADER


def _take_descriptions(
    draft: Draft, order: dict[str, OrderRecord], differences: Differences
) -> None:
    draft.long = []
    draft.short = []
    for code, title in zip(draft.codes, draft.full_titles(), strict=True):
        record = order.get(code)
        if record is None:
            draft.long.append(None)
            draft.short.append(None)
            continue
        long = record.long_description
        draft.long.append(long)
        draft.short.append(record.short_description)
        if title != long:
            differences.add(
                DifferenceKind.TITLE, code, title, long, "display is the tabular list's"
            )


def _merge_codes(draft: Draft, order: dict[str, OrderRecord], differences: Differences) -> Draft:
    """The rows of both sources, in the tabular list's order."""
    keep: list[int] = []
    titles = draft.full_titles()
    for row, code in enumerate(draft.codes):
        if code in order or not draft.billable[row]:
            keep.append(row)
        if code not in order:
            kept = not draft.billable[row]
            differences.add(
                DifferenceKind.MISSING,
                code,
                titles[row],
                None,
                "kept as a header" if kept else "billable in the tabular list only: left out",
                _flag(draft.billable[row]),
            )
    rows = {draft.codes[row]: place for place, row in enumerate(keep)}
    extra = [record for code, record in order.items() if code not in rows]
    for record in extra:
        differences.add(
            DifferenceKind.EXTRA,
            record.code,
            None,
            record.long_description,
            "placed under its longest listed prefix",
            _flag(record.is_billable),
        )
    _compare_sequence(
        [draft.codes[row] for row in keep if draft.codes[row] in order], order, differences
    )
    return _rebuild(draft, keep, extra, list(order))


def _compare_sequence(codes: list[str], order: Iterable[str], differences: Differences) -> None:
    # A code may stand twice in a list whose definitions make it once more; the builder tells.
    listed = dict.fromkeys(codes)
    other = [code for code in order if code in listed]
    for left, right in zip(listed, other, strict=True):
        if left != right:
            differences.add(
                DifferenceKind.SEQUENCE, left, dotted(left), dotted(right), "the tabular list's"
            )
            return


def _rebuild(draft: Draft, keep: list[int], extra: list[OrderRecord], sequence: list[str]) -> Draft:
    """Kept rows and extra codes as a new draft, extra codes where the order file has them."""
    place_of = {code: place for place, code in enumerate(sequence)}
    # Nodes: kept rows first, extra codes after them.
    new_of = {row: node for node, row in enumerate(keep)}
    codes = [draft.codes[row] for row in keep]
    parents = [new_of.get(draft.parents[row], NO_ROW) for row in keep]
    section_of = _sections_of(draft, keep)
    rows = {code: node for node, code in enumerate(codes)}
    for record in extra:
        parents.append(longest_prefix_row(record.code, rows))
        rows[record.code] = len(codes)
        codes.append(record.code)
        section_of.append(section_of[parents[-1]] if parents[-1] != NO_ROW else NO_ROW)
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(parents):
        children.setdefault(parent, []).append(node)
    for siblings in children.values():
        _place_extra(siblings, len(keep), codes, place_of)
    ordered = preorder(children)
    new_row = {node: row for row, node in enumerate(ordered)}
    merged = Draft()
    for node in ordered:
        merged.codes.append(codes[node])
        parent = parents[node]
        merged.parents.append(NO_ROW if parent == NO_ROW else new_row[parent])
        if node < len(keep):
            row = keep[node]
            if row in draft.titles:
                merged.titles[len(merged) - 1] = draft.titles[row]
            merged.billable.append(draft.billable[row])
            merged.characters.append(draft.characters[row])
        else:
            record = extra[node - len(keep)]
            merged.titles[len(merged) - 1] = record.long_description
            merged.billable.append(record.is_billable)
            merged.characters.append(0)
    merged.ends = ends_of(merged.parents)
    kept = {row: new_row[node] for row, node in new_of.items()}
    merged.sevenths = _moved(draft.sevenths, kept)
    merged.placeholders = sorted(kept[row] for row in draft.placeholders if row in kept)
    merged.visuals = _moved(draft.visuals, kept)
    merged.notes = _moved(draft.notes, kept)
    _set_sections(merged, [section_of[node] for node in ordered], len(draft.section_starts))
    return merged


def without_rows(draft: Draft, rows: Iterable[int]) -> Draft:
    """A tabular draft without some rows that have nothing below them."""
    gone = set(rows)
    return _rebuild(draft, [row for row in range(len(draft)) if row not in gone], [], [])


def _moved(owned: dict[int, V], rows: dict[int, int]) -> dict[int, V]:
    """What rows have, by their new rows, ascending."""
    found = [(rows[row], each) for row, each in owned.items() if row in rows]
    return dict(sorted(found, key=itemgetter(0)))


def _sections_of(draft: Draft, keep: list[int]) -> list[int]:
    sections = [NO_ROW] * len(draft)
    for section, (start, end) in enumerate(
        zip(draft.section_starts, draft.section_ends, strict=True)
    ):
        sections[start:end] = [section] * (end - start)
    return [sections[row] for row in keep]


def _set_sections(merged: Draft, section_of: list[int], count: int) -> None:
    """Section bounds of the new rows; a section whose codes are gone is empty where it stood."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for row, section in enumerate(section_of):
        starts.setdefault(section, row)
        ends[section] = row + 1
    at = 0
    for section in range(count):
        start = starts.get(section, at)
        at = ends.get(section, start)
        merged.section_starts.append(start)
        merged.section_ends.append(at)


def _place_extra(
    siblings: list[int], kept: int, codes: list[str], place_of: dict[str, int]
) -> None:
    """Move extra codes among their siblings to where the order file has them."""
    listed = [node for node in siblings if node < kept]
    # Before the first listed one that the order file has later: the first of such a highest place.
    highest = list(accumulate((place_of.get(codes[node], -1) for node in listed), max))
    done = 0
    ordered: list[int] = []
    # Extra codes stand in the sequence of the order file, so the places only rise.
    for node in siblings[len(listed) :]:
        at = bisect_right(highest, place_of[codes[node]])
        ordered += [*listed[done:at], node]
        done = at
    siblings[:] = ordered + listed[done:]


def check_sequence(draft: Draft, codes: Sequence[str], source: str) -> list[Difference]:
    """Where a file alone is not in the order of the tree that its codes make, if it is not."""
    for ours, theirs in zip(draft.codes, codes, strict=True):
        if ours != theirs:
            differences = Differences("tree", source)
            differences.add(
                DifferenceKind.SEQUENCE,
                ours,
                dotted(ours),
                dotted(theirs),
                "every code stands under its longest listed prefix",
            )
            return differences.found
    return []


def check_codes(draft: Draft, records: Sequence[CodesRecord], left: str) -> list[Difference]:
    """What a codes file says otherwise than the billable rows of a draft.

    The codes file equals the billable rows of the order file, line by line, in every release
    since 2016; it is a cross-check and changes nothing.
    """
    differences = Differences(left, Kind.CODES)
    titles = draft.long if draft.long is not None else draft.full_titles()
    ours = {code: titles[row] for row, code in enumerate(draft.codes) if draft.billable[row]}
    theirs = {record.code: record.long_description for record in records}
    kept = "the codes file is a cross-check"
    for code, title in ours.items():
        if code not in theirs:
            differences.add(DifferenceKind.MISSING, code, title, None, kept, BILLABLE)
        elif title != theirs[code]:
            differences.add(DifferenceKind.TITLE, code, title, theirs[code], kept)
    for code, title in theirs.items():
        if code not in ours:
            differences.add(DifferenceKind.EXTRA, code, None, title, kept, BILLABLE)
    _compare_sequence([code for code in ours if code in theirs], theirs, differences)
    return differences.found
