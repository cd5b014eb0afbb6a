"""Measure codesets beside its peers, a bare dict and a bare XML parser, as ratios within one run.

    python scripts/benchmark.py [--rounds 9] [--only loop] [--json OUT] [--markdown OUT]
        [--crosswalks FOLDER [--answers OUT]]

The peers are installed, in pinned versions, into an environment of their own; codesets into
another, as the wheel of this checkout. Both are kept in a cache folder. In every round each
contender is measured once, in rotating order, so that a slow moment of the machine meets all of
them; what counts are ratios of medians over the rounds. Targets stand beside results as text: no
target ever fails the run.

Maps are measured where `--crosswalks` names a folder with the official files of maps; the same
contenders are then asked questions of which the file knows the answer (`--answers`).

All contenders run on the same Python: this one, or the first found on which every peer runs.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from _benchmark import answers
from _benchmark.course import GROUPS, Course, machine
from _benchmark.environments import (
    PEERS,
    BenchmarkError,
    carried_tabular,
    choose_interpreter,
    codesets_environment,
    default_cache,
    peers_environment,
)
from _benchmark.report import markdown, outcomes


def say(text: str) -> None:
    """Tell how far the run is."""
    print(text, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("--rounds", type=int, default=9, help="rounds that count; one goes before")
    made.add_argument("--only", action="append", choices=GROUPS, help="measure this; repeatable")
    made.add_argument("--json", type=Path, metavar="OUT", help="write every figure of every round")
    made.add_argument("--markdown", type=Path, metavar="OUT", help="write the tables of the page")
    made.add_argument(
        "--official",
        type=Path,
        metavar="XML",
        help="tabular list to parse; default: the one that the embedded release is built from",
    )
    made.add_argument(
        "--crosswalks",
        type=Path,
        metavar="FOLDER",
        help="official files of maps: the GEMs of 2018 and the CCSR of 2025, in any folders of it",
    )
    made.add_argument(
        "--answers", type=Path, metavar="OUT", help="write what was answered to questions of maps"
    )
    made.add_argument("--python", metavar="COMMAND", help="the Python that runs all contenders")
    made.add_argument(
        "--environments",
        type=Path,
        metavar="FOLDER",
        default=default_cache(),
        help="where the two environments are kept (default: %(default)s)",
    )
    return made


def _told(arguments: Sequence[str]) -> list[str]:
    """The arguments for a reader, to whom folders of this machine say nothing."""
    told, hidden = list(arguments), ("--crosswalks", "--environments", "--official")
    for place, argument in enumerate(arguments[1:], 1):
        if arguments[place - 1] in hidden:
            told[place] = Path(argument).name.upper()
    return told


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print the tables; 1 only where it cannot run."""
    arguments = sys.argv[1:] if arguments is None else arguments
    chosen = parser().parse_args(arguments)
    groups = chosen.only or GROUPS
    about: dict[str, Any] = {
        "made": date.today().isoformat(),
        "command": shlex.join(["python", "scripts/benchmark.py", *_told(arguments)]),
        "rounds": chosen.rounds,
        "machine": machine(),
    }
    try:
        python = choose_interpreter(chosen.python)
        say(f"Python {python.name} runs all contenders")
        maps = answers.find_maps(chosen.crosswalks) if chosen.crosswalks else {}
        theirs, peers = peers_environment(chosen.environments, python, say)
        ours = codesets_environment(chosen.environments, python, say)
        official = chosen.official or carried_tabular(theirs)
        about |= {
            "python": python.name,
            "peers": [peer.title for peer in peers],
            "left_out": [peer.title for peer in PEERS if peer not in peers],
            "official": official.name,
            "maps": list(maps),
        }
        with tempfile.TemporaryDirectory(prefix="codesets-benchmark-") as work:
            keys = [peer.key for peer in peers]
            course = Course(ours, theirs, keys, official.absolute(), maps, Path(work), say)
            about["release"] = course.prepare()
            results = course.run(chosen.rounds, groups)
            if maps and "ask" in groups and chosen.answers:
                told = answers.markdown(course.ask(), Path(work), about)
                chosen.answers.write_text(told, encoding="utf-8", newline="\n")
    except BenchmarkError as error:
        say(f"benchmark: {error}")
        return 1
    page = markdown(results, about)
    if chosen.markdown:
        chosen.markdown.write_text(page, encoding="utf-8", newline="\n")
    if chosen.json:
        figures = {
            **about,
            "targets": outcomes(results),
            "known": results.known,
            "values": results.values,
        }
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(page, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
