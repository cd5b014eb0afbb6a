"""Kill the installing of a full release at random moments, and look at what is left.

Every kill ends a process of its own with SIGKILL: one half at any moment of its life, the other
within the moments in which the file is written; one half meets an empty shelf, the other an older
release. After each kill whatever is on the shelf must be whole; at the end the next install works.

    python scripts/kill_installs.py PATH… [--kills 200] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

INSTALL = "import sys; from codesets.cli import main; main()"


def start(sources: list[str], data: Path) -> subprocess.Popen[bytes]:
    """A process that installs the release."""
    return subprocess.Popen(
        [sys.executable, "-c", INSTALL, "install", "--replace", "--from", *sources],
        env={**os.environ, "CODESETS_DATA_DIR": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_writing(data: Path) -> bool:
    """Whether a half-written file is there."""
    return any(data.glob(".*.part"))


def kill(process: subprocess.Popen[bytes], data: Path, duration: float, *, late: bool) -> str:
    """Kill the process at a random moment; what it was doing then."""
    if late:
        while process.poll() is None and not is_writing(data):
            time.sleep(0.0005)
        time.sleep(random.random() * 0.03)
    else:
        time.sleep(random.random() * duration)
    writing = is_writing(data)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    return "after its end" if ended else "while it wrote" if writing else "before or after writing"


def older_release(path: Path) -> tuple[str, bytes]:
    """The name of a release, and the bytes of one without codes that bears the same name."""
    from codesets.compiled.writer import Writer

    writer = Writer()
    writer.keys([])
    system, _, edition = path.stem.partition("-")
    values = {"system": system, "name": edition, "effective_from": None, "effective_to": None}
    header = {"system": system, "edition": values, "content": [], "counts": {}}
    return path.name, writer.finish(header)


def prepare(data: Path, older: tuple[str, bytes] | None) -> None:
    """An empty shelf, or an older release on it."""
    for path in data.iterdir():
        path.unlink()
    if older is not None:
        (data / older[0]).write_bytes(older[1])


def damage(data: Path) -> list[str]:
    """What is wrong with the files on the shelf."""
    from codesets import store

    os.environ["CODESETS_DATA_DIR"] = str(data)
    return [each.problem for each in store.verify() if each.path.parent == data and not each]


def main(arguments: list[str] | None = None) -> int:
    """Run the kills; exit status 1 if anything was damaged or the next install failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", nargs="+", help="official files of one release")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    random.seed(chosen.seed)
    found: Counter[str] = Counter()
    problems: list[str] = []
    with tempfile.TemporaryDirectory(prefix="codesets-kills-") as name:
        data = Path(name)
        began = time.monotonic()
        if start(chosen.sources, data).wait():
            print("the release cannot be installed; try codesets install --from on the same files")
            return 1
        duration = time.monotonic() - began
        older = older_release(next(data.glob("*.codeset")))
        for number in range(chosen.kills):
            prepare(data, older if number % 4 >= 2 else None)
            process = start(chosen.sources, data)
            found[kill(process, data, duration, late=number % 2 == 1)] += 1
            problems += damage(data)
        for path in data.glob(".*.part"):
            path.unlink()
        again = start(chosen.sources, data).wait()
        problems += damage(data)
        if again or len(list(data.glob("*.codeset"))) != 1:
            problems.append("the next install failed")
    told = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    print(f"{chosen.kills} kills ({told}): {len(problems)} damaged")
    for problem in problems:
        print(f"  {problem}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
