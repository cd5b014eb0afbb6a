"""The annual update, from top to bottom: official files in, a report for a colleague out.

    python scripts/annual_update.py FILE… [--before 2026] [--out updates] [--list mine.csv]

Takes the official files of one release (files, archives or their folder), says which release they
are, reads them whole, compares their sources with each other and their counts with the calendar,
installs the release, compares it with the one before, and writes into the folder of --out

- report-SYSTEM-EDITION.html, .md, .csv and .json: what changed, and what it means for the lists,
- report-SYSTEM-EDITION-impact.csv: the same for the lists alone, where there are any,
- changelog-SYSTEM-EDITION.md: a fragment for a change log,
- release-SYSTEM-EDITION.md: a page for documentation: sources, counts, oddities, differences.

Nothing is fetched. Safe to run twice: what is there already and the same is left as it is. With
--dry-run nothing is installed or written. Exit code 1 if there is something that somebody should
look at first: counts that are not the published ones, sources that disagree by more than accents.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from codesets import report, shelf, store
from codesets.cli.systems import ROOMS, room_of_files
from codesets.compiled.writer import write_atomically
from codesets.diff import ReleaseDiff, compare
from codesets.editions import published_counts
from codesets.errors import CodesetsError, ComparisonError, SourceError
from codesets.icd10cm.addenda import read_addenda
from codesets.impact import Impact, impact_on
from codesets.reconciliation import TextChange
from codesets.sources import open_sources

SHOWN = 5
"""Codes named where there are many."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the update; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="official files, or their folder")
    parser.add_argument("--edition", help="the edition, where it is not recognised")
    parser.add_argument("--before", help="the edition to compare with; default: the one before")
    parser.add_argument("--out", type=Path, default=Path("updates"), help="folder of the reports")
    parser.add_argument("--list", action="append", default=[], help="a list of codes to look at")
    parser.add_argument("--lenient", action="store_true", help="list what cannot be read")
    parser.add_argument("--dry-run", action="store_true", help="write and install nothing")
    options = parser.parse_args(arguments)
    try:
        return _update(options)
    except CodesetsError as error:
        print(f"annual_update: {error}", file=sys.stderr)
        return 2


def _update(options: argparse.Namespace) -> int:
    release = _read(options)
    doubts = list(_doubts(release))
    for doubt in doubts:
        _say(f"LOOK: {doubt}")
    if not options.dry_run:
        _install(options)
    before = _before(release, options.before)
    if before is None:
        _say("no release before it is at hand: nothing to compare with")
        return 1 if doubts else 0
    diff = compare(before, release)
    _tell_diff(diff)
    doubts += _announced(diff, options.files)
    impacts = [impact_on(path, before, release, diff=diff) for path in options.list]
    for path, impact in zip(options.list, impacts, strict=True):
        _say(f"{path}: {impact.summary}")
    if not options.dry_run:
        _write(options.out, release, diff, impacts, doubts)
    return 1 if doubts else 0


def _say(text: str) -> None:
    print(text, flush=True)


# 1. Read: which release is it, and is it whole?


def _read(options: argparse.Namespace) -> Any:
    files = open_sources(options.files)
    room = room_of_files(files)
    release: Any = room.doors.parse(*files, edition=options.edition, lenient=options.lenient)
    if not release.edition.is_named:
        raise CodesetsError("the edition is not recognised; say it with --edition")
    _say(f"{room.system} {release.edition} from {' + '.join(release.sources)}")
    for source in release.provenance:
        _say(f"  {source.file}: {source.size:,} bytes, sha256 {source.sha256}")
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in _counted(release))
    _say(f"  {counts}")
    return release


def _counted(release: Any) -> list[tuple[str, int]]:
    return sorted(release.counts.items())


def _doubts(release: Any) -> Iterator[str]:
    """What somebody should look at before the release is used."""
    if not release.edition.is_certain:
        others = " or ".join(release.edition.alternatives)
        yield f"the files may also be those of {others}: say with --edition which they are"
    published = published_counts(release.edition)
    for name in ("rows", "billable", "codes", "modifiers"):
        wanted = getattr(published, name, None)
        found = release.counts.get(name)
        if None not in (wanted, found) and wanted != found:
            yield f"{found:,} {name}, the calendar has {wanted:,}"
    counts = release.reconciliation.counts()
    serious = {n: c for n, c in counts.items() if n != f"title/{TextChange.ACCENT}"}
    if serious:
        told = ", ".join(f"{count:,} {name}" for name, count in serious.items())
        yield f"the sources differ: {told} (codesets reconcile shows each)"
    if release.anomalies:
        yield f"{len(release.anomalies):,} oddities of the files (codesets reconcile shows each)"


# 2. Install it.


def _install(options: argparse.Namespace) -> None:
    done = store.install(*options.files, edition=options.edition, lenient=options.lenient)
    for outcome in done:
        _say(str(outcome))
        if outcome.error is not None:
            raise outcome.error


# 3. Compare it with the release before.


def _before(release: Any, name: str | None) -> Any:
    """The release to compare with: the named one, or the newest at hand before it."""
    room = ROOMS[release.system.name]
    if name is not None:
        return room.doors.load(name)
    mine = release.edition
    earlier = [e.edition for e in shelf.entries(release.system.name) if e.edition < mine]
    return room.doors.load(earlier[-1].name) if earlier else None


def _tell_diff(diff: ReleaseDiff) -> None:
    official = diff.official_totals
    revised = "–" if official.revised is None else f"{official.revised:,}"
    _say(
        f"compared with {diff.old.edition}: {official.added:,} added, {official.deleted:,} deleted,"
        f" {revised} revised, as the publisher counts"
    )
    for each in diff.not_compared:
        _say(f"  not compared: {each.part}: {each.reason}")


def _announced(diff: ReleaseDiff, files: Sequence[str]) -> list[str]:
    """What the addenda among the files say otherwise, where there are any."""
    try:
        addenda = read_addenda(*files)
        found = diff.reconcile(addenda)
    except (SourceError, ComparisonError) as error:
        _say(f"  not held against addenda: {error}")
        return []
    _say(f"  {addenda.source.file}: {found.agreed:,} of {len(addenda):,} entries agree")
    doubts = list(addenda.disagreements)
    for name, entries in (
        ("announced and not found", found.announced_only),
        ("found and not announced", found.found_only),
    ):
        if entries:
            shown = ", ".join(each.code for each in entries[:SHOWN])
            more = ", …" if len(entries) > SHOWN else ""
            doubts.append(f"{len(entries):,} {name}: {shown}{more}")
    for doubt in doubts:
        _say(f"LOOK: {doubt}")
    return doubts


# 4. Write it down.


def _write(
    folder: Path, release: Any, diff: ReleaseDiff, impacts: list[Impact], doubts: list[str]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{release.system.name}-{release.edition}"
    texts = {
        f"report-{name}.html": report.html_page(diff, impacts=impacts),
        f"report-{name}.md": report.markdown_page(diff, impacts=impacts),
        f"report-{name}.csv": report.csv_table(diff),
        f"report-{name}.json": report.json_text(diff, impacts=impacts),
        f"changelog-{name}.md": _fragment(release, diff),
        f"release-{name}.md": _page(release, diff, doubts),
    }
    if impacts:
        texts[f"report-{name}-impact.csv"] = report.impact_table(impacts)
    for file, text in texts.items():
        path, data = folder / file, text.encode("utf-8")
        if path.exists() and path.read_bytes() == data:
            _say(f"{path} is there already")
            continue
        write_atomically(path, data)
        _say(f"wrote {path}")


def _fragment(release: Any, diff: ReleaseDiff) -> str:
    official = diff.official_totals
    revised = "" if official.revised is None else f", {official.revised:,} revised"
    return (
        f"- {release.system} {release.edition}, in force from {release.edition.effective_from}:"
        f" {official.added:,} codes added, {official.deleted:,} deleted{revised} since"
        f" {diff.old.edition}.\n"
    )


def _page(release: Any, diff: ReleaseDiff, doubts: list[str]) -> str:
    edition = release.edition
    lines = [
        f"# {release.system} {edition}",
        "",
        f"In force from {edition.effective_from} to {edition.effective_to}.",
        "",
        "| source | bytes | sha256 |",
        "|---|---|---|",
        *(f"| {s.file} | {s.size:,} | `{s.sha256}` |" for s in release.provenance),
        "",
        "| | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {count:,} |" for name, count in _counted(release)),
        "",
        f"## Since {diff.old.edition}",
        "",
        *(f"- {count:,} {name}" for name, count in diff.counts.items()),
        "",
        "## Between the sources",
        "",
        *(f"- {count:,} {name}" for name, count in release.reconciliation.counts().items()),
        *(f"- {doubt}" for doubt in doubts),
    ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
