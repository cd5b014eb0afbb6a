"""What all releases share: a mapping from codes to code objects over a compiled file."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import field, frozen

from codesets._edition import Edition
from codesets.arguments import several
from codesets.compiled.reader import Compiled
from codesets.errors import UnknownCodeError
from codesets.kept import REPORTS, Kept, edition_in, open_kept, unreadable_header
from codesets.keyspace import KeySpace
from codesets.system import System
from codesets.views import Code

if TYPE_CHECKING:
    from codesets.findings import Finding

__all__ = ["REPORTS", "Release", "open_release"]

C = TypeVar("C", bound=Code)
D = TypeVar("D")
V = TypeVar("V")


@frozen(eq=False, repr=False)
class Release(KeySpace[C], Kept, Generic[C]):
    """An edition's content: an immutable mapping from canonical codes to code objects.

    Iterating gives canonical codes in the publisher's order; `release[code]`, `in` and `get` take
    any common spelling. Safe to share between threads, survives `fork` and `pickle`.

    Attributes:
        edition: which publication this is, and the days in which it is in force.
        identity: what codes are equal by beside their spelling: system, edition, and the kinds of
            sources that gave them something.
    """

    system: ClassVar[System]
    cross_checks: ClassVar[Mapping[str, frozenset[str]]] = {}
    """Kinds of sources that give a release nothing where one of the others is there."""
    _INTERNAL = frozenset(("cross_checks", "from_bytes", "identity"))

    edition: Edition = field(init=False)
    identity: tuple[object, ...] = field(init=False)
    _checked: dict[str, Finding] = field(init=False, factory=dict)

    @edition.default
    def _read_edition(self) -> Edition:
        return edition_in(self.file, self.system.name)

    @identity.default
    def _read_identity(self) -> tuple[object, ...]:
        unnamed = "" if self.edition.is_named else self.file.header.content_sha256
        try:
            sources, _ = frozenset(self.sources), self.counts
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise unreadable_header(self.file) from error
        beside = self.cross_checks
        giving = frozenset(kind for kind in sources if sources.isdisjoint(beside.get(kind, ())))
        return (self.system.name, self.edition.name, giving, unnamed)

    def _unknown(self, text: object) -> UnknownCodeError:
        return self._no_code(
            self.check(text).reason, text, release=self.edition.name, system=self.system.name
        )

    # Answers.

    def check(self, text: object) -> Finding:
        """Whether `text` is a code that may be used, and if not, why.

        Takes anything and never raises for what it is given. Rooms narrow the kinds of finding.
        """
        try:
            return self._checked[text]  # type: ignore[index]
        except Exception:  # unknown, no key of a dictionary, or at fault itself
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
        """`check` for each of `texts`, lazily and in their order.

        Raises:
            ArgumentTypeError: `texts` is one text, not a list.
        """
        return map(self.check, several(texts, "codes"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Release):
            return NotImplemented
        return (
            self.identity == other.identity
            and self.file.header.content_sha256 == other.file.header.content_sha256
        )

    def __hash__(self) -> int:
        return hash((self.identity, self.file.header.content_sha256))

    def __repr__(self) -> str:
        sources = " + ".join(self.sources)
        return f"<{type(self).__name__} {self.edition}: {len(self):,} codes from {sources}>"


R = TypeVar("R", bound=Release[Any])


def open_release(cls: Callable[[Compiled], R], path: str | os.PathLike[str]) -> R:
    """The release in the compiled file at `path`; the same object while the file is the same.

    Raises:
        CompiledFileError: the file is none, damaged in its header, or of another system.
    """
    return open_kept(cls, path)
