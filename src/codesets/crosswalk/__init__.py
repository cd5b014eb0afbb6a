"""Official maps between codes: what a code was, what it became, what it maps to.

    from codesets.crosswalk import ConversionTable, Crosswalk

    table = ConversionTable.parse("conversion-table.xlsx")
    table["A04.71"][0].previous.codes
    gem = Crosswalk.from_gem("2018_I9gem.txt")
    gem.translate("250.00").targets

Nothing here goes to the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codesets._later import later

if TYPE_CHECKING:
    from codesets.crosswalk.codemap import Crosswalk as Crosswalk
    from codesets.crosswalk.codings import Coding as Coding
    from codesets.crosswalk.conversion.changes import RowChange as RowChange
    from codesets.crosswalk.conversion.changes import TableChanges as TableChanges
    from codesets.crosswalk.conversion.errata import ERRATA as ERRATA
    from codesets.crosswalk.conversion.errata import Erratum as Erratum
    from codesets.crosswalk.conversion.grammar import Joining as Joining
    from codesets.crosswalk.conversion.grammar import Previous as Previous
    from codesets.crosswalk.conversion.grammar import Term as Term
    from codesets.crosswalk.conversion.grammar import TermKind as TermKind
    from codesets.crosswalk.conversion.table import ConversionEntry as ConversionEntry
    from codesets.crosswalk.conversion.table import ConversionTable as ConversionTable
    from codesets.crosswalk.entries import MapEnd as MapEnd
    from codesets.crosswalk.entries import MapEntry as MapEntry
    from codesets.crosswalk.entries import Relationship as Relationship
    from codesets.crosswalk.icd9 import Icd9Title as Icd9Title
    from codesets.crosswalk.icd9 import Icd9Titles as Icd9Titles
    from codesets.crosswalk.rows import MapEntries as MapEntries
    from codesets.crosswalk.suitability import MapCheck as MapCheck
    from codesets.crosswalk.translation import Scenario as Scenario
    from codesets.crosswalk.translation import Translation as Translation

_CONVERSION = "codesets.crosswalk.conversion"
# Public name → module that holds it.
_LATER = {
    "ERRATA": f"{_CONVERSION}.errata",
    "Coding": "codesets.crosswalk.codings",
    "ConversionEntry": f"{_CONVERSION}.table",
    "ConversionTable": f"{_CONVERSION}.table",
    "Crosswalk": "codesets.crosswalk.codemap",
    "Erratum": f"{_CONVERSION}.errata",
    "Icd9Title": "codesets.crosswalk.icd9",
    "Icd9Titles": "codesets.crosswalk.icd9",
    "Joining": f"{_CONVERSION}.grammar",
    "MapCheck": "codesets.crosswalk.suitability",
    "MapEnd": "codesets.crosswalk.entries",
    "MapEntries": "codesets.crosswalk.rows",
    "MapEntry": "codesets.crosswalk.entries",
    "Previous": f"{_CONVERSION}.grammar",
    "Relationship": "codesets.crosswalk.entries",
    "RowChange": f"{_CONVERSION}.changes",
    "Scenario": "codesets.crosswalk.translation",
    "TableChanges": f"{_CONVERSION}.changes",
    "Term": f"{_CONVERSION}.grammar",
    "TermKind": f"{_CONVERSION}.grammar",
    "Translation": "codesets.crosswalk.translation",
}

__all__ = [
    "ERRATA",
    "Coding",
    "ConversionEntry",
    "ConversionTable",
    "Crosswalk",
    "Erratum",
    "Icd9Title",
    "Icd9Titles",
    "Joining",
    "MapCheck",
    "MapEnd",
    "MapEntries",
    "MapEntry",
    "Previous",
    "Relationship",
    "RowChange",
    "Scenario",
    "TableChanges",
    "Term",
    "TermKind",
    "Translation",
]


# Hidden from type checkers: to them every name would be there, and a misspelt one too.
if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


def __dir__() -> list[str]:
    return sorted(__all__)
