"""A HCPCS Level II release: codes and modifiers as typed views on the compiled file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from codesets._edition import as_day
from codesets.arguments import quoted
from codesets.compiled.format import unpack_key
from codesets.errors import SelectionError
from codesets.hcpcs.code import normalize
from codesets.hcpcs.modifiers import Modifiers
from codesets.hcpcs.views import HcpcsCode, HcpcsEntry, LiveSet, is_between
from codesets.release import Release
from codesets.system import HCPCS, System

if TYPE_CHECKING:
    from codesets.findings import (
        Finding,
        Malformed,
        NotInRelease,
        NotYetAdded,
        Terminated,
        Valid,
    )
    from codesets.hcpcs.columns import FieldColumn
    from codesets.hcpcs.companions import Correction, ProcessingNote
    from codesets.hcpcs.groups import Group
    from codesets.hcpcs.references import CrossReference
    from codesets.sequence import Codes

__all__ = ["HcpcsRelease", "Modifiers"]


@frozen(eq=False, repr=False)
class HcpcsRelease(Release[HcpcsCode]):
    """One release of HCPCS Level II: codes, modifiers, and what the companion files say of them.

    Made by `hcpcs.load`, `hcpcs.load_path` or `hcpcs.parse`.
    """

    system: ClassVar[System] = HCPCS
    cross_checks: ClassVar[Mapping[str, frozenset[str]]] = {"workbook": frozenset(("text",))}

    _INTERNAL = frozenset(("column", "end_row", "named_span", "range_key"))

    # What `Release` asks of a room.

    def _normalize(self, text: object) -> str:
        return normalize(text)

    def _compact(self, code: str) -> str:
        return code

    def _canonical(self, row: int) -> str:
        return unpack_key(self.file.column("keys")[row])

    def _view(self, row: int, code: str) -> HcpcsCode:
        return HcpcsCode(self, row, code)

    @property
    def modifiers(self) -> Modifiers:
        """The modifiers, a key space of their own."""
        return self.once("modifiers", lambda: Modifiers(self.file, self))

    def __repr__(self) -> str:
        held = f"{len(self):,} codes and {len(self.modifiers):,} modifiers"
        return f"<{type(self).__name__} {self.edition}: {held} from {' + '.join(self.sources)}>"

    # Answers.

    def check(
        self, text: object, *, on: date | None = None
    ) -> (
        Valid[HcpcsCode] | Terminated[HcpcsCode] | NotYetAdded[HcpcsCode] | NotInRelease | Malformed
    ):
        """Whether `text` is a code that could be used on a day, and if not, why.

        Args:
            text: anything; a text in any common spelling may be a code.
            on: the day; None for the first day of the edition.

        Returns:
            `Valid` from code added date to termination date, both inclusive; `NotYetAdded`,
            `Terminated` with the codes that the file offers instead; `NotInRelease` or
            `Malformed`, with the other systems whose form it has (CPT, CDT: named, never guessed).
            As this one file tells it: it knows the latest added and termination date only.

        Raises:
            TypeError: `on` is no date.
        """
        if on is None:
            return super().check(text)  # type: ignore[return-value]
        from codesets.hcpcs.check import check

        return check(self, text, as_day(on))[0]  # type: ignore[return-value]

    def _check(self, text: object) -> tuple[Finding, bool]:
        from codesets.hcpcs.check import check

        return check(self, text, None)

    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]:
        from codesets.hcpcs.check import explain

        return explain(self, text)

    @property
    def first_day(self) -> date | None:
        """The first day of the edition; None where the edition is not known."""
        return self.edition.effective_from

    def is_live(self, entry: HcpcsEntry) -> bool:
        """True if a code or modifier is not terminated on the first day of the edition.

        Without known edition: if it has no termination date.
        """
        ended, day = entry.terminated_on, self.first_day
        return ended is None or (day is not None and day <= ended)

    def live_on(self, day: date) -> LiveSet:
        """What could be used on a day: added by then, and not terminated before.

        Rebuilds earlier live sets from a later file. It is as exact as the later file is: what was
        ended, added, corrected or taken up again after the fact shows with its later dates.

        Raises:
            TypeError: `day` is no date.
        """
        asked = as_day(day)
        live = [
            tuple(keys.codes[row] for row in self._live_rows(keys.space, range(len(keys)), asked))
            for keys in (self, self.modifiers)
        ]
        return LiveSet(asked, *live)

    def _live_rows(self, space: str, rows: Iterable[int], day: date) -> list[int]:
        """Those of some rows that are live on a day, as `HcpcsEntry.is_valid_on` tells."""
        added, ended = self.column(space, "added_on"), self.column(space, "terminated_on")
        return [row for row in rows if is_between(added[row], ended[row], day)]

    def select(self, *patterns: str | HcpcsCode, on: date | None = None) -> Codes[HcpcsCode]:
        """The codes that the patterns stand for, each once, in the order of the file.

        Args:
            patterns: a code, `A42*` for all codes that begin so, a range `A4221-A4230`, whose ends
                need not exist, or `*` for all codes. Without patterns: no codes.
            on: only codes that could be used on this day; None for all.

        Raises:
            SelectionError: a pattern that is none, or names nothing in the release.
        """
        from codesets.selection import pattern_rows
        from codesets.sequence import Codes

        found = [pattern_rows(self, pattern) for pattern in patterns]
        for pattern, part in zip(patterns, found, strict=True):
            if not part and len(self):
                raise SelectionError(
                    f"{quoted(str(pattern))} selects nothing in {self.edition}: HCPCS has no codes"
                    " below others",
                    pattern=pattern,
                )
        rows = sorted({row for part in found for row in part})
        if on is not None:
            rows = self._live_rows(self.space, rows, as_day(on))
        return Codes(self, tuple(rows))

    def named_span(self, text: str) -> tuple[int, int] | None:
        """HCPCS itself gives no names to ranges."""
        return None

    def range_key(self, text: str) -> str:
        """The canonical spelling of a range's end, which need not exist."""
        return normalize(text)

    def end_row(self, row: int) -> int:
        """The row after a code; nothing stands below one."""
        return row + 1

    def groups(self, name: str) -> Mapping[str, Group]:
        """The codes by the values of one grouping; there is no official hierarchy.

        Args:
            name: `letter` (titles are editorial), `betos`, `coverage`, `type_of_service` or
                `pricing`.

        Raises:
            SelectionError: there is no such grouping.
        """
        from codesets.hcpcs.groups import group

        return group(self, name)

    @property
    def cross_references(self) -> tuple[CrossReference, ...]:
        """The cross references of all codes and modifiers, as a typed relation."""
        from codesets.hcpcs.references import cross_reference

        entries: list[HcpcsEntry] = [*self.modifiers.values(), *self.values()]
        found = (cross_reference(entry) for entry in entries)
        return tuple(reference for reference in found if reference is not None)

    def replacement_chains(self, code: str | HcpcsEntry) -> tuple[tuple[str, ...], ...]:
        """The ways from a terminated code to what replaced it, followed to their ends.

        Args:
            code: a code in any common spelling, or the object of a code or modifier.

        Returns:
            One tuple a way, the code itself first, as (C9136, Q9975, J7205) in January 2025. A way
            ends at a live code, a CPT code, a code without reference, or one that was followed
            already (two codes may name each other). None for a live code.

        Raises:
            UnknownCodeError: the release has no such code.
        """
        from codesets.hcpcs.references import replacement_chains

        if isinstance(code, str):
            return replacement_chains(self[code])
        if code.release is not self:
            code = (self.modifiers if code.is_modifier else self)[code.code]
        return replacement_chains(code)

    # Companion files.

    @property
    def _extras(self) -> dict[str, Any]:
        def read() -> dict[str, Any]:
            found = self.file.json("extras")
            if not isinstance(found, dict):
                raise self.file.damaged("extras")
            return found

        return self.once("extras", read)

    @property
    def processing_notes(self) -> Mapping[str, ProcessingNote]:
        """The processing notes by number, four digits; empty if none were read."""

        def read() -> dict[str, ProcessingNote]:
            from codesets.hcpcs.companions import ProcessingNote

            try:
                rows = self._extras.get("notes", [])
                return {number: ProcessingNote(number, text, line) for number, text, line in rows}
            except (TypeError, ValueError) as error:
                raise self.file.damaged("extras") from error

        return self.once("notes", read)

    @property
    def noc_codes(self) -> frozenset[str] | None:
        """The codes that CMS lists as not otherwise classified; None if no list was read."""

        def read() -> frozenset[str] | None:
            listed = self._extras.get("noc")
            try:
                return None if listed is None else frozenset(map(str, listed))
            except TypeError as error:
                raise self.file.damaged("extras") from error

        return self.once("noc", read)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """All lines of CMS's corrections documents, in their own words; empty if none were read.

        Later versions of a document repeat and withdraw lines of earlier ones; `file` tells them
        apart.
        """

        def read() -> tuple[Correction, ...]:
            from codesets.hcpcs.companions import Correction

            rows = self._extras.get("corrections", [])
            try:
                return tuple(
                    Correction(
                        key=key,
                        is_modifier=is_modifier,
                        action=action,
                        effective_on=None if day is None else date.fromisoformat(day),
                        cells=tuple((str(head), str(cell)) for head, cell in cells),
                        file=file,
                        sheet=sheet,
                        row=row,
                    )
                    for key, is_modifier, action, day, cells, file, sheet, row in rows
                )
            except (TypeError, ValueError) as error:
                raise self.file.damaged("extras") from error

        return self.once("corrections", read)

    def corrections_of(self, code: str, *, is_modifier: bool = False) -> tuple[Correction, ...]:
        """The corrections of one code, which need not be in the release."""
        return tuple(c for c in self.corrections if c.key == code and c.is_modifier is is_modifier)

    def transaction_of(self, code: str, *, is_modifier: bool = False) -> str | None:
        """The type of change that the transaction report names, in its own words."""

        def read() -> dict[tuple[str, bool], str]:
            try:
                return {
                    (key, bool(kind)): words
                    for words, keys in self._extras.get("transactions", {}).items()
                    for key, kind in keys
                }
            except (AttributeError, TypeError, ValueError) as error:
                raise self.file.damaged("extras") from error

        return self.once("transactions", read).get((code, is_modifier))

    # What the views read.

    def column(self, space: str, name: str) -> FieldColumn:
        """The values of a field of the record layout, by row.

        Args:
            space: of codes or modifiers, as `HcpcsEntry.space`.
            name: name of the field, as in `layout.FIELDS`.

        Raises:
            KeyError: the layout has no such field.
        """

        def read() -> FieldColumn:
            from codesets.hcpcs.columns import FieldColumn

            return FieldColumn(self.file, space, name)

        return self.once(f"{space}{name}", read)
