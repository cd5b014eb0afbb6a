"""A release that is missing, made from a neighbour and the addenda between the two.

The addenda have every code, flag and title that changed, but not the places of new codes: they are
put where their spelling belongs among the codes under the same parent. The totals that the addenda
state for the file must come out, else nothing is made.
"""

from __future__ import annotations

import io
from bisect import bisect_left

from attrs import evolve, frozen

from codesets.diff.release_diff import require
from codesets.errors import ComparisonError
from codesets.icd10cm import Icd10cmRelease, parse
from codesets.icd10cm.addenda import Addenda, AddendaTotals, Announced, Announcement
from codesets.icd10cm.code import CATEGORY_LENGTH
from codesets.icd10cm.layout import Kind

__all__ = ["rebuild"]

SHOWN = 3
"""Contradictions named in an error."""


@frozen
class _Row:
    is_billable: bool
    short: str
    long: str


def rebuild(
    base: Icd10cmRelease, addenda: Addenda, edition: str, *, backward: bool = False
) -> Icd10cmRelease:
    """The release before or after another one, by the order addenda between them.

    Args:
        base: the neighbour, with its order file: the release that the addenda start from, or, for
            `backward`, the one that they lead to.
        addenda: order addenda; of a release, not necessarily its neighbour's in time (those of
            January 2021 start from 2020).
        edition: name of the edition to make.
        backward: undo the addenda, from the later release to the earlier one.

    Returns:
        The release, as if of an order file; its provenance says what it was rebuilt from.

    Raises:
        ComparisonError: these are no order addenda, they contradict the base, or the totals that
            they state do not come out.
        ComparisonTypeError: the base is no release of ICD-10-CM, or these are no addenda.
        EditionError: there is no such edition.
    """
    require(base, Icd10cmRelease, "a release of ICD-10-CM")
    require(addenda, Addenda, "what read_addenda gives")
    if addenda.kind is not Kind.ORDER_ADDENDA:
        raise ComparisonError(f"{addenda.source.file}: order addenda are wanted: {addenda.kind}")
    rows = _rows(base)
    entries = [_undone(each) for each in addenda] if backward else list(addenda)
    problems = [problem for each in entries if (problem := _problem(rows, each))]
    if problems:
        told = "; ".join(problems[:SHOWN])
        raise ComparisonError(
            f"{addenda.source.file} does not start from {base.edition}: {len(problems):,}"
            f" contradictions: {told}"
        )
    order = _applied(rows, entries)
    _check_totals(rows, addenda, backward=backward)
    name = f"rebuilt from {base.edition} and {addenda.source.file}"
    if backward:
        name += ", backward"
    return _parsed(order, rows, name, edition)


def _rows(base: Icd10cmRelease) -> dict[str, _Row]:
    rows = {}
    for code in base.values():
        if code.long_description is None or code.short_description is None:
            raise ComparisonError(f"{base.edition} has no order file: nothing to start from")
        rows[code.code] = _Row(code.is_billable, code.short_description, code.long_description)
    return rows


_BACK = {
    Announced.ADDED: Announced.DELETED,
    Announced.DELETED: Announced.ADDED,
    Announced.REVISED: Announced.REVISED,
}


def _undone(each: Announcement) -> Announcement:
    """What undoes an announcement."""
    if each.kind is not Announced.REVISED:
        return evolve(each, kind=_BACK[each.kind])
    return evolve(
        each,
        short=each.before_short,
        long=each.before_long or "",
        before_short=each.short,
        before_long=each.long,
    )


def _problem(rows: dict[str, _Row], each: Announcement) -> str:
    """What keeps an announcement from being true of the base; empty if nothing does."""
    if each.kind is Announced.ADDED:
        return ""  # a code that changes its flag is there already
    row = rows.get(each.code)
    if row is None:
        return f"{each.code} is not there"
    is_revised = each.kind is Announced.REVISED
    said = (each.before_short, each.before_long) if is_revised else (each.short, each.long)
    if (row.is_billable, row.short, row.long) != (each.is_billable, *said):
        return f"{each.code} is {row.long!r} there, not {said[1]!r}"
    return ""


def _applied(rows: dict[str, _Row], entries: list[Announcement]) -> list[str]:
    """The codes in their sequence, new ones put in; `rows` has their content then."""
    order = list(rows)
    added = {each.code for each in entries if each.kind is Announced.ADDED}
    fresh = sorted(added - rows.keys())
    gone = {each.code for each in entries if each.kind is Announced.DELETED} - added
    for each in entries:
        if each.kind is not Announced.DELETED:
            rows[each.code] = _Row(bool(each.is_billable), each.short or "", each.long)
    for code in gone:
        del rows[code]
    # By category, so that a place is looked for among a few hundred codes, not all.
    categories: dict[str, list[str]] = {}
    for code in order:
        if code not in gone:
            categories.setdefault(code[:CATEGORY_LENGTH], []).append(code)
    names = list(categories)
    for code in fresh:
        category = code[:CATEGORY_LENGTH]
        if category not in categories:
            categories[category] = []
            names.insert(_place(names, category), category)
        mine = categories[category]
        mine.insert(_place(mine, code), code)
    return [code for name in names for code in categories[name]]


def _place(order: list[str], code: str) -> int:
    """Where a code belongs: among those that begin as its longest listed prefix does."""
    for length in range(len(code) - 1, 0, -1):
        begin = code[:length].rstrip(".")
        places = [place for place, each in enumerate(order) if each.startswith(begin)]
        if places:
            first, last = places[0], places[-1] + 1
            after = (place for place in range(first, last) if order[place] > code)
            return next(after, last)
    return bisect_left(order, code)


def _check_totals(rows: dict[str, _Row], addenda: Addenda, *, backward: bool) -> None:
    def stated(totals: AddendaTotals) -> int | None:
        return totals.before if backward else totals.after

    billable = sum(row.is_billable for row in rows.values())
    for name, count, said in (
        ("codes", billable, stated(addenda.codes)),
        ("headers", len(rows) - billable, stated(addenda.headers)),
    ):
        if said is None or count != said:
            raise ComparisonError(
                f"{addenda.source.file} states {said} {name}, {count:,} come out: nothing is made"
            )


def _parsed(order: list[str], rows: dict[str, _Row], name: str, edition: str) -> Icd10cmRelease:
    lines = []
    for number, code in enumerate(order, 1):
        row = rows[code]
        compact, flag = code.replace(".", ""), int(row.is_billable)
        lines.append(f"{number:05} {compact:7} {flag} {row.short:60} {row.long}\r\n")
    stream = io.BytesIO("".join(lines).encode("utf-8"))
    stream.name = name
    return parse(stream, edition=edition)
