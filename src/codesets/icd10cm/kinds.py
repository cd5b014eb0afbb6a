"""Telling the files of an ICD-10-CM release apart by what they hold, never by name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from codesets.errors import SourceError
from codesets.icd10cm.layout import MAIN_KINDS, Kind
from codesets.problems import Anomaly
from codesets.sources import SourceFile, both_names, passed_over

__all__ = ["MAIN_KINDS", "Sorted", "kind_of", "sort_out"]


# Compiled when a file is held against them, and then kept: most reads need the first one alone.
_Patterns = tuple[tuple[Kind, bytes], ...]

# What the root element of each kind of XML file looks like, with what follows it; the first pattern
# that matches decides. A root of another name around the list's own elements is a tabular list too:
# its reader says what is wrong with it.
_ROOTS: _Patterns = (
    (Kind.TABULAR, rb"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?ICD10CM\.tabular[\s>/\[]"),
    (Kind.NEOPLASM_DRUG, rb"<ICD10CM\.index[\s>].*<indexHeading"),
    (Kind.INDEX, rb"<ICD10CM\.index[\s>]"),
    (Kind.SCHEMA, rb"<(xs|xsd):schema[\s>]"),
    (Kind.TABULAR, rb"<.*<(?:chapter|diag)>"),
)
# Likewise the first bytes of the other files. White space and a byte order mark before them have
# been taken away.
_BEGINNINGS: _Patterns = (
    (Kind.DOCUMENT, rb"%PDF"),
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
# A file may begin oddly: with a title, or a first record that is none. Then most of its lines tell;
# where they are not quite what the publisher writes, the reader says where.
_LINES: _Patterns = (
    (Kind.ORDER, rb" *\d{5} +(?i:[A-Z]\d[0-9A-Z]{1,5}) +.*[a-z]"),
    (Kind.ORDER_PCS, rb"\d{5} (?=.{7} )[0-9A-Z]{3,7} * [01] "),
    (Kind.CODES, rb"(?=.{7} )[A-Z][\dA][0-9A-Z]{1,5} * .*[a-z]"),
)
_UTF16 = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}


def kind_of(file: SourceFile) -> Kind:
    """What a file is, from its first bytes; from all of it where a comment hides the XML root."""
    head = _as_utf8(file.head)
    if not head.startswith(b"<"):
        return _first(_BEGINNINGS, head) or _kind_of_most_lines(head)
    root = _from_root(head)
    if not root:
        root = _from_root(_as_utf8(file.read()))[: len(file.head)]
    return _first(_ROOTS, root) or Kind.UNKNOWN


def _as_utf8(data: bytes) -> bytes:
    """Text of UTF-16 in UTF-8; without byte order mark, and without white space before it."""
    encoding = _UTF16.get(data[:2])
    if encoding is not None:
        data = data.decode(encoding, "ignore").encode()
    return data.removeprefix(codecs.BOM_UTF8).lstrip()


def _from_root(data: bytes) -> bytes:
    """XML from its root element on, or from a document type, which names it; empty if cut before.

    Not by one pattern, which on hostile comments would try each end with each beginning.
    """
    at = 0
    while data.startswith((b"<?", b"<!--"), at):
        close = b"?>" if data.startswith(b"<?", at) else b"-->"
        end = data.find(close, at + 2)
        if end < 0:
            return b""
        at = end + len(close)
        while data[at : at + 1].isspace():
            at += 1
    return data[at:]


def _first(patterns: _Patterns, text: bytes) -> Kind | None:
    matching = (kind for kind, pattern in patterns if re.match(pattern, text, re.DOTALL))
    return next(matching, None)


def _kind_of_most_lines(head: bytes) -> Kind:
    # The last line of the head is cut.
    lines = [line for line in head.splitlines()[:-1] if line.strip()]
    for kind, pattern in _LINES:
        match = re.compile(pattern, re.DOTALL).match
        if 2 * sum(map(bool, map(match, lines))) > len(lines):
            return kind
    return Kind.UNKNOWN


class Sorted(NamedTuple):
    """The files of one release, told apart.

    Attributes:
        main: the files to read, at most one of a kind.
        anomalies: the files of no known kind, which are passed over.
    """

    main: dict[Kind, SourceFile]
    anomalies: tuple[Anomaly, ...]


def sort_out(files: Iterable[SourceFile], *, lenient: bool = False) -> Sorted:
    """Find the tabular list, the order file and the codes file among `files`.

    Args:
        files: the files of one release. Other official files are passed over.
        lenient: pass over a file of no known kind even if it was handed in by itself.

    Raises:
        SourceError: none of them is there, two different files of one kind are, or a file that was
            handed in by itself is of no known kind.
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
    unknown = [file for file, kind in passed if kind is Kind.UNKNOWN]
    return Sorted(main, tuple(passed_over(file, lenient=lenient) for file in unknown))
