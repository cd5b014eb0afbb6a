"""What is shipped: the project's own files, and, with `nox -s wheel`, what was built of them."""

from __future__ import annotations

import email
import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import codesets
from codesets.embedding import DEFAULT
from official import official_folder

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = Path(codesets.__file__).resolve().parent
RUNTIME = {"attrs", "lxml", "platformdirs"}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

DIST = os.environ.get("CODESETS_TEST_DIST")
built = pytest.mark.skipif(not DIST, reason="no built wheel; nox -s wheel builds and tests one")


def project() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    match = re.match(r"[\w.-]+", requirement)
    assert match
    return match[0].lower()


def official_digests() -> set[str]:
    """Digests of official files and archives, as the calendar knows them."""
    text = (PACKAGE / "_calendar.json").read_text(encoding="utf-8")
    return set(re.findall(r"\b[0-9a-f]{64}\b", text)) | {one.sha256 for one in DEFAULT}


def tracked_files() -> list[Path]:
    """What git tracks or would track; all but caches where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    paths = [REPOSITORY / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    if listed.returncode or not paths:
        pytest.skip("this is no git checkout")
    return [path for path in paths if path.is_file()]


# The project's files


def test_runtime_needs_three_distributions_alone() -> None:
    assert {name_of(each) for each in project()["project"]["dependencies"]} == RUNTIME


def test_the_hook_requires_what_it_takes_files_from() -> None:
    """The digest stands in the package, the requirement in pyproject.toml: both say one thing."""
    hook = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]
    assert hook["dependencies"] == [f"{one.distribution}=={one.version}" for one in DEFAULT]


def test_the_readme_opens_with_two_commands_and_ci_runs_them_as_written() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    commands = [code.strip() for _, code in FENCE.findall(text)[:2]]
    assert all("\n" not in command for command in commands)
    assert "codesets show E11.9" in commands[0]
    assert "pytest" in commands[1]
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [command for command in commands if command not in ci] == []


def test_links_of_the_readme_lead_somewhere() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []


@pytest.fixture
def embedded_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No release of whoever runs the tests answers in place of the embedded one."""
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))


def test_the_repository_holds_no_official_file() -> None:
    digests = official_digests()
    for path in tracked_files():
        assert path.suffix not in {".codeset", ".zip"}, path
        assert hashlib.sha256(path.read_bytes()).hexdigest() not in digests, path


@pytest.mark.official
@pytest.mark.usefixtures("embedded_alone")
def test_the_embedded_release_is_what_this_program_makes_of_the_file() -> None:
    """An editable install's file may be older than the reader: `pip install -e .` renews it."""
    from codesets import icd10cm

    stamp = PACKAGE / "_data" / "embedded.json"
    if not stamp.exists():
        pytest.skip("not an editable install")
    folder = official_folder("icd10cm", "2026-april")
    assert json.loads(stamp.read_text(encoding="utf-8"))["files"]
    assert icd10cm.parse(folder, edition="2026-april") == icd10cm.load("2026-april")


# What was built


def wheel_file() -> zipfile.ZipFile:
    (path,) = Path(DIST or "").glob("*.whl")
    return zipfile.ZipFile(path)


@built
def test_the_installed_package_is_the_wheels() -> None:
    assert REPOSITORY not in PACKAGE.parents
    assert importlib.metadata.version("codesets") == codesets.__version__
    with wheel_file() as wheel:
        for name in wheel.namelist():
            if name.startswith("codesets/"):
                assert (PACKAGE.parent / name).read_bytes() == wheel.read(name)


@built
def test_the_wheel_carries_the_program_and_the_embedded_release_alone() -> None:
    with wheel_file() as wheel:
        names = [name for name in wheel.namelist() if not name.endswith(".py")]
    assert [name for name in names if name.endswith(".codeset")] == [
        f"codesets/_data/{one.room}-{one.edition}.codeset" for one in DEFAULT
    ]
    assert "codesets/py.typed" in names
    assert "codesets/report/templates/report.html.jinja" in names
    rest = [name for name in names if not name.endswith((".codeset", "py.typed", ".json"))]
    rest = [name for name in rest if not name.startswith("codesets/report/templates/")]
    assert {name.split("/")[0].endswith(".dist-info") for name in rest} == {True}
    assert not any(name.endswith("embedded.json") for name in names)
    assert {Path(name).name for name in rest} >= {"LICENSE", "NOTICE.md"}


@built
def test_the_wheels_metadata() -> None:
    with wheel_file() as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(wheel.read(name))
        (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
        assert "codesets = codesets.cli:main" in wheel.read(name).decode()
    needs = metadata.get_all("Requires-Dist", [])
    assert {name_of(need) for need in needs if "extra ==" not in need} == RUNTIME
    # The peer that one test compares with is for those who run the tests, and for nobody else.
    peer = {need.rpartition("extra == ")[2] for need in needs if "simple-icd-10-cm" in need}
    assert peer <= {"'test'", '"test"'}
    assert metadata["Requires-Python"] == ">=3.11"
    assert {"cli", "excel", "all"} <= set(metadata.get_all("Provides-Extra", []))


@built
def test_the_source_distribution_holds_no_official_file_and_nothing_compiled() -> None:
    digests = official_digests()
    (path,) = Path(DIST or "").glob("*.tar.gz")
    names = set()
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            assert hashlib.sha256(content.read()).hexdigest() not in digests, member.name
            names.add(member.name.split("/", 1)[1])
    assert not [name for name in names if name.endswith(".codeset") or "/_data/" in name]
    assert {"hatch_build.py", "noxfile.py", "README.md", "tests/test_packaging.py"} <= names


@pytest.mark.usefixtures("embedded_alone")
def test_the_embedded_release_says_which_file_it_was_made_of() -> None:
    from codesets import icd10cm

    for one in DEFAULT:
        (source,) = icd10cm.load(one.edition).provenance
        assert (source.file, source.sha256) == (one.file, one.sha256)


def test_the_command_without_its_extra_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['click'] = sys.modules['rich'] = None\n"
        "from codesets.cli import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", program, "show", "E11.9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode not in (0, None)
    (line,) = done.stderr.splitlines()
    assert "codesets[cli]" in line
