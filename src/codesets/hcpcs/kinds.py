"""What each file of a HCPCS release is, told by what it holds, never by its name.

Names change with every release (`HCPC17_CONTR_ANWEB.txt`, `HCPC2025_JAN_ANWEB_12172024.txt`), are
misspelt, and are lost in copies (`anweb.xlsx`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from attrs import frozen

from codesets.errors import MissingExtraError, SourceError, SourceFormatError
from codesets.hcpcs.companions import ListKind, find_list
from codesets.hcpcs.workbook import find_header
from codesets.sheets import Sheet, is_workbook, read_sheets
from codesets.sources import SourceFile, both_names

__all__ = [
    "MAIN_KINDS",
    "READ_KINDS",
    "TITLES",
    "Found",
    "Kind",
    "kind_of",
    "recognize",
    "sort_out",
]


class Kind(StrEnum):
    """The kinds of file in or beside a HCPCS release."""

    TEXT = "text"
    """The contractor file, 320 columns a line."""
    WORKBOOK = "workbook"
    """The contractor file as a workbook."""
    NOTES = "processing-notes"
    NOC = "noc"
    CORRECTIONS = "corrections"
    TRANSACTIONS = "transactions"
    LAYOUT = "record-layout"
    CPT = "cpt"
    """Codes of CPT, which no HCPCS release has."""
    CDT = "cdt"
    """Codes of CDT, which no public HCPCS release has."""
    OTHER = "other"
    """An index in PDF, a text copy of a list that is read from its workbook."""
    UNKNOWN = "unknown"
    """Nothing of that: a README, or a file that is of no release."""


MAIN_KINDS = (Kind.TEXT, Kind.WORKBOOK)
"""The kinds that a release is read from; one of them has to be there."""

READ_KINDS = (*MAIN_KINDS, Kind.NOTES, Kind.NOC, Kind.CORRECTIONS, Kind.TRANSACTIONS)
"""All kinds that are read, in that order; the others are passed over."""

TITLES = {
    Kind.TEXT: "the contractor file (text)",
    Kind.WORKBOOK: "the contractor file (workbook)",
    Kind.NOTES: "the processing notes, which explain codes of a release",
    Kind.NOC: "the list of NOC codes, an excerpt of a release",
    Kind.CORRECTIONS: "a corrections sheet, which lists changes to a release",
    Kind.TRANSACTIONS: "the transaction report, which has no details of the codes",
    Kind.LAYOUT: "the record layout, which describes the file",
    Kind.CPT: (
        "a list of CPT codes; they are copyright of the American Medical Association and no part"
        " of HCPCS Level II"
    ),
    Kind.CDT: (
        "a list of CDT codes; they are copyright of the American Dental Association and no part"
        " of HCPCS Level II as CMS publishes it"
    ),
    Kind.OTHER: "no file that is read",
    Kind.UNKNOWN: "no file that is read",
}
"""What a file of each kind is, in words."""
_SEVERAL = frozenset((Kind.CORRECTIONS, Kind.OTHER, Kind.UNKNOWN, Kind.CPT, Kind.CDT, Kind.LAYOUT))
"""Kinds that may come in several versions at once; of any other kind a release has one."""


@frozen
class Found:
    """A file and what it is.

    Attributes:
        file: the file.
        kind: what it is.
        why: what it was told by, or why it is passed over.
        sheets: the sheets of a workbook, open already; empty for other files.
    """

    file: SourceFile
    kind: Kind
    why: str = ""
    sheets: tuple[Sheet, ...] = ()

    def __str__(self) -> str:
        if self.why:
            return f"{self.file.name}: {self.why}"
        return f"{self.file.name} is {TITLES[self.kind]}"


def _many(pattern: str) -> Callable[[str], bool]:
    """A test for text of which most lines have the form `pattern`."""
    form = re.compile(pattern)

    def test(text: str) -> bool:
        lines = [line for line in text.splitlines() if line.strip()]
        return len(lines) > 2 and 2 * sum(map(bool, map(form.match, lines))) > len(lines)

    return test


def _holds(pattern: str) -> Callable[[str], bool]:
    form = re.compile(pattern, re.MULTILINE)
    return lambda text: form.search(text) is not None


# A record, those of CPT and CDT codes included, which the reader refuses with the reason.
_RECORD = re.compile(
    rb"^(?:[A-Z0-9][0-9]{3}[0-9A-Z]| {3}[0-9A-Z]{2})[0-9]{3}00[3478][^\r\n]{80}", re.MULTILINE
)
_COPY = "a text copy of {}, whose long cells are cut; it is read from its workbook"

# Told by the beginning of a text, in this order: kind, test, what it is where `TITLES` is vague.
_TEXTS: tuple[tuple[Kind, Callable[[str], bool], str], ...] = (
    (Kind.LAYOUT, _holds(r"^ *CMS RIF REPORT[\s\S]*HCPCS Contractor Record"), ""),
    (Kind.NOTES, _holds(r"^\s*PROCESSING NOTES\s*$[\s\S]*^\s*[0-9]{4}\s*--"), ""),
    (Kind.OTHER, _holds(r"^\s*NOC CODES"), _COPY.format("the list of NOC codes")),
    (Kind.OTHER, _holds(r"HCPCS CORRECTIONS\s*$"), _COPY.format("a corrections sheet")),
    (
        Kind.OTHER,
        _holds(r"^ *HCPCS?/M(?i:od.*(?:type of change|action cd))"),
        _COPY.format("the transaction report"),
    ),
    (Kind.CDT, _many(r"\W*D[0-9]{4}\b"), ""),
    (Kind.CPT, _many(r"\W*(?:[0-9]{5}|[0-9]{4}[FTUM])\b"), ""),
)
_LISTS = {
    ListKind.NOC: Kind.NOC,
    ListKind.CORRECTIONS: Kind.CORRECTIONS,
    ListKind.TRANSACTIONS: Kind.TRANSACTIONS,
}


def recognize(file: SourceFile) -> Found:
    """What one file is.

    Raises:
        SourceError: it cannot be read.
        MissingExtraError: it is a workbook and the extra `excel` is not installed.
    """
    head = file.head
    if is_workbook(head):
        return _recognize_workbook(file)
    if head.startswith(b"%PDF"):
        return Found(file, Kind.OTHER, "a PDF, which is not read")
    # A preamble may be longer than the head.
    if _RECORD.search(head) or _RECORD.search(file.read()):
        return Found(file, Kind.TEXT)
    text = head.decode("cp1252", errors="replace")
    for kind, test, why in _TEXTS:
        if test(text):
            return Found(file, kind, why)
    return Found(file, Kind.UNKNOWN)


def kind_of(file: SourceFile) -> Kind:
    """What a file is, as `recognize` tells; without the extra `excel`, workbooks are `OTHER`.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return recognize(file).kind
    except MissingExtraError:
        return Kind.OTHER


def _recognize_workbook(file: SourceFile) -> Found:
    try:
        sheets = read_sheets(file.read(), file.name)
    except SourceFormatError as error:
        # Documents of other programs look the same from outside.
        return Found(file, Kind.UNKNOWN, error.problem)
    for sheet in sheets:
        if find_header(sheet):
            return Found(file, Kind.WORKBOOK, sheets=sheets)
    for sheet in sheets:
        found = find_list(sheet)
        if found is not None:
            return Found(file, _LISTS[found], sheets=sheets)
    text = "\n".join(texts[0] for sheet in sheets for _, texts in sheet.filled())
    for kind, test, why in _TEXTS:
        if kind in (Kind.CDT, Kind.CPT) and test(text):
            return Found(file, kind, why)
    return Found(file, Kind.UNKNOWN, "a workbook without the column heads of a HCPCS list")


def sort_out(files: Iterable[SourceFile]) -> Mapping[Kind, tuple[Found, ...]]:
    """What all the files handed in are.

    Where the contractor file is there as text, workbooks are only needed for comparison and as
    companions; without the extra `excel` they are passed over then, saying so.

    Args:
        files: the files of one release, in any order.

    Returns:
        Kind → files; the main files, notes, NOC codes and transactions at most once each, byte
        for byte equal copies counted once.

    Raises:
        SourceError: two different files of one kind (names both), or neither text nor workbook of
            the contractor file (says what each file is).
        MissingExtraError: there are only workbooks, and the extra `excel` is not installed.
    """
    kinds: dict[Kind, list[Found]] = {}
    digests: set[str] = set()
    missing: MissingExtraError | None = None
    for file in files:
        try:
            found = recognize(file)
        except MissingExtraError as error:
            missing = error
            found = Found(file, Kind.OTHER, "a workbook, for which the extra excel is needed")
        if file.sha256 not in digests:
            digests.add(file.sha256)
            kinds.setdefault(found.kind, []).append(found)
    for kind, several in kinds.items():
        if len(several) > 1 and kind not in _SEVERAL:
            raise SourceError(
                f"{both_names(several[0].file, several[1].file)} are both {TITLES[kind]}, and"
                " differ: hand in one release at a time",
                file=several[1].file.name,
            )
    if kinds.keys().isdisjoint(MAIN_KINDS):
        if missing is not None:
            raise missing
        raise _nothing_found([found for several in kinds.values() for found in several])
    return {kind: tuple(several) for kind, several in kinds.items()}


def _nothing_found(found: list[Found]) -> SourceError:
    if not found:
        return SourceError("no file of a HCPCS release was handed in")
    found.sort(key=lambda entry: entry.kind in (Kind.OTHER, Kind.UNKNOWN))
    told = "; ".join(map(str, found[:5]))
    more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
    return SourceError(
        f"none of the files is the HCPCS contractor file (…ANWEB….txt or .xlsx): {told}{more}",
        file=found[0].file.name,
    )
