"""Code systems as values, and the forms that their codes have.

A form says only that a text *could* be a code of a system. Whether it is one is decided by look-up
in a release: 643 strings are codes of both ICD-10-CM 2026 and HCPCS January 2025.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from attrs import frozen

__all__ = ["HCPCS", "ICD10CM", "SYSTEMS", "CodeForm", "CodeSet", "System", "could_be"]


@frozen
class System:
    """A code set as such, whatever the release.

    Attributes:
        name: short name in this package, as `icd10cm`.
        title: official name.
        publisher: who publishes the official files.
        uri: canonical URI in FHIR (HL7 Terminology).
        oid: object identifier in HL7 version 3.
        licence: note on the rights in the content.
    """

    name: str
    title: str
    publisher: str
    uri: str
    oid: str
    licence: str

    def __str__(self) -> str:
        return self.title


ICD10CM = System(
    name="icd10cm",
    title="ICD-10-CM",
    publisher="National Center for Health Statistics (NCHS)",
    uri="http://hl7.org/fhir/sid/icd-10-cm",
    oid="2.16.840.1.113883.6.90",
    licence=(
        "Work of the U.S. Government. ICD-10 is the World Health Organization's, which authorized"
        " this adaptation for use in the United States."
    ),
)

HCPCS = System(
    name="hcpcs",
    title="HCPCS Level II",
    publisher="Centers for Medicare & Medicaid Services (CMS)",
    uri="http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    oid="2.16.840.1.113883.6.285",
    licence="Work of the U.S. Government; contains neither CPT (AMA) nor CDT (ADA) codes.",
)

SYSTEMS = {system.name: system for system in (ICD10CM, HCPCS)}
"""The systems that this package reads, by name."""


@frozen
class CodeForm:
    """The form of one system's codes, written with or without their punctuation."""

    title: str
    pattern: str


# What each publisher says of the form of its codes. ICD-10-CM: letter, digit (a letter in QA0 of
# 2026), then up to five letters or digits, a dot after the third. HCPCS record layout field 1.
# CPT: AMA, five digits, or four and F, T, U or M. CDT: ADA, D and four digits. ICD-10-PCS: seven
# characters without I and O. ICD-9-CM: three digits (V and two, E and three), two decimals at most.
FORMS = tuple(
    CodeForm(title, pattern)
    for title, pattern in (
        (ICD10CM.title, r"[A-Z][0-9A-Z][0-9A-Z](\.?[0-9A-Z]{1,4})?"),
        (HCPCS.title, r"[ABCEGHJ-MP-V][0-9]{4}"),
        ("HCPCS modifier", r"[A-Z][A-Z0-9]"),
        ("CPT", r"[0-9]{5}|[0-9]{4}[FTUM]"),
        ("CDT", r"D[0-9]{4}"),
        ("ICD-10-PCS", r"[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}"),
        (
            "ICD-9-CM",
            r"[0-9]{3}(\.[0-9]{1,2})?|[0-9]{2}\.[0-9]{1,2}|V[0-9]{2}(\.[0-9]{1,2})?|E[0-9]{3}(\.[0-9])?",
        ),
        ("ICD-11", r"[0-9A-HJ-NP-Z][A-HJ-NP-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,3})?"),
        ("NDC", r"[0-9]{11}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}"),
    )
)


def could_be(text: object, *, besides: str = "") -> tuple[str, ...]:
    """Titles of the systems whose codes have the form of `text`, `besides` left out.

    >>> could_be("99213")
    ('CPT',)
    >>> could_be("J9380", besides="ICD-10-CM")
    ('HCPCS Level II',)
    """
    if not isinstance(text, str):
        return ()
    # ASCII is asked for before upper-casing: "\u00df".upper() is "SS".
    if not text.isascii():
        return ()
    plain = text.strip().upper()
    return tuple(
        form.title
        for form in FORMS
        if form.title != besides and re.fullmatch(form.pattern, plain, re.ASCII)
    )


class CodeSet(Protocol):
    """What every room offers as a module: the same doors under the same names."""

    SYSTEM: System
    load: Callable[..., Any]
    load_path: Callable[..., Any]
    parse: Callable[..., Any]
    normalize: Callable[[object], str]
    is_well_formed: Callable[[object], bool]
