"""Measure what needs the publishers' files: HCPCS, history, comparison, maps; as ratios in one run.

    python scripts/benchmark_official.py FOLDER [--rounds 9] [--markdown OUT]

FOLDER holds the official files as `<system>/<edition>/<archive>`, `crosswalks/gem/…` among them.
Each figure stands beside a yardstick measured in the same run: a bare loop over the same bytes, a
bare dict, or another answer of the library. In every round each is measured once; what is told are
medians over the rounds. It needs the extras excel and install.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import platform
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import codesets
from codesets import Crosswalk, compare, hcpcs, icd10cm, store
from codesets.compiled.reader import Compiled
from codesets.hcpcs.layout import FIELDS
from codesets.icd10cm.bulk import displays

DAY = date(2020, 9, 30)
Measured = dict[str, list[float]]


def main() -> int:
    """Run it; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("official", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--markdown", type=Path, metavar="OUT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="codesets-benchmark-") as name:
        os.environ["CODESETS_DATA_DIR"] = name
        figures = _figures(options.official, Path(name))
        found = _measured(figures, options.rounds)
        memory = _history_memory()
    text = _page(found, memory, options.rounds)
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    return 0


def _measured(figures: dict[str, Callable[[], object]], rounds: int) -> Measured:
    """Seconds of processor time of each figure, round by round; a first round is not counted."""
    found: Measured = {name: [] for name in figures}
    for number in range(rounds + 1):
        for name, figure in figures.items():
            gc.collect()
            start = time.process_time()
            figure()
            took = time.process_time() - start
            if number:
                found[name].append(took)
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return found


def _figures(official: Path, shelf: Path) -> dict[str, Callable[[], object]]:
    """What is measured, by name; preparing it is not."""
    installed = store.install(official / "icd10cm", official / "hcpcs")
    failed = [str(each) for each in installed if not each]
    if failed:
        raise SystemExit(f"not installed: {'; '.join(failed)}")
    store.install(official / "crosswalks" / "conversion")
    made: dict[str, Callable[[], object]] = {}
    made |= _hcpcs(official, shelf)
    made |= _history()
    made |= _comparison(shelf)
    made |= _maps(official, shelf)
    return made


# HCPCS


def _text(official: Path) -> bytes:
    archive = official / "hcpcs" / "2025-january" / "january-2025-alpha-numeric-hcpcs-file.zip"
    with zipfile.ZipFile(archive) as opened:
        (name,) = (n for n in opened.namelist() if "ANWEB" in n and n.endswith(".txt"))
        return opened.read(name)


def _slices(data: bytes) -> list[list[str]]:
    """The bare loop: every field of every line cut out and its blanks taken off."""
    places = [(f.first - 1, f.first - 1 + f.width * f.occurs) for f in FIELDS]
    lines = data.decode("cp1252").splitlines()
    return [[line[a:b].strip() for a, b in places] for line in lines]


def _hcpcs(official: Path, shelf: Path) -> dict[str, Callable[[], object]]:
    data = _text(official)
    path = shelf / "hcpcs-2025-january.codeset"
    release = hcpcs.load_path(path)
    codes = list(release)
    titles = {code: release[code].display for code in codes}

    def parse() -> object:
        stream = io.BytesIO(data)
        stream.name = "anweb.txt"
        return hcpcs.parse(stream, edition="2025-january")

    def known(text: str) -> bool:
        return text.upper().replace(".", "") in titles  # as for ICD-10-CM

    return {
        "hcpcs.parse": parse,
        "hcpcs.slices": lambda: _slices(data),
        "hcpcs.open": lambda: hcpcs.HcpcsRelease(Compiled.open(path)),
        "hcpcs.dict": lambda: [known(code) for code in codes],
        "hcpcs.in": lambda: [code in release for code in codes],
        "hcpcs.check": lambda: [release.check(code) for code in codes],
        "hcpcs.display": lambda: [release[code].display for code in codes],
        "hcpcs.check_on": lambda: [release.check(code, on=DAY) for code in codes],
        "hcpcs.live_on": lambda: release.live_on(DAY),
    }


# History


def _history() -> dict[str, Callable[[], object]]:
    history = codesets.history("icd10cm")
    release: Any = history.on(DAY)
    codes = list(release)[::5]

    def first() -> object:
        """Codes that neither has met before."""
        anew = codesets.history("icd10cm")
        opened = icd10cm.Icd10cmRelease(Compiled.open(release.path))
        anew.once(f"release {release.edition}", lambda: opened)
        return [anew.check(code, on=DAY) for code in codes]

    def first_check() -> object:
        opened = icd10cm.Icd10cmRelease(Compiled.open(release.path))
        return [opened.check(code) for code in codes]

    return {
        "history.open": lambda: codesets.history("icd10cm"),
        "history.check": lambda: [history.check(code, on=DAY) for code in codes],
        "history.release_check": lambda: [release.check(code) for code in codes],
        "history.first": first,
        "history.release_first": first_check,
    }


def _history_memory() -> str:
    """Resident megabytes of a fresh process before and after opening, where Linux tells them."""
    import subprocess

    code = (
        "import codesets\n"
        "def rss(): return int(open('/proc/self/statm').read().split()[1]) * 4096 / 1e6\n"
        "codesets.CodesetsError\n"
        "before = rss(); history = codesets.history('icd10cm'); history['E11.9'].periods\n"
        "print(f'{rss():.0f} MB, {rss() - before:.0f} MB more than before')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "not known here"


# Comparison


def _comparison(shelf: Path) -> dict[str, Callable[[], object]]:
    paths = [shelf / f"icd10cm-{name}.codeset" for name in ("2025-april", "2026-april")]

    def opened() -> list[icd10cm.Icd10cmRelease]:
        return [icd10cm.Icd10cmRelease(Compiled.open(path)) for path in paths]

    def dicts() -> object:
        old, new = (dict(zip(each.codes, displays(each), strict=True)) for each in opened())
        return [code for code in {*old, *new} if old.get(code) != new.get(code)]

    return {"compare": lambda: compare(*opened()), "compare.dicts": dicts}


# Maps


def _maps(official: Path, shelf: Path) -> dict[str, Callable[[], object]]:
    (archive,) = (p for p in (official / "crosswalks" / "gem").rglob("*.zip") if "2018" in str(p))
    with zipfile.ZipFile(archive) as opened:
        (name,) = (n for n in opened.namelist() if n.endswith("2018_I10gem.txt"))
        data = opened.read(name)
    file = shelf / "2018_I10gem.txt"
    file.write_bytes(data)
    gem = Crosswalk.from_gem(file)
    path = gem.save(shelf / "gem.codeset")
    bare: dict[str, list[str]] = {}
    for line in data.decode("ascii").splitlines():
        source, target, _ = line.split()
        bare.setdefault(source, []).append(target)
    codes = list(bare)

    def targets(text: str) -> list[str]:
        return bare.get(text.upper().replace(".", ""), [])

    return {
        "gem.parse": lambda: Crosswalk.from_gem(file),
        "gem.open": lambda: type(gem)(Compiled.open(path)),
        "gem.dict": lambda: [targets(code) for code in codes],
        "gem.translate": lambda: [gem.translate(code) for code in codes],
    }


# The page

_BARE = "a bare function and dict"
# What, figure, yardstick, words for it, target.
_RATIOS = (
    (
        "HCPCS: reading the text of January 2025",
        "hcpcs.parse",
        "hcpcs.slices",
        "a bare loop",
        "at most 8 ×",
    ),
    ("HCPCS: `code in release`, seen", "hcpcs.in", "hcpcs.dict", _BARE, "at most 1.25 ×"),
    ("HCPCS: `check(code)`, seen", "hcpcs.check", "hcpcs.dict", _BARE, "at most 3.3 ×"),
    ("HCPCS: `.display`, seen", "hcpcs.display", "hcpcs.dict", _BARE, "at most 2.5 ×"),
    ("HCPCS: `check(code, on=day)`", "hcpcs.check_on", "hcpcs.check", "`check(code)`, seen", ""),
    (
        "`history.check(code, on=day)`, seen",
        "history.check",
        "history.release_check",
        "`release.check(code)`, seen",
        "at most 2 ×",
    ),
    (
        "`history.check(code, on=day)`, not yet seen",
        "history.first",
        "history.release_first",
        "`release.check(code)`, not yet seen",
        "at most 2 ×",
    ),
    (
        "`compare`, two full releases of ICD-10-CM",
        "compare",
        "compare.dicts",
        "two dicts of code → title made and compared",
        "at most 3 ×",
    ),
    ("`translate`", "gem.translate", "gem.dict", "a bare function and dict of lists", ""),
)
_TIMES = (
    ("HCPCS: reading the text of January 2025", "hcpcs.parse", "at most 600 ms"),
    ("HCPCS: opening", "hcpcs.open", "at most 1 ms"),
    ("HCPCS: `live_on(day)`", "hcpcs.live_on", ""),
    ("opening the history of ICD-10-CM", "history.open", "at most 5 ms"),
    ("`compare`, two full releases of ICD-10-CM", "compare", "at most 150 ms"),
    ("reading the larger GEM of 2018", "gem.parse", "at most 400 ms"),
    ("opening it compiled", "gem.open", "at most 1 ms"),
    ("`translate`, all 71,704 sources", "gem.translate", "at most 239 ms"),
)


def _page(found: Measured, memory: str, rounds: int) -> str:
    medians = {name: statistics.median(times) for name, times in found.items()}
    lines = [
        "<!-- Made by scripts/benchmark_official.py; do not edit. -->",
        "",
        f"- Made: {date.today()}, {rounds} rounds, by: `python scripts/benchmark_official.py FOLDER"
        f" --rounds {rounds} --markdown docs/_benchmark_official.md`",
        f"- Machine: {platform.system()}, {platform.machine()}, {os.cpu_count()} cores; Python"
        f" {platform.python_version()}; processor time",
        f"- A process that opened the history of ICD-10-CM: {memory} (target: at most 40 MB)",
        "",
        "| measure | beside | ratio | target |",
        "| --- | --- | ---: | ---: |",
    ]
    for what, figure, yardstick, words, target in _RATIOS:
        ratio = medians[figure] / medians[yardstick]
        lines.append(f"| {what} | {words} | {ratio:.2f} × | {target} |")
    lines += ["", "| measure | median, ms | target |", "| --- | ---: | ---: |"]
    for what, figure, target in _TIMES:
        lines.append(f"| {what} | {medians[figure] * 1e3:,.2f} | {target} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
