"""One record of the contractor file, and how it is made from the columns of its first line.

Both forms of the file come through here: the reader of lines has the columns, the reader of
sheets lays its cells out in columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from attrs import define, field, frozen

from codesets.hcpcs.layout import (
    FIELDS,
    FIRST_WIDTH,
    ActionCode,
    CoverageCode,
    Field,
    Form,
    day_of,
    field_named,
    values,
)
from codesets.problems import AnomalyKind, Problems

__all__ = ["Assembler", "HcpcsRecord", "foreign_key", "value_of", "write_field"]


@frozen
class HcpcsRecord:
    """One code or modifier of a release, as its file has it.

    Repeated fields are tuples in the order of their positions; text fields are empty where the
    columns are blank. `layout.field_named(name)` says what a field means and where it stands.

    Attributes:
        key: the code, or the modifier without the blanks in front.
        is_modifier: True for a modifier; codes and modifiers are two key spaces.
        long_description: the text of all lines, joined with one blank, runs of blanks collapsed.
        short_description: at most 28 characters, as it stands.
        coverage: None on a value outside the official list, which `unread` then has.
        added_on, action_effective_on, terminated_on: first day; day of the last action (blank in
            places); last day, itself included.
        action: None only where a lenient reader met an unknown action code.
        unread: (field name, columns as they stand) of every field whose value says less than its
            columns: a date that is none, a gap in a repeated field, something in a filler.
        line: the line (row of a sheet) it starts on; no part of equality.
    """

    key: str
    is_modifier: bool
    long_description: str
    short_description: str
    pricing_indicators: tuple[str, ...]
    multiple_pricing_indicator: str
    coverage_issues_manual: tuple[str, ...]
    carriers_manual: tuple[str, ...]
    statute: str
    lab_certifications: tuple[str, ...]
    cross_references: tuple[str, ...]
    coverage: CoverageCode | None
    asc_group: str
    asc_effective_on: date | None
    mog_group: str
    mog_policy_indicator: str
    mog_effective_on: date | None
    processing_note: str
    betos: str
    types_of_service: tuple[str, ...]
    anesthesia_base_units: int | None
    added_on: date | None
    action_effective_on: date | None
    terminated_on: date | None
    action: ActionCode | None
    unread: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, eq=False)


# The details of a first line in three parts: short description, the fields up to the anesthesia
# base units (the same in many records, hence read once for all), dates and action code.
_SHORT = field_named("short_description")
_SHORT_SLICE = _SHORT.slices[0]
_ADMINISTRATIVE = tuple(f for f in FIELDS if 9 <= f.number <= 26)
_ADMINISTRATIVE_SLICE = slice(_ADMINISTRATIVE[0].first - 1, _ADMINISTRATIVE[-1].end)
_DATES = tuple(field_named(n) for n in ("added_on", "action_effective_on", "terminated_on"))
_ADDED = _DATES[0]
_DATES_SLICE = slice(_DATES[0].first - 1, _DATES[-1].end)
_ACTION_SLICE = field_named("action").slices[0]
_FILLER = FIELDS[-1]
_LONG = field_named("long_description")
_ACTIONS: dict[str, ActionCode] = {str(action): action for action in ActionCode}


@frozen
class _Odd:
    """A value that the layout does not have."""

    field: Field
    raw: str
    why: str


@frozen
class _Read:
    """What a run of columns says: values in field order, what they leave unsaid, and oddities."""

    values: tuple[Any, ...]
    unread: tuple[tuple[str, str], ...] = ()
    odd: tuple[_Odd, ...] = ()


@frozen
class _Said:
    """What the columns of one field say."""

    value: Any
    unread: tuple[str, str] | None
    odd: _Odd | None


# Each field, its width over all occurrences, and what its columns were found to say so far: few
# hundred different dates and a handful of tokens make up a whole file.
_Fields = tuple[tuple[Field, int, dict[str, _Said]], ...]


def _fields(entries: tuple[Field, ...]) -> _Fields:
    return tuple((entry, entry.width * entry.occurs, {}) for entry in entries)


@define
class Assembler:
    """Makes records out of the columns of first lines, whichever form they came in.

    Attributes:
        problems: takes what is odd and what would be lost.
        locate: (line, key, field name) → the line and the path that a problem is shown with.
    """

    problems: Problems
    locate: Callable[[int, str, str], tuple[int | None, str]]
    _administrative: dict[str, _Read] = field(factory=dict, init=False)
    _dates: dict[str, _Read] = field(factory=dict, init=False)
    _administrative_fields: _Fields = field(factory=lambda: _fields(_ADMINISTRATIVE), init=False)
    _date_fields: _Fields = field(factory=lambda: _fields(_DATES), init=False)

    def assemble(
        self, key: str, is_modifier: bool, long: str, details: str, at: int
    ) -> HcpcsRecord:
        """One record.

        Args:
            key: code or modifier, without blanks.
            is_modifier: which of the two.
            long: the joined lines of the long description.
            details: the first line, at least 293 columns; those before the short description
                are not looked at.
            at: the line or row it starts on.
        """
        administrative, dates = details[_ADMINISTRATIVE_SLICE], details[_DATES_SLICE]
        read = self._administrative.get(administrative)
        if read is None:
            read = self._administrative[administrative] = _read_fields(
                self._administrative_fields, administrative
            )
        days = self._dates.get(dates)
        if days is None:
            days = self._dates[dates] = _read_fields(self._date_fields, dates)
        collapsed = " ".join(long.split())
        if collapsed != long:
            self._oddity(AnomalyKind.BLANKS, "runs of blanks collapsed", at, key, _LONG, long)
        action = _ACTIONS.get(details[_ACTION_SLICE])
        unread = read.unread + days.unread
        if action is None or days.odd or read.odd:
            unread += self._complain(key, at, read, days, details)
        short = details[_SHORT_SLICE].rstrip(" ")
        for text, entry in ((collapsed, _LONG), (short, _SHORT)):
            if not text:
                self._oddity(AnomalyKind.MISSING_PART, f"no {entry.name}", at, key, entry, "")
        if len(details) > FIRST_WIDTH and not details[FIRST_WIDTH:].isspace():
            filler = details[FIRST_WIDTH:].rstrip()
            unread += ((_FILLER.name, filler),)
            self._oddity(AnomalyKind.UNEXPECTED_VALUE, "text in a filler", at, key, _FILLER, filler)
        named = (key, is_modifier, collapsed, short)
        columns: tuple[Any, ...] = named + read.values + days.values + (action, unread, at)
        return HcpcsRecord(*columns)

    def _complain(
        self, key: str, at: int, read: _Read, days: _Read, details: str
    ) -> tuple[tuple[str, str], ...]:
        """Report what is wrong with a record; give back what of it no value holds."""
        for odd in days.odd:
            self._loss(f"{odd.field.title} {odd.raw!r}: {odd.why}", at, key, odd.field, odd.raw)
        if read.odd:
            told = ", ".join(f"{odd.field.name} {odd.raw!r} ({odd.why})" for odd in read.odd)
            found = " ".join(odd.raw for odd in read.odd)
            self._oddity(
                AnomalyKind.UNEXPECTED_VALUE,
                f"kept as it stands: {told}",
                at,
                key,
                read.odd[0].field,
                found,
            )
        token = details[_ACTION_SLICE]
        if token not in _ACTIONS:
            action = field_named("action")
            self._loss(f"unknown action code {token!r}", at, key, action, token)
            return ((action.name, token),) if token.strip() else ()
        return ()

    def _oddity(
        self, kind: AnomalyKind, message: str, at: int, key: str, where: Field, found: str
    ) -> None:
        line, path = self.locate(at, key, where.name)
        self.problems.oddity(kind, f"{key}: {message}", line=line, path=path, found=found)

    def _loss(self, message: str, at: int, key: str, where: Field, found: str) -> None:
        line, path = self.locate(at, key, where.name)
        self.problems.loss(f"{key}: {message}", line=line, path=path, found=found)


def _read_fields(fields: _Fields, columns: str) -> _Read:
    read: list[Any] = []
    unread: list[tuple[str, str]] = []
    odd: list[_Odd] = []
    at = 0
    for entry, width, known in fields:
        raw = columns[at : at + width]
        at += width
        said = known.get(raw)
        if said is None:
            said = known[raw] = _said(entry, raw)
        if entry.form is not Form.FILLER:
            read.append(said.value)
        if said.odd is not None:
            odd.append(said.odd)
        if said.unread is not None:
            unread.append(said.unread)
    return _Read(tuple(read), tuple(unread), tuple(odd))


def _said(entry: Field, raw: str) -> _Said:
    if raw.isspace():
        # Action and termination date may be blank: not told (A5513 in 2019), not terminated.
        missing = _Odd(entry, "", "every code has one") if entry is _ADDED else None
        return _Said(_blank(entry), None, missing)
    value, why = _read_field(entry, raw)
    unread = None if write_field(entry, value) == raw else (entry.name, raw.rstrip())
    return _Said(value, unread, _Odd(entry, raw.strip(), why) if why else None)


def _blank(entry: Field) -> Any:
    if entry.form is not Form.TEXT or entry.enum is not None:
        return None
    return () if entry.occurs > 1 else ""


def _read_field(entry: Field, raw: str) -> tuple[Any, str]:
    """The value of the filled columns of one field, and why it is odd, if it is."""
    if entry.form is Form.FILLER:
        return "", "text in a filler"
    if entry.form is Form.DATE:
        day = day_of(raw)
        return day, "" if day else "no date"
    if entry.form is Form.NUMBER:
        number = raw.strip()
        if number.isascii() and number.isdecimal():
            return int(number), ""
        return None, "no number"
    width = entry.width
    parts = tuple(raw[at : at + width].strip() for at in range(0, len(raw), width))
    filled = tuple(part for part in parts if part)
    why = "" if parts[: len(filled)] == filled else "a gap among the repeated values"
    if entry.enum is not None:
        known = {str(member): member for member in entry.enum}
        return known.get(raw), "" if raw in known else "not in the official list"
    if entry.values and not all(part in values(entry.values) for part in filled):
        why = "not in the official list"
    return (filled if entry.occurs > 1 else parts[0]), why


def write_field(entry: Field, value: Any) -> str:
    """The columns of a field (all its occurrences) that say `value`: the inverse of the reader."""
    if isinstance(value, tuple):
        text = "".join(map(entry.align, value))
    elif isinstance(value, date):
        text = value.strftime("%Y%m%d")
    else:
        text = entry.align("" if value is None else str(value))
    return text.ljust(entry.width * entry.occurs)


def value_of(entry: Field, columns: str) -> Any:
    """The value of a field from its columns (all its occurrences), trimmed or not."""
    if not columns.strip():
        return _blank(entry)
    return _read_field(entry, columns.ljust(entry.width * entry.occurs))[0]


_CDT = re.compile(r"D[0-9]{4}")
_CPT = re.compile(r"[0-9]{4}[0-9A-Z]|[0-9][0-9A-Z]")


def foreign_key(key: str) -> str:
    """Why a key can be no code or modifier of Level II although it is one elsewhere; or empty.

    CMS's public files hold neither CPT (Level I) nor CDT codes, by its agreements with their
    owners (README of the annual files); a file that does is not one of them.
    """
    if _CDT.fullmatch(key):
        owner = "CDT codes are copyright of the American Dental Association"
    elif _CPT.fullmatch(key):
        owner = "CPT codes are copyright of the American Medical Association"
    else:
        return ""
    return f"{key} is no HCPCS Level II code: {owner}, and CMS's public files do not have them"
