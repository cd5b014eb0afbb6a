"""Reader of the processing notes, the one companion that comes as text alone."""

from __future__ import annotations

import re

from attrs import evolve, frozen

from codesets.hcpcs.textfile import lines_of
from codesets.problems import AnomalyKind, Problems

__all__ = ["ProcessingNote", "read_processing_notes"]


@frozen
class ProcessingNote:
    """One note of the processing notes file ("Appendix A of the HCPCS manual").

    Attributes:
        number: four digits, what field 22 of a record refers to.
        text: the text, lines joined with one blank.
        line: where it begins in the file.
    """

    number: str
    text: str
    line: int

    @property
    def is_deleted(self) -> bool:
        """True for a number whose note was withdrawn ("THIS PROCESSING NOTE DELETED 1/1/97.")."""
        return self.text.upper().startswith("THIS PROCESSING NOTE DELETED")


# The rule under the title is of underscores; the right-hand border is an asterisk.
_NOTE = re.compile(r"\s*([0-9]{4})\s*--\s*(.*)")
_RULE = re.compile(r"[\s_]*")
_TITLE = "PROCESSING NOTES"


def read_processing_notes(data: bytes, problems: Problems) -> tuple[ProcessingNote, ...]:
    """The notes of a processing notes file, in order.

    A note begins with its number and two hyphens (a continuation may begin with four digits too);
    an asterisk closes most lines as a border.

    Args:
        data: the bytes of the file.
        problems: takes the oddities; raises at losses unless lenient.

    Raises:
        SourceFormatError: it holds no note; unless lenient also a number twice, or text before
            the first note.
    """
    notes: list[ProcessingNote] = []
    seen: set[str] = set()
    for number, line in enumerate(lines_of(data, problems), 1):
        text = " ".join(line.split()).removesuffix("*").rstrip()
        start = _NOTE.fullmatch(text)
        if start is not None:
            if start[1] in seen:
                problems.loss(f"note {start[1]} stands twice", line=number, found=text)
            elif notes and start[1] < notes[-1].number:
                problems.oddity(
                    AnomalyKind.ELEMENT_ORDER,
                    f"note {start[1]} stands after {notes[-1].number}",
                    line=number,
                )
            seen.add(start[1])
            notes.append(ProcessingNote(start[1], start[2], number))
        elif notes and text:
            notes[-1] = evolve(notes[-1], text=f"{notes[-1].text} {text}".strip())
        elif text.upper() != _TITLE and not _RULE.fullmatch(text):
            problems.loss("text before the first processing note", line=number, found=text)
    if not notes:
        raise problems.fatal("holds no processing note")
    return tuple(notes)
