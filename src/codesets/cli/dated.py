"""Answers for a day, out of all releases at hand: what `check --on` and `history` ask."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import click
from attrs import frozen

from codesets.cli import systems
from codesets.cli.nowhere import Nowhere
from codesets.cli.systems import Room
from codesets.errors import ReleaseNotFoundError
from codesets.findings import Finding
from codesets.system import could_be

if TYPE_CHECKING:
    from codesets.timeline.dates_past import HcpcsHistory
    from codesets.timeline.lives import CodeHistory
    from codesets.timeline.past import Past

__all__ = ["Dated"]


@frozen(eq=False)
class Dated:
    """The histories of the code sets asked about.

    Attributes:
        pasts: code set → the history of its codes, or of its modifiers.
    """

    pasts: dict[Room, Past]
    _is_open: bool = False
    """True if any code set may be meant, be it that no release of it is at hand."""

    @classmethod
    def open(cls, room: Room | None, *, modifiers: bool = False) -> Dated:
        """The histories of one code set, or of all that there are releases of.

        Raises:
            ReleaseNotFoundError: there is no release that was ever in force.
            click.UsageError: the code set asked for has no modifiers.
        """
        from codesets.timeline import history

        rooms = [room] if room is not None else list(systems.ROOMS.values())
        able = [each for each in rooms if each.has_modifiers or not modifiers]
        if not able:
            raise click.UsageError(f"{rooms[0].system} has no modifiers")
        pasts: dict[Room, Past] = {}
        missing: list[ReleaseNotFoundError] = []
        for each in able:
            try:
                past: Past = history(each.system.name)
            except ReleaseNotFoundError as error:
                missing.append(error)
                continue
            pasts[each] = cast("HcpcsHistory", past).modifiers if modifiers else past
        if not pasts:
            raise missing[0]
        return cls(pasts, room is None and not modifiers)

    def check(self, text: str, on: date) -> Finding | Nowhere:
        """Whether a text was a code that could be used on a day, and if not, why.

        Raises:
            ReleaseNotFoundError: no release at hand speaks for the day.
            click.UsageError: it is a code of several code sets.
        """
        owner = self._owner(text)
        if owner is not None:
            return owner.check(text, on)
        past, absent = self._explaining(text), self._absent(text)
        if past is None or (absent and on < past.coverage.windows[0].first_day):
            # Before a code set began, it is not the one that was meant.
            return self._nowhere(text)
        try:
            return past.check(text, on)
        except ReleaseNotFoundError as error:
            if not absent:
                raise
            message = f"{error}; or, by the form of {text}, a release of {' or '.join(absent)}"
            raise ReleaseNotFoundError(message, system=error.system, wanted=on) from None

    def _nowhere(self, text: str) -> Nowhere:
        """The answer for a text that no release at hand ever had as a code."""
        return Nowhere(text, self._names, could_be(text), self._absent(text))

    def _absent(self, text: str) -> tuple[str, ...]:
        """The code sets that may be meant, by the form of a text, and are not at hand."""
        if not self._is_open:
            return ()
        return tuple(
            str(room.system)
            for room in systems.ROOMS.values()
            if room not in self.pasts and room.doors.is_well_formed(text)
        )

    def find(self, text: str) -> CodeHistory | Nowhere:
        """The history of a code.

        Raises:
            click.UsageError: it is a code of several code sets.
        """
        past = self._owner(text)
        return self._nowhere(text) if past is None else past[text]

    @property
    def _names(self) -> tuple[str, ...]:
        *others, last = (str(room.system) for room in self.pasts)
        return (*others, f"{last} in the releases at hand")

    def _owner(self, text: str) -> Past | None:
        """The history that has a text as a code."""
        having = [room for room, past in self.pasts.items() if text in past]
        if len(having) > 1:
            names = " and ".join(str(room.system) for room in having)
            options = " or ".join(room.system.name for room in having)
            raise click.UsageError(
                f"{text} is a code of {names}; say which with --system {options}"
            )
        return self.pasts[having[0]] if having else None

    def _explaining(self, text: str) -> Past | None:
        """The one history that can say why a text is none of its codes."""
        shaped = [past for room, past in self.pasts.items() if room.doors.is_well_formed(text)]
        if len(self.pasts) == 1:
            shaped = list(self.pasts.values())
        return shaped[0] if len(shaped) == 1 else None
