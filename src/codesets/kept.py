"""What is kept in one compiled file, whatever it is: what it was made of, saving, opening again."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, cast

from codesets._edition import Edition
from codesets.compiled.reader import Compiled
from codesets.errors import CodesetsError, CompiledFileError

if TYPE_CHECKING:
    from codesets.problems import Anomaly
    from codesets.reconciliation import Reconciliation
    from codesets.sources import SourceInfo

__all__ = ["REPORTS", "Kept", "KeptTable", "edition_in", "open_kept", "unreadable_header"]

REPORTS = "reports"
"""Name of the section with provenance, anomalies and reconciliation; apart from the content."""

T = TypeVar("T")
V = TypeVar("V")


class Kept:
    """Content that reads from one compiled file; adds no state of its own.

    Safe to share between threads, survives `fork`, and pickles as path and digest if it has a file,
    else as its bytes.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def file(self) -> Compiled:
        """The compiled file."""

    @abstractmethod
    def once(self, name: str, read: Callable[[], V]) -> V:
        """What `read` gives, kept under `name` from the first time on; the file never changes."""

    # What it was made of.

    @property
    def sources(self) -> tuple[str, ...]:
        """The kinds of official files that this was built from."""
        return tuple(map(str, self.file.header.values["content"]))

    @property
    def counts(self) -> dict[str, int]:
        """Numbers that the builder counted, by name."""
        counts = self.file.header.values["counts"]
        return {str(name): int(count) for name, count in counts.items()}

    @property
    def path(self) -> Path | None:
        """The compiled file that this reads from; None if it is in memory."""
        return self.file.path

    @property
    def provenance(self) -> tuple[SourceInfo, ...]:
        """The source files, with size and sha256."""
        from codesets.sources import SourceInfo

        return self._reported(lambda reports: [SourceInfo(**row) for row in reports["provenance"]])

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Oddities of the source files that lose nothing, each with its place."""
        from codesets.problems import Anomaly, AnomalyKind, Place

        return self._reported(
            lambda reports: [
                Anomaly(
                    AnomalyKind(row["kind"]),
                    Place(row["file"], row["line"], row["path"]),
                    row["message"],
                    row["found"],
                )
                for row in reports["anomalies"]
            ]
        )

    @property
    def reconciliation(self) -> Reconciliation:
        """The differences between the sources; empty if they agree or there is but one."""
        from codesets.reconciliation import Reconciliation

        return Reconciliation(
            self._reported(lambda reports: Reconciliation.from_list(reports["reconciliation"]))
        )

    def _reported(self, make: Callable[[dict[str, Any]], Iterable[V]]) -> tuple[V, ...]:
        """What one part of the section `REPORTS` says."""
        try:
            return tuple(make(self.once(REPORTS, lambda: self.file.json(REPORTS))))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, CodesetsError):
                raise
            raise self.file.damaged(REPORTS) from error

    # Keeping.

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the compiled file to `path`, whole or not at all.

        Returns:
            The path written. `load_path` opens it.

        Raises:
            CodesetsError: the folder cannot be written or the disk is full.
        """
        from codesets.compiled.writer import write_atomically

        try:
            return write_atomically(path, self.file.to_bytes())
        except OSError as error:
            raise CodesetsError(f"{path} cannot be written: {error.strerror or error}") from error

    def verify(self) -> None:
        """Check the digest over the whole compiled file.

        Raises:
            CompiledFileError: the file is not what the builder wrote.
        """
        self.file.verify()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What the bytes of a compiled file hold."""
        make: Callable[[Compiled], Self] = cls
        return make(Compiled.from_bytes(data))

    def __reduce__(self) -> tuple[Any, ...]:
        if self.file.path is not None:
            where = (type(self), str(self.file.path.absolute()), self.file.header.digest)
            return (_reopen, where)
        return (_from_bytes, (type(self), self.file.to_bytes()))


class KeptTable(Kept):
    """A table that is equal to another one by edition and content, whatever it was read from."""

    __slots__ = ()

    edition: Edition

    @property
    def _identity(self) -> tuple[object, ...]:
        return (self.edition, self.file.header.content_sha256)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


def edition_in(file: Compiled, system: str) -> Edition:
    """The edition that the header of a compiled file states.

    Raises:
        CompiledFileError: the file is of another system, or its header is unreadable.
    """
    if file.header.system != system:
        raise CompiledFileError(
            f"{file.name} holds {file.header.system!r}, not {system!r}", file=file.name
        )
    try:
        return Edition.from_dict(file.header.values["edition"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise unreadable_header(file) from error


def unreadable_header(file: Compiled) -> CompiledFileError:
    """The error for a header that no builder writes; the caller raises it."""
    return CompiledFileError(f"{file.name} has an unreadable header", file=file.name)


class _Filed(Protocol):
    @property
    def file(self) -> Compiled: ...


F = TypeVar("F", bound=_Filed)


def _from_bytes(cls: Callable[[Compiled], T], data: bytes) -> T:
    return cls(Compiled.from_bytes(data))


def _reopen(cls: Callable[[Compiled], F], path: str, digest: str) -> F:
    kept = open_kept(cls, path)
    if kept.file.header.digest != digest:
        raise CompiledFileError(f"{path} is no longer the file that was pickled", file=path)
    return kept


def open_kept(cls: Callable[[Compiled], T], path: str | os.PathLike[str]) -> T:
    """What the compiled file at `path` holds; the same object while the file is the same.

    Raises:
        CompiledFileError: the file is none, damaged in its header, or of another system.
    """
    place = Path(path)
    try:
        status = place.stat()
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        reason = getattr(error, "strerror", None) or error
        raise CompiledFileError(f"{place} cannot be read: {reason}", file=str(place)) from error
    mark = (status.st_ino, status.st_mtime_ns, status.st_size)
    return cast("T", _open_cached(cls, str(place.absolute()), mark))


@lru_cache(maxsize=64)
def _open_cached(cls: Callable[[Compiled], Any], path: str, mark: tuple[int, ...]) -> Any:
    return cls(Compiled.open(path))
