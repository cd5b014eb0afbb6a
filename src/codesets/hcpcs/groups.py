"""Groupings of HCPCS codes. There is no official hierarchy: a release has no section field.

By field, with the official wording of its values; by first letter with titles that are editorial:
they are widely printed, but stand in no file of a release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from codesets.errors import SelectionError
from codesets.hcpcs.layout import CoverageCode, values

if TYPE_CHECKING:
    from codesets.hcpcs.release import HcpcsRelease
    from codesets.hcpcs.views import HcpcsCode
    from codesets.sequence import Codes

__all__ = ["GROUPINGS", "Group", "Grouping", "group"]

LETTERS = {
    "A": "Transportation services including ambulance, medical and surgical supplies",
    "B": "Enteral and parenteral therapy",
    "C": "Outpatient prospective payment system, temporary",
    "D": "Dental procedures (CDT, not in the public files)",
    "E": "Durable medical equipment",
    "G": "Procedures and professional services, temporary",
    "H": "Alcohol and drug abuse treatment services",
    "J": "Drugs administered other than by oral method, chemotherapy drugs",
    "K": "Durable medical equipment, temporary, for Medicare contractors",
    "L": "Orthotic and prosthetic procedures and devices",
    "M": "Medical services",
    "P": "Pathology and laboratory services",
    "Q": "Miscellaneous services, temporary",
    "R": "Diagnostic radiology services",
    "S": "Private payers and commercial insurers, temporary",
    "T": "Established for state Medicaid agencies",
    "U": "Coronavirus laboratory tests",
    "V": "Vision, hearing and speech-language pathology services",
}
"""Editorial titles; no file of a release has them."""


@frozen
class Group:
    """Codes that share a value.

    Attributes:
        grouping: name of the grouping, as `betos`.
        value: the value they share; empty for codes without BETOS or coverage.
        title: its wording.
        is_official: True if the wording stands in CMS's record layout.
        codes: the codes, in the order of the file; by type of service or pricing a code may stand
            in several groups, and one without value stands in none.
    """

    grouping: str
    value: str
    title: str
    is_official: bool
    codes: Codes[HcpcsCode]


@frozen
class Grouping:
    """One way to group codes.

    Attributes:
        name: its name.
        title: what it groups by.
        is_official: True if values and wording are CMS's.
        titles: value → wording.
        field: name of the field of the record layout that has the values; empty for the letter.
    """

    name: str
    title: str
    is_official: bool
    titles: Callable[[], Mapping[str, str]]
    field: str = ""

    def values_of(self, release: HcpcsRelease) -> Iterator[Iterable[str]]:
        """The values that each code of a release has, in the order of the file."""
        if not self.field:
            yield from ((code[:1],) for code in release)
            return
        column = release.column("", self.field)
        for row in range(len(release)):
            value = column[row]
            yield value if isinstance(value, tuple) else (str(value or ""),)


GROUPINGS = {
    grouping.name: grouping
    for grouping in (
        Grouping("letter", "first letter (titles are editorial)", False, lambda: LETTERS),
        Grouping("betos", "Berenson-Eggers type of service", True, lambda: values("betos"),
                 "betos"),
        Grouping("coverage", "Medicare coverage status", True,
                 lambda: {str(member): member.meaning for member in CoverageCode}, "coverage"),
        Grouping("type_of_service", "CMS type of service", True,
                 lambda: values("type_of_service"), "types_of_service"),
        Grouping("pricing", "pricing indicator", True, lambda: values("pricing"),
                 "pricing_indicators"),
    )
}  # fmt: skip
"""The groupings, by name."""


def group(release: HcpcsRelease, name: str) -> dict[str, Group]:
    """The codes of a release by the values of one grouping, values ascending.

    Raises:
        SelectionError: there is no such grouping.
    """
    from codesets.sequence import Codes

    try:
        grouping = GROUPINGS[name]
    except KeyError:
        raise SelectionError(
            f"no grouping {name!r}; there are: {', '.join(GROUPINGS)}", pattern=name
        ) from None
    rows: dict[str, list[int]] = {}
    for row, found in enumerate(grouping.values_of(release)):
        for value in dict.fromkeys(found):
            rows.setdefault(str(value), []).append(row)
    titles = grouping.titles()
    return {
        value: Group(
            name,
            value,
            titles.get(value, ""),
            grouping.is_official and value in titles,
            Codes(release, tuple(rows[value])),
        )
        for value in sorted(rows)
    }
