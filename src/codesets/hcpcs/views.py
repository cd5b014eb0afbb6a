"""The code objects of HCPCS Level II: typed views on the columns of a release."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from attrs import frozen

from codesets._edition import as_day
from codesets.views import Code

if TYPE_CHECKING:
    from codesets.hcpcs.companions import Correction, ProcessingNote
    from codesets.hcpcs.layout import ActionCode, CoverageCode, Value
    from codesets.hcpcs.references import CrossReference
    from codesets.hcpcs.release import HcpcsRelease

__all__ = ["HcpcsCode", "HcpcsEntry", "HcpcsModifier", "LiveSet", "Period", "is_between"]


def is_between(added: date | None, ended: date | None, day: date) -> bool:
    """True from code added date to termination date, both included (fields 27 and 29).

    A record without added date, which only a lenient reader lets through, is never live.
    """
    return added is not None and added <= day and (ended is None or day <= ended)


@frozen
class Period:
    """A span of days in which a code could be used, as one file tells it.

    Attributes:
        first_day: code added date, or the day of a re-activation.
        last_day: termination date, itself included; None while there is none.
        display: the long description that the file has; it knows only the latest.
        is_certain: False where the file proves that the code was ended within the span, but not
            when: before a re-activation (action R).
    """

    first_day: date
    last_day: date | None
    display: str
    is_certain: bool = True

    def covers(self, day: date) -> bool:
        """True if the day lies in the span, both ends included."""
        asked = as_day(day)
        return self.first_day <= asked and (self.last_day is None or asked <= self.last_day)


@frozen
class LiveSet:
    """What could be used on a day, as one file tells it.

    Attributes:
        day: the day.
        codes: the canonical codes, in the order of the file.
        modifiers: the modifiers, in the order of the file.
    """

    day: date
    codes: tuple[str, ...]
    modifiers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes) + len(self.modifiers)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        """Both together: codes and modifiers never share a spelling."""
        return frozenset(self)

    def __iter__(self) -> Iterator[str]:
        yield from self.codes
        yield from self.modifiers


@frozen(eq=False, repr=False)
class HcpcsEntry(Code):
    """What codes and modifiers have in common: every field of the contractor record, typed.

    Attributes:
        code: the canonical code, as `A4221`, or the modifier, as `LT`.
    """

    space: ClassVar[str] = ""
    is_modifier: ClassVar[bool] = False

    @property
    def release(self) -> HcpcsRelease:
        """The release that it is of."""
        return cast("HcpcsRelease", self._release)

    @property
    def _identity(self) -> tuple[object, ...]:
        return (self.is_modifier, *self.release.identity)

    @property
    def compact(self) -> str:
        """The code; it has no punctuation."""
        return self.code

    @cached_property
    def display(self) -> str:
        """The long description, its lines joined with one blank, runs of blanks collapsed."""
        return self.release.text_at(f"{self.space}long_description", self.row) or ""

    @property
    def long_description(self) -> str:
        """The long description; the same as `display`."""
        return self.display

    def columns(self, name: str) -> str:
        """The columns of a field as they stand in its first line in the file, right-trimmed.

        All its occurrences, one after another; of the long description the text of all lines.

        Args:
            name: name of the field, as in `layout.FIELDS`.

        Raises:
            KeyError: the layout has no such field.
        """
        from codesets.hcpcs.layout import KEY_WIDTH, SEQUENCE_STEP, RecordKind, field_named

        field = field_named(name)
        if field.name == "key":
            return self.code.rjust(KEY_WIDTH)
        if field.name == "sequence_number":
            return f"{SEQUENCE_STEP:0{field.width}}"
        if field.name == "record_kind":
            return str(RecordKind.MODIFIER if self.is_modifier else RecordKind.CODE)
        return self.release.text_at(f"{self.space}{field.name}", self.row) or ""

    def _value(self, name: str) -> Any:
        return self._release.column(self.space, name)[self.row]

    @property
    def short_description(self) -> str:
        """The short description, at most 28 characters."""
        return self.release.text_at(f"{self.space}short_description", self.row) or ""

    @property
    def pricing_indicators(self) -> tuple[Value, ...]:
        """How Medicare prices it; `.meaning` of each has the official wording."""
        return cast("tuple[Value, ...]", self._value("pricing_indicators"))

    @property
    def multiple_pricing_indicator(self) -> Value:
        """Whether it could be priced in several ways; empty on modifiers."""
        return cast("Value", self._value("multiple_pricing_indicator"))

    @property
    def coverage_issues_manual(self) -> tuple[str, ...]:
        """Sections of the Coverage Issues Manual."""
        return cast("tuple[str, ...]", self._value("coverage_issues_manual"))

    @property
    def carriers_manual(self) -> tuple[str, ...]:
        """Sections of the Medicare Carriers Manual."""
        return cast("tuple[str, ...]", self._value("carriers_manual"))

    @property
    def statute(self) -> str:
        """Statute reference for coverage; free text, empty if there is none."""
        return cast("str", self._value("statute"))

    @property
    def lab_certifications(self) -> tuple[Value, ...]:
        """Certification categories of a laboratory procedure."""
        return cast("tuple[Value, ...]", self._value("lab_certifications"))

    @property
    def cross_reference_codes(self) -> tuple[str, ...]:
        """The cross references as the file has them; `cross_reference` says what they mean."""
        return cast("tuple[str, ...]", self._value("cross_references"))

    @property
    def cross_reference(self) -> CrossReference | None:
        """What its cross references say, by what the file proves; None if it has none."""
        from codesets.hcpcs.references import cross_reference

        return cross_reference(self)

    @property
    def coverage(self) -> CoverageCode | None:
        """Medicare coverage status; `.meaning` has the official wording."""
        return cast("CoverageCode | None", self._value("coverage"))

    @property
    def asc_group(self) -> Value:
        """`YY`: approved for ambulatory surgical centers; empty: not."""
        return cast("Value", self._value("asc_group"))

    @property
    def asc_effective_on(self) -> date | None:
        """The day it was assigned to the ASC payment group."""
        return cast("date | None", self._value("asc_effective_on"))

    @property
    def mog_group(self) -> Value:
        """Medicare outpatient group; blank in every release so far."""
        return cast("Value", self._value("mog_group"))

    @property
    def mog_policy_indicator(self) -> Value:
        """MOG payment policy; blank in every release so far."""
        return cast("Value", self._value("mog_policy_indicator"))

    @property
    def mog_effective_on(self) -> date | None:
        """The day it was assigned to the MOG; blank in every release so far."""
        return cast("date | None", self._value("mog_effective_on"))

    @property
    def processing_note_number(self) -> str:
        """Number of its processing note, four digits; empty if it has none."""
        return cast("str", self._value("processing_note"))

    @property
    def processing_note(self) -> ProcessingNote | None:
        """Its processing note; None without one, or if the release was read without notes."""
        return self.release.processing_notes.get(self.processing_note_number)

    @property
    def betos(self) -> Value:
        """Berenson-Eggers type of service; `.meaning` has the official wording."""
        return cast("Value", self._value("betos"))

    @property
    def types_of_service(self) -> tuple[Value, ...]:
        """CMS types of service; `.meaning` of each has the official wording."""
        return cast("tuple[Value, ...]", self._value("types_of_service"))

    @property
    def anesthesia_base_units(self) -> int | None:
        """Anesthesia base units; 0 on every code so far, None on modifiers."""
        return cast("int | None", self._value("anesthesia_base_units"))

    @property
    def added_on(self) -> date | None:
        """Code added date: its first day; of the latest life if the code was used before."""
        return cast("date | None", self._value("added_on"))

    @property
    def action_effective_on(self) -> date | None:
        """The day of the last action; blank for some codes of some releases."""
        return cast("date | None", self._value("action_effective_on"))

    @property
    def terminated_on(self) -> date | None:
        """Termination date: the last day of use, itself included; None if there is none."""
        return cast("date | None", self._value("terminated_on"))

    @property
    def action(self) -> ActionCode | None:
        """What CMS did to it in this release; `.meaning` has the official wording."""
        return cast("ActionCode | None", self._value("action"))

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What CMS's corrections document says of it, in its own words; mostly nothing."""
        return self.release.corrections_of(self.code, is_modifier=self.is_modifier)

    @property
    def transaction(self) -> str | None:
        """The type of change in CMS's transaction report, in its own words; None without one."""
        return self.release.transaction_of(self.code, is_modifier=self.is_modifier)

    def is_valid_on(self, day: date) -> bool:
        """True if the day lies between code added date and termination date, both included.

        As this file tells it: an earlier end and a re-activation are not in it.
        """
        return is_between(self.added_on, self.terminated_on, as_day(day))

    @property
    def periods(self) -> tuple[Period, ...]:
        """Its life, as far as this one file proves it.

        A code may be ended and taken up again, or come back with another meaning; a file knows
        the latest added and termination date only. After a re-activation (action R) it proves
        that there was an end before, not when: that span is marked.
        """
        added = self.added_on
        if added is None:
            return ()
        resumed = self.action_effective_on
        if self.action == "R" and resumed is not None and resumed > added:
            before = Period(added, date.fromordinal(resumed.toordinal() - 1), self.display, False)
            return before, Period(resumed, self.terminated_on, self.display)
        return (Period(added, self.terminated_on, self.display),)


@frozen(eq=False, repr=False)
class HcpcsCode(HcpcsEntry):
    """One HCPCS Level II code."""

    @property
    def letter(self) -> str:
        """Its first letter, the only grouping that its spelling has."""
        return self.code[0]

    @property
    def is_not_otherwise_classified(self) -> bool | None:
        """True if CMS lists it among the NOC codes; None if the release was read without list."""
        listed = self.release.noc_codes
        return None if listed is None else self.code in listed


@frozen(eq=False, repr=False)
class HcpcsModifier(HcpcsEntry):
    """One HCPCS Level II modifier."""

    space: ClassVar[str] = "modifier."
    is_modifier: ClassVar[bool] = True

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore_modifier, (self.release, self.code))


def _restore_modifier(release: HcpcsRelease, code: str) -> HcpcsModifier:
    return release.modifiers[code]
