"""Public typing, read as a user's type checker would: strict, and from outside of the project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import codesets

HERE = Path(__file__).resolve().parent
PACKAGE = Path(codesets.__file__).resolve().parent

pytestmark = pytest.mark.slow_once


def type_checked(folder: Path, *names: str) -> tuple[int, str]:
    """What mypy says of copies of some programs, away from this project and its settings."""
    pytest.importorskip("mypy", reason="mypy is no need of the tests, only of this one")
    for name in names:
        (folder / name).write_bytes((HERE / "user_typing" / name).read_bytes())
    (folder / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    env = {key: value for key, value in os.environ.items() if key != "MYPYPATH"}
    if "site-packages" not in PACKAGE.parts:
        env["MYPYPATH"] = str(PACKAGE.parent)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", *names]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_a_users_program_is_typed_as_documented(tmp_path: Path) -> None:
    assert type_checked(tmp_path, "right.py") == (0, "")


def test_a_users_mistakes_are_found(tmp_path: Path) -> None:
    """Strict checking also refuses a `type: ignore` that is not needed: each line is an error."""
    assert type_checked(tmp_path, "wrong.py") == (0, "")
    assert (tmp_path / "wrong.py").read_text().count("# type: ignore[") >= 15
