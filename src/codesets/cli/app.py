"""The command as such: its verbs, what they share, and how it ends.

Exit codes: 0 all well; 1 a code is not valid, or not there; 2 the command was misused, or no
release at hand answers; 3 a file is broken, or cannot be read or written.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

import click

from codesets import __version__
from codesets.cli.at_hand import AtHand, opened_in
from codesets.cli.describing import PLAINLY, Asked
from codesets.cli.output import Output, one_line
from codesets.cli.systems import (
    ROOMS,
    Room,
    complete_kind,
    complete_system,
    kind_named,
    room_named,
)
from codesets.errors import (
    CodesetsError,
    EditionError,
    MalformedCodeError,
    MissingExtraError,
    ReleaseNotFoundError,
    SelectionError,
    UnknownCodeError,
)

__all__ = [
    "BROKEN",
    "INVALID",
    "USAGE",
    "app",
    "complete_release",
    "day_option",
    "exit_code",
    "lenient_option",
    "modifier_option",
    "open_at_hand",
    "shared_options",
]

INVALID, USAGE, BROKEN = 1, 2, 3
"""Exit codes; 0 is all well."""

# What shells give for a process that a signal ended.
_INTERRUPTED, _BROKEN_PIPE = 128 + 2, 128 + 13
_INTERNAL = 70
"""EX_SOFTWARE of sysexits.h: a mistake in this program."""

_USAGE_ERRORS = (
    EditionError,
    MalformedCodeError,
    MissingExtraError,
    ReleaseNotFoundError,
    SelectionError,
)

VERBS = (
    "show",
    "check",
    "history",
    "trace",
    "migrate",
    "diff",
    "impact",
    "tree",
    "notes",
    "select",
    "translate",
    "group",
    "install",
    "remove",
    "releases",
    "check-upstream",
    "build",
    "reconcile",
    "verify",
    "export",
    "completion",
)


class Verbs(click.Group):
    """The verbs, each imported when it is called, and every error on one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of the help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"codesets.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; whatever happens, no traceback."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except (click.exceptions.Exit, click.ClickException):
            raise
        except BrokenPipeError:
            # Whoever read has had enough; that is no error.
            _forget_output()
            ctx.exit(_BROKEN_PIPE)
        except (KeyboardInterrupt, click.exceptions.Abort):
            _end(ctx, "interrupted", _INTERRUPTED)
        except CodesetsError as error:
            _end(ctx, str(error), exit_code(error))
        except OSError as error:
            _forget_output()
            where = f"{error.filename}: " if error.filename else ""
            _end(ctx, f"{where}{error.strerror or error}", BROKEN)
        except Exception as error:
            if os.environ.get("CODESETS_DEBUG"):
                raise
            _end_if_damaged(ctx)
            what = f"internal error, please report it: {type(error).__name__}: {error}"
            _end(ctx, f"{what} (CODESETS_DEBUG=1 shows where)", _INTERNAL)


def _end(ctx: click.Context, message: str, code: int) -> NoReturn:
    """End the command with one line on standard error."""
    click.echo(f"codesets: {one_line(message)}", err=True)
    ctx.exit(code)


def _end_if_damaged(ctx: click.Context) -> None:
    """Put what went wrong down to a damaged release, if one that answers is."""
    for release in opened_in(ctx):
        try:
            release.verify()
        except CodesetsError as damage:
            _end(ctx, str(damage), BROKEN)


def exit_code(error: CodesetsError) -> int:
    """The exit code that an error ends the command with."""
    if isinstance(error, UnknownCodeError):
        return INVALID
    return USAGE if isinstance(error, _USAGE_ERRORS) else BROKEN


def _forget_output() -> None:
    """Let nothing be written at the end of the process where writing has failed."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 all well, 1 a code is not valid or not there, 2 misused, 3 a broken file."
    ),
)
@click.version_option(__version__, prog_name="codesets", message="%(prog)s %(version)s")
def app() -> None:
    """Medical code sets, read from their publishers' official files."""
    # A stream that cannot write an accent shall write a question mark, not fail.
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


F = TypeVar("F", bound=Callable[..., Any])


def complete_release(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Names of the releases at hand, for the shell; and files."""
    from click.shell_completion import CompletionItem

    from codesets import shelf

    names = dict.fromkeys(e.edition.name for e in shelf.entries() if e.system in ROOMS)
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


_system_option = click.option(
    "--system",
    "room",
    metavar="NAME",
    callback=room_named,
    shell_complete=complete_system,
    help="The code set, as icd10cm, where it is not clear.",
)
_kind_option = click.option(
    "--system",
    metavar="NAME",
    callback=kind_named,
    shell_complete=complete_kind,
    help="The code set, map or grouper, as icd10cm, gem-i9 or hcc-v28, where it is not clear.",
)
_release_option = click.option(
    "--release",
    metavar="NAME|PATH",
    shell_complete=complete_release,
    help="The release that answers: an edition at hand, or a compiled file (a path has a slash or"
    " ends in .codeset). Default: the newest at hand that has begun.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def shared_options(*, release: bool = True, every_kind: bool = False) -> Callable[[F], F]:
    """The options that verbs share: `--json`, `--system`, and `--release` unless False.

    With `every_kind`, `--system` takes the name of anything that can be installed, and gives it.
    """
    system = _kind_option if every_kind else _system_option

    def decorate(function: F) -> F:
        for option in (system, *([_release_option] if release else []), _json_option):
            function = option(function)
        return function

    return decorate


def _day(ctx: click.Context, param: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


day_option = click.option(
    "--on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    callback=_day,
    help="The day, as 2024-07-01: of discharge for inpatient claims, of service otherwise. Default:"
    " the release's own days.",
)
"""`--on`, for the verbs that can ask about a day."""

lenient_option = click.option(
    "--lenient", is_flag=True, help="List what cannot be read, instead of giving up."
)
"""`--lenient`, for the verbs that read official files."""

modifier_option = click.option(
    "--modifier", "modifiers", is_flag=True, help="The texts are modifiers (HCPCS), as LT."
)
"""`--modifier`, for the verbs that can ask about modifiers."""


def open_at_hand(
    as_json: bool, release: str | None, room: Room | None, asked: Asked = PLAINLY
) -> tuple[Output, AtHand]:
    """Where to write, and what answers."""
    output = Output(as_json)
    return output, AtHand.open(output, release, room, asked)
