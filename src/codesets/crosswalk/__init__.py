"""Official maps between codes: what a code was, what it became, what it maps to.

    from codesets.crosswalk import ConversionTable

    table = ConversionTable.parse("conversion-table.xlsx")
    table["A04.71"][0].previous.codes

Nothing here goes to the network.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codesets.crosswalk.conversion.changes import RowChange as RowChange
    from codesets.crosswalk.conversion.changes import TableChanges as TableChanges
    from codesets.crosswalk.conversion.errata import Erratum as Erratum
    from codesets.crosswalk.conversion.grammar import Joining as Joining
    from codesets.crosswalk.conversion.grammar import Previous as Previous
    from codesets.crosswalk.conversion.grammar import Term as Term
    from codesets.crosswalk.conversion.grammar import TermKind as TermKind
    from codesets.crosswalk.conversion.table import ConversionEntry as ConversionEntry
    from codesets.crosswalk.conversion.table import ConversionTable as ConversionTable

_CONVERSION = "codesets.crosswalk.conversion"
# Public name → module that holds it.
_LATER = {
    "ConversionEntry": f"{_CONVERSION}.table",
    "ConversionTable": f"{_CONVERSION}.table",
    "Erratum": f"{_CONVERSION}.errata",
    "Joining": f"{_CONVERSION}.grammar",
    "Previous": f"{_CONVERSION}.grammar",
    "RowChange": f"{_CONVERSION}.changes",
    "TableChanges": f"{_CONVERSION}.changes",
    "Term": f"{_CONVERSION}.grammar",
    "TermKind": f"{_CONVERSION}.grammar",
}

__all__ = [
    "ConversionEntry",
    "ConversionTable",
    "Erratum",
    "Joining",
    "Previous",
    "RowChange",
    "TableChanges",
    "Term",
    "TermKind",
]


# Hidden from type checkers: to them every name would be there, and a misspelt one too.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_LATER[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
