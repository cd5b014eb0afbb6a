"""A system's past: all codes that were ever seen, and what each was on a day."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from attrs import field, frozen

from codesets._edition import Edition, as_day
from codesets.arguments import quoted, several
from codesets.compiled.format import unpack_key
from codesets.editions import how_to_get
from codesets.errors import ReleaseNotFoundError, UnknownCodeError
from codesets.findings import Finding, NoRelease
from codesets.keyspace import KeySpace
from codesets.reconciliation import Reconciliation
from codesets.release import Release
from codesets.system import SYSTEMS, System
from codesets.timeline.answers import Told
from codesets.timeline.coverage import Coverage, Window
from codesets.timeline.lives import CodeHistory
from codesets.timeline.periods import STATES, Evidence, EvidenceKind, Period
from codesets.timeline.segments import Segment

__all__ = ["Past"]

DATED_LIMIT = 50_000
"""Findings remembered by spelling and day."""


@frozen(eq=False, repr=False)
class Past(KeySpace[CodeHistory]):
    """An immutable mapping from every code that was ever in force to its history.

    Made by `codesets.history`. `past[code]`, `in` and `get` take any common spelling; iterating
    gives canonical codes in their order.

    Attributes:
        coverage: which edition is in force when, and which release at hand speaks for it.
        editions: the editions at hand, drafts first, then in order of effect.
        paths: edition name → compiled file, of each of them.
    """

    system_name: ClassVar[str] = ""
    _INTERNAL = frozenset(
        ("evidence_on", "identity", "segments_of", "spanned", "successors_of", "system_name",
         "without")
    )  # fmt: skip

    coverage: Coverage = field(init=False)
    editions: tuple[Edition, ...] = field(init=False)
    paths: Mapping[str, Path] = field(init=False)
    _dated: dict[tuple[object, date], Finding] = field(init=False, factory=dict)

    @coverage.default
    def _read_coverage(self) -> Coverage:
        return Coverage.from_list(self.file.json("coverage"))

    @editions.default
    def _read_editions(self) -> tuple[Edition, ...]:
        return tuple(Edition.from_dict(row["edition"]) for row in self.file.json("files"))

    @paths.default
    def _read_paths(self) -> Mapping[str, Path]:
        rows = self.file.json("files")
        return {each.name: Path(row["path"]) for each, row in zip(self.editions, rows, strict=True)}

    @property
    def system(self) -> System:
        """The code system."""
        return SYSTEMS[self.system_name]

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells the histories of two systems, or of other releases, apart."""
        return (self.system_name, self.space, self.file.header.content_sha256)

    # What `KeySpace` asks.

    def _compact(self, code: str) -> str:
        return code.replace(".", "")

    def _canonical(self, row: int) -> str:
        return self._spelled([unpack_key(self.file.column(f"{self.space}keys")[row])])[0]

    def _view(self, row: int, code: str) -> CodeHistory:
        return CodeHistory(self, row, code)

    def _unknown(self, text: object) -> UnknownCodeError:
        return self._no_code(
            f"{quoted(text)} was never a code of {self.system.title} in the releases at hand:"
            f" {', '.join(self.paths) or 'none'}",
            text,
            release="",
            system=self.system_name,
        )

    # Releases and days.

    @property
    def first_day(self) -> date:
        """The first day for which a release at hand speaks."""
        return self.coverage.known[0].first_day

    @property
    def last_day(self) -> date:
        """The last day for which a release at hand speaks."""
        return self.coverage.known[-1].last_day

    @property
    def begins_on(self) -> date | None:
        """The first day of every code's periods; None where each begins on its own."""
        return None

    @property
    def gaps(self) -> tuple[Edition, ...]:
        """The editions that are missing between the first and the last day covered."""
        return tuple(
            each.edition
            for each in self.coverage.gaps
            if self.first_day <= each.first_day <= self.last_day
        )

    def release(self, name: str) -> Release[Any]:
        """The release of an edition at hand.

        Raises:
            ReleaseNotFoundError: it is not at hand.
        """
        if name not in self.paths:
            raise ReleaseNotFoundError(
                f"no {self.system.title} release {name} at hand;"
                f" {how_to_get(self.system_name, name)}",
                system=self.system_name,
                wanted=name,
            )
        return self.once(f"release {name}", lambda: self._open(self.paths[name]))

    def keep(self, release: Release[Any]) -> None:
        """Have an opened release speak for its edition, which need not be a file."""
        self.once(f"release {release.edition.name}", lambda: release)

    @abstractmethod
    def _open(self, path: Path) -> Release[Any]:
        """The release in a compiled file."""

    @property
    def releases(self) -> tuple[Release[Any], ...]:
        """All releases at hand, drafts first, then in order of effect."""
        return tuple(self.release(each.name) for each in self.editions)

    def on(self, day: date) -> Release[Any]:
        """The release in force on a day.

        An edition runs to the day before the next one of the calendar. A mid-year edition without
        code changes is covered by the one before it.

        Raises:
            ReleaseNotFoundError: the one in force is not at hand; says which to install.
            TypeError: `day` is no date.
        """
        return self.release(self._name_on(as_day(day)))

    def _name_on(self, day: date) -> str:
        window = self.coverage.on(day)
        if window is None or window.release is None:
            raise self._missing(day, window)
        return window.release

    def _missing(self, day: date, window: Window | None) -> ReleaseNotFoundError:
        """The error for a day that no release at hand speaks for."""
        edition = self._edition_on(day, window)
        title = self.system.title
        first = self.coverage.windows[0]
        if edition is None and day > first.first_day:
            message = f"no edition of {title} is known that would be in force on {day}"
            return ReleaseNotFoundError(message, system=self.system_name, wanted=day)
        if edition is None:
            message = f"{title} was not in force on {day}: it began with {first.edition} on"
            message += f" {first.first_day}"
            return ReleaseNotFoundError(message, system=self.system_name, wanted=day)
        begun = edition.effective_from is None or edition.effective_from <= date.today()
        once = "" if begun else "once it is published, "
        message = (
            f"no {title} release at hand is in force on {day}: that is {edition}"
            f" ({edition.effective_from} to {edition.effective_to}); {once}install it with:"
            f" codesets install {self.system_name} {edition}"
        )
        return ReleaseNotFoundError(message, system=self.system_name, wanted=day)

    def _edition_on(self, day: date, window: Window | None) -> Edition | None:
        if window is not None:
            return window.edition
        from codesets.editions import edition_on

        with suppress(ValueError):  # later than any name of an edition can say
            return edition_on(self.system_name, day)
        return None

    # Answers.

    def check(self, text: object, on: date) -> Finding:
        """Whether `text` was a code that could be used on a day, and if not, why.

        Args:
            text: anything; a text in any common spelling may be a code.
            on: the day: of discharge for inpatient claims, of service otherwise.

        Raises:
            ReleaseNotFoundError: no release at hand speaks for the day; says which to install.
            TypeError: `on` is no date.
        """
        try:
            return self._dated[text, on]
        except Exception:  # unknown, no key of a dictionary, or at fault itself
            pass
        finding = self._check_on(text, as_day(on))
        if type(text) is str and len(text) <= 8 and isinstance(finding, Told):
            if len(self._dated) >= DATED_LIMIT:
                self._dated.clear()
            self._dated[text, on] = finding
        return finding

    @abstractmethod
    def _check_on(self, text: object, day: date) -> Finding:
        """The finding on a text for a day."""

    def check_many(self, asked: Iterable[tuple[object, date]]) -> Iterator[Finding]:
        """`check` for each text and day, lazily and in their order: for whole claim files.

        Args:
            asked: pairs of text and day.

        Returns:
            The findings; a day that no release at hand speaks for is a `NoRelease`.

        Raises:
            TypeError: a day is no date.
            ArgumentTypeError: `asked` is one text, not a list.
        """
        return self._checked(several(asked, "pairs of code and day"))

    def _checked(self, asked: Iterable[tuple[object, date]]) -> Iterator[Finding]:
        for text, day in asked:
            try:
                yield self.check(text, day)
            except ReleaseNotFoundError as error:
                on = as_day(day)
                edition = self._edition_on(on, self.coverage.on(on))
                missing = edition or Edition(self.system_name, "", is_certain=False)
                shown = text if isinstance(text, str) else quoted(text)
                yield NoRelease(shown, missing, on, error.message)

    @property
    def disagreements(self) -> Reconciliation:
        """Where files at hand contradict each other about what was on their own days."""
        name = f"{self.space}disagreements"
        return Reconciliation(
            self.once(name, lambda: Reconciliation.from_list(self.file.json(name)).differences)
        )

    # What the histories of codes ask.

    def segments_of(self, row: int) -> tuple[Segment, ...]:
        """The spans of the code at a row, in order of time."""
        begin = self._numbers("begin")
        try:
            return tuple(map(self._segment, range(begin[row], begin[row + 1])))
        except (IndexError, ValueError) as error:
            raise self.file.damaged("segments") from error

    def _segment(self, place: int) -> Segment:
        proofs, releases = self._proofs, self._release_names
        return Segment(
            self._numbers("first")[place],
            self._numbers("last")[place],
            STATES[self._numbers("state")[place]],
            self.file.text(self._numbers("display")[place]),
            releases[self._numbers("release")[place]],
            proofs[self._numbers("proof")[place]],
            bool(self._numbers("certain")[place]),
            self._numbers("use")[place],
        )

    def _numbers(self, name: str) -> memoryview:
        return self.file.column(f"{self.space}segment.{name}")

    @property
    def _release_names(self) -> tuple[str, ...]:
        return self.once("release names", lambda: tuple(map(str, self.file.json("releases"))))

    @property
    def _proofs(self) -> tuple[Evidence | None, ...]:
        def read() -> tuple[Evidence | None, ...]:
            rows = self.file.json("evidence")
            return tuple(
                row and Evidence(EvidenceKind(row["kind"]), row["edition"], row["detail"])
                for row in rows
            )

        return self.once("proofs", read)

    @abstractmethod
    def without(self, first: int, last: int) -> Iterator[Period]:
        """The periods of days in which no file shows a code."""

    @abstractmethod
    def spanned(self, segment: Segment) -> Iterator[Period]:
        """The periods of a span in which there was a code."""

    @abstractmethod
    def evidence_on(self, life: CodeHistory, day: date) -> Evidence:
        """What proves what is said of a code on a day."""

    @abstractmethod
    def successors_of(self, life: CodeHistory) -> tuple[str, ...]:
        """Codes that may have come after a code."""

    def __reduce__(self) -> tuple[Any, ...]:
        from codesets.timeline import history

        return (history, (self.system_name,))

    def __repr__(self) -> str:
        names = list(self.paths)
        span = f"{names[0]} to {names[-1]}" if names else "no release"
        return f"<{type(self).__name__} {len(self):,} codes of {len(names)} releases, {span}>"
