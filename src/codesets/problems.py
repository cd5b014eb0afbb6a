"""What a reader found odd in an official file, and what it could not accept.

Two classes of oddity, and one collector for both:

- an *oddity* loses nothing (an empty note, stray blanks, another line end): it is read, and listed
  as an `Anomaly` of the release;
- a *loss* would drop content (an unknown element, a record of the wrong width): it is a
  `SourceFormatError`, unless the reader is `lenient`, which reads on and lists it too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import field, frozen

from codesets.errors import SourceFormatError

__all__ = ["Anomaly", "AnomalyKind", "Place", "Problems"]


class AnomalyKind(StrEnum):
    """The kinds of oddity that a reader lists."""

    EMPTY_NOTE = "empty-note"
    """A note element without text."""
    BLANKS = "blanks"
    """Stray, doubled or broken white space that was tidied; `Anomaly.found` has it as it stood."""
    ELEMENT_ORDER = "element-order"
    """An element that stands elsewhere than in the publisher's files so far."""
    LINE_ENDS = "line-ends"
    """Line ends other than the publisher's CRLF."""
    BYTE_ORDER_MARK = "byte-order-mark"
    """A byte order mark before the first character."""
    ENCODING = "encoding"
    """Text in another encoding than the publisher's."""
    NON_ASCII = "non-ascii"
    """Bytes outside ASCII in a file that the publisher keeps in ASCII."""
    COMMENT = "comment"
    """An XML comment or processing instruction, which the publisher never writes."""
    NAMESPACE = "namespace"
    """An XML namespace or the place of a schema; the publisher's files have none."""
    LETTER_CASE = "letter-case"
    """A code written with a lower-case letter."""
    MISSING_PART = "missing-part"
    """A part that every release of the publisher has had is not there."""
    FORMER_ID = "former-id"
    """The id that a section had before (`oldid`, two sections of 2012); `Anomaly.found` has it."""
    UNEXPECTED_VALUE = "unexpected-value"
    """A value kept as it stands although the official list does not have it."""
    REPEATED = "repeated"
    """A row that stands twice, the same."""
    PASSED_OVER = "passed-over"
    """A file of no known kind beside those of the release; nothing was read from it."""
    LOST = "lost"
    """Content that could not be read and was passed over (`lenient=True` only)."""


@frozen
class Place:
    """Where in an official file something stands.

    Attributes:
        file: the name of the file, or of the archive and its member (`a.zip!b.xml`).
        line: the line, from 1; None where the file has no lines.
        path: the place inside the content, as `chapter 19 / S06 / sevenChrDef` or `Sheet1!B7`.
    """

    file: str
    line: int | None = None
    path: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line is not None else ""
        return ", ".join(part for part in (self.file, line, self.path) if part)


@frozen
class Anomaly:
    """One oddity of a source file.

    Attributes:
        kind: what kind of oddity.
        place: where it stands.
        message: one sentence for a reader.
        found: the text as it stood in the file, where it was tidied or kept.
    """

    kind: AnomalyKind
    place: Place
    message: str
    found: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form, as the compiled file keeps it."""
        return {
            "kind": str(self.kind),
            "file": self.place.file,
            "line": self.place.line,
            "path": self.place.path,
            "message": self.message,
            "found": self.found,
        }


@frozen(eq=False, repr=False)
class Problems:
    """Collects the anomalies of one file; raises at what would lose content unless lenient."""

    file: str
    lenient: bool = False
    _found: list[Anomaly] = field(factory=list, alias="found")

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """All anomalies so far, in the order they were found."""
        return tuple(self._found)

    def decoded(self, data: bytes) -> str:
        """A text file as text: UTF-8, with or without byte order mark, or else Windows-1252."""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            message = "the file is no UTF-8; it is read as Windows-1252"
            self.oddity(AnomalyKind.NON_ASCII, message)
            return data.decode("cp1252", "replace")

    def oddity(
        self,
        kind: AnomalyKind,
        message: str,
        *,
        line: int | None = None,
        path: str = "",
        found: str = "",
    ) -> None:
        """Note something odd that loses nothing."""
        self._found.append(Anomaly(kind, Place(self.file, line, path), message, found))

    def loss(
        self,
        message: str,
        *,
        line: int | None = None,
        path: str = "",
        found: str = "",
        kind: AnomalyKind = AnomalyKind.LOST,
    ) -> None:
        """Refuse what would, or may, lose content; when lenient, list it and return."""
        if not self.lenient:
            raise SourceFormatError(
                f"{message} (lenient=True, or --lenient, reads on and lists it)",
                file=self.file,
                line=line,
                path=path,
            )
        self.oddity(kind, message, line=line, path=path, found=found)

    def fatal(self, message: str, *, line: int | None = None, path: str = "") -> SourceFormatError:
        """The error for what no leniency can read past; the caller raises it."""
        return SourceFormatError(message, file=self.file, line=line, path=path)
