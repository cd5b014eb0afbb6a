"""CCIR: the Chronic Condition Indicator Refined of AHRQ."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from attrs import frozen

from codesets.errors import SourceError
from codesets.grouping.base import LABELS, VersionedGrouper, titles_of
from codesets.grouping.reading import GroupRow, compile_groups, source_code, version_edition
from codesets.problems import Problems
from codesets.sources import SourceFile

__all__ = ["TITLE", "Ccir", "Chronic"]

TITLE = b"Chronic Condition Indicator Refined"
"""How the first line of the file begins."""


class Chronic(StrEnum):
    """What the indicator says."""

    NOT_CHRONIC = "0"
    CHRONIC = "1"
    NO_DETERMINATION = "9"

    @property
    def label(self) -> str:
        """The official words, from the second line of the file."""
        return _WORDS[self]


_WORDS = {
    Chronic.NOT_CHRONIC: "Not chronic",
    Chronic.CHRONIC: "Chronic",
    Chronic.NO_DETERMINATION: "No determination",
}


@frozen(repr=False)
class Ccir(VersionedGrouper):
    """Whether a diagnosis is a chronic condition.

    `parse` reads the CSV file (`CCIR_v2025-1.csv`).
    """

    system_name: ClassVar[str] = "ccir"
    title: ClassVar[str] = "CCIR"

    @classmethod
    def _build(cls, files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
        return build(files, version, lenient=lenient)

    def indicator(self, code: object) -> Chronic | None:
        """What the table says of a code; None if it does not have it."""
        found = self.categories(code)
        return Chronic(found[0].id) if found else None


def build(files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
    """The compiled file of a CCIR file, see `Ccir.parse`."""
    for file in files:
        if TITLE in file.head[:200]:
            problems = Problems(file.name, lenient)
            rows = list(_rows(file, problems))
            first = file.head.split(b"\n", 1)[0].decode("latin-1")
            edition = version_edition(
                Ccir.system_name, version, [first, file.member, file.folder], (-1, 10, 1)
            )
            labels = titles_of((each.value, each.label) for each in Chronic)
            return compile_groups(
                rows, edition, (Ccir.system_name, "ccir"), [(file, "csv")], [problems],
                {LABELS: labels},
            )  # fmt: skip
    raise SourceError("no file of the Chronic Condition Indicator Refined was handed in")


# Only the code stands in single quotes; descriptions may hold some of their own.
_QUOTED = re.compile(r"'([^']*)'")


def _rows(file: SourceFile, problems: Problems) -> Iterator[GroupRow]:
    below = False
    lines = problems.decoded(file.read()).splitlines()
    try:
        for line, cells in enumerate(csv.reader(io.StringIO("\n".join(lines)), strict=True), 1):
            if not below:
                below = cells[:1] == ["'ICD-10-CM CODE'"]
                continue
            quoted = _QUOTED.fullmatch(cells[0]) if len(cells) == 3 else None
            if quoted is None or cells[2] not in list(Chronic):
                problems.loss("not a code in single quotes, a title and 0, 1 or 9", line=line,
                              found=",".join(cells))  # fmt: skip
                continue
            code = source_code(quoted[1], line, problems)
            if code is not None:
                yield code, cells[2], "", line, lines[line - 1]
    except csv.Error as error:
        raise problems.fatal(f"no CSV: {error}") from error
    if not below:
        raise problems.fatal("no line begins with 'ICD-10-CM CODE'")
