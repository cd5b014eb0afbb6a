"""`codesets completion`: the script that teaches a shell to complete this command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["command"]

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="The script for completion in the shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete verbs, options, codes and releases.

    bash: source it in ~/.bashrc, as eval "$(codesets completion bash)"; zsh likewise in ~/.zshrc;
    fish: codesets completion fish > ~/.config/fish/completions/codesets.fish
    """
    completer = get_completion_class(shell)
    if completer is None:
        raise click.UsageError(f"this click cannot complete for {shell}")
    root = ctx.find_root()
    script = completer(root.command, {}, "codesets", "_CODESETS_COMPLETE").source()
    click.echo(script.rstrip())
