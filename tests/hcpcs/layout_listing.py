"""Reads CMS's record layout listing ("CMS RIF REPORT"), to hold the layout table against it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field

_TITLE = re.compile(r" {2}(\d{1,2})\. {1,3}(\S.*?)(?: {4,}CHAR)?\s*")
_PLACE = re.compile(r" +(\d+) +(\d+) +(\d+)(?: +(CHAR|NUM|GRP|REC))?\s*")
_VALUE = re.compile(r"( *)([0-9A-Z]{1,3}) *= (.*)")
_OCCURS = re.compile(r"OCCURS MIN: (\d) OCCURS MAX: (\d)")
_TABLES = ("BETOS_TB", "CMS_TYPE_SRVC_TB")


@define
class ListedField:
    number: int
    title: str
    width: int = 0
    first: int = 0
    last: int = 0
    type: str = ""
    occurs: int = 1
    text: list[str] = field(factory=list)

    @property
    def values(self) -> dict[str, str]:
        """The CODES block of the field: token → wording, wrapped lines joined."""
        return dict(_values(self.text))


@define
class Listing:
    fields: list[ListedField]
    tables: dict[str, dict[str, str]]


def read_listing(data: bytes) -> Listing:
    lines = [line.expandtabs(8) for line in data.decode("ascii").split("\r\n")]
    fields: list[ListedField] = []
    tables: dict[str, list[str]] = {}
    table = ""
    for line in lines:
        if line.split()[:1] and line.split()[0] in _TABLES and len(line.split()) > 1:
            table = line.split()[0]
            tables[table] = []
        elif table:
            tables[table].append(line)
        elif match := _TITLE.fullmatch(line):
            fields.append(ListedField(int(match[1]), match[2].strip()))
            fields[-1].type = "CHAR" if line.rstrip().endswith("CHAR") else ""
        elif fields and not fields[-1].first and (match := _PLACE.fullmatch(line)):
            entry = fields[-1]
            entry.width, entry.first, entry.last = (int(match[n]) for n in (1, 2, 3))
            entry.type = match[4] or entry.type
        elif fields and (match := _OCCURS.search(line)):
            fields[-1].occurs = max(int(match[1]), int(match[2]))
        elif fields:
            fields[-1].text.append(line)
    return Listing(fields, {name: dict(_values(rows)) for name, rows in tables.items()})


def _values(lines: list[str]) -> Iterator[tuple[str, str]]:
    token, wording, indent = "", "", 0
    for line in lines:
        here = len(line) - len(line.lstrip())
        if match := _VALUE.fullmatch(line):
            if token:
                yield token, " ".join(wording.split())
            indent, token, wording = len(match[1]), match[2], match[3]
        elif token and line.strip() and here > indent:
            wording += " " + line
        elif token:
            yield token, " ".join(wording.split())
            token = ""
    if token:
        yield token, " ".join(wording.split())
