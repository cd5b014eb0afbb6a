"""The annual update, from top to bottom: official files in, a report for a colleague out.

    python scripts/annual_update.py FILE… [--before 2026] [--out updates] [--list mine.csv]

Takes the official files of one release (files, archives or their folder), says which release they
are, reads them whole, compares their sources with each other and their counts with the calendar,
installs the release, compares it with the one before, and writes into the folder of --out

- report-SYSTEM-EDITION.html, .md, .csv and .json: what changed, and what it means for the lists,
- report-SYSTEM-EDITION-impact.csv: the same for the lists alone, where there are any,
- changelog-SYSTEM-EDITION.md: a fragment for a change log,
- release-SYSTEM-EDITION.md: a page for documentation: sources, counts, oddities, differences.

Nothing is fetched. All that is handed in is looked at before anything is installed or written, and
it is safe to run twice: what is there already and the same is left as it is. With --dry-run nothing
is installed or written. Exit code 0: all well; 1: something that somebody should look at first, as
counts that are not the published ones; 2: the files cannot be read or written, or make no sense.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from _annual_pages import counts_of, release_page, texts, totals
from attrs import frozen

from codesets import shelf
from codesets.cli.systems import ROOMS
from codesets.compiled.reader import Compiled
from codesets.compiled.writer import write_atomically
from codesets.crosswalk.conversion.table import ConversionTable
from codesets.diff import ReleaseDiff, compare
from codesets.editions import Edition, base_of, changes_codes, is_base_of, published_counts
from codesets.errors import CodesetsError, ComparisonError, MissingExtraError, SourceError
from codesets.hcpcs.release import HcpcsRelease
from codesets.icd10cm.addenda import read_addenda
from codesets.icd10cm.layout import Kind
from codesets.icd10cm.release import Icd10cmRelease
from codesets.impact import Impact, impact_on, read_list
from codesets.reconciliation import TextChange
from codesets.store.compiling import compile_lot
from codesets.store.gathering import Lot, arranged, gather, joined, look_into
from codesets.store.installing import installed
from codesets.store.kinds import KINDS

SHOWN = 5
"""Codes named where there are many."""
INTERRUPTED, BROKEN_PIPE = 128 + 2, 128 + 13
"""What shells give for a process that a signal ended."""
RELEASES = {"icd10cm": Icd10cmRelease, "hcpcs": HcpcsRelease}
ADDENDA = (Kind.ORDER_ADDENDA, Kind.CODES_ADDENDA, Kind.DIFF)
SOURCE_WORDS = {"order": "order file", "tabular": "tabular list", "codes": "codes file"}


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
    except KeyboardInterrupt:
        return _ended("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read has had enough; nothing more can be said there, not even at the end.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except CodesetsError as error:
        return _ended(str(error), 2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _ended(f"{where}{error.strerror or error}", 2)


def _ended(message: str, code: int) -> int:
    print(f"annual_update: {message}", file=sys.stderr)
    return code


def _update(options: argparse.Namespace) -> int:
    _check(options)
    found = _read(options)
    before = _before(found.edition, options.before)
    doubts = [_looked(doubt) for doubt in (*found.left_out, *_odd(found, options))]
    release: Any = found.release
    if not options.dry_run:
        found.install()
        release = ROOMS[found.edition.system].doors.load(found.edition.name)
    if before is None:
        doubt = (
            f"no release before {found.edition} is at hand: nothing to compare with, and no report;"
            f" install {base_of(found.edition) or 'one'} first"
        )
        doubts.append(_looked(doubt))
        if not options.dry_run:
            _write(options.out, release_page(release, None, doubts))
        return 1
    _say(f"comparing {before.edition} with {found.edition}")
    diff = compare(before, release)
    _say(f"compared with {before.edition}: {totals(diff)}")
    for each in diff.not_compared:
        _say(f"  not compared: {each.part}: {each.reason}")
    doubts += map(_looked, _lacking(diff, before, release))
    doubts += map(_looked, _skipped(before.edition, found.edition))
    doubts += map(_looked, _announced(diff, found.lot))
    # Where the release is installed its conversion table is, and the way goes through all releases.
    table = found.table if options.dry_run else None
    impacts = list(_impacts(options.list, before, release, diff, table))
    if not options.dry_run:
        _write(options.out, texts(release, diff, impacts, doubts))
    return 1 if doubts else 0


def _say(text: str) -> None:
    print(text, flush=True)


def _looked(doubt: str) -> str:
    _say(f"LOOK: {doubt}")
    return doubt


# 1. Look at all that is handed in, before anything is changed.


def _check(options: argparse.Namespace) -> None:
    for path in options.list:
        _say(f"{path}: {len(read_list(path)):,} entries")
    if options.dry_run:
        return
    if importlib.util.find_spec("jinja2") is None:
        raise MissingExtraError.for_extra("report", "an HTML report")
    folder = options.out.absolute()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        raise CodesetsError(f"--out {options.out}: {there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CodesetsError(f"--out {options.out}: {there} cannot be written")


# 2. Read: which release is it, and is it whole?


@frozen
class _Found:
    """The release among the files, read and not yet installed, and what else is among them."""

    lot: Lot
    compiled: Compiled
    others: tuple[tuple[Lot, Compiled], ...]
    left_out: tuple[str, ...]

    @property
    def release(self) -> Any:
        return RELEASES[self.lot.kind.system](self.compiled)

    @property
    def edition(self) -> Edition:
        edition: Edition = self.release.edition
        return edition

    @property
    def table(self) -> ConversionTable | None:
        """The conversion table, where it is among the files."""
        tables = (made for lot, made in self.others if lot.kind.system == "conversion")
        made = next(tables, None)
        return None if made is None else ConversionTable(made)

    def install(self) -> None:
        for lot, compiled in ((self.lot, self.compiled), *self.others):
            outcome = installed(lot, compiled, replace=False)
            _say(str(outcome))
            for remark in outcome.remarks:
                _say(f"  {remark}")


def _read(options: argparse.Namespace) -> _Found:
    lots: list[Lot] = []
    for place in gather(options.files):
        _say(f"looking into {place.name}")
        lots += look_into(place, KINDS).lots
    mine = [lot for lot in lots if lot.kind.system in ROOMS]
    systems = list(dict.fromkeys(ROOMS[lot.kind.system].system.title for lot in mine))
    if len(systems) != 1:
        told = f"files of {' and '.join(systems)}" if systems else "no release among the files"
        titles = " or ".join(room.system.title for room in ROOMS.values())
        raise SourceError(f"{told}: hand in those of one release of {titles}")
    whole = mine[0]
    for lot in mine[1:]:
        whole = joined(whole, lot)
    _say(f"reading {systems[0]} from {whole.place}")
    compiled = compile_lot(whole, options.edition, lenient=options.lenient)
    others: list[tuple[Lot, Compiled]] = []
    left_out: list[str] = []
    for lot in arranged([lot for lot in lots if lot not in mine], None).lots:
        _say(f"reading {lot.kind.system} from {lot.place}")
        try:
            others.append((lot, compile_lot(lot, None, lenient=options.lenient)))
        except CodesetsError as error:
            names = ", ".join(found.file.name for found in lot.main())
            left_out.append(f"{lot.kind.system} is left out ({names}): {error}")
    found = _Found(whole, compiled, tuple(others), tuple(left_out))
    _tell(found.release)
    return found


def _tell(release: Any) -> None:
    _say(f"{release.system} {release.edition} from {' + '.join(release.sources)}")
    for source in release.provenance:
        _say(f"  {source.file}: {source.size:,} bytes, sha256 {source.sha256}")
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts_of(release))
    _say(f"  {counts}")


def _odd(found: _Found, options: argparse.Namespace) -> Iterator[str]:
    """What somebody should look at before the release is used."""
    release = found.release
    if not release.edition.is_certain:
        others = " or ".join(release.edition.alternatives)
        yield f"the files may also be those of {others}: say with --edition which they are"
    published = published_counts(release.edition)
    for name in ("rows", "billable", "codes", "modifiers"):
        wanted = getattr(published, name, None)
        there = release.counts.get(name)
        if None not in (wanted, there) and wanted != there:
            yield f"{there:,} {name}, the calendar has {wanted:,}"
    named = ["--system", release.system.name, release.edition.name]
    which = shlex.join(options.files if options.dry_run else named)
    each = f"(codesets reconcile {which} --all shows each)"
    counts = release.reconciliation.counts()
    serious = {n: c for n, c in counts.items() if n != f"title/{TextChange.ACCENT}"}
    if serious:
        told = ", ".join(f"{count:,} {name}" for name, count in serious.items())
        yield f"the sources differ: {told} {each}"
    if release.anomalies:
        number = len(release.anomalies)
        oddities = "1 oddity" if number == 1 else f"{number:,} oddities"
        yield f"{oddities} of the files {each}"


# 3. Compare it with the release before.


def _before(edition: Edition, name: str | None) -> Any:
    """The release to compare with: the named one, or the newest at hand before it."""
    room = ROOMS[edition.system]
    if name is not None:
        named = room.doors.load(name)
        if not named.edition < edition:
            raise ComparisonError(f"--before {name}: {named.edition} is not before {edition}")
        return named
    earlier = [each.edition for each in shelf.entries(edition.system) if each.edition < edition]
    return room.doors.load(earlier[-1].name) if earlier else None


def _skipped(before: Edition, edition: Edition) -> Iterator[str]:
    """That editions with other codes lie between the two."""
    if is_base_of(before, edition):
        return
    between: list[str] = []
    each = base_of(edition)
    while each is not None and before < each:
        if changes_codes(each):
            between.insert(0, each.name)
        each = base_of(each)
    if between:
        named = between[0] if len(between) == 1 else f"{between[0]} to {between[-1]}"
        are = "1 edition lies" if len(between) == 1 else f"{len(between)} editions lie"
        yield (
            f"{are} between {before} and {edition} ({named}): what changed in them is in the"
            " difference too"
        )


def _lacking(diff: ReleaseDiff, before: Any, release: Any) -> Iterator[str]:
    """That the release before is at hand from fewer files, and what cannot be compared so."""
    missing = sorted(set(release.sources) - set(before.sources) - {"codes"})
    if missing and diff.not_compared:
        files = " and ".join(SOURCE_WORDS.get(name, name) for name in missing)
        parts = ", ".join(each.part for each in diff.not_compared)
        yield (
            f"{before.edition} is at hand without its {files}, so that these are not compared:"
            f" {parts}; install it with all its files first: codesets install --from FILE…"
        )


def _announced(diff: ReleaseDiff, lot: Lot) -> Iterator[str]:
    """What the addenda among the files say otherwise; CMS publishes none for HCPCS."""
    if not any(found.told.words in ADDENDA for found in lot.files):
        if lot.kind.system == "icd10cm":
            _say("  no addenda among the files to hold it against")
        return
    try:
        addenda = read_addenda(*lot.sources)
        found = diff.reconcile(addenda)
    except (SourceError, ComparisonError) as error:
        yield f"not held against the addenda: {error}"
        return
    _say(f"  {addenda.source.file}: {found.agreed:,} of {len(addenda):,} entries agree")
    yield from addenda.disagreements
    for name, entries in (
        ("announced and not found", found.announced_only),
        ("found and not announced", found.found_only),
    ):
        if entries:
            shown = ", ".join(each.code for each in entries[:SHOWN])
            more = ", …" if len(entries) > SHOWN else ""
            yield f"{len(entries):,} {name}: {shown}{more}"


def _impacts(
    paths: Sequence[str],
    before: Any,
    release: Any,
    diff: ReleaseDiff,
    table: ConversionTable | None,
) -> Iterator[Impact]:
    for path in paths:
        _say(f"looking at {path}")
        impact = impact_on(path, before, release, diff=diff, table=table)
        _say(f"{path}: {impact.summary}")
        yield impact


# 4. Write it down.


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        path, data = folder / file, text.encode("utf-8")
        if path.exists() and path.read_bytes() == data:
            _say(f"{path} is there already")
            continue
        write_atomically(path, data)
        _say(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main())
