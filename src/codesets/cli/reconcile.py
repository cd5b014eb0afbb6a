"""`codesets reconcile`: where the official files disagree, and what is odd in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codesets.cli.app import complete_release, lenient_option, shared_options
from codesets.cli.at_hand import AtHand, is_compiled
from codesets.cli.build import parse
from codesets.cli.output import Output, counted, shown
from codesets.cli.systems import Room
from codesets.problems import Anomaly
from codesets.reconciliation import Difference, DifferenceKind, Reconciliation

__all__ = ["command"]


@click.command("reconcile", short_help="Where the official files disagree.")
@click.argument("files", metavar="FILE…|RELEASE", nargs=-1, shell_complete=complete_release)
@click.option("--all", "everything", is_flag=True, help="Every difference and oddity.")
@click.option("--kind", metavar="KIND", help="Those of one kind, as title or title/words.")
@click.option("--edition", metavar="NAME", help="The edition of official files, as 2026-april.")
@lenient_option
@shared_options(release=False)
def command(
    files: tuple[str, ...],
    everything: bool,
    kind: str | None,
    edition: str | None,
    lenient: bool,
    room: Room | None,
    as_json: bool,
) -> None:
    """Print where the official files of a release disagree, and what is odd in them.

    For official files, a compiled file, or a release at hand (default: the newest). A file or a
    folder that is there is taken as such; another name is an edition's. The counts come first,
    details with --all or --kind. With --json details are always there.
    """
    output = Output(as_json)
    release = _release(output, files, edition, lenient=lenient, room=room)
    differences = [each for each in release.reconciliation if _is_wanted(each, kind)]
    anomalies = [each for each in release.anomalies if _is_wanted(each, kind)]
    if kind is not None and not differences and not anomalies:
        known = counted(map(_kind, [*release.reconciliation, *release.anomalies]))
        output.notice(f"nothing of the kind {kind}; there is: {', '.join(known) or 'nothing'}")
    if as_json:
        output.record(_record(release, differences, anomalies))
        return
    output.line(f"{release.system} {release.edition} from {' + '.join(release.sources)}")
    details = everything or kind is not None
    for title, found in (
        ("differences between the sources", differences),
        ("oddities of the files", anomalies),
    ):
        output.line(f"{title}: {len(found):,}")
        for name, count in counted(map(_kind, found)).items():
            output.line(f"  {count:>7,}  {name}")
        if details:
            for each in found:
                output.line(f"    {shown(_line(each))}")


def _release(
    output: Output,
    files: tuple[str, ...],
    edition: str | None,
    *,
    lenient: bool,
    room: Room | None,
) -> Any:
    """The release in the files, or the one at hand that is named."""
    if not files:
        return AtHand.open(output, None, room).only().release
    if len(files) == 1:
        path = Path(files[0])
        if is_compiled(path):
            return AtHand.open(output, path.absolute().as_posix(), room).only().release
        if not path.exists() and path.parent == Path():
            return AtHand.open(output, files[0], room).only().release
    return parse(output, files, edition, lenient=lenient, room=room)


def _kind(found: Difference | Anomaly) -> str:
    """The kind of a difference as `Reconciliation.counts` names it, or of an oddity."""
    if isinstance(found, Anomaly):
        return str(found.kind)
    detail = found.change if found.kind is DifferenceKind.TITLE else found.field
    return f"{found.kind}/{detail}" if detail else str(found.kind)


def _is_wanted(found: Difference | Anomaly, kind: str | None) -> bool:
    return kind is None or kind in (str(found.kind), _kind(found))


def _line(found: Difference | Anomaly) -> str:
    if isinstance(found, Difference):
        return f"{found}; {found.resolution}" if found.resolution else str(found)
    return f"{found.kind}: {found}" + (f": {found.found!r}" if found.found else "")


def _record(
    release: Any, differences: list[Difference], anomalies: list[Anomaly]
) -> dict[str, Any]:
    return {
        "system": release.system.name,
        "edition": release.edition.name,
        "sources": list(release.sources),
        "counts": {
            "differences": counted(map(_kind, differences)),
            "anomalies": counted(map(_kind, anomalies)),
        },
        "differences": [_difference_record(each) for each in differences],
        "anomalies": [anomaly.to_dict() for anomaly in anomalies],
    }


def _difference_record(difference: Difference) -> dict[str, Any]:
    (record,) = Reconciliation([difference]).to_list()
    return record | {"change": str(difference.change)}
