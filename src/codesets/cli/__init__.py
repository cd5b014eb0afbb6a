"""The command `codesets`, one module a verb. Needs the extra `cli`.

`app` is the command with what all verbs share, `systems` the table of code sets, `describing` what
a code set tells the verbs, `output` where all text goes out.
"""

from __future__ import annotations

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
    from codesets.cli.app import app

    app.main(prog_name="codesets")
