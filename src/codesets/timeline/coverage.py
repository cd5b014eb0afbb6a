"""Which edition is in force when, and which release at hand can speak for those days.

An edition runs to the day before the next one of the calendar, whether that one is at hand or not.
A mid-year edition that the calendar counts as without code changes is covered by the one before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from attrs import evolve, field, frozen

from codesets._edition import Edition

__all__ = ["Coverage", "Window"]

_DAY = timedelta(days=1)


@frozen
class Window:
    """The days in which one edition is in force.

    Attributes:
        edition: the edition, with these days.
        release: name of the release at hand that speaks for it; None if there is none.
    """

    edition: Edition
    release: str | None

    @property
    def first_day(self) -> date:
        """The first day."""
        return self.edition.effective_from or date.min

    @property
    def last_day(self) -> date:
        """The last day, included."""
        return self.edition.effective_to or date.max

    @property
    def is_covered(self) -> bool:
        """True if another edition's release speaks for it: the codes did not change."""
        return self.release not in (None, self.edition.name)


def _windows(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(windows)


@frozen
class Coverage:
    """The windows of one system, in order, without holes between them.

    Attributes:
        windows: all editions ever in force, as far as calendar and releases at hand know.
    """

    windows: tuple[Window, ...] = field(converter=_windows)
    _starts: tuple[date, ...] = field(init=False, eq=False, repr=False)

    @_starts.default
    def _first_days(self) -> tuple[date, ...]:
        return tuple(window.first_day for window in self.windows)

    @classmethod
    def of(cls, system: str, at_hand: Iterable[Edition]) -> Coverage:
        """The windows of a system, given the editions at hand.

        Args:
            system: short name of the system.
            at_hand: editions of releases; those that are never in force are passed over.
        """
        # The calendar is for who compiles; the interval file has the windows.
        from codesets.editions import changes_codes, editions

        mine = {each.name: each for each in at_hand if each.effective_from is not None}
        known = {each.name: each for each in editions(system) if not each.is_draft}
        ordered = sorted({**mine, **known}.values())
        windows: list[Window] = []
        for place, each in enumerate(ordered):
            if place + 1 < len(ordered):
                end = (ordered[place + 1].effective_from or date.max) - _DAY
                each = evolve(each, effective_to=end)
            release = each.name if each.name in mine else None
            if release is None and windows and "-" in each.name and not changes_codes(each):
                release = windows[-1].release
            windows.append(Window(each, release))
        return cls(windows)

    def on(self, day: date) -> Window | None:
        """The window of a day; None before the first one and after the last."""
        place = bisect_right(self._starts, day) - 1
        if place < 0 or day > self.windows[place].last_day:
            return None
        return self.windows[place]

    @property
    def known(self) -> tuple[Window, ...]:
        """The windows for which a release at hand speaks."""
        return tuple(window for window in self.windows if window.release is not None)

    @property
    def gaps(self) -> tuple[Window, ...]:
        """The windows for which none does."""
        return tuple(window for window in self.windows if window.release is None)

    def to_list(self) -> list[dict[str, Any]]:
        """JSON-safe form; `from_list` gives the coverage back."""
        return [{"edition": w.edition.to_dict(), "release": w.release} for w in self.windows]

    @classmethod
    def from_list(cls, rows: Iterable[dict[str, Any]]) -> Coverage:
        """The coverage that `to_list` wrote down."""
        return cls(Window(Edition.from_dict(row["edition"]), row["release"]) for row in rows)
