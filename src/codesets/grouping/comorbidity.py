"""The Elixhauser Comorbidity Software Refined (CMR) of AHRQ.

A code is in up to three columns of the reference file. A column is a measure without its `CMR_`,
but for two: `CBVD_POA` and `CBVD_SQLA` make the measure CMR_CBVD together. For some measures the
software asks whether the diagnosis was present on admission.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from attrs import frozen

from codesets.grouping.base import Category, VersionedGrouper
from codesets.grouping.reading import GroupRow, below_header, source_code
from codesets.grouping.reference import Read, build_reference
from codesets.problems import Problems
from codesets.sheets import Sheet
from codesets.sources import SourceFile

__all__ = ["HEADS", "Elixhauser", "Measure"]

HEADS = ("icd-10-cm diagnosis", "icd-10-cm code description", "# comorbidities")
"""The first heads of the mapping; a column for each measure follows."""
_MEASURES = ("abbreviation (sas data element name)", "comorbidity description")
_PREFIX = "CMR_"
_PARTS = {"CBVD_POA": "CBVD", "CBVD_SQLA": "CBVD"}
"""Columns of the mapping that are parts of a measure."""
_POA = "present on admission"


@frozen
class Measure:
    """One comorbidity measure.

    Attributes:
        id: its name, as `CMR_CBVD`.
        title: its title.
        uses_poa: the software looks at whether the diagnosis was present on admission.
    """

    id: str
    title: str
    uses_poa: bool


@frozen(repr=False)
class Elixhauser(VersionedGrouper):
    """Comorbidities by diagnosis; a category's name is the column of the reference file.

    `parse` reads that file, a workbook (`CMR-Reference-File-v2026-1.xlsx`).
    """

    system_name: ClassVar[str] = "cmr"
    title: ClassVar[str] = "Elixhauser Comorbidity Software Refined"

    @classmethod
    def _build(cls, files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
        return build(files, version, lenient=lenient)

    @property
    def measures(self) -> dict[str, Measure]:
        """All measures by name."""
        return dict(self._measures)

    @property
    def _measures(self) -> dict[str, Measure]:
        return self.crosswalk.once("measures", self._read_measures)

    def _read_measures(self) -> dict[str, Measure]:
        mark = f" [{_POA}]"
        return {
            name: Measure(name, title.removesuffix(mark), title.endswith(mark))
            for name, title in self._labels.items()
        }

    def _category(self, name: str, flags: str = "") -> Category:
        return Category(name, self._measures[measure_of(name)].title, flags)

    def measures_of(self, code: object) -> tuple[Measure, ...]:
        """The measures of a code, each once."""
        names = dict.fromkeys(measure_of(each.id) for each in self.categories(code))
        return tuple(self._measures[name] for name in names)


def measure_of(column: str) -> str:
    """The measure that a column of the mapping belongs to.

    >>> measure_of("CBVD_POA"), measure_of("AIDS")
    ('CMR_CBVD', 'CMR_AIDS')
    """
    return _PREFIX + _PARTS.get(column, column)


def build(files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
    """The compiled file of a reference file, see `Elixhauser.parse`."""
    return build_reference(Elixhauser, HEADS, _read, files, version, lenient=lenient)


def _read(sheets: tuple[Sheet, ...], problems: Problems) -> Read:
    """The rows of the mapping, and the titles of the measures."""
    labels = list(_labels(sheets, problems))
    return list(_rows(sheets, {name for name, _ in labels}, problems)), labels


def _labels(sheets: tuple[Sheet, ...], problems: Problems) -> Iterator[tuple[str, str]]:
    lines = below_header(sheets, _MEASURES, problems)
    next(lines)
    for _, cells in lines:
        poa = f" [{_POA}]" if cells[2].strip() == "Yes" else ""
        yield cells[0].strip(), cells[1].strip() + poa


def _rows(sheets: tuple[Sheet, ...], measures: set[str], problems: Problems) -> Iterator[GroupRow]:
    lines = below_header(sheets, HEADS, problems)
    number, heads = next(lines)
    columns = [(place, head.strip()) for place, head in enumerate(heads[3:], 3) if head.strip()]
    for _, head in columns:
        if measure_of(head) not in measures:
            problems.loss(f"the column {head!r} is no measure", line=number, found=head)
    for line, cells in lines:
        code = source_code(cells[0], line, problems)
        if code is None:
            continue
        found = [head for place, head in columns if cells[place] == "1"]
        odd = {cells[place] for place, _ in columns} - {"0", "1"}
        if odd or cells[2] != str(len(found)):
            said = f"{cells[0]}: {cells[2]} comorbidities said, {len(found)} marked"
            problems.loss(f"{said}; other cells: {', '.join(sorted(odd)) or 'none'}", line=line)
            continue
        for head in found:
            yield code, head, "", line, cells[0]
