"""Telling the files of an ICD-10-CM release apart by what they hold, never by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen

from codesets.errors import SourceError
from codesets.icd10cm.layout import MAIN_KINDS, Kind
from codesets.sources import SourceFile, both_names

__all__ = ["MAIN_KINDS", "Sorted", "kind_of", "sort_out"]

# What the first bytes of each kind look like; the first pattern that matches decides. White space
# and a byte order mark before them have been taken away.
_BEGINNINGS = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        (Kind.DOCUMENT, rb"%PDF"),
        (Kind.TABULAR, rb"<.*?<?ICD10CM\.tabular[\s>]"),
        (Kind.NEOPLASM_DRUG, rb"<.*?<?ICD10CM\.index[\s>].*<indexHeading"),
        (Kind.INDEX, rb"<.*?<?ICD10CM\.index[\s>]"),
        (Kind.SCHEMA, rb"<.*?<?(xs|xsd):schema[\s>]"),
        (Kind.WORKBOOK, rb"PK\x03\x04|\xd0\xcf\x11\xe0"),
        (Kind.ORDER, rb"\d{5} (?=.{7} )[A-Z][0-9A-Z]{2,6} * [01] "),
        (Kind.ORDER_PCS, rb"\d{5} (?=.{7} )[0-9A-Z]{3,7} * [01] "),
        (
            Kind.ORDER_ADDENDA,
            rb"((Add|Delete|Revise from|Revise to): +[01] [A-Z0-9]{3}|Headers\s)",
        ),
        (Kind.CODES_ADDENDA, rb"((Add|Delete|Revise from|Revise to): +[A-Z0-9]{3}|Codes\s)"),
        (Kind.DIFF, rb"[ADON] (?=.{7} )[A-Z][0-9A-Z]{2,6} * \S"),
        # A title has letters in lower case; the lines of GEM and HCC files have none.
        (Kind.CODES, rb"(?=.{7} )[A-Z][\dA][0-9A-Z]{1,5} * [^\r\n]*[a-z]"),
        (Kind.NEOPLASM_DRUG, rb"ICD-10-CM TABLE of (DRUGS|NEOPLASMS)"),
        (Kind.CONVERSION, rb".{0,400}(?i:conversion table|current code assignment)"),
    )
)


def kind_of(file: SourceFile) -> Kind:
    """What a file is, from its first bytes."""
    head = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for kind, pattern in _BEGINNINGS:
        if pattern.match(head):
            return kind
    return Kind.UNKNOWN


@frozen
class Sorted:
    """The files of one release, told apart.

    Attributes:
        main: the files to read, at most one of a kind.
        passed: the files passed over, with what each is.
    """

    main: dict[Kind, SourceFile]
    passed: tuple[tuple[SourceFile, Kind], ...]


def sort_out(files: Iterable[SourceFile]) -> Sorted:
    """Find the tabular list, the order file and the codes file among `files`.

    Raises:
        SourceError: none of them is there, or two different files of one kind are.
    """
    main: dict[Kind, SourceFile] = {}
    passed: list[tuple[SourceFile, Kind]] = []
    for file in files:
        kind = kind_of(file)
        if kind not in MAIN_KINDS:
            passed.append((file, kind))
        elif kind not in main:
            main[kind] = file
        elif main[kind].sha256 != file.sha256:
            raise SourceError(
                f"two different {kind} files: {both_names(main[kind], file)}; give the files of one"
                " release",
                file=file.name,
            )
    if not main:
        held = "; ".join(f"{file.name} is: {kind}" for file, kind in passed[:8])
        wanted = "a tabular list (XML), an order file or a codes file of ICD-10-CM"
        raise SourceError(
            f"no readable file of a release among {len(passed)} ({held or 'nothing given'});"
            f" wanted: {wanted}"
        )
    return Sorted(main, tuple(passed))
