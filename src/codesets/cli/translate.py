"""`codesets translate`: what a code maps to, by an official map at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from codesets import shelf
from codesets.cli.app import INVALID
from codesets.cli.at_hand import is_path
from codesets.cli.output import Cell, Output, shown
from codesets.cli.reading import texts
from codesets.compiled.format import SUFFIX
from codesets.crosswalk import (
    ConversionTable,
    Crosswalk,
    Icd9Titles,
    MapEntry,
    Relationship,
    Translation,
)
from codesets.crosswalk.conversion.table import SYSTEM_NAME as CONVERSION
from codesets.errors import CodesetsError, ReleaseNotFoundError

__all__ = ["command"]


@click.command("translate", short_help="What codes map to, by an official map.")
@click.argument("codes", metavar="CODE…", nargs=-1)
@click.option(
    "--map",
    "name",
    metavar="NAME|PATH",
    default="gem",
    show_default=True,
    help="The map: gem for all GEMs at hand, gem-i9 or gem-i9-2018 for one of them; conversion for"
    " the conversion table of NCHS; or a compiled map (a path has a slash or ends in .codeset).",
)
@click.option("--expand", is_flag=True, help="Every full translation on a line of its own.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(
    ctx: click.Context, codes: tuple[str, ...], name: str, expand: bool, as_json: bool
) -> None:
    """Translate codes by an official map, with all that it says.

    Of the GEMs at hand the newest of each direction answer, and look-up decides which has the code.
    Without CODE, or for "-", codes are read from standard input. When not in a terminal each line
    has five columns, apart by tabs: the code, what the map says (exact, approximate, part of a
    combination, no map, left out, not in the map), the target, scenario and choice list, and the
    target's title. Exit code 1 if a code is not in the map, or cannot be expanded.
    """
    output = Output(as_json)
    maps = _maps(name, expand=expand)
    titles = _Titles()
    all_there = True
    for text in texts(codes, "CODE"):
        crosswalk = _owner(text, maps)
        found = crosswalk.translate(text)
        all_there = all_there and found.is_in_map
        if found.is_header and not as_json:
            output.notice(f"{found.code} is a header: what its {len(found.sources)} codes map to")
        if as_json:
            record = {"map": crosswalk.kind, "edition": str(crosswalk.edition)}
            output.record(record | found.to_dict())
        elif expand and found.unresolved:
            output.notice(_unlisted(found))
            all_there = False
        elif expand:
            output.rows(_combinations(text, found))
        else:
            output.rows(_rows(text, found, titles, crosswalk), (8, 12, 8))
    if not all_there:
        ctx.exit(INVALID)


def _maps(name: str, *, expand: bool) -> list[Crosswalk]:
    """The maps that a name stands for; to be expanded with their ranges filled in.

    Raises:
        ReleaseNotFoundError: there is none at hand.
    """
    if is_path(name):
        return [Crosswalk.load_path(Path(name))]
    if name == CONVERSION or name.startswith(f"{CONVERSION}-"):
        edition = name.removeprefix(CONVERSION).removeprefix("-") or None
        from codesets.crosswalk.conversion.as_map import map_of
        from codesets.timeline import history

        found = Crosswalk.from_bytes(map_of(ConversionTable.load(edition)))
        return [found.resolved(history("icd10cm")) if expand else found]
    newest: dict[str, shelf.ShelfEntry] = {}
    others: set[str] = set()
    for entry in shelf.entries():
        full = f"{entry.system}-{entry.edition.name}"
        if name == full:
            return [Crosswalk.load_path(entry.path)]
        if name in (entry.system, entry.system.partition("-")[0]) and _is_map(entry):
            newest[entry.system] = entry  # entries stand in order of effect
        elif _is_map(entry):
            others.add(full)
    if not newest:
        there = ", ".join(sorted(others)) or "none"
        raise ReleaseNotFoundError(
            f"no map {name!r} at hand (at hand: {there}); install its official files with: codesets"
            f" install --from FILE…, or name a compiled map (…{SUFFIX})",
            system=name,
            wanted=name,
        )
    return [Crosswalk.load_path(entry.path) for entry in newest.values()]


def _is_map(entry: shelf.ShelfEntry) -> bool:
    return "-" in entry.system


def _owner(text: str, maps: list[Crosswalk]) -> Crosswalk:
    """The map that has a code; the first one where none has.

    Raises:
        click.UsageError: several have it.
    """
    for wanted in (False, True):
        having = [each for each in maps if _has(each.translate(text), header=wanted)]
        if len(having) > 1:
            names = " or ".join(each.kind for each in having)
            ends = " and ".join(str(each.source) for each in having)
            raise click.UsageError(f"{text} is a code of {ends}; say which with --map {names}")
        if having:
            return having[0]
    return maps[0]


def _has(found: Translation, *, header: bool) -> bool:
    return found.is_in_map and found.is_header is header


class _Titles:
    """Titles of codes, out of the releases at hand."""

    def __init__(self) -> None:
        self._releases: dict[tuple[str, str], Any] = {}

    def of(self, crosswalk: Crosswalk, code: str | None) -> str:
        """The title of a target; empty where no release at hand has it."""
        if code is None:
            return ""
        end = crosswalk.target
        key = (end.coding.system.name, end.release)
        if key not in self._releases:
            self._releases[key] = _release(*key)
        release = self._releases[key]
        found = None if release is None else release.get(code)
        return "" if found is None else str(found.display)


def _release(system: str, edition: str) -> Any:
    """The release of an edition, or the newest at hand; None where there is none."""
    from codesets.cli.systems import ROOMS

    if system in ("icd9cm", "icd9pcs"):
        try:
            return Icd9Titles.load(procedures=system == "icd9pcs")
        except CodesetsError:
            return None
    room = ROOMS.get(system)
    if room is None:
        return None
    for name in (edition or None, None):
        try:
            return room.doors.load(name)
        except CodesetsError:
            continue
    return None


def _rows(
    text: str, found: Translation, titles: _Titles, crosswalk: Crosswalk
) -> Iterator[tuple[Cell, ...]]:
    if not found.is_in_map:
        why = f"the map from {crosswalk.source} to {crosswalk.target} does not have it"
        yield (shown(text), "key"), ("not in the map", "bad"), ("", ""), ("", ""), (why, "")
    for entry in found.entries:
        target = entry.target or ""
        said, style = _said(entry)
        part = f"{entry.scenario}.{entry.choice_list}" if entry.is_combination else ""
        title = titles.of(crosswalk, entry.target) or (entry.raw.strip() if not target else "")
        if entry.is_no_map:
            title = ""
        yield (entry.source, "key"), (said, style), (target, "key"), (part, "mark"), (title, "")
    for raw in found.left_out:
        yield (found.code, "key"), ("left out", "middling"), ("", ""), ("", ""), (raw, "")


def _said(entry: MapEntry) -> tuple[str, str]:
    if entry.is_no_map:
        return "no map", "middling"
    if entry.is_unresolved:
        return "range", "middling"
    if entry.is_combination:
        return "part", "middling"
    return _WORDS[entry.relationship], "good" if entry.is_exact else "middling"


_WORDS = {
    Relationship.EQUIVALENT: "exact",
    Relationship.RELATED_TO: "approximate",
    Relationship.NARROWER: "narrower",
    Relationship.BROADER: "broader",
}


def _unlisted(found: Translation) -> str:
    """Why the full translations of a code cannot all be listed."""
    rows = ", ".join(dict.fromkeys(repr(entry.raw.strip()) for entry in found.unresolved))
    return (
        f"{found.code}: {rows} names codes that no release at hand lists, so that its translations"
        " cannot all be told"
    )


def _combinations(text: str, found: Translation) -> Iterator[tuple[Cell, ...]]:
    for targets in found.expand():
        yield (found.code, "key"), (" + ".join(targets), "key")
    if not found:
        yield (shown(text), "key"), ("", "")
