"""The releases that answer, and which of them a text belongs to.

Which system a text belongs to is decided by look-up in the releases at hand, never by its form:
643 strings are codes of both ICD-10-CM 2026 and HCPCS January 2025 (A0100 is typhoid and a taxi).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import field, frozen

from codesets import shelf
from codesets.cli import systems
from codesets.cli.output import Output
from codesets.cli.systems import Room
from codesets.compiled.format import MAGIC, SUFFIX
from codesets.compiled.reader import read_header
from codesets.errors import CodesetsError, CompiledFileError, ReleaseNotFoundError
from codesets.findings import Finding
from codesets.system import could_be

if TYPE_CHECKING:
    from codesets.cli.describing import Describer
    from codesets.editions import Edition
    from codesets.release import Release

__all__ = [
    "AtHand",
    "Nowhere",
    "Opened",
    "compiled_paths",
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


@frozen
class Nowhere:
    """The answer for a text that no release at hand has, where it is not one system's to explain.

    The same shape as a finding of `codesets.findings`.
    """

    text: str
    names: tuple[str, ...]
    could_be: tuple[str, ...]
    edition: None = None
    is_valid: bool = False

    @property
    def reason(self) -> str:
        """One sentence for a reader."""
        forms = f"; it has the form of: {', '.join(self.could_be)}" if self.could_be else ""
        return f"{self.text!r} is no code of {' or '.join(self.names)}{forms}"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, keys as those of a finding."""
        return {
            "finding": "NotInRelease",
            "text": self.text,
            "valid": False,
            "reason": self.reason,
            "edition": None,
            "could_be": list(self.could_be),
            "suggestions": [],
        }


def finding_record(finding: Finding | Nowhere) -> dict[str, Any]:
    """A finding for programs; `system` is null where no system could explain the text."""
    system = finding.edition.system if finding.edition is not None else None
    return {"system": system} | finding.to_dict()


@frozen(eq=False)
class AtHand:
    """The releases that answer in one run of the command.

    Attributes:
        opened: one release a code set, at least one.
    """

    opened: tuple[Opened, ...]
    _output: Output
    _told: set[str] = field(init=False, factory=set)
    _missing: list[str] = field(init=False, factory=list)

    @classmethod
    def open(cls, output: Output, release: str | None, room: Room | None) -> AtHand:
        """The releases asked for.

        Args:
            output: where notices go.
            release: name of an edition, or path of a compiled file; None for the newest at hand.
            room: the code set, if one was asked for.

        Raises:
            ReleaseNotFoundError: none at hand answers.
            CompiledFileError: the file that would answer is damaged, or of another code set.
        """
        if release is not None and is_path(release):
            return cls._of([_open_path(release, room)], output)
        found: list[Opened] = []
        missing: list[ReleaseNotFoundError] = []
        for each in [room] if room is not None else systems.ROOMS.values():
            try:
                found.append(Opened(each, each.doors.load(release)))
            except ReleaseNotFoundError as error:
                missing.append(error)
        if not found:
            raise missing[0] if len(missing) == 1 else _none_at_hand(release)
        return cls._of(found, output)

    @classmethod
    def _of(cls, found: list[Opened], output: Output) -> AtHand:
        context = click.get_current_context(silent=True)
        if context is not None:
            context.meta.setdefault(_OPENED, []).extend(one.release for one in found)
        return cls(tuple(found), output)

    def only(self) -> Opened:
        """The one release, for verbs that are about a release.

        Raises:
            click.UsageError: there is one of several code sets.
        """
        if len(self.opened) > 1:
            names = ", ".join(one.name for one in self.opened)
            raise click.UsageError(f"there are several releases: {names}; say which with --system")
        return self.opened[0]

    def owner(self, text: str, look_up: Lookup) -> Opened | None:
        """The release that a text belongs to; asks where it belongs to several.

        Raises:
            click.UsageError: it belongs to several, and nobody is there to be asked.
        """
        having = [one for one in self.opened if look_up(one, text)]
        if len(having) > 1:
            having = [_ask(text, having)]
        for one in having:
            self._tell_age(one)
            return one
        return None

    def explain(self, text: str) -> Finding | Nowhere:
        """Why a text that no release has is none, by the system whose form it has."""
        candidates = [one for one in self.opened if one.room.doors.is_well_formed(text)]
        if len(self.opened) == 1:
            candidates = list(self.opened)
        if len(candidates) == 1:
            self._tell_age(candidates[0])
            return candidates[0].release.check(text)
        names = tuple(one.name for one in self.opened)
        return Nowhere(text, names, could_be(text))

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
        one = self.owner(text, lambda one, text: one.words.find(one.release, text) is not None)
        if one is None:
            finding = self.explain(text)
            if self._output.json:
                self._output.record(finding_record(finding))
            self._output.notice(finding.reason)
            self._missing.append(text)
            return None
        return one, one.words.find(one.release, text)

    def _tell_age(self, one: Opened) -> None:
        if one.name not in self._told:
            self._told.add(one.name)
            edition, today = one.release.edition, _today()
            if edition.effective_to is not None and edition.effective_to < today:
                self._output.notice(
                    f"answers from {edition}, which ran out on {edition.effective_to}"
                )
            elif edition.effective_from is not None and edition.effective_from > today:
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
        with path.open("rb") as stream:
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


def _none_at_hand(release: str | None) -> CodesetsError:
    names = ", ".join(f"{e.system} {e.edition}" for e in shelf.entries()) or "none"
    wanted = "no release" if release is None else f"no release {release}"
    return ReleaseNotFoundError(
        f"{wanted} at hand (at hand: {names}); compile one from the official files with: codesets"
        f" build FILE… -o OUT, and name the file with --release, or put it into"
        f" {shelf.data_folder()}",
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


def compiled_paths(release: str | None, room: Room | None) -> Iterator[Path]:
    """The compiled files at hand, damaged ones among them: all, or those of one edition."""
    seen: set[Path] = set()
    readable = {entry.path: entry.edition for entry in shelf.entries()}
    for folder in (shelf.data_folder(), shelf.embedded_folder()):
        with suppress(OSError):
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                system, _, name = path.name.removesuffix(SUFFIX).partition("-")
                if room is not None and system != room.system.name:
                    continue
                edition: Edition | None = readable.get(path)
                names = {name} if edition is None else {name, edition.name}
                if path not in seen and (release is None or release in names):
                    seen.add(path)
                    yield path
