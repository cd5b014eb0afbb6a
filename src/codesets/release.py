"""What all releases share: a mapping from codes to code objects over a compiled file."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

from attrs import field, frozen

from codesets._edition import Edition
from codesets.compiled.reader import Compiled
from codesets.errors import CodesetsError, CompiledFileError, UnknownCodeError
from codesets.keyspace import KeySpace
from codesets.system import System
from codesets.views import Code

if TYPE_CHECKING:
    from codesets.findings import Finding
    from codesets.problems import Anomaly
    from codesets.reconciliation import Reconciliation
    from codesets.sources import SourceInfo

__all__ = ["REPORTS", "Release", "open_release"]

REPORTS = "reports"
"""Name of the section with provenance, anomalies and reconciliation; apart from the content."""

C = TypeVar("C", bound=Code)
D = TypeVar("D")
V = TypeVar("V")


@frozen(eq=False, repr=False)
class Release(KeySpace[C], Generic[C]):
    """An edition's content: an immutable mapping from canonical codes to code objects.

    Iterating gives canonical codes in the publisher's order; `release[code]`, `in` and `get` take
    any common spelling. Safe to share between threads, survives `fork` and `pickle`.

    Attributes:
        edition: which publication this is, and the days in which it is in force.
    """

    system: ClassVar[System]

    edition: Edition = field(init=False)
    identity: tuple[object, ...] = field(init=False)
    _checked: dict[str, Finding] = field(init=False, factory=dict)

    @edition.default
    def _read_edition(self) -> Edition:
        values = self.file.header.values
        if self.file.header.system != self.system.name:
            raise CompiledFileError(
                f"{self.file.name} holds {self.file.header.system!r}, not {self.system.name!r}",
                file=self.file.name,
            )
        try:
            return Edition.from_dict(values["edition"])
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise self._unreadable_header() from error

    @identity.default
    def _read_identity(self) -> tuple[object, ...]:
        unnamed = "" if self.edition.is_named else self.file.header.content_sha256
        try:
            sources, _ = self.sources, self.counts
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._unreadable_header() from error
        return (self.system.name, self.edition.name, sources, unnamed)

    def _unreadable_header(self) -> CompiledFileError:
        name = self.file.name
        return CompiledFileError(f"{name} has an unreadable header", file=name)

    def _unknown(self, text: object) -> UnknownCodeError:
        finding = self.check(text)
        return UnknownCodeError(finding.reason, code=text, release=self.edition.name)

    # Answers.

    def check(self, text: object) -> Finding:
        """Whether `text` is a code that may be used, and if not, why.

        Takes anything and never raises for what it is given. Rooms narrow the kinds of finding.
        """
        try:
            return self._checked[text]  # type: ignore[index]
        except (KeyError, TypeError):
            pass
        finding, is_known = self._check(text)
        if is_known:
            self.remember(self._checked, text, finding)
        return finding

    @abstractmethod
    def _check(self, text: object) -> tuple[Finding, bool]:
        """The finding, and whether the text is a spelling of a known code."""

    @abstractmethod
    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Why a text names no code, and what may have been meant."""

    def check_many(self, texts: Iterable[object]) -> Iterator[Finding]:
        """`check` for each of `texts`, lazily and in their order."""
        return map(self.check, texts)

    # What the release was made of.

    @property
    def sources(self) -> tuple[str, ...]:
        """The kinds of official files that the release was built from."""
        return tuple(map(str, self.file.header.values["content"]))

    @property
    def counts(self) -> dict[str, int]:
        """Numbers that the builder counted, by name."""
        counts = self.file.header.values["counts"]
        return {str(name): int(count) for name, count in counts.items()}

    @property
    def path(self) -> Path | None:
        """The compiled file that the release reads from; None if it is in memory."""
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
            The path written. `load_path` of the room opens it.

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
        """The release in the bytes of a compiled file."""
        return cls(Compiled.from_bytes(data))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Release):
            return NotImplemented
        return (
            self.identity == other.identity
            and self.file.header.content_sha256 == other.file.header.content_sha256
        )

    def __hash__(self) -> int:
        return hash((self.identity, self.file.header.content_sha256))

    def __reduce__(self) -> tuple[Any, ...]:
        if self.file.path is not None:
            where = (type(self), str(self.file.path.absolute()), self.file.header.digest)
            return (_reopen, where)
        return (_from_bytes, (type(self), self.file.to_bytes()))

    def __repr__(self) -> str:
        sources = " + ".join(self.sources)
        return f"<{type(self).__name__} {self.edition}: {len(self):,} codes from {sources}>"


def _from_bytes(cls: type[R], data: bytes) -> R:
    return cls(Compiled.from_bytes(data))


def _reopen(cls: type[R], path: str, digest: str) -> R:
    release = open_release(cls, path)
    if release.file.header.digest != digest:
        raise CompiledFileError(f"{path} is no longer the file that was pickled", file=path)
    return release


R = TypeVar("R", bound=Release[Any])


def open_release(cls: Callable[[Compiled], R], path: str | os.PathLike[str]) -> R:
    """The release in the compiled file at `path`; the same object while the file is the same.

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
    return cast("R", _open_cached(cls, str(place.absolute()), mark))


@lru_cache(maxsize=64)
def _open_cached(cls: Callable[[Compiled], Any], path: str, mark: tuple[int, ...]) -> Any:
    return cls(Compiled.open(path))
