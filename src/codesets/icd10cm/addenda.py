"""Reader of the addenda: what NCHS announces as added, deleted and revised.

Order addenda have headers, flags and both titles; codes addenda and the older diff files have
billable codes and one title. All state totals at the end, but for the diff file of 2013.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from attrs import asdict, field, frozen

from codesets.errors import SourceError
from codesets.icd10cm.code import dotted
from codesets.icd10cm.kinds import kind_of
from codesets.icd10cm.layout import Kind
from codesets.icd10cm.order import decoded
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
        revised_both: order addenda: revisions of both titles.
        revised_long: order addenda: revisions of the long title only.
        revised_short: order addenda: revisions of the short title only.
    """

    before: int | None = None
    after: int | None = None
    additions: int | None = None
    deletions: int | None = None
    revisions: int | None = None
    revised_both: int | None = None
    revised_long: int | None = None
    revised_short: int | None = None


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
        additions, deletions, revisions = (
            sum(1 for each in mine if each.kind is kind) for kind in Announced
        )
        if self.kind is not Kind.ORDER_ADDENDA:
            return AddendaTotals(None, None, additions, deletions, revisions)
        revised = Counter(
            (each.long != each.before_long, each.short != each.before_short)
            for each in mine
            if each.kind is Announced.REVISED
        )
        titles = ((True, True), (True, False), (False, True))
        return AddendaTotals(
            None, None, additions, deletions, revisions, *(revised[each] for each in titles)
        )

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Where the stated totals are not those of the entries, or are missing, in words."""
        parts = (("headers", self.headers, False), ("codes", self.codes, True))
        return tuple(
            told
            for name, stated, is_billable in parts
            for told in self._disagreements(name, stated, self.counted(billable=is_billable))
        )

    def _disagreements(
        self, name: str, stated: AddendaTotals, counted: AddendaTotals
    ) -> Iterator[str]:
        said, there = asdict(stated), asdict(counted)
        missing = [each for each in _STATED[self.kind].get(name, ()) if said[each] is None]
        # The diff file of 2013 states nothing at all.
        if missing and (self.kind is not Kind.DIFF or any(said.values())):
            yield f"{name}: not stated: {', '.join(map(_told, missing))}"
        for each, count in there.items():
            if None not in (said[each], count) and said[each] != count:
                yield f"{name}: {said[each]:,} {_told(each)} stated, {count:,} there"
        before, after, more, less = (said[each] for each in _COUNTS[:4])
        if None not in (before, after, more, less) and before + more - less != after:
            yield (
                f"{name}: {before:,} before, {more:,} additions and {less:,} deletions stated are"
                f" not the {after:,} stated after"
            )

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
_HEADINGS = {"Headers": "headers", "Codes": "codes"}
# What follows the number of a total, and what it is a total of.
_TOTALS = {
    re.compile(pattern): name
    for pattern, name in (
        ("(headers|codes) in .+", "files"),
        ("old_lines_read", "before"),
        ("new_lines_read", "after"),
        ("additions", "additions"),
        ("deletions", "deletions"),
        ("revisions|changes", "revisions"),
        ("revisions to both long and short titles", "revised_both"),
        ("revisions to long title only", "revised_long"),
        ("revisions to short title only", "revised_short"),
    )
}
_TOTAL = re.compile(r" *(?P<count>\d+) (?P<what>.+)")
_COUNTS = ("before", "after", "additions", "deletions", "revisions")
_BY_TITLE = ("revised_both", "revised_long", "revised_short")
# What every official file of a kind states, by part; a diff file all of it or nothing.
_STATED: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.ORDER_ADDENDA: {
        "headers": (*_COUNTS, *_BY_TITLE),
        "codes": (*_COUNTS, *_BY_TITLE),
    },
    Kind.CODES_ADDENDA: {"codes": _COUNTS},
    Kind.DIFF: {"codes": _COUNTS},
}


def _told(name: str) -> str:
    """A total in words."""
    return {
        "before": "rows before",
        "after": "rows after",
        "revised_both": "revisions to both titles",
        "revised_long": "revisions to the long title only",
        "revised_short": "revisions to the short title only",
    }.get(name, name)


def read_addenda(*sources: Source, kind: Kind | None = None) -> Addenda:
    """Read the addenda of a release.

    Args:
        sources: path or open file of the addenda, or archives and folders that hold them.
        kind: which kind is wanted, where there are several; None for the one that says most.

    Returns:
        The addenda.

    Raises:
        SourceError: there are none, or several different ones of the kind.
        SourceFormatError: a record that is none, or half of a pair; a line of the end that is no
            total, such as an entry behind an empty line; a file cut in a line. Names file and
            line.
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
    lines = _lines(file.read(), problems)
    # An empty line or the first total ends the entries; what is one behind it is refused there.
    body = next((n for n, line in enumerate(lines) if _is_of_end(line)), len(lines))
    entries = tuple(_entries(lines[:body], kind, problems))
    totals = _totals(list(enumerate(lines, 1))[body:], kind, problems)
    return Addenda(kind, file.info(str(kind)), entries, totals["headers"], totals["codes"])


def _lines(data: bytes, problems: Problems) -> list[str]:
    """The lines, one character a byte, as columns are; CRLF, or LF as at the end of 2016."""
    *lines, rest = data.removeprefix(codecs.BOM_UTF8).decode("latin-1").split("\n")
    if rest:
        raise problems.fatal("the file ends inside a line: no line end", line=len(lines) + 1)
    return [line.removesuffix("\r") for line in lines]


def _is_of_end(line: str) -> bool:
    return not line.strip(" ") or line in _HEADINGS or _total(line) is not None


def _total(line: str) -> tuple[str, int] | None:
    """What a line of the end is a total of, and how many."""
    match = _TOTAL.fullmatch(line)
    if match is None:
        return None
    names = (name for pattern, name in _TOTALS.items() if pattern.fullmatch(match["what"]))
    name = next(names, None)
    return None if name is None else (name, int(match["count"]))


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
        columns, old = (_texts(each, number, problems) for each in (match, before))
        yield _announcement(announced, columns, old, number)
        before = None
    if before is not None:
        raise problems.fatal("a revision without its other half", line=len(lines))


def _texts(record: re.Match[str] | None, line: int, problems: Problems) -> dict[str, str]:
    """The columns of a record as text; of no record none."""
    if record is None:
        return {}
    # Those of 2013 and 2014 write the é of L70.5 in two bytes, as the order file of 2013 does.
    return {name: decoded(text, line, problems) for name, text in record.groupdict().items()}


def _announcement(
    kind: Announced, parts: dict[str, str], old: dict[str, str], line: int
) -> Announcement:
    return Announcement(
        kind,
        dotted(parts["code"].rstrip()),
        {"0": False, "1": True, "": None}[parts.get("flag", "")],
        _title(parts.get("short")),
        parts["long"],
        _title(old.get("short")),
        old.get("long"),
        line,
    )


def _title(text: str | None) -> str | None:
    return None if text is None else text.rstrip(" ")


def _totals(
    lines: list[tuple[int, str]], kind: Kind, problems: Problems
) -> dict[str, AddendaTotals]:
    """The totals of headers and of codes, as far as they are stated."""
    found: dict[str, dict[str, int]] = {"headers": {}, "codes": {}}
    part = "codes"
    for number, line in lines:
        if line in _HEADINGS:
            part = _HEADINGS[line]
            continue
        if not line.strip(" ") or line == "of which":
            continue
        total = _total(line)
        if total is None:
            message = f"no total of the {kind}, whose entries end before: {line[:60]!r}"
            raise problems.fatal(message, line=number)
        name, count = total
        if name == "files":
            name = "after" if "before" in found[part] else "before"
        if name in found[part]:
            raise problems.fatal(f"{part}: {_told(name)} stated twice", line=number)
        found[part][name] = count
    return {part: AddendaTotals(**totals) for part, totals in found.items()}
