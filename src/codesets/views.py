"""Code objects: thin frozen views on a row of a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from attrs import frozen

__all__ = ["Code"]


@frozen(eq=False, repr=False)
class Code:
    """One code of a release: a thin frozen view, equal by system, edition, code and sources.

    Attributes:
        row: its position in the publisher's order, from 0.
        code: the canonical code.
    """

    _release: Any
    row: int
    code: str

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Code):
            return NotImplemented
        return self.code == other.code and bool(self._identity == other._identity)

    def __hash__(self) -> int:
        return hash((self.code, self._identity))

    @property
    def _identity(self) -> tuple[object, ...]:
        """What tells codes of the same spelling apart; a room with two key spaces adds to it."""
        return cast("tuple[object, ...]", self._release.identity)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore_code, (self._release, self.code))

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        title = getattr(self, "display", "")
        return f"<{type(self).__name__} {self.code} {self._release.edition} {title!r}>"


def _restore_code(release: Mapping[str, Code], code: str) -> Code:
    return release[code]
