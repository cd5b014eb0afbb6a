"""The official ICD-10-CM releases: each read once a run, and their files by the plainest means.

What the library says is judged by byte slices of the text files and by a bare lxml tree of the
XML, never by the library's own readers.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from codesets import icd10cm
from codesets.icd10cm import Icd10cmRelease
from official import official_root

# Edition → what to hand in. The order file of 2026 is also that of 2026-april, whose own archive
# is not at hand; both have the same codes (formats page 1.1).
FULL = {
    "2013": ("2013",),
    "2014": ("2014",),
    "2015": ("2015",),
    "2016": ("2016",),
    "2017": ("2017",),
    "2021-january": ("2021-january",),
    "2025-april": ("2025-april",),
    "2026-april": ("2026-april", "2026/2026-code-descriptions-tabular-order.zip"),
}
EDITIONS = tuple(FULL)
# 2015 and 2016 have the files of 2014, save for the `<version>` of 2016 (formats page 1.1): a test
# holds them to that, and so the others need not go through the same bytes three times.
DIFFERENT = tuple(edition for edition in EDITIONS if edition not in ("2015", "2016"))
AGREEING = DIFFERENT[1:]
"""Those whose tabular list and order file have the same codes: all but the draft of 2013."""

# The archive that holds the tabular list.
_TABULAR = {
    "2013": "2013/ICD10CM_FY2013_Full_XML.zip",
    "2014": "2014/ICD10CM_FY2014_Full_XML.zip",
    "2015": "2015/ICD10CM_FY2015_Full_XML.zip",
    "2016": "2016/ICD10CM_FY2016_ Full_ XML.ZIP",
    "2017": "2017/ICD10CM_FY2017_Full_XML.zip",
    "2021-january": "2021-january/loose.zip",
    "2025-april": "2025-april/loose.zip",
    "2026-april": "2026-april/loose.zip",
}

# Every archive with an order file: a release has more than one where both publishers' are at hand.
ORDER_ARCHIVES = (
    "2013/ICD10CMOrderFiles_2013.zip",
    "2014/2014-icd10-code-descriptions.zip",
    "2015/ICD10CM_FY2015_code_descriptions.zip",
    "2016/2016-code-descriptions-in-tabular-order.zip",
    "2017/2017-icd10-code-descriptions.zip",
    "2018/2018-icd-10-code-descriptions.zip",
    "2019/2019-icd-10-cm-code-descriptions.zip",
    "2020/2020-icd-10-cm-codes.zip",
    "2021/loose.zip",
    "2021-january/2021-code-descriptions-tabular-order-updated-12162020.zip",
    "2021-january/icd10cm-codes-order-Jan-2021.zip",
    "2022/Code Descriptions zip.zip",
    "2022-april/2022-code-descriptions-tabular-order-updated-02012022.zip",
    "2023/icd10-Order-CodeFiles2023.zip",
    "2024/icd10cm-CodesDescriptions-2024.zip",
    "2024-april/2024-code-descriptions-tabular-order-updated-02-01-2024.zip",
    "2024-april/icd10cm-Codes-Descriptions-April-2024.zip",
    "2025/2025-code-descriptions-tabular-order.zip",
    "2025/ICD10-CM Code Descriptions 2025.zip",
    "2025-april/Code-desciptions-April-2025.zip",
    "2026/2026-code-descriptions-tabular-order.zip",
    "2026/icd10cm-Code Descriptions-2026.zip",
)


def edition_of(archive: str) -> str:
    """The edition whose folder holds an archive."""
    return archive.partition("/")[0]


def order_archive(edition: str) -> str:
    """The archive with the order file that belongs to a full release."""
    where = FULL[edition][-1].partition("/")[0]
    return next(archive for archive in ORDER_ARCHIVES if edition_of(archive) == where)


def path(name: str) -> Path:
    found = official_root() / "icd10cm" / name
    assert found.exists(), f"the official files have no {name}"
    return found


@cache
def full(edition: str) -> Icd10cmRelease:
    """The release of tabular list and order file (and codes file, where there is one)."""
    return icd10cm.parse(*map(path, FULL[edition]))


class Row(NamedTuple):
    """What an order file can say of a code, as a release says it, and the title."""

    code: str
    is_billable: bool
    short: str | None
    long: str | None
    display: str


@lru_cache(maxsize=1)
def rows(release: Icd10cmRelease) -> tuple[Row, ...]:
    """All codes of a release in its order."""
    billable = frozenset(release.select("*", billable=True).codes)
    return tuple(
        Row(c.code, c.code in billable, c.short_description, c.long_description, c.display)
        for c in release.select("*")
    )


@lru_cache(maxsize=1)
def tabular_alone(edition: str) -> Icd10cmRelease:
    return icd10cm.parse(path(_TABULAR[edition]))


@lru_cache(maxsize=2)
def order_alone(archive: str) -> Icd10cmRelease:
    """The release of one archive of text files."""
    return icd10cm.parse(path(archive))


# The files, without the library.


def _member(archive: str, *, containing: str, ending: str) -> bytes:
    with zipfile.ZipFile(path(archive)) as opened:
        names = {name.rpartition("/")[2].lower(): name for name in opened.namelist()}
        (name,) = (
            name
            for base, name in names.items()
            if base.endswith(ending) and containing in base and "addenda" not in base
        )
        return opened.read(name)


@lru_cache(maxsize=2)
def order_bytes(archive: str) -> bytes:
    return _member(archive, containing="order", ending=".txt")


def codes_bytes(archive: str) -> bytes:
    return _member(archive, containing="codes", ending=".txt")


def named(data: bytes, name: str) -> io.BytesIO:
    """An open file that bears a name, as a user would hand it in."""
    stream = io.BytesIO(data)
    stream.name = name
    return stream


@lru_cache(maxsize=1)
def tabular_bytes(edition: str) -> bytes:
    return _member(_TABULAR[edition], containing="tabular", ending=".xml")


@lru_cache(maxsize=1)
def tabular_tree(edition: str) -> etree._Element:
    return etree.fromstring(tabular_bytes(edition))


@cache
def listed(edition: str) -> frozenset[str]:
    """The codes that the tabular list itself has: all but those that a definition makes."""
    return frozenset(str(diag.findtext("name")) for diag in tabular_tree(edition).iter("diag"))


class Line(NamedTuple):
    """One line of an order file, by its byte positions; the code with the dot put in."""

    code: str
    is_billable: bool
    short: str
    long: str


@lru_cache(maxsize=2)
def order_lines(archive: str) -> tuple[Line, ...]:
    lines = order_bytes(archive).split(b"\r\n")
    assert lines.pop() == b""
    return tuple(
        Line(
            dotted(line[6:13].rstrip(b" ").decode("ascii")),
            {b"0": False, b"1": True}[line[14:15]],
            line[16:76].rstrip(b" ").decode(),
            line[77:].decode(),
        )
        for line in lines
    )


def dotless(code: str) -> str:
    return code.replace(".", "")


def dotted(compact: str) -> str:
    return f"{compact[:3]}.{compact[3:]}" if compact[3:] else compact


def fold(text: str) -> str:
    """Accents dropped, as NCHS does in the order file."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def same(found: Iterable[object], expected: Iterable[object]) -> None:
    """Assert that two long sequences are equal; shows the first difference and no more."""
    for number, (left, right) in enumerate(zip_longest(found, expected, fillvalue="(nothing)")):
        if left != right:
            pytest.fail(f"item {number}: {left!r} is not {right!r}")
