"""The command `codesets`, one module a verb. Needs the extra `cli`.

`app` is the command with what all verbs share, `systems` the table of code sets, `describing` what
a code set tells the verbs, `output` where all text goes out.
"""

from __future__ import annotations

import os
import sys

from codesets.errors import MissingExtraError

__all__ = ["main"]


def main() -> None:
    """Run the command on the arguments of this process, and leave with its exit code."""
    try:
        import click  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        print(f"codesets: {MissingExtraError.for_extra('cli', 'the command')}", file=sys.stderr)
        sys.exit(2)
    from codesets.cli.app import BROKEN, app

    for name in ("stdin", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever called: nothing to read, and nobody to be told.
            setattr(sys, name, open(os.devnull, "w+", encoding="utf-8"))  # noqa: SIM115
    if sys.stdout is None:
        print("codesets: standard output is closed", file=sys.stderr)
        sys.exit(BROKEN)
    app.main(prog_name="codesets")
