"""The course of a run: rounds in which every contender is measured once, in rotating order."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from _benchmark import fresh
from _benchmark.environments import BenchmarkError, Say, clean_environment, output
from _benchmark.maps import folder
from _benchmark.questions import CCSR, FILES
from _benchmark.questions import CONTENDERS as QUESTIONED

SCRIPTS = Path(__file__).resolve().parents[1]

GROUPS = ("parse", "fresh", "open", "loop", "below", "map", "ask")
"""What `--only` chooses from."""

# Runs within a round, whose median is the round's figure.
TIMES = {"open": 200, "loop": 3, "below": 5, "map": 3}
FIRST_TIMES = 1
"""Runs of what needs a release opened anew, and is not to get faster by that."""

CASES = {
    "open": ("open",),
    "loop": (
        *(
            f"{name}{state}"
            for name in ("known", "check", "title")
            for state in ("", ".anew", ".first")
        ),
        *("dated", "dated.anew"),
    ),
    "below": ("below.texts", "below.texts.first", "below.objects", "below.objects.first"),
    "map": (
        "map.read", "map.open", "map.translate", "map.translate.anew", "map.translate.first",
        "map.targets", "map.targets.anew",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Results:
    """Figures by measure and contender, one a round; seconds, or bytes for `….peak`.

    Attributes:
        values: measure → contender → one figure a round.
        known: contender → of how many of the codes it says that they may be used.
    """

    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def add(self, measure: str, contender: str, value: float) -> None:
        """Put one figure down."""
        self.values.setdefault(measure, {}).setdefault(contender, []).append(value)

    def has(self, measure: str, contender: str) -> bool:
        """True if there is a figure."""
        return bool(self.values.get(measure, {}).get(contender))

    def median(self, measure: str, contender: str) -> float:
        """The median over the rounds."""
        return statistics.median(self.values[measure][contender])

    def ratio(self, measure: str, above: str, below: str, other: str | None = None) -> float:
        """Ratio of medians: contender `above` by `below`, whose measure may be another."""
        return self.median(measure, above) / self.median(other or measure, below)


@dataclass(frozen=True, slots=True)
class Course:
    """What a run needs to know.

    Attributes:
        ours: the interpreter of the environment with codesets.
        theirs: that of the peers' environment.
        peers: the keys of the peers in it.
        official: the tabular XML.
        maps: the official files of maps by name, see `answers.find_maps`; none to leave maps out.
        work: a folder for what is made on the way.
        say: is told how far it is.
    """

    ours: Path
    theirs: Path
    peers: Sequence[str]
    official: Path
    maps: Mapping[str, bytes]
    work: Path
    say: Say

    def prepare(self) -> dict[str, Any]:
        """Make the shared files; returns what the release holds."""
        (self.work / "home").mkdir()
        (self.work / "cms").mkdir()
        # The one name that cms-icd takes the tabular list by.
        shutil.copyfile(self.official, self.work / "cms" / "icd10cm_tabular_2026.xml")
        for name, data in self.maps.items():
            folder(self.work).mkdir(exist_ok=True)
            is_gem = name in FILES.values()
            (folder(self.work) / name if is_gem else self.work / CCSR).write_bytes(data)
        printed = output(self._worker("prepare"), self._environment(PYTHONPATH=str(SCRIPTS)))
        prepared: dict[str, Any] = json.loads(printed)
        return prepared

    def ask(self) -> dict[str, Any]:
        """What the contenders that have maps answer to the questions, and how often rightly."""
        environment = self._environment(PYTHONPATH=str(SCRIPTS))

        def asked(key: str) -> str:
            command = [str(self._python(key)), "-m", "_benchmark.questions", key, str(self.work)]
            return output(command, environment)

        asked("prepare")
        found: dict[str, Any] = {}
        for key in QUESTIONED:
            if key == "codesets" or key in self.peers:
                self.say(f"asking {key}")
                found[key] = json.loads(asked(key))
        return found

    def run(self, rounds: int, groups: Sequence[str]) -> Results:
        """Measure the groups in so many rounds, after one that is not counted."""
        results = Results()
        self._processes("parse", fresh.parse, ("lxml", "codesets"), rounds, groups, results)
        first = ("interpreter", "dict", "codesets", *self.peers)
        self._processes("fresh", fresh.first_answer, first, rounds, groups, results)
        staying = [group for group in CASES if group in groups]
        if staying:
            self._loops(rounds, staying, results)
        return results

    def _processes(
        self,
        group: str,
        measure: Callable[..., dict[str, float]],
        contenders: Sequence[str],
        rounds: int,
        groups: Sequence[str],
        results: Results,
    ) -> None:
        """Measure what takes a process of its own."""
        if group not in groups:
            return
        paths = {
            "official": self.official,
            "titles": self.work / "titles.pickle",
            "cms": self.work / "cms",
        }
        for number in range(rounds + 1):
            self.say(f"{group}: round {number} of {rounds}")
            for key in _rotated(contenders, number):
                figures = measure(self._python(key), key, paths, self._environment(), self.work)
                for name, value in figures.items():
                    if number:
                        results.add(name, key, value)

    def _loops(self, rounds: int, groups: Sequence[str], results: Results) -> None:
        """Measure what happens in processes that stay."""
        with ExitStack() as stack:
            workers: dict[str, _Worker] = {}
            for key in ("dict", "codesets", *self.peers):
                self.say(f"starting {key}")
                environment = self._environment(PYTHONPATH=str(SCRIPTS))
                workers[key] = stack.enter_context(_Worker(self._worker(key), environment))
                results.known[key] = workers[key].known
            for number in range(rounds + 1):
                self.say(f"{', '.join(groups)}: round {number} of {rounds}")
                for group in groups:
                    for case in CASES[group]:
                        able = [key for key in workers if case in workers[key].cases]
                        if not able:
                            continue
                        times = FIRST_TIMES if case.endswith(".first") else TIMES[group]
                        for key in _rotated(able, number):
                            value = workers[key].timed(case, times)
                            if number:
                                results.add(case, key, value)

    def _python(self, key: str) -> Path:
        return self.theirs if key in self.peers else self.ours

    def _worker(self, key: str) -> list[str]:
        return [str(self._python(key)), "-m", "_benchmark.worker", key, str(self.work)]

    def _environment(self, **more: str) -> dict[str, str]:
        # A home without anything: a release that the user has installed must not take part.
        home = str(self.work / "home")
        places = ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")
        return clean_environment(**dict.fromkeys(places, home), **more)


class _Worker:
    """The near end of a process with one contender in it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environment),
        )
        greeting = self._answer()
        self.known: int = greeting["known"]
        self.cases = frozenset(greeting["cases"])

    def timed(self, case: str, times: int) -> float:
        """Seconds for one answer."""
        assert self._process.stdin is not None
        print(json.dumps({"case": case, "times": times}), file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkError(f"{shlex.join(self._command)} ended early")
        return json.loads(line)

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _rotated(keys: Iterable[str], number: int) -> list[str]:
    keys = list(keys)
    start = number % len(keys)
    return keys[start:] + keys[:start]


def machine() -> dict[str, Any]:
    """The kind of machine, without anything that would tell which one."""
    found: dict[str, Any] = {"cores": os.cpu_count()}
    uname = os.uname() if hasattr(os, "uname") else None
    if uname is not None:
        found |= {"system": uname.sysname, "architecture": uname.machine}
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        found["memory_gib"] = round(pages * size / 2**30)
    except (AttributeError, OSError, ValueError):
        pass
    return found
