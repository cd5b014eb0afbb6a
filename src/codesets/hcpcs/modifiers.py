"""The modifiers of a HCPCS release: a key space beside its codes."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from codesets._edition import as_day
from codesets.arguments import quoted
from codesets.compiled.format import unpack_key
from codesets.errors import UnknownCodeError
from codesets.hcpcs.code import normalize_modifier
from codesets.hcpcs.views import HcpcsModifier
from codesets.keyspace import KeySpace

if TYPE_CHECKING:
    from datetime import date

    from codesets.findings import Malformed, NotInRelease, NotYetAdded, Terminated, Valid
    from codesets.hcpcs.release import HcpcsRelease

__all__ = ["Modifiers"]


@frozen(eq=False, repr=False)
class Modifiers(KeySpace[HcpcsModifier]):
    """The modifiers of a release, a key space of their own: two characters, as `LT`."""

    space: ClassVar[str] = "modifier."

    release: HcpcsRelease

    def _normalize(self, text: object) -> str:
        return normalize_modifier(text)

    def _compact(self, code: str) -> str:
        return code

    def _canonical(self, row: int) -> str:
        return unpack_key(self.file.column("modifier.keys")[row])

    def _view(self, row: int, code: str) -> HcpcsModifier:
        return HcpcsModifier(self.release, row, code)

    def check(
        self, text: object, *, on: date | None = None
    ) -> (
        Valid[HcpcsModifier]
        | Terminated[HcpcsModifier]
        | NotYetAdded[HcpcsModifier]
        | NotInRelease
        | Malformed
    ):
        """Whether `text` is a modifier that could be used on a day, and if not, why.

        Args:
            text: anything; a text in any common spelling may be a modifier.
            on: the day; None for the first day of the edition.

        Returns:
            What `HcpcsRelease.check` gives for codes. `NotInRelease` and `Malformed` suggest
            nothing: two characters are too few to guess by.

        Raises:
            TypeError: `on` is no date.
        """
        from codesets.hcpcs.check import check_modifier

        day = None if on is None else as_day(on)
        return check_modifier(self.release, text, day)  # type: ignore[return-value]

    def _unknown(self, text: object) -> UnknownCodeError:
        edition = self.release.edition
        message = f"{quoted(text)} is no modifier of {edition}"
        return self._no_code(message, text, release=edition.name, system=edition.system)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Modifiers):
            return NotImplemented
        return self.release == other.release

    def __hash__(self) -> int:
        return hash((self.space, self.release))

    def __reduce__(self) -> tuple[Any, ...]:
        return attrgetter("modifiers"), (self.release,)

    def __repr__(self) -> str:
        return f"<Modifiers {self.release.edition}: {len(self):,}>"
