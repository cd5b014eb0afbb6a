"""Small files of the groupers in their publishers' formats."""

from __future__ import annotations

from typing import Any

from hcpcs.writer import write_sheets

__all__ = ["CCIR", "FORMAT", "HIERARCHY", "LABELS", "TABLE", "ccsr_workbook", "cmr_workbook"]

FORMAT = b"""B377\t2\t\r
B377\t6\tD\r
E119\t38\t\r
E1152\t37\t\r
E1152\t263\tD\r
I132\t226\t\r
K7290\t62\t\r
K7460\t63\t\r
K766\t202\t\r
"""
LABELS = b""" %MACRO V28115L3;\r
 LABEL\r
 HCC2 ="Septicemia "\r
 HCC6 ="Opportunistic Infections "\r
 HCC37 ="Diabetes with Chronic Complications "\r
 HCC38 ="Diabetes, Unspecified "\r
 HCC62 ="Liver Transplant Status "\r
 HCC63 ="Chronic Liver Failure "\r
 HCC202 ="A category that 63 drops "\r
 HCC226 ="Heart Failure "\r
 HCC263 ="Atherosclerosis with Ulceration "\r
 CC2 ="Septicemia "\r
 ;\r
"""
HIERARCHY = b""" %MACRO V28115H1; \r
 %MACRO SET0( CC=, HIER= );\r
 %MEND SET0;\r
 /*Diabetes 3 */   %SET0(CC=37    , HIER=%STR(38 ));\r
 /*Liver 1 */      %SET0(CC=62    , HIER=%STR(63, 64, 65, 68 ));\r
 /*Liver 2 */      %SET0(CC=63    , HIER=%STR(64,65,68,202 ));\r
"""
TABLE = b"""ICD-10-CM Codes,,,,\r
"Diagnosis
Code",Description,"CMS-HCC
ESRD
Model
Category
V24","CMS-HCC
Model
Category
V28","CMS-HCC
Model
Category
V28 for 2026
Payment Year"\r
B377,Candidal sepsis,2,2,Yes\r
B377,Candidal sepsis,6,6,No\r
E119,"Type 2 diabetes, without",19,38,Yes\r
Z992,Dependence on dialysis,134,,--\r
,,,,\r
Notes:,,,,\r
"1. A code may repeat",,,,\r
"""
CCIR = b"""Chronic Condition Indicator Refined v2025.1,,\r
(0=Not chronic 1=Chronic and 9=No determination),,\r
'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','CHRONIC INDICATOR'\r
'A481',"Legionnaires' disease",0\r
'E119',"Type 2 diabetes mellitus, without complications",1\r
'D57454 ',Sickle-cell,1\r
'Z2981',Encounter,9\r
"""


def ccsr_workbook(**changes: Any) -> bytes:
    """A reference file; `rows`, `categories` and `title` may be changed."""
    title = changes.get("title", "Searchable list of codes, v2025.1")
    head = ["ICD-10-CM Code", "ICD-10-CM Code Description", "CCSR Category",
            "CCSR Category Description", "Inpatient Default CCSR (Y/N/X)",
            "Outpatient Default CCSR (Y/N/X)", "Rationale"]  # fmt: skip
    rows = changes.get("rows", [
        ["E1152", "Diabetes", "CIR028", "Gangrene", "N", "N", "-"],
        ["E1152", "Diabetes", "END003", "Diabetes with complication", "Y", "Y", "-"],
        ["Z9989", "Machines", "FAC025", "Other specified status", "X", "Y", "-"],
    ])  # fmt: skip
    categories = changes.get("categories", [
        ["CIR028", "Gangrene"], ["END003", "Diabetes mellitus with complication"],
        ["FAC025", "Other specified status"], ["XXX000", "Unacceptable PDX"],
    ])  # fmt: skip
    end = ["End of Content"]
    return write_sheets({
        "CCSR_Categories": [[title], ["CCSR Category", "CCSR Category Description"],
                            *categories, end],
        "DX_to_CCSR_Mapping": [[title], head, *rows, end],
    })  # fmt: skip


def cmr_workbook(**changes: Any) -> bytes:
    """A reference file; `rows` and `heads` may be changed."""
    heads = changes.get("heads", ["AIDS", "CBVD_POA", "CBVD_SQLA", "PARALYSIS"])
    rows = changes.get("rows", [
        ["B20", "HIV", 1, 1, 0, 0, 0], ["I69351", "Hemiplegia", 2, 0, 0, 1, 1],
        ["G8100", "Hemiplegia", 1, 0, 0, 0, 1],
    ])  # fmt: skip
    return write_sheets({
        "Comorbidity_Measures": [
            ["Searchable list of measures, v2026-1"],
            ["Abbreviation \n(SAS Data Element Name)", "Comorbidity Description", "Uses POA?"],
            ["CMR_AIDS", "Acquired immune deficiency syndrome ", "No"],
            ["CMR_CBVD", "Cerebrovascular disease ", "Yes"],
            ["CMR_PARALYSIS", "Paralysis ", "Yes"],
            ["End of Content"],
        ],
        "DX_to_Comorb_Mapping": [
            ["Searchable list"],
            ["ICD-10-CM Diagnosis", "ICD-10-CM Code Description", "# Comorbidities", *heads],
            *rows,
        ],
    })  # fmt: skip
