"""The official releases, each compiled once a run, and their text by the plainest means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from codesets import hcpcs
from codesets.hcpcs import HcpcsRelease
from codesets.hcpcs.kinds import Kind
from codesets.hcpcs.views import HcpcsEntry
from hcpcs.official_files import one, text_bytes
from official import official_folder

__all__ = ["by_key", "changed", "codes", "first_and_further", "live", "release", "rows"]


@cache
def release(edition: str) -> HcpcsRelease:
    """A release from all its files."""
    return hcpcs.parse(official_folder("hcpcs", edition))


@cache
def by_key(edition: str) -> dict[str, HcpcsEntry]:
    """All codes and modifiers; the two never share a spelling."""
    found = release(edition)
    return {entry.code: entry for entry in (*found.modifiers.values(), *found.values())}


def live(edition: str) -> set[str]:
    """What has no termination date."""
    return {key for key, entry in by_key(edition).items() if entry.terminated_on is None}


def codes(*shown: str) -> set[str]:
    """`codes("G0477-G0479", "DA")`: the codes of ranges, ends included, and single ones."""
    found: set[str] = set()
    for text in shown:
        first, _, last = text.partition("-")
        if last:
            found |= {f"{first[0]}{n:04}" for n in range(int(first[1:]), int(last[1:]) + 1)}
        else:
            found.add(first)
    return found


def changed(before: str, after: str, *names: str) -> dict[str, set[str]]:
    """For each field, the codes that both editions have and that differ in its columns."""
    old, new = by_key(before), by_key(after)
    both = [key for key in old if key in new]
    return {
        name: {key for key in both if old[key].columns(name) != new[key].columns(name)}
        for name in names
    }


def letters(keys: Iterable[str]) -> Counter[str]:
    """How many codes begin with which letter."""
    return Counter(key[0] for key in keys)


# The files, without the library.

_RECORD = re.compile(r"^(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[3478]")


@cache
def first_and_further(edition: str) -> dict[str, tuple[str, list[str]]]:
    """Key → the first line of a record, padded to 320 columns, and all its text columns."""
    records: dict[str, tuple[str, list[str]]] = {}
    for line in text_bytes(edition).decode("cp1252").split("\r\n"):
        if _RECORD.match(line):
            key = line[:5].strip()
            _, texts = records.setdefault(key, (line.ljust(320), []))
            texts.append(line[11:91])
    return records


def rows(edition: str) -> dict[str, dict[str, str]]:
    """Key → the cells of its row in the workbook by column head; further rows as `KEY+`."""
    (sheet,) = (s for s in one(edition, Kind.WORKBOOK).sheets if s.rows)
    heads: list[str] = []
    found: dict[str, dict[str, str]] = {}
    for _, texts in sheet.filled():
        if not heads:
            heads = texts if texts[0] == "HCPC" else []
            continue
        cells = dict(zip(heads, texts, strict=True))
        key = cells["HCPC"].strip()
        found[f"{key}+" if key in found else key] = cells
    return found
