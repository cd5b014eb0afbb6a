"""The house's structure: who imports whom, what is loaded when, how large a module is.

Data flows one way, and the folders show it. These tests read the source, not the objects.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

import codesets

ROOT = Path(codesets.__file__).parent
ROOMS = ("icd10cm", "hcpcs")
# From the ground up; who stands on the same floor may be imported too, where no circle comes of it.
LAYERS = (
    ("errors", "_files", "_gc", "_later", "arguments", "spelling"),
    ("problems",),
    ("reconciliation", "_edition", "_edition_names", "editions", "system", "tables"),
    ("sources", "compiled"),
    ("sheets",),
    ("shelf", "reports"),
    ("findings", "views", "kept"),
    ("keyspace",),
    ("release",),
    ("sequence",),
    ("selection", "tree"),
    ROOMS,
    ("export", "embedding"),
    ("crosswalk",),
    ("diff", "timeline", "grouping"),
    ("tracing",),
    ("store",),
    ("impact",),
    ("report",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
LONGEST = 400
"""Lines of a module, about: who needs more has two things to say."""


@frozen
class Import:
    """One import of a module of this package."""

    importer: str
    imported: str
    line: int
    is_lazy: bool
    """It stands inside of a function."""
    is_for_types: bool
    """It stands under `if TYPE_CHECKING`."""

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules() -> dict[str, Path]:
    """All modules of the package by name; a package by its `__init__`."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("codesets", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def component(module: str) -> str:
    """The floor's room that a module is in: the first name below the package."""
    return module.split(".")[1] if "." in module else ""


def imports_of(module: str) -> Iterator[Import]:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))

    def walk(node: ast.AST, is_lazy: bool, is_for_types: bool) -> Iterator[Import]:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.append(inner if inner in MODULES else str(node.module))
        for name in dict.fromkeys(names):
            if name.split(".")[0] == "codesets":
                yield Import(module, name, node.lineno, is_lazy, is_for_types)  # type: ignore[attr-defined]
        is_lazy |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for child in node.body:
                yield from walk(child, is_lazy, True)
            for child in node.orelse:
                yield from walk(child, is_lazy, is_for_types)
            return
        for inside in ast.iter_child_nodes(node):
            yield from walk(inside, is_lazy, is_for_types)

    return walk(tree, False, False)


IMPORTS = tuple(each for module in MODULES for each in imports_of(module))


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The circles that a walk along the edges meets."""
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(node: str, way: list[str]) -> None:
        if node in way:
            found.append([*way[way.index(node) :], node])
        elif node not in done:
            for after in sorted(edges.get(node, ())):
                visit(after, [*way, node])
            done.add(node)

    for node in sorted(edges):
        visit(node, [])
    return found


def edges(*, with_lazy: bool) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in IMPORTS:
        if not each.is_for_types and (with_lazy or not each.is_lazy):
            found.setdefault(each.importer, set()).add(each.imported)
    return found


def test_the_reader_of_imports_sees_them() -> None:
    assert len(MODULES) > 40
    assert any(each.is_lazy for each in IMPORTS)
    assert any(each.is_for_types for each in IMPORTS)
    assert {"codesets.release", "codesets.icd10cm.views"} <= {each.imported for each in IMPORTS}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c", "b"]]


def test_every_module_has_its_layer() -> None:
    """A new one is put into `LAYERS` where it belongs."""
    assert {component(module) for module in MODULES} - {""} <= set(LEVEL)


@pytest.mark.parametrize("each", IMPORTS, ids=str)
def test_imports_point_downwards(each: Import) -> None:
    """Those for types too: what is named in a signature is depended upon."""
    importer, imported = component(each.importer), component(each.imported)
    if importer == imported:
        return
    if not importer:
        # The door of the package reaches its names lazily, and says their types.
        assert each.is_for_types
        return
    if imported:
        assert LEVEL[imported] <= LEVEL[importer]
    assert not (importer in ROOMS and imported in ROOMS), "a room never imports another room"
    assert not (importer in ("compiled", "shelf") and imported in ROOMS)


def test_there_is_no_circle() -> None:
    assert circles(edges(with_lazy=False)) == []
    # An import inside of a function may wait for its module within one room, never across rooms.
    across = [c for c in circles(edges(with_lazy=True)) if len(set(map(component, c))) > 1]
    assert across == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_is_public_and_stays_short(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is"
    assert len(text.splitlines()) <= LONGEST
    names = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    if len(tree.body) > 1:
        assert "__all__" in names


@pytest.mark.parametrize("module", [name for name, p in MODULES.items() if p.stem == "__init__"])
def test_no_submodule_bears_the_name_of_something_else_that_is_public(module: str) -> None:
    """The first import of such a module would replace the function in its package, for everyone."""
    inside = {name.rpartition(".")[2] for name in MODULES if name.rpartition(".")[0] == module}
    package = __import__(module, fromlist=["__all__"])
    for name in inside & set(getattr(package, "__all__", ())):
        value = getattr(package, name)
        assert getattr(value, "__name__", None) == f"{module}.{name}", name


# What is loaded when: asked of a fresh process.

PROBE = """
import json, sys
{code}
print(json.dumps(sorted(sys.modules)))
"""


def loaded_after(code: str, **environment: str) -> set[str]:
    """The modules that a fresh process has loaded after some lines of code."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CODESETS_")}
    env |= {"PYTHONPATH": os.pathsep.join([str(ROOT.parent), *filter(None, sys.path)])}
    command = [sys.executable, "-S", "-c", PROBE.format(code=code)]
    done = subprocess.run(
        command, env=env | environment, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


NETWORK = {"socket", "ssl", "http.client", "urllib.request"}
OPTIONAL = {"click", "rich", "python_calamine", "pooch", "requests", "urllib3"}


def test_importing_the_package_loads_nothing() -> None:
    loaded = loaded_after("import codesets; assert codesets.__version__; dir(codesets)")
    assert {name for name in loaded if name.startswith("codesets")} == {"codesets"}
    assert not loaded & (NETWORK | OPTIONAL | {"attrs", "attr", "lxml", "platformdirs"})


@pytest.mark.parametrize(
    "name",
    ["report.save", "impact.impact_on", "diff.rebuild", "findings.Valid", "export.export_release"],
)
def test_what_the_pages_name_is_reached_without_an_import(name: str) -> None:
    assert "codesets" in loaded_after(f"import codesets; assert codesets.{name}")


def test_errors_alone_need_no_room() -> None:
    loaded = loaded_after("from codesets import CodesetsError; CodesetsError('x')")
    assert {name for name in loaded if name.startswith("codesets")} == {
        "codesets", "codesets.errors",
    }  # fmt: skip


ANSWERS = """
from codesets import icd10cm
release = icd10cm.load("2026")
assert release["e119"].display and "E11" in release and release.check("E11.9")
assert release["S06"].children and release["E11.65"].is_billable
"""
READERS = {f"codesets.icd10cm.{name}" for name in ("tabular", "xml", "order", "build", "merge")}


@pytest.fixture
def shelf_folder(small_path: Path, tmp_path: Path) -> Path:
    (tmp_path / "icd10cm-2026.codeset").write_bytes(small_path.read_bytes())
    return tmp_path


def test_answers_need_neither_readers_nor_extras(shelf_folder: Path) -> None:
    """The way from import to answer is the one that everyone goes: nothing is loaded in vain."""
    loaded = loaded_after(ANSWERS, CODESETS_DATA_DIR=str(shelf_folder))
    assert "codesets.icd10cm.release" in loaded
    assert not loaded & (NETWORK | OPTIONAL | READERS | {"lxml", "platformdirs", "sqlite3"})
    others = {f"codesets.{room}" for room in ROOMS} - {"codesets.icd10cm"}
    assert not loaded & {*others, "codesets.cli", "codesets.export", "codesets.embedding"}


def test_platformdirs_is_asked_only_where_nobody_said(shelf_folder: Path) -> None:
    code = "from codesets import shelf; shelf.data_folder()"
    assert "platformdirs" in loaded_after(code, HOME=str(shelf_folder))
    assert "platformdirs" not in loaded_after(code, CODESETS_DATA_DIR=str(shelf_folder))


def test_reading_official_files_needs_no_extra(small_files: dict[str, Path]) -> None:
    paths = [str(path) for path in small_files.values()]
    code = f"from codesets import icd10cm; icd10cm.parse(*{paths!r})"
    loaded = loaded_after(code)
    assert "lxml" in loaded
    assert not loaded & (NETWORK | OPTIONAL)
    # An order file is no XML.
    order = str(small_files["order"])
    assert "lxml" not in loaded_after(f"from codesets import icd10cm; icd10cm.parse({order!r})")


def test_installing_from_files_needs_no_network(
    small_files: dict[str, Path], tmp_path: Path
) -> None:
    """Nothing is fetched unasked: what could fetch is not even there."""
    code = (
        "from codesets import store;"
        f" assert store.install({str(small_files['order'])!r}, edition='2026');"
        " store.releases(); store.verify(); store.remove('icd10cm', '2026')"
    )
    loaded = loaded_after(code, CODESETS_DATA_DIR=str(tmp_path))
    assert "codesets.store.downloading" in loaded
    assert not loaded & (NETWORK | OPTIONAL)
