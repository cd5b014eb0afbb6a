"""The releases that answer, and which of them a text belongs to.

Which system a text belongs to is decided by look-up in the releases at hand, never by its form:
643 strings are codes of both ICD-10-CM 2026 and HCPCS January 2025 (A0100 is typhoid and a taxi).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import field, frozen

from codesets import shelf
from codesets._files import open_regular
from codesets.cli import systems
from codesets.cli.describing import PLAINLY, Asked
from codesets.cli.nowhere import Nowhere, finding_record
from codesets.cli.output import Output
from codesets.cli.systems import Room
from codesets.compiled.format import MAGIC, SUFFIX
from codesets.compiled.reader import read_header
from codesets.errors import CodesetsError, CompiledFileError, ReleaseNotFoundError
from codesets.findings import Finding
from codesets.system import could_be

if TYPE_CHECKING:
    from codesets.cli.describing import Describer
    from codesets.release import Release

__all__ = [
    "AtHand",
    "Opened",
    "finding_record",
    "is_compiled",
    "is_path",
    "opened_in",
]


@frozen(eq=False)
class Opened:
    """One open release and the code set it is of."""

    room: Room
    release: Release[Any]
    refusal: ReleaseNotFoundError | None = None
    """Why it does not answer for the day asked for; it is looked into all the same, to know
    whose a text is."""

    @property
    def words(self) -> Describer:
        """What the code set tells the verbs."""
        return self.room.words

    @property
    def name(self) -> str:
        """As `ICD-10-CM 2026-april`."""
        return f"{self.room.system.title} {self.release.edition}"

    @property
    def record(self) -> dict[str, Any]:
        """What every record for programs begins with."""
        return {"system": self.room.system.name, "edition": self.release.edition.name}


_OPENED = "codesets.opened"
"""Where the context of the command keeps the releases that it opened."""


def opened_in(ctx: click.Context) -> list[Release[Any]]:
    """The releases that a run of the command has opened."""
    opened: list[Release[Any]] = ctx.meta.get(_OPENED, [])
    return opened


Lookup = Callable[[Opened, str], Any]
"""What a text names in a release; None or False for nothing."""


@frozen(eq=False)
class AtHand:
    """The releases that answer in one run of the command.

    Attributes:
        opened: one release a code set, at least one.
    """

    opened: tuple[Opened, ...]
    _output: Output
    _asked: Asked = PLAINLY
    _absent: tuple[Room, ...] = ()
    """The code sets of which no release is at hand, where that matters."""
    _told: set[str] = field(init=False, factory=set)
    _missing: list[str] = field(init=False, factory=list)

    @classmethod
    def open(
        cls, output: Output, release: str | None, room: Room | None, asked: Asked = PLAINLY
    ) -> AtHand:
        """The releases asked for.

        Args:
            output: where notices go.
            release: name of an edition, or path of a compiled file; None for the newest at hand.
            room: the code set, if one was asked for.
            asked: the day and the key space asked about.

        Raises:
            ReleaseNotFoundError: none at hand answers.
            click.UsageError: the code set asked for has no modifiers.
            CompiledFileError: the file that would answer is damaged, or of another code set.
        """
        found: list[Opened] = []
        missing: dict[str, ReleaseNotFoundError] = {}
        if release is not None and is_path(release):
            found = [_for_day(_open_path(release, room), asked.on)]
            _able([found[0].room], asked)
        else:
            for each in _able([room] if room is not None else systems.ROOMS.values(), asked):
                try:
                    found.append(_load(each, release, asked.on))
                except ReleaseNotFoundError as error:
                    missing[each.system.name] = error
        if not found:
            raise next(iter(missing.values())) if len(missing) == 1 else _none_at_hand(release)
        context = click.get_current_context(silent=True)
        if context is not None:
            context.meta.setdefault(_OPENED, []).extend(one.release for one in found)
        absent = [systems.ROOMS[name] for name in missing] if release is None else []
        return cls(tuple(found), output, asked, tuple(absent))

    def only(self) -> Opened:
        """The one release, for verbs that are about a release.

        Raises:
            click.UsageError: there is one of several code sets.
        """
        if len(self.opened) > 1:
            names = ", ".join(one.name for one in self.opened)
            raise click.UsageError(f"there are several releases: {names}; say which with --system")
        one = _willing(self.opened[0])
        self._tell_age(one)
        return one

    def owner(self, text: str, look_up: Lookup) -> Opened | None:
        """The release that a text belongs to; asks where it belongs to several.

        Raises:
            click.UsageError: it belongs to several, and nobody is there to be asked.
        """
        having = [one for one in self.opened if look_up(one, text)]
        if len(having) > 1:
            having = [_ask(text, having)]
        for one in having:
            self._tell_age(_willing(one))
            return one
        return None

    def check(self, text: str) -> Finding | Nowhere:
        """Whether a text is a code that may be used, and if not, why."""
        one = self.owner(text, self._names_code)
        return self._explain(text) if one is None else self._finding(one, text)

    def _names_code(self, one: Opened, text: str) -> bool:
        release: Any = one.release
        return text in (release.modifiers if self._asked.modifiers else release)

    def _finding(self, one: Opened, text: str) -> Finding:
        return one.words.check(one.release, text, self._asked)

    def _explain(self, text: str) -> Finding | Nowhere:
        """Why a text that no release has is none, by the system whose form it has."""
        candidates = [one for one in self.opened if one.room.doors.is_well_formed(text)]
        if len(self.opened) == 1:
            candidates = list(self.opened)
        hints = {} if self._asked.modifiers else self._hints(text)
        self._tell_more(text, list(hints.values()))
        candidates = candidates or list(hints) or self._but_for_marks(text)
        if len(candidates) == 1:
            self._tell_age(_willing(candidates[0]))
            return self._finding(candidates[0], text)
        names = tuple(one.name for one in self.opened)
        return Nowhere(text, names, could_be(text))

    def _but_for_marks(self, text: str) -> list[Opened]:
        """The releases that have a text as a code but for what is neither letter nor digit."""
        core = re.sub(r"[^0-9A-Za-z]", "", text)
        return [one for one in self.opened if self._names_code(one, core)] if core != text else []

    def _hints(self, text: str) -> dict[Opened, str]:
        told = ((one, one.words.hint(one.release, text)) for one in self.opened)
        return {one: hint for one, hint in told if hint}

    def _tell_more(self, text: str, hints: list[str]) -> None:
        """How to ask for what a text may mean, and how to get what could answer."""
        for room in self._absent:
            if room.doors.is_well_formed(text):
                hints.append(
                    f"no {room.system} release is at hand; install one from the official files"
                    " with: codesets install --from PATH…, or name a compiled file with --release"
                )
        for hint in hints:
            if hint not in self._told:
                self._told.add(hint)
                self._output.notice(hint)

    @property
    def all_found(self) -> bool:
        """False once `find` has found nothing."""
        return not self._missing

    def each(self, texts: Iterable[str]) -> Iterator[tuple[Opened, Any]]:
        """What each text names; those that name nothing are left out, and said why."""
        for text in texts:
            found = self.find(text)
            if found is not None:
                yield found

    def find(self, text: str) -> tuple[Opened, Any] | None:
        """What a text names: a code, or what stands above codes; None, and said why, if nothing."""
        one = self.owner(text, lambda one, text: self._thing(one, text) is not None)
        if one is None:
            finding = self._explain(text)
            if self._output.json:
                self._output.record(finding_record(finding))
            self._output.notice(finding.reason)
            self._missing.append(text)
            return None
        return one, self._thing(one, text)

    def _thing(self, one: Opened, text: str) -> Any | None:
        return one.words.find(one.release, text, self._asked)

    def _tell_age(self, one: Opened) -> None:
        if one.name not in self._told:
            self._told.add(one.name)
            edition, today = one.release.edition, self._asked.on or _today()
            if edition.effective_to is not None and edition.effective_to < today:
                self._output.notice(
                    f"answers from {edition}, which ran out on {edition.effective_to}"
                )
            elif (
                self._asked.on is None
                and edition.effective_from is not None
                and edition.effective_from > today
            ):
                self._output.notice(
                    f"answers from {edition}, which begins on {edition.effective_from}"
                )


def _today() -> date:
    return date.today()


def is_path(release: str) -> bool:
    """True for what names a file, not an edition: editions' names have no suffix and no slash."""
    separators = {os.sep, os.altsep or os.sep, "/"}
    return release.endswith(SUFFIX) or any(s in release for s in separators)


def is_compiled(path: Path) -> bool:
    """True for a file that begins as compiled files do, whatever its name."""
    try:
        with open_regular(path) as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def _open_path(path: str, room: Room | None) -> Opened:
    system = read_header(path).system
    if system not in systems.ROOMS:
        raise CompiledFileError(f"{path} holds {system!r}, which this command does not know")
    if room is not None and room.system.name != system:
        raise click.UsageError(f"{path} holds {systems.ROOMS[system].system}, not {room.system}")
    return Opened(systems.ROOMS[system], systems.ROOMS[system].doors.load_path(path))


def _able(rooms: Iterable[Room], asked: Asked) -> list[Room]:
    """The code sets that have what is asked about.

    Raises:
        click.UsageError: none of them has.
    """
    given = list(rooms)
    able = [room for room in given if room.has_modifiers or not asked.modifiers]
    if not able:
        names = " or ".join(str(room.system) for room in given)
        raise click.UsageError(f"{names} has no modifiers")
    return able


def _load(room: Room, release: str | None, on: date | None) -> Opened:
    if on is None or release is not None or room.has_days:
        return _for_day(Opened(room, room.doors.load(release)), on)
    try:
        return Opened(room, room.doors.load(on=on))
    except ReleaseNotFoundError as error:
        return Opened(room, room.doors.load(), error)


def _for_day(one: Opened, on: date | None) -> Opened:
    """The release that was named, refusing a day for which another one is to be asked."""
    if on is None or one.room.has_days or one.release.edition.is_in_force(on):
        return one
    why = f"{one.name} is not in force on {on}; --release may be left out, then --on chooses it"
    refusal = ReleaseNotFoundError(why, system=one.room.system.name, wanted=on)
    return Opened(one.room, one.release, refusal)


def _willing(one: Opened) -> Opened:
    """The release, unless it does not answer for the day asked for.

    Raises:
        ReleaseNotFoundError: it does not; says why.
    """
    if one.refusal is not None:
        raise one.refusal
    return one


def _none_at_hand(release: str | None) -> CodesetsError:
    there = [entry for entry in shelf.entries() if entry.system in systems.ROOMS]
    names = ", ".join(f"{entry.system} {entry.edition}" for entry in there) or "none"
    wanted = "no release" if release is None else f"no release {release}"
    return ReleaseNotFoundError(
        f"{wanted} at hand (at hand: {names}); install one from the official files with: codesets"
        " install --from PATH…, or name a compiled file with --release",
        system="",
        wanted=release,
    )


def _ask(text: str, having: list[Opened]) -> Opened:
    systems = [one.room.system.name for one in having]
    both = " and ".join(one.name for one in having)
    question = f"{text} is a code of {both}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"{question}; say which with --system {' or '.join(systems)}")
    answer = click.prompt(f"{question}; which one", type=click.Choice(systems), err=True)
    return having[systems.index(answer)]
