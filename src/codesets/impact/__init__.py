"""What a new release means for a list of codes that somebody keeps."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from codesets.diff import Change, ChangeKind, ReleaseDiff, Subject, compare
from codesets.errors import ComparisonError, MalformedCodeError, SelectionError
from codesets.findings import Header, Terminated
from codesets.impact.fates import followed
from codesets.impact.lists import ListEntry, read_list
from codesets.impact.repairs import repaired
from codesets.impact.results import Impact, ImpactFinding, ImpactKind
from codesets.tree import TreeRelease

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.table import ConversionTable
    from codesets.grouping import Grouper

__all__ = ["Impact", "ImpactFinding", "ImpactKind", "ListEntry", "impact_on", "read_list"]

_BEGIN = re.compile(r"[A-Z][0-9A-Z]{0,4}(\.[0-9A-Z]{0,4})?", re.ASCII | re.IGNORECASE)
"""The begin of a code of either code set."""
REVISED = (
    ChangeKind.DISPLAY_REVISED,
    ChangeKind.LONG_DESCRIPTION_REVISED,
    ChangeKind.SHORT_DESCRIPTION_REVISED,
)


def impact_on(
    codes: Iterable[str | ListEntry] | str | os.PathLike[str],
    old: Any,
    new: Any,
    *,
    column: str | None = None,
    diff: ReleaseDiff | None = None,
    table: ConversionTable | None = None,
    groupers: Sequence[Grouper] = (),
) -> Impact:
    """What a new release means for a list of codes.

    Which of them are deleted or became headers (with the billable codes now), were revised, gained
    siblings that the list probably wants, or sit under changed notes; and which could not be used
    before either: headers, codes that ended long ago. A pattern or a range (`E11.*`, `C00-C96`, see
    `release.select`) is expanded in both releases, and so is a header of both.

    What became of codes that can be used no longer is answered as `codesets.migrate` does: one
    code, if every step is one to one; else candidates, for the conversion table says which old code
    a new one came from, and read the other way round it offers no more than that.

    Args:
        codes: codes, patterns and ranges; or the path of a file of them, see `read_list`.
        old: the release that the list was made for.
        new: the release to come to.
        column: of a file, the head of the column with the codes.
        diff: what changed between the two, if it is known already.
        table: the conversion table to read; None for the newest at hand.
        groupers: tables of `codesets.grouping` whose categories are compared, of such codes and of
            what came of them.

    Returns:
        The findings, in the order of the list. An entry that nothing happens to has none.

    Raises:
        ComparisonError: the releases are of two code sets, or a grouper is for another one.
        SourceError: the file cannot be read.
        SourceFormatError: it has no column of codes.

    Example:
        >>> from codesets import icd10cm
        >>> from codesets.impact import impact_on
        >>> release = icd10cm.load()
        >>> impact_on(["E11.9", "11.9"], release, release).counts
        {'unreadable': 1}
    """
    name = ""
    if isinstance(codes, str | os.PathLike):
        entries, name = read_list(Path(codes), column), Path(codes).name
    else:
        entries = tuple(
            each if isinstance(each, ListEntry) else ListEntry(str(each).strip(), f"entry {number}")
            for number, each in enumerate(codes, 1)
        )
    changed = diff or compare(old, new)
    for each in groupers:
        if changed.new.system != each.crosswalk.source.coding.system.name:
            raise ComparisonError(f"{each!r} has no codes of {new.system.title}")
    going = _Impact(old, new, changed)
    findings = followed(going.on(entries), old, new, table)
    if groupers:
        from codesets.impact.regrouping import regrouped

        findings = regrouped(findings, groupers)
    named = dict.fromkeys(code for each in findings for code in each.named)
    titles = {code: title for code in named if (title := _title(code, old, new)) is not None}
    findings = [evolve(each, title=titles.get(each.code, "")) for each in findings]
    return Impact(
        changed.new.system,
        old.edition.name,
        new.edition.name,
        entries,
        findings,
        len(going.listed),
        name,
        [f"{each.crosswalk.kind} {each.edition}" for each in groupers],
        titles.items(),
    )


def _title(code: str, old: Any, new: Any) -> str | None:
    found = old.get(code) or new.get(code)
    return None if found is None else str(found.display)


class _Impact:
    """The two releases and what changed, while a list is gone through."""

    def __init__(self, old: Any, new: Any, diff: ReleaseDiff) -> None:
        self.old, self.new, self.diff = old, new, diff
        self.changes: dict[str, list[Change]] = {}
        for change in diff:
            if change.subject is Subject.CODE:
                self.changes.setdefault(change.code, []).append(change)
        self.listed: set[str] = set()
        self.notes = self._noted()

    def on(self, entries: tuple[ListEntry, ...]) -> list[ImpactFinding]:
        """What the changes mean for a list, in its order."""
        findings: list[ImpactFinding] = []
        single: list[tuple[ListEntry, str]] = []
        for entry in entries:
            findings += self._read(entry, single)
        for entry, code in single:
            findings += self._code(entry, code)
        findings += self._siblings(single)
        places = {entry: place for place, entry in enumerate(entries)}
        findings.sort(key=lambda each: places[each.entry])
        return findings

    def _read(
        self, entry: ListEntry, single: list[tuple[ListEntry, str]]
    ) -> Iterator[ImpactFinding]:
        """What an entry is; its codes are noted, what it is not is a finding."""
        text = entry.text
        code = self._canonical(text)
        is_known = self._is_code(text)
        if not is_known and (mended := repaired(text, self._is_code)) is not None:
            code, is_known = self._canonical(mended), True
            yield ImpactFinding(ImpactKind.REPAIRED, entry, str(code), (), text, str(code))
        if code is not None:
            if is_known:
                single.append((entry, code))
                if code in self.old:
                    self.listed.add(code)
            else:
                yield self._unknown(ImpactKind.UNKNOWN, entry, code)
            return
        # A range as a word processor leaves it: blanks around a dash.
        pattern = re.sub(r"\s*[-\u2010-\u2013]\s*", "-", text)
        if not self._is_pattern(pattern):
            yield self._unknown(ImpactKind.UNREADABLE, entry, "")
            return
        if pattern != text:
            yield ImpactFinding(ImpactKind.REPAIRED, entry, "", (), text, pattern)
        before, after = (self._selected(release, pattern) for release in (self.old, self.new))
        if not before and not after:
            yield ImpactFinding(ImpactKind.UNKNOWN, entry, "", (), text)
            return
        self.listed |= before
        yield from self._pattern(entry, before, after)

    def _unknown(self, kind: ImpactKind, entry: ListEntry, code: str) -> ImpactFinding:
        """An entry that is no code of either release, with what `check` makes of it."""
        now, before = (release.check(entry.text) for release in (self.new, self.old))
        if meant := now.suggestions or before.suggestions:
            return ImpactFinding(kind, entry, code, meant, entry.text, "perhaps")
        others = ", ".join(now.could_be)
        return ImpactFinding(kind, entry, code, (), entry.text, others and f"form of: {others}")

    def _is_code(self, text: str) -> bool:
        code = self._canonical(text)
        return code is not None and (code in self.old or code in self.new)

    def _canonical(self, text: str) -> str | None:
        try:
            return str(self.new._normalize(text))
        except MalformedCodeError:
            return None

    def _is_pattern(self, text: str) -> bool:
        """Whether a text has the form of a wildcard or a range of codes."""
        ends = [part for part in re.split(r"[*-]", text.replace(".-", "-")) if part]
        is_marked = "*" in text or "-" in text
        return is_marked and 0 < len(ends) <= 2 and all(_BEGIN.fullmatch(part) for part in ends)

    def _selected(self, release: Any, text: str) -> set[str]:
        """The codes that a pattern stands for in a release; none if it is no pattern.

        Those that may be used: a file of HCPCS holds codes that ended, too.
        """
        options: dict[str, Any] = {"on": release.edition.effective_from}
        if isinstance(release, TreeRelease):
            options = {"billable": True}
        try:
            return set(release.select(text, **options).codes)
        except (SelectionError, MalformedCodeError):
            return set()

    def _pattern(
        self, entry: ListEntry, before: set[str], after: set[str]
    ) -> Iterator[ImpactFinding]:
        for kind, codes in (
            (ImpactKind.PATTERN_GAINED, after - before),
            (ImpactKind.PATTERN_LOST, before - after),
        ):
            if codes:
                told = _codes(len(before)), _codes(len(after))
                yield ImpactFinding(kind, entry, "", tuple(sorted(codes)), *told)

    def _code(self, entry: ListEntry, code: str) -> Iterator[ImpactFinding]:
        """What happened to one code."""
        if code not in self.new:
            title = self.old[code].display
            yield ImpactFinding(ImpactKind.DELETED, entry, code, (), title)
            return
        if code not in self.old:
            useless = list(self._useless(entry, code))
            title = self.new[code].display
            yield from useless or [
                ImpactFinding(ImpactKind.ALREADY_NEW, entry, code, (), "", title)
            ]
            return
        changes = self.changes.get(code, [])
        told = [each for change in changes for each in self._change(entry, code, change)]
        yield from told or self._useless(entry, code)
        # Title, long and short description mostly change together: the fullest one tells it.
        revised = [each for each in changes if each.kind in REVISED and not each.is_cosmetic]
        for change in sorted(revised, key=lambda each: REVISED.index(each.kind))[:1]:
            words = str(change.before or ""), str(change.after or "")
            yield ImpactFinding(ImpactKind.REVISED, entry, code, (), *words)
        for note in self.notes.get(code, ()):
            yield ImpactFinding(ImpactKind.NOTES_REVISED, entry, code, (), "", note)

    def _change(self, entry: ListEntry, code: str, change: Change) -> Iterator[ImpactFinding]:
        if change.kind is ChangeKind.BECAME_HEADER:
            below = tuple(each.code for each in self.new[code].billable_descendants)
            yield ImpactFinding(ImpactKind.BECAME_HEADER, entry, code, below, "billable", "header")
        elif change.kind is ChangeKind.BECAME_BILLABLE:
            yield ImpactFinding(ImpactKind.BECAME_BILLABLE, entry, code, (), "header", "billable")
        elif change.kind is ChangeKind.TERMINATED:
            ended = f"last day {change.after}"
            yield ImpactFinding(ImpactKind.TERMINATED, entry, code, (), "", ended)

    def _useless(self, entry: ListEntry, code: str) -> Iterator[ImpactFinding]:
        """That a code can be used in neither release, though nothing happened to it now."""
        found = self.new.check(code)
        before = self.old.check(code) if code in self.old else None
        if isinstance(found, Header):
            told = f"header, {_codes(len(found.billable), 'billable ')} below"
            was = "" if before is None else "header"
            yield ImpactFinding(ImpactKind.NOT_BILLABLE, entry, code, (), was, told)
            if isinstance(before, Header):
                yield from self._pattern(entry, set(before.billable), set(found.billable))
        elif isinstance(found, Terminated):
            kind = ImpactKind.TERMINATED if before else ImpactKind.ALREADY_ENDED
            ended = f"last day {found.terminated_on}"
            yield ImpactFinding(kind, entry, code, found.successors, "", ended)

    def _noted(self) -> dict[str, list[str]]:
        """Code → which owners' notes that apply to it changed, in words."""
        found: dict[str, list[str]] = {}
        for change in self.diff:
            if change.kind is ChangeKind.NOTES_REVISED and not change.is_cosmetic:
                told = f"notes of {change.subject} {change.code}"
                own = (change.code,) if change.subject is Subject.CODE else ()
                for code in (*own, *self.diff.inherited_by(change)):
                    found.setdefault(code, []).append(told)
        return found

    def _siblings(self, single: list[tuple[ListEntry, str]]) -> Iterator[ImpactFinding]:
        """New billable codes beside codes all of which are on the list."""
        if not isinstance(self.old, TreeRelease):
            return
        told: set[str] = set()
        for entry, code in single:
            if code not in self.old or code not in self.new:
                continue
            parent = self.new[code].parent
            if parent is None or parent.code in told or parent.code not in self.old:
                continue
            before = [each.code for each in self.old[parent.code].children if each.is_billable]
            after = [each.code for each in parent.children if each.is_billable]
            fresh = tuple(each for each in after if each not in self.old)
            if fresh and set(before) <= self.listed:
                told.add(parent.code)
                those = _codes(len(before), "billable ")
                beside = f"all {those} directly below {parent.code} were on the list"
                yield ImpactFinding(ImpactKind.NEW_SIBLING, entry, code, fresh, beside)


def _codes(number: int, what: str = "") -> str:
    return f"{number:,} {what}{'code' if number == 1 else 'codes'}"
