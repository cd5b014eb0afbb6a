"""A process with one contender in it, which times what it is told to: `-m _benchmark.worker`.

Requests and answers are lines of JSON on standard input and output.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import pickle
import random
import statistics
import sys
import sysconfig
from pathlib import Path
from time import perf_counter
from typing import Any

from _benchmark.cases import CONTENDERS, Case
from _benchmark.maps import GEM, MAPS, folder

SAMPLE = 20_000
SEED = 2026


def prepare(work: Path) -> dict[str, Any]:
    """Write what all contenders share: the codes to ask for, and the titles for the bare dict."""
    from codesets import icd10cm

    release = icd10cm.load()
    billable = release.select("*", billable=True).codes
    sample = random.Random(SEED).sample(billable, SAMPLE)
    (work / "codes.txt").write_text("\n".join(sample), encoding="ascii")
    if folder(work).is_dir():
        _prepare_maps(work)
    titles = {code.replace(".", ""): release[code].display for code in release}
    with (work / "titles.pickle").open("wb") as stream:
        pickle.dump(titles, stream, pickle.HIGHEST_PROTOCOL)
    return {
        "release": f"{release.system.title} {release.edition.name}",
        "codes": len(release),
        "billable": len(billable),
        "sample": SAMPLE,
        "is_optimised": "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
        "versions": {
            name: importlib.metadata.version(name) for name in ("codesets", "attrs", "lxml")
        },
    }


def _prepare_maps(work: Path) -> None:
    """The sources to translate, spelled with their dots."""
    text = (folder(work) / GEM).read_text(encoding="ascii")
    sources = sorted({line.split()[0] for line in text.splitlines()})
    sample = random.Random(SEED).sample(sources, SAMPLE)
    dotted = (f"{code[:3]}.{code[3:]}".rstrip(".") for code in sample)
    (work / "sources.txt").write_text("\n".join(dotted), encoding="ascii")


def timed(case: Case, times: int) -> float:
    """Median seconds for one answer over some runs, garbage collection left as users have it."""
    if case.is_warm:
        case.run(case.prepare())
    seconds: list[float] = []
    for _ in range(times):
        argument = case.prepare()
        start = perf_counter()
        result = case.run(argument)
        end = perf_counter()
        answers = len(result) if case.answers is None else case.answers
        seconds.append((end - start) / answers)
        del argument, result
    return statistics.median(seconds)


def serve(key: str, work: Path) -> None:
    """Make the contender ready, then time what each line of standard input asks for."""
    # What a contender prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(value: object) -> None:
        print(json.dumps(value), file=answers, flush=True)

    codes = (work / "codes.txt").read_text(encoding="ascii").split("\n")
    contender = CONTENDERS[key](work, codes)
    cases = dict(contender.cases)
    if key in MAPS and folder(work).is_dir():
        cases |= MAPS[key](work)
    answer({"known": contender.known, "cases": sorted(cases)})
    for line in sys.stdin:
        request = json.loads(line)
        answer(timed(cases[request["case"]], request["times"]))


def main() -> None:
    """`prepare FOLDER`, or `CONTENDER FOLDER`."""
    key, work = sys.argv[1], Path(sys.argv[2])
    if key == "prepare":
        print(json.dumps(prepare(work)))
    else:
        serve(key, work)


if __name__ == "__main__":
    main()
