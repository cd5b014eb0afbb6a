"""Medical code sets, read from the official files: ICD-10-CM and HCPCS Level II.

    from codesets import icd10cm
    icd10cm.load()["E11.9"].display

Rooms and functions are loaded when they are first asked for; importing this package loads nothing
else and never goes to the network.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codesets import crosswalk as crosswalk
    from codesets import diff as diff
    from codesets import editions as editions
    from codesets import errors as errors
    from codesets import export as export
    from codesets import findings as findings
    from codesets import grouping as grouping
    from codesets import hcpcs as hcpcs
    from codesets import icd10cm as icd10cm
    from codesets import impact as impact
    from codesets import report as report
    from codesets import store as store
    from codesets import system as system
    from codesets import timeline as timeline
    from codesets import tracing as tracing
    from codesets.crosswalk import Crosswalk as Crosswalk
    from codesets.diff import Change as Change
    from codesets.diff import ChangeKind as ChangeKind
    from codesets.diff import ReleaseDiff as ReleaseDiff
    from codesets.diff import compare as compare
    from codesets.errors import CodesetsError as CodesetsError
    from codesets.timeline import history as history
    from codesets.tracing import migrate as migrate
    from codesets.tracing import trace as trace

__version__ = "0.1.0"

# Packages and modules that are reached without an import of their own.
_MODULES = (
    "crosswalk",
    "diff",
    "editions",
    "errors",
    "export",
    "findings",
    "grouping",
    "hcpcs",
    "icd10cm",
    "impact",
    "report",
    "store",
    "system",
    "timeline",
    "tracing",
)
# Public name → module that holds it; a module of its own name stands for itself.
_PUBLIC = {
    **{name: f"codesets.{name}" for name in _MODULES},
    "Change": "codesets.diff",
    "ChangeKind": "codesets.diff",
    "CodesetsError": "codesets.errors",
    "Crosswalk": "codesets.crosswalk",
    "ReleaseDiff": "codesets.diff",
    "compare": "codesets.diff",
    "history": "codesets.timeline",
    "migrate": "codesets.tracing",
    "trace": "codesets.tracing",
}

__all__ = [
    "Change",
    "ChangeKind",
    "CodesetsError",
    "Crosswalk",
    "ReleaseDiff",
    "__version__",
    "compare",
    "crosswalk",
    "diff",
    "editions",
    "errors",
    "export",
    "findings",
    "grouping",
    "hcpcs",
    "history",
    "icd10cm",
    "impact",
    "migrate",
    "report",
    "store",
    "system",
    "timeline",
    "trace",
    "tracing",
]


# Hidden from type checkers: to them every name would be there, and a misspelt one too.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        try:
            module_name = _PUBLIC[name]
        except KeyError:
            raise AttributeError(f"module 'codesets' has no attribute {name!r}") from None
        module = importlib.import_module(module_name)
        value = module if module_name == f"codesets.{name}" else getattr(module, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
