"""CCSR: the Clinical Classifications Software Refined of AHRQ, for diagnoses.

A code is in up to six categories. One of them is the default for an inpatient stay, one for an
outpatient encounter; `X` says that the code is not acceptable as principal or first-listed
diagnosis.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from attrs import frozen

from codesets.grouping.base import Category, VersionedGrouper
from codesets.grouping.reading import GroupRow, below_header, source_code
from codesets.grouping.reference import Read, build_reference
from codesets.problems import Problems
from codesets.sheets import Sheet
from codesets.sources import SourceFile

__all__ = ["HEADS", "Ccsr", "Setting"]

HEADS = ("icd-10-cm code", "icd-10-cm code description", "ccsr category")
"""The first heads of the mapping; two columns of defaults follow from version 2021 on."""
_CATEGORIES = ("ccsr category", "ccsr category description")
_ACCEPTABLE = ("Y", "N", "X", "")


class Setting(StrEnum):
    """For what kind of record a default is asked."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


@frozen(repr=False)
class Ccsr(VersionedGrouper):
    """The CCSR categories of diagnoses.

    `parse` reads the reference file, a workbook (`DXCCSR-Reference-File-v2025-1.xlsx`).

    The flags of a category are two letters, Y, N or X: whether it is the default of an inpatient
    and of an outpatient record. Versions before 2021 have none.
    """

    system_name: ClassVar[str] = "ccsr"
    title: ClassVar[str] = "CCSR"

    @classmethod
    def _build(cls, files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
        return build(files, version, lenient=lenient)

    def default(self, code: object, setting: Setting | str) -> Category | None:
        """The default category of a code; None where it has none.

        Args:
            code: any common spelling.
            setting: `inpatient` or `outpatient`.

        Raises:
            ValueError: another setting.
        """
        place = list(Setting).index(Setting(setting))
        found = [each for each in self.categories(code) if each.flags[place : place + 1] == "Y"]
        return found[0] if found else None

    def is_acceptable(self, code: object, setting: Setting | str) -> bool | None:
        """Whether a code may be the principal (first-listed) diagnosis; None if nothing is said.

        Raises:
            ValueError: another setting.
        """
        place = list(Setting).index(Setting(setting))
        said = {each.flags[place : place + 1] for each in self.categories(code)} - {""}
        return None if not said else "X" not in said


def build(files: tuple[SourceFile, ...], version: str | None, *, lenient: bool) -> bytes:
    """The compiled file of a reference file, see `Ccsr.parse`."""
    return build_reference(Ccsr, HEADS, _read, files, version, lenient=lenient)


def _read(sheets: tuple[Sheet, ...], problems: Problems) -> Read:
    """The rows of the mapping, and the titles of the categories."""
    labels = [(cells[0].strip(), cells[1].strip()) for cells in _categories(sheets, problems)]
    rows = list(_rows(sheets, problems))
    known = {name for name, _ in labels}
    for name in dict.fromkeys(row[1] for row in rows):
        if name not in known:
            problems.loss(f"{name} is not in the list of categories", found=name)
    return rows, labels


def _categories(sheets: tuple[Sheet, ...], problems: Problems) -> list[list[str]]:
    listed = [sheet for sheet in sheets if "MAPPING" not in sheet.name.upper()]
    return [cells for _, cells in below_header(listed, _CATEGORIES, problems)][1:]


def _rows(sheets: tuple[Sheet, ...], problems: Problems) -> list[GroupRow]:
    found: list[GroupRow] = []
    lines = below_header(sheets, HEADS, problems)
    next(lines)
    for line, cells in lines:
        code = source_code(cells[0], line, problems)
        flags = [cell.strip() for cell in [*cells, "", ""][4:6]]
        if any(flag not in _ACCEPTABLE for flag in flags):
            problems.loss(f"{cells[0]}: defaults {flags}, not Y, N or X", line=line)
        elif code is not None:
            found.append((code, cells[2].strip(), "".join(flags), line, "\t".join(cells)))
    return found
