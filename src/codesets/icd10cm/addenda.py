"""Reader of the addenda: what NCHS announces as added, deleted and revised.

Order addenda have headers, flags and both titles; codes addenda and the older diff files have
billable codes and one title. All state totals at the end, but for the diff file of 2013.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from codesets.errors import SourceError
from codesets.icd10cm.code import dotted
from codesets.icd10cm.kinds import kind_of
from codesets.icd10cm.layout import Kind
from codesets.problems import Problems
from codesets.sources import Source, SourceFile, SourceInfo, both_names, open_sources

__all__ = ["Addenda", "AddendaTotals", "Announced", "Announcement", "read_addenda"]


class Announced(StrEnum):
    """What an entry announces."""

    ADDED = "added"
    DELETED = "deleted"
    REVISED = "revised"


@frozen
class Announcement:
    """One entry of the addenda; a revision is a pair of records.

    Attributes:
        kind: what it announces.
        code: the canonical code.
        is_billable: flag 1; None where the file has no flags.
        short: the short title; None where the file has none.
        long: the long title.
        before_short: of a revision, the short title before.
        before_long: of a revision, the long title before.
        line: where it stands, from 1.
    """

    kind: Announced
    code: str
    is_billable: bool | None
    short: str | None
    long: str
    before_short: str | None = None
    before_long: str | None = None
    line: int = field(default=0, eq=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        names = ("code", "is_billable", "short", "long", "before_short", "before_long", "line")
        return {"kind": str(self.kind), **{name: getattr(self, name) for name in names}}


@frozen
class AddendaTotals:
    """What the end of the addenda states; None where it states nothing.

    Attributes:
        before: rows in the file before.
        after: rows in the file after.
        additions: entries of each kind.
        deletions: likewise.
        revisions: likewise.
    """

    before: int | None = None
    after: int | None = None
    additions: int | None = None
    deletions: int | None = None
    revisions: int | None = None


def _announcements(values: Iterable[Announcement]) -> tuple[Announcement, ...]:
    return tuple(values)


@frozen
class Addenda:
    """The addenda of one release.

    Attributes:
        kind: order addenda, codes addenda, or diff file.
        source: the file.
        announcements: the entries, in the order of the file.
        headers: the stated totals of headers; empty but in order addenda.
        codes: the stated totals of billable codes.
    """

    kind: Kind
    source: SourceInfo
    announcements: tuple[Announcement, ...] = field(converter=_announcements)
    headers: AddendaTotals
    codes: AddendaTotals

    def __len__(self) -> int:
        return len(self.announcements)

    def __iter__(self) -> Iterator[Announcement]:
        return iter(self.announcements)

    def counted(self, *, billable: bool) -> AddendaTotals:
        """The entries counted; of files without flags all are of billable codes."""
        flags = (True, None) if billable else (False,)
        mine = [each for each in self if each.is_billable in flags]
        numbers = [sum(1 for each in mine if each.kind is kind) for kind in Announced]
        return AddendaTotals(None, None, *numbers)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where the stated totals are not those of the entries, in words."""
        found = []
        for name, stated, is_billable in (
            ("headers", self.headers, False),
            ("codes", self.codes, True),
        ):
            counted = self.counted(billable=is_billable)
            for what in ("additions", "deletions", "revisions"):
                said, there = getattr(stated, what), getattr(counted, what)
                if said is not None and said != there:
                    found.append(f"{name}: {said:,} {what} stated, {there:,} there")
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Addenda {self.source.file}: {len(self):,} entries>"


_LABELS = {
    "Add:": Announced.ADDED,
    "A": Announced.ADDED,
    "Delete:": Announced.DELETED,
    "D": Announced.DELETED,
    "Revise from:": None,
    "O": None,
    "Revise to:": Announced.REVISED,
    "N": Announced.REVISED,
}
"""By label; None begins a pair."""

_CODE = "(?P<code>[A-Z][0-9A-Z]{2}[0-9A-Z ]{4})"
_LABEL = "(?P<label>Add:|Delete:|Revise from:|Revise to:)"
# Formats by kind: label, flag, code, short and long title where the file has them.
_RECORDS = {
    Kind.ORDER_ADDENDA: re.compile(
        rf"(?=.{{12}} ){_LABEL} +(?P<flag>[01]) {_CODE} (?P<short>.{{60}}) (?P<long>.+)"
    ),
    Kind.CODES_ADDENDA: re.compile(rf"(?=.{{12}} ){_LABEL} +{_CODE} (?P<long>.+)"),
    Kind.DIFF: re.compile(rf"(?P<label>[ADON]) {_CODE} (?P<long>.+)"),
}
_TOTAL = re.compile(
    r" *(?P<count>\d+) (?P<what>headers in|codes in|additions|deletions|revisions|changes|"
    r"old_lines_read|new_lines_read)\b(?! to)"
)
_LATER_TOTAL = re.compile(r"(?P<what>[a-z_ ]+?)[ :=]+(?P<count>\d+)")


def read_addenda(*sources: Source, kind: Kind | None = None) -> Addenda:
    """Read the addenda of a release.

    Args:
        sources: path or open file of the addenda, or archives and folders that hold them.
        kind: which kind is wanted, where there are several; None for the one that says most.

    Returns:
        The addenda.

    Raises:
        SourceError: there are none, or several different ones of the kind.
        SourceFormatError: a record that is none, or half of a pair; names file and line.
    """
    wanted = [kind] if kind is not None else list(_RECORDS)
    files = open_sources(sources)
    for each in wanted:
        found = {file.sha256: file for file in files if kind_of(file) is each}
        if len(found) > 1:
            first, second, *_ = found.values()
            names = both_names(first, second)
            raise SourceError(f"two different {each} files: {names}; give the files of one release")
        if found:
            return _read(next(iter(found.values())), each)
    raise SourceError(f"no addenda among {len(files)} files: wanted {', '.join(map(str, wanted))}")


def _read(file: SourceFile, kind: Kind) -> Addenda:
    problems = Problems(file.name, lenient=False)
    lines = file.read().decode("latin-1").splitlines()
    body = next((n for n, line in enumerate(lines) if _ends(line, kind)), len(lines))
    entries = tuple(_entries(lines[:body], kind, problems))
    headers, codes = _totals(lines[body:], kind)
    return Addenda(kind, file.info(str(kind)), entries, headers, codes)


def _ends(line: str, kind: Kind) -> bool:
    """True for the first line that is no record any more: the totals follow."""
    return not line.strip() or (line[:7] in ("Headers", "Codes")) or bool(_TOTAL.match(line))


def _entries(lines: list[str], kind: Kind, problems: Problems) -> Iterator[Announcement]:
    before: re.Match[str] | None = None
    pattern = _RECORDS[kind]
    for number, line in enumerate(lines, 1):
        match = pattern.fullmatch(line)
        if match is None:
            raise problems.fatal(f"no record of the {kind}: {line[:60]!r}", line=number)
        announced = _LABELS[match["label"]]
        if (before is not None) != (announced is Announced.REVISED):
            raise problems.fatal("a revision without its other half", line=number)
        if announced is None:
            before = match
            continue
        if before is not None and before["code"] != match["code"]:
            raise problems.fatal(f"a revision of {before['code']} to {match['code']}", line=number)
        yield _announcement(announced, match, before, number)
        before = None
    if before is not None:
        raise problems.fatal("a revision without its other half", line=len(lines))


def _announcement(
    kind: Announced, match: re.Match[str], before: re.Match[str] | None, line: int
) -> Announcement:
    parts = match.groupdict()
    old = before.groupdict() if before is not None else {}
    return Announcement(
        kind,
        dotted(parts["code"].rstrip()),
        {"0": False, "1": True, None: None}[parts.get("flag")],
        _title(parts.get("short")),
        parts["long"],
        _title(old.get("short")),
        old.get("long"),
        line,
    )


def _title(text: str | None) -> str | None:
    return None if text is None else text.rstrip(" ")


_NAMES = {
    "headers in": "files",
    "codes in": "files",
    "additions": "additions",
    "deletions": "deletions",
    "revisions": "revisions",
    "changes": "revisions",
    "old_lines_read": "before",
    "new_lines_read": "after",
}


def _totals(lines: list[str], kind: Kind) -> tuple[AddendaTotals, AddendaTotals]:
    """The totals of headers and of codes, as far as they are stated."""
    found: dict[str, dict[str, int]] = {"Headers": {}, "Codes": {}}
    part = "Codes"
    for line in lines:
        if line.strip() in found:
            part = line.strip()
            continue
        match = _TOTAL.match(line) or _LATER_TOTAL.match(line.strip())
        name = _NAMES.get(match["what"].strip()) if match else None
        if match is None or name is None:
            continue
        if name == "files":
            name = "after" if "before" in found[part] else "before"
        found[part].setdefault(name, int(match["count"]))
    return AddendaTotals(**found["Headers"]), AddendaTotals(**found["Codes"])
