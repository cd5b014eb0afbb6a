"""`codesets build`: official files to a compiled file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
from attrs import asdict

from codesets import shelf
from codesets.cli.app import lenient_option, shared_options
from codesets.cli.output import Output, counted
from codesets.cli.systems import Room, room_of_files
from codesets.errors import EditionError
from codesets.sources import open_sources

__all__ = ["command", "parse"]


@click.command("build", short_help="Official files to a compiled file.")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUT",
    required=True,
    type=click.Path(path_type=Path),
    help="The compiled file, or a folder, in which it is named after its edition.",
)
@click.option("--edition", metavar="NAME", help="The edition, as 2026-april, if not recognised.")
@lenient_option
@shared_options(release=False)
def command(
    files: tuple[str, ...],
    target: Path,
    edition: str | None,
    lenient: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Compile the official files of one release.

    FILE is an official file, the publisher's zip, or a folder of such; all files of the release, in
    any order. OUT is written whole or not at all. To have a release at hand, `codesets install`.
    """
    output = Output(as_json)
    release = parse(output, files, edition, lenient=lenient, room=room)
    path = _path(target, release)
    with output.working(f"writing {path}"):
        release.save(path)
    if as_json:
        output.record(_record(release, path))
        return
    counts = ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in release.counts.items()
    )
    output.line(f"{path}: {release.system} {release.edition} from {' + '.join(release.sources)}")
    output.line(f"  {counts}")
    for what, kinds in (
        ("differences between the sources", release.reconciliation.counts()),
        ("oddities of the files", counted(str(a.kind) for a in release.anomalies)),
    ):
        if kinds:
            listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
            output.line(f"  {what}: {listed}")
    if release.reconciliation or release.anomalies:
        output.line(f"  each of them: codesets reconcile {shlex.quote(str(path))} --all")
    _tell_doubts(output, release)


def parse(
    output: Output,
    files: tuple[str, ...],
    edition: str | None,
    *,
    lenient: bool,
    room: Room | None,
) -> Any:
    """The release in official files."""
    with output.working(f"reading {', '.join(Path(file).name for file in files)}"):
        opened = open_sources(files)
        chosen = room if room is not None else room_of_files(opened)
        return chosen.doors.parse(*opened, edition=edition, lenient=lenient)


def _path(target: Path, release: Any) -> Path:
    if not target.is_dir():
        return target
    if not release.edition.is_named:
        raise EditionError(
            f"the edition is not recognised, so the file in {target} has no name; say it with"
            " --edition, or name the file",
            system=release.system.name,
            name="",
        )
    return target / shelf.file_name(release.edition)


def _tell_doubts(output: Output, release: Any) -> None:
    edition = release.edition
    others = " or ".join(edition.alternatives)
    if not edition.is_named:
        hint = f" (their names speak of {others})" if others else ""
        output.notice(f"the edition is not recognised{hint}; say it with --edition")
    elif not edition.is_certain:
        output.notice(f"the files may also be those of {others}; say it with --edition")


def _record(release: Any, path: Path) -> dict[str, Any]:
    edition = release.edition.to_dict()
    name = edition.pop("name")
    return {
        "system": release.system.name,
        "edition": name,
        **edition,
        "path": str(path),
        "size": path.stat().st_size,
        "sources": list(release.sources),
        "counts": release.counts,
        "differences": release.reconciliation.counts(),
        "anomalies": counted(str(anomaly.kind) for anomaly in release.anomalies),
        "provenance": [asdict(info) for info in release.provenance],
    }
