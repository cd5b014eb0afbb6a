"""What became of the files handed in: a value for each release, and for what is none."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from codesets._edition import Edition
from codesets.errors import CodesetsError
from codesets.sources import SourceInfo

__all__ = ["Installation", "Outcome", "PassedOver", "State"]


class State(StrEnum):
    """What became of one release."""

    INSTALLED = "installed"
    REPLACED = "replaced"
    """It took the place of an older one of the same edition."""
    THERE = "already there"
    """Byte for byte; nothing was written."""
    REFUSED = "refused"
    PASSED_OVER = "passed over"
    """No release is read from these files."""


@frozen
class PassedOver:
    """A file that no release was read from.

    Attributes:
        file: its name, with its archive's.
        what: what it is, in words.
    """

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file} ({self.what})"


@frozen
class Outcome:
    """What became of the files of one place.

    Attributes:
        state: installed, replaced, already there, refused, or passed over.
        place: the folder, or the names of the files.
        system: name of the system; None where no release was found.
        edition: the release's edition, where it is known.
        path: the compiled file, if there is one now.
        sources: what the release was read from, as `tabular`, `order`.
        counts: numbers of rows by name.
        files: the official files read.
        passed_over: the files that were not.
        remarks: what to know about it, a sentence each.
        error: why it was refused.
    """

    state: State
    place: str
    system: str | None = None
    edition: Edition | None = None
    path: Path | None = None
    sources: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    files: tuple[SourceInfo, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    remarks: tuple[str, ...] = ()
    error: CodesetsError | None = field(default=None, eq=str, repr=str)

    def __bool__(self) -> bool:
        """False if it was refused."""
        return self.state is not State.REFUSED

    @property
    def name(self) -> str:
        """System and edition, as `icd10cm 2026`; the place where they are not known."""
        if self.system is None or self.edition is None:
            return self.place
        return f"{self.system} {self.edition}"

    def __str__(self) -> str:
        why = f": {self.error}" if self.error is not None else ""
        return f"{self.name} {self.state}{why}"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "state": str(self.state),
            "place": self.place,
            "system": self.system,
            "edition": None if self.edition is None else self.edition.name,
            "path": None if self.path is None else str(self.path),
            "sources": list(self.sources),
            "counts": dict(self.counts),
            "files": [asdict(info) for info in self.files],
            "passed_over": [asdict(each) for each in self.passed_over],
            "remarks": list(self.remarks),
            "error": None if self.error is None else str(self.error),
        }


@frozen
class Installation:
    """What became of all that was handed in; iterates over its outcomes.

    Attributes:
        outcomes: one for each release and each place without one, in the order of the files.
    """

    outcomes: tuple[Outcome, ...]

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __bool__(self) -> bool:
        """False if any release was refused."""
        return not self.refused

    @property
    def at_hand(self) -> tuple[Outcome, ...]:
        """The releases that are at hand now, whether written or there before."""
        return tuple(each for each in self.outcomes if each.path is not None)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The releases that were refused; what was installed before stands as it stood."""
        return tuple(each for each in self.outcomes if not each)

    def raise_refused(self) -> None:
        """Raise what was refused, for scripts that shall not go on then.

        Raises:
            CodesetsError: the one error, or all of them told together.
        """
        errors = [each.error for each in self.refused if each.error is not None]
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise CodesetsError("; ".join(f"{each.place}: {each.error}" for each in self.refused))

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"outcomes": [each.to_dict() for each in self.outcomes]}
