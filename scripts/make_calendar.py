"""Rewrite the hashes of the calendar (`src/codesets/_calendar.json`) from lists of official files.

The `editions` part of the calendar is kept by hand and stays as it is; the `sha256` part is made
anew from

- PROVENANCE.tsv: one line a file (archive, member, kind, …, sha256), the archives lying beside it
  as `<system>/<edition>/<archive>`; main files that it does not list are hashed in the archive,
- sources.json: a list of records, one an address, with the release, the members and the sha256,
- `recorded` of a hand-kept edition: hashes that neither has.

Only files that can tell a release are taken: tabular, order and codes files of ICD-10-CM, the
alpha-numeric text and Excel files of HCPCS, conversion tables, and the archives that hold them.
Same input, same output.

    python scripts/make_calendar.py PROVENANCE.tsv sources.json [--check]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

CALENDAR = Path(__file__).resolve().parent.parent / "src" / "codesets" / "_calendar.json"

SYSTEMS = {"ICD-10-CM": "icd10cm", "HCPCS Level II": "hcpcs"}
CONVERSION = "conversion"
MONTHS = {
    "01": "january", "04": "april", "07": "july", "10": "october",
    "Jan": "january", "Apr": "april",
}  # fmt: skip
KINDS = {
    "icd10cm": ("tabular", "order", "codes", "tabular_archive", "order_archive"),
    "hcpcs": ("text", "excel", "archive"),
    CONVERSION: ("table", "archive"),
}
PROVENANCE_KINDS = {"tabular-xml": "tabular", "order": "order", "codes": "codes"}
SINGLE_FILES = {
    "tabular XML": "tabular",
    "order file": "order",
    "codes file": "codes",
    "conversion table": "table",
}
# Address kinds whose archives hold a main file even where no member is recorded.
ARCHIVE_KINDS = {
    "order+codes (flat descriptions)": "order_archive",
    "tabular+index XML": "tabular_archive",
    "tabular+index XML+PDF": "tabular_archive",
    "annual alpha-numeric file": "archive",
    "quarterly alpha-numeric file": "archive",
    "conversion table": "archive",
}
NOT_MAIN = re.compile(r"addend|diff|correct|trans|\.pdf$|\.xsd$", re.IGNORECASE)
ORDER_MEMBER = re.compile(r"icd10cm[-_](order|codes|desc)[-_ ].*\.txt$", re.IGNORECASE)
TABULAR_MEMBER = re.compile(r"tabular.*\.xml$", re.IGNORECASE)
HCPCS_MEMBER = re.compile(r"anweb.*\.(txt|xlsx?)$", re.IGNORECASE)
SHA256 = re.compile(r"[0-9a-f]{64}")


class Hash(NamedTuple):
    """One statement: these bytes are a file of that kind, of that edition."""

    system: str
    edition: str
    kind: str
    sha256: str


def from_provenance(table: Path) -> Iterator[Hash]:
    """The hashes that the table of files gives, or the archives beside it."""
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        system, _, rest = row["archive"].partition("/")
        edition = rest.partition("/")[0]
        if (
            system == "icd10cm"
            and row["kind"] in PROVENANCE_KINDS
            and "ALTERED" not in row["how judged unmodified"]
        ):
            yield Hash(system, edition, PROVENANCE_KINDS[row["kind"]], row["sha256"])
        elif row["kind"] == CONVERSION:
            yield Hash(
                CONVERSION, edition_name(row["archive"].split("/")[2]), "table", row["sha256"]
            )
        elif system == "hcpcs" and row["member"]:
            if kind := hcpcs_kind(row["member"]):
                yield Hash(system, edition, kind, row["sha256"])
        elif system == "hcpcs":
            members = list(inside(table.parent / row["archive"]))
            if members:
                yield Hash(system, edition, "archive", row["sha256"])
            for kind, digest in members:
                yield Hash(system, edition, kind, digest)


def inside(archive: Path) -> Iterator[tuple[str, str]]:
    """Kind and digest of each main file of an HCPCS archive."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if kind := hcpcs_kind(name):
                yield kind, hashlib.sha256(opened.read(name)).hexdigest()


def hcpcs_kind(member: str) -> str:
    """`text`, `excel`, or nothing for a companion file (transactions, corrections, …)."""
    if NOT_MAIN.search(member) or not HCPCS_MEMBER.search(member):
        return ""
    return "text" if member.lower().endswith(".txt") else "excel"


def from_sources(path: Path) -> Iterator[Hash]:
    """The hashes of the addresses that were judged trustworthy."""
    for record in json.loads(path.read_text(encoding="utf-8")):
        system, digest = SYSTEMS.get(record["system"]), record["sha256"]
        if not system or not digest or record["trust"].startswith("contradicted"):
            continue
        if record["kind"] == "conversion table":
            system = CONVERSION if system == "icd10cm" else ""
        if system and (kind := address_kind(record)):
            yield Hash(system, edition_name(record["release"]), kind, digest)


def address_kind(record: dict[str, Any]) -> str:
    """What stands at an address, judged by the members where they are recorded."""
    if not record["url"].lower().endswith(".zip"):
        return SINGLE_FILES.get(record["kind"], "")
    members = [m for m in record.get("members") or () if not NOT_MAIN.search(m)]
    if any(TABULAR_MEMBER.search(m) for m in members):
        return "tabular_archive"
    if any(ORDER_MEMBER.search(m) for m in members):
        return "order_archive"
    return "" if record.get("members") else ARCHIVE_KINDS.get(record["kind"], "")


def edition_name(release: str) -> str:
    """`FY2026` → `2026`, `2026-04` → `2026-april`, `FY2021-Jan` → `2021-january`."""
    year, _, month = release.removeprefix("FY").partition("-")
    return f"{year}-{MONTHS[month]}" if month else year


def recorded(calendar: dict[str, Any]) -> Iterator[Hash]:
    """The hashes that the hand-kept part has."""
    for system, editions in calendar["editions"].items():
        for entry in editions:
            for kind, digests in entry.get("recorded", {}).items():
                for digest in digests:
                    yield Hash(system, entry["name"], kind, digest)


def merged(calendar: dict[str, Any], hashes: set[Hash]) -> dict[str, Any]:
    """The calendar with its hash part made of `hashes`.

    Raises:
        ValueError: a hash is none, or belongs to an edition that the hand-kept part does not have.
    """
    names = {(s, e["name"]) for s, editions in calendar["editions"].items() for e in editions}
    table: dict[str, Any] = {
        system: {entry["name"]: {} for entry in editions}
        for system, editions in calendar["editions"].items()
    }
    for item in sorted(hashes, key=lambda h: (h.system, KINDS[h.system].index(h.kind), h)):
        if not SHA256.fullmatch(item.sha256):
            raise ValueError(f"no sha256: {item}")
        if (item.system, item.edition) not in names:
            raise ValueError(f"{item.system} {item.edition} is not in the calendar: add it first")
        table[item.system][item.edition].setdefault(item.kind, []).append(item.sha256)
    kept = {s: {name: kinds for name, kinds in t.items() if kinds} for s, t in table.items()}
    return {**calendar, "sha256": kept}


def rendered(calendar: dict[str, Any]) -> str:
    """JSON with one edition a line, and one kind of hash a line, so that a change shows small."""
    editions = {
        system: _lines("[", [json.dumps(e, ensure_ascii=False) for e in entries], "]", 2)
        for system, entries in calendar["editions"].items()
    }
    hashes = {
        system: _lines("{", [f"{_key(n)}{_kinds(k)}" for n, k in table.items()], "}", 2)
        for system, table in calendar["sha256"].items()
    }
    parts = [f'"about": {json.dumps(calendar["about"], ensure_ascii=False)}']
    for title, part in (("editions", editions), ("sha256", hashes)):
        inner = _lines("{", [f"{_key(s)}{text}" for s, text in part.items()], "}", 1)
        parts.append(f"{_key(title)}{inner}")
    return _lines("{", parts, "}", 0) + "\n"


def _kinds(kinds: dict[str, list[str]]) -> str:
    lists = [f"{_key(kind)}{json.dumps(digests)}" for kind, digests in kinds.items()]
    return _lines("{", lists, "}", 3)


def _key(text: str) -> str:
    return f"{json.dumps(text)}: "


def _lines(start: str, items: list[str], end: str, depth: int) -> str:
    inner = "".join(f"\n{' ' * (depth + 1)}{item}," for item in items)
    return f"{start}{inner[:-1]}\n{' ' * depth}{end}"


def main(arguments: list[str] | None = None) -> int:
    """Rewrite the calendar, or with `--check` say whether that would change it (exit status 1)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("provenance", type=Path, help="PROVENANCE.tsv, the archives beside it")
    parser.add_argument("sources", type=Path, help="sources.json")
    parser.add_argument("--calendar", type=Path, default=CALENDAR, help="the file to rewrite")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it would change")
    chosen = parser.parse_args(arguments)
    before = chosen.calendar.read_text(encoding="utf-8")
    calendar = json.loads(before)
    hashes = {
        *from_provenance(chosen.provenance),
        *from_sources(chosen.sources),
        *recorded(calendar),
    }
    after = rendered(merged(calendar, hashes))
    if chosen.check:
        print(f"{chosen.calendar.name} {'is as made' if after == before else 'would change'}")
        return int(after != before)
    chosen.calendar.write_text(after, encoding="utf-8", newline="\n")
    print(f"{chosen.calendar.name}: {len(hashes)} hashes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
