"""The one door to every task: `nox` runs what the continuous integration runs.

`nox -l` lists the sessions, `nox -s tests -- -k README` hands arguments on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests", "lint", "types", "docs", "build", "wheel"]

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
# A checkout as the wheel's tests see it has no src: the wheel alone must do.
NOT_COPIED = shutil.ignore_patterns(
    "src", "dist", "_build", "__pycache__", ".git", ".nox", ".venv", ".hypothesis", ".*_cache"
)
# Over the wheel, on every Python, go the rings that need neither official files nor much time.
QUICK = "not official and not slow_once"


def offer_pyenv() -> None:
    """Let pyenv's commands run: it has one for every version, but only the selected ones run."""
    if not shutil.which("pyenv"):
        return

    def pyenv(*arguments: str) -> list[str]:
        done = subprocess.run(["pyenv", *arguments], capture_output=True, text=True, check=False)
        return done.stdout.split()

    # What is selected stays first, so that python3 goes on meaning the same.
    selected = pyenv("version-name")
    os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys(selected + pyenv("versions", "--bare")))


def runs(version: str) -> bool:
    """True if that Python really runs here: a command on the path may be an empty promise."""
    code = f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    try:
        done = subprocess.run([f"python{version}", "-c", code], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


offer_pyenv()
PYTHONS = tuple(version for version in nox.project.python_versions(PROJECT) if runs(version))


def group(name: str) -> list[str]:
    """The requirements of a dependency group, which old versions of pip cannot read."""
    return list(nox.project.dependency_groups(PROJECT, name))


def python_files() -> list[str]:
    """What is formatted and linted."""
    return ["src", "tests", "scripts", "docs", "noxfile.py", "hatch_build.py"]


@nox.session(python=PYTHONS, tags=["python"])
def tests(session: nox.Session) -> None:
    """All tests, on the source tree."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """All tests, with lines and branches that none of them reaches."""
    session.install("-e", ".[test]")
    session.run("coverage", "run", "-m", "pytest", "--numprocesses=0", *session.posargs)
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format; `nox -s lint -- --fix` mends what can be mended."""
    session.install(*group("lint"))
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []), *python_files())
    session.run("ruff", "format", *([] if fix else ["--check"]), *python_files())


@nox.session
def types(session: nox.Session) -> None:
    """Strict types over source, tests and scripts."""
    # Not the package itself, which would be built for nothing: mypy reads src.
    extras = PROJECT["project"]["optional-dependencies"]
    named = [name for name in extras if name != "all"]
    needed = [*PROJECT["project"]["dependencies"], *(one for name in named for one in extras[name])]
    needed = [each for each in needed if not each.startswith("codesets")]
    session.install(*needed, *group("types"))
    session.run("mypy", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation site; every warning is an error."""
    session.install("-e", ".[all]", *group("docs"))
    target = ROOT / "docs" / "_build" / "html"
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-q", "docs", str(target))
    session.log(f"open {target / 'index.html'}")


@nox.session
def build(session: nox.Session) -> None:
    """The source distribution, and the wheel out of it, into dist."""
    session.install(*group("build"))
    shutil.rmtree(DIST, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(DIST))


@nox.session(python=PYTHONS)
def wheel(session: nox.Session) -> None:
    """The tests against the wheel of `build`, where no source can be imported by mistake."""
    built = next(DIST.glob("*.whl"), None)
    if built is None:
        session.error("there is no wheel: nox -s build makes it")
    # pip would keep an installed 0.1.0 for another 0.1.0.
    session.install("--force-reinstall", "--no-deps", str(built))
    session.install(f"{built}[test]")
    with tempfile.TemporaryDirectory(prefix="codesets-wheel-") as outside:
        shutil.copytree(ROOT, outside, ignore=NOT_COPIED, dirs_exist_ok=True)
        session.chdir(outside)
        chosen = session.posargs or ["-m", QUICK]
        env = {"CODESETS_TEST_DIST": str(DIST)}
        # One process a Python: several Pythons are tried beside each other.
        session.run("python", "-m", "pytest", "-q", "--numprocesses=0", *chosen, env=env)


@nox.session
def benchmark(session: nox.Session) -> None:
    """The figures of the benchmark page, as ratios within one run; it installs what it measures."""
    session.run("python", "scripts/benchmark.py", *session.posargs)
