"""The answer for a text that no release at hand has, beside the findings of releases."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from codesets.arguments import quoted
from codesets.findings import Finding

__all__ = ["Nowhere", "finding_record"]


@frozen
class Nowhere:
    """The answer for a text that no release at hand has, where it is not one system's to explain.

    The same shape as a finding of `codesets.findings`.
    """

    text: str
    names: tuple[str, ...]
    could_be: tuple[str, ...]
    absent: tuple[str, ...] = ()
    """Titles of the code sets whose form it has, and of which no release is at hand."""
    edition: None = None
    is_valid: bool = False

    @property
    def reason(self) -> str:
        """One sentence for a reader."""
        forms = f"; it has the form of: {', '.join(self.could_be)}" if self.could_be else ""
        absent = f"; no release of {' or '.join(self.absent)} is at hand" if self.absent else ""
        return f"{quoted(self.text)} is no code of {' or '.join(self.names)}{forms}{absent}"

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
