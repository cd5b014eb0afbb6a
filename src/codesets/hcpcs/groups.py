"""Groupings of HCPCS codes. There is no official hierarchy: a release has no section field.

By field, with the official wording of its values; by first letter with titles that are editorial:
they are widely printed, but stand in no file of a release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
        value: the value they share; empty for codes without one.
        title: its wording.
        is_official: True if the wording stands in CMS's record layout.
        codes: the codes, in the order of the file; a code may stand in several groups.
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
        of: the values that a code has.
        titles: value → wording.
    """

    name: str
    title: str
    is_official: bool
    of: Callable[[HcpcsCode], Iterable[str]]
    titles: Callable[[], dict[str, str]]


GROUPINGS = {
    grouping.name: grouping
    for grouping in (
        Grouping("letter", "first letter (titles are editorial)", False,
                 lambda code: code.letter, lambda: LETTERS),
        Grouping("betos", "Berenson-Eggers type of service", True,
                 lambda code: (code.betos,), lambda: dict(values("betos"))),
        Grouping("coverage", "Medicare coverage status", True,
                 lambda code: (str(code.coverage or ""),),
                 lambda: {str(member): member.meaning for member in CoverageCode}),
        Grouping("type_of_service", "CMS type of service", True,
                 lambda code: code.types_of_service, lambda: dict(values("type_of_service"))),
        Grouping("pricing", "pricing indicator", True,
                 lambda code: code.pricing_indicators, lambda: dict(values("pricing"))),
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
    for code in release.values():
        for value in dict.fromkeys(grouping.of(code)):
            rows.setdefault(value, []).append(code.row)
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
