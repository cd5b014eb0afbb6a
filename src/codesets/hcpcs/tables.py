"""A HCPCS Level II release as plain tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from codesets.hcpcs.details import value_of, write_field
from codesets.hcpcs.layout import FIELDS, VALUE_LISTS, Form, values
from codesets.tables import (
    Cell,
    Table,
    TableColumn,
    columns,
    provenance_table,
    release_table,
)

if TYPE_CHECKING:
    from codesets.hcpcs.release import HcpcsRelease
    from codesets.hcpcs.views import HcpcsEntry

__all__ = ["tables"]

Rows = Iterator[tuple[Cell, ...]]

_HELD = tuple(entry for entry in FIELDS if entry.number >= 8)
"""The fields of a record besides its key, the numbers of its lines and its long description."""
_SCALARS = tuple(each for each in _HELD if each.form is not Form.FILLER and each.occurs == 1)
_REPEATED = tuple(each for each in _HELD if each.occurs > 1)

_ENTRIES = (
    *columns(
        ("position", int, "place in the file, from 1"),
        ("code", str, "code, or modifier"),
        ("display", str, "long description, its lines joined"),
    ),
    *(
        TableColumn(
            each.name,
            int if each.form is Form.NUMBER else str,
            f"{each.title}. {each.meaning.rstrip('.')}",
        )
        for each in _SCALARS
    ),
    TableColumn("reported_change", str, "type of change in the transaction report, if it was read"),
)
_REPEATED_VALUES = columns(
    ("owner_kind", str, "code or modifier"),
    ("code", str, "the code or modifier"),
    ("field", str, "the field, as pricing_indicators"),
    ("position", int, "place among the values of the field, from 1"),
    ("value", str, "the value; wordings has its meaning, where it is one of a list"),
)
_WORDINGS = columns(
    ("field", str, "the field, as betos"),
    ("value", str, "the value"),
    ("meaning", str, "the official wording of the record layout"),
)
_REFERENCES = columns(
    ("owner_kind", str, "code or modifier"),
    ("code", str, "the code or modifier that has the reference"),
    ("position", int, "place among its targets, from 1; several are a choice"),
    ("kind", str, "replaced-by, use-instead or supersedes"),
    ("target", str, "what it refers to, as the file writes it"),
    ("target_kind", str, "live, terminated, absent, cpt, or unspecific for the word CPT"),
    ("target_is_modifier", bool, "1: the target is a modifier"),
)
_NOTES = columns(
    ("number", str, "number of the note, four digits, as in codes.processing_note"),
    ("text", str, "its text"),
    ("line", int, "line of the file on which it begins"),
)
_NOC = columns(
    ("code", str, "a code that CMS lists as not otherwise classified"),
)
_CORRECTIONS = columns(
    ("position", int, "place among the corrections, from 1"),
    ("owner_kind", str, "code or modifier"),
    ("code", str, "the code or modifier, which need not be in the release"),
    ("action", str, "what is to be done, in the words of the sheet"),
    ("effective_on", str, "the date given (ISO 8601), if it is one"),
    ("file", str, "name of the file"),
    ("sheet", str, "name of the sheet"),
    ("sheet_row", int, "row of the sheet, from 1"),
)
_CELLS = columns(
    ("correction", int, "position of the correction"),
    ("position", int, "place among its filled cells, from 1"),
    ("head", str, "head of the cell's column, as printed"),
    ("text", str, "text of the cell"),
)
_UNREAD = columns(
    ("owner_kind", str, "code or modifier"),
    ("code", str, "the code or modifier"),
    ("field", str, "the field whose value says less than its columns"),
    ("columns", str, "the columns as they stand in the file, right-trimmed"),
)


def tables(release: HcpcsRelease) -> tuple[Table, ...]:
    """The tables that hold a whole release; those of companion files are empty without them."""
    return (
        release_table(release),
        Table(
            "codes",
            _ENTRIES,
            ("code",),
            "A code, in the order of the file; fields that may stand several times are in"
            " repeated_values.",
            lambda: _entry_rows(release, is_modifier=False),
        ),
        Table(
            "modifiers",
            _ENTRIES,
            ("code",),
            "A modifier, in the order of the file.",
            lambda: _entry_rows(release, is_modifier=True),
        ),
        Table(
            "repeated_values",
            _REPEATED_VALUES,
            ("owner_kind", "code", "field", "position"),
            "A value of a field that may stand several times.",
            lambda: _repeated_rows(release),
        ),
        Table(
            "cross_references",
            _REFERENCES,
            ("owner_kind", "code", "position"),
            "A target of a cross reference, by what the file proves of it.",
            lambda: _reference_rows(release),
        ),
        Table(
            "processing_notes",
            _NOTES,
            ("number",),
            "A processing note.",
            lambda: ((n.number, n.text, n.line) for n in release.processing_notes.values()),
        ),
        Table(
            "noc_codes",
            _NOC,
            ("code",),
            "A code that CMS lists as not otherwise classified.",
            lambda: ((code,) for code in sorted(release.noc_codes or ())),
        ),
        Table(
            "corrections",
            _CORRECTIONS,
            ("position",),
            "A line of a corrections sheet, in its own words.",
            lambda: _correction_rows(release),
        ),
        Table(
            "correction_cells",
            _CELLS,
            ("correction", "position"),
            "A filled cell of a line of a corrections sheet.",
            lambda: _cell_rows(release),
        ),
        Table(
            "unread_columns",
            _UNREAD,
            ("owner_kind", "code", "field"),
            "The columns of a field that its value does not say in full.",
            lambda: _unread_rows(release),
        ),
        Table(
            "wordings",
            _WORDINGS,
            ("field", "value"),
            "The official wording of a value, whether or not the release uses it.",
            _wording_rows,
        ),
        provenance_table(release),
    )


def _entries(release: HcpcsRelease) -> Iterator[tuple[str, HcpcsEntry]]:
    """All codes and modifiers, each with what it is."""
    for code in release.values():
        yield "code", code
    for modifier in release.modifiers.values():
        yield "modifier", modifier


def _plain(value: Any) -> Cell:
    """A value as a cell: empty where there is none."""
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    return str(value) or None


def _entry_rows(release: HcpcsRelease, *, is_modifier: bool) -> Rows:
    keys = release.modifiers if is_modifier else release
    read: list[Callable[[int], Any]] = []
    for each in _SCALARS:
        if each.name == "short_description":
            read.append(lambda row: keys.text_at(f"{keys.space}short_description", row))
        else:
            read.append(release.column(keys.space, each.name).__getitem__)
    for row, code in enumerate(keys.codes):
        yield (
            row + 1,
            code,
            keys.text_at(f"{keys.space}long_description", row),
            *(_plain(value(row)) for value in read),
            release.transaction_of(code, is_modifier=is_modifier),
        )


def _repeated_rows(release: HcpcsRelease) -> Rows:
    for kind, entry in _entries(release):
        for each in _REPEATED:
            found = release.column(entry.space, each.name)[entry.row]
            for position, value in enumerate(found, 1):
                yield (kind, entry.code, each.name, position, str(value))


def _wording_rows() -> Rows:
    for each in _HELD:
        if each.enum is not None:
            for member in each.enum:
                yield (each.name, str(member), member.meaning)
        elif each.values in VALUE_LISTS:
            for value, meaning in values(each.values).items():
                yield (each.name, value, meaning)


def _reference_rows(release: HcpcsRelease) -> Rows:
    for kind, entry in _entries(release):
        reference = entry.cross_reference
        for position, target in enumerate(reference.targets if reference else (), 1):
            assert reference is not None
            yield (
                kind,
                entry.code,
                position,
                str(reference.kind),
                target.code,
                str(target.kind),
                target.is_modifier,
            )


def _correction_rows(release: HcpcsRelease) -> Rows:
    for position, each in enumerate(release.corrections, 1):
        yield (
            position,
            "modifier" if each.is_modifier else "code",
            each.key,
            each.action,
            _plain(each.effective_on),
            each.file,
            each.sheet,
            each.row,
        )


def _cell_rows(release: HcpcsRelease) -> Rows:
    for number, correction in enumerate(release.corrections, 1):
        for position, (head, text) in enumerate(correction.cells, 1):
            yield (number, position, head, text)


def _unread_rows(release: HcpcsRelease) -> Rows:
    # Many records, few texts: each text of a field is looked into once.
    seen: dict[tuple[str, str], bool] = {}
    for kind, entry in _entries(release):
        for each in _HELD:
            if each.name == "short_description":
                continue
            text = entry.columns(each.name)
            known = seen.get((each.name, text))
            if known is None:
                written = write_field(each, value_of(each, text)).rstrip(" ")
                known = seen[each.name, text] = written == text
            if not known:
                yield (kind, entry.code, each.name, text)
