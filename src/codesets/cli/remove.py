"""`codesets remove`: an installed release off this machine."""

from __future__ import annotations

import click

from codesets import store
from codesets.cli.app import complete_release
from codesets.cli.output import Output
from codesets.cli.systems import complete_kind, system_named

__all__ = ["command"]


@click.command("remove", short_help="An installed release off this machine.")
@click.argument("system", metavar="SYSTEM", shell_complete=complete_kind)
@click.argument("edition", metavar="EDITION", shell_complete=complete_release)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(system: str, edition: str, as_json: bool) -> None:
    """Take an installed release out of the data folder, as icd10cm 2025.

    One that came with the package stays.
    """
    name = system_named(system)
    path = store.remove(name, edition)
    output = Output(as_json)
    if as_json:
        output.record({"removed": True, "system": name, "edition": edition, "path": str(path)})
    else:
        output.line(f"removed {name} {edition}: {path}")
