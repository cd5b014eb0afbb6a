"""What autodoc leaves to be desired.

Annotations name a class as its module imports it, for type checkers alone, or by the module that
defines it, while the reference has it under its public name; and the standard library is
documented elsewhere. Sphinx would fetch inventories for the latter, but a build must not need a
network.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import re
import sys
import types
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

import codesets

PYTHON = "https://docs.python.org/3/library/"


def import_for_types(app: Sphinx) -> None:
    """Run what the modules import for type checkers alone, so that annotations can be read."""
    for found in pkgutil.walk_packages(codesets.__path__, "codesets."):
        if found.name.split(".")[1] == "cli":
            continue  # not in the reference
        module = importlib.import_module(found.name)
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                imports = compile(ast.Module(node.body, []), found.name, "exec")
                exec(imports, vars(module))


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """The link for a reference that nothing else resolves, or None."""
    if node.get("refdomain") != "py":
        return None
    target = str(node.get("reftarget", ""))
    return own(app, env, node, content, target) or python(content, target)


def own(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Node, target: str
) -> nodes.Element | None:
    """The one object of this package whose name ends so."""
    name = target.rpartition(".")[2]
    found = [
        (full, entry)
        for full, entry in env.domains.python_domain.objects.items()
        if full.rpartition(".")[2] == name and entry.objtype in ("class", "exception", "data")
    ]
    if len(found) != 1 or ("." in target and not target.startswith("codesets.")):
        return None
    full, entry = found[0]
    source = str(node.get("refdoc", env.docname))
    return make_refnode(app.builder, source, entry.docname, entry.node_id, content, full)


def python(content: nodes.Node, target: str) -> nodes.Element | None:
    """The page of the standard library that documents a name."""
    module = target
    while "." in module and module not in sys.modules:
        module = module.rpartition(".")[0]
    if module.partition(".")[0] in sys.stdlib_module_names and module != target:
        page = f"{module}.html#{target}"
    elif hasattr(builtins, target):
        page = f"{_builtin_page(target)}#{target}"
    else:
        return None
    return nodes.reference("", "", content, internal=False, refuri=PYTHON + page)


def _builtin_page(name: str) -> str:
    value = getattr(builtins, name)
    if isinstance(value, type) and issubclass(value, BaseException):
        return "exceptions.html"
    if value in (object, types.FunctionType, type):
        return "functions.html"
    return "constants.html" if name in ("None", "True", "False") else "stdtypes.html"


class Plain:
    """Keeps docstrings away from napoleon, which takes `word: …` in an attribute's for a type.

    The docstrings of modules are left out: they are for readers of the source.
    """

    def __init__(self) -> None:
        self.kept: list[str] = []

    def before(
        self, app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
    ) -> None:
        """Before napoleon: put them aside."""
        self.kept = lines[:] if what in ("attribute", "data", "property") else []
        if self.kept or what == "module":
            lines.clear()

    def after(
        self, app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
    ) -> None:
        """After napoleon: put them back, and let attributes have their types beside their names."""
        lines += self.kept
        self.kept = []
        if what in ("class", "exception"):
            lines[:] = _types_first(lines)


def _types_first(lines: list[str]) -> list[str]:
    """Make the field `:type:` at the end of an attribute the option at its beginning."""
    moved: list[str] = []
    at = 0
    for line in lines:
        if line.startswith(".. attribute::"):
            at = len(moved) + 1
        type_ = re.fullmatch(r"   :type: (.*)", line)
        if type_ is None:
            moved.append(line)
        elif not re.fullmatch(r"(.*\.)?[A-Z]", type_[1]):  # no type variable
            moved.insert(at, line)
    return moved


def without_constructor(
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str, back: str
) -> tuple[str, None] | None:
    """Classes without their arguments: objects are made by doors, not by constructors."""
    return ("", None) if what in ("class", "exception") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.connect("builder-inited", import_for_types)
    plain = Plain()
    app.connect("autodoc-process-docstring", plain.before, priority=100)
    app.connect("autodoc-process-docstring", plain.after, priority=900)
    app.connect("autodoc-process-signature", without_constructor)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
