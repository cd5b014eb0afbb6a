"""Answers to "is this code valid, and if not, why": data, never exceptions.

Every finding says what was asked (`text`), is true exactly when the code may be used (`if
release.check(text): …`), gives one sentence (`reason`), and turns into JSON (`to_dict`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from attrs import field, frozen

from codesets._edition import Edition
from codesets.arguments import quoted

__all__ = [
    "Finding",
    "Header",
    "Malformed",
    "NoRelease",
    "NotInRelease",
    "NotYetAdded",
    "Terminated",
    "Valid",
]


class NamedCode(Protocol):
    """What a finding needs to know of a code object."""

    @property
    def code(self) -> str: ...
    @property
    def display(self) -> str: ...


class Explainer(Protocol):
    """What a finding asks of its release, when it is asked itself."""

    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]: ...


C = TypeVar("C", bound=NamedCode)


@frozen
class Finding:
    """What all findings have in common.

    Attributes:
        text: the text as it was asked, or the `repr` of what was no text.
        edition: the edition of the release that answered.
    """

    kind: ClassVar[str] = ""
    """What it is called, where that is not the name of its class but of the one it refines."""

    text: str
    edition: Edition

    @property
    def is_valid(self) -> bool:
        """True if the code may be used as it stands."""
        return False

    @property
    def reason(self) -> str:
        """One sentence for a reader."""
        raise TypeError(f"{type(self).__name__} gives no reason")

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Canonical codes that may have been meant, best first; empty where none come to mind."""
        return ()

    @property
    def could_be(self) -> tuple[str, ...]:
        """Titles of other systems whose codes have this form; empty for a code of the release.

        Look-up decides, never form: what is a code here is not guessed to be another system's.
        """
        return ()

    def __bool__(self) -> bool:
        return self.is_valid

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: `finding`, `text`, `valid`, `reason`, `edition` and the details."""
        return {
            "finding": self.kind or type(self).__name__,
            "text": self.text,
            "valid": self.is_valid,
            "reason": self.reason,
            "edition": self.edition.name,
            **self._details(),
        }

    def _details(self) -> dict[str, Any]:
        return {}


@frozen
class Valid(Finding, Generic[C]):
    """The code exists and may be used: for ICD-10-CM it is billable, for HCPCS it is live.

    Attributes:
        code: the code object.
        on: the day asked for; None if none was named.
    """

    code: C
    on: date | None = None

    @property
    def is_valid(self) -> bool:
        return True

    @property
    def reason(self) -> str:
        if self.on is None:
            return f"{self.code.code} is valid in {self.edition}: {self.code.display}"
        on = f"on {self.on}, as {self.edition} tells it"
        return f"{self.code.code} is valid {on}: {self.code.display}"

    def _details(self) -> dict[str, Any]:
        told: dict[str, Any] = {"code": self.code.code, "display": self.code.display}
        return told if self.on is None else {**told, "on": self.on.isoformat()}


class HeaderCode(NamedCode, Protocol):
    """A code object that stands above others."""

    @property
    def billable_descendants(self) -> Iterable[NamedCode]: ...


H = TypeVar("H", bound=HeaderCode)


@frozen
class Header(Finding, Generic[H]):
    """The code exists but is not valid for submission: more characters are required.

    Attributes:
        code: the code object.
    """

    code: H

    @property
    def billable(self) -> tuple[str, ...]:
        """The billable codes below it, canonical, in tabular order."""
        return tuple(below.code for below in self.code.billable_descendants)

    @property
    def suggestions(self) -> tuple[str, ...]:
        return self.billable

    @property
    def reason(self) -> str:
        billable = self.billable
        shown = ", ".join(billable[:3]) + (", …" if len(billable) > 3 else "")
        return (
            f"{self.code.code} is a header in {self.edition}, not valid for submission: more"
            f" characters are required; {len(billable):,} billable below: {shown}"
        )

    def _details(self) -> dict[str, Any]:
        return {
            "code": self.code.code,
            "display": self.code.display,
            "billable": list(self.billable),
        }


@frozen
class _Unknown(Finding):
    _release: Explainer = field(eq=False, repr=False)

    _is_text: bool = field(default=True, kw_only=True, eq=False, repr=False)

    @cached_property
    def _explained(self) -> tuple[str, tuple[str, ...]]:
        return self._release._explain(self.text) if self._is_text else ("", ())

    @property
    def suggestions(self) -> tuple[str, ...]:
        return self._explained[1]


@frozen
class NotInRelease(_Unknown):
    """The text has the form of a code, but this release has no such code.

    Attributes:
        code: the canonical spelling.
        could_be: titles of other systems whose codes have this form.
    """

    code: str
    could_be: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        why = self._explained[0]
        return _sentence(f"{self.code} is not in {self.edition}", why, self)

    def _details(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "could_be": list(self.could_be),
            "suggestions": list(self.suggestions),
        }


@frozen
class Malformed(_Unknown):
    """The text cannot be a code of the system, whatever the release.

    Attributes:
        problem: what is wrong with it.
        could_be: titles of other systems whose codes have this form.
    """

    problem: str
    could_be: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return _sentence(
            f"{quoted(self.text)} is malformed: {self.problem}", self._explained[0], self
        )

    def _details(self) -> dict[str, Any]:
        return {"could_be": list(self.could_be), "suggestions": list(self.suggestions)}


def _sentence(start: str, why: str, finding: NotInRelease | Malformed) -> str:
    parts = [start]
    if why:
        parts.append(why)
    if finding.could_be:
        parts.append("it has the form of: " + ", ".join(finding.could_be))
    if finding.suggestions:
        parts.append("did you mean " + " or ".join(finding.suggestions[:3]) + "?")
    return "; ".join(parts)


@frozen
class Terminated(Finding, Generic[C]):
    """The code existed and ended before the day asked for.

    Attributes:
        code: the code object.
        on: the day asked for; None where the edition's days are not known.
        terminated_on: its last day, inclusive.
        successors: codes that the official file offers instead.
    """

    code: C
    on: date | None
    terminated_on: date
    successors: tuple[str, ...] = ()

    @property
    def suggestions(self) -> tuple[str, ...]:
        return self.successors

    @property
    def reason(self) -> str:
        offer = "; the file refers to " + ", ".join(self.successors) if self.successors else ""
        asked = f", asked for {self.on}" if self.on else ""
        return (
            f"{self.code.code} was terminated: its last day is {self.terminated_on}{asked}{offer}"
        )

    def _details(self) -> dict[str, Any]:
        return {
            "code": self.code.code,
            "display": self.code.display,
            "on": self.on.isoformat() if self.on else None,
            "terminated_on": self.terminated_on.isoformat(),
            "successors": list(self.successors),
        }


@frozen
class NotYetAdded(Finding, Generic[C]):
    """The code begins after the day asked for.

    Attributes:
        code: the code object.
        on: the day asked for.
        added_on: its first day.
    """

    code: C
    on: date
    added_on: date

    @property
    def reason(self) -> str:
        return f"{self.code.code} begins on {self.added_on}, asked for {self.on}"

    def _details(self) -> dict[str, Any]:
        return {
            "code": self.code.code,
            "display": self.code.display,
            "on": self.on.isoformat(),
            "added_on": self.added_on.isoformat(),
        }


@frozen
class NoRelease(Finding):
    """No release at hand speaks for the day asked for; the one that would is `edition`.

    In answers about many codes only: asked about one, that is a `ReleaseNotFoundError`.

    Attributes:
        on: the day asked for.
        problem: what is missing, and how to get it.
    """

    on: date
    problem: str

    @property
    def reason(self) -> str:
        return self.problem

    def _details(self) -> dict[str, Any]:
        return {"on": self.on.isoformat()}
