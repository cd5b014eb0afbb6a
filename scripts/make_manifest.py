"""Write the manifest of official addresses (`src/codesets/_manifest.json`).

Made from

- sources.json: a list of records, one an address, with what was seen of it and how far it can be
  trusted; records that are not to be used, and kinds of file that nothing is read from, are left
  out,
- PROVENANCE.tsv: the digests of the files inside the archives (by way of `make_calendar`).

Every address is of https; one that was seen with http alone is taken with https, which makes it a
guess. Same input, same output.

    python scripts/make_manifest.py PROVENANCE.tsv sources.json [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from make_calendar import (
    CALENDAR,
    CONVERSION,
    SYSTEMS,
    edition_name,
    from_provenance,
    from_sources,
    recorded,
)

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "src" / "codesets" / "_manifest.json"

ABOUT = (
    "Where the publishers offer the files of each release. Made by scripts/make_manifest.py: no"
    " address was asked when this was written. trust: bytes = the bytes that stood there were"
    " hashed; seen = the address was seen in use; guess = made by a rule, seen in lists of"
    " candidates only, or the file there has been replaced since: tried last."
)
# What stands at an address, by the kind that the list gives it: the part of a release.
PARTS = {
    "icd10cm": {
        "order+codes (flat descriptions)": "order",
        "order file": "order",
        "tabular+index XML": "tabular",
        "tabular+index XML+PDF": "tabular",
        "tabular XML": "tabular",
    },
    CONVERSION: {"conversion table": "table"},
    "hcpcs": {
        "annual alpha-numeric file": "release",
        "quarterly alpha-numeric file": "release",
        "corrections": "corrections",
        "corrections (V1..V4)": "corrections",
    },
}
TRUST_KEY = '"trust"'
OPTIONAL = ("corrections",)
"""Parts without which a release is whole."""
MEMBER_PARTS = {
    "order": "order",
    "codes": "order",
    "tabular": "tabular",
    "table": "table",
    "text": "release",
    "excel": "release",
}
# The pages on which publishers list their files, with the system and how to read them.
LISTINGS = {
    "https://ftp.cdc.gov/pub/Health_Statistics/NCHS/Publications/ICD10CM/": ("icd10cm", "folder"),
    "https://www.cms.gov/medicare/coding-billing/icd-10-codes": ("icd10cm", "page"),
    "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/"
    "quarterly-update": ("hcpcs", "page"),
}
TRUSTS = ("bytes", "seen", "guess")
SEEN = re.compile(r"seen in ([0-9]+)")
# Notes of addresses that nobody has proved to give the file today.
DOUBT = re.compile(r"candidate lists|replaced by|original October|earlier address", re.IGNORECASE)
# Not content of any release that is read: PDFs, and descriptions before there were order files.
NOT_READ = re.compile(r"desc_chg|CMdescriptions_2011", re.IGNORECASE)


class Address(NamedTuple):
    """One address of one part of a release, with what it is sorted by first."""

    rank: tuple[int | str, ...]
    part: str
    values: dict[str, Any]


def addresses(record: dict[str, Any], part: str) -> Iterator[Address]:
    """The address of a record and the other spellings of it."""
    trust, why = trust_of(record)
    for number, url in enumerate([record["url"], *(record.get("alt_urls") or ())]):
        secure = url.replace("http://", "https://", 1)
        known, reason = (trust, why) if secure == url else ("guess", "seen with http only")
        seen = SEEN.match(record["trust"])
        values = {"url": secure, "trust": known}
        if reason:
            values["why"] = reason
        values |= {name: record[name] for name in ("sha256", "bytes") if record.get(name)}
        rank = (
            TRUSTS.index(known),
            number,
            -min(int(seen[1]) if seen else 0, 2),  # who saw it more than twice proves no more
            int(urlsplit(secure).hostname != "ftp.cdc.gov"),  # CMS replaces, NCHS keeps
            record.get("bytes") or 0,
            secure,
        )
        yield Address(rank, part, values)


def trust_of(record: dict[str, Any]) -> tuple[str, str]:
    """How far an address can be trusted, and why no further."""
    trust, note = record["trust"], record.get("note") or ""
    if trust.startswith("pattern only"):
        return "guess", "the address follows the publisher's pattern"
    if "assembled" in trust:
        return "guess", "the address was put together from a remark"
    if not record["sha256"] and (doubt := DOUBT.search(note)):
        seen = {"candidate lists": "seen in lists of candidates only"}
        return "guess", seen.get(doubt[0], "the file there may have been replaced since")
    return ("bytes" if record["sha256"] else "seen"), ""


def made(provenance: Path, sources: Path, calendar: dict[str, Any]) -> dict[str, Any]:
    """The manifest.

    Raises:
        ValueError: an address of an edition that the calendar does not have.
    """
    records = json.loads(sources.read_text(encoding="utf-8"))
    found: dict[tuple[str, str], list[Address]] = {}
    for record in records:
        if system_part := part_of(record):
            system, part = system_part
            where = (system, edition_name(record["release"]))
            found.setdefault(where, []).extend(addresses(record, part))
    names = {(s, e["name"]) for s, editions in calendar["editions"].items() for e in editions}
    hashes = {*from_provenance(provenance), *from_sources(sources), *recorded(calendar)}
    releases: dict[str, Any] = {}
    for system, editions in calendar["editions"].items():
        for entry in editions:
            several = found.pop((system, entry["name"]), [])
            if not any(address.part not in OPTIONAL for address in several):
                continue
            members: dict[str, list[str]] = {}
            for each in sorted(hashes):
                kept = MEMBER_PARTS.get(each.kind)
                if kept and (each.system, each.edition) == (system, entry["name"]):
                    members.setdefault(kept, []).append(each.sha256)
            releases.setdefault(system, {})[entry["name"]] = {
                part: {
                    **({"optional": True} if part in OPTIONAL else {}),
                    **({"members": members[part]} if part in members else {}),
                    "addresses": [
                        a.values for a in sorted(several, key=itemgetter(0, 1)) if a.part == part
                    ],
                }
                for part in dict.fromkeys(a.part for a in sorted(several, key=lambda a: a.part))
            }
    missing = {where for where in found if where not in names and where[1] >= "2012"}
    if missing:
        raise ValueError(f"not in the calendar, add them first: {sorted(missing)}")
    listed = {record["url"] for record in records if record["kind"] == "listing page"}
    return {
        "about": ABOUT,
        "listings": [
            {"url": url, "system": system, "form": form}
            for url, (system, form) in LISTINGS.items()
            if url in listed
        ],
        "known": dict(sorted(known(records).items())),
        "releases": releases,
    }


def known(records: list[dict[str, Any]]) -> dict[str, int | None]:
    """Every address that was seen, of whatever file, with the length of the file."""
    found: dict[str, int | None] = {}
    for record in records:
        if record["sightings"] and record["system"] in SYSTEMS and "doubtful" not in record["kind"]:
            for url in (record["url"], *(record.get("alt_urls") or ())):
                found[url.replace("http://", "https://", 1)] = record["bytes"]
    return found


def part_of(record: dict[str, Any]) -> tuple[str, str] | None:
    """System and part of what stands at an address; None where nothing is read from it."""
    system = SYSTEMS.get(record["system"], "")
    if record["trust"].startswith("contradicted") or NOT_READ.search(record["url"]):
        return None
    if record["kind"] == "conversion table" and system == "icd10cm":
        system = CONVERSION
    part = PARTS.get(system, {}).get(record["kind"])
    return (system, part) if part else None


def rendered(manifest: dict[str, Any]) -> str:
    """JSON with an address a line, so that a change shows small."""
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the manifest, or with `--check` say whether that would change it (exit status 1)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("provenance", type=Path, help="PROVENANCE.tsv, the archives beside it")
    parser.add_argument("sources", type=Path, help="sources.json")
    parser.add_argument("--calendar", type=Path, default=CALENDAR, help="the calendar")
    parser.add_argument("--manifest", type=Path, default=MANIFEST, help="the file to write")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it would change")
    chosen = parser.parse_args(arguments)
    calendar = json.loads(chosen.calendar.read_text(encoding="utf-8"))
    after = rendered(made(chosen.provenance, chosen.sources, calendar))
    if chosen.check:
        before = chosen.manifest.read_text(encoding="utf-8") if chosen.manifest.exists() else ""
        print(f"{chosen.manifest.name} {'is as made' if after == before else 'would change'}")
        return int(after != before)
    chosen.manifest.write_text(after, encoding="utf-8", newline="\n")
    print(f"{chosen.manifest.name}: {after.count(TRUST_KEY)} addresses")
    return 0


if __name__ == "__main__":
    sys.exit(main())
