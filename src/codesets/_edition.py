"""The identity of one publication, apart from the calendar that `codesets.editions` reads.

In a module of its own, so that opening a release does not load what recognises one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import total_ordering
from typing import Any

from attrs import field, frozen

from codesets.errors import EditionError

__all__ = ["Edition", "as_day"]


def as_day(value: object) -> date:
    """The calendar day of a date or datetime; a datetime's own clock decides."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise TypeError(f"a date is wanted, not {type(value).__name__}: {value!r}")


def _day_or_none(value: object) -> date | None:
    return None if value is None else as_day(value)


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@total_ordering
@frozen
class Edition:
    """The identity of one publication of a code set.

    Sorts by system, then drafts by name, then by the days in force, then unnamed editions.

    Attributes:
        system: short name of the system, as `icd10cm`.
        name: the edition's name, as `2026`, `2026-april` or `2025-january`; empty if unnamed.
        effective_from: first day in force; None for drafts and unnamed editions.
        effective_to: last day in force, inclusive; None as `effective_from`.
        is_certain: False if the files could as well be those of `alternatives`. Not compared.
        alternatives: names of the other editions that the files could be. Not compared.
    """

    system: str
    name: str
    effective_from: date | None = field(default=None, converter=_day_or_none)
    effective_to: date | None = field(default=None, converter=_day_or_none)
    is_certain: bool = field(default=True, eq=False)
    alternatives: tuple[str, ...] = field(default=(), eq=False, converter=_texts)

    def __attrs_post_init__(self) -> None:
        start, end = self.effective_from, self.effective_to
        if end is not None and (start is None or end < start):
            raise EditionError(
                f"{self.system} {self} cannot end on {end} when it begins on {start}",
                system=self.system,
                name=self.name,
            )

    @property
    def is_named(self) -> bool:
        """Whether the edition is known; an unnamed one is neither installed nor asked by date."""
        return bool(self.name)

    @property
    def is_draft(self) -> bool:
        """Named but never in force, as ICD-10-CM before October 1, 2015."""
        return self.is_named and self.effective_from is None

    def is_in_force(self, day: date) -> bool:
        """Whether the edition is the one to use for services (discharges) of `day`.

        Args:
            day: a date; of a datetime, its date.

        Raises:
            TypeError: `day` is neither.
        """
        asked = as_day(day)
        if self.effective_from is None or asked < self.effective_from:
            return False
        return self.effective_to is None or asked <= self.effective_to

    def has_begun(self, day: date) -> bool:
        """Whether the edition's first day is `day` or before it; drafts never begin."""
        return self.effective_from is not None and self.effective_from <= as_day(day)

    def __str__(self) -> str:
        return self.name or "unnamed"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Edition):
            return NotImplemented
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, date, date, str]:
        rank = 2 if not self.is_named else 0 if self.is_draft else 1
        start, end = self.effective_from or date.min, self.effective_to or date.max
        return (self.system, rank, start, end, self.name)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, days as ISO dates; `from_dict` gives the edition back."""
        start, end = self.effective_from, self.effective_to
        return {
            "system": self.system,
            "name": self.name,
            "effective_from": start.isoformat() if start else None,
            "effective_to": end.isoformat() if end else None,
            "is_certain": self.is_certain,
            "alternatives": list(self.alternatives),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Edition:
        """The edition that `to_dict` wrote down.

        Raises:
            EditionError: a part is missing or of the wrong kind.
        """
        try:
            system, name = values["system"], values["name"]
            start, end = values["effective_from"], values["effective_to"]
            others = values.get("alternatives", [])
            if not all(isinstance(part, str) for part in (system, name, *others)):
                raise TypeError("a name is no text")
            return cls(
                system,
                name,
                None if start is None else date.fromisoformat(start),
                None if end is None else date.fromisoformat(end),
                bool(values.get("is_certain", True)),
                others,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EditionError(
                f"{values!r} describes no edition: {error}", system="", name=values
            ) from error
